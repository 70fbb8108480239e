/* part.c - read out of a part of a set. */
#include "config.h"

#include <string.h>

#include "base/error.h"
#include "base/sys.h"
#include "repo/set_label.h"

struct wa_part {
	wa_random *object;
	wa_key key;
};

int
wa_part_open(wa_part **out, wa_repo *repo, const char *label, uint32_t number,
    wa_error *err)
{
	wa_part *part;
	int rc;

	if (!wa_set_label_valid(label))
		return wa_error_set(err, WA_EUSAGE,
		    "\"%s\" is no label of a backup set", label);
	part = wa_sys_malloc(sizeof(*part));
	if (part == NULL)
		return wa_error_memory(err);
	wa_key_part(part->key, repo->stanza, label, number);
	rc = wa_storage_open(&part->object, repo->storage, part->key, err);
	if (rc < 0) {
		wa_sys_free(part);
		return rc;
	}
	*out = part;
	return 0;
}

uint64_t
wa_part_size(const wa_part *part)
{
	return part->object->size;
}

int
wa_part_read(wa_part *part, void *buf, size_t size, uint64_t at, wa_error *err)
{
	int64_t n = wa_random_read(part->object, buf, size, at, err);

	if (n < 0)
		return wa_error_in(err, (int)n, "\"%s\"", part->key);
	return (size_t)n == size ?
	    0 :
	    wa_error_set(err, WA_ECORRUPT, "\"%s\" is cut short", part->key);
}

void
wa_part_close(wa_part *part)
{
	if (part == NULL)
		return;
	wa_random_close(part->object);
	wa_sys_free(part);
}

/* The label's reader holds what it passes on against the label. */
static int
read_to_end(wa_reader *reader, wa_error *err)
{
	uint8_t buf[65536];
	int64_t n;

	while ((n = wa_reader_read(reader, buf, sizeof(buf), err)) > 0)
		;
	return (int)n;
}

int
wa_part_check(wa_repo *repo, const char *label, uint32_t number, wa_error *err)
{
	wa_reader *reader = NULL, *next = NULL;
	char name[WA_SET_LABEL_SIZE];
	uint64_t stored;
	wa_label text;
	wa_key key;
	int rc;

	if (!wa_set_label_valid(label))
		return wa_error_set(err, WA_EUSAGE,
		    "\"%s\" is no label of a backup set", label);
	wa_key_part(key, repo->stanza, label, number);
	rc = wa_storage_get(&reader, repo->storage, key, err);
	if (rc < 0)
		return rc;
	rc = wa_label_reader(&next, &text, reader, err);
	if (rc == 0)
		reader = next;
	if (rc == 0 &&
	    (wa_label_get(&text, "name", name, sizeof(name)) == NULL ||
		strcmp(name, label) != 0 ||
		wa_label_number(&stored, &text, "number") < 0 ||
		stored != number || !wa_label_vouches(&text)))
		rc = wa_error_set(err, WA_ECORRUPT, "its label is another's");
	if (rc == 0)
		rc = read_to_end(reader, err);
	wa_reader_close(reader);
	return rc < 0 ? wa_error_in(err, rc, "\"%s\"", key) : 0;
}
