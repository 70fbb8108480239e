/* memory.c - readers and writers of memory, for tests of what is between. */
#include "config.h"

#include "support.h"

#include <stdlib.h>
#include <string.h>

struct memory_reader {
	wa_reader reader;
	const uint8_t *data;
	size_t left, step;
};

static int64_t
memory_read(wa_reader *r, void *buf, size_t size, wa_error *err)
{
	struct memory_reader *m = (struct memory_reader *)r;
	size_t n = size < m->step ? size : m->step;

	(void)err;
	if (n > m->left)
		n = m->left;
	memcpy(buf, m->data, n);
	m->data += n;
	m->left -= n;
	return (int64_t)n;
}

static void
memory_reader_close(wa_reader *r)
{
	free(r);
}

wa_reader *
memory_reader(const void *data, size_t size, size_t step)
{
	static const struct wa_reader_ops ops = { memory_read,
		memory_reader_close };
	struct memory_reader *m = malloc(sizeof(*m));

	ensure(m != NULL, "malloc");
	m->reader.ops = &ops;
	m->data = data;
	m->left = size;
	m->step = step;
	return &m->reader;
}

struct memory_writer {
	wa_writer writer;
	uint8_t *data;
	size_t used;
	int finished;
};

static int
memory_write(wa_writer *w, const void *buf, size_t size, wa_error *err)
{
	struct memory_writer *m = (struct memory_writer *)w;

	(void)err;
	m->data = realloc(m->data, m->used + size + 1);
	ensure(m->data != NULL, "realloc");
	memcpy(m->data + m->used, buf, size);
	m->used += size;
	return 0;
}

static int
memory_rewrite(wa_writer *w, const void *buf, size_t size, wa_error *err)
{
	struct memory_writer *m = (struct memory_writer *)w;

	(void)err;
	ensure(size <= m->used, "rewrite of more than was written");
	memcpy(m->data, buf, size);
	return 0;
}

static int
memory_finish(wa_writer *w, wa_error *err)
{
	(void)err;
	((struct memory_writer *)w)->finished++;
	return 0;
}

static void
memory_writer_close(wa_writer *w)
{
	free(((struct memory_writer *)w)->data);
	free(w);
}

wa_writer *
memory_writer(void)
{
	static const struct wa_writer_ops ops = { memory_write, memory_rewrite,
		memory_finish, memory_writer_close };
	struct memory_writer *m = calloc(1, sizeof(*m));

	ensure(m != NULL, "calloc");
	m->writer.ops = &ops;
	return &m->writer;
}

const uint8_t *
memory_taken(const wa_writer *w, size_t *size, int *finished)
{
	const struct memory_writer *m = (const struct memory_writer *)w;

	*size = m->used;
	if (finished != NULL)
		*finished = m->finished;
	return m->data;
}
