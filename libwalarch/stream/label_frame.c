/*
 * label_frame.c - the label as frames: a skippable one with its lines, and a
 * second one with zeros, so that the head has the same size whatever the
 * label says and can be filled in after the bytes it speaks of.  Those bytes
 * have a digest of their own, so that no bit of an object is without one.
 */
#include "config.h"

#include "stream/label.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/sys.h"
#include "stream/frame.h"

int
wa_label_vouches(const wa_label *label)
{
	char value[64];

	return wa_label_get(label, "payload", value, sizeof(value)) != NULL;
}

/* "SIZE XXH128", the value of the line "payload". */
typedef char payload_text[64];

struct payload {
	wa_digest *digest;
	uint64_t size;
};

static void
payload_add(struct payload *p, const void *buf, size_t size)
{
	wa_digest_add(p->digest, buf, size);
	p->size += size;
}

static void
payload_format(const struct payload *p, payload_text text)
{
	char sum[WA_DIGEST_SIZE];

	wa_digest_format(p->digest, sum);
	(void)snprintf(text, sizeof(payload_text), "%llu %s",
	    (unsigned long long)p->size, sum);
}

struct label_writer {
	wa_writer writer;
	wa_writer *next;
	wa_label *label;
	struct payload payload;
	uint8_t head[WA_LABEL_HEAD];
};

static int
label_write(wa_writer *w, const void *buf, size_t size, wa_error *err)
{
	struct label_writer *l = (struct label_writer *)w;

	payload_add(&l->payload, buf, size);
	return wa_writer_write(l->next, buf, size, err);
}

static void
fill_head(uint8_t *head, const wa_label *label)
{
	uint8_t *padding = head + 8 + label->used;

	memset(head, 0, WA_LABEL_HEAD);
	wa_put_le32(head, WA_FRAME_LABEL);
	wa_put_le32(head + 4, (uint32_t)label->used);
	memcpy(head + 8, label->text, label->used);
	wa_put_le32(padding, WA_FRAME_PADDING);
	wa_put_le32(
	    padding + 4, (uint32_t)(head + WA_LABEL_HEAD - padding - 8));
}

static int
label_finish(wa_writer *w, wa_error *err)
{
	struct label_writer *l = (struct label_writer *)w;
	payload_text text;
	int rc;

	payload_format(&l->payload, text);
	wa_label_add(l->label, "payload", "%s", text);
	rc = wa_label_seal(l->label, err);
	if (rc < 0)
		return rc;
	fill_head(l->head, l->label);
	rc = wa_writer_rewrite(l->next, l->head, WA_LABEL_HEAD, err);
	return rc < 0 ? rc : wa_writer_finish(l->next, err);
}

static void
label_writer_close(wa_writer *w)
{
	struct label_writer *l = (struct label_writer *)w;

	wa_writer_close(l->next);
	wa_digest_free(l->payload.digest);
	wa_sys_free(l);
}

int
wa_label_writer(
    wa_writer **out, wa_writer *next, wa_label *label, wa_error *err)
{
	static const struct wa_writer_ops ops = { label_write, NULL,
		label_finish, label_writer_close };
	struct label_writer *l = wa_sys_malloc(sizeof(*l));
	int rc;

	if (l == NULL)
		return wa_error_memory(err);
	l->writer.ops = &ops;
	l->next = next;
	l->label = label;
	l->payload.size = 0;
	memset(l->head, 0, WA_LABEL_HEAD);
	rc = wa_digest_new(&l->payload.digest, err);
	if (rc < 0) {
		wa_sys_free(l);
		return rc;
	}
	rc = wa_writer_write(next, l->head, WA_LABEL_HEAD, err);
	if (rc < 0) {
		wa_digest_free(l->payload.digest);
		wa_sys_free(l);
		return rc;
	}
	*out = &l->writer;
	return 0;
}

struct label_reader {
	wa_reader reader;
	wa_reader *upstream;
	struct payload payload;
	payload_text promise; /* "": the label makes none */
	size_t at, end;       /* of what buf holds */
	uint8_t buf[8 + WA_LABEL_LIMIT];
};

/* Have the next n bytes in buf; fewer are left at the end only. */
static int
need(struct label_reader *l, size_t n, wa_error *err)
{
	int64_t got;

	if (l->end - l->at >= n)
		return 0;
	memmove(l->buf, l->buf + l->at, l->end - l->at);
	l->end -= l->at;
	l->at = 0;
	got = wa_reader_fill(l->upstream, l->buf + l->end, n - l->end, err);
	if (got < 0)
		return (int)got;
	l->end += (size_t)got;
	return l->end < n ? wa_error_set(err, WA_ECORRUPT, "it is cut short") :
			    0;
}

static int
take_label(struct label_reader *l, wa_label *label, wa_error *err)
{
	uint32_t size;
	int rc = need(l, 8, err);

	if (rc < 0)
		return rc;
	if (wa_le32(l->buf) != WA_FRAME_LABEL)
		return wa_error_set(
		    err, WA_ECORRUPT, "it does not begin with a label");
	size = wa_le32(l->buf + 4);
	if (size > WA_LABEL_LIMIT)
		return wa_error_set(err, WA_ECORRUPT,
		    "its label claims to have %u bytes", size);
	rc = need(l, 8 + size, err);
	if (rc == 0)
		rc = wa_label_parse(label, (char *)l->buf + 8, size, err);
	l->at = 8 + size;
	return rc;
}

/* Padding is zeros, so that a changed byte shows there, too. */
static int
take_padding(struct label_reader *l, wa_error *err)
{
	int rc = need(l, 8, err);
	uint32_t size, i;

	if (rc < 0)
		return rc;
	if (wa_le32(l->buf + l->at) != WA_FRAME_PADDING)
		return 0;
	size = wa_le32(l->buf + l->at + 4);
	if (size > WA_LABEL_LIMIT)
		return wa_error_set(err, WA_ECORRUPT,
		    "its padding claims to have %u bytes", size);
	l->at += 8;
	rc = need(l, size, err);
	if (rc < 0)
		return rc;
	for (i = 0; i < size; i++)
		if (l->buf[l->at + i] != 0)
			return wa_error_set(
			    err, WA_ECORRUPT, "its padding is not empty");
	l->at += size;
	return 0;
}

/* What is left in the buffer, then what comes from upstream. */
static int64_t
take_payload(struct label_reader *l, void *buf, size_t size, wa_error *err)
{
	size_t left = l->end - l->at;

	if (left == 0)
		return wa_reader_read(l->upstream, buf, size, err);
	if (size > left)
		size = left;
	memcpy(buf, l->buf + l->at, size);
	l->at += size;
	return (int64_t)size;
}

static int64_t
label_read(wa_reader *r, void *buf, size_t size, wa_error *err)
{
	struct label_reader *l = (struct label_reader *)r;
	int64_t n = take_payload(l, buf, size, err);
	payload_text text;

	if (n < 0 || l->promise[0] == '\0')
		return n;
	if (n > 0) {
		payload_add(&l->payload, buf, (size_t)n);
		return n;
	}
	payload_format(&l->payload, text);
	if (strcmp(text, l->promise) != 0)
		return wa_error_set(err, WA_ECORRUPT,
		    "its size and digest are %s, but its label promises %s",
		    text, l->promise);
	return 0;
}

static void
label_reader_close(wa_reader *r)
{
	struct label_reader *l = (struct label_reader *)r;

	wa_reader_close(l->upstream);
	wa_digest_free(l->payload.digest);
	wa_sys_free(l);
}

/* Everything in front of the payload. */
static int
take_head(struct label_reader *l, wa_label *label, wa_error *err)
{
	int64_t got = wa_reader_fill(l->upstream, l->buf, WA_LABEL_HEAD, err);
	int rc;

	if (got < 0)
		return (int)got;
	l->end = (size_t)got;
	rc = take_label(l, label, err);
	if (rc == 0)
		rc = take_padding(l, err);
	if (rc == 0 &&
	    wa_label_get(label, "payload", l->promise, sizeof(l->promise)) ==
		NULL)
		l->promise[0] = '\0';
	return rc;
}

int
wa_label_reader(
    wa_reader **out, wa_label *label, wa_reader *upstream, wa_error *err)
{
	static const struct wa_reader_ops ops = { label_read,
		label_reader_close };
	struct label_reader *l = wa_sys_malloc(sizeof(*l));
	int rc;

	if (l == NULL)
		return wa_error_memory(err);
	l->reader.ops = &ops;
	l->upstream = upstream;
	l->at = l->end = 0;
	l->payload.size = 0;
	l->payload.digest = NULL;
	rc = wa_digest_new(&l->payload.digest, err);
	if (rc == 0)
		rc = take_head(l, label, err);
	if (rc < 0) {
		wa_digest_free(l->payload.digest);
		wa_sys_free(l);
		return rc;
	}
	*out = &l->reader;
	return 0;
}
