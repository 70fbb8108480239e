/*
 * mkset.c - base backups for tests, made without a PostgreSQL, by the library.
 *
 *	mkset REPO TYPE PRIOR TIMELINE REDO STOP DAYS [FILE...]
 *
 * prints the label.  TYPE is F, D or I, and f, d or i leaves the set
 * unfinished; PRIOR a label or ""; DAYS how long ago it was done.  Each FILE is
 * NAME=SIZE, or NAME@LABEL=SIZE for one that lies in that set.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "walarch.h"

#define SYSTEM UINT64_C(7431170312345678901)
#define DAY INT64_C(86400000000)
#define BLOCK 512

static wa_error err;
static wa_config *cfg;
static wa_repo *repo;
static wa_set_writer *writer;
static wa_packer *packer;

static void
must(int rc)
{
	if (rc >= 0)
		return;
	(void)fprintf(stderr, "mkset: %s\n", err.text);
	exit(1);
}

static uint64_t
lsn(const char *text)
{
	uint64_t value = 0;

	must(wa_lsn_parse(&value, text));
	return value;
}

static void
fill(unsigned char *data, size_t size, unsigned seed)
{
	size_t i;

	for (i = 0; i < size; i++) {
		seed = seed * 1103515245 + 12345;
		data[i] = (unsigned char)(seed >> 16);
	}
}

static void
digest(wa_set_file *f, const unsigned char *data)
{
	wa_digest *d = NULL;

	must(wa_digest_new(&d, &err));
	wa_digest_add(d, data, f->size);
	wa_digest_format(d, f->xxh128);
	wa_digest_free(d);
	f->crc32c = wa_crc32c(0, data, f->size);
}

/* A block that stands for the header, the data, and padding. */
static void
store(wa_set_file *f, const unsigned char *data, uint32_t *length)
{
	size_t plain = BLOCK + (f->size + BLOCK - 1) / BLOCK * BLOCK, size;
	size_t room = wa_packer_bound(packer, plain);
	unsigned char *tar = calloc(1, plain), *frame = malloc(room);

	if (tar == NULL || frame == NULL)
		exit(1);
	memcpy(tar + BLOCK, data, f->size);
	must(wa_packer_pack(&size, packer, frame, room, tar, plain, &err));
	must(wa_set_append(&f->part, &f->at, writer, frame, size, plain,
	    WA_SET_NEW_FILE, &err));
	*length = (uint32_t)size;
	f->frames = length;
	f->frame_count = 1;
	free(tar);
	free(frame);
}

/* Of what lies in another set that one's manifest tells. */
static void
refer(wa_set_file *f, const char *label)
{
	wa_set_reader *reader = NULL;
	wa_set_file other;
	int rc;

	must(wa_set_open(&reader, repo, label, &err));
	while ((rc = wa_set_next(&other, reader, &err)) > 0)
		if (strcmp(other.path, f->path) == 0) {
			if (other.in == NULL)
				other.in = label;
			must(wa_set_add(writer, &other, &err));
		}
	must(rc);
	wa_set_reader_close(reader);
}

static void
add_file(char *text)
{
	wa_set_file f = { .mode = 0600,
		.path = text,
		.user = "postgres",
		.group = "postgres" };
	char *size = strrchr(text, '='), *in = strchr(text, '@');
	unsigned char *data;
	uint32_t length;

	*size++ = '\0';
	f.size = strtoull(size, NULL, 10);
	if (in != NULL) {
		*in++ = '\0';
		refer(&f, in);
		return;
	}
	data = malloc(f.size + 1);
	if (data == NULL)
		exit(1);
	fill(data, f.size, (unsigned)f.size);
	digest(&f, data);
	store(&f, data, &length);
	must(wa_set_add(writer, &f, &err));
	free(data);
}

int
main(int argc, char **argv)
{
	wa_set set = {
		.system_id = SYSTEM, .version = 15, .segment_size = 1 << 20
	};
	int i;

	if (argc < 8)
		return 2;
	must(wa_config_new(&cfg, &err));
	must(wa_config_set(cfg, "repo1-path", argv[1], &err));
	must(wa_config_load(cfg, "backup", &err));
	must(wa_repo_open(&repo, cfg, &err));
	must(wa_packer_new(&packer, cfg, &err));
	set.type = toupper((unsigned char)argv[2][0]);
	(void)snprintf(set.prior, sizeof(set.prior), "%s", argv[3]);
	set.timeline = (uint32_t)strtoul(argv[4], NULL, 10);
	set.redo = set.checkpoint = lsn(argv[5]);
	set.stop = lsn(argv[6]);
	set.stop_time =
	    (int64_t)time(NULL) * 1000000 - strtoll(argv[7], NULL, 10) * DAY;
	set.start_time = set.stop_time - 1000000;
	must(wa_set_begin(&writer, repo, &set, 1000000, NULL, &err));
	(void)printf("%s\n", wa_set_writer_label(writer));
	for (i = 8; i < argc; i++)
		add_file(argv[i]);
	if (set.type == argv[2][0])
		must(wa_set_commit(
		    &set, writer, &set, "team=dba\nwhy=test", &err));
	wa_set_writer_close(writer);
	wa_packer_free(packer);
	wa_repo_close(repo);
	wa_config_free(cfg);
	return 0;
}
