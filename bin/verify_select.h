/* verify_select.h - which files are to be read: --from and --to. */
#ifndef VERIFY_SELECT_H
#define VERIFY_SELECT_H

#include <walarch.h>

#define VERIFY_NAME 64
#define VERIFY_PLACE (65 + 21 + VERIFY_NAME) /* a place as text */

/* In the order of a run: where it was interrupted. */
struct verify_place {
	char stanza[65];
	uint64_t system_id;
	char name[VERIFY_NAME]; /* "": the system's first */
};

enum verify_bound_kind {
	BOUND_NONE,
	BOUND_NAME, /* a segment's */
	BOUND_LSN,
	BOUND_TIME,
	BOUND_PLACE
};

struct verify_bound {
	enum verify_bound_kind kind;
	uint64_t lsn;
	int64_t time;
	struct verify_place place; /* its name for BOUND_NAME, too */
};

struct verify_select {
	struct verify_bound from, to;
};

enum verify_side { SIDE_BEFORE = -1, SIDE_INSIDE = 0, SIDE_AFTER = 1 };

/* "db/7431170312345678901/000000010000000A000000FF" */
void
verify_place_format(char buf[VERIFY_PLACE], const struct verify_place *place);

/* -1: text is no place. */
int verify_place_parse(struct verify_place *out, const char *text);

/* A segment's name, an LSN, a time, or (for --from) a place. */
int verify_bound_parse(struct verify_bound *out, const char *option,
    const char *text, wa_error *err);

/* Is --from behind --to? */
int verify_bounds_cross(const struct verify_select *select);

/* Is the system, the i-th of its stanza's, before the place?  With the place
 * in another stanza all or none of them are. */
int verify_starts_later(const struct verify_select *select, const char *stanza,
    const wa_system *systems, size_t count, size_t i);

/* Where does the file lie?  Histories are few, and always inside, except of a
 * place.  For times the label is read. */
enum verify_side
verify_side_of(const struct verify_select *select, wa_repo *repo,
    const wa_system *system, const char *stanza, const wa_wal_file *file);

/* Does the range reach into what is selected?  A time tells nothing. */
int verify_touches(const struct verify_select *select,
    const wa_wal_range *range, uint32_t segment_size);

#endif
