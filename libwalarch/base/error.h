/* error.h - how every failure is told: a code, and a sentence with its why. */
#ifndef WA_BASE_ERROR_H
#define WA_BASE_ERROR_H

#include "walarch.h"

#define WA_PRINTF(string, first) __attribute__((format(printf, string, first)))

/* Fill err (which may be NULL) and return code.  The hint is emptied. */
int
wa_error_set(wa_error *err, int code, const char *format, ...) WA_PRINTF(3, 4);

/*
 * The same for a failed system call: the words of errnum are added, detail is
 * errnum, and the code is WA_ETRYAGAIN, WA_ENOMEM or WA_ESYSTEM by whether
 * the same call may succeed later.
 */
int wa_error_system(wa_error *err, int errnum, const char *format, ...)
    WA_PRINTF(3, 4);

/* Say what to do about the error in err. */
void wa_error_hint(wa_error *err, const char *format, ...) WA_PRINTF(2, 3);

/* Put words and ": " in front of err's; returns code, which is err's now. */
int
wa_error_in(wa_error *err, int code, const char *format, ...) WA_PRINTF(3, 4);

/* Out of memory, as a code and a sentence. */
int wa_error_memory(wa_error *err);

#endif
