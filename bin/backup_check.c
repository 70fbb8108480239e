/* backup_check.c - a file whose time proves nothing is known by its digest. */
#include "config.h"

#include "backup_check.h"

#include <stdlib.h>
#include <string.h>

#include "digests.h"
#include "message.h"

/* An item, and what it may be. */
struct question {
	struct backup_item *item;
	struct backup_item *known[2];
	int count;
};

struct backup_check {
	struct backup_flow *flow;
	struct digests *digests;
};

static void
drop(void *thing)
{
	struct question *q = thing;
	int i;

	backup_item_free(q->item);
	for (i = 0; i < q->count; i++)
		backup_item_free(q->known[i]);
	free(q);
}

struct backup_item *
backup_refer(struct backup_item *item, const wa_set_file *known, wa_error *err)
{
	wa_set_file file = item->file;
	struct backup_item *new;

	memcpy(file.xxh128, known->xxh128, sizeof(file.xxh128));
	file.crc32c = known->crc32c;
	file.in = known->in;
	file.part = known->part;
	file.at = known->at;
	file.frames = known->frames;
	file.frame_count = known->frame_count;
	file.bad_pages = known->bad_pages;
	new = backup_item_new(BACKUP_REFER, &file, err);
	backup_item_free(item);
	return new;
}

static int
done(void *arg, void *thing, const char *digest, wa_error *err)
{
	struct backup_check *c = arg;
	struct question *q = thing;
	struct backup_item *item = q->item;
	int i;

	q->item = NULL;
	for (i = 0; digest != NULL && i < q->count; i++)
		if (strcmp(q->known[i]->file.xxh128, digest) == 0) {
			item = backup_refer(item, &q->known[i]->file, err);
			break;
		}
	drop(q);
	return item == NULL ? WA_ENOMEM : backup_flow_put(c->flow, item, err);
}

int
backup_check_open(struct backup_check **out, const wa_config *config,
    struct backup_flow *flow, wa_error *err)
{
	struct backup_check *c = calloc(1, sizeof(*c));
	int rc;

	if (c == NULL)
		return out_of_memory(err);
	c->flow = flow;
	rc = digests_open(&c->digests, config, done, drop, c, err);
	if (rc < 0) {
		free(c);
		return rc;
	}
	*out = c;
	return 0;
}

int
backup_check_put(struct backup_check *check, struct backup_item *item,
    const wa_set_file *known, int count, wa_error *err)
{
	struct question *q = calloc(1, sizeof(*q));
	int i;

	if (q == NULL) {
		backup_item_free(item);
		return out_of_memory(err);
	}
	q->item = item;
	for (i = 0; i < count; i++) {
		q->known[i] = backup_item_new(BACKUP_REFER, &known[i], err);
		if (q->known[i] == NULL) {
			drop(q);
			return WA_ENOMEM;
		}
		q->count = i + 1;
	}
	return digests_put(check->digests, q, count > 0 ? item->source : NULL,
	    item->file.size, err);
}

int
backup_check_drain(struct backup_check *check, wa_error *err)
{
	return digests_drain(check->digests, err);
}

void
backup_check_close(struct backup_check *check)
{
	if (check == NULL)
		return;
	digests_close(check->digests);
	free(check);
}
