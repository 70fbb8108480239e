/* support.c - what many tests need. */
#include "config.h"

#include "support.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/crc32c.h"

#define PATH 512

void
ensure(int condition, const char *what)
{
	if (condition)
		return;
	perror(what);
	abort();
}

/* Texts that stay until the folder is removed. */
static struct text {
	struct text *next;
	char text[];
} * texts;

static const char *
keep(const char *format, ...) __attribute__((format(printf, 1, 2)));

static const char *
keep(const char *format, ...)
{
	char buf[PATH];
	struct text *t;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(buf, sizeof(buf), format, args);
	va_end(args);
	ensure(n >= 0 && n < PATH, format);
	t = malloc(sizeof(*t) + (size_t)n + 1);
	ensure(t != NULL, "malloc");
	memcpy(t->text, buf, (size_t)n + 1);
	t->next = texts;
	texts = t;
	return t->text;
}

static void
forget_texts(void)
{
	while (texts != NULL) {
		struct text *next = texts->next;

		free(texts);
		texts = next;
	}
}

static char the_folder[PATH];

const char *
folder(void)
{
	const char *tmp = getenv("TMPDIR");

	if (the_folder[0] == '\0') {
		(void)snprintf(the_folder, sizeof(the_folder), "%s/unit.XXXXXX",
		    tmp == NULL ? "/tmp" : tmp);
		ensure(mkdtemp(the_folder) != NULL, the_folder);
	}
	return the_folder;
}

const char *
path_of(const char *name)
{
	return keep("%s/%s", folder(), name);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void
remove_all(const char *path)
{
	(void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void
folder_remove(void)
{
	if (the_folder[0] != '\0')
		remove_all(the_folder);
	the_folder[0] = '\0';
	forget_texts();
}

void
file_put(const char *path, const void *data, size_t size)
{
	FILE *f = fopen(path, "w");

	ensure(f != NULL, path);
	ensure(size == 0 || fwrite(data, size, 1, f) == 1, path);
	ensure(fclose(f) == 0, path);
}

void
text_put(const char *path, const char *text)
{
	file_put(path, text, strlen(text));
}

void *
file_get(const char *path, size_t *size)
{
	FILE *f = fopen(path, "r");
	struct stat st;
	char *data;

	ensure(f != NULL && fstat(fileno(f), &st) == 0, path);
	data = malloc((size_t)st.st_size + 1);
	ensure(data != NULL, path);
	*size = fread(data, 1, (size_t)st.st_size, f);
	ensure(*size == (size_t)st.st_size, path);
	data[*size] = '\0';
	(void)fclose(f);
	return data;
}

int
file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

int
file_holds(const char *path, const void *data, size_t size)
{
	size_t got;
	void *is;
	int same;

	if (!file_exists(path))
		return 0;
	is = file_get(path, &got);
	same = got == size && memcmp(is, data, size) == 0;
	free(is);
	return same;
}

int
entries(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int n = 0;

	ensure(dir != NULL, path);
	while ((entry = readdir(dir)) != NULL)
		n += strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0;
	(void)closedir(dir);
	return n;
}

char *
output_of(const char *format, ...)
{
	char command[4 * PATH], *text = malloc(1u << 16);
	va_list args;
	size_t n;
	FILE *f;

	va_start(args, format);
	ensure(vsnprintf(command, sizeof(command), format, args) <
		(int)sizeof(command),
	    format);
	va_end(args);
	ensure(text != NULL, command);
	f = popen(command, "r");
	ensure(f != NULL, command);
	n = fread(text, 1, (1u << 16) - 1, f);
	text[n] = '\0';
	if (n > 0 && text[n - 1] == '\n')
		text[n - 1] = '\0';
	if (pclose(f) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

int
has_program(const char *name)
{
	char *path = output_of("command -v %s", name);
	int has = path != NULL;

	free(path);
	return has;
}

/* splitmix64 */
uint64_t
next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

void
fill_random(void *buf, size_t size, uint64_t seed)
{
	uint8_t *p = buf;
	size_t i;

	for (i = 0; i < size; i += 8) {
		uint64_t word = next_random(&seed);

		memcpy(p + i, &word, size - i < 8 ? size - i : 8);
	}
}

/* WAL. */

static void
put_le16(uint8_t *p, unsigned n)
{
	p[0] = (uint8_t)n;
	p[1] = (uint8_t)(n >> 8);
}

void
wal_page(uint8_t *segment, const struct wal *w, size_t n, uint32_t timeline)
{
	uint8_t *p = segment + n * w->block;

	memset(p, 0, n == 0 ? 40 : 24);
	put_le16(p, w->magic);
	put_le16(p + 2, n == 0 ? 2 : 0);
	wa_put_le32(p + 4, timeline);
	wa_put_le64(p + 8, w->number * w->size + n * w->block);
	if (n > 0)
		return;
	wa_put_le64(p + 24, w->system);
	wa_put_le32(p + 32, w->size);
	wa_put_le32(p + 36, w->block);
}

/* In turn what does not compress, what does, and mixtures, as in real WAL. */
static void
fill_page(uint8_t *p, size_t size, size_t n, uint64_t seed)
{
	static const char words[] = "commit of 4711, then an insert into t; ";
	size_t i;

	fill_random(p, size, seed + n);
	if (n % 4 == 1)
		memset(p, (int)(n & 0xFF), size);
	for (i = 0; n % 4 >= 2 && i < size; i++)
		p[i] = (uint8_t)words[(i + (p[i / 97] & 3)) % 39];
}

/* A record of resource manager XLOG that does nothing, around the bytes that
 * are there. */
static void
put_record(uint8_t *p, size_t size, uint64_t previous)
{
	memset(p, 0, 24);
	wa_put_le32(p, (uint32_t)size);
	wa_put_le64(p + 8, previous);
	p[16] = 0x20;
	p[24] = 254; /* main data, its length in four bytes */
	wa_put_le32(p + 25, (uint32_t)size - 29);
	wa_put_le32(p + 20, wa_crc32c(wa_crc32c(0, p + 24, size - 24), p, 20));
}

#define LAST_RECORD 64

/* Two of them fill each page, so that none spans pages. */
static void
put_records(uint8_t *segment, const struct wal *w, size_t n)
{
	uint64_t lsn = w->number * w->size + n * w->block;
	size_t header = n == 0 ? 40 : 24, last = w->block - LAST_RECORD;
	uint8_t *page = segment + n * w->block;

	put_record(page + header, last - header, lsn - LAST_RECORD);
	put_record(page + last, LAST_RECORD, lsn + header);
}

uint8_t *
wal_make(const struct wal *w)
{
	uint8_t *segment = malloc(w->size);
	size_t n;

	ensure(segment != NULL, "malloc");
	for (n = 0; n < w->size / w->block; n++) {
		fill_page(segment + n * w->block, w->block, n, w->seed * 1000);
		wal_page(segment, w, n, w->timeline);
		put_records(segment, w, n);
	}
	return segment;
}

size_t
wal_switch(uint8_t *segment, const struct wal *w, size_t at)
{
	size_t page = at / w->block, room = (page + 1) * w->block - at;
	size_t here = room < 24 ? room : 24;
	uint8_t record[24] = { 24, 0, 0, 0, 0x11, 2 };

	wa_put_le64(record + 8, w->number * w->size + at - 48);
	record[16] = 0x40;
	wa_put_le32(record + 20, wa_crc32c(0, record, 20));
	memcpy(segment + at, record, here);
	memset(segment + at + here, 0, w->size - at - here);
	if (here == 24)
		return at + 24;
	wal_page(segment, w, page + 1, w->timeline);
	segment[(page + 1) * w->block + 2] |= 1;
	wa_put_le32(
	    segment + (page + 1) * w->block + 16, (uint32_t)(24 - here));
	memcpy(segment + (page + 1) * w->block + 24, record + here, 24 - here);
	return (page + 1) * w->block + 24 + 24 - here;
}

const char *
wal_name(const struct wal *w)
{
	char name[WA_SEGMENT_NAME_SIZE];

	wa_segment_format(name, w->timeline, w->number, w->size);
	return keep("%s", name);
}

const char *
wal_file(const struct wal *w, const char *suffix)
{
	uint8_t *segment = wal_make(w);
	const char *path =
	    keep("%s/pg_wal/%s%s", folder(), wal_name(w), suffix);

	(void)mkdir(path_of("pg_wal"), 0700);
	file_put(path, segment, w->size);
	free(segment);
	return path;
}

/* A repository. */

static void
went_well(int rc, const wa_error *err)
{
	if (rc >= 0)
		return;
	fprintf(stderr, "%d: %s (%s)\n", rc, err->text, err->hint);
	abort();
}

wa_cluster
store_cluster(uint64_t system_id, uint32_t segment_size)
{
	wa_cluster cluster = { 0 };

	cluster.system_id = system_id;
	cluster.version = 15;
	cluster.segment_size = segment_size;
	cluster.timeline = 1;
	return cluster;
}

void
store_open(struct store *s, const char *compress_type, uint32_t segment_size)
{
	wa_cluster cluster = store_cluster(SYSTEM, segment_size);
	wa_error err = WA_ERROR_INIT;

	went_well(wa_config_new(&s->cfg, &err), &err);
	went_well(
	    wa_config_set(s->cfg, "repo1-path", path_of("repo"), &err), &err);
	went_well(
	    wa_config_set(s->cfg, "compress-type", compress_type, &err), &err);
	went_well(wa_repo_create(s->cfg, &err), &err);
	went_well(wa_repo_open(&s->repo, s->cfg, &err), &err);
	went_well(wa_stanza_register(s->repo, &cluster, 0, &err), &err);
}

void
store_reopen(struct store *s)
{
	wa_error err = WA_ERROR_INIT;

	wa_repo_close(s->repo);
	went_well(wa_repo_open(&s->repo, s->cfg, &err), &err);
}

void
store_close(struct store *s)
{
	wa_repo_close(s->repo);
	wa_config_free(s->cfg);
}

const char *
object_path(uint64_t system_id, const char *name)
{
	unsigned long long id = system_id;

	if (wa_name_kind(name) == WA_HISTORY)
		return keep(
		    "%s/repo/db/wal/%llu/history/%s", folder(), id, name);
	return keep("%s/repo/db/wal/%llu/%.16s/%s", folder(), id, name, name);
}

void
push_wal(struct store *s, const struct wal *w, const char *suffix)
{
	wa_error err = WA_ERROR_INIT;

	went_well(
	    wa_wal_push(s->repo, w->system, wal_file(w, suffix), NULL, &err),
	    &err);
}

void
push_history(struct store *s, uint32_t timeline, const char *text)
{
	wa_error err = WA_ERROR_INIT;
	char name[32];

	(void)snprintf(name, sizeof(name), "%08X.history", timeline);
	text_put(path_of(name), text);
	went_well(
	    wa_wal_push(s->repo, SYSTEM, path_of(name), NULL, &err), &err);
}
