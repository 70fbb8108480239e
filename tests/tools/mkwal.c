/*
 * mkwal.c - WAL segments and data directories for tests, made without a
 * PostgreSQL: right in every byte that anyone checks, or wrong in just the
 * way that is asked for.
 *
 * This is written after PostgreSQL's headers and shares no code with
 * libwalarch: what both get wrong in the same way no test would find.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PROGRAM "mkwal"
#define SYSTEM_ID UINT64_C(7431170312345678901)
#define LONG_HEADER 40
#define SHORT_HEADER 24
#define RECORD_HEADER 24 /* SizeOfXLogRecord */
#define XLOG_NOOP 0x20   /* of resource manager 0 */
#define XLOG_SWITCH 0x40
#define XLOG_CHECKPOINT_ONLINE 0x10
#define XLOG_RESTORE_POINT 0x70
#define XLOG_END_OF_RECOVERY 0x90
#define RM_XLOG 0
#define RM_XACT 1
#define RM_DBASE 4
#define XACT_COMMIT 0x00
#define XACT_ABORT 0x20
#define XACT_HAS_INFO 0x80
#define XACT_HAS_RELATIONS 4 /* of xinfo */
#define LAST_RECORD 64       /* so the next segment knows where it begins */
#define EPOCH UINT64_C(946684800) /* 2000-01-01, seconds */
#define MAX_EVENTS 64
#define NONE UINT64_MAX

/* A release: its page magic, and where pg_control keeps its facts. */
static const struct release {
	const char *name;
	uint16_t magic;
	uint32_t control, catalog;
	uint16_t redo, timeline, segment_size, checksums, crc;
} releases[] = {
	{ "9.5", 0xD087, 942, 201510051, 48, 56, 228, 252, 256 },
	{ "9.6", 0xD093, 960, 201608131, 48, 56, 228, 252, 256 },
	{ "10", 0xD097, 1002, 201707211, 48, 56, 228, 252, 288 },
	{ "11", 0xD098, 1100, 201809051, 40, 48, 220, 244, 280 },
	{ "12", 0xD101, 1201, 201909212, 40, 48, 228, 252, 288 },
	{ "13", 0xD106, 1300, 202007201, 40, 48, 228, 252, 288 },
	{ "14", 0xD10D, 1300, 202107181, 40, 48, 228, 252, 288 },
	{ "15", 0xD110, 1300, 202209061, 40, 48, 228, 252, 288 },
	{ "16", 0xD113, 1300, 202307071, 40, 48, 228, 252, 288 },
	{ "17", 0xD116, 1700, 202406281, 40, 48, 228, 252, 288 },
	{ "18", 0xD118, 1800, 202506291, 40, 48, 228, 252, 292 },
};

/* What was asked for. */
struct wish {
	const struct release *release;
	uint64_t system_id, seed;
	uint64_t size, page;
	uint32_t timeline; /* of the pages; 0: the name's */
	uint32_t parent;   /* of the pages before left_at */
	uint64_t left_at;
	uint64_t address;   /* of the first page, if not the name's */
	uint64_t switch_at; /* offset of an XLOG_SWITCH record */
	uint64_t zero_from; /* zeros from this offset on */
	uint64_t old_from;  /* recycled pages from this offset on */
	uint64_t length;    /* cut, or filled up, to this */
	uint64_t flip;      /* this byte's lowest bit */
	uint64_t previous;  /* the first record's link */
	uint64_t begins_at; /* offset of the timeline's first record */
	uint64_t commit;    /* the first record is one, of this time */
	uint64_t redo;
	const char *events[MAX_EVENTS];
	size_t event_count;
	uint64_t events_at; /* they begin with the first record behind it */
	uint32_t state;
	int in_place;   /* write over the file, the same inode */
	int keep_times; /* and give it its old times */
};

static void __attribute__((noreturn, format(printf, 1, 2)))
die(const char *format, ...)
{
	va_list args;

	(void)fprintf(stderr, PROGRAM ": ");
	va_start(args, format);
	(void)vfprintf(stderr, format, args);
	va_end(args);
	(void)fprintf(stderr, "\n");
	exit(2);
}

static void
put(uint8_t *p, uint64_t n, int bytes)
{
	while (bytes-- > 0) {
		*p++ = (uint8_t)n;
		n >>= 8;
	}
}

/* Castagnoli, bit by bit into a table; the way PostgreSQL chains it. */
static uint32_t
crc32c(uint32_t crc, const uint8_t *p, uint64_t size)
{
	static uint32_t table[256];
	uint32_t i, bit;

	if (table[1] == 0)
		for (i = 0; i < 256; i++) {
			table[i] = i;
			for (bit = 0; bit < 8; bit++)
				table[i] = table[i] >> 1 ^
				    (table[i] & 1 ? 0x82F63B78u : 0);
		}
	while (size-- > 0)
		crc = crc >> 8 ^ table[(crc ^ *p++) & 0xFF];
	return crc;
}

static uint64_t
next_random(uint64_t *state)
{
	uint64_t x = *state += UINT64_C(0x9E3779B97F4A7C15);

	x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
	return x ^ x >> 31;
}

/* A segment in the making. */
struct maker {
	const struct wish *wish;
	uint8_t *data;
	uint64_t at;       /* offset */
	uint64_t start;    /* LSN of data */
	uint64_t previous; /* LSN of the record before */
	uint64_t random;
	uint32_t timeline;
	uint32_t xid; /* of the next record; 0: any */
};

static void
page_header(struct maker *m, uint64_t rest)
{
	const struct wish *w = m->wish;
	uint64_t address = m->start + m->at;
	int is_first = m->at == 0;
	uint8_t *p = m->data + m->at;
	uint32_t timeline =
	    w->parent != 0 && address < w->left_at ? w->parent : m->timeline;

	put(p, w->release->magic, 2);
	put(p + 2, (rest > 0 ? 1u : 0u) | (is_first ? 2u : 0u), 2);
	put(p + 4, timeline, 4);
	put(p + 8, address, 8);
	put(p + 16, rest, 4);
	if (is_first) {
		put(p + 24, w->system_id, 8);
		put(p + 32, w->size, 4);
		put(p + 36, w->page, 4);
	}
	m->at += is_first ? LONG_HEADER : SHORT_HEADER;
}

/* Bytes that records can have from offset at up to offset to. */
static uint64_t
usable(const struct maker *m, uint64_t at, uint64_t to)
{
	uint64_t n = 0, page = m->wish->page;

	while (at < to) {
		uint64_t end = (at / page + 1) * page;

		if (at % page == 0)
			at += at == 0 ? LONG_HEADER : SHORT_HEADER;
		if (end > to)
			end = to;
		n += end > at ? end - at : 0;
		at = end > at ? end : at;
	}
	return n;
}

/* One record, over as many pages as it takes, and the padding behind it. */
static void
put_record(
    struct maker *m, uint8_t *record, uint64_t size, uint8_t rmid, uint8_t info)
{
	uint64_t padded = (size + 7) & ~UINT64_C(7), done = 0;
	uint64_t page = m->wish->page;
	uint32_t crc;

	if (m->at % page == 0)
		page_header(m, 0);
	put(record, size, 4);
	put(record + 4, m->xid != 0 ? m->xid : 700 + (m->random & 0xFF), 4);
	put(record + 8, m->previous, 8);
	record[16] = info;
	record[17] = rmid;
	record[18] = record[19] = 0;
	crc = crc32c(0xFFFFFFFF, record + RECORD_HEADER, size - RECORD_HEADER);
	put(record + 20, ~crc32c(crc, record, 20), 4);
	m->previous = m->start + m->at;
	while (done < padded) {
		uint64_t room, n = padded - done;

		if (m->at % page == 0)
			page_header(m, size > done ? size - done : 0);
		room = page - m->at % page;
		n = n < room ? n : room;
		memcpy(m->data + m->at, record + done, n);
		m->at += n;
		done += n;
	}
}

/* Words, numbers, and some noise: packs to about a third. */
static void
fill_data(struct maker *m, uint8_t *p, uint64_t size)
{
	static const char *const words[] = { "insert ", "account ", "balance ",
		"teller ", "branch ", "history ", "2026-11-21 ", "\0\0\0\0" };
	uint64_t i = 0;

	while (i < size) {
		uint64_t r = next_random(&m->random), n;
		const char *word = words[r & 7];

		n = (r & 7) == 7 ? 4 : strlen(word);
		if ((r >> 8 & 3) == 0) {
			put(p + i, r >> 16, size - i < 6 ? (int)(size - i) : 6);
			i += 6;
			continue;
		}
		n = n < size - i ? n : size - i;
		memcpy(p + i, word, n);
		i += n;
	}
}

#define LARGEST 6000

/* Records up to offset to, exactly. */
static void
fill_records(struct maker *m, uint64_t to)
{
	static uint8_t record[LARGEST + 128];
	uint64_t left;

	while ((left = usable(m, m->at, to)) > 0) {
		uint64_t r = next_random(&m->random), size;

		size = r % 16 == 0 ? LARGEST / 2 + (r >> 8) % (LARGEST / 2) :
				     40 + (r >> 8) % 200;
		if (left < size + 72)
			size =
			    left <= LARGEST ? left : (left / 2) & ~UINT64_C(7);
		if (left < RECORD_HEADER)
			die("no record fits into %d bytes", (int)left);
		memset(record, 0, sizeof(record));
		if (size < RECORD_HEADER + 8) {
			put_record(
			    m, record, RECORD_HEADER, RM_XLOG, XLOG_NOOP);
			continue;
		}
		record[RECORD_HEADER] = 254; /* XLR_BLOCK_ID_DATA_LONG */
		put(record + RECORD_HEADER + 1, size - RECORD_HEADER - 5, 4);
		fill_data(
		    m, record + RECORD_HEADER + 5, size - RECORD_HEADER - 5);
		put_record(m, record, size, RM_XLOG, XLOG_NOOP);
	}
}

/* A record whose data is short. */
static void
put_short(struct maker *m, const uint8_t *data, uint8_t size, uint8_t rmid,
    uint8_t info)
{
	uint8_t record[RECORD_HEADER + 2 + 256] = { 0 };

	record[RECORD_HEADER] = 255; /* XLR_BLOCK_ID_DATA_SHORT */
	record[RECORD_HEADER + 1] = size;
	memcpy(record + RECORD_HEADER + 2, data, size);
	put_record(m, record, RECORD_HEADER + 2u + size, rmid, info);
}

/* "2026-11-21T03:15:00.5Z" as PostgreSQL counts. */
static uint64_t
timestamp(const char *text)
{
	struct tm tm = { 0 };
	double seconds;

	if (sscanf(text, "%d-%d-%dT%d:%d:%lfZ", &tm.tm_year, &tm.tm_mon,
		&tm.tm_mday, &tm.tm_hour, &tm.tm_min, &seconds) != 6)
		die("\"%s\" is no time", text);
	tm.tm_year -= 1900;
	tm.tm_mon--;
	return ((uint64_t)timegm(&tm) - EPOCH) * 1000000 +
	    (uint64_t)(seconds * 1000000 + 0.5);
}

/* A record whose main data is this, and where it begins on standard output. */
static void
put_event(struct maker *m, uint8_t rmid, uint8_t info, const uint8_t *data,
    uint8_t size)
{
	uint64_t header = m->at == 0 ? LONG_HEADER : SHORT_HEADER;
	uint64_t lsn =
	    m->start + m->at + (m->at % m->wish->page == 0 ? header : 0);

	put_short(m, data, size, rmid, info);
	m->xid = 0;
	(void)printf("%X/%X\n", (unsigned)(lsn >> 32), (unsigned)lsn);
}

static void
put_xact(struct maker *m, uint8_t info, const char *time, uint32_t relations)
{
	uint8_t data[16 + 12 * 15] = { 0 };

	put(data, timestamp(time), 8);
	if (relations == 0) {
		put_event(m, RM_XACT, info, data, 8);
		return;
	}
	if (relations > 15)
		die("a drop may have 15 relations");
	put(data + 8, XACT_HAS_RELATIONS, 4);
	put(data + 12, relations, 4);
	put_event(m, RM_XACT, info | XACT_HAS_INFO, data,
	    (uint8_t)(16 + 12 * relations));
}

static void
put_point(struct maker *m, const char *time, const char *name)
{
	uint8_t data[8 + 64] = { 0 };

	put(data, timestamp(time), 8);
	memcpy(data + 8, name, strnlen(name, 63));
	put_event(m, RM_XLOG, XLOG_RESTORE_POINT, data, sizeof(data));
}

static uint64_t
number(const char *text)
{
	char *end;
	uint64_t n = strtoull(text, &end, 0);

	if (end[0] == '/') { /* an LSN */
		n = strtoull(text, NULL, 16) << 32 |
		    strtoull(end + 1, NULL, 16);
		return n;
	}
	if (*end == 'k')
		n <<= 10;
	else if (*end == 'm')
		n <<= 20;
	else if (*end != '\0' || end == text)
		die("\"%s\" is no number", text);
	return n;
}

static void
put_words(struct maker *m, const char *event)
{
	int drop_database = m->wish->release->magic < 0xD110 ? 0x10 : 0x20;
	char kind[16], a[40] = "0", b[40] = "0";
	uint8_t data[88] = { 0 }; /* sizeof(CheckPoint) */
	unsigned n = 0;
	int at = 0;

	(void)sscanf(event, "%15s %39s %n%39s %u", kind, a, &at, b, &n);
	if (strcmp(kind, "point") == 0) {
		put_point(m, a, event + at);
	} else if (strcmp(kind, "timeline") == 0) {
		put(data, timestamp(a), 8);
		put(data + 8, strtoul(b, NULL, 10), 4);
		put(data + 12, n, 4);
		put_event(m, RM_XLOG, XLOG_END_OF_RECOVERY, data, 16);
	} else if (strcmp(kind, "checkpoint") == 0) {
		put(data, number(a), 8);
		put(data + 8, m->timeline, 4);
		put(data + 12, m->timeline, 4);
		put_event(
		    m, RM_XLOG, XLOG_CHECKPOINT_ONLINE, data, sizeof(data));
	} else if (strcmp(kind, "record") == 0) {
		m->xid = (uint32_t)strtoul(a, NULL, 10);
		put_event(m, RM_XLOG, XLOG_NOOP, data, 4);
	} else if (strcmp(kind, "database") == 0) {
		m->xid = (uint32_t)strtoul(a, NULL, 10);
		put(data, strtoul(b, NULL, 10), 4);
		put_event(m, RM_DBASE, (uint8_t)drop_database, data, 12);
	} else {
		m->xid = (uint32_t)strtoul(a, NULL, 10);
		put_xact(m, strcmp(kind, "abort") == 0 ? XACT_ABORT : 0, b, n);
	}
}

static void
put_events(struct maker *m)
{
	size_t i;

	if (m->wish->event_count == 0)
		return;
	if (m->wish->events_at < m->wish->size)
		fill_records(m, m->wish->events_at);
	for (i = 0; i < m->wish->event_count; i++)
		put_words(m, m->wish->events[i]);
}

static void
put_commit(struct maker *m)
{
	uint8_t data[8];

	put(data, (m->wish->commit - EPOCH) * 1000000, 8);
	put_short(m, data, sizeof(data), RM_XACT, XACT_COMMIT);
}

/* The timeline's first record, behind what it has of its parent. */
static void
put_beginning(struct maker *m)
{
	uint8_t data[16];

	fill_records(m, m->wish->begins_at);
	put(data, 0, 8);
	put(data + 8, m->timeline, 4);
	put(data + 12, m->wish->parent, 4);
	put_short(m, data, sizeof(data), RM_XLOG, XLOG_END_OF_RECOVERY);
}

/* To the end, where the last record's place is known. */
static void
fill_segment(struct maker *m)
{
	uint8_t data[LAST_RECORD - RECORD_HEADER - 2] = { 0 };

	fill_records(m, m->wish->size - LAST_RECORD);
	put_short(m, data, sizeof(data), RM_XLOG, XLOG_NOOP);
}

/* What stands behind a switch: zeros, and before 11 headers of empty pages. */
static void
finish_segment(struct maker *m)
{
	uint64_t page = m->wish->page;

	if (m->wish->release->magic > 0xD097)
		return;
	for (m->at = (m->at + page - 1) / page * page; m->at < m->wish->size;
	     m->at = (m->at / page + 1) * page)
		page_header(m, 0);
}

/* Another segment's pages: a recycled file that was not written to its end. */
static void
fill_old(struct maker *m, uint64_t from)
{
	uint64_t page = m->wish->page, at;

	for (at = (from + page - 1) / page * page; at < m->wish->size;
	     at += page)
		put(m->data + at + 8, m->start + at - 5 * m->wish->size, 8);
}

static uint64_t
hex(const char *text, size_t digits)
{
	char part[17];

	(void)snprintf(part, sizeof(part), "%.*s", (int)digits, text);
	if (strspn(part, "0123456789ABCDEF") != digits)
		die("\"%s\" is no segment's name", text);
	return strtoull(part, NULL, 16);
}

static void
make_segment(struct maker *m, const struct wish *w, const char *name)
{
	static uint8_t record[RECORD_HEADER];

	memset(m, 0, sizeof(*m));
	m->wish = w;
	m->timeline = w->timeline != 0 ? w->timeline : (uint32_t)hex(name, 8);
	m->start = w->address != NONE ?
	    w->address :
	    hex(name + 8, 8) << 32 | hex(name + 16, 8) * w->size;
	m->previous =
	    w->previous != NONE ? w->previous : m->start - LAST_RECORD;
	m->random = w->seed ^ m->start ^ w->system_id << 1;
	m->data = calloc(1, w->size);
	if (m->data == NULL)
		die("out of memory");
	put_events(m);
	if (w->commit != NONE)
		put_commit(m);
	if (w->begins_at < w->size)
		put_beginning(m);
	if (w->switch_at < w->size) {
		fill_records(m, w->switch_at);
		put_record(m, record, RECORD_HEADER, RM_XLOG, XLOG_SWITCH);
		finish_segment(m);
	} else {
		fill_segment(m);
	}
	if (w->zero_from < w->size)
		memset(m->data + w->zero_from, 0, w->size - w->zero_from);
	if (w->old_from < w->size)
		fill_old(m, w->old_from);
	if (w->flip < w->size)
		m->data[w->flip] ^= 1;
}

static void
write_file(const char *path, const uint8_t *data, uint64_t size,
    uint64_t length, const struct wish *w)
{
	int flags = O_WRONLY | O_CREAT | (w->in_place ? 0 : O_TRUNC);
	int fd = open(path, flags, 0600);
	struct stat st;
	uint64_t done = 0;

	if (fd < 0 || fstat(fd, &st) < 0)
		die("could not open \"%s\": %s", path, strerror(errno));
	while (done < size && done < length) {
		uint64_t n = length < size ? length - done : size - done;
		ssize_t rc = write(fd, data + done, n);

		if (rc <= 0)
			die("could not write \"%s\": %s", path,
			    strerror(errno));
		done += (uint64_t)rc;
	}
	if (length != NONE && ftruncate(fd, (off_t)length) < 0)
		die("could not truncate \"%s\": %s", path, strerror(errno));
	if (w->keep_times) {
		struct timespec times[2] = { st.st_atim, st.st_mtim };

		(void)futimens(fd, times);
	}
	if (close(fd) < 0)
		die("could not close \"%s\": %s", path, strerror(errno));
}

static void
folder(const char *parent, const char *name)
{
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s%s%s", parent,
	    name[0] != '\0' ? "/" : "", name);
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		die("could not make \"%s\": %s", path, strerror(errno));
}

static void
make_cluster(const struct wish *w, const char *path)
{
	const struct release *r = w->release;
	int old = r->magic < 0xD097;
	uint8_t control[8192] = { 0 };
	char text[4096];

	folder(path, "");
	folder(path, "global");
	folder(path, old ? "pg_xlog" : "pg_wal");
	folder(path, old ? "pg_xlog/archive_status" : "pg_wal/archive_status");
	put(control, w->system_id, 8);
	put(control + 8, r->control, 4);
	put(control + 12, r->catalog, 4);
	put(control + 16, w->state, 4);
	put(control + r->redo, w->redo, 8);
	put(control + r->timeline, w->timeline != 0 ? w->timeline : 1, 4);
	put(control + r->segment_size, w->size, 4);
	put(control + r->checksums, 0, 4);
	put(control + r->crc, ~crc32c(0xFFFFFFFF, control, r->crc), 4);
	if (w->flip < sizeof(control))
		control[w->flip] ^= 1;
	(void)snprintf(text, sizeof(text), "%s/global/pg_control", path);
	write_file(text, control, sizeof(control), w->length, w);
	(void)snprintf(text, sizeof(text), "%s/PG_VERSION", path);
	write_file(text, (const uint8_t *)r->name, strlen(r->name), NONE, w);
}

/* A label that was changed in place is given the check of what it says now:
 * it lies, and nothing shows that but what it tells of. */
static void
reseal(const char *path)
{
	uint8_t head[4096] = { 0 };
	int fd = open(path, O_RDWR);
	char *check;

	if (fd < 0 || pread(fd, head, sizeof(head) - 1, 0) < 0)
		die("could not read \"%s\": %s", path, strerror(errno));
	check = strstr((char *)head + 8, "\ncheck ");
	if (check == NULL)
		die("\"%s\" has no label", path);
	check++;
	(void)sprintf(check + 6, "%08x",
	    ~crc32c(0xFFFFFFFF, head + 8,
		(uint64_t)((uint8_t *)check - (head + 8))));
	if (pwrite(fd, check, 14, (uint8_t *)check - head) != 14 ||
	    close(fd) < 0)
		die("could not write \"%s\": %s", path, strerror(errno));
}

static const struct release *
find_release(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(releases) / sizeof(releases[0]); i++)
		if (strcmp(releases[i].name, name) == 0)
			return &releases[i];
	die("no PostgreSQL %s is known", name);
}

static void __attribute__((noreturn)) usage(void)
{
	(void)fprintf(stderr,
	    "usage: " PROGRAM " [OPTION]... segment NAME FILE"
	    "\n       " PROGRAM " [OPTION]... cluster DIR"
	    "\n       " PROGRAM " reseal OBJECT\n\n"
	    "  --pg=MAJOR --system=ID --size=N[k|m] --page=N --timeline=N\n"
	    "segment: --seed=N --address=LSN --parent=N --left-at=LSN\n"
	    "  --switch-at=OFFSET --zero-from=OFFSET --old-from=OFFSET\n"
	    "  --length=N --flip=OFFSET --in-place --keep-times\n"
	    "  --events-at=OFFSET --event='commit|abort XID TIME',\n"
	    "  'commit XID TIME RELATIONS', 'point TIME NAME',\n"
	    "  'database XID OID', 'timeline TIME THIS BEFORE',\n"
	    "  'record XID', 'checkpoint REDO'\n"
	    "  --previous=LSN --begins-at=OFFSET --commit=SECONDS\n"
	    "cluster: --redo=LSN --state=N --flip=OFFSET --length=N\n");
	exit(2);
}

/* A number's option is its place in the wish. */
#define WISH(field) ((int)offsetof(struct wish, field) + 256)

static void
take_option(struct wish *w, int option, const char *argument)
{
	uint64_t n;

	switch (option) {
	case 'r':
		w->release = find_release(argument);
		return;
	case 'i':
		w->in_place = 1;
		return;
	case 'e':
		if (w->event_count == MAX_EVENTS)
			die("too many events");
		w->events[w->event_count++] = argument;
		return;
	case 'k':
		w->keep_times = 1;
		return;
	case '?':
		usage();
	}
	n = number(argument);
	if (option == WISH(timeline) || option == WISH(parent) ||
	    option == WISH(state))
		*(uint32_t *)((char *)w + option - 256) = (uint32_t)n;
	else
		*(uint64_t *)((char *)w + option - 256) = n;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = { { "pg", 1, NULL, 'r' },
		{ "in-place", 0, NULL, 'i' }, { "keep-times", 0, NULL, 'k' },
		{ "event", 1, NULL, 'e' },
		{ "events-at", 1, NULL, WISH(events_at) },
		{ "system", 1, NULL, WISH(system_id) },
		{ "seed", 1, NULL, WISH(seed) },
		{ "size", 1, NULL, WISH(size) },
		{ "page", 1, NULL, WISH(page) },
		{ "timeline", 1, NULL, WISH(timeline) },
		{ "parent", 1, NULL, WISH(parent) },
		{ "left-at", 1, NULL, WISH(left_at) },
		{ "address", 1, NULL, WISH(address) },
		{ "switch-at", 1, NULL, WISH(switch_at) },
		{ "zero-from", 1, NULL, WISH(zero_from) },
		{ "old-from", 1, NULL, WISH(old_from) },
		{ "length", 1, NULL, WISH(length) },
		{ "flip", 1, NULL, WISH(flip) },
		{ "previous", 1, NULL, WISH(previous) },
		{ "begins-at", 1, NULL, WISH(begins_at) },
		{ "commit", 1, NULL, WISH(commit) },
		{ "redo", 1, NULL, WISH(redo) },
		{ "state", 1, NULL, WISH(state) }, { NULL, 0, NULL, 0 } };
	struct wish w = { .release = find_release("15"),
		.system_id = SYSTEM_ID,
		.size = 1 << 20,
		.page = 8192,
		.address = NONE,
		.events_at = NONE,
		.switch_at = NONE,
		.zero_from = NONE,
		.old_from = NONE,
		.length = NONE,
		.flip = NONE,
		.previous = NONE,
		.begins_at = NONE,
		.commit = NONE,
		.state = 1 };
	struct maker maker;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		take_option(&w, option, optarg);
	argv += optind;
	argc -= optind;
	if (argc == 2 && strcmp(argv[0], "cluster") == 0) {
		make_cluster(&w, argv[1]);
		return 0;
	}
	if (argc == 2 && strcmp(argv[0], "reseal") == 0) {
		reseal(argv[1]);
		return 0;
	}
	if (argc != 3 || strcmp(argv[0], "segment") != 0 ||
	    strlen(argv[1]) < 24)
		usage();
	make_segment(&maker, &w, argv[1]);
	write_file(argv[2], maker.data, w.size, w.length, &w);
	free(maker.data);
	return 0;
}
