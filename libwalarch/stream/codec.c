/* codec.c - choose the encoder by its name, the decoder by its magic. */
#include "config.h"

#include "stream/codec.h"

#include <string.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/sys.h"
#include "stream/frame.h"

int
wa_encoder(wa_writer **out, wa_writer *next, const char *type, int level,
    uint64_t size, wa_error *err)
{
	if (strcmp(type, "lz4") == 0 && level > 12)
		return wa_error_set(err, WA_EUSAGE,
		    "compress-level %d is not one of lz4's, 0 to 12", level);
	if (strcmp(type, "lz4") == 0)
		return wa_lz4_writer(out, next, level, size, err);
	if (strcmp(type, "none") == 0)
		return wa_raw_writer(out, next, size, err);
	return wa_zstd_writer(out, next, level, size, err);
}

/* Gives its first bytes back before it goes on reading. */
struct peeked_reader {
	wa_reader reader;
	wa_reader *upstream;
	size_t at, end;
	uint8_t first[4];
};

static int64_t
peeked_read(wa_reader *r, void *buf, size_t size, wa_error *err)
{
	struct peeked_reader *p = (struct peeked_reader *)r;
	size_t left = p->end - p->at;

	if (left == 0)
		return wa_reader_read(p->upstream, buf, size, err);
	if (size > left)
		size = left;
	memcpy(buf, p->first + p->at, size);
	p->at += size;
	return (int64_t)size;
}

static void
peeked_close(wa_reader *r)
{
	wa_reader_close(((struct peeked_reader *)r)->upstream);
	wa_sys_free(r);
}

static int
choose(wa_reader **out, struct peeked_reader *p, int vouched, wa_error *err)
{
	int64_t n =
	    wa_reader_fill(p->upstream, p->first, sizeof(p->first), err);

	if (n < 0)
		return (int)n;
	p->end = (size_t)n;
	if (n < 4)
		return wa_error_set(err, WA_ECORRUPT, "it is cut short");
	switch (wa_le32(p->first)) {
	case WA_FRAME_ZSTD:
		return wa_zstd_reader(out, &p->reader, vouched, err);
	case WA_FRAME_LZ4:
		return wa_lz4_reader(out, &p->reader, err);
	default:
		return wa_error_set(err, WA_ECORRUPT,
		    "it is neither zstd nor lz4 behind its label");
	}
}

int
wa_decoder(wa_reader **out, wa_reader *upstream, int vouched, wa_error *err)
{
	static const struct wa_reader_ops ops = { peeked_read, peeked_close };
	struct peeked_reader *p = wa_sys_malloc(sizeof(*p));
	int rc;

	if (p == NULL)
		return wa_error_memory(err);
	p->reader.ops = &ops;
	p->upstream = upstream;
	p->at = p->end = 0;
	rc = choose(out, p, vouched, err);
	if (rc < 0)
		wa_sys_free(p);
	return rc;
}
