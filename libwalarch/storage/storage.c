/* storage.c - the verbs, whichever storage it is. */
#include "config.h"

#include "storage/storage.h"

int
wa_storage_put(wa_writer **out, wa_storage *s, const char *key, wa_error *err)
{
	return s->ops->put(out, s, key, err);
}

int
wa_storage_get(wa_reader **out, wa_storage *s, const char *key, wa_error *err)
{
	return s->ops->get(out, s, key, err);
}

int
wa_storage_open(wa_random **out, wa_storage *s, const char *key, wa_error *err)
{
	return s->ops->open(out, s, key, err);
}

int64_t
wa_random_read(wa_random *r, void *buf, size_t size, uint64_t at, wa_error *err)
{
	return r->ops->read(r, buf, size, at, err);
}

void
wa_random_close(wa_random *r)
{
	if (r != NULL)
		r->ops->close(r);
}

int
wa_storage_stat(uint64_t *size, wa_storage *s, const char *key, wa_error *err)
{
	return s->ops->stat(size, s, key, err);
}

int
wa_storage_list(wa_names *out, wa_storage *s, const char *folder,
    unsigned flags, wa_error *err)
{
	return s->ops->list(out, s, folder, flags, err);
}

int
wa_storage_settle(wa_storage *s, const char *key, wa_error *err)
{
	return s->ops->settle(s, key, err);
}

int
wa_storage_age(int64_t *when, wa_storage *s, const char *key, wa_error *err)
{
	return s->ops->age(when, s, key, err);
}

int
wa_storage_remove(uint64_t *freed, wa_storage *s, const char *key,
    unsigned flags, wa_error *err)
{
	return s->ops->remove(freed, s, key, flags, err);
}

int
wa_storage_probe(wa_storage *s, const char *folder, wa_error *err)
{
	return s->ops->probe(s, folder, err);
}

void
wa_storage_close(wa_storage *s)
{
	if (s != NULL)
		s->ops->close(s);
}
