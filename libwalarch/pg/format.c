/* format.c - the table of what differs between majors inside WAL. */
#include "config.h"

#include "pg/format.h"

#include <stddef.h>

/* Columns as in the header.  The overwrite flag came with minor releases of
 * 2021; before, nothing used its bit. */
static const struct wa_format formats[] = {
	{ 905, 0x0008, 0x10, 0x02, 0, 0, 56 },
	{ 906, 0x0008, 0x10, 0x02, 0, 0, 56 },
	{ 10, 0x0008, 0x10, 0x02, 0x04, 0, 56 },
	{ 11, 0x0008, 0x10, 0x02, 0x04, 0, 56 },
	{ 12, 0x0008, 0x10, 0x02, 0x04, 0, 64 },
	{ 13, 0x0008, 0x10, 0x02, 0x04, 0, 64 },
	{ 14, 0x0008, 0x10, 0x02, 0x04, 0, 64 },
	{ 15, 0x0008, 0x20, 0x1C, 0x02, 12, 64 },
	{ 16, 0x0008, 0x20, 0x1C, 0x02, 12, 64 },
	{ 17, 0x0008, 0x20, 0x1C, 0x02, 12, 64 },
	{ 18, 0x0008, 0x20, 0x1C, 0x02, 16, 64 },
	{ 19, 0x0004, 0x20, 0x1C, 0x02, 16, 64 },
};

const struct wa_format *
wa_format_of(uint32_t version)
{
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (formats[i].version == version)
			return &formats[i];
	return NULL;
}

const char *
wa_rmgr_name(uint8_t rmid)
{
	static const char *const names[] = { "XLOG", "Transaction", "Storage",
		"CLOG", "Database", "Tablespace", "MultiXact", "RelMap",
		"Standby", "Heap2", "Heap", "Btree", "Hash", "Gin", "Gist",
		"Sequence", "SPGist", "BRIN", "CommitTs", "ReplicationOrigin",
		"Generic", "LogicalMessage" };

	if (rmid < sizeof(names) / sizeof(names[0]))
		return names[rmid];
	return rmid >= 128 ? "custom" : NULL;
}
