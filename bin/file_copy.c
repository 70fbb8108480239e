/* file_copy.c - the facts of a file, with strings of their own. */
#include "config.h"

#include "file_copy.h"

#include <stdlib.h>
#include <string.h>

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

int
file_copy(wa_set_file *out, const wa_set_file *file)
{
	*out = *file;
	return own(&out->path) | own(&out->to) | own(&out->user) |
	    own(&out->group) | own(&out->in) | own_frames(out);
}

void
file_free(wa_set_file *file)
{
	free((void *)file->path);
	free((void *)file->to);
	free((void *)file->user);
	free((void *)file->group);
	free((void *)file->in);
	free((void *)file->frames);
}
