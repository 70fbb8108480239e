/* info_sets_print.h - base backups in words and in JSON. */
#ifndef INFO_SETS_PRINT_H
#define INFO_SETS_PRINT_H

#include <jansson.h>

#include "info_sets.h"

/* Those of a system; current: and what is of no known one. */
void
info_print_sets(const struct info_sets *sets, uint64_t system_id, int current);

/* Arrays: those of all systems, and the unfinished ones. */
json_t *info_json_sets(const struct info_sets *sets);
json_t *info_json_begun(const struct info_sets *sets);

#endif
