/* info_words_json.h - windows and positions as JSON. */
#ifndef INFO_WORDS_JSON_H
#define INFO_WORDS_JSON_H

#include <jansson.h>
#include <walarch.h>

json_t *info_json_lsn(uint64_t lsn);

/* null when there is none. */
json_t *info_json_time(int64_t time);
json_t *info_json_window(const wa_window *window);

#endif
