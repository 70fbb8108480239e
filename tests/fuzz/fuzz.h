/* fuzz.h - what every target has: libFuzzer's entry, and how to read input. */
#ifndef WA_TESTS_FUZZ_H
#define WA_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is always so. */
#define must(what)                                                             \
	((what) ? (void)0 :                                                    \
		  (fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__,  \
		       #what),                                                 \
		      abort()))

struct input {
	const uint8_t *p;
	size_t left;
};

/* The next n bytes as a number, zeros behind the end. */
static inline uint64_t
take_number(struct input *in, size_t n)
{
	uint64_t number = 0;
	size_t i;

	for (i = 0; i < n && in->left > 0; i++) {
		number |= (uint64_t)*in->p++ << 8 * i;
		in->left--;
	}
	return number;
}

/* The next n bytes or what is left, as text, for free(). */
static inline char *
take_text(struct input *in, size_t n)
{
	char *text;

	if (n > in->left)
		n = in->left;
	text = malloc(n + 1);
	must(text != NULL);
	memcpy(text, in->p, n);
	text[n] = '\0';
	in->p += n;
	in->left -= n;
	return text;
}

/* A copy with nothing readable behind it, for free(). */
static inline uint8_t *
copy_of(const void *data, size_t size)
{
	uint8_t *copy = malloc(size > 0 ? size : 1);

	must(copy != NULL);
	memcpy(copy, data, size);
	return copy;
}

#endif
