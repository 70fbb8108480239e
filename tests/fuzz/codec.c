/*
 * codec.c - frames of zstd and lz4: decoding anything ends, and decoding what
 * was encoded gives the same.
 */
#include "config.h"

#include "fuzz.h"
#include "stream/codec.h"
#include "../unit/support.h"

#define PLAIN_MAX (4u << 20) /* more is not asked for */

/* Until the end, a failure, or PLAIN_MAX; holds the bytes against plain unless
 * that is NULL. */
static int64_t
drain(wa_reader *r, const uint8_t *plain, size_t size)
{
	static uint8_t buf[50000];
	wa_error err = WA_ERROR_INIT;
	int64_t n = 1, total = 0;

	while (n > 0 && total < PLAIN_MAX) {
		n = wa_reader_read(r, buf, sizeof(buf), &err);
		if (n < 0) {
			must(n == WA_ECORRUPT || n == WA_ENOMEM);
			must(err.code == n && err.text[0] != '\0');
			return n;
		}
		must((size_t)n <= sizeof(buf));
		if (plain != NULL && n > 0) {
			must((size_t)(total + n) <= size);
			must(memcmp(plain + total, buf, (size_t)n) == 0);
		}
		total += n;
	}
	return total;
}

static int64_t
decode(const void *data, size_t size, size_t step, int vouched,
    const uint8_t *plain, size_t plain_size)
{
	wa_reader *upstream = memory_reader(data, size, step), *r;
	wa_error err = WA_ERROR_INIT;
	int64_t rc = wa_decoder(&r, upstream, vouched, &err);

	if (rc < 0) {
		must(rc == WA_ECORRUPT || rc == WA_ENOMEM);
		wa_reader_close(upstream);
		return rc;
	}
	rc = drain(r, plain, plain_size);
	wa_reader_close(r);
	return rc;
}

static void
round_trip(const char *type, int level, struct input *in, size_t step)
{
	wa_writer *sink = memory_writer(), *w;
	const uint8_t *taken;
	size_t at, n, stored;
	int finished;

	must(wa_encoder(&w, sink, type, level, in->left, NULL) == 0);
	for (at = 0; at < in->left; at += n) {
		n = in->left - at < step ? in->left - at : step;
		must(wa_writer_write(w, in->p + at, n, NULL) == 0);
	}
	must(wa_writer_finish(w, NULL) == 0);
	taken = memory_taken(sink, &stored, &finished);
	must(finished == 1);
	must(decode(taken, stored, step, 0, in->p, in->left) ==
	    (int64_t)in->left);
	wa_writer_close(w);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[] = { "zstd", "lz4", "none" };
	struct input in = { data, size };
	unsigned what = (unsigned)take_number(&in, 1);
	size_t step = (size_t)take_number(&in, 1) * 16 + 1;

	if ((what & 1) == 0)
		(void)decode(in.p, in.left, step, what >> 1 & 1, NULL, 0);
	else
		round_trip(
		    types[(what >> 1) % 3], (int)(what >> 3) % 5, &in, step);
	return 0;
}
