/*
 * walrecords.c - the records in WAL segments, one a line, as libwalarch's walk
 * tells them.
 *
 *   walrecords SEGMENT-FILE...
 *
 * The files are one stretch of WAL, in the order of their LSNs.  What a line
 * says is what pg_waldump says, but for where the record ends:
 *
 *   LSN prev LSN len WITHOUT-IMAGES/ALL rmgr NAME xid XID end LSN ...
 *   damage LSN WHY
 *   stop LSN            no page of this stretch is there
 *   open LSN            a record that begins here is not complete
 *   end LSN             of the last whole record
 */
#include "config.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "pg/page.h"
#include "pg/walk.h"

#define PROGRAM "walrecords"
#define LSN "%" PRIX32 "/%08" PRIX32
#define LSN_ARGS(lsn) (uint32_t)((lsn) >> 32), (uint32_t)(lsn)
#define XLOG_RESTORE_POINT 0x70
#define RESTORE_POINT_NAME 64 /* MAXFNAMELEN */

static const struct wa_format *format;

static void __attribute__((noreturn, format(printf, 1, 2)))
die(const char *text, ...)
{
	va_list args;

	(void)fprintf(stderr, PROGRAM ": ");
	va_start(args, text);
	(void)vfprintf(stderr, text, args);
	va_end(args);
	(void)fprintf(stderr, "\n");
	exit(2);
}

static void
print_time(int64_t when)
{
	time_t seconds = (time_t)(when / 1000000);
	struct tm tm;
	char text[64];

	if (gmtime_r(&seconds, &tm) == NULL)
		die("no time: %" PRId64, when);
	(void)strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	printf(" time %s.%06" PRId64, text, when % 1000000);
}

static void
print_xact(const struct wa_xact *x)
{
	printf(" %s", x->kind == WA_XACT_COMMIT ? "COMMIT" : "ABORT");
	if (x->prepared)
		printf("_PREPARED %" PRIu32, x->xid);
	print_time(x->time);
	printf(
	    " rels %" PRIu32 " subxacts %" PRIu32, x->relations, x->children);
}

static void
print_restore_point(const struct wa_record *r)
{
	size_t size;
	const uint8_t *data = wa_record_data(&size, r, format);

	if (data == NULL || size != 8 + RESTORE_POINT_NAME)
		printf(" restore point without a name");
	else
		printf(" restore point %.*s", RESTORE_POINT_NAME,
		    (const char *)data + 8);
}

static void
print_block(const struct wa_block *b)
{
	static const char *const forks[] = { "main", "fsm", "vm", "init" };

	printf(" blk %u rel %" PRIu32 "/%" PRIu32 "/%" PRIu32
	       " fork %s blk %" PRIu32,
	    b->id, b->tablespace, b->database, b->relation,
	    b->fork < 4 ? forks[b->fork] : "?", b->number);
	if ((b->flags & WA_BLOCK_IMAGE) == 0)
		return;
	printf(" FPW");
	if (format->image_apply != 0 &&
	    (b->image_info & format->image_apply) == 0)
		printf(" for WAL verification");
}

static void
print_record(void *arg, const struct wa_record *r, const struct wa_xact *xact)
{
	const char *name = wa_rmgr_name(r->rmid);
	struct wa_parts parts;
	uint32_t images = 0;
	size_t i;
	int bad;

	(void)arg;
	bad = wa_record_parts(&parts, r, format) < 0;
	for (i = 0; !bad && i < parts.count; i++)
		images += parts.blocks[i].image_size;
	printf(LSN " prev " LSN " len %" PRIu32 "/%" PRIu32
		   " rmgr %s xid %" PRIu32 " end " LSN,
	    LSN_ARGS(r->lsn), LSN_ARGS(r->prev), r->size - images, r->size,
	    name == NULL ? "?" : name, r->xid, LSN_ARGS(r->end));
	if (xact != NULL)
		print_xact(xact);
	if (xact != NULL && wa_xact_end(xact) < 0)
		printf(" cut short");
	if (r->rmid == WA_RM_XLOG && (r->info & 0xF0) == XLOG_RESTORE_POINT)
		print_restore_point(r);
	if (r->rmid == WA_RM_DBASE && (r->info & 0xF0) == format->drop_database)
		printf(" drop database");
	for (i = 0; !bad && i < parts.count; i++)
		print_block(&parts.blocks[i]);
	printf("%s\n", bad ? " parts are wrong" : "");
}

static int
print_damage(void *arg, uint64_t lsn, const char *why)
{
	(void)arg;
	printf("damage " LSN " %s\n", LSN_ARGS(lsn), why);
	return 0;
}

/* A file's bytes. */
static const uint8_t *
map(const char *path, size_t *size)
{
	int fd = open(path, O_RDONLY);
	struct stat st;
	void *data;

	if (fd < 0 || fstat(fd, &st) < 0)
		die("could not open \"%s\"", path);
	*size = (size_t)st.st_size;
	data = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		die("could not map \"%s\"", path);
	(void)close(fd);
	return data;
}

/* The long header of the stretch's first page. */
static void
begin(struct wa_walk *w, struct wa_page *first, const char *path)
{
	static const struct wa_walk_sink sink = { NULL, print_record,
		print_damage };
	size_t size;
	const uint8_t *data = map(path, &size);

	if (wa_page_parse(first, data, size) < 0 ||
	    (first->info & WA_PAGE_IS_LONG) == 0 || first->segment_size != size)
		die("\"%s\" is no segment", path);
	format = wa_format_of(wa_page_version(first->magic));
	if (format == NULL)
		die("\"%s\" is of no known version", path);
	wa_walk_begin(w, format, first->segment_size, first->block_size,
	    first->address, &sink);
	(void)munmap((void *)(uintptr_t)data, size);
}

/* Has the page at data the header that is due? */
static int
is_next(
    const struct wa_walk *w, const struct wa_page *first, const uint8_t *data)
{
	struct wa_page page;

	return wa_page_parse(&page, data, first->block_size) == 0 &&
	    page.magic == first->magic && page.address == w->lsn;
}

/* A file's pages, up to the first that is none; -1 then.  What stands behind a
 * switch of segments is no page. */
static int
walk_file(struct wa_walk *w, const struct wa_page *first, const char *path)
{
	size_t size, at;
	const uint8_t *data = map(path, &size);
	int rc = 0;

	if (size != first->segment_size)
		die("\"%s\" has another size", path);
	for (at = 0; rc == 0 && at < size; at += first->block_size)
		if ((w->state == WA_WALK_SWITCHED && at > 0) ||
		    is_next(w, first, data + at))
			wa_walk_add(w, data + at, first->block_size);
		else
			rc = -1;
	(void)munmap((void *)(uintptr_t)data, size);
	return rc;
}

int
main(int argc, char **argv)
{
	static struct wa_walk walk;
	struct wa_page first;
	int i, rc = 0;

	if (argc < 2)
		die("no segments");
	begin(&walk, &first, argv[1]);
	for (i = 1; rc == 0 && i < argc; i++)
		rc = walk_file(&walk, &first, argv[i]);
	if (rc < 0)
		printf("stop " LSN "\n", LSN_ARGS(walk.lsn));
	if (walk.state == WA_WALK_INSIDE)
		printf("open " LSN "\n", LSN_ARGS(walk.open));
	printf("end " LSN "\n", LSN_ARGS(walk.end));
	return fflush(stdout) != 0 || ferror(stdout);
}
