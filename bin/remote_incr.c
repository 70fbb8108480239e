/* remote_incr.c - a header, the numbers of blocks, and their pages. */
#include "config.h"

#include "remote_incr.h"

#include <stdlib.h>
#include <string.h>

#include "backup_check.h"
#include "errors.h"
#include "message.h"
#include "remote_pages.h"

#define MAGIC 0xd3ae1f0du
#define FIXED 12u          /* bytes: magic, blocks, truncation length */
#define MOST_BLOCKS 131072 /* of a segment */
#define PREFIX "INCREMENTAL."

struct remote_incr {
	struct remote_prior *prior;
	struct backup_flow *flow;
	struct remote_pages *pages;
	wa_set_file file, old; /* as it shall be, and in the prior */
	uint64_t sent;
	uint8_t *head; /* with the numbers, and zeros up to a page */
	size_t have, need;
	int begun;          /* the header is complete */
	uint32_t count;     /* of numbers */
	uint32_t kept;      /* from here on no page of the old one is true */
	uint32_t blocks;    /* of the file */
	uint32_t next;      /* the number whose page comes next */
	uint32_t block;     /* of the file, the next that goes out */
	size_t page_filled; /* bytes of it that are out */
};

static size_t
head_room(uint32_t count)
{
	size_t size = FIXED + 4 * (size_t)count;

	return count == 0 ?
	    size :
	    (size + REMOTE_PAGE - 1) / REMOTE_PAGE * REMOTE_PAGE;
}

int
remote_incr_open(struct remote_incr **out, struct remote_prior *prior,
    wa_repo *repo, struct backup_flow *flow, wa_error *err)
{
	struct remote_incr *i = calloc(1, sizeof(*i));
	int rc;

	if (i == NULL)
		return out_of_memory(err);
	i->prior = prior;
	i->flow = flow;
	i->head = malloc(head_room(MOST_BLOCKS));
	rc = i->head == NULL ? out_of_memory(err) :
			       remote_pages_open(&i->pages, repo, err);
	if (rc == 0)
		*out = i;
	else
		remote_incr_close(i);
	return rc;
}

void
remote_incr_close(struct remote_incr *incr)
{
	if (incr == NULL)
		return;
	remote_pages_close(incr->pages);
	free(incr->head);
	free(incr);
}

int
remote_incr_path(char *buf, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;
	size_t folder = (size_t)(name - path), skip = strlen(PREFIX);

	if (strncmp(name, PREFIX, skip) != 0 || name[skip] == '\0')
		return 0;
	memcpy(buf, path, folder);
	memcpy(buf + folder, name + skip, strlen(name + skip) + 1);
	return 1;
}

int
remote_incr_begin(struct remote_incr *incr, const wa_set_file *file,
    uint64_t sent, wa_error *err)
{
	int rc = remote_prior_find(&incr->old, incr->prior, file->path, err);

	if (rc == 0)
		return error_set(err, WA_ECORRUPT,
		    "the server sent changes of \"%s\", which the prior "
		    "backup set does not have",
		    file->path);
	incr->file = *file;
	incr->sent = sent;
	incr->have = 0;
	incr->need = FIXED;
	incr->begun = 0;
	incr->next = incr->block = 0;
	incr->page_filled = 0;
	remote_pages_of(incr->pages, &incr->old);
	return rc < 0 ? rc : 0;
}

static uint32_t
number_at(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

static uint32_t
block_number(const struct remote_incr *incr, uint32_t i)
{
	return number_at(incr->head + FIXED + 4 * (size_t)i);
}

static int
broken(const struct remote_incr *incr, wa_error *err)
{
	return error_set(err, WA_ECORRUPT,
	    "what the server sent of \"%s\" is no incremental file",
	    incr->file.path);
}

/* How long is all of the header? */
static int
read_fixed(struct remote_incr *i, wa_error *err)
{
	i->count = number_at(i->head + 4);
	i->kept = number_at(i->head + 8);
	if (number_at(i->head) != MAGIC || i->count > MOST_BLOCKS ||
	    i->kept > MOST_BLOCKS)
		return broken(i, err);
	i->need = head_room(i->count);
	return i->sent == i->need + (uint64_t)i->count * REMOTE_PAGE ?
	    0 :
	    broken(i, err);
}

/* Numbers ascend, and tell how long the file is. */
static int
read_numbers(struct remote_incr *i, wa_error *err)
{
	uint32_t n, k;

	i->blocks = i->kept;
	for (k = 0; k < i->count; k++) {
		n = block_number(i, k);
		if (n >= MOST_BLOCKS || (k > 0 && n <= block_number(i, k - 1)))
			return broken(i, err);
		if (n >= i->blocks)
			i->blocks = n + 1;
	}
	i->file.size = (uint64_t)i->blocks * REMOTE_PAGE;
	return 0;
}

static int
is_unchanged(const struct remote_incr *i)
{
	return i->count == 0 && i->old.size == i->file.size;
}

static int
begin_file(struct remote_incr *i, wa_error *err)
{
	struct backup_item *item;
	int rc = read_numbers(i, err);

	i->begun = 1;
	if (rc < 0 || is_unchanged(i))
		return rc;
	item = backup_item_new(BACKUP_CONTENT, &i->file, err);
	return item == NULL ? WA_ENOMEM : backup_flow_begin(i->flow, item, err);
}

static int
take_head(struct remote_incr *i, const uint8_t *p, size_t size, wa_error *err)
{
	int rc = 0;

	memcpy(i->head + i->have, p, size);
	i->have += size;
	if (i->have == FIXED)
		rc = read_fixed(i, err);
	return rc == 0 && i->have == i->need ? begin_file(i, err) : rc;
}

/* Pages that did not change, up to the next that did. */
static int
fill_up(struct remote_incr *i, uint32_t to, wa_error *err)
{
	static const uint8_t zeros[REMOTE_PAGE];
	int rc = 0;

	for (; i->block < to && rc == 0; i->block++) {
		const void *page = zeros;

		if (i->block < i->kept)
			rc = remote_pages_get(&page, i->pages, i->block, err);
		if (rc == 0)
			rc = backup_flow_bytes(i->flow, page, REMOTE_PAGE, err);
	}
	return rc;
}

static int
take_page(struct remote_incr *i, const uint8_t *p, size_t size, wa_error *err)
{
	int rc = 0;

	if (i->page_filled == 0)
		rc = fill_up(i, block_number(i, i->next), err);
	if (rc == 0)
		rc = backup_flow_bytes(i->flow, p, size, err);
	i->page_filled += size;
	if (i->page_filled == REMOTE_PAGE) {
		i->page_filled = 0;
		i->block++;
		i->next++;
	}
	return rc;
}

int
remote_incr_bytes(
    struct remote_incr *incr, const void *buf, size_t size, wa_error *err)
{
	const uint8_t *p = buf;
	int rc = 0;

	while (size > 0 && rc == 0) {
		size_t left = incr->begun ? REMOTE_PAGE - incr->page_filled :
					    incr->need - incr->have;
		size_t n = size < left ? size : left;

		if (incr->begun && incr->next == incr->count)
			return broken(incr, err);
		rc = incr->begun ? take_page(incr, p, n, err) :
				   take_head(incr, p, n, err);
		p += n;
		size -= n;
	}
	return rc;
}

/* The old line, as the file is called now. */
static int
refer(struct remote_incr *i, wa_error *err)
{
	struct backup_item *item = backup_item_new(BACKUP_REFER, &i->file, err);

	if (item != NULL)
		item = backup_refer(item, &i->old, err);
	return item == NULL ? WA_ENOMEM : backup_flow_put(i->flow, item, err);
}

int
remote_incr_end(struct remote_incr *incr, wa_error *err)
{
	if (!incr->begun || incr->next < incr->count)
		return broken(incr, err);
	return is_unchanged(incr) ? refer(incr, err) :
				    fill_up(incr, incr->blocks, err);
}

void
remote_incr_label(char *text)
{
	static const char words[] = "INCREMENTAL FROM ";
	char *line = text, *to = text;

	while (*line != '\0') {
		size_t size = strcspn(line, "\n");

		size += line[size] == '\n';
		if (strncmp(line, words, strlen(words)) != 0) {
			memmove(to, line, size);
			to += size;
		}
		line += size;
	}
	*to = '\0';
}
