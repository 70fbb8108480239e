/* find_wish.h - what the command line asks for. */
#ifndef FIND_WISH_H
#define FIND_WISH_H

#include "cli.h"
#include "find.h"

enum find_option {
	FIND_OPTION_NAME,
	FIND_OPTION_TIME,
	FIND_OPTION_XID,
	FIND_OPTION_LSN,
	FIND_OPTION_DROPS,
	FIND_OPTION_AROUND,
	FIND_OPTION_LIMIT,
	FIND_OPTION_SYSTEM
};

/* The options, for struct cli. */
extern struct cli_option find_options[];

/* Take them; times are told in UTC.  -1, or the status to exit with,
 * everything having been said. */
int find_wish_read(struct find_wish *out, const struct cli *cli);

/* The kinds of events wanted, as bits of WA_EVENT_BIT(). */
unsigned find_wish_kinds(const struct find_wish *wish);

#endif
