/* segment.c - pages, and whether they are the segment that a name says. */
#include "config.h"

#include "base/bytes.h"
#include "fuzz.h"
#include "pg/page.h"
#include "pg/segment.h"

#define SEGMENT (1u << 20)
#define PAGE 8192

/* The first byte. */
#define PARTIAL 1u   /* the name ends in it */
#define OWN_NAME 2u  /* it is the one that the first page tells */
#define ADDRESSES 4u /* every page tells where it is */
#define PADDED 8u    /* with zeros, to a whole segment */

static void
check_page(const uint8_t *data, size_t size)
{
	struct wa_page page;
	int rc = wa_page_parse(&page, data, size);

	must(rc == 0 || (rc == -1 && size < WA_PAGE_LONG));
	if (rc == 0)
		(void)wa_page_version(page.magic);
}

/* The name that the input or, with OWN_NAME, its first page gives. */
static void
make_name(char name[WA_NAME_MAX], struct input *in, unsigned flags)
{
	uint32_t timeline = (uint32_t)take_number(in, 4);
	uint64_t number = take_number(in, 8);
	uint32_t segment_size = SEGMENT;

	if ((flags & OWN_NAME) != 0 && in->left >= WA_PAGE_LONG) {
		timeline = wa_le32(in->p + 4);
		segment_size = wa_le32(in->p + 32);
		if (segment_size == 0)
			segment_size = SEGMENT;
		number = wa_le64(in->p + 8) / segment_size;
	}
	wa_segment_format(name, timeline, number, segment_size);
	if ((flags & PARTIAL) != 0)
		strcat(name, ".partial");
}

/* The pages as a file, for free(). */
static uint8_t *
make_file(const struct input *in, unsigned flags, size_t *size)
{
	uint8_t *file;
	uint64_t address;
	size_t at;

	*size = in->left;
	if ((flags & PADDED) != 0 && *size < SEGMENT)
		*size = SEGMENT;
	file = calloc(1, *size + 1);
	must(file != NULL);
	memcpy(file, in->p, in->left);
	if ((flags & ADDRESSES) != 0 && in->left >= WA_PAGE_SHORT) {
		address = wa_le64(file + 8);
		for (at = 0; at + WA_PAGE_SHORT <= in->left; at += PAGE) {
			memcpy(file + at, file, 2);
			wa_put_le64(file + at + 8, address + at);
		}
	}
	return file;
}

/* What a segment that was taken for good says of itself. */
static void
check_segment(const struct wa_segment *s, const uint8_t *file, size_t size)
{
	struct wa_page page;
	size_t i;

	must(s->size == size && s->done == size);
	must(wa_page_parse(&page, file, size) == 0);
	must(page.address == s->start && page.system_id == s->system_id);
	must(wa_page_version(page.magic) == s->version && s->version != 0);
	must(s->run_count > 0 && s->run_count <= WA_SEGMENT_RUNS);
	for (i = 0; i < s->run_count; i++) {
		must(s->runs[i].first <= s->runs[i].last);
		must(s->runs[i].timeline <= s->name.timeline);
		if (i > 0)
			must(s->runs[i].timeline > s->runs[i - 1].timeline &&
			    s->runs[i].first > s->runs[i - 1].last);
	}
}

static int
check_file(struct wa_segment *s, const uint8_t *file, size_t size)
{
	wa_error err = WA_ERROR_INIT;
	size_t at, n;
	int rc = 0;

	for (at = 0; at < size && rc == 0; at += n) {
		uint8_t *piece;

		n = size - at < WA_BLOCK_MAX ? size - at : WA_BLOCK_MAX;
		piece = copy_of(file + at, n);
		rc = wa_segment_add(s, piece, n, &err);
		free(piece);
	}
	if (rc == 0)
		rc = wa_segment_end(s, &err);
	must(rc == 0 || rc == WA_ECORRUPT);
	if (rc != 0)
		must(err.code == rc && err.text[0] != '\0');
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct wa_segment s;
	struct input in = { data, size };
	unsigned flags = (unsigned)take_number(&in, 1);
	char name[WA_NAME_MAX];
	uint8_t *file;

	make_name(name, &in, flags);
	check_page(in.p, in.left);
	file = make_file(&in, flags, &size);
	wa_segment_begin(&s, name);
	if (check_file(&s, file, size) == 0)
		check_segment(&s, file, size);
	free(file);
	return 0;
}
