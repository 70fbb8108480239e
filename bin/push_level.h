/* push_level.h - compress-level = auto: fast while WAL waits, small when none
 * does. */
#ifndef PUSH_LEVEL_H
#define PUSH_LEVEL_H

#include <walarch.h>

/* The level for a word of compress-type, while so many files wait, the one that
 * is pushed included; before is how many did at the last look. */
int push_level(const char *type, uint64_t waiting, uint64_t before);

/* Files that wait beyond this make no difference. */
#define PUSH_LEVEL_MANY 9

/* Have repo push with that level, where compress-level is "auto". */
void push_level_choose(
    wa_repo *repo, const wa_config *config, uint64_t waiting, uint64_t before);

/* Is it? */
int push_level_is_auto(const wa_config *config);

#endif
