/* label_frame.c - the label in front of a payload. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "stream/frame.h"
#include "stream/label.h"
#include "support.h"

#define PAYLOAD "the payload"

static wa_error err;
static wa_label label;

/* The chain, finished, for the test to close. */
static wa_writer *
object(size_t *size)
{
	wa_writer *sink = memory_writer(), *w = NULL;
	int finished;

	wa_label_begin(&label, "test");
	cr_assert_eq(wa_label_writer(&w, sink, &label, &err), 0);
	cr_assert_eq(wa_writer_write(w, PAYLOAD, 4, &err), 0);
	/* Known only at the end, and in front nevertheless. */
	cr_assert_eq(
	    wa_writer_write(w, PAYLOAD + 4, sizeof(PAYLOAD) - 5, &err), 0);
	wa_label_add(&label, "late", "%d", 7);
	cr_assert_eq(wa_writer_finish(w, &err), 0);
	(void)memory_taken(sink, size, &finished);
	cr_assert_eq(finished, 1);
	return w;
}

/* The sink is inside the chain; its bytes are copied out. */
static uint8_t *
object_bytes(size_t *size)
{
	wa_writer *sink = memory_writer(), *w = NULL;
	const uint8_t *taken;
	uint8_t *copy;

	wa_label_begin(&label, "test");
	cr_assert_eq(wa_label_writer(&w, sink, &label, &err), 0);
	cr_assert_eq(wa_writer_write(w, PAYLOAD, strlen(PAYLOAD), &err), 0);
	wa_label_add(&label, "late", "%d", 7);
	cr_assert_eq(wa_writer_finish(w, &err), 0);
	copy = malloc(1u << 16);
	taken = memory_taken(sink, size, NULL);
	memcpy(copy, taken, *size);
	wa_writer_close(w);
	return copy;
}

static int
read_back(const uint8_t *data, size_t size, size_t step, char *buf, size_t room,
    wa_label *got)
{
	wa_reader *upstream = memory_reader(data, size, step), *r = NULL;
	int rc = wa_label_reader(&r, got, upstream, &err);
	int64_t n;

	if (rc < 0) {
		wa_reader_close(upstream);
		return rc;
	}
	n = wa_reader_fill(r, buf, room - 1, &err);
	buf[n < 0 ? 0 : n] = '\0';
	wa_reader_close(r);
	return n < 0 ? (int)n : 0;
}

Test(label_frame, the_head_is_two_skippable_frames_of_4096_bytes)
{
	size_t size, used;
	uint8_t *data = object_bytes(&size);

	cr_assert_eq(size, WA_LABEL_HEAD + strlen(PAYLOAD));
	cr_expect_eq(wa_le32(data), WA_FRAME_LABEL);
	used = wa_le32(data + 4);
	cr_expect_eq(used, label.used);
	cr_expect_eq(memcmp(data + 8, label.text, used), 0);
	cr_expect_eq(wa_le32(data + 8 + used), WA_FRAME_PADDING);
	cr_expect_eq(wa_le32(data + 12 + used), WA_LABEL_HEAD - 16 - used);
	cr_expect_eq(memcmp(data + WA_LABEL_HEAD, PAYLOAD, strlen(PAYLOAD)), 0);
	free(data);
}

Test(label_frame, comes_off_again_whatever_the_reads)
{
	static const size_t steps[] = { 1, 7, 4095, 4096, 4097, 100000 };
	size_t size, i;
	uint8_t *data = object_bytes(&size);

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		static wa_label got;
		char buf[100];
		uint64_t late;

		cr_assert_eq(
		    read_back(data, size, steps[i], buf, sizeof(buf), &got), 0,
		    "%s", err.text);
		cr_expect_str_eq(buf, PAYLOAD);
		cr_expect_eq(wa_label_number(&late, &got, "late"), 0);
		cr_expect_eq(late, 7);
	}
	free(data);
}

Test(label_frame, finishing_finishes_the_next)
{
	size_t size;
	wa_writer *w = object(&size);

	cr_expect_eq(size, WA_LABEL_HEAD + strlen(PAYLOAD));
	wa_writer_close(w);
}

Test(label_frame, a_label_that_is_too_long_is_not_finished)
{
	wa_writer *sink = memory_writer(), *w = NULL;
	char word[300];
	int finished, i;
	size_t size;

	memset(word, 'w', 299);
	word[299] = '\0';
	wa_label_begin(&label, "test");
	cr_assert_eq(wa_label_writer(&w, sink, &label, &err), 0);
	for (i = 0; i < 20; i++)
		wa_label_add(&label, "k", "%s", word);
	cr_expect_eq(wa_writer_finish(w, &err), WA_EUSAGE);
	(void)memory_taken(sink, &size, &finished);
	cr_expect_eq(finished, 0);
	wa_writer_close(w);
}

Test(label_frame, one_cut_short_is_refused)
{
	size_t size, n;
	uint8_t *data = object_bytes(&size);
	static wa_label got;
	char buf[100];

	for (n = 0; n < WA_LABEL_HEAD; n += n < 300 || n > 3900 ? 1 : 37)
		cr_assert_eq(read_back(data, n, 1000, buf, sizeof(buf), &got),
		    WA_ECORRUPT, "%zu", n);
	free(data);
}

Test(label_frame, any_flipped_bit_of_the_head_shows)
{
	size_t size, bit;
	uint8_t *data = object_bytes(&size);
	static wa_label got;
	unsigned tolerated = 0;
	char buf[5000];

	for (bit = 0; bit < WA_LABEL_HEAD * 8; bit++) {
		size_t at = bit / 8, check = 8 + label.used - 9;
		int rc;

		data[at] ^= (uint8_t)(1u << bit % 8);
		rc = read_back(data, size, 100000, buf, sizeof(buf), &got);
		/* A padding that is none any more is given to the decoder,
		 * which refuses it; and the check's digits have two cases. */
		if (rc == 0 && strcmp(buf, PAYLOAD) == 0) {
			tolerated++;
			cr_expect(at >= check && at < check + 8 && bit % 8 == 5,
			    "bit %zu", bit);
		}
		data[at] ^= (uint8_t)(1u << bit % 8);
	}
	cr_expect_leq(tolerated, 8);
	free(data);
}

Test(label_frame, any_other_payload_shows_at_its_end)
{
	size_t size, bit;
	uint8_t *data = object_bytes(&size);
	static wa_label got;
	char buf[100];

	for (bit = WA_LABEL_HEAD * 8; bit < size * 8; bit++) {
		data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		cr_expect_eq(read_back(data, size, 3, buf, sizeof(buf), &got),
		    WA_ECORRUPT, "bit %zu", bit);
		data[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	cr_expect_eq(read_back(data, size - 1, 100, buf, sizeof(buf), &got),
	    WA_ECORRUPT, "one byte less");
	data[size] = 0;
	cr_expect_eq(read_back(data, size + 1, 100, buf, sizeof(buf), &got),
	    WA_ECORRUPT, "one byte more");
	cr_expect(wa_label_vouches(&got));
	free(data);
}

/* Other writers may make larger labels, and no padding. */
Test(label_frame, a_large_label_without_padding_is_read)
{
	static char text[WA_LABEL_LIMIT + 1];
	uint8_t *data = calloc(1, 65536);
	static wa_label got;
	char buf[100];
	size_t n, i;

	for (n = 100; n <= WA_LABEL_LIMIT;
	     n = n * 3 > WA_LABEL_LIMIT && n < WA_LABEL_LIMIT ? WA_LABEL_LIMIT :
								n * 3) {
		strcpy(text, "walarch 1\nk ");
		for (i = strlen(text); i < n - 16; i++)
			text[i] = 'v';
		strcpy(text + n - 16, "\n");
		snprintf(text + n - 15, 16, "check %08x\n",
		    wa_crc32c(0, text, n - 15));
		wa_put_le32(data, WA_FRAME_LABEL);
		wa_put_le32(data + 4, (uint32_t)n);
		memcpy(data + 8, text, n);
		memcpy(data + 8 + n, PAYLOAD, strlen(PAYLOAD));
		cr_expect_eq(read_back(data, 8 + n + strlen(PAYLOAD), 100000,
				 buf, sizeof(buf), &got),
		    0, "%zu: %s", n, err.text);
		cr_expect_str_eq(buf, PAYLOAD, "%zu", n);
		cr_expect(!wa_label_vouches(&got), "nor need they vouch");
	}
	free(data);
}

Test(label_frame, an_impossible_size_is_refused)
{
	static const uint32_t sizes[] = { WA_LABEL_LIMIT + 1, 0x7FFFFFFF,
		0x80000000, UINT32_MAX };
	size_t size, i;
	uint8_t *data = object_bytes(&size);
	static wa_label got;
	char buf[100];

	for (i = 0; i < 4; i++) {
		uint32_t was = wa_le32(data + 4);

		wa_put_le32(data + 4, sizes[i]);
		cr_expect_eq(
		    read_back(data, size, 100000, buf, sizeof(buf), &got),
		    WA_ECORRUPT);
		wa_put_le32(data + 4, was);
		wa_put_le32(data + 12 + was, sizes[i]);
		cr_expect_eq(
		    read_back(data, size, 100000, buf, sizeof(buf), &got),
		    WA_ECORRUPT);
		wa_put_le32(
		    data + 12 + was, (uint32_t)(WA_LABEL_HEAD - 16 - was));
	}
	free(data);
}
