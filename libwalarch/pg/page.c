/* page.c - headers of WAL pages. */
#include "config.h"

#include "pg/page.h"

#include "base/bytes.h"

/* XLOG_PAGE_MAGIC of each release; betas had others. */
static const struct {
	uint16_t magic;
	uint16_t version;
} magics[] = {
	{ 0xD087, 905 },
	{ 0xD093, 906 },
	{ 0xD097, 10 },
	{ 0xD098, 11 },
	{ 0xD101, 12 },
	{ 0xD106, 13 },
	{ 0xD10D, 14 },
	{ 0xD110, 15 },
	{ 0xD113, 16 },
	{ 0xD116, 17 },
	{ 0xD118, 18 },
	{ 0xD122, 19 },
};

int
wa_page_parse(struct wa_page *out, const uint8_t *data, size_t size)
{
	struct wa_page page = { 0 };

	if (size < WA_PAGE_SHORT)
		return -1;
	page.magic = wa_le16(data);
	page.info = wa_le16(data + 2);
	page.timeline = wa_le32(data + 4);
	page.address = wa_le64(data + 8);
	page.rest = wa_le32(data + 16);
	if ((page.info & WA_PAGE_IS_LONG) != 0) {
		if (size < WA_PAGE_LONG)
			return -1;
		page.system_id = wa_le64(data + 24);
		page.segment_size = wa_le32(data + 32);
		page.block_size = wa_le32(data + 36);
	}
	*out = page;
	return 0;
}

uint32_t
wa_page_version(uint16_t magic)
{
	size_t i;

	for (i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (magics[i].magic == magic)
			return magics[i].version;
	return 0;
}
