/* runner_open.c - what a runner begins with. */
#include "config.h"

#include "runner_open.h"

#include <errno.h>
#include <string.h>

#include "message.h"
#include "runner.h"

static int
open_spool(struct spool *out, const wa_config *config, enum spool_side side)
{
	wa_error err = WA_ERROR_INIT;
	int rc = spool_open(out, config, ".", side, SPOOL_CREATE, &err);

	if (rc == 1) {
		say(LEVEL_ERROR,
		    "archive-async is off, or this is no data directory of "
		    "ours");
		hint("%s starts this program when it is needed.",
		    side == SPOOL_PUSH ? "walarch-push" : "walarch-get");
	}
	if (rc < 0)
		say_error(LEVEL_ERROR, &err);
	return rc;
}

int
runner_open(struct spool *out, const wa_config *config, enum spool_side side)
{
	int lock;

	if (open_spool(out, config, side) != 0)
		return -1;
	lock = runner_begin(out);
	if (lock >= 0)
		return lock;
	if (errno != EWOULDBLOCK)
		say(LEVEL_ERROR,
		    "could not lock the runner's file in \"%s\": %s", out->path,
		    strerror(errno));
	spool_close(out);
	return -1;
}
