/* name.c - names of WAL files, and LSNs: what is parsed is printed the same. */
#include "config.h"

#include "fuzz.h"
#include "pg/lsn.h"
#include "pg/name.h"

/* The name as PostgreSQL would write it. */
static void
print(char *buf, size_t size, const struct wa_name *n)
{
	static const char *const ends[] = { [WA_SEGMENT] = "",
		[WA_PARTIAL] = ".partial",
		[WA_DAMAGED] = ".damaged",
		[WA_DROPPED] = ".dropped" };

	if (n->kind == WA_HISTORY)
		snprintf(buf, size, "%08X.history", n->timeline);
	else if (n->kind == WA_BACKUP)
		snprintf(buf, size, "%08X%08X%08X.%08X.backup", n->timeline,
		    n->log, n->segment, n->offset);
	else
		snprintf(buf, size, "%08X%08X%08X%s", n->timeline, n->log,
		    n->segment, ends[n->kind]);
}

/* There are two of this kind. */
static int
is_dropped_partial(const char *text)
{
	return strlen(text) == 40 && strcmp(text + 24, ".partial.dropped") == 0;
}

static void
check_name(const char *text)
{
	char again[WA_NAME_MAX];
	struct wa_name name;

	wa_name_parse(&name, text);
	must(name.kind == wa_name_kind(text));
	if (name.kind == WA_NOT_WAL)
		return;
	must(name.timeline != 0);
	if (is_dropped_partial(text)) {
		must(name.kind == WA_DROPPED);
		return;
	}
	print(again, sizeof(again), &name);
	must(strcmp(again, text) == 0);
}

static void
check_segment(const char *text, uint32_t segment_size)
{
	char again[WA_SEGMENT_NAME_SIZE];
	uint32_t timeline;
	uint64_t number;
	int rc = wa_segment_parse(&timeline, &number, text, segment_size);

	must(rc == 0 || rc == WA_EUSAGE);
	if (rc != 0)
		return;
	must(wa_segment_size_ok(segment_size));
	wa_segment_format(again, timeline, number, segment_size);
	must(strncmp(again, text, WA_SEGMENT_NAME_SIZE - 1) == 0);
}

static void
check_lsn(const char *text)
{
	char again[WA_LSN_SIZE];
	uint64_t lsn, same;

	if (wa_lsn_parse(&lsn, text) != 0)
		return;
	wa_lsn_format(again, lsn);
	must(strlen(again) <= strlen(text));
	must(wa_lsn_parse(&same, again) == 0 && same == lsn);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	uint32_t shift = (uint32_t)take_number(&in, 1);
	char *text = take_text(&in, in.left);

	check_name(text);
	check_segment(text, shift < 32 ? 1u << shift : shift);
	check_lsn(text);
	free(text);
	return 0;
}
