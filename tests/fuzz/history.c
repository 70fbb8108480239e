/* history.c - timeline histories: their entries lie one behind the other. */
#include "config.h"

#include "fuzz.h"
#include "pg/history.h"

static void
check_entries(const wa_history *h)
{
	uint64_t begin = 0;
	uint32_t before = 0;
	size_t i;

	must(h->count > 0);
	for (i = 0; i < h->count; i++) {
		const struct wa_history_entry *e = &h->entries[i];

		must(e->timeline > before && e->timeline < h->timeline);
		must(e->begin == begin && e->end >= e->begin);
		must(wa_history_end_of(h, e->timeline) == e->end);
		if (e->begin < e->end) {
			must(wa_history_at(h, e->begin) == e->timeline);
			must(wa_history_at(h, e->end - 1) == e->timeline);
		}
		before = e->timeline;
		begin = e->end;
	}
	must(wa_history_begin(h) == begin);
	must(wa_history_parent(h) == before);
	must(wa_history_at(h, begin) == h->timeline);
}

/* As PostgreSQL would write it, for free(). */
static char *
print(const wa_history *h)
{
	size_t room = h->count * 64 + 1, used = 0, i;
	char *text = malloc(room);

	must(text != NULL);
	for (i = 0; i < h->count; i++) {
		char lsn[WA_LSN_SIZE];

		wa_lsn_format(lsn, h->entries[i].end);
		used += (size_t)snprintf(text + used, room - used,
		    "%u\t%s\tno reason\n", h->entries[i].timeline, lsn);
	}
	return text;
}

static void
check_again(const wa_history *h)
{
	char *text = print(h);
	wa_history *same;
	size_t i;

	must(wa_history_parse(&same, h->timeline, text, strlen(text), NULL) ==
	    0);
	must(same->count == h->count);
	for (i = 0; i < h->count; i++)
		must(same->entries[i].timeline == h->entries[i].timeline &&
		    same->entries[i].end == h->entries[i].end);
	wa_history_free(same);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	uint32_t timeline = (uint32_t)take_number(&in, 4);
	wa_error err = WA_ERROR_INIT;
	wa_history *h;
	int rc =
	    wa_history_parse(&h, timeline, (const char *)in.p, in.left, &err);

	must(rc == 0 || rc == WA_ECORRUPT);
	if (rc < 0) {
		must(err.code == rc && err.text[0] != '\0');
		return 0;
	}
	check_entries(h);
	check_again(h);
	wa_history_free(h);
	return 0;
}
