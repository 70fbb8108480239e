/* stream.c - what every reader and writer has in common. */
#include "config.h"

#include "stream/stream.h"

int64_t
wa_reader_read(wa_reader *r, void *buf, size_t size, wa_error *err)
{
	return r->ops->read(r, buf, size, err);
}

int64_t
wa_reader_fill(wa_reader *r, void *buf, size_t size, wa_error *err)
{
	size_t done = 0;

	while (done < size) {
		int64_t n =
		    wa_reader_read(r, (char *)buf + done, size - done, err);

		if (n < 0)
			return n;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (int64_t)done;
}

void
wa_reader_close(wa_reader *r)
{
	if (r != NULL)
		r->ops->close(r);
}

int
wa_writer_write(wa_writer *w, const void *buf, size_t size, wa_error *err)
{
	return w->ops->write(w, buf, size, err);
}

int
wa_writer_rewrite(wa_writer *w, const void *buf, size_t size, wa_error *err)
{
	return w->ops->rewrite(w, buf, size, err);
}

int
wa_writer_finish(wa_writer *w, wa_error *err)
{
	return w->ops->finish(w, err);
}

void
wa_writer_close(wa_writer *w)
{
	if (w != NULL)
		w->ops->close(w);
}
