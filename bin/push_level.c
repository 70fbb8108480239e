/* push_level.c - compress-level = auto: fast while WAL waits, small when none
 * does. */
#include "config.h"

#include "push_level.h"

#include <string.h>

/* Up to so many that wait this is the level of each codec.  Below -1 zstd gains
 * nothing: WAL becomes half as large again, in the same time. */
struct step {
	uint64_t waiting;
	int zstd, lz4;
};

static const struct step steps[] = {
	{ 1, 3, 3 },
	{ PUSH_LEVEL_MANY - 1, 1, 0 },
	{ UINT64_MAX, -1, 0 },
};

#define LAST (sizeof(steps) / sizeof(steps[0]) - 1)

/* A backlog that grows calls for more than one that is being worked off. */
static size_t
step_of(uint64_t waiting, uint64_t before)
{
	size_t i = 0;

	while (waiting > steps[i].waiting)
		i++;
	if (i > 0 && i < LAST && waiting > before)
		i++;
	return i;
}

int
push_level(const char *type, uint64_t waiting, uint64_t before)
{
	const struct step *step = &steps[step_of(waiting, before)];

	return strcmp(type, "lz4") == 0 ? step->lz4 : step->zstd;
}

int
push_level_is_auto(const wa_config *config)
{
	const char *value = wa_config_get(config, "compress-level");

	return value != NULL && strcmp(value, "auto") == 0;
}

void
push_level_choose(
    wa_repo *repo, const wa_config *config, uint64_t waiting, uint64_t before)
{
	if (push_level_is_auto(config))
		wa_repo_set_level(repo,
		    push_level(wa_config_get(config, "compress-type"), waiting,
			before));
}
