/* sets.c - backup sets for tests. */
#include "config.h"

#include "sets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "repo/set_label.h"
#include "stream/codec.h"

#define BLOCK 512

wa_set
set_facts(int type, const char *prior)
{
	wa_set s;

	memset(&s, 0, sizeof(s));
	s.type = type;
	(void)snprintf(s.prior, sizeof(s.prior), "%s", prior);
	s.version = 15;
	s.system_id = SYSTEM;
	s.segment_size = MB;
	s.timeline = 1;
	s.redo = SET_REDO;
	s.checkpoint = SET_REDO + 0x40;
	s.stop = SET_STOP;
	s.start_time = SET_TIME;
	s.stop_time = SET_TIME + 60 * 1000000;
	return s;
}

wa_set_writer *
set_writer(struct store *s, int type, const char *prior)
{
	wa_set facts = set_facts(type, prior);
	wa_set_writer *w = NULL;

	ensure(wa_set_begin(&w, s->repo, &facts, 1000,
		   "{\"databases\":[{\"name\":\"x\",\"oid\":5}]}", NULL) == 0,
	    "wa_set_begin");
	return w;
}

static void
digest(wa_set_file *f, const uint8_t *data, size_t size)
{
	wa_digest *d = NULL;

	ensure(wa_digest_new(&d, NULL) == 0, "wa_digest_new");
	wa_digest_add(d, data, size);
	wa_digest_format(d, f->xxh128);
	wa_digest_free(d);
	f->crc32c = wa_crc32c(0, data, size);
}

/* A chunk with a block in front that stands for the header. */
static uint32_t
append_chunk(struct store *s, wa_set_writer *w, wa_set_file *f,
    const uint8_t *data, size_t size, int first)
{
	size_t room, n, front = first ? BLOCK : 0;
	uint8_t *plain = calloc(1, front + size + 1), *frame;
	wa_packer *packer = NULL;
	uint32_t part;
	uint64_t at;

	ensure(plain != NULL && wa_packer_new(&packer, s->cfg, NULL) == 0,
	    "wa_packer_new");
	memcpy(plain + front, data, size);
	room = wa_packer_bound(packer, front + size);
	frame = malloc(room);
	ensure(frame != NULL &&
		wa_packer_pack(
		    &n, packer, frame, room, plain, front + size, NULL) == 0,
	    "wa_packer_pack");
	ensure(wa_set_append(&part, &at, w, frame, n, front + size,
		   first ? WA_SET_NEW_FILE : 0, NULL) == 0,
	    "wa_set_append");
	if (first) {
		f->part = part;
		f->at = at;
	}
	wa_packer_free(packer);
	free(plain);
	free(frame);
	return (uint32_t)n;
}

wa_set_file
set_append(struct store *s, wa_set_writer *w, const char *path, size_t size)
{
	static uint32_t frames[16];
	wa_set_file f = { .mode = 0640,
		.path = path,
		.user = "postgres",
		.group = "daemon",
		.size = size,
		.mtime = SET_TIME * 1000 + 7,
		.ctime = SET_TIME * 1000 + 8,
		.inode = 77,
		.frames = frames };
	uint8_t *data = malloc(size + 1);
	size_t at = 0;

	ensure(data != NULL, "malloc");
	fill_random(data, size, strlen(path));
	digest(&f, data, size);
	do {
		size_t n = size - at < WA_SET_CHUNK ? size - at : WA_SET_CHUNK;

		ensure(f.frame_count < 16, "too many frames");
		frames[f.frame_count++] =
		    append_chunk(s, w, &f, data + at, n, at == 0);
		at += n;
	} while (at < size);
	free(data);
	return f;
}

void
set_put(struct store *s, wa_set_writer *w, const char *path, size_t size)
{
	wa_set_file f = set_append(s, w, path, size);

	ensure(wa_set_add(w, &f, NULL) == 0, path);
}

static void
put_other(wa_set_writer *w, int kind, const char *path, const char *to)
{
	wa_set_file f = { .kind = kind,
		.mode = 0700,
		.path = path,
		.to = to,
		.mtime = SET_TIME * 1000 };

	ensure(wa_set_add(w, &f, NULL) == 0, path);
}

void
set_put_folder(wa_set_writer *w, const char *path)
{
	put_other(w, WA_FILE_FOLDER, path, NULL);
}

void
set_put_link(wa_set_writer *w, const char *path, const char *to)
{
	put_other(w, WA_FILE_LINK, path, to);
}

void
set_fill(struct store *s, wa_set_writer *w)
{
	set_put(s, w, "PG_VERSION", 3);
	set_put_folder(w, "base");
	set_put_folder(w, "base/1");
	set_put(s, w, "base/1/1259", 3 * WA_SET_CHUNK / 2);
	set_put(s, w, "base/1/empty", 0);
	set_put(s, w, "base/1/l\xE4tin", 100);
	set_put_folder(w, "global");
	set_put_link(w, "link", "base/1/empty");
	set_put(s, w, "global/pg_control", 8192);
	set_put(s, w, "backup_label", 200);
}

const char *
set_commit(wa_set_writer *w)
{
	wa_set facts = set_facts(WA_SET_FULL, ""), made;
	char text[64];

	ensure(
	    wa_set_commit(&made, w, &facts, NULL, NULL) == 0, "wa_set_commit");
	wa_set_writer_close(w);
	(void)snprintf(text, sizeof(text), "x/%s", made.label);
	return strrchr(path_of(text), '/') + 1;
}

const char *
set_make(struct store *s, int type, const char *prior)
{
	wa_set_writer *w = set_writer(s, type, prior);

	set_fill(s, w);
	return set_commit(w);
}

void
set_raw(struct store *s, const char *label, uint32_t number, const void *text,
    size_t size)
{
	wa_set facts = set_facts(label[strlen(label) - 1], "");
	wa_writer *w = NULL, *next = NULL;
	static wa_label head;
	wa_key key;

	(void)snprintf(facts.label, sizeof(facts.label), "%s", label);
	if (facts.type != WA_SET_FULL)
		(void)snprintf(
		    facts.prior, sizeof(facts.prior), "%.17s", label);
	if (number == 0)
		wa_key_set_object(key, s->repo->stanza, label, WA_KEY_MANIFEST);
	else
		wa_key_list(key, s->repo->stanza, label, number);
	(void)unlink(set_path(label, strrchr(key, '/') + 1));
	wa_set_to_label(&head, &facts);
	ensure(wa_storage_put(&w, s->repo->storage, key, NULL) == 0, key);
	ensure(wa_label_writer(&next, w, &head, NULL) == 0, key);
	ensure(wa_zstd_writer(&w, next, 0, WA_SIZE_UNKNOWN, NULL) == 0, key);
	ensure(wa_writer_write(w, text, size, NULL) == 0, key);
	ensure(wa_writer_finish(w, NULL) == 0, key);
	wa_writer_close(w);
}

const char *
set_path(const char *label, const char *object)
{
	char text[200];

	(void)snprintf(
	    text, sizeof(text), "repo/db/backup/%s/%s", label, object);
	return path_of(text);
}

int
set_read(struct store *s, const char *label, wa_error *err)
{
	wa_set_reader *r = NULL;
	wa_set_file f;
	int rc = wa_set_open(&r, s->repo, label, err), n = 0;

	while (rc == 0 && (rc = wa_set_next(&f, r, err)) == 1) {
		n++;
		rc = 0;
	}
	wa_set_reader_close(r);
	return rc < 0 ? rc : n;
}
