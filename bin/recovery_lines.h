/* recovery_lines.h - lines of postgresql.auto.conf or recovery.conf. */
#ifndef RECOVERY_LINES_H
#define RECOVERY_LINES_H

#include <stddef.h>
#include <stdio.h>
#include <walarch.h>

#define RECOVERY_LINES_MAX 128

struct recovery_line {
	char name[64];
	char *value;
};

/* Begin with zeros. */
struct recovery_lines {
	struct recovery_line line[RECOVERY_LINES_MAX];
	size_t count;
};

/* In place of the line of that name, or behind the last.  WA_EUSAGE when the
 * name is none of a setting, or the value has a newline. */
int recovery_lines_set(struct recovery_lines *lines, const char *name,
    const char *value, wa_error *err);

/* "primary-slot-name=x", as recovery-option has it. */
int recovery_lines_option(
    struct recovery_lines *lines, const char *option, wa_error *err);

/* As PostgreSQL reads them. */
void recovery_lines_print(FILE *out, const struct recovery_lines *lines);

/*
 * Copy a text of settings, and make comments of those that the lines set, and
 * where these are of a recovery, of those that tell of another.
 */
void recovery_lines_clean(FILE *out, const char *text,
    const struct recovery_lines *lines, const char *now);

void recovery_lines_free(struct recovery_lines *lines);

#endif
