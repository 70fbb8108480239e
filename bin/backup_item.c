/* backup_item.c - make an item, and throw it away. */
#include "config.h"

#include "backup_item.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file_copy.h"
#include "message.h"

struct backup_item *
backup_item_new(enum backup_way way, const wa_set_file *file, wa_error *err)
{
	struct backup_item *item = calloc(1, sizeof(*item));

	if (item == NULL) {
		(void)out_of_memory(err);
		return NULL;
	}
	item->way = way;
	item->chunks = 1;
	if (file_copy(&item->file, file) < 0) {
		backup_item_free(item);
		(void)out_of_memory(err);
		return NULL;
	}
	return item;
}

struct backup_item *
backup_item_content(const wa_set_file *file, const void *content, wa_error *err)
{
	struct backup_item *item = backup_item_new(BACKUP_CONTENT, file, err);

	if (item == NULL)
		return NULL;
	item->content = malloc((size_t)file->size + 1);
	if (item->content == NULL) {
		backup_item_free(item);
		(void)out_of_memory(err);
		return NULL;
	}
	memcpy(item->content, content, (size_t)file->size);
	return item;
}

static void
leave(struct backup_big *big)
{
	if (big == NULL || --big->users > 0)
		return;
	if (big->fd >= 0)
		(void)close(big->fd);
	free(big);
}

void
backup_item_free(struct backup_item *item)
{
	if (item == NULL)
		return;
	file_free(&item->file);
	free(item->source);
	free(item->content);
	leave(item->big);
	free(item);
}
