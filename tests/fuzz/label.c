/*
 * label.c - labels: any text, any text with the checksum it should have, any
 * object; and an object that was written is read the same, and is refused when
 * a byte of it is another.
 */
#include "config.h"

#include "base/crc32c.h"
#include "fuzz.h"
#include "stream/label.h"
#include "../unit/support.h"

static void
check_code(int rc, const wa_error *err)
{
	must(rc == WA_ECORRUPT || rc == WA_EUSAGE);
	must(err->code == rc && err->text[0] != '\0');
}

/* What was taken stays inside of the label, and is taken again. */
static void
check_label(const wa_label *label)
{
	wa_label *same = malloc(sizeof(*same));
	char small[8], value[WA_LABEL_LIMIT];
	uint64_t number;

	must(same != NULL && label->used <= WA_LABEL_LIMIT);
	must(strlen(label->text) == label->used);
	must(wa_label_parse(same, label->text, label->used, NULL) == 0);
	must(wa_label_get(label, "check", value, sizeof(value)) != NULL);
	must(strlen(value) == 8);
	must(wa_label_get(label, "check", small, sizeof(small)) == NULL);
	if (wa_label_get(label, "kind", small, sizeof(small)) != NULL)
		must(strlen(small) < sizeof(small));
	(void)wa_label_number(&number, label, "size");
	(void)wa_label_vouches(label);
	free(same);
}

static void
parse(const char *text, size_t size)
{
	wa_label *label = malloc(sizeof(*label));
	wa_error err = WA_ERROR_INIT;
	int rc;

	must(label != NULL);
	rc = wa_label_parse(label, text, size, &err);
	if (rc == 0)
		check_label(label);
	else
		check_code(rc, &err);
	free(label);
}

static void
parse_sealed(const char *text, size_t size)
{
	char *sealed = malloc(size + 16);

	must(sealed != NULL);
	memcpy(sealed, text, size);
	snprintf(sealed + size, 16, "check %08x\n", wa_crc32c(0, text, size));
	parse(sealed, size + 15);
	free(sealed);
}

/* The bytes behind the label, for free(); NULL when they are refused. */
static uint8_t *
read_object(const uint8_t *object, size_t size, size_t step, size_t *plain)
{
	wa_reader *upstream = memory_reader(object, size, step), *r;
	wa_label *label = malloc(sizeof(*label));
	uint8_t *data = malloc(size + 1);
	wa_error err = WA_ERROR_INIT;
	int64_t n;

	must(label != NULL && data != NULL);
	n = wa_label_reader(&r, label, upstream, &err);
	if (n < 0) {
		wa_reader_close(upstream);
	} else {
		check_label(label);
		n = wa_reader_fill(r, data, size + 1, &err);
		must(n <= (int64_t)size);
		wa_reader_close(r);
	}
	free(label);
	if (n >= 0) {
		*plain = (size_t)n;
		return data;
	}
	check_code((int)n, &err);
	free(data);
	return NULL;
}

/* An object with a line of the label and this payload, for free(). */
static uint8_t *
write_object(const char *line, const struct input *payload, size_t *size)
{
	wa_writer *sink = memory_writer(), *w;
	wa_label *label = malloc(sizeof(*label));
	const uint8_t *taken;
	uint8_t *object;
	int finished;

	must(label != NULL);
	wa_label_begin(label, "fuzz");
	wa_label_add(label, "line", "%s", line);
	must(wa_label_writer(&w, sink, label, NULL) == 0);
	must(wa_writer_write(w, payload->p, payload->left, NULL) == 0);
	must(wa_writer_finish(w, NULL) == 0);
	taken = memory_taken(sink, size, &finished);
	must(finished == 1);
	object = copy_of(taken, *size);
	wa_writer_close(w);
	free(label);
	return object;
}

static void
write_and_read(struct input *in, size_t step)
{
	size_t at = (size_t)take_number(in, 2);
	uint8_t other = (uint8_t)take_number(in, 1);
	char *line = take_text(in, (size_t)take_number(in, 1)), *feed;
	size_t size, plain;
	uint8_t *object, *data;

	while ((feed = strchr(line, '\n')) != NULL)
		*feed = ' ';
	object = write_object(line, in, &size);
	object[at % size] ^= other;
	data = read_object(object, size, step, &plain);
	if (other == 0)
		must(data != NULL && plain == in->left &&
		    memcmp(data, in->p, plain) == 0);
	else
		must(data == NULL);
	free(data);
	free(object);
	free(line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	unsigned what = (unsigned)take_number(&in, 1);
	size_t step = (size_t)take_number(&in, 1) * 16 + 1, plain;

	switch (what % 4) {
	case 0:
		parse((const char *)in.p, in.left);
		break;
	case 1:
		parse_sealed((const char *)in.p, in.left);
		break;
	case 2:
		free(read_object(in.p, in.left, step, &plain));
		break;
	default:
		write_and_read(&in, step);
	}
	return 0;
}
