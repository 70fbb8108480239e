/*
 * stream.h - bytes move by read() towards us and by write() away from us.
 *
 * Decoders are readers, encoders are writers; a stage owns the next one, so
 * closing the head closes the chain.  After a failure only close may be called.
 */
#ifndef WA_STREAM_STREAM_H
#define WA_STREAM_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "walarch.h"

typedef struct wa_reader wa_reader;
typedef struct wa_writer wa_writer;

struct wa_reader_ops {
	int64_t (*read)(wa_reader *r, void *buf, size_t size, wa_error *err);
	void (*close)(wa_reader *r);
};

struct wa_writer_ops {
	int (*write)(wa_writer *w, const void *buf, size_t size, wa_error *err);
	int (*rewrite)(
	    wa_writer *w, const void *buf, size_t size, wa_error *err);
	int (*finish)(wa_writer *w, wa_error *err);
	void (*close)(wa_writer *w);
};

/* A stage embeds one of these as its first member. */
struct wa_reader {
	const struct wa_reader_ops *ops;
	uint64_t size; /* of a storage's object; of other readers without use */
};

struct wa_writer {
	const struct wa_writer_ops *ops;
};

/* Up to size bytes into buf: how many, 0 at the end, or < 0. */
int64_t wa_reader_read(wa_reader *r, void *buf, size_t size, wa_error *err);

/* The same, but fewer than size only at the end. */
int64_t wa_reader_fill(wa_reader *r, void *buf, size_t size, wa_error *err);
void wa_reader_close(wa_reader *r);

/* All of buf, or an error. */
int wa_writer_write(wa_writer *w, const void *buf, size_t size, wa_error *err);

/* Write over what was written first; for sinks, before they finish. */
int
wa_writer_rewrite(wa_writer *w, const void *buf, size_t size, wa_error *err);

/* Flush, then finish the next; only now does the sink's object exist. */
int wa_writer_finish(wa_writer *w, wa_error *err);

/* Unfinished: no trace is left. */
void wa_writer_close(wa_writer *w);

#endif
