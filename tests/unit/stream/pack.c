/* pack.c - buffers as frames, and back; damage is never taken for data. */
#include "config.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/bytes.h"
#include "base/sys.h"
#include "stream/frame.h"
#include "support.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define ROOM (2 * MB)

static const char *const types[] = { "zstd", "lz4", "none" };
static const size_t sizes[] = { 0, 1, 511, 65536, 128u << 10, MB - 1, MB,
	MB + 512 };

static wa_error err;
static uint8_t *plain, *frame, *back;
static wa_config *cfg;
static wa_packer *packer;
static wa_unpacker *unpacker;

static void
begin(void)
{
	plain = malloc(ROOM);
	frame = malloc(ROOM);
	back = malloc(ROOM);
	cr_assert_eq(wa_unpacker_new(&unpacker, &err), 0);
}

static void
drop_packer(void)
{
	wa_packer_free(packer);
	wa_config_free(cfg);
	packer = NULL;
	cfg = NULL;
}

static void
end(void)
{
	wa_sys_hook = NULL;
	drop_packer();
	wa_unpacker_free(unpacker);
	wa_packer_free(NULL);
	wa_unpacker_free(NULL);
	free(plain);
	free(frame);
	free(back);
}

TestSuite(pack, .init = begin, .fini = end, .timeout = 120);

static void
use(const char *type)
{
	drop_packer();
	cr_assert_eq(wa_config_new(&cfg, &err), 0);
	cr_assert_eq(wa_config_set(cfg, "compress-type", type, &err), 0);
	cr_assert_eq(wa_packer_new(&packer, cfg, &err), 0);
}

static size_t
pack(size_t size)
{
	size_t used = 0;

	cr_assert_eq(wa_packer_pack(&used, packer, frame,
			 wa_packer_bound(packer, size), plain, size, &err),
	    0, "%zu: %s", size, err.text);
	return used;
}

/* How many bytes, or what went wrong; never more than room are written. */
static int64_t
unpack(const uint8_t *from, size_t size, size_t room)
{
	size_t n = 12345;
	int rc;

	memset(back, 0xA5, ROOM);
	err.text[0] = '\0';
	rc = wa_unpacker_unpack(&n, unpacker, back, room, from, size, &err);
	cr_assert_eq(back[room], 0xA5, "%zu bytes of room", room);
	if (rc == 0)
		return (int64_t)n;
	cr_assert_eq(n, 12345, "an out-parameter after a failure");
	cr_assert_neq(err.text[0], '\0');
	return rc;
}

Test(pack, what_goes_in_comes_out_with_contexts_used_again)
{
	size_t t, s, kind;

	for (t = 0; t < COUNT(types); t++) {
		use(types[t]);
		for (s = 0; s < 2 * COUNT(sizes); s++) {
			size_t size = sizes[s % COUNT(sizes)], n;

			kind = s / COUNT(sizes);
			memset(plain, 7, ROOM);
			if (kind == 1)
				fill_random(plain, size, s);
			n = pack(size);
			cr_expect_eq(unpack(frame, n, size), (int64_t)size,
			    "%s %zu: %s", types[t], size, err.text);
			cr_expect_eq(memcmp(back, plain, size), 0);
			cr_expect_eq(unpack(frame, n, ROOM - 1), (int64_t)size);
		}
	}
}

Test(pack, too_little_room_to_pack_is_an_error_and_the_packer_goes_on)
{
	size_t t, used = 12345;

	fill_random(plain, MB, 3);
	for (t = 0; t < COUNT(types); t++) {
		use(types[t]);
		memset(frame, 0xA5, ROOM);
		cr_expect_lt(
		    wa_packer_pack(&used, packer, frame, 1000, plain, MB, &err),
		    0, "%s", types[t]);
		cr_expect_eq(used, 12345);
		cr_expect_eq(frame[1000], 0xA5);
		cr_expect_eq(unpack(frame, pack(MB), MB), (int64_t)MB);
	}
}

Test(pack, a_frame_of_more_bytes_than_room_is_corrupt)
{
	size_t t, n;

	memset(plain, 0, MB);
	for (t = 0; t < COUNT(types); t++) {
		use(types[t]);
		n = pack(MB);
		cr_expect_eq(unpack(frame, n, MB - 1), WA_ECORRUPT);
		cr_expect_eq(unpack(frame, n, 1), WA_ECORRUPT);
		cr_expect_eq(unpack(frame, n, MB), (int64_t)MB);
	}
}

Test(pack, a_frame_that_was_cut_short_is_corrupt)
{
	size_t t, n, i;

	fill_random(plain, 3000, 5);
	for (t = 0; t < COUNT(types); t++) {
		use(types[t]);
		n = pack(3000);
		for (i = 0; i < n; i++)
			cr_expect_eq(unpack(frame, i, ROOM - 1), WA_ECORRUPT,
			    "%s: %zu of %zu bytes", types[t], i, n);
	}
}

/* A flipped bit may hit one that means nothing; then it is the same data. */
Test(pack, a_flipped_bit_is_corrupt_or_harmless)
{
	size_t t, n, bit;

	memset(plain, 0, 4000);
	fill_random(plain, 1000, 6);
	for (t = 0; t < COUNT(types); t++) {
		use(types[t]);
		n = pack(4000);
		for (bit = 0; bit < 8 * n; bit++) {
			int64_t rc;

			frame[bit / 8] ^= (uint8_t)(1u << bit % 8);
			rc = unpack(frame, n, ROOM - 1);
			if (rc == 4000)
				cr_expect_eq(memcmp(back, plain, 4000), 0,
				    "%s bit %zu", types[t], bit);
			else
				cr_expect_eq(rc, WA_ECORRUPT, "%s bit %zu: %d",
				    types[t], bit, (int)rc);
			frame[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
	}
}

Test(pack, what_stands_behind_a_frame_is_corrupt)
{
	size_t t, n;

	memset(plain, 1, 100);
	for (t = 0; t < COUNT(types); t++) {
		use(types[t]);
		n = pack(100);
		frame[n] = 0;
		cr_expect_eq(
		    unpack(frame, n + 1, 1000), WA_ECORRUPT, "%s", types[t]);
	}
}

/* Of zstd the size is in the header (RFC 8878 section 3.1.1.1). */
Test(pack, a_frame_that_claims_a_huge_size_takes_no_memory_for_it)
{
	static const uint8_t huge[] = { 0x28, 0xB5, 0x2F, 0xFD, 0xC4, 0x38,
		0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x3F, 1, 0, 0, 1, 2,
		3, 4 };
	static const uint8_t window[] = { 0x28, 0xB5, 0x2F, 0xFD, 0x00, 0xF8, 1,
		0, 0 };
	size_t n;

	cr_expect_eq(unpack(huge, sizeof(huge), MB), WA_ECORRUPT);
	n = (size_t)unpack(window, sizeof(window), MB);
	cr_expect(n == 0 || (int64_t)n == WA_ECORRUPT);
	use("lz4");
	memset(plain, 0, MB);
	n = pack(MB);
	wa_put_le64(frame + 6, UINT64_C(1) << 62);
	cr_expect_eq(unpack(frame, n, MB), WA_ECORRUPT);
}

Test(pack, what_is_no_frame_is_corrupt)
{
	static const char *const texts[] = { "", "x", "abc", "abcdefghijklmnop",
		"\x28\xB5\x2F\xFD", "\x04\x22\x4D\x18",
		"\x04\x22\x4D\x18\x40" };
	size_t i;

	for (i = 0; i < COUNT(texts); i++)
		cr_expect_eq(
		    unpack((const uint8_t *)texts[i], strlen(texts[i]), 1000),
		    WA_ECORRUPT, "%zu", i);
}

Test(pack, two_frames_are_not_one)
{
	size_t t, n;

	memset(plain, 1, 100);
	for (t = 0; t < COUNT(types); t++) {
		use(types[t]);
		n = pack(100);
		memcpy(frame + n, frame, n);
		cr_expect_eq(
		    unpack(frame, 2 * n, 150), WA_ECORRUPT, "%s", types[t]);
	}
}

static int
no_memory(const char *call)
{
	return strcmp(call, "malloc") == 0 ? ENOMEM : 0;
}

Test(pack, memory_that_cannot_be_had_is_said)
{
	wa_packer *p = NULL;
	wa_unpacker *u = NULL;
	size_t n;

	memset(plain, 0, 100);
	use("lz4");
	n = pack(100);
	wa_sys_hook = no_memory;
	cr_expect_eq(wa_packer_new(&p, cfg, &err), WA_ENOMEM);
	cr_expect_eq(wa_unpacker_new(&u, &err), WA_ENOMEM);
	cr_expect_eq(unpack(frame, n, 1000), WA_ENOMEM);
	cr_expect_eq(wa_packer_pack(&n, packer, frame, ROOM, plain, 100, &err),
	    WA_ENOMEM);
	cr_expect_null(p);
	cr_expect_null(u);
}
