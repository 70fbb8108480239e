/* message.h - what the programs say, on standard error, as PostgreSQL does. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <walarch.h>

enum level { LEVEL_OFF, LEVEL_ERROR, LEVEL_WARN, LEVEL_INFO, LEVEL_DEBUG };

/* The program's name, in front of everything. */
void message_begin(const char *program);

/* Say no more than this: a word of log-level-console. */
void message_level(const char *word);

void say(enum level level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The last error that was said, also when log-level-console is off; or "". */
const char *message_last_error(void);

void hint(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Memory is short: fill in err as the library does, and return WA_ENOMEM. */
int out_of_memory(wa_error *err);

/* An error of the library's, with its hint. */
void say_error(enum level level, const wa_error *err);

#endif
