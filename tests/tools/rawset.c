/*
 * rawset.c - a backup set out of a description on standard input, with good
 * labels and digests, whatever it says.
 *
 *	rawset REPO F|D|I PRIOR [own|open]
 *
 * prints the label.  With "own" the manifest is not the library's, which
 * would refuse lies; with "open" the set is left unfinished.  Lines:
 *
 *	folder PATH [TO]
 *	link PATH TO
 *	file PATH SIZE [KEY=VALUE...]	keys: to, mode, and to lie about it:
 *					in, part, at, frame, xxh128, plain
 *	many COUNT FOLDER		empty files in it
 *	raw LINE			anything for a manifest
 *	facts KEY=NUMBER...		of the label: segment-size
 *
 * plain is how many bytes the frame really has.
 */
#include "config.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "repo/set_label.h"
#include "repo/set_line.h"
#include "stream/codec.h"

#define SYSTEM UINT64_C(7431170312345678901)
#define NOON INT64_C(1795262400000000) /* 2026-11-21T12:00:00Z */
#define BLOCK 512
#define FRAMES 64

static wa_error err;
static wa_config *cfg;
static wa_repo *repo;
static wa_set_writer *writer;
static wa_packer *packer;
static wa_set facts = { .version = 15,
	.system_id = SYSTEM,
	.segment_size = 1 << 20,
	.timeline = 1,
	.redo = 0x5000028,
	.checkpoint = 0x5000060,
	.stop = 0x5000138,
	.start_time = NOON,
	.stop_time = NOON + 60000000 };
static uint32_t segment_size = 1 << 20;
static char header[500];

/* The lines, when the manifest is written here. */
static FILE *lines;
static char *text;
static size_t text_size;
static int own, ended;
static uint64_t files;

static void
must(int rc)
{
	if (rc >= 0)
		return;
	(void)fprintf(stderr, "rawset: %s\n", err.text);
	exit(1);
}

static void *
memory(size_t size)
{
	void *p = calloc(1, size > 0 ? size : 1);

	if (p == NULL)
		exit(1);
	return p;
}

static void
add(const wa_set_file *f)
{
	struct wa_line_buffer buffer = { NULL, 0, 0 };

	if (!own) {
		must(wa_set_add(writer, f, &err));
		return;
	}
	must(wa_set_line_format(&buffer, f, &err));
	(void)fwrite(buffer.text, 1, buffer.used, lines);
	wa_line_buffer_free(&buffer);
	files += f->kind == WA_FILE_REGULAR;
}

static void
digest(wa_set_file *f, const uint8_t *data)
{
	wa_digest *d = NULL;

	must(wa_digest_new(&d, &err));
	wa_digest_add(d, data, f->size);
	wa_digest_format(d, f->xxh128);
	wa_digest_free(d);
	f->crc32c = wa_crc32c(0, data, f->size);
}

/* What a frame has: a block for the header, data, and padding. */
static void
store(wa_set_file *f, uint32_t *length, const uint8_t *data, size_t chunk,
    uint64_t plain)
{
	size_t done = chunk * WA_SET_CHUNK, size = f->size - done;
	size_t front = chunk == 0 ? BLOCK : 0, all, room, n;
	uint8_t *bytes, *frame;
	uint32_t part;
	uint64_t at;

	size = size < WA_SET_CHUNK ? size : WA_SET_CHUNK;
	all = front + size;
	if (done + size == f->size)
		all += (BLOCK - f->size % BLOCK) % BLOCK;
	if (plain != UINT64_MAX)
		all = plain;
	room = wa_packer_bound(packer, all);
	bytes = memory(all + size + front);
	frame = memory(room);
	memcpy(bytes + front, data + done, size);
	must(wa_packer_pack(&n, packer, frame, room, bytes, all, &err));
	must(wa_set_append(&part, &at, writer, frame, n, all,
	    chunk == 0 ? WA_SET_NEW_FILE : 0, &err));
	if (chunk == 0) {
		f->part = part;
		f->at = at;
	}
	*length = (uint32_t)n;
	free(bytes);
	free(frame);
}

static void
store_all(wa_set_file *f, uint32_t *frames, uint64_t plain)
{
	uint8_t *data = memory(f->size);
	uint64_t i, seed = strlen(f->path);

	for (i = 0; i < f->size; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		data[i] = (uint8_t)(seed >> 60);
	}
	digest(f, data);
	do
		store(f, &frames[f->frame_count], data, f->frame_count, plain);
	while (++f->frame_count * WA_SET_CHUNK < f->size);
	free(data);
}

static void
change(wa_set_file *f, uint32_t *frames, const char *key, char *value)
{
	uint64_t number = strtoull(value, NULL, 0);

	if (strcmp(key, "in") == 0)
		f->in = value;
	else if (strcmp(key, "part") == 0)
		f->part = (uint32_t)number;
	else if (strcmp(key, "at") == 0)
		f->at = number;
	else if (strcmp(key, "frame") == 0)
		frames[0] = (uint32_t)number;
	else if (strcmp(key, "xxh128") == 0)
		(void)snprintf(f->xxh128, sizeof(f->xxh128), "%s", value);
	else if (strcmp(key, "to") == 0)
		f->to = value;
	else if (strcmp(key, "mode") == 0)
		f->mode = (uint32_t)strtoul(value, NULL, 8);
}

static void
add_file(char *words)
{
	uint32_t frames[FRAMES];
	wa_set_file f = { .mode = 0600,
		.mtime = NOON * 1000,
		.frames = frames,
		.path = strtok(words, " ") };
	char *word = strtok(NULL, " "), *options = strtok(NULL, "");
	const char *plain = options == NULL ? NULL : strstr(options, "plain=");

	f.size = strtoull(word, NULL, 10);
	if (f.size > (uint64_t)FRAMES * WA_SET_CHUNK)
		exit(1);
	store_all(&f, frames,
	    plain == NULL ? UINT64_MAX : strtoull(plain + 6, NULL, 10));
	for (word = options == NULL ? NULL : strtok(options, " "); word != NULL;
	     word = strtok(NULL, " ")) {
		char *value = strchr(word, '=');

		*value++ = '\0';
		change(&f, frames, word, value);
	}
	add(&f);
}

static void
add_other(int kind, char *words)
{
	wa_set_file f = { .kind = kind,
		.mode = 0700,
		.mtime = NOON * 1000,
		.path = strtok(words, " "),
		.to = strtok(NULL, "") };

	add(&f);
}

static void
add_many(char *words)
{
	unsigned count = (unsigned)atoi(strtok(words, " ")), i;
	const char *folder = strtok(NULL, "");
	uint32_t frame;
	wa_set_file f = {
		.mode = 0600, .mtime = NOON * 1000, .frames = &frame
	};
	char path[4096];

	for (i = 0; i < count; i++) {
		(void)snprintf(path, sizeof(path), "%s/%08u", folder, i);
		f.path = path;
		f.frame_count = 0;
		store_all(&f, &frame, UINT64_MAX);
		add(&f);
	}
}

static void
add_line(char *line)
{
	char *words = strchr(line, ' ');

	line[strcspn(line, "\n")] = '\0';
	if (words == NULL)
		exit(2);
	*words++ = '\0';
	if (strcmp(line, "folder") == 0)
		add_other(WA_FILE_FOLDER, words);
	else if (strcmp(line, "link") == 0)
		add_other(WA_FILE_LINK, words);
	else if (strcmp(line, "file") == 0)
		add_file(words);
	else if (strcmp(line, "many") == 0)
		add_many(words);
	else if (strcmp(line, "facts") == 0) {
		segment_size = (uint32_t)atoi(strchr(words, '=') + 1);
	} else {
		ended |= strncmp(words, "{\"end\":", 7) == 0;
		(void)fprintf(lines, "%s\n", words);
	}
}

/* The data directory is of whom this runs as. */
static void
make_header(void)
{
	const struct passwd *user = getpwuid(geteuid());
	const struct group *group = getgrgid(getegid());

	(void)snprintf(header, sizeof(header),
	    "{\"walarch\":1,\"pgdata\":{\"mode\":\"0700\",\"user\":\"%s\","
	    "\"group\":\"%s\"}}",
	    user == NULL ? "" : user->pw_name,
	    group == NULL ? "" : group->gr_name);
}

/* The library's manifest goes, and this one comes. */
static void
replace_manifest(const char *path, wa_set *set)
{
	wa_writer *w = NULL, *next = NULL;
	static wa_label label;
	char file[4096];
	wa_key key;

	wa_key_set_object(key, "db", set->label, WA_KEY_MANIFEST);
	(void)snprintf(file, sizeof(file), "%s/%s", path, key);
	if (unlink(file) < 0)
		exit(1);
	if (!ended)
		(void)fprintf(lines, "{\"end\":{\"files\":%llu}}\n",
		    (unsigned long long)files);
	(void)fclose(lines);
	set->segment_size = segment_size;
	wa_set_to_label(&label, set);
	must(wa_storage_put(&w, repo->storage, key, &err));
	must(wa_label_writer(&next, w, &label, &err));
	must(wa_zstd_writer(&w, next, 0, WA_SIZE_UNKNOWN, &err));
	must(wa_writer_write(w, header, strlen(header), &err));
	must(wa_writer_write(w, "\n", 1, &err));
	must(wa_writer_write(w, text, text_size, &err));
	must(wa_writer_finish(w, &err));
	wa_writer_close(w);
	lines = NULL;
}

int
main(int argc, char **argv)
{
	char *line = NULL;
	size_t room = 0;
	int open = argc > 4 && strcmp(argv[4], "open") == 0;

	if (argc < 4)
		return 2;
	own = argc > 4 && !open;
	must(wa_config_new(&cfg, &err));
	must(wa_config_set(cfg, "repo1-path", argv[1], &err));
	must(wa_config_load(cfg, "backup", &err));
	must(wa_repo_open(&repo, cfg, &err));
	must(wa_packer_new(&packer, cfg, &err));
	make_header();
	facts.type = argv[2][0];
	(void)snprintf(facts.prior, sizeof(facts.prior), "%s", argv[3]);
	must(wa_set_begin(&writer, repo, &facts, 1000000, header, &err));
	lines = open_memstream(&text, &text_size);
	if (lines == NULL)
		return 1;
	while (getline(&line, &room, stdin) > 0)
		add_line(line);
	if (!open) {
		must(wa_set_commit(&facts, writer, &facts, NULL, &err));
		if (own)
			replace_manifest(argv[1], &facts);
	}
	(void)printf("%s\n", wa_set_writer_label(writer));
	if (lines != NULL)
		(void)fclose(lines);
	free(text);
	free(line);
	wa_set_writer_close(writer);
	wa_packer_free(packer);
	wa_repo_close(repo);
	wa_config_free(cfg);
	return 0;
}
