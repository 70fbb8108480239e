/* info_words.h - windows, targets and answers in words and in JSON. */
#ifndef INFO_WORDS_H
#define INFO_WORDS_H

#include <walarch.h>

/* "2026-11-21T03:15:00.123456Z", or "-" when there is none. */
const char *info_time(char buf[WA_TIME_SIZE], int64_t time);

/* Why a window ends: "000000010000000A000000FF is missing". */
void info_bound(char *buf, size_t size, const wa_window *window);

/* Lines about a window, indented by so many blanks. */
void info_print_window(const wa_window *window, int indent);

void info_print_answer(const wa_answer *answer, const wa_target *target);
void info_print_answer_json(const wa_answer *answer, const wa_target *target);

#endif
