/* walk_check.c - a walk whose every record is looked at. */
#include "config.h"

#include "walk_check.h"

#include "pg/facts.h"
#include "pg/page.h"

struct wal
wal_from(struct input *in)
{
	static const uint32_t versions[] = { 905, 906, 10, 11, 12, 13, 14, 15,
		16, 17, 18, 19 };
	struct wal wal;

	wal.format = wa_format_of(versions[take_number(in, 1) % 12]);
	must(wal.format != NULL);
	wal.block = 1024u << take_number(in, 1) % 4;
	wal.segment = SEGMENT_PAGES * wal.block;
	wal.start = wal.segment + take_number(in, 1) * wal.block;
	wal.patience = (unsigned)take_number(in, 1);
	wal.bytes = NULL;
	wal.size = 0;
	return wal;
}

uint32_t
wal_header_size(const struct wal *wal, uint64_t address)
{
	return address % wal->segment == 0 ? WA_PAGE_LONG : WA_PAGE_SHORT;
}

/* FNV-1a */
static void
add_bytes(struct walked *w, const uint8_t *data, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		w->sum = (w->sum ^ data[i]) * UINT64_C(1099511628211);
}

static void
add(struct walked *w, uint64_t n)
{
	add_bytes(w, (const uint8_t *)&n, sizeof(n));
}

static void
check_parts(struct walked *w, const struct wa_record *r)
{
	static struct wa_parts parts;
	size_t size = 0, i;
	const uint8_t *data;
	int rc = wa_record_parts(&parts, r, w->wal->format);

	data = wa_record_data(&size, r, w->wal->format);
	must(rc == 0 || rc == -1);
	add(w, (uint64_t)rc);
	if (rc != 0 || r->head_size < r->size)
		must(data == NULL);
	if (rc != 0)
		return;
	must(parts.count <= WA_RECORD_BLOCKS);
	must(parts.data_offset >= WA_RECORD_HEADER);
	must(parts.data_offset <= r->size);
	must(parts.data_offset + parts.data_size == r->size);
	add(w, parts.top_xid);
	for (i = 0; i < parts.count; i++) {
		must(i == 0 || parts.blocks[i].id > parts.blocks[i - 1].id);
		add(w, parts.blocks[i].relation);
	}
	if (data != NULL) {
		must(data == r->head + parts.data_offset);
		must(size == parts.data_size);
		add_bytes(w, data, size);
	}
}

static void
check_xact(struct walked *w, const struct wa_record *r, const struct wa_xact *x)
{
	unsigned operation = (r->info & 0x70u) >> 4;
	int expected = r->rmid == WA_RM_XACT &&
	    (operation == 0 || (operation >= 2 && operation <= 4));

	must((x != NULL) == expected);
	if (x == NULL)
		return;
	must(x->kind ==
	    (operation % 4 == 0 && operation != 4 ? WA_XACT_COMMIT :
		    operation == 3                ? WA_XACT_COMMIT :
						    WA_XACT_ABORT));
	must(x->prepared == (operation >= 3));
	add(w, (uint64_t)x->time);
	add(w, x->xid);
	add(w, x->children);
	add(w, x->relations);
	add(w, (uint64_t)wa_xact_end(x));
}

/* It is the same when it is read a byte at a time. */
static void
check_xact_again(
    const struct walked *w, const struct wa_record *r, const struct wa_xact *x)
{
	struct wa_xact same;
	size_t at;

	if (x == NULL || r->head_size < r->size)
		return;
	wa_xact_begin(&same, w->wal->format, r->info, r->xid);
	for (at = WA_RECORD_HEADER; at < r->size; at++)
		wa_xact_add(&same, r->head + at, 1);
	must(same.kind == x->kind && same.prepared == x->prepared);
	must(same.xid == x->xid && same.time == x->time);
	must(same.children == x->children && same.relations == x->relations);
	must(wa_xact_end(&same) == wa_xact_end(x));
}

static void
keep(struct walked *w, const struct wa_record *r)
{
	if (w->count == w->room) {
		w->room = w->room * 2 + 16;
		w->list = realloc(w->list, w->room * sizeof(*w->list));
		must(w->list != NULL);
	}
	w->list[w->count] = *r;
	w->list[w->count++].head = NULL;
}

static int
has_ended(const struct walked *w)
{
	return w->wal->patience > 0 && w->damages >= w->wal->patience;
}

static void
on_record(void *arg, const struct wa_record *r, const struct wa_xact *xact)
{
	struct walked *w = arg;

	must(!has_ended(w));
	must(r->lsn % 8 == 0 && r->lsn >= w->reached);
	must(r->size >= WA_RECORD_HEADER && r->size <= WA_RECORD_MAX);
	must(r->end % 8 == 0 && r->end >= r->lsn + r->size);
	must(r->end <= w->wal->start + w->wal->size);
	must(r->head_size == r->size ||
	    (r->head_size == WA_RECORD_HEAD && r->size > WA_RECORD_HEAD));
	must(w->last == 0 || r->prev == w->last);
	add(w, r->lsn);
	add(w, r->end);
	add_bytes(w, r->head, r->head_size);
	check_parts(w, r);
	check_xact(w, r, xact);
	check_xact_again(w, r, xact);
	keep(w, r);
	w->last = r->lsn;
	w->reached = r->end;
}

static int
on_damage(void *arg, uint64_t lsn, const char *why)
{
	struct walked *w = arg;

	must(!has_ended(w));
	must(lsn >= w->wal->start && lsn < w->wal->start + w->wal->size);
	must(why[0] != '\0' && strlen(why) < 64);
	add(w, lsn);
	add_bytes(w, (const uint8_t *)why, strlen(why));
	w->damages++;
	w->last = 0;
	return has_ended(w);
}

void
walk(struct walked *out, const struct wal *wal, int in_pieces)
{
	static struct wa_walk w;
	const struct wa_walk_sink sink = { out, on_record, on_damage };
	size_t step = in_pieces ? wal->block : wal->size, at;

	memset(out, 0, sizeof(*out));
	out->wal = wal;
	wa_walk_begin(
	    &w, wal->format, wal->segment, wal->block, wal->start, &sink);
	for (at = 0; at < wal->size; at += step) {
		uint8_t *piece = copy_of(wal->bytes + at, step);

		wa_walk_add(&w, piece, step);
		free(piece);
	}
	if (w.state == WA_WALK_ENDED)
		must(has_ended(out));
	else
		must(w.lsn == wal->start + wal->size);
	if (out->count > 0)
		must(w.end == out->list[out->count - 1].end);
	if (w.state == WA_WALK_INSIDE)
		must(w.open >= out->reached && w.open < w.lsn);
	add(out, (uint64_t)w.state);
}

static void
check_event(const wa_event *e, const wa_event *before, const struct wal *wal)
{
	must(e->kind >= WA_EVENT_RESTORE_POINT && e->kind <= WA_EVENT_DAMAGE);
	must(e->lsn >= wal->start && e->lsn < wal->start + wal->size);
	must(e->end <= wal->start + wal->size);
	must(memchr(e->name, '\0', sizeof(e->name)) != NULL);
	if (before != NULL)
		must(before->kind < e->kind ||
		    (before->kind == e->kind && before->lsn < e->lsn));
}

void
walk_facts(const struct wal *wal, size_t count)
{
	static struct wa_facts f;
	const wa_wal_records *r = &f.records;
	uint32_t i;

	wa_facts_begin(&f, wal->format, wal->segment, wal->block, wal->start,
	    wal->start, 0);
	if (wal->size > 0)
		wa_facts_add(&f, wal->bytes, wal->size);
	wa_facts_end(&f);
	must(r->count == count);
	must(r->commits + r->aborts <= r->count);
	must(r->end <= wal->start + wal->size);
	must(r->event_count <= WA_EVENTS_MAX);
	for (i = 0; i < r->event_count; i++)
		check_event(
		    &r->events[i], i == 0 ? NULL : &r->events[i - 1], wal);
}
