/* xact.c - what a commit or an abort says. */
#include "config.h"

#include "pg/xact.h"

#include <string.h>

#include "base/bytes.h"

#define OPERATION 0x70 /* XLOG_XACT_OPMASK */
#define HAS_INFO 0x80  /* XLOG_XACT_HAS_INFO */

/* xinfo, in the order of what the bits stand for. */
#define HAS_DATABASE (1u << 0)
#define HAS_CHILDREN (1u << 1)
#define HAS_RELATIONS (1u << 2)
#define HAS_STATS (1u << 8)
#define HAS_INVALIDATIONS (1u << 3)
#define HAS_TWOPHASE (1u << 4)

/* What the next bytes are. */
enum step {
	STEP_ID, /* of the main data, or of something in front of it */
	STEP_ORIGIN,
	STEP_TOP_XID,
	STEP_SIZE,
	STEP_TIME,
	STEP_INFO,
	STEP_CHILDREN,
	STEP_RELATIONS,
	STEP_STATS,
	STEP_INVALIDATIONS,
	STEP_TWOPHASE,
	STEP_DONE,
	STEP_BAD
};

/* In microseconds since 1970: 2000-01-01, and the years that a time is written
 * with in four digits. */
#define EPOCH INT64_C(946684800000000)
#define YEAR_1000 INT64_C(-30610224000000000)
#define YEAR_9999 INT64_C(253402300799999999)

int64_t
wa_timestamp(int64_t since_2000)
{
	int64_t when;

	if (__builtin_add_overflow(since_2000, EPOCH, &when) ||
	    when > YEAR_9999)
		return YEAR_9999; /* infinity, too */
	return when < YEAR_1000 ? YEAR_1000 : when;
}

static void
want(struct wa_xact *x, enum step step, size_t bytes)
{
	x->step = (int)step;
	x->need = bytes;
	x->have = 0;
}

void
wa_xact_begin(struct wa_xact *x, const struct wa_format *format, uint8_t info,
    uint32_t xid)
{
	static const struct {
		enum wa_xact_kind kind;
		int prepared;
	} operations[8] = {
		[0] = { WA_XACT_COMMIT, 0 },
		[2] = { WA_XACT_ABORT, 0 },
		[3] = { WA_XACT_COMMIT, 1 },
		[4] = { WA_XACT_ABORT, 1 },
	};
	unsigned operation = (info & OPERATION) >> 4;

	x->kind = operations[operation].kind;
	x->prepared = operations[operation].prepared;
	x->xid = xid;
	x->time = 0;
	x->children = x->relations = 0;
	x->format = format;
	x->info = info & HAS_INFO;
	x->skip = 0;
	want(x, x->kind == WA_XACT_NONE ? STEP_DONE : STEP_ID, 1);
}

/* The next of what xinfo announced. */
static void
go_on(struct wa_xact *x)
{
	static const struct {
		uint32_t bit;
		enum step step;
	} parts[] = {
		{ HAS_CHILDREN, STEP_CHILDREN },
		{ HAS_RELATIONS, STEP_RELATIONS },
		{ HAS_STATS, STEP_STATS },
		{ HAS_INVALIDATIONS, STEP_INVALIDATIONS },
		{ HAS_TWOPHASE, STEP_TWOPHASE },
	};
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if ((x->info & parts[i].bit) != 0) {
			x->info &= ~parts[i].bit;
			want(x, parts[i].step, 4);
			return;
		}
	want(x, STEP_DONE, 0);
}

static void
take_id(struct wa_xact *x)
{
	switch (x->buf[0]) {
	case 255:
		want(x, STEP_SIZE, 1);
		break;
	case 254:
		want(x, STEP_SIZE, 4);
		break;
	case 253:
		want(x, STEP_ORIGIN, 2);
		break;
	case 252:
		want(x, STEP_TOP_XID, 4);
		break;
	default:
		want(x, STEP_BAD, 0);
	}
}

static void
take_info(struct wa_xact *x)
{
	x->info = wa_le32(x->buf);
	if ((x->info & HAS_DATABASE) != 0)
		x->skip = 8;
	go_on(x);
}

/* A list of n items of these bytes each. */
static void
pass_list(struct wa_xact *x, uint32_t n, uint32_t bytes)
{
	x->skip = (uint64_t)n * bytes;
	go_on(x);
}

/* buf holds what the step needs. */
static void
take(struct wa_xact *x)
{
	uint32_t n = wa_le32(x->buf);

	switch ((enum step)x->step) {
	case STEP_ID:
		take_id(x);
		break;
	case STEP_ORIGIN:
	case STEP_TOP_XID:
		want(x, STEP_ID, 1);
		break;
	case STEP_SIZE:
		want(x, STEP_TIME, 8);
		break;
	case STEP_TIME:
		x->time = wa_timestamp((int64_t)wa_le64(x->buf));
		if (x->info != 0)
			want(x, STEP_INFO, 4);
		else
			want(x, STEP_DONE, 0);
		break;
	case STEP_INFO:
		take_info(x);
		break;
	case STEP_CHILDREN:
		x->children = n;
		pass_list(x, n, 4);
		break;
	case STEP_RELATIONS:
		x->relations = n;
		pass_list(x, n, 12);
		break;
	case STEP_STATS:
		pass_list(x, n, x->format->stats_item);
		break;
	case STEP_INVALIDATIONS:
		pass_list(x, n, 16);
		break;
	case STEP_TWOPHASE:
		if (x->prepared)
			x->xid = n;
		go_on(x);
		break;
	case STEP_DONE:
	case STEP_BAD:
		break;
	}
}

void
wa_xact_add(struct wa_xact *x, const uint8_t *data, size_t size)
{
	while (size > 0 && x->step < STEP_DONE) {
		size_t n = x->need - x->have;

		if (x->skip > 0) {
			n = x->skip < size ? (size_t)x->skip : size;
			x->skip -= n;
		} else {
			if (n > size)
				n = size;
			memcpy(x->buf + x->have, data, n);
			x->have += n;
			if (x->have == x->need)
				take(x);
		}
		data += n;
		size -= n;
	}
}

int
wa_xact_end(const struct wa_xact *x)
{
	return x->step == STEP_DONE ? 0 : -1;
}
