/* event.c - is a record what a DBA may want to stop at? */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "pg/facts.h"

/* Of WA_RM_XLOG (catalog/pg_control.h). */
#define CHECKPOINT_SHUTDOWN 0x00
#define CHECKPOINT_ONLINE 0x10
#define RESTORE_POINT 0x70
#define END_OF_RECOVERY 0x90

/* struct CheckPoint: redo, ThisTimeLineID, PrevTimeLineID, ..., and the time
 * in seconds since 1970. */
static int
from_checkpoint(wa_event *e, const uint8_t *data, size_t size, size_t time)
{
	if (size < time + 8)
		return 0;
	if (__builtin_mul_overflow(
		(int64_t)wa_le64(data + time), 1000000, &e->time))
		e->time = WA_NO_TIME;
	e->kind = WA_EVENT_CHECKPOINT;
	e->other = wa_le64(data);
	e->timeline = wa_le32(data + 8);
	if (wa_le32(data + 12) != e->timeline) {
		e->kind = WA_EVENT_TIMELINE;
		e->other = wa_le32(data + 12);
	}
	return 1;
}

/* xl_end_of_recovery: end_time, ThisTimeLineID, PrevTimeLineID. */
static int
from_end_of_recovery(wa_event *e, const uint8_t *data, size_t size)
{
	if (size < 16)
		return 0;
	e->kind = WA_EVENT_TIMELINE;
	e->time = wa_timestamp((int64_t)wa_le64(data));
	e->timeline = wa_le32(data + 8);
	e->other = wa_le32(data + 12);
	return 1;
}

/* xl_restore_point: rp_time, rp_name. */
static int
from_restore_point(wa_event *e, const uint8_t *data, size_t size)
{
	if (size < 8 + sizeof(e->name))
		return 0;
	e->kind = WA_EVENT_RESTORE_POINT;
	e->time = wa_timestamp((int64_t)wa_le64(data));
	(void)snprintf(e->name, sizeof(e->name), "%.*s",
	    (int)sizeof(e->name) - 1, (const char *)data + 8);
	return 1;
}

static int
from_xlog(wa_event *e, uint8_t info, const uint8_t *data, size_t size,
    const struct wa_format *format)
{
	switch (info & 0xF0) {
	case CHECKPOINT_SHUTDOWN:
	case CHECKPOINT_ONLINE:
		return from_checkpoint(e, data, size, format->checkpoint_time);
	case RESTORE_POINT:
		return from_restore_point(e, data, size);
	case END_OF_RECOVERY:
		return from_end_of_recovery(e, data, size);
	default:
		return 0;
	}
}

static int
from_xact(wa_event *e, const struct wa_xact *xact)
{
	e->kind = xact->kind == WA_XACT_ABORT ? WA_EVENT_ABORT :
	    xact->relations > 0               ? WA_EVENT_DROP :
						WA_EVENT_COMMIT;
	e->time = xact->time;
	e->xid = xact->xid;
	e->count = xact->relations;
	return 1;
}

int
wa_event_of(wa_event *out, const struct wa_record *record,
    const struct wa_xact *xact, const struct wa_format *format)
{
	const uint8_t *data;
	size_t size = 0;

	if (xact == NULL && record->rmid != WA_RM_XLOG &&
	    record->rmid != WA_RM_DBASE)
		return 0;
	memset(out, 0, sizeof(*out));
	out->lsn = record->lsn;
	out->end = record->end;
	out->time = WA_NO_TIME;
	if (xact != NULL)
		return from_xact(out, xact);
	data = wa_record_data(&size, record, format);
	if (data == NULL)
		return 0;
	if (record->rmid == WA_RM_XLOG)
		return from_xlog(out, record->info, data, size, format);
	if ((record->info & 0xF0) != format->drop_database || size < 4)
		return 0;
	out->kind = WA_EVENT_DROP_DATABASE;
	out->xid = record->xid;
	out->other = wa_le32(data);
	return 1;
}
