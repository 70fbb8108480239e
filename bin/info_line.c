/* info_line.c - a timeline's WAL as a line, to look at. */
#include "config.h"

#include "info_line.h"

#include <stdio.h>
#include <string.h>

#define WIDEST 160

/* The positions at the left and the right edge. */
struct scale {
	uint64_t from, to;
	int columns;
};

static void
find_scale(struct scale *scale, const struct info_system *s)
{
	uint64_t size = s->system.segment_size;
	size_t i;

	scale->from = UINT64_MAX;
	scale->to = 0;
	for (i = 0; i < s->range_count; i++) {
		const wa_wal_range *r = &s->ranges[i];

		if (r->first * size < scale->from)
			scale->from = r->first * size;
		if ((r->last + 1) * size > scale->to)
			scale->to = (r->last + 1) * size;
	}
}

static int
column(const struct scale *scale, uint64_t lsn)
{
	double part =
	    (double)(lsn - scale->from) / (double)(scale->to - scale->from);

	return (int)(part * (scale->columns - 1));
}

/* At least one column, so that nothing is too small to be seen. */
static void
fill(char *line, const struct scale *scale, uint64_t from, uint64_t to,
    char mark)
{
	int first, last;

	if (from < scale->from)
		from = scale->from;
	if (to > scale->to)
		to = scale->to;
	if (from > to)
		return;
	first = column(scale, from);
	last = column(scale, to);
	memset(line + first, mark, (size_t)(last - first + 1));
}

void
info_draw_line(const struct info_system *s, uint32_t timeline, int columns)
{
	uint64_t size = s->system.segment_size;
	struct scale scale;
	char line[WIDEST + 1];
	int missing;
	size_t i;

	find_scale(&scale, s);
	scale.columns = columns > WIDEST ? WIDEST : columns;
	if (scale.columns < 10 || scale.to == 0)
		return;
	memset(line, ' ', sizeof(line));
	line[scale.columns] = '\0';
	for (missing = 0; missing < 2; missing++) {
		for (i = 0; i < s->range_count; i++)
			if (s->ranges[i].timeline == timeline &&
			    (int)s->ranges[i].missing == missing)
				fill(line, &scale, s->ranges[i].first * size,
				    (s->ranges[i].last + 1) * size - 1,
				    missing ? '!' : '-');
		for (i = 0; i < s->window_count && !missing; i++)
			if (s->windows[i].timeline == timeline)
				fill(line, &scale, s->windows[i].from,
				    s->windows[i].to, '=');
	}
	(void)printf("            |%s|\n", line);
}
