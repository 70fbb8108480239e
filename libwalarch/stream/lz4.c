/* lz4.c - lz4 frames, by liblz4. */
#include "config.h"

#include <lz4frame.h>
#include <string.h>

#include "base/error.h"
#include "base/sys.h"
#include "stream/codec.h"

#define PIECE (64u << 10) /* plain bytes given to the codec at once */
#define BUFFER (128u << 10)

struct lz4_writer {
	wa_writer writer;
	wa_writer *next;
	LZ4F_cctx *context;
	LZ4F_preferences_t preferences;
	size_t room;
	uint8_t *buffer;
};

static int
lz4_failed(size_t code, wa_error *err)
{
	const char *name = LZ4F_getErrorName(code);

	if (strcmp(name, "ERROR_allocation_failed") == 0)
		return wa_error_memory(err);
	return wa_error_set(err, WA_ECORRUPT, "lz4: %s", name);
}

static int
pass_on(struct lz4_writer *l, size_t size, wa_error *err)
{
	if (LZ4F_isError(size))
		return lz4_failed(size, err);
	return size == 0 ? 0 : wa_writer_write(l->next, l->buffer, size, err);
}

static int
lz4_write(wa_writer *w, const void *buf, size_t size, wa_error *err)
{
	struct lz4_writer *l = (struct lz4_writer *)w;
	const uint8_t *p = buf;
	int rc = 0;

	while (size > 0 && rc == 0) {
		size_t n = size < PIECE ? size : PIECE;

		rc = pass_on(l,
		    LZ4F_compressUpdate(
			l->context, l->buffer, l->room, p, n, NULL),
		    err);
		p += n;
		size -= n;
	}
	return rc;
}

static int
lz4_finish(wa_writer *w, wa_error *err)
{
	struct lz4_writer *l = (struct lz4_writer *)w;
	int rc = pass_on(
	    l, LZ4F_compressEnd(l->context, l->buffer, l->room, NULL), err);

	return rc < 0 ? rc : wa_writer_finish(l->next, err);
}

static void
lz4_writer_free(struct lz4_writer *l)
{
	(void)LZ4F_freeCompressionContext(l->context);
	wa_sys_free(l->buffer);
	wa_sys_free(l);
}

static void
lz4_writer_close(wa_writer *w)
{
	struct lz4_writer *l = (struct lz4_writer *)w;

	wa_writer_close(l->next);
	lz4_writer_free(l);
}

static int
begin(struct lz4_writer *l, int level, uint64_t size, wa_error *err)
{
	l->preferences.frameInfo.blockSizeID = LZ4F_max256KB;
	l->preferences.frameInfo.contentChecksumFlag =
	    LZ4F_contentChecksumEnabled;
	l->preferences.frameInfo.contentSize = size;
	l->preferences.compressionLevel = level;
	l->room = LZ4F_compressBound(PIECE, &l->preferences);
	if (l->room < LZ4F_HEADER_SIZE_MAX)
		l->room = LZ4F_HEADER_SIZE_MAX;
	l->buffer = wa_sys_malloc(l->room);
	if (l->buffer == NULL ||
	    LZ4F_isError(
		LZ4F_createCompressionContext(&l->context, LZ4F_VERSION)))
		return wa_error_memory(err);
	return pass_on(l,
	    LZ4F_compressBegin(l->context, l->buffer, l->room, &l->preferences),
	    err);
}

int
wa_lz4_writer(
    wa_writer **out, wa_writer *next, int level, uint64_t size, wa_error *err)
{
	static const struct wa_writer_ops ops = { lz4_write, NULL, lz4_finish,
		lz4_writer_close };
	struct lz4_writer *l = wa_sys_malloc(sizeof(*l));
	int rc;

	if (l == NULL)
		return wa_error_memory(err);
	memset(l, 0, sizeof(*l));
	l->writer.ops = &ops;
	l->next = next;
	rc = begin(l, level, size, err);
	if (rc < 0) {
		lz4_writer_free(l);
		return rc;
	}
	*out = &l->writer;
	return 0;
}

struct lz4_reader {
	wa_reader reader;
	wa_reader *upstream;
	LZ4F_dctx *context;
	size_t at, end;
	int inside; /* a frame has begun and not ended */
	uint8_t buffer[BUFFER];
};

/* More compressed bytes: 1, or 0 at the end. */
static int
refill(struct lz4_reader *l, wa_error *err)
{
	int64_t n = wa_reader_read(l->upstream, l->buffer, BUFFER, err);

	if (n < 0)
		return (int)n;
	l->at = 0;
	l->end = (size_t)n;
	if (n == 0 && l->inside)
		return wa_error_set(err, WA_ECORRUPT, "it is cut short");
	return n > 0;
}

static int64_t
lz4_read(wa_reader *r, void *buf, size_t size, wa_error *err)
{
	struct lz4_reader *l = (struct lz4_reader *)r;
	size_t got = 0;

	while (got == 0) {
		size_t taken = l->end - l->at, left;
		int rc;

		got = size;
		left = LZ4F_decompress(
		    l->context, buf, &got, l->buffer + l->at, &taken, NULL);
		if (LZ4F_isError(left))
			return lz4_failed(left, err);
		if (taken > 0)
			l->inside = left > 0;
		l->at += taken;
		if (got > 0 || l->at < l->end)
			continue;
		rc = refill(l, err);
		if (rc <= 0)
			return rc;
	}
	return (int64_t)got;
}

static void
lz4_reader_close(wa_reader *r)
{
	struct lz4_reader *l = (struct lz4_reader *)r;

	(void)LZ4F_freeDecompressionContext(l->context);
	wa_reader_close(l->upstream);
	wa_sys_free(l);
}

int
wa_lz4_reader(wa_reader **out, wa_reader *upstream, wa_error *err)
{
	static const struct wa_reader_ops ops = { lz4_read, lz4_reader_close };
	struct lz4_reader *l = wa_sys_malloc(sizeof(*l));

	if (l == NULL)
		return wa_error_memory(err);
	l->reader.ops = &ops;
	l->upstream = upstream;
	l->at = l->end = 0;
	l->inside = 0;
	if (LZ4F_isError(
		LZ4F_createDecompressionContext(&l->context, LZ4F_VERSION))) {
		wa_sys_free(l);
		return wa_error_memory(err);
	}
	*out = &l->reader;
	return 0;
}
