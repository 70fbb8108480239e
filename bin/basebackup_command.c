/* basebackup_command.c - BASE_BACKUP, as each major spells its options. */
#include "config.h"

#include "basebackup.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LEAST_RATE 32 /* kB/s, of the server */
#define MOST_RATE 1048576

struct text {
	char *buf;
	size_t size, used;
};

/* What does not fit makes used larger than size. */
__attribute__((format(printf, 2, 3))) static void
put(struct text *t, const char *format, ...)
{
	size_t room = t->used < t->size ? t->size - t->used : 0;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(room > 0 ? t->buf + t->used : NULL, room, format, args);
	va_end(args);
	t->used += n < 0 ? t->size : (size_t)n;
}

/* The replication grammar knows '' and no escapes. */
static void
put_quoted(struct text *t, const char *text)
{
	put(t, "'");
	for (; *text != '\0'; text++)
		put(t, *text == '\'' ? "''" : "%c", *text);
	put(t, "'");
}

static int64_t
kilobytes(int64_t rate)
{
	rate /= 1024;
	if (rate < LEAST_RATE)
		return LEAST_RATE;
	return rate > MOST_RATE ? MOST_RATE : rate;
}

/* Up to 14: words in a row. */
static void
put_words(struct text *t, int version, const struct basebackup_wish *w)
{
	put(t, "BASE_BACKUP LABEL ");
	put_quoted(t, w->label);
	put(t, "%s%s%s", w->sizes ? " PROGRESS" : "", w->fast ? " FAST" : "",
	    w->wal ? " WAL" : "");
	put(t, " NOWAIT TABLESPACE_MAP");
	if (w->rate > 0)
		put(t, " MAX_RATE %lld", (long long)kilobytes(w->rate));
	if (version >= 130000)
		put(t, " MANIFEST 'yes' MANIFEST_CHECKSUMS 'CRC32C'");
}

/* From 15: a list in parentheses. */
static void
put_list(struct text *t, const struct basebackup_wish *w)
{
	put(t, "BASE_BACKUP (LABEL ");
	put_quoted(t, w->label);
	put(t, ", CHECKPOINT '%s'", w->fast ? "fast" : "spread");
	put(t, "%s%s%s", w->sizes ? ", PROGRESS" : "", w->wal ? ", WAL" : "",
	    w->incremental ? ", INCREMENTAL" : "");
	put(t, ", WAIT 0, TABLESPACE_MAP");
	if (w->rate > 0)
		put(t, ", MAX_RATE %lld", (long long)kilobytes(w->rate));
	put(t, ", MANIFEST 'yes', MANIFEST_CHECKSUMS 'CRC32C')");
}

size_t
basebackup_command(
    char *buf, size_t size, int version, const struct basebackup_wish *wish)
{
	struct text t = { buf, size, 0 };

	if (version < 150000)
		put_words(&t, version, wish);
	else
		put_list(&t, wish);
	return t.used < size ? t.used : 0;
}
