/* codec.h - compression: encoders, and decoders found by their magic. */
#ifndef WA_STREAM_CODEC_H
#define WA_STREAM_CODEC_H

#include "stream/stream.h"
#include "walarch.h"

/*
 * A stage in front of next, which it owns: compresses size bytes, known
 * beforehand, into one frame with a checksum of its content.  type is a word
 * of the setting compress-type, level 0 that codec's default.  Only zstd takes
 * WA_SIZE_UNKNOWN.
 */
#define WA_SIZE_UNKNOWN UINT64_MAX

int wa_encoder(wa_writer **out, wa_writer *next, const char *type, int level,
    uint64_t size, wa_error *err);

/*
 * A stage behind upstream, which it owns: the plain bytes of all frames to
 * the end.  WA_ECORRUPT when one is damaged, cut short, or followed by
 * anything else.  vouched: upstream checks every byte itself, so the frames'
 * own checksums need not be computed.
 */
int
wa_decoder(wa_reader **out, wa_reader *upstream, int vouched, wa_error *err);

/* 1 packs WAL about as well as 3 does, at 1.6 times its speed. */
#define WA_ZSTD_LEVEL 1

/* The codecs. */
int wa_zstd_writer(
    wa_writer **out, wa_writer *next, int level, uint64_t size, wa_error *err);
int
wa_raw_writer(wa_writer **out, wa_writer *next, uint64_t size, wa_error *err);
int wa_lz4_writer(
    wa_writer **out, wa_writer *next, int level, uint64_t size, wa_error *err);
int wa_zstd_reader(
    wa_reader **out, wa_reader *upstream, int vouched, wa_error *err);
int wa_lz4_reader(wa_reader **out, wa_reader *upstream, wa_error *err);

#endif
