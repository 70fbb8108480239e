/* walk.c - how fast are records walked over?  bench-walk SEGMENT... */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "pg/facts.h"
#include "pg/page.h"

#define ROUNDS 15
#define CHUNK 65536

static double
cpu_seconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static uint8_t *
read_file(size_t *size, const char *path)
{
	FILE *f = fopen(path, "r");
	struct stat st;
	uint8_t *data;

	if (f == NULL || fstat(fileno(f), &st) < 0 ||
	    (data = malloc((size_t)st.st_size)) == NULL ||
	    fread(data, (size_t)st.st_size, 1, f) != 1) {
		perror(path);
		exit(1);
	}
	(void)fclose(f);
	*size = (size_t)st.st_size;
	return data;
}

/* CPU seconds of one walk; *records are counted. */
static double
walk(uint64_t *records, const uint8_t *data, size_t size)
{
	static struct wa_facts facts;
	double begin = cpu_seconds();
	struct wa_page page;
	size_t at;

	(void)wa_page_parse(&page, data, size);
	wa_facts_begin(&facts, wa_format_of(wa_page_version(page.magic)),
	    page.segment_size, page.block_size, page.address, page.address, 0);
	for (at = 0; at < size; at += CHUNK)
		wa_facts_add(&facts, data + at, CHUNK);
	wa_facts_end(&facts);
	*records += facts.records.count;
	return cpu_seconds() - begin;
}

int
main(int argc, char **argv)
{
	double seconds = 0, bytes = 0;
	uint64_t records = 0;
	int i, round;

	for (i = 1; i < argc; i++) {
		double best = 1e9;
		size_t size;
		uint8_t *data = read_file(&size, argv[i]);

		for (round = 0; round < ROUNDS; round++) {
			uint64_t count = 0;
			double took = walk(&count, data, size);

			best = took < best ? took : best;
			records += round == 0 ? count : 0;
		}
		seconds += best;
		bytes += (double)size;
		free(data);
	}
	(void)printf("%d segments, %.0f bytes a record: %.2f GB/s, %.1f ns a "
		     "record\n",
	    argc - 1, bytes / (double)records, bytes / seconds / 1e9,
	    seconds * 1e9 / (double)records);
	return 0;
}
