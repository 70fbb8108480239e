/* samples.h - what real servers wrote, out of data/MAJOR. */
#ifndef WA_TESTS_PG_SAMPLES_H
#define WA_TESTS_PG_SAMPLES_H

#include <stdint.h>

struct sample {
	uint32_t major, timeline, segment_size, checksums, state;
	uint64_t system, redo;
	char segment[25];
	uint8_t control[512], page[512];
};

/* 10 to 19. */
void sample_read(struct sample *out, unsigned major);

#endif
