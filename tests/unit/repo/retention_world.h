/*
 * retention_world.h - a small world for the plan: systems with timelines, WAL,
 * sets; segments are bits.
 */
#ifndef WA_TESTS_RETENTION_WORLD_H
#define WA_TESTS_RETENTION_WORLD_H

#include "repo/retention.h"

#define LINES 5
#define SETS 12
#define BEGUN 3
#define RANGES 64
#define OTHERS 12
#define SEGMENT (1u << 20)
#define HOUR INT64_C(3600000000)
#define DAY (24 * HOUR)
#define TODAY INT64_C(1795262400000000) /* 2026-11-21T12:00:00Z */

struct system_world {
	uint64_t id;
	size_t line_count;
	wa_timeline lines[LINES];
	int64_t last[LINES];
	uint64_t end[LINES];  /* LSN */
	uint64_t bits[LINES]; /* segments that are stored */
	wa_wal_range ranges[RANGES];
	char names[OTHERS][64];
	const char *others[OTHERS];
	size_t other_count;
};

struct expire_world {
	struct system_world systems[2];
	size_t system_count;
	wa_set sets[SETS];
	int64_t kept[SETS];
	size_t set_count;
	wa_set_begun begun[BEGUN];
	size_t begun_count;
	wa_retention policy;
	struct wa_held held[2];
	struct wa_holdings holdings;
};

/* Any world; the same for one seed. */
void expire_world_any(struct expire_world *w, uint64_t seed);

/* Lay it out as wa_retention_plan() takes it. */
void expire_world_seal(struct expire_world *w);

/* By hand: a timeline, its stored segments, a set. */
void expire_world_new(struct expire_world *w);
void expire_world_line(struct expire_world *w, uint32_t timeline,
    uint32_t parent, uint64_t begin, int64_t last);
void expire_world_wal(
    struct expire_world *w, uint32_t timeline, unsigned first, unsigned last);
wa_set *expire_world_set(struct expire_world *w, const char *label,
    const char *prior, uint32_t timeline, uint64_t redo, int64_t stop_time);

#endif
