/* zstd.c - zstd frames, by libzstd. */
#include "config.h"

#define ZSTD_STATIC_LINKING_ONLY /* ZSTD_d_forceIgnoreChecksum */
#include <zstd.h>
#include <zstd_errors.h>

#include "base/error.h"
#include "base/sys.h"
#include "stream/codec.h"

#define BUFFER (128u << 10)

struct zstd_writer {
	wa_writer writer;
	wa_writer *next;
	ZSTD_CCtx *context;
	uint8_t buffer[BUFFER];
};

static int
zstd_failed(size_t code, wa_error *err)
{
	if (ZSTD_getErrorCode(code) == ZSTD_error_memory_allocation)
		return wa_error_memory(err);
	return wa_error_set(
	    err, WA_ECORRUPT, "zstd: %s", ZSTD_getErrorName(code));
}

/* Feed the codec until it has taken (or, at the end, given) everything. */
static int
zstd_step(struct zstd_writer *z, const void *buf, size_t size,
    ZSTD_EndDirective mode, wa_error *err)
{
	ZSTD_inBuffer in = { buf, size, 0 };
	size_t left;
	int rc = 0;

	do {
		ZSTD_outBuffer to = { z->buffer, BUFFER, 0 };

		left = ZSTD_compressStream2(z->context, &to, &in, mode);
		if (ZSTD_isError(left))
			return zstd_failed(left, err);
		if (to.pos > 0)
			rc = wa_writer_write(z->next, z->buffer, to.pos, err);
	} while (rc == 0 && (mode == ZSTD_e_end ? left > 0 : in.pos < in.size));
	return rc;
}

static int
zstd_write(wa_writer *w, const void *buf, size_t size, wa_error *err)
{
	return zstd_step(
	    (struct zstd_writer *)w, buf, size, ZSTD_e_continue, err);
}

static int
zstd_finish(wa_writer *w, wa_error *err)
{
	struct zstd_writer *z = (struct zstd_writer *)w;
	int rc = zstd_step(z, NULL, 0, ZSTD_e_end, err);

	return rc < 0 ? rc : wa_writer_finish(z->next, err);
}

static void
zstd_writer_close(wa_writer *w)
{
	struct zstd_writer *z = (struct zstd_writer *)w;

	(void)ZSTD_freeCCtx(z->context);
	wa_writer_close(z->next);
	wa_sys_free(z);
}

static int
prepare(ZSTD_CCtx *context, int level, uint64_t size, wa_error *err)
{
	size_t rc;

	rc = ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel,
	    level == 0 ? WA_ZSTD_LEVEL : level);
	if (!ZSTD_isError(rc))
		rc = ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
	if (!ZSTD_isError(rc))
		rc = ZSTD_CCtx_setPledgedSrcSize(context, size);
	return ZSTD_isError(rc) ? zstd_failed(rc, err) : 0;
}

int
wa_zstd_writer(
    wa_writer **out, wa_writer *next, int level, uint64_t size, wa_error *err)
{
	static const struct wa_writer_ops ops = { zstd_write, NULL, zstd_finish,
		zstd_writer_close };
	struct zstd_writer *z = wa_sys_malloc(sizeof(*z));
	int rc;

	if (z == NULL)
		return wa_error_memory(err);
	z->writer.ops = &ops;
	z->next = next;
	z->context = ZSTD_createCCtx();
	if (z->context == NULL)
		rc = wa_error_memory(err);
	else
		rc = prepare(z->context, level, size, err);
	if (rc < 0) {
		(void)ZSTD_freeCCtx(z->context);
		wa_sys_free(z);
		return rc;
	}
	*out = &z->writer;
	return 0;
}

struct zstd_reader {
	wa_reader reader;
	wa_reader *upstream;
	ZSTD_DCtx *context;
	ZSTD_inBuffer in;
	int inside; /* a frame has begun and not ended */
	uint8_t buffer[BUFFER];
};

/* More compressed bytes: 1, or 0 at the end. */
static int
refill(struct zstd_reader *z, wa_error *err)
{
	int64_t n = wa_reader_read(z->upstream, z->buffer, BUFFER, err);

	if (n < 0)
		return (int)n;
	z->in.pos = 0;
	z->in.size = (size_t)n;
	if (n == 0 && z->inside)
		return wa_error_set(err, WA_ECORRUPT, "it is cut short");
	return n > 0;
}

static int64_t
zstd_read(wa_reader *r, void *buf, size_t size, wa_error *err)
{
	struct zstd_reader *z = (struct zstd_reader *)r;
	ZSTD_outBuffer to = { buf, size, 0 };

	while (to.pos == 0) {
		size_t left;
		int rc = 1;

		/* The codec may hold plain bytes back although it has taken
		 * all it was given, so it is asked before upstream is. */
		if (z->in.pos == z->in.size && !z->inside)
			rc = refill(z, err);
		if (rc <= 0)
			return rc;
		left = ZSTD_decompressStream(z->context, &to, &z->in);
		if (ZSTD_isError(left))
			return zstd_failed(left, err);
		z->inside = left > 0;
		if (to.pos == 0 && z->inside && z->in.pos == z->in.size)
			rc = refill(z, err);
		if (rc < 0)
			return rc;
	}
	return (int64_t)to.pos;
}

static void
zstd_reader_close(wa_reader *r)
{
	struct zstd_reader *z = (struct zstd_reader *)r;

	(void)ZSTD_freeDCtx(z->context);
	wa_reader_close(z->upstream);
	wa_sys_free(z);
}

int
wa_zstd_reader(wa_reader **out, wa_reader *upstream, int vouched, wa_error *err)
{
	static const struct wa_reader_ops ops = { zstd_read,
		zstd_reader_close };
	struct zstd_reader *z = wa_sys_malloc(sizeof(*z));

	if (z == NULL)
		return wa_error_memory(err);
	z->reader.ops = &ops;
	z->upstream = upstream;
	z->inside = 0;
	z->in.src = z->buffer;
	z->in.pos = z->in.size = 0;
	z->context = ZSTD_createDCtx();
	if (z->context == NULL) {
		wa_sys_free(z);
		return wa_error_memory(err);
	}
	if (vouched)
		(void)ZSTD_DCtx_setParameter(z->context,
		    ZSTD_d_forceIgnoreChecksum, ZSTD_d_ignoreChecksum);
	*out = &z->reader;
	return 0;
}
