/* memory.c - buffers as readers and writers. */
#include "config.h"

#include "stream/memory.h"

#include <string.h>

#include "base/error.h"
#include "base/sys.h"

struct memory_reader {
	wa_reader reader;
	const uint8_t *data;
	size_t left;
};

static int64_t
memory_read(wa_reader *r, void *buf, size_t size, wa_error *err)
{
	struct memory_reader *m = (struct memory_reader *)r;

	(void)err;
	if (size > m->left)
		size = m->left;
	memcpy(buf, m->data, size);
	m->data += size;
	m->left -= size;
	return (int64_t)size;
}

static void
memory_reader_close(wa_reader *r)
{
	wa_sys_free(r);
}

int
wa_memory_reader(wa_reader **out, const void *data, size_t size, wa_error *err)
{
	static const struct wa_reader_ops ops = { memory_read,
		memory_reader_close };
	struct memory_reader *m = wa_sys_malloc(sizeof(*m));

	if (m == NULL)
		return wa_error_memory(err);
	m->reader.ops = &ops;
	m->reader.size = size;
	m->data = data;
	m->left = size;
	*out = &m->reader;
	return 0;
}

struct memory_writer {
	wa_writer writer;
	uint8_t *buf;
	size_t room, at;
	size_t *used;
};

static int
memory_write(wa_writer *w, const void *buf, size_t size, wa_error *err)
{
	struct memory_writer *m = (struct memory_writer *)w;

	if (size > m->room - m->at)
		return wa_error_set(err, WA_ENOMEM, "a buffer is too small");
	memcpy(m->buf + m->at, buf, size);
	m->at += size;
	return 0;
}

static int
memory_finish(wa_writer *w, wa_error *err)
{
	struct memory_writer *m = (struct memory_writer *)w;

	(void)err;
	*m->used = m->at;
	return 0;
}

static void
memory_writer_close(wa_writer *w)
{
	wa_sys_free(w);
}

int
wa_memory_writer(
    wa_writer **out, void *buf, size_t room, size_t *used, wa_error *err)
{
	static const struct wa_writer_ops ops = { memory_write, NULL,
		memory_finish, memory_writer_close };
	struct memory_writer *m = wa_sys_malloc(sizeof(*m));

	if (m == NULL)
		return wa_error_memory(err);
	m->writer.ops = &ops;
	m->buf = buf;
	m->room = room;
	m->at = 0;
	m->used = used;
	*out = &m->writer;
	return 0;
}
