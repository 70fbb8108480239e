/* control.c - pg_control, as it is, and with the checksum it should have. */
#include "config.h"

#include "base/bytes.h"
#include "base/crc32c.h"
#include "fuzz.h"
#include "pg/control.h"
#include "pg/lsn.h"

static void
parse(const uint8_t *data, size_t size)
{
	wa_error err = WA_ERROR_INIT;
	wa_cluster cluster;
	int rc;

	memset(&cluster, 0xEE, sizeof(cluster));
	rc = wa_control_parse(&cluster, data, size, &err);
	must(rc == 0 || rc == WA_ECORRUPT || rc == WA_EUSAGE);
	if (rc == 0)
		must(wa_segment_size_ok(cluster.segment_size));
	else
		must(err.code == rc && err.text[0] != '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Where the majors have it. */
	static const size_t sums[] = { 256, 280, 288, 292, 308 };
	uint8_t *copy = copy_of(data, size);
	size_t i;

	parse(copy, size);
	for (i = 0; i < sizeof(sums) / sizeof(sums[0]); i++) {
		if (size < sums[i] + 4)
			break;
		memcpy(copy, data, size);
		wa_put_le32(copy + sums[i], wa_crc32c(0, copy, sums[i]));
		parse(copy, size);
	}
	free(copy);
	return 0;
}
