/*
 * raw.c - no compression: a zstd frame of raw blocks (RFC 8878 section 3.1.1),
 * so that the same tools read it.
 */
#include "config.h"

#include <string.h>
#include <xxhash.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/sys.h"
#include "stream/codec.h"
#include "stream/frame.h"

#define BLOCK (128u << 10) /* Block_Maximum_Size at this window */
#define WINDOW 0x38        /* exponent 7, mantissa 0: 128 KiB */
#define DESCRIPTOR 0xC4    /* an 8-byte size and a checksum */

struct raw_writer {
	wa_writer writer;
	wa_writer *next;
	XXH64_state_t *sum;
	uint64_t left; /* of the content still to come */
	size_t used;
	uint8_t block[3 + BLOCK]; /* its header, then its bytes */
};

/* What block holds, as a block. */
static int
put_block(struct raw_writer *r, int last, wa_error *err)
{
	uint32_t header = (uint32_t)last | (uint32_t)r->used << 3;
	size_t size = 3 + r->used;

	r->block[0] = (uint8_t)header;
	r->block[1] = (uint8_t)(header >> 8);
	r->block[2] = (uint8_t)(header >> 16);
	r->used = 0;
	return wa_writer_write(r->next, r->block, size, err);
}

static int
raw_write(wa_writer *w, const void *buf, size_t size, wa_error *err)
{
	struct raw_writer *r = (struct raw_writer *)w;
	const uint8_t *p = buf;
	int rc = 0;

	if (size > r->left)
		return wa_error_set(err, WA_EUSAGE,
		    "there is more of it than "
		    "was said");
	r->left -= size;
	(void)XXH64_update(r->sum, buf, size);
	while (size > 0 && rc == 0) {
		size_t n = BLOCK - r->used < size ? BLOCK - r->used : size;

		memcpy(r->block + 3 + r->used, p, n);
		r->used += n;
		p += n;
		size -= n;
		if (r->used == BLOCK && (size > 0 || r->left > 0))
			rc = put_block(r, 0, err);
	}
	return rc;
}

static int
raw_finish(wa_writer *w, wa_error *err)
{
	struct raw_writer *r = (struct raw_writer *)w;
	uint8_t sum[4];
	int rc;

	if (r->left > 0)
		return wa_error_set(err, WA_EUSAGE,
		    "there is less of it than "
		    "was said");
	rc = put_block(r, 1, err);
	wa_put_le32(sum, (uint32_t)XXH64_digest(r->sum));
	if (rc == 0)
		rc = wa_writer_write(r->next, sum, sizeof(sum), err);
	return rc < 0 ? rc : wa_writer_finish(r->next, err);
}

static void
raw_close(wa_writer *w)
{
	struct raw_writer *r = (struct raw_writer *)w;

	(void)XXH64_freeState(r->sum);
	wa_writer_close(r->next);
	wa_sys_free(r);
}

static int
put_header(struct raw_writer *r, uint64_t size, wa_error *err)
{
	uint8_t header[14];

	wa_put_le32(header, WA_FRAME_ZSTD);
	header[4] = DESCRIPTOR;
	header[5] = WINDOW;
	wa_put_le64(header + 6, size);
	return wa_writer_write(r->next, header, sizeof(header), err);
}

int
wa_raw_writer(wa_writer **out, wa_writer *next, uint64_t size, wa_error *err)
{
	static const struct wa_writer_ops ops = { raw_write, NULL, raw_finish,
		raw_close };
	struct raw_writer *r = wa_sys_malloc(sizeof(*r));
	int rc;

	if (r == NULL)
		return wa_error_memory(err);
	r->writer.ops = &ops;
	r->next = next;
	r->left = size;
	r->used = 0;
	r->sum = XXH64_createState();
	if (r->sum == NULL) {
		wa_sys_free(r);
		return wa_error_memory(err);
	}
	(void)XXH64_reset(r->sum, 0);
	rc = put_header(r, size, err);
	if (rc < 0) {
		(void)XXH64_freeState(r->sum);
		wa_sys_free(r);
		return rc;
	}
	*out = &r->writer;
	return 0;
}
