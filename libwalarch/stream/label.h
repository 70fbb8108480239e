/*
 * label.h - the label in front of every object: lines "key value" inside a
 * skippable frame, which zstd's and lz4's tools pass over.
 */
#ifndef WA_STREAM_LABEL_H
#define WA_STREAM_LABEL_H

#include <stddef.h>

#include "stream/stream.h"
#include "walarch.h"

/* The label and the padding behind it, which is a skippable frame, too. */
#define WA_LABEL_HEAD 4096
#define WA_LABEL_MAX (WA_LABEL_HEAD - 16)

/* A reader accepts larger ones, up to this. */
#define WA_LABEL_LIMIT 16384

typedef struct wa_label {
	size_t used;
	char text[WA_LABEL_LIMIT + 1];
} wa_label;

/* Begin one: its first line is "walarch 1". */
void wa_label_begin(wa_label *label, const char *kind);

/* One more line.  What does not fit shows when the label is sealed. */
void wa_label_add(wa_label *label, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The last line: the CRC-32C of those before it.  WA_EUSAGE: too long. */
int wa_label_seal(wa_label *label, wa_error *err);

/*
 * Take a label's text, which must be sealed, in version 1 and text, and
 * hold no "must-" line, for none is known yet.
 */
int wa_label_parse(wa_label *out, const char *text, size_t size, wa_error *err);

/* The value of the first line with the key, in buf; NULL when there is none
 * (or it does not fit). */
const char *
wa_label_get(const wa_label *label, const char *key, char *buf, size_t size);

/* The same as a decimal number; -1 when there is none. */
int wa_label_number(uint64_t *out, const wa_label *label, const char *key);

/* The line at *at (0 begins), without its newline, in buf, and *at is moved to
 * the next: 1; 0 after the last.  One that does not fit is passed over. */
int wa_label_line(const wa_label *label, size_t *at, char *buf, size_t size);

/* Has the label a line "payload"? */
int wa_label_vouches(const wa_label *label);

/*
 * A stage in front of the sink next, which it owns: keeps room for the head,
 * and fills that in from label (borrowed) when it is finished, after adding
 * the line "payload SIZE XXH128" about the bytes behind the head, and the seal.
 */
int wa_label_writer(
    wa_writer **out, wa_writer *next, wa_label *label, wa_error *err);

/*
 * A stage behind upstream, which it owns: takes the label off, and holds the
 * bytes behind it against the label's line "payload", if it has one: at their
 * end reading is WA_ECORRUPT when they are others.
 */
int wa_label_reader(
    wa_reader **out, wa_label *label, wa_reader *upstream, wa_error *err);

#endif
