/*
 * world.h - a cluster with timelines, what is archived of it, and what a
 * PostgreSQL that recovers would come across: an oracle.
 */
#ifndef WA_TESTS_WORLD_H
#define WA_TESTS_WORLD_H

#include "walmaker.h"

#define WORLD_FIRST 5 /* the number of the first segment */
#define WORLD_LINES 4 /* timelines 1 to 3 */
#define WORLD_RECORDS 1000
#define WORLD_BACKUPS 6
#define NOON INT64_C(1795262400000000) /* 2026-11-21T12:00:00Z */

struct world_record {
	uint64_t lsn, end;
	int kind; /* WA_EVENT_COMMIT, _ABORT, _RESTORE_POINT or _RECORD */
	uint32_t xid;
	int64_t time;
	char name[16];
};

struct world_line {
	struct chain chain;
	uint32_t parent;
	uint64_t begin;
	size_t count;
	struct world_record records[WORLD_RECORDS];
};

struct world {
	struct store store;
	uint64_t random;
	uint32_t xid;
	uint32_t newest; /* timeline */
	struct world_line lines[WORLD_LINES];
	size_t backup_count;
	wa_backup backups[WORLD_BACKUPS];
};

extern struct world world;

void world_begin(uint64_t seed);
void world_end(void);
uint64_t world_random(uint64_t below);

/* One more record on the timeline, of any kind; so many that it has this
 * length; a switch to the next segment. */
void world_one(uint32_t timeline);
void world_grow(uint32_t timeline, uint64_t to);
void world_switch(uint32_t timeline);

/* A new timeline leaves this one where that is now. */
uint32_t world_fork(uint32_t timeline);

/* Archive: a segment, with a flipped bit if asked for (what the push says), a
 * history, a backup that ran from the position on for these records. */
int
world_push(uint32_t timeline, uint64_t number, const char *suffix, int flip);
void world_drop(uint32_t timeline, uint64_t number, const char *suffix);
void world_push_all(uint32_t timeline);
void world_history(uint32_t timeline);
wa_backup world_backup(uint32_t timeline, uint64_t redo, size_t records);

/* Three timelines with one thing and another, of which some is archived. */
void world_any(uint64_t seed, int with_backups);

/* How far a PostgreSQL comes on the way to the timeline, that asks for one
 * file after the other. */
struct world_reach {
	uint64_t last, end;
	enum wa_bound bound;
	char last_name[64], missing[64];
};

void world_reach(struct world_reach *out, uint32_t timeline, uint64_t lsn);

/* Does a PostgreSQL that begins on the timeline get each history it asks for,
 * until there is none? */
int world_histories(uint32_t timeline);

#endif
