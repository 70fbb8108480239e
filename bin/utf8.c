/* utf8.c - is it UTF-8? */
#include "config.h"

#include "utf8.h"

#include <stddef.h>

/* What the second byte may be behind a first one; all that follow are 80 to
 * BF. */
static const struct lead {
	unsigned char first, last; /* bytes that begin so */
	unsigned char low, high;   /* the second */
	int more;                  /* bytes behind the first */
} leads[] = {
	{ 0x01, 0x7F, 0, 0, 0 },
	{ 0xC2, 0xDF, 0x80, 0xBF, 1 },
	{ 0xE0, 0xE0, 0xA0, 0xBF, 2 },
	{ 0xE1, 0xEC, 0x80, 0xBF, 2 },
	{ 0xED, 0xED, 0x80, 0x9F, 2 },
	{ 0xEE, 0xEF, 0x80, 0xBF, 2 },
	{ 0xF0, 0xF0, 0x90, 0xBF, 3 },
	{ 0xF1, 0xF3, 0x80, 0xBF, 3 },
	{ 0xF4, 0xF4, 0x80, 0x8F, 3 },
};

static const struct lead *
find(unsigned char c)
{
	size_t i;

	for (i = 0; i < sizeof(leads) / sizeof(leads[0]); i++)
		if (c >= leads[i].first && c <= leads[i].last)
			return &leads[i];
	return NULL;
}

int
is_utf8(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	while (*p != '\0') {
		const struct lead *lead = find(*p++);
		int i;

		if (lead == NULL)
			return 0;
		if (lead->more > 0 && (*p < lead->low || *p > lead->high))
			return 0;
		for (i = 0; i < lead->more; i++, p++)
			if ((*p & 0xC0) != 0x80)
				return 0;
	}
	return 1;
}
