/* pg_checksum.c - checksums as PostgreSQL's backup_manifest has them. */
#include "config.h"

#include "pg_checksum.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "message.h"

struct pg_checksum {
	enum pg_algorithm algorithm;
	uint32_t crc32c;
	EVP_MD_CTX *context;
};

static const struct {
	const char *name;
	unsigned char size;
	const EVP_MD *(*digest)(void);
} algorithms[] = {
	[PG_NO_CHECKSUM] = { "NONE", 0, NULL },
	[PG_CRC32C] = { "CRC32C", 4, NULL },
	[PG_SHA224] = { "SHA224", 28, EVP_sha224 },
	[PG_SHA256] = { "SHA256", 32, EVP_sha256 },
	[PG_SHA384] = { "SHA384", 48, EVP_sha384 },
	[PG_SHA512] = { "SHA512", 64, EVP_sha512 },
};

int
pg_algorithm_parse(enum pg_algorithm *out, const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
		if (strcmp(algorithms[i].name, name) == 0) {
			*out = (enum pg_algorithm)i;
			return 0;
		}
	return -1;
}

size_t
pg_algorithm_size(enum pg_algorithm algorithm)
{
	return algorithms[algorithm].size;
}

int
pg_checksum_new(struct pg_checksum **out, wa_error *err)
{
	struct pg_checksum *sum = calloc(1, sizeof(*sum));

	if (sum != NULL)
		sum->context = EVP_MD_CTX_new();
	if (sum == NULL || sum->context == NULL) {
		free(sum);
		return out_of_memory(err);
	}
	*out = sum;
	return 0;
}

static int
fail(const struct pg_checksum *sum, wa_error *err)
{
	return error_set(err, WA_ESYSTEM, "libcrypto cannot compute %s",
	    algorithms[sum->algorithm].name);
}

int
pg_checksum_begin(
    struct pg_checksum *sum, enum pg_algorithm algorithm, wa_error *err)
{
	sum->algorithm = algorithm;
	sum->crc32c = 0;
	if (algorithms[algorithm].digest != NULL &&
	    EVP_DigestInit_ex(
		sum->context, algorithms[algorithm].digest(), NULL) != 1)
		return fail(sum, err);
	return 0;
}

int
pg_checksum_add(
    struct pg_checksum *sum, const void *data, size_t size, wa_error *err)
{
	if (sum->algorithm == PG_CRC32C)
		sum->crc32c = wa_crc32c(sum->crc32c, data, size);
	else if (algorithms[sum->algorithm].digest != NULL &&
	    EVP_DigestUpdate(sum->context, data, size) != 1)
		return fail(sum, err);
	return 0;
}

int
pg_checksum_end(struct pg_sum *out, struct pg_checksum *sum, wa_error *err)
{
	struct pg_sum value = { .algorithm = sum->algorithm,
		.size = algorithms[sum->algorithm].size };

	if (sum->algorithm == PG_CRC32C)
		pg_sum_crc32c(&value, sum->crc32c);
	else if (algorithms[sum->algorithm].digest != NULL &&
	    EVP_DigestFinal_ex(sum->context, value.bytes, NULL) != 1)
		return fail(sum, err);
	*out = value;
	return 0;
}

void
pg_checksum_free(struct pg_checksum *sum)
{
	if (sum == NULL)
		return;
	EVP_MD_CTX_free(sum->context);
	free(sum);
}

void
pg_sum_crc32c(struct pg_sum *out, uint32_t crc32c)
{
	size_t i;

	memset(out, 0, sizeof(*out));
	out->algorithm = PG_CRC32C;
	out->size = algorithms[PG_CRC32C].size;
	for (i = 0; i < out->size; i++)
		out->bytes[i] = (unsigned char)(crc32c >> (8 * i));
}

void
pg_sum_format(char buf[2 * PG_CHECKSUM_SIZE + 1], const struct pg_sum *sum)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < sum->size; i++) {
		buf[2 * i] = digits[sum->bytes[i] >> 4];
		buf[2 * i + 1] = digits[sum->bytes[i] & 15];
	}
	buf[2 * i] = '\0';
}

int
pg_sum_parse(struct pg_sum *out, enum pg_algorithm algorithm, const char *text)
{
	struct pg_sum sum = { .algorithm = algorithm,
		.size = algorithms[algorithm].size };
	unsigned int byte;
	size_t i;

	if (strlen(text) != 2u * sum.size ||
	    strspn(text, "0123456789abcdefABCDEF") != strlen(text))
		return -1;
	for (i = 0; i < sum.size; i++) {
		(void)sscanf(text + 2 * i, "%2x", &byte);
		sum.bytes[i] = (unsigned char)byte;
	}
	*out = sum;
	return 0;
}

int
pg_sum_same(const struct pg_sum *a, const struct pg_sum *b)
{
	return a->algorithm == b->algorithm &&
	    memcmp(a->bytes, b->bytes, a->size) == 0;
}
