/* control.c - facts out of pg_control. */
#include "config.h"

#include "pg/control.h"

#include "base/bytes.h"
#include "base/crc32c.h"
#include "base/error.h"
#include "pg/lsn.h"

/*
 * Where the fields are, by PG_CONTROL_VERSION, on 64-bit machines.  9.5 and
 * 9.6 from PostgreSQL's headers, the others measured on running servers.
 */
static const struct layout {
	uint32_t version;
	uint16_t redo, timeline, segment_size, checksums, crc;
} layouts[] = {
	{ 942, 48, 56, 228, 252, 256 },  /* 9.5 */
	{ 960, 48, 56, 228, 252, 256 },  /* 9.6 */
	{ 1002, 48, 56, 228, 252, 288 }, /* 10 */
	{ 1100, 40, 48, 220, 244, 280 }, /* 11 */
	{ 1201, 40, 48, 228, 252, 288 }, /* 12 */
	{ 1300, 40, 48, 228, 252, 288 }, /* 13 to 16 */
	{ 1700, 40, 48, 228, 252, 288 }, /* 17 */
	{ 1800, 40, 48, 228, 252, 292 }, /* 18 */
	{ 1905, 40, 48, 240, 268, 308 }, /* 19 */
};

static const struct layout *
find_layout(uint32_t version)
{
	size_t i;

	for (i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++)
		if (layouts[i].version == version)
			return &layouts[i];
	return NULL;
}

int
wa_control_parse(
    wa_cluster *out, const uint8_t *data, size_t size, wa_error *err)
{
	const struct layout *at;
	uint32_t version;

	if (size < 512)
		return wa_error_set(
		    err, WA_ECORRUPT, "pg_control has %zu bytes only", size);
	version = wa_le32(data + 8);
	at = find_layout(version);
	if (at == NULL)
		return wa_error_set(err, WA_EUSAGE,
		    "pg_control has version %u, which is of no PostgreSQL "
		    "from 9.5 to 19",
		    version);
	if (wa_crc32c(0, data, at->crc) != wa_le32(data + at->crc))
		return wa_error_set(err, WA_ECORRUPT,
		    "pg_control does not have the checksum it claims");
	if (!wa_segment_size_ok(wa_le32(data + at->segment_size)))
		return wa_error_set(err, WA_ECORRUPT,
		    "pg_control claims WAL segments of %u bytes",
		    wa_le32(data + at->segment_size));
	out->system_id = wa_le64(data);
	out->state = wa_le32(data + 16);
	out->redo = wa_le64(data + at->redo);
	out->timeline = wa_le32(data + at->timeline);
	out->segment_size = wa_le32(data + at->segment_size);
	out->checksums = wa_le32(data + at->checksums);
	return 0;
}
