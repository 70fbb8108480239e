/* remote_prior.c - a table of offsets into a file of lines. */
#include "config.h"

#include "remote_prior.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "errors.h"
#include "message.h"
#include "pg_manifest.h"

#define SECOND INT64_C(1000000000)
#define FIRST_SLOTS 4096

/* What is kept of a line; behind it, its frames' lengths and path. */
struct line {
	wa_set_file file; /* its pointers mean nothing */
	char in[WA_SET_LABEL_SIZE];
	size_t path_size; /* with the NUL */
};

struct slot {
	uint64_t hash; /* 0: free */
	uint64_t at;   /* of the line in the file */
};

struct remote_prior {
	FILE *lines;
	uint64_t end; /* of lines */
	struct slot *slots;
	size_t slot_count, used; /* the former is a power of two */
	int manifest;            /* descriptor, or -1 */
	struct line line;        /* that was found */
	char *behind;
	size_t room; /* of behind */
};

/* FNV-1a, with its weak low bits stirred; never 0. */
static uint64_t
hash_of(const char *path)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *path != '\0'; path++)
		hash = (hash ^ (unsigned char)*path) * UINT64_C(0x100000001b3);
	hash ^= hash >> 32;
	return hash == 0 ? 1 : hash;
}

static void
enter(struct slot *slots, size_t count, const struct slot *new)
{
	size_t i = (size_t) new->hash &(count - 1);

	while (slots[i].hash != 0)
		i = (i + 1) & (count - 1);
	slots[i] = *new;
}

/* Two thirds of the slots are taken at most. */
static int
make_room(struct remote_prior *p, wa_error *err)
{
	size_t count = p->slot_count == 0 ? FIRST_SLOTS : 2 * p->slot_count, i;
	struct slot *slots;

	if (3 * p->used < 2 * p->slot_count)
		return 0;
	slots = calloc(count, sizeof(*slots));
	if (slots == NULL)
		return out_of_memory(err);
	for (i = 0; i < p->slot_count; i++)
		if (p->slots[i].hash != 0)
			enter(slots, count, &p->slots[i]);
	free(p->slots);
	p->slots = slots;
	p->slot_count = count;
	return 0;
}

static size_t
frames_size(const wa_set_file *f)
{
	return f->frame_count * sizeof(*f->frames);
}

static int
write_line(struct remote_prior *p, const wa_set_file *f, wa_error *err)
{
	struct line line = { .file = *f, .path_size = strlen(f->path) + 1 };
	size_t frames = frames_size(f);

	(void)snprintf(line.in, sizeof(line.in), "%s", f->in);
	if (fwrite(&line, sizeof(line), 1, p->lines) != 1 ||
	    fwrite(f->frames, 1, frames, p->lines) != frames ||
	    fwrite(f->path, 1, line.path_size, p->lines) != line.path_size)
		return error_system(err, "could not write a temporary file");
	p->end += sizeof(line) + frames + line.path_size;
	return 0;
}

static int
add(struct remote_prior *p, struct pg_manifest *manifest, const wa_set_file *f,
    wa_error *err)
{
	struct slot new = { hash_of(f->path), p->end };
	int rc = make_room(p, err);

	if (rc == 0)
		rc = write_line(p, f, err);
	if (rc < 0)
		return rc;
	enter(p->slots, p->slot_count, &new);
	p->used++;
	return pg_manifest_add(
	    manifest, f->path, f->size, f->mtime / SECOND, f->crc32c, err);
}

static int
read_set(struct remote_prior *p, struct pg_manifest *manifest,
    wa_set_reader *reader, wa_error *err)
{
	wa_set_file file;
	int rc;

	while ((rc = wa_set_next(&file, reader, err)) == 1)
		if (file.kind == WA_FILE_REGULAR && file.bad_pages == 0 &&
		    (rc = add(p, manifest, &file, err)) < 0)
			break;
	if (rc == 0 && fflush(p->lines) != 0)
		rc = error_system(err, "could not write a temporary file");
	return rc;
}

static int
open_lines(struct remote_prior *p, wa_error *err)
{
	int fd = -1, rc = wa_tempfile(&fd, err);

	if (rc < 0)
		return rc;
	p->lines = fdopen(fd, "w+");
	if (p->lines == NULL) {
		(void)close(fd);
		return out_of_memory(err);
	}
	return wa_tempfile(&p->manifest, err);
}

/* What the set needs of WAL is of one timeline: of a promotion amid it, it
 * would have known. */
static int
finish_manifest(
    struct pg_manifest *manifest, int fd, const wa_set *set, wa_error *err)
{
	struct pg_wal_range range = { set->timeline, set->redo, set->stop };
	int rc = pg_manifest_finish(manifest, &range, 1, err);

	if (rc == 0 && lseek(fd, 0, SEEK_SET) < 0)
		rc = error_system(err, "could not read a temporary file");
	return rc;
}

static int
read_all(
    struct remote_prior *p, wa_repo *repo, const wa_set *set, wa_error *err)
{
	struct pg_manifest *manifest = NULL;
	wa_set_reader *reader = NULL;
	int rc = open_lines(p, err);

	if (rc == 0)
		rc = pg_manifest_begin_nameless(
		    &manifest, p->manifest, set->version, set->system_id, err);
	if (rc == 0)
		rc = wa_set_open(&reader, repo, set->label, err);
	if (rc == 0)
		rc = read_set(p, manifest, reader, err);
	if (rc == 0)
		rc = finish_manifest(manifest, p->manifest, set, err);
	wa_set_reader_close(reader);
	pg_manifest_close(manifest);
	return rc;
}

int
remote_prior_open(
    struct remote_prior **out, wa_repo *repo, const wa_set *set, wa_error *err)
{
	struct remote_prior *p = calloc(1, sizeof(*p));
	int rc;

	if (p == NULL)
		return out_of_memory(err);
	p->manifest = -1;
	rc = read_all(p, repo, set, err);
	if (rc == 0)
		*out = p;
	else
		remote_prior_close(p);
	return rc;
}

static int
read_at(
    struct remote_prior *p, void *buf, size_t size, uint64_t at, wa_error *err)
{
	char *to = buf;

	while (size > 0) {
		ssize_t n = pread(fileno(p->lines), to, size, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return error_system(
			    err, "could not read a temporary file");
		to += n;
		at += (uint64_t)n;
		size -= (size_t)n;
	}
	return 0;
}

static int
read_line(struct remote_prior *p, uint64_t at, wa_error *err)
{
	struct line *l = &p->line;
	int rc = read_at(p, l, sizeof(*l), at, err);
	size_t size;

	if (rc < 0)
		return rc;
	size = frames_size(&l->file) + l->path_size;
	if (size > p->room) {
		char *behind = realloc(p->behind, size);

		if (behind == NULL)
			return out_of_memory(err);
		p->behind = behind;
		p->room = size;
	}
	rc = read_at(p, p->behind, size, at + sizeof(*l), err);
	l->file.in = l->in;
	l->file.to = l->file.user = l->file.group = NULL;
	l->file.frames = (const uint32_t *)(const void *)p->behind;
	l->file.path = p->behind + frames_size(&l->file);
	return rc;
}

int
remote_prior_find(wa_set_file *out, struct remote_prior *prior,
    const char *path, wa_error *err)
{
	uint64_t hash = hash_of(path);
	size_t last = prior->slot_count - 1, i;
	int rc;

	if (prior->slot_count == 0)
		return 0;
	for (i = (size_t)hash & last; prior->slots[i].hash != 0;
	     i = (i + 1) & last) {
		if (prior->slots[i].hash != hash)
			continue;
		rc = read_line(prior, prior->slots[i].at, err);
		if (rc < 0)
			return rc;
		if (strcmp(prior->line.file.path, path) == 0) {
			*out = prior->line.file;
			return 1;
		}
	}
	return 0;
}

int
remote_prior_manifest(const struct remote_prior *prior)
{
	return prior->manifest;
}

void
remote_prior_close(struct remote_prior *prior)
{
	if (prior == NULL)
		return;
	if (prior->lines != NULL)
		(void)fclose(prior->lines);
	if (prior->manifest >= 0)
		(void)close(prior->manifest);
	free(prior->slots);
	free(prior->behind);
	free(prior);
}
