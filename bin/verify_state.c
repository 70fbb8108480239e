/* verify_state.c - where the next run goes on, in a small file of text. */
#include "config.h"

#include "verify_state.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FIRST_LINE "walarch-verify 1\n"
#define BETWEEN 1.0 /* seconds */

static double
seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int
fail(wa_error *err, const char *what, const char *path)
{
	(void)snprintf(err->text, sizeof(err->text), "could not %s \"%s\": %s",
	    what, path, strerror(errno));
	err->hint[0] = '\0';
	err->detail = errno;
	return err->code = WA_ESYSTEM;
}

/* Somebody's file that we would write over. */
static int
not_ours(wa_error *err, const char *path)
{
	(void)snprintf(err->text, sizeof(err->text),
	    "\"%s\" was not written by walarch-verify", path);
	(void)snprintf(err->hint, sizeof(err->hint),
	    "Give --resume a file of its own, which need not exist.");
	return err->code = WA_EUSAGE;
}

static int
parse(struct verify_state *state, char *text, wa_error *err)
{
	char place[VERIFY_PLACE];

	if (strncmp(text, FIRST_LINE, strlen(FIRST_LINE)) != 0 ||
	    sscanf(text + strlen(FIRST_LINE),
		"from %149s\nerrors %" SCNu64 "\n", place,
		&state->errors) != 2 ||
	    verify_place_parse(&state->place, place) < 0)
		return not_ours(err, state->path);
	return 1;
}

int
verify_state_read(struct verify_state *state, wa_error *err)
{
	char text[512];
	FILE *file = fopen(state->path, "r");
	size_t n;
	int failed;

	if (file == NULL)
		return errno == ENOENT ? 0 : fail(err, "open", state->path);
	n = fread(text, 1, sizeof(text) - 1, file);
	failed = ferror(file);
	(void)fclose(file);
	text[n] = '\0';
	return failed ? fail(err, "read", state->path) :
			parse(state, text, err);
}

static int
write_to(const char *path, const struct verify_state *state)
{
	char place[VERIFY_PLACE];
	FILE *file = fopen(path, "w");
	int rc;

	if (file == NULL)
		return -1;
	verify_place_format(place, &state->place);
	rc = fprintf(file, FIRST_LINE "from %s\nerrors %" PRIu64 "\n", place,
	    state->errors);
	if (fflush(file) != 0 || fsync(fileno(file)) != 0)
		rc = -1;
	return fclose(file) != 0 || rc < 0 ? -1 : 0;
}

int
verify_state_write(struct verify_state *state, int now, wa_error *err)
{
	char path[4096];

	if (state->path == NULL || (!now && seconds() - state->saved < BETWEEN))
		return 0;
	(void)snprintf(path, sizeof(path), "%s.tmp", state->path);
	if (write_to(path, state) < 0 || rename(path, state->path) < 0)
		return fail(err, "write", state->path);
	state->saved = seconds();
	return 0;
}

int
verify_state_remove(const struct verify_state *state, wa_error *err)
{
	if (state->path == NULL || unlink(state->path) == 0 || errno == ENOENT)
		return 0;
	return fail(err, "remove", state->path);
}
