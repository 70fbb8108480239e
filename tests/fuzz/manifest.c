/* manifest.c - the lines of a manifest, whatever they are: what is read to the
 * end is in order, stays in its folder, and is written as it was read. */
#include "config.h"

#include "fuzz.h"
#include "repo/set_label.h"
#include "repo/set_line.h"
#include "stream/codec.h"
#include "stream/memory.h"
#include "../unit/support.h"

#define LABEL "20261121T031500ZF"

/* An object with a good label in front of the input, in memory. */
static const uint8_t *object;
static size_t object_size;

static int
get(wa_reader **out, wa_storage *s, const char *key, wa_error *err)
{
	(void)s;
	(void)key;
	return wa_memory_reader(out, object, object_size, err);
}

static const struct wa_storage_ops ops = { .get = get };

static wa_writer *
make_object(const uint8_t *data, size_t size)
{
	wa_set set = { .label = LABEL,
		.type = WA_SET_FULL,
		.version = 15,
		.segment_size = MB,
		.timeline = 1 };
	wa_writer *sink = memory_writer(), *next = NULL, *w = NULL;
	static wa_label label;
	int finished;

	wa_set_to_label(&label, &set);
	must(wa_label_writer(&next, sink, &label, NULL) == 0);
	must(wa_zstd_writer(&w, next, 0, WA_SIZE_UNKNOWN, NULL) == 0);
	must(wa_writer_write(w, data, size, NULL) == 0);
	must(wa_writer_finish(w, NULL) == 0);
	object = memory_taken(sink, &object_size, &finished);
	must(finished == 1);
	return w;
}

static int
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Written and read again. */
static void
check_again(const wa_set_file *f)
{
	struct wa_line_buffer buffer = { NULL, 0, 0 };
	struct wa_set_line line;
	const wa_set_file *g = &line.file;

	memset(&line, 0, sizeof(line));
	must(wa_set_line_format(&buffer, f, NULL) == 0);
	must(wa_set_line_parse(
		 &line, buffer.text, buffer.used - 1, LABEL, NULL) == 0);
	must(g->kind == f->kind && g->mode == f->mode && g->mtime == f->mtime);
	must(same(g->path, f->path) && same(g->to, f->to));
	must(same(g->user, f->user) && same(g->group, f->group));
	if (f->kind == WA_FILE_REGULAR) {
		must(g->size == f->size && g->part == f->part);
		must(g->at == f->at && g->ctime == f->ctime);
		must(same(g->xxh128, f->xxh128) && same(g->in, f->in));
		must(g->crc32c == f->crc32c && g->bad_pages == f->bad_pages);
		must(g->frame_count == f->frame_count);
	}
	wa_line_buffer_free(&buffer);
	wa_set_line_clear(&line);
}

static void
check_file(const wa_set_file *f)
{
	uint64_t chunks = (f->size + WA_SET_CHUNK - 1) / WA_SET_CHUNK;

	must(wa_set_path_valid(f->path));
	must(f->kind >= WA_FILE_REGULAR && f->kind <= WA_FILE_LINK);
	must(f->kind != WA_FILE_LINK || f->to != NULL);
	if (f->kind == WA_FILE_REGULAR) {
		must(f->part > 0 && wa_set_label_valid(f->in));
		must(f->frame_count == (chunks == 0 ? 1 : chunks));
		must(strlen(f->xxh128) == 32);
	}
	check_again(f);
}

static int
is_tail(const char *path)
{
	return strcmp(path, "global/pg_control") == 0 ||
	    strcmp(path, "backup_label") == 0 ||
	    strcmp(path, "tablespace_map") == 0;
}

static int
read_all(wa_set_reader *r, wa_error *err)
{
	char last[5000] = "";
	wa_set_file f;
	int rc, tail = 0;

	while ((rc = wa_set_next(&f, r, err)) == 1) {
		check_file(&f);
		tail |= is_tail(f.path);
		must(!tail || is_tail(f.path));
		must(tail || wa_path_compare(last, f.path) < 0);
		(void)strcpy(last, f.path);
	}
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static wa_config *cfg;
	wa_storage storage = { &ops };
	wa_repo repo = { .storage = &storage, .path = "/", .stanza = "db" };
	wa_error err = WA_ERROR_INIT;
	wa_set_reader *r = NULL;
	wa_writer *w;
	int rc;

	if (cfg == NULL)
		must(wa_config_new(&cfg, NULL) == 0);
	repo.cfg = cfg;
	w = make_object(data, size);
	rc = wa_set_open(&r, &repo, LABEL, &err);
	if (rc == 0)
		rc = read_all(r, &err);
	must(rc == 0 || rc == WA_ECORRUPT);
	must(rc == 0 || (err.code == rc && err.text[0] != '\0'));
	wa_set_reader_close(r);
	wa_writer_close(w);
	return 0;
}
