/* settings.h - the table of all settings. */
#ifndef WA_BASE_SETTINGS_H
#define WA_BASE_SETTINGS_H

#include <stddef.h>

#include "walarch.h"

enum wa_setting_kind {
	WA_KIND_PATH,     /* any text, not empty */
	WA_KIND_FOLDER,   /* a path that begins with '/' */
	WA_KIND_NAME,     /* letters, digits, '-', '_' and '.' inside */
	WA_KIND_WORD,     /* one of the words of argument: "a|b|c" */
	WA_KIND_SIZE,     /* bytes, min..max */
	WA_KIND_NUMBER,   /* min..max */
	WA_KIND_LEVEL,    /* min..max, or "auto", whose number is 0 */
	WA_KIND_DURATION, /* milliseconds, min..max */
	WA_KIND_BOOLEAN,  /* y or n; on a command line y is understood */
	WA_KIND_TEXT,     /* anything */
	WA_KIND_LIST      /* lines; given again, one more */
};

struct wa_setting_row {
	wa_setting shown;
	enum wa_setting_kind kind;
	int64_t min, max;
};

extern const struct wa_setting_row wa_settings[];
extern const size_t wa_settings_count;

/* The row of the setting called name, where "repo-path" is repo1-path and
 * "pg-path" pg1-path; -1 when there is none. */
int wa_setting_find(const char *name);

/* The setting whose name is most like name. */
const char *wa_setting_nearest(const char *name);

/* Another word for a value that pgBackRest's users know, or value itself. */
const char *wa_setting_word(int row, const char *value);

/* Is value one of its kind?  *number is its number, where it has one.  -1 when
 * it is not. */
int wa_setting_check(int row, const char *value, int64_t *number);

/* "a number from 1 to 22", in buf. */
void wa_setting_expects(int row, char *buf, size_t size);

#endif
