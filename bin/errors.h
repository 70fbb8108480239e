/* errors.h - filling in errors, for those parts of the programs that return
 * them as the library does. */
#ifndef ERRORS_H
#define ERRORS_H

#include <walarch.h>

/* Returns code.  The hint is emptied. */
int error_set(wa_error *err, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same, WA_ESYSTEM, with errno and its words behind. */
int error_system(wa_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Put words and ": " in front of err's; returns code. */
int error_in(wa_error *err, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void error_hint(wa_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
