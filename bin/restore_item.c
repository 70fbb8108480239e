/* restore_item.c - make an item, and throw it away. */
#include "config.h"

#include "restore_item.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file_copy.h"
#include "message.h"

struct restore_item *
restore_item_new(enum restore_way way, const wa_set_file *file, const char *to,
    wa_error *err)
{
	struct restore_item *item = calloc(1, sizeof(*item));

	if (item == NULL) {
		(void)out_of_memory(err);
		return NULL;
	}
	item->way = way;
	item->at = file->at;
	item->to = strdup(to);
	if (file_copy(&item->file, file) < 0 || item->to == NULL) {
		restore_item_free(item);
		(void)out_of_memory(err);
		return NULL;
	}
	return item;
}

static void
leave(struct restore_big *big)
{
	if (big == NULL || --big->users > 0)
		return;
	(void)close(big->fd);
	(void)pthread_mutex_destroy(&big->writing);
	free(big);
}

void
restore_item_free(struct restore_item *item)
{
	if (item == NULL)
		return;
	file_free(&item->file);
	free(item->to);
	leave(item->big);
	free(item);
}
