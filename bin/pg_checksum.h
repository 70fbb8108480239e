/* pg_checksum.h - checksums as PostgreSQL's backup_manifest has them. */
#ifndef PG_CHECKSUM_H
#define PG_CHECKSUM_H

#include <stddef.h>
#include <walarch.h>

enum pg_algorithm {
	PG_NO_CHECKSUM = 0,
	PG_CRC32C,
	PG_SHA224,
	PG_SHA256,
	PG_SHA384,
	PG_SHA512
};

#define PG_CHECKSUM_SIZE 64

struct pg_sum {
	enum pg_algorithm algorithm;
	unsigned char size; /* bytes */
	unsigned char bytes[PG_CHECKSUM_SIZE];
};

/* Of "SHA256"; -1 when there is none of that name. */
int pg_algorithm_parse(enum pg_algorithm *out, const char *name);

/* So many bytes has one. */
size_t pg_algorithm_size(enum pg_algorithm algorithm);

/* One that is computed; it can be begun again and again. */
struct pg_checksum;

int pg_checksum_new(struct pg_checksum **out, wa_error *err);
int pg_checksum_begin(
    struct pg_checksum *sum, enum pg_algorithm algorithm, wa_error *err);
int pg_checksum_add(
    struct pg_checksum *sum, const void *data, size_t size, wa_error *err);
int pg_checksum_end(struct pg_sum *out, struct pg_checksum *sum, wa_error *err);
void pg_checksum_free(struct pg_checksum *sum);

/* As PostgreSQL has it: the bytes of the number, the lowest first. */
void pg_sum_crc32c(struct pg_sum *out, uint32_t crc32c);

/* In lower-case hexadecimal digits. */
void
pg_sum_format(char buf[2 * PG_CHECKSUM_SIZE + 1], const struct pg_sum *sum);
int
pg_sum_parse(struct pg_sum *out, enum pg_algorithm algorithm, const char *text);
int pg_sum_same(const struct pg_sum *a, const struct pg_sum *b);

#endif
