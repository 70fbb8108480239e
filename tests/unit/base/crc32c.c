/* crc32c.c - the two implementations against the published vectors. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/crc32c.h"
#include "support.h"

/* RFC 3720 appendix B.4, with the CRC as a number. */
Test(crc32c, gives_the_known_values)
{
	uint8_t zeros[32] = { 0 }, ones[32], up[32], down[32];
	size_t i;

	memset(ones, 0xFF, sizeof(ones));
	for (i = 0; i < 32; i++) {
		up[i] = (uint8_t)i;
		down[i] = (uint8_t)(31 - i);
	}
	cr_expect_eq(wa_crc32c(0, "123456789", 9), 0xE3069283u);
	cr_expect_eq(wa_crc32c(0, zeros, 32), 0x8A9136AAu);
	cr_expect_eq(wa_crc32c(0, ones, 32), 0x62A8AB43u);
	cr_expect_eq(wa_crc32c(0, up, 32), 0x46DD794Eu);
	cr_expect_eq(wa_crc32c(0, down, 32), 0x113FDB5Cu);
	cr_expect_eq(wa_crc32c(0, "", 0), 0);
	cr_expect_eq(wa_crc32c_portable(0, "123456789", 9), 0xE3069283u);
	cr_expect_eq(wa_crc32c_portable(0, zeros, 32), 0x8A9136AAu);
	cr_expect_eq(wa_crc32c_portable(0, down, 32), 0x113FDB5Cu);
}

Test(crc32c, is_the_same_with_and_without_the_instruction)
{
	uint8_t buf[600];
	size_t at, size;

	fill_random(buf, sizeof(buf), 7);
	for (at = 0; at < 9; at++)
		for (size = 0; size <= 512; size += size < 70 ? 1 : 13)
			cr_assert_eq(wa_crc32c(0, buf + at, size),
			    wa_crc32c_portable(0, buf + at, size),
			    "%zu bytes from %zu", size, at);
}

Test(crc32c, goes_on_where_it_stopped)
{
	uint8_t buf[100];
	size_t i;

	fill_random(buf, sizeof(buf), 8);
	for (i = 0; i <= sizeof(buf); i++) {
		cr_assert_eq(
		    wa_crc32c(wa_crc32c(0, buf, i), buf + i, sizeof(buf) - i),
		    wa_crc32c(0, buf, sizeof(buf)));
		cr_assert_eq(wa_crc32c_portable(wa_crc32c(0, buf, i), buf + i,
				 sizeof(buf) - i),
		    wa_crc32c(0, buf, sizeof(buf)));
	}
}
