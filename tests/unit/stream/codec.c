/* codec.c - what goes in comes out, here and by the ordinary tools. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "stream/codec.h"
#include "stream/frame.h"
#include "support.h"

TestSuite(codec, .fini = folder_remove, .timeout = 120);

static wa_error err;

/* Does the upstream check every byte?  Then the decoder need not. */
static int vouched;

static const struct codec {
	const char *type, *tool;
	int levels[8];
} codecs[] = {
	{ "zstd", "zstd", { 0, 1, 3, 19, 22, -1 } },
	{ "lz4", "lz4", { 0, 1, 9, 12, -1 } },
	{ "none", "zstd", { 0, -1 } },
};

static const size_t sizes[] = { 0, 1, (128u << 10) - 1, 128u << 10,
	(128u << 10) + 1, MB + 3 };

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* One frame, for free(); written in pieces of step. */
static uint8_t *
encode(size_t *out, const char *type, int level, const uint8_t *data,
    size_t size, size_t step)
{
	wa_writer *sink = memory_writer(), *w = NULL;
	const uint8_t *taken;
	uint8_t *copy;
	int finished;
	size_t at;

	cr_assert_eq(
	    wa_encoder(&w, sink, type, level, size, &err), 0, "%s", err.text);
	for (at = 0; at < size; at += step)
		cr_assert_eq(wa_writer_write(w, data + at,
				 size - at < step ? size - at : step, &err),
		    0);
	(void)memory_taken(sink, out, &finished);
	cr_assert_eq(finished, 0);
	cr_assert_eq(wa_writer_finish(w, &err), 0, "%s", err.text);
	taken = memory_taken(sink, out, &finished);
	cr_assert_eq(finished, 1);
	copy = malloc(*out + 65536);
	memcpy(copy, taken, *out);
	wa_writer_close(w);
	return copy;
}

/* Does data decode to size bytes at plain?  1; else 0 or what went wrong. */
static int
decodes(const uint8_t *data, size_t size, const uint8_t *plain, size_t length,
    size_t in, size_t step)
{
	wa_reader *upstream = memory_reader(data, size, in), *r = NULL;
	uint8_t *buf = malloc(length + step);
	size_t done = 0;
	int64_t n;
	int longer = 0, rc = wa_decoder(&r, upstream, 0, &err);

	if (rc < 0) {
		wa_reader_close(upstream);
		free(buf);
		return rc;
	}
	while ((n = wa_reader_read(r, buf + done, step, &err)) > 0)
		if ((done += (size_t)n) > length) {
			longer = 1; /* is its end refused? */
			done = 0;
		}
	rc = n < 0 ? (int)n :
		     !longer && done == length &&
		(length == 0 || memcmp(buf, plain, length) == 0);
	wa_reader_close(r);
	free(buf);
	return rc;
}

/* A page like those of WAL, over and over: half of it compresses. */
static uint8_t *
plain_bytes(size_t size)
{
	struct wal w = WAL_INIT;
	uint8_t *data;

	w.size = 4 * MB;
	data = wal_make(&w);
	(void)size;
	return data;
}

Test(codec, every_size_comes_back_at_every_level)
{
	uint8_t *plain = plain_bytes(MB + 3);
	size_t c, l, s;

	for (c = 0; c < COUNT(codecs); c++)
		for (l = 0; codecs[c].levels[l] >= 0; l++)
			for (s = 0; s < COUNT(sizes); s++) {
				size_t size;
				uint8_t *data = encode(&size, codecs[c].type,
				    codecs[c].levels[l], plain, sizes[s],
				    256u << 10);

				cr_expect_eq(decodes(data, size, plain,
						 sizes[s], 65536, 256u << 10),
				    1, "%s %d, %zu bytes: %s", codecs[c].type,
				    codecs[c].levels[l], sizes[s], err.text);
				free(data);
			}
	free(plain);
}

Test(codec, where_upstream_vouches_the_rest_is_the_same)
{
	size_t length = 300001, c, size;
	uint8_t *plain = plain_bytes(length);

	vouched = 1;
	for (c = 0; c < COUNT(codecs); c++) {
		uint8_t *data =
		    encode(&size, codecs[c].type, 0, plain, length, 65536);

		cr_expect_eq(decodes(data, size, plain, length, 1000, 65536), 1,
		    "%s: %s", codecs[c].type, err.text);
		cr_expect_eq(
		    decodes(data, size - 1, plain, length, 1000, 65536),
		    WA_ECORRUPT, "%s", codecs[c].type);
		data[size] = 'x';
		cr_expect_eq(
		    decodes(data, size + 1, plain, length, 1000, 65536),
		    WA_ECORRUPT, "%s", codecs[c].type);
		free(data);
	}
	free(plain);
}

Test(codec, the_pieces_do_not_matter)
{
	static const size_t steps[] = { 1, 13, 4096, 65535, 1u << 20 };
	size_t length = 300001, c, i, size;
	uint8_t *plain = plain_bytes(length);

	for (c = 0; c < COUNT(codecs); c++)
		for (i = 0; i < COUNT(steps); i++) {
			uint8_t *data = encode(
			    &size, codecs[c].type, 0, plain, length, steps[i]);

			cr_expect_eq(decodes(data, size, plain, length,
					 steps[COUNT(steps) - 1 - i], steps[i]),
			    1, "%s %zu", codecs[c].type, steps[i]);
			cr_expect_eq(
			    decodes(data, size, plain, length, 1, steps[i]), 1,
			    "%s %zu", codecs[c].type, steps[i]);
			free(data);
		}
	free(plain);
}

static void
tool_decodes(const char *tool, const uint8_t *data, size_t size,
    const uint8_t *plain, size_t length, const char *what)
{
	char *said;

	file_put(path_of("o"), data, size);
	file_put(path_of("plain"), plain, length);
	said = output_of("%s -dc <%s 2>&1 >%s && cmp %s %s", tool, path_of("o"),
	    path_of("out"), path_of("out"), path_of("plain"));
	cr_expect_not_null(said, "%s, %zu bytes", what, length);
	free(said);
}

/* No lock-in: the ordinary tools bring it back. */
Test(codec, the_ordinary_tools_decode_it)
{
	uint8_t *plain = plain_bytes(MB + 3);
	size_t c, s, size;

	for (c = 0; c < COUNT(codecs); c++)
		for (s = 0; s < COUNT(sizes); s++) {
			uint8_t *data;

			if (!has_program(codecs[c].tool))
				continue;
			data = encode(
			    &size, codecs[c].type, 0, plain, sizes[s], 65536);
			tool_decodes(codecs[c].tool, data, size, plain,
			    sizes[s], codecs[c].type);
			free(data);
		}
	free(plain);
}

Test(codec, what_the_ordinary_tools_made_is_decoded)
{
	static const char *const commands[] = { "zstd -q -c", "zstd -q -19 -c",
		"zstd -q --no-check -c", "zstd -q -T2 -c", "lz4 -q -c",
		"lz4 -q -9 -B4 -c", "lz4 -q -BX -c" };
	size_t length = MB + 3, i, size;
	uint8_t *plain = plain_bytes(length);

	if (!has_program("zstd") || !has_program("lz4"))
		cr_skip_test("there is no zstd or no lz4");
	file_put(path_of("plain"), plain, length);
	for (i = 0; i < COUNT(commands); i++) {
		uint8_t *data;

		free(output_of(
		    "%s <%s >%s", commands[i], path_of("plain"), path_of("o")));
		data = file_get(path_of("o"), &size);
		cr_expect_eq(decodes(data, size, plain, length, 65536, 65536),
		    1, "%s: %s", commands[i], err.text);
		free(data);
	}
	free(plain);
}

Test(codec, a_frame_has_a_checksum_and_its_size)
{
	uint8_t *plain = plain_bytes(5000), *data;
	size_t size;

	data = encode(&size, "none", 0, plain, 5000, 5000);
	cr_expect_eq(wa_le32(data), WA_FRAME_ZSTD);
	cr_expect(data[4] & 4);
	cr_expect_eq(wa_le64(data + 6), 5000);
	free(data);
	data = encode(&size, "zstd", 0, plain, 5000, 5000);
	cr_expect_eq(wa_le32(data), WA_FRAME_ZSTD);
	cr_expect(data[4] & 4);
	cr_expect_neq(data[4] >> 6, 0);
	free(data);
	data = encode(&size, "lz4", 0, plain, 5000, 5000);
	cr_expect_eq(wa_le32(data), WA_FRAME_LZ4);
	cr_expect(data[4] & 4, "content checksum");
	cr_expect(data[4] & 8, "content size");
	free(data);
	free(plain);
}

Test(codec, none_costs_next_to_nothing)
{
	uint8_t *plain = plain_bytes(4 * MB), *data;
	size_t size;

	data = encode(&size, "none", 0, plain, 4 * MB, 65536);
	cr_expect_eq(size, 14 + 4 * MB + 32 * 3 + 4);
	free(data);
	free(plain);
}

/* As "zstd -dc part-*" puts files together. */
Test(codec, frames_one_behind_the_other_are_one_stream)
{
	size_t length = 200000, c, first, second;
	uint8_t *plain = plain_bytes(2 * length);

	for (c = 0; c < COUNT(codecs); c++) {
		uint8_t *a =
		    encode(&first, codecs[c].type, 0, plain, length, 65536);
		uint8_t *b = encode(
		    &second, codecs[c].type, 0, plain + length, length, 65536);
		uint8_t *both = malloc(first + second + 20);

		memcpy(both, a, first);
		memcpy(both + first, b, second);
		cr_expect_eq(decodes(both, first + second, plain, 2 * length,
				 1000, 65536),
		    1, "%s: %s", codecs[c].type, err.text);
		/* A skippable frame between them is passed over. */
		wa_put_le32(both + first, WA_FRAME_PADDING);
		wa_put_le32(both + first + 4, 12);
		memcpy(both + first + 20, b, second);
		cr_expect_eq(decodes(both, first + second + 20, plain,
				 2 * length, 1000, 65536),
		    1, "%s: %s", codecs[c].type, err.text);
		free(both);
		free(a);
		free(b);
	}
	free(plain);
}

Test(codec, one_cut_short_is_refused_at_any_length)
{
	size_t length = 300000, c, n, size;
	uint8_t *plain = plain_bytes(length);

	for (c = 0; c < COUNT(codecs); c++) {
		uint8_t *data =
		    encode(&size, codecs[c].type, 0, plain, length, 65536);

		for (n = 0; n < size; n += n < 100 || n > size - 100 ? 1 : 997)
			cr_expect_eq(
			    decodes(data, n, plain, length, 4096, 65536),
			    WA_ECORRUPT, "%s, %zu of %zu", codecs[c].type, n,
			    size);
		free(data);
	}
	free(plain);
}

Test(codec, an_empty_frame_cut_short_is_refused)
{
	size_t c, n, size;

	for (c = 0; c < COUNT(codecs); c++) {
		uint8_t *data = encode(&size, codecs[c].type, 0, NULL, 0, 1);

		for (n = 0; n < size; n++)
			cr_expect_eq(decodes(data, n, NULL, 0, 4096, 16),
			    WA_ECORRUPT, "%s, %zu of %zu", codecs[c].type, n,
			    size);
		free(data);
	}
}

Test(codec, anything_else_behind_a_frame_is_refused)
{
	static const char *const tails[] = { "x", "xyz", "garbage", "\n",
		"\x28\xB5\x2F", "\x28\xB5\x2F\xFD", "\x50\x2A\x4D\x18",
		"\x04\x22\x4D" };
	size_t length = 5000, c, i, size;
	uint8_t *plain = plain_bytes(length);

	for (c = 0; c < COUNT(codecs); c++) {
		uint8_t *data =
		    encode(&size, codecs[c].type, 0, plain, length, 65536);

		for (i = 0; i < COUNT(tails); i++) {
			memcpy(data + size, tails[i], strlen(tails[i]));
			cr_expect_eq(decodes(data, size + strlen(tails[i]),
					 plain, length, 65536, 65536),
			    WA_ECORRUPT, "%s, tail %zu", codecs[c].type, i);
			cr_expect_eq(decodes(data, size + strlen(tails[i]),
					 plain, length, 1, 65536),
			    WA_ECORRUPT, "%s, tail %zu", codecs[c].type, i);
		}
		memset(data + size, 0, 65536);
		for (i = 1; i < 65536; i = i * 4)
			cr_expect_eq(decodes(data, size + i, plain, length,
					 65536, 65536),
			    WA_ECORRUPT, "%s, %zu zeros", codecs[c].type, i);
		free(data);
	}
	free(plain);
}

Test(codec, what_is_neither_zstd_nor_lz4_is_refused)
{
	static const char *const cases[] = { "", "x", "(\xB5/", "plain text",
		"\x1F\x8B\x08gzip",
		"\xFD"
		"7zXZ" };
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		cr_expect_eq(decodes((const uint8_t *)cases[i],
				 strlen(cases[i]), NULL, 0, 100, 100),
		    WA_ECORRUPT);
}

Test(codec, any_flipped_bit_of_a_frame_shows_or_does_not_matter)
{
	size_t length = 3000, c, bit, size;
	uint8_t *plain = plain_bytes(8192 + length) + 8192;

	for (c = 0; c < COUNT(codecs); c++) {
		uint8_t *data =
		    encode(&size, codecs[c].type, 0, plain, length, 65536);

		for (bit = 0; bit < size * 8; bit++) {
			int rc;

			data[bit / 8] ^= (uint8_t)(1u << bit % 8);
			rc = decodes(data, size, plain, length, 65536, 65536);
			cr_expect(rc < 0 || rc == 1, "%s, bit %zu",
			    codecs[c].type, bit);
			data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		free(data);
	}
	free(plain - 8192);
}

static int
with_size(const char *type, size_t said, size_t given)
{
	uint8_t *plain = plain_bytes(given);
	wa_writer *sink = memory_writer(), *w = NULL;
	int rc, finished;
	size_t size;

	rc = wa_encoder(&w, sink, type, 0, said, &err);
	if (rc == 0)
		rc = wa_writer_write(w, plain, given, &err);
	if (rc == 0)
		rc = wa_writer_finish(w, &err);
	(void)memory_taken(sink, &size, &finished);
	cr_expect_eq(finished, rc == 0, "%s", type);
	wa_writer_close(w);
	free(plain);
	return rc;
}

Test(codec, another_size_than_was_said_is_refused)
{
	size_t c;

	for (c = 0; c < COUNT(codecs); c++) {
		cr_expect_eq(with_size(codecs[c].type, 200000, 200000), 0);
		cr_expect_lt(with_size(codecs[c].type, 200000, 199999), 0, "%s",
		    codecs[c].type);
		cr_expect_lt(with_size(codecs[c].type, 200000, 200001), 0, "%s",
		    codecs[c].type);
	}
}

Test(codec, a_level_that_lz4_does_not_have_is_refused)
{
	wa_writer *sink = memory_writer(), *w = NULL;

	cr_expect_eq(wa_encoder(&w, sink, "lz4", 13, 10, &err), WA_EUSAGE);
	cr_expect_null(w);
	wa_writer_close(sink);
}
