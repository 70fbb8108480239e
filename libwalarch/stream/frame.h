/*
 * frame.h - the magic numbers frames begin with, little-endian (RFC 8878
 * section 3.1; lz4_Frame_format.md).
 */
#ifndef WA_STREAM_FRAME_H
#define WA_STREAM_FRAME_H

#define WA_FRAME_PADDING 0x184D2A50u /* skippable, of both */
#define WA_FRAME_LABEL 0x184D2A57u   /* skippable, of both */
#define WA_FRAME_ZSTD 0xFD2FB528u
#define WA_FRAME_LZ4 0x184D2204u

#endif
