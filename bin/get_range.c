/* get_range.c - from LSNs to the names of segments. */
#include "config.h"

#include "get_range.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "process.h"

#define FAILED 255

static int
segment_size(uint32_t *out, struct getter *g, wa_error *err)
{
	wa_system *systems = NULL;
	size_t count, i;
	int rc = getter_open(g, err);

	if (rc == 0)
		rc = wa_stanza_systems(&systems, &count, g->repo, err);
	if (rc < 0)
		return rc;
	*out = 0;
	for (i = 0; i < count; i++)
		if (systems[i].system_id == g->system_id)
			*out = systems[i].segment_size;
	wa_free(systems);
	if (*out != 0)
		return 0;
	(void)snprintf(err->text, sizeof(err->text),
	    "system %llu is not registered with the stanza",
	    (unsigned long long)g->system_id);
	return err->code = WA_EMISMATCH;
}

/* 0 when text is no number, or out of a timeline's range. */
static uint32_t
timeline_of(const char *text)
{
	unsigned long n = strtoul(text, NULL, 10);

	if (text[0] == '\0' || text[strspn(text, "0123456789")] != '\0' ||
	    n > UINT32_MAX)
		return 0;
	return (uint32_t)n;
}

int
get_range(struct getter *g, const char *from, const char *to,
    const char *timeline, get_one *get, void *arg)
{
	wa_error err = WA_ERROR_INIT;
	uint32_t number = timeline == NULL ? 1 : timeline_of(timeline);
	uint64_t first, last, n;
	uint32_t size;
	int status = 0;

	if (wa_lsn_parse(&first, from) < 0 || wa_lsn_parse(&last, to) < 0 ||
	    first > last || number == 0) {
		say(LEVEL_ERROR,
		    "\"%s\" to \"%s\" on timeline \"%s\" is no "
		    "range of WAL",
		    from, to, timeline == NULL ? "1" : timeline);
		hint("An LSN is written \"A/FF000028\"; the first comes "
		     "before the last.");
		return FAILED;
	}
	if (segment_size(&size, g, &err) < 0) {
		say_error(LEVEL_ERROR, &err);
		return FAILED;
	}
	for (n = first / size; n <= last / size && process_signal() == 0; n++) {
		char name[WA_SEGMENT_NAME_SIZE];
		int one;

		wa_segment_format(name, number, n, size);
		one = get(arg, name);
		status = one > status ? one : status;
	}
	return process_signal() != 0 ? FAILED : status;
}
