/* expire_words.c - what expire does, for people. */
#include "config.h"

#include "expire_words.h"

#include <stdio.h>
#include <string.h>

#include "size.h"

static const char *
type_word(const char *label)
{
	switch (label[strlen(label) - 1]) {
	case WA_SET_DIFF:
		return "diff";
	case WA_SET_INCR:
		return "incr";
	default:
		return "full";
	}
}

static void
describe_wal(char *buf, const wa_decision *d, uint32_t segment_size)
{
	char first[WA_SEGMENT_NAME_SIZE], last[WA_SEGMENT_NAME_SIZE];
	unsigned long long n = d->last - d->first + 1;

	wa_segment_format(first, d->timeline, d->first, segment_size);
	wa_segment_format(last, d->timeline, d->last, segment_size);
	if (n == 1)
		(void)snprintf(buf, EXPIRE_WORDS, "WAL %s", first);
	else
		(void)snprintf(buf, EXPIRE_WORDS,
		    "WAL %s to %s (%llu segments)", first, last, n);
}

void
expire_thing(
    char buf[EXPIRE_WORDS], const wa_decision *d, uint32_t segment_size)
{
	switch (d->thing) {
	case WA_THING_SET:
		(void)snprintf(buf, EXPIRE_WORDS, "%s backup %s",
		    type_word(d->name), d->name);
		break;
	case WA_THING_BEGUN:
		(void)snprintf(
		    buf, EXPIRE_WORDS, "unfinished backup %s", d->name);
		break;
	case WA_THING_WAL:
		describe_wal(buf, d, segment_size);
		break;
	default:
		(void)snprintf(buf, EXPIRE_WORDS, "file %s", d->name);
	}
}

/* ", 3 backups" */
static size_t
add(char *buf, size_t used, uint64_t n, const char *one, const char *many)
{
	if (n == 0)
		return used;
	return used +
	    (size_t)snprintf(buf + used, EXPIRE_WORDS - used, "%s%llu %s",
		used > 0 ? ", " : "", (unsigned long long)n,
		n == 1 ? one : many);
}

int
expire_summary(
    char buf[EXPIRE_WORDS], const struct expire_result *result, int dry)
{
	char list[EXPIRE_WORDS] = "", size[SIZE_TEXT];
	size_t n = 0;

	n = add(list, n, result->sets, "backup", "backups");
	n = add(
	    list, n, result->begun, "unfinished backup", "unfinished backups");
	n = add(list, n, result->segments, "WAL segment", "WAL segments");
	n = add(list, n, result->files, "other file", "other files");
	if (n == 0)
		(void)snprintf(buf, EXPIRE_WORDS, "nothing to remove");
	else if (dry)
		(void)snprintf(buf, EXPIRE_WORDS, "would remove %.200s", list);
	else
		(void)snprintf(buf, EXPIRE_WORDS, "removed %.200s; %s freed",
		    list, size_text(size, result->freed));
	return n > 0;
}
