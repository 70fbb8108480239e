/*
 * flips.c - an object with a changed bit, a missing or an added byte is never
 * given back as anything but what was stored.
 *
 * Usage: flips [SEED [RANDOM-FLIPS]]
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "stream/label.h"
#include "support.h"

/* The parts of an object, in their order. */
enum part {
	LABEL_HEAD,
	LABEL,
	PADDING_HEAD,
	PADDING,
	FRAME_HEAD,
	BLOCKS,
	TAIL,
	PARTS
};

static const char *const part_names[PARTS] = { "label frame", "label",
	"padding frame", "padding", "frame head", "blocks", "tail" };

struct count {
	unsigned tried, refused, harmless, wrong;
};

static struct store store;
static struct wal w = WAL_INIT;
static uint8_t *plain;
static char object[600], got[600];
static uint8_t *bytes; /* of the object, as it should be */
static size_t size;
static int object_fd;
static struct count counts[PARTS];
static int failures;

static enum part
part_of(size_t at)
{
	size_t used = wa_le32(bytes + 4);

	if (at < 8)
		return LABEL_HEAD;
	if (at < 8 + used)
		return LABEL;
	if (at < 16 + used)
		return PADDING_HEAD;
	if (at < WA_LABEL_HEAD)
		return PADDING;
	if (at < WA_LABEL_HEAD + 18)
		return FRAME_HEAD;
	return at + 8 >= size ? TAIL : BLOCKS;
}

static void
set_byte(size_t at, uint8_t byte)
{
	if (pwrite(object_fd, &byte, 1, (off_t)at) != 1)
		abort();
}

static void
wrong(const char *what, size_t at, int rc, const wa_error *err)
{
	if (++failures <= 20)
		printf("not ok - %s at %zu: %d %s\n", what, at, rc, err->text);
}

/*
 * Ask for the object as it is now.  Refused is right; given is tolerable when
 * it is what was stored; "no such file" and a hole never are, for PostgreSQL
 * would end recovery there.
 */
static void
ask(const char *what, size_t at, struct count *count)
{
	wa_error err = WA_ERROR_INIT;
	int rc = wa_wal_get(
	    store.repo, SYSTEM, wal_name(&w), got, WA_GET_PARTIAL, &err);
	int is_there = file_exists(got);

	count->tried++;
	if (rc == 0 && file_holds(got, plain, w.size)) {
		count->harmless++;
	} else if ((rc == WA_ECORRUPT || rc == WA_EUSAGE) && !is_there) {
		count->refused++;
	} else {
		count->wrong++;
		wrong(what, at, rc, &err);
	}
	if (is_there)
		(void)unlink(got);
}

static void
flip(size_t bit)
{
	size_t at = bit / 8;

	set_byte(at, bytes[at] ^ (uint8_t)(1u << bit % 8));
	ask("a flipped bit", bit, &counts[part_of(at)]);
	set_byte(at, bytes[at]);
}

static void
flip_many(uint64_t seed, unsigned n)
{
	size_t bit;
	unsigned i;

	/* The parts that are small and different in kind in full, and of the
	 * others every seventh bit. */
	for (bit = 0; bit < 5000 * 8; bit++) {
		enum part part = part_of(bit / 8);

		if ((part != PADDING && part != BLOCKS) || bit % 29 == 0)
			flip(bit);
	}
	for (bit = (size - 8) * 8; bit < size * 8; bit++)
		flip(bit);
	for (i = 0; i < n; i++)
		flip(next_random(&seed) % (size * 8));
}

static void
resize(size_t to)
{
	if (ftruncate(object_fd, (off_t)to) != 0)
		abort();
}

static void
restore(void)
{
	resize(0);
	if (pwrite(object_fd, bytes, size, 0) != (ssize_t)size)
		abort();
}

static struct count
cut_short(void)
{
	struct count count = { 0, 0, 0, 0 };
	size_t n;

	for (n = 0; n < size; n += n < 40 ? 1 :
		 n < 4080                 ? 111 :
		 n < 4200                 ? 1 :
		 size - n > 3100          ? 3037 :
		 size - n > 40            ? 97 :
					    1) {
		resize(n);
		ask("cut short", n, &count);
		restore();
	}
	return count;
}

static struct count
added_to(uint64_t seed)
{
	static const size_t lengths[] = { 1, 2, 3, 4, 5, 7, 8, 15, 16, 100,
		4096, 65536, 131072 };
	struct count count = { 0, 0, 0, 0 };
	uint8_t *tail = calloc(1, 131072 + size);
	size_t i, kind;

	for (kind = 0; kind < 4; kind++)
		for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
			size_t n = lengths[i];

			memset(tail, 0, 131072);
			if (kind == 1)
				fill_random(tail, n, seed);
			if (kind == 2 && n >= 8) { /* skippable frame */
				wa_put_le32(tail, 0x184D2A50);
				wa_put_le32(tail + 4, (uint32_t)n - 8);
			}
			if (kind == 3)
				memcpy(tail, bytes + WA_LABEL_HEAD,
				    n > size - WA_LABEL_HEAD ?
					size - WA_LABEL_HEAD :
					n);
			if (pwrite(object_fd, tail, n, (off_t)size) !=
			    (ssize_t)n)
				abort();
			ask("bytes added", n, &count);
			resize(size);
		}
	/* The whole payload, and the whole object, once more. */
	if (pwrite(object_fd, bytes + WA_LABEL_HEAD, size - WA_LABEL_HEAD,
		(off_t)size) < 0)
		abort();
	ask("the payload twice", 0, &count);
	restore();
	if (pwrite(object_fd, bytes, size, (off_t)size) < 0)
		abort();
	ask("the object twice", 0, &count);
	restore();
	free(tail);
	return count;
}

static void
print(const char *name, const struct count *c)
{
	printf("#   %-14s %6u tried, %6u refused, %4u harmless, %u wrong\n",
	    name, c->tried, c->refused, c->harmless, c->wrong);
}

static void
one_codec(const char *type, uint64_t seed, unsigned n)
{
	struct count cut, added;
	wa_error err = WA_ERROR_INIT;
	int before = failures, i;

	memset(counts, 0, sizeof(counts));
	store_open(&store, type, w.size);
	push_wal(&store, &w, "");
	plain = wal_make(&w);
	snprintf(
	    object, sizeof(object), "%s", object_path(SYSTEM, wal_name(&w)));
	snprintf(got, sizeof(got), "%s", path_of("got"));
	bytes = file_get(object, &size);
	(void)chmod(object, 0600);
	object_fd = open(object, O_RDWR);
	if (object_fd < 0)
		abort();
	printf("# %s: an object of %zu bytes\n", type, size);
	flip_many(seed, n);
	cut = cut_short();
	added = added_to(seed);
	for (i = 0; i < PARTS; i++)
		print(part_names[i], &counts[i]);
	print("cut short", &cut);
	print("added to", &added);
	if (wa_wal_get(store.repo, SYSTEM, wal_name(&w), got, 0, &err) != 0 ||
	    !file_holds(got, plain, w.size))
		wrong("the object itself", 0, -1, &err);
	printf("%s - %s: what was changed is refused, or does not matter\n",
	    failures == before ? "ok" : "not ok", type);
	close(object_fd);
	free(bytes);
	free(plain);
	store_close(&store);
	folder_remove();
}

int
main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 20261121;
	unsigned n = argc > 2 ? (unsigned)atoi(argv[2]) : 4000;

	printf("# seed %llu, %u random flips a codec\n",
	    (unsigned long long)seed, n);
	one_codec("zstd", seed, n);
	one_codec("lz4", seed, n);
	one_codec("none", seed, n);
	return failures == 0 ? 0 : 1;
}
