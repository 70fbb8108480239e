/* pack.c - a buffer becomes a frame, and back; the contexts are used again. */
#include "config.h"

#include <string.h>
#include <zstd.h>

#include "base/error.h"
#include "base/sys.h"
#include "stream/codec.h"
#include "stream/memory.h"

/* What frames of any codec add at most to bytes they could not shrink. */
#define OVERHEAD 1024

/* Tables become 8 % smaller than by 1, and nearly as small as by 3. */
#define ZSTD_LEVEL 2

struct wa_packer {
	const char *type;
	int level;
	ZSTD_CCtx *context; /* NULL of other codecs */
};

static int
zstd_context(struct wa_packer *p, wa_error *err)
{
	size_t rc;

	p->context = ZSTD_createCCtx();
	if (p->context == NULL)
		return wa_error_memory(err);
	rc = ZSTD_CCtx_setParameter(p->context, ZSTD_c_compressionLevel,
	    p->level == 0 ? ZSTD_LEVEL : p->level);
	if (!ZSTD_isError(rc))
		rc = ZSTD_CCtx_setParameter(p->context, ZSTD_c_checksumFlag, 1);
	return ZSTD_isError(rc) ? wa_error_memory(err) : 0;
}

int
wa_packer_new(wa_packer **out, const wa_config *cfg, wa_error *err)
{
	struct wa_packer *p = wa_sys_malloc(sizeof(*p));
	int rc = 0;

	if (p == NULL)
		return wa_error_memory(err);
	p->type = wa_config_get(cfg, "compress-type");
	p->level = (int)wa_config_number(cfg, "compress-level");
	p->context = NULL;
	if (strcmp(p->type, "zstd") == 0)
		rc = zstd_context(p, err);
	if (rc < 0) {
		wa_packer_free(p);
		return rc;
	}
	*out = p;
	return 0;
}

size_t
wa_packer_bound(const wa_packer *packer, size_t size)
{
	(void)packer;
	return ZSTD_compressBound(size) + OVERHEAD;
}

static int
pack_otherwise(size_t *out, const wa_packer *p, void *to, size_t room,
    const void *from, size_t size, wa_error *err)
{
	wa_writer *writer = NULL, *sink = NULL;
	int rc;

	rc = wa_memory_writer(&sink, to, room, out, err);
	if (rc == 0)
		rc = wa_encoder(&writer, sink, p->type, p->level, size, err);
	if (rc < 0) {
		wa_writer_close(sink);
		return rc;
	}
	rc = wa_writer_write(writer, from, size, err);
	if (rc == 0)
		rc = wa_writer_finish(writer, err);
	wa_writer_close(writer);
	return rc;
}

int
wa_packer_pack(size_t *out, wa_packer *packer, void *to, size_t room,
    const void *from, size_t size, wa_error *err)
{
	size_t n;

	if (packer->context == NULL)
		return pack_otherwise(out, packer, to, room, from, size, err);
	n = ZSTD_compress2(packer->context, to, room, from, size);
	if (ZSTD_isError(n))
		return wa_error_set(
		    err, WA_ENOMEM, "zstd: %s", ZSTD_getErrorName(n));
	*out = n;
	return 0;
}

void
wa_packer_free(wa_packer *packer)
{
	if (packer == NULL)
		return;
	(void)ZSTD_freeCCtx(packer->context);
	wa_sys_free(packer);
}

struct wa_unpacker {
	ZSTD_DCtx *context;
};

int
wa_unpacker_new(wa_unpacker **out, wa_error *err)
{
	struct wa_unpacker *u = wa_sys_malloc(sizeof(*u));

	if (u == NULL)
		return wa_error_memory(err);
	u->context = ZSTD_createDCtx();
	if (u->context == NULL) {
		wa_sys_free(u);
		return wa_error_memory(err);
	}
	*out = u;
	return 0;
}

/* One byte more than there should be shows that there is more. */
static int
unpack_otherwise(size_t *out, void *to, size_t room, const void *frame,
    size_t size, wa_error *err)
{
	wa_reader *reader = NULL, *source = NULL;
	int64_t n = 0;
	char more;
	int rc;

	rc = wa_memory_reader(&source, frame, size, err);
	if (rc < 0)
		return rc;
	rc = wa_decoder(&reader, source, 0, err);
	if (rc < 0) {
		wa_reader_close(source);
		return rc;
	}
	n = wa_reader_fill(reader, to, room, err);
	rc = n < 0 ? (int)n : (int)wa_reader_read(reader, &more, 1, err);
	wa_reader_close(reader);
	if (rc > 0)
		return wa_error_set(err, WA_ECORRUPT, "a frame is too large");
	if (rc == 0)
		*out = (size_t)n;
	return rc;
}

int
wa_unpacker_unpack(size_t *out, wa_unpacker *unpacker, void *to, size_t room,
    const void *frame, size_t size, wa_error *err)
{
	unsigned long long plain = ZSTD_getFrameContentSize(frame, size);
	size_t n;

	if (plain == ZSTD_CONTENTSIZE_ERROR)
		return unpack_otherwise(out, to, room, frame, size, err);
	n = ZSTD_decompressDCtx(unpacker->context, to, room, frame, size);
	if (ZSTD_isError(n))
		return wa_error_set(
		    err, WA_ECORRUPT, "zstd: %s", ZSTD_getErrorName(n));
	*out = n;
	return 0;
}

void
wa_unpacker_free(wa_unpacker *unpacker)
{
	if (unpacker == NULL)
		return;
	(void)ZSTD_freeDCtx(unpacker->context);
	wa_sys_free(unpacker);
}
