/* progress.c - one line on a terminal: "[####    ]  50%  12.0MB/s  1m 20s". */
#include "config.h"

#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "size.h"

#define BAR 30
#define BETWEEN 0.2 /* seconds from one drawing to the next */

static uint64_t total;
static double begun, drawn;
static int visible;

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int
progress_wanted(void)
{
	return isatty(STDERR_FILENO);
}

void
progress_begin(uint64_t bytes)
{
	total = bytes;
	begun = drawn = now();
}

/* "2h 05m", "1m 20s", "8s" */
static const char *
time_text(char *buf, double seconds)
{
	unsigned long s = seconds < 1e9 ? (unsigned long)seconds : 0;

	if (s >= 3600)
		(void)snprintf(
		    buf, SIZE_TEXT, "%luh %02lum", s / 3600, s / 60 % 60);
	else if (s >= 60)
		(void)snprintf(buf, SIZE_TEXT, "%lum %02lus", s / 60, s % 60);
	else
		(void)snprintf(buf, SIZE_TEXT, "%lus", s);
	return buf;
}

static void
draw(uint64_t done, double elapsed)
{
	char bar[BAR + 1], rate[SIZE_TEXT], left[SIZE_TEXT];
	double share = (double)done / (double)total;
	size_t full;

	if (share > 1)
		share = 1;
	full = (size_t)(share * BAR);
	memset(bar, ' ', BAR);
	memset(bar, '#', full);
	bar[BAR] = '\0';
	(void)fprintf(stderr, "\r[%s] %3.0f%%  %s/s  %s left\033[K", bar,
	    share * 100, size_text(rate, (uint64_t)((double)done / elapsed)),
	    done == 0 ? "?" : time_text(left, elapsed * (1 - share) / share));
	(void)fflush(stderr);
	visible = 1;
}

void
progress_show(uint64_t done)
{
	double moment = now();

	if (total == 0 || moment - drawn < BETWEEN || !progress_wanted())
		return;
	drawn = moment;
	draw(done, moment - begun);
}

void
progress_hide(void)
{
	if (visible)
		(void)fprintf(stderr, "\r\033[K");
	visible = 0;
}
