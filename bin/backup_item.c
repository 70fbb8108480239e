/* backup_item.c - make an item, and throw it away. */
#include "config.h"

#include "backup_item.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "message.h"

/* *text becomes a copy of itself.  -1: out of memory. */
static int
own(const char **text)
{
	if (*text == NULL)
		return 0;
	*text = strdup(*text);
	return *text == NULL ? -1 : 0;
}

static int
own_frames(wa_set_file *f)
{
	size_t size = f->frame_count * sizeof(*f->frames);
	uint32_t *frames;

	if (f->frames == NULL || size == 0) {
		f->frames = NULL;
		return 0;
	}
	frames = malloc(size);
	if (frames != NULL)
		memcpy(frames, f->frames, size);
	f->frames = frames;
	return frames == NULL ? -1 : 0;
}

struct backup_item *
backup_item_new(
    enum backup_way way, const wa_set_file *file, wa_error *err)
{
	struct backup_item *item = calloc(1, sizeof(*item));
	wa_set_file *f;
	int bad;

	if (item == NULL) {
		(void)out_of_memory(err);
		return NULL;
	}
	f = &item->file;
	*f = *file;
	item->way = way;
	item->chunks = 1;
	bad = own(&f->path) | own(&f->to) | own(&f->user) | own(&f->group) |
	    own(&f->in) | own_frames(f);
	if (bad) {
		backup_item_free(item);
		(void)out_of_memory(err);
		return NULL;
	}
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
	free((void *)item->file.path);
	free((void *)item->file.to);
	free((void *)item->file.user);
	free((void *)item->file.group);
	free((void *)item->file.in);
	free((void *)item->file.frames);
	free(item->source);
	free(item->content);
	leave(item->big);
	free(item);
}
