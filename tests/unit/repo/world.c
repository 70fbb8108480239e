/* world.c - a cluster with timelines, and what is archived of it. */
#include "config.h"

#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND INT64_C(1000000)

struct world world;

void
world_begin(uint64_t seed)
{
	struct wal w = WAL_INIT;

	memset(&world, 0, sizeof(world));
	store_open(&world.store, "lz4", MB);
	if (wa_config_set(world.store.cfg, "wal-check", "full", NULL) < 0)
		abort();
	world.random = w.seed = seed;
	world.xid = 700;
	world.newest = 1;
	w.number = WORLD_FIRST;
	chain_begin(&world.lines[1].chain, &w);
}

void
world_end(void)
{
	uint32_t t;

	for (t = 1; t < WORLD_LINES; t++)
		chain_free(&world.lines[t].chain);
	store_close(&world.store);
	folder_remove();
}

uint64_t
world_random(uint64_t below)
{
	return next_random(&world.random) % below;
}

static struct world_record *
add(struct world_line *line, int kind)
{
	struct world_record *r = &line->records[line->count++];

	if (line->count == WORLD_RECORDS)
		abort();
	memset(r, 0, sizeof(*r));
	r->kind = kind;
	r->time = WA_NO_TIME;
	return r;
}

/* Clocks go forward, as a rule. */
static int64_t
a_time(const struct world_line *line)
{
	return NOON + (int64_t)(line->count + world_random(6)) * SECOND;
}

static void
transaction(struct world_line *line, struct world_record *r)
{
	r->time = a_time(line);
	r->xid = world.xid++;
	r->lsn = r->kind == WA_EVENT_COMMIT ?
	    chain_commit(&line->chain, r->xid, r->time) :
	    chain_abort(&line->chain, r->xid, r->time);
}

static void
point(struct world_line *line, struct world_record *r)
{
	(void)snprintf(r->name, sizeof(r->name), "p%d", (int)world_random(12));
	r->time = a_time(line);
	r->lsn = chain_point(&line->chain, r->name, r->time);
}

void
world_one(uint32_t timeline)
{
	static const int kinds[] = { WA_EVENT_COMMIT, WA_EVENT_COMMIT,
		WA_EVENT_ABORT, WA_EVENT_RESTORE_POINT, WA_EVENT_RECORD,
		WA_EVENT_RECORD, WA_EVENT_RECORD, WA_EVENT_RECORD };
	struct world_line *line = &world.lines[timeline];
	struct world_record *r = add(line, kinds[world_random(8)]);

	if (r->kind == WA_EVENT_RECORD)
		r->lsn = chain_noise(
		    &line->chain, 100 + (size_t)world_random(90000));
	else if (r->kind == WA_EVENT_RESTORE_POINT)
		point(line, r);
	else
		transaction(line, r);
	r->end = chain_end(&line->chain);
}

void
world_grow(uint32_t timeline, uint64_t to)
{
	while (chain_end(&world.lines[timeline].chain) < to)
		world_one(timeline);
}

void
world_switch(uint32_t timeline)
{
	struct world_line *line = &world.lines[timeline];
	struct world_record *r = add(line, WA_EVENT_RECORD);

	r->lsn = chain_switch(&line->chain);
	r->end = r->lsn + 24;
	if (r->lsn / 8192 != (r->end - 1) / 8192)
		r->end += 24;
}

uint32_t
world_fork(uint32_t timeline)
{
	const struct world_line *from = &world.lines[timeline];
	struct world_line *to = &world.lines[++world.newest];

	if (world.newest == WORLD_LINES)
		abort();
	*to = *from;
	chain_copy(&to->chain, &from->chain);
	to->chain.wal.timeline = world.newest;
	to->parent = timeline;
	to->begin = chain_end(&from->chain);
	return world.newest;
}

int
world_push(uint32_t timeline, uint64_t number, const char *suffix, int flip)
{
	const struct chain *c = &world.lines[timeline].chain;
	uint8_t *byte = c->data + (number * MB - c->start) + 100;
	wa_error err = WA_ERROR_INIT;
	int rc;

	*byte ^= (uint8_t)flip;
	rc = wa_wal_push(world.store.repo, SYSTEM,
	    chain_file(c, number, suffix), NULL, &err);
	*byte ^= (uint8_t)flip;
	if (rc >= 0)
		return rc;
	fprintf(stderr, "%s\n", err.text);
	abort();
}

void
world_drop(uint32_t timeline, uint64_t number, const char *suffix)
{
	wa_drop drop = { .system_id = SYSTEM, .waiting = 2, .limit = 1 };
	wa_error err = WA_ERROR_INIT;

	wa_segment_format(drop.name, timeline, number, MB);
	(void)strcat(drop.name, suffix);
	if (wa_wal_drop(world.store.repo, &drop, &err) >= 0)
		return;
	fprintf(stderr, "%s\n", err.text);
	abort();
}

/* All that is finished. */
void
world_push_all(uint32_t timeline)
{
	const struct world_line *line = &world.lines[timeline];
	uint64_t n = timeline == 1 ? WORLD_FIRST : line->begin / MB;

	for (; (n + 1) * MB <= chain_end(&line->chain); n++)
		(void)world_push(timeline, n, "", 0);
}

static void
history_text(char *text, size_t size, uint32_t timeline)
{
	const struct world_line *line = &world.lines[timeline];
	char lsn[WA_LSN_SIZE];

	text[0] = '\0';
	if (timeline == 1)
		return;
	history_text(text, size, line->parent);
	wa_lsn_format(lsn, line->begin);
	(void)snprintf(text + strlen(text), size - strlen(text),
	    "%u\t%s\tno recovery target specified\n", line->parent, lsn);
}

void
world_history(uint32_t timeline)
{
	char text[500];

	history_text(text, sizeof(text), timeline);
	push_history(&world.store, timeline, text);
}

/* Backups. */

static void
backup_text(char *text, size_t size, const wa_backup *b, const char *file)
{
	char redo[WA_LSN_SIZE], checkpoint[WA_LSN_SIZE], stop[WA_LSN_SIZE];

	wa_lsn_format(redo, b->redo);
	wa_lsn_format(checkpoint, b->checkpoint);
	wa_lsn_format(stop, b->stop);
	(void)snprintf(text, size,
	    "START WAL LOCATION: %s (file %s)\nSTOP WAL LOCATION: %s (file x)\n"
	    "CHECKPOINT LOCATION: %s\nBACKUP METHOD: streamed\n"
	    "BACKUP FROM: primary\nSTART TIME: 2026-11-21 12:00:00 UTC\n"
	    "LABEL: nightly\nSTART TIMELINE: %u\n"
	    "STOP TIME: 2026-11-21 12:01:00 UTC\nSTOP TIMELINE: %u\n",
	    redo, file, stop, checkpoint, b->timeline, b->timeline);
}

static void
push_backup(wa_backup *b)
{
	char file[WA_SEGMENT_NAME_SIZE], text[800];
	wa_error err = WA_ERROR_INIT;

	wa_segment_format(file, b->timeline, b->redo / MB, MB);
	(void)snprintf(b->name, sizeof(b->name), "%s.%08X.backup", file,
	    (unsigned)(b->redo % MB));
	backup_text(text, sizeof(text), b, file);
	text_put(path_of(b->name), text);
	if (wa_wal_push(
		world.store.repo, SYSTEM, path_of(b->name), NULL, &err) >= 0)
		return;
	fprintf(stderr, "%s\n", err.text);
	abort();
}

/* Its redo position is where the next record will be, its checkpoint that
 * record. */
wa_backup
world_backup(uint32_t timeline, uint64_t redo, size_t records)
{
	struct world_line *line = &world.lines[timeline];
	struct world_record *r;
	wa_backup b = { 0 };

	world_grow(timeline, redo);
	b.timeline = timeline;
	b.redo = chain_next(&line->chain);
	r = add(line, WA_EVENT_RECORD);
	r->lsn = chain_checkpoint(
	    &line->chain, b.redo, NOON + (int64_t)line->count * SECOND);
	r->end = chain_end(&line->chain);
	b.checkpoint = r->lsn;
	while (records-- > 0)
		world_one(timeline);
	b.stop = chain_end(&line->chain);
	push_backup(&b);
	return b;
}

static void
some_backup(uint32_t timeline)
{
	uint64_t end = chain_end(&world.lines[timeline].chain);

	if (world.backup_count < WORLD_BACKUPS && world_random(3) > 0)
		world.backups[world.backup_count++] =
		    world_backup(timeline, end, 1 + world_random(20));
}

/* Timelines 2 and 3 leave at random places; what they left goes on, or not. */
static void
random_lines(int with_backups)
{
	uint32_t t = 1, i;

	world_grow(1, WORLD_FIRST * MB + 1000);
	for (i = 0; i < 2; i++) {
		if (with_backups)
			some_backup(t);
		world_grow(
		    t, chain_end(&world.lines[t].chain) + world_random(2 * MB));
		if (world_random(3) == 0)
			world_switch(t);
		(void)world_fork(t);
		if (world_random(2) == 0)
			world_grow(t,
			    chain_end(&world.lines[t].chain) +
				world_random(2 * MB));
		if (with_backups)
			some_backup(t);
		t = world_random(3) == 0 ? t : world.newest;
	}
	if (with_backups)
		some_backup(world.newest);
	world_grow(world.newest,
	    chain_end(&world.lines[world.newest].chain) + 3 * MB / 2);
}

static void
archive_some(uint32_t t, uint64_t loss)
{
	const struct world_line *line = &world.lines[t];
	uint64_t n = t == 1 ? WORLD_FIRST : line->begin / MB;

	if (t > 1 && world_random(8) > 0)
		world_history(t);
	for (; n * MB + 8192 < chain_end(&line->chain); n++) {
		int finished = (n + 1) * MB <= chain_end(&line->chain);
		uint64_t fate = world_random(100);

		if (fate % 4 == 0 && fate <= loss)
			world_drop(t, n, finished ? "" : ".partial");
		if (finished && fate >= loss)
			(void)world_push(t, n, "", fate % 9 == 0 && loss > 0);
		else if (!finished && fate % 2 == 0)
			(void)world_push(t, n, ".partial", 0);
	}
}

void
world_any(uint64_t seed, int with_backups)
{
	uint32_t t;

	world_begin(seed);
	random_lines(with_backups);
	for (t = 1; t <= world.newest; t++)
		archive_some(t, seed % 3 == 0 ? 0 : 15);
}

/* The oracle. */

/* Where does a timeline end on the way to another one? */
static uint64_t
end_of(uint32_t timeline, uint32_t target)
{
	uint64_t end = UINT64_MAX;

	for (; target != timeline; target = world.lines[target].parent)
		end = world.lines[target].begin;
	return end;
}

static void
set_end(struct world_reach *out, uint32_t timeline, uint64_t limit)
{
	const struct world_line *line = &world.lines[timeline];
	size_t i;

	out->end = out->last * MB;
	for (i = 0; i < line->count; i++)
		if (line->records[i].end > out->last * MB &&
		    line->records[i].end <= (out->last + 1) * MB)
			out->end = line->records[i].end;
	if (out->end > limit)
		out->end = limit;
}

/* Ask for the segment as PostgreSQL does, the newest timeline first; those
 * whose share ended before it have nothing to say.  The timeline that has it,
 * 0: none has, or recovery stops with an error. */
static uint32_t
ask(struct world_reach *out, uint32_t target, uint64_t number, int *partial)
{
	char name[WA_SEGMENT_NAME_SIZE];
	wa_error err = WA_ERROR_INIT;
	uint32_t t;
	int rc;

	out->missing[0] = '\0';
	for (t = target; t > 0; t = world.lines[t].parent) {
		if (world.lines[t].begin / MB > number ||
		    end_of(t, target) <= number * MB)
			continue;
		wa_segment_format(name, t, number, MB);
		if (out->missing[0] == '\0')
			(void)strcpy(out->missing, name);
		rc = wa_wal_get(world.store.repo, SYSTEM, name, path_of("got"),
		    WA_GET_PARTIAL, &err);
		*partial = rc == 1;
		if (rc == 0 || rc == 1) {
			(void)snprintf(out->last_name, sizeof(out->last_name),
			    "%s%s", name, rc == 1 ? ".partial" : "");
			return t;
		}
		if (rc == WA_ENOENT)
			continue;
		(void)strcpy(out->missing, name);
		out->bound = rc == WA_EHOLE ? WA_BOUND_HOLE : WA_BOUND_DAMAGE;
		if (strstr(err.text, "it was dropped") != NULL)
			out->bound = WA_BOUND_DROPPED;
		return 0;
	}
	return 0;
}

void
world_reach(struct world_reach *out, uint32_t timeline, uint64_t lsn)
{
	uint64_t number = lsn / MB;
	uint32_t t, from = 0;
	int partial = 0;

	memset(out, 0, sizeof(*out));
	out->last = number - 1;
	out->bound = WA_BOUND_END;
	while ((t = ask(out, timeline, number, &partial)) != 0) {
		from = t;
		out->last = number;
		if (partial || end_of(t, timeline) < (number + 1) * MB)
			break;
		number++;
	}
	if (from != 0)
		set_end(out, from, end_of(from, timeline));
}

int
world_histories(uint32_t timeline)
{
	char name[32];
	int rc = 0;

	for (; rc == 0; timeline++) {
		if (timeline == 1)
			continue;
		(void)snprintf(name, sizeof(name), "%08X.history", timeline);
		rc = wa_wal_get(
		    world.store.repo, SYSTEM, name, path_of("got"), 0, NULL);
	}
	return rc == WA_ENOENT;
}
