/* verify_system.h - verify all that is stored of one system. */
#ifndef VERIFY_SYSTEM_H
#define VERIFY_SYSTEM_H

#include "verify_report.h"
#include "verify_select.h"
#include "verify_state.h"
#include "verify_work.h"

/* A run. */
struct verify {
	const wa_config *config;
	const struct verify_printer *print;
	struct verify_select select;
	struct verify_state state; /* its place: where nothing is read yet */
	struct verify_shared shared;
	size_t threads;
	const char *stanza; /* that is being verified */
	uint64_t errors;    /* of all */
	uint64_t read;      /* segments, and files that belong to them */
	uint64_t skipped;   /* files left out by --from and --to */
};

/* 0, 1 when it was interrupted, or a negative code. */
int verify_system(
    struct verify *v, wa_repo *repo, const wa_system *system, wa_error *err);

/* Something is wrong: tell and count it. */
void verify_blame(
    struct verify *v, const char *file, uint64_t lsn, const wa_error *err);

/*
 * Where timelines begin, as the WAL told: they must be where their histories
 * say.  In verify_timeline.c.
 */
struct verify_begins {
	wa_event *events;
	size_t count;
};

int verify_begins_add(struct verify_begins *begins, const wa_event *event);
void verify_timelines(struct verify *v, const struct verify_begins *begins,
    const wa_timeline *timelines, size_t count, const uint8_t *has_wal);

/* The name with every byte that could confuse a terminal as "?". */
#define VERIFY_SHOWN 720
const char *verify_shown(char buf[VERIFY_SHOWN], const char *name);

#endif
