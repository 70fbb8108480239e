/* backup_prior.c - what earlier sets hold already. */
#include "config.h"

#include "backup_prior.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"

/* A list of files in order, and the one it stands at. */
struct list {
	wa_set_reader *reader; /* NULL: there is no more */
	int read;              /* file is one */
	wa_set_file file;
};

struct backup_prior {
	struct list set, begun;
};

/* All of its parts are sound: 1. */
static int
check_parts(wa_repo *repo, const char *label, wa_error *err)
{
	uint32_t number = 0;
	int rc;

	while ((rc = wa_part_check(repo, label, ++number, err)) == 0)
		;
	if (rc == WA_ENOENT)
		return number > 1;
	if (rc != WA_ECORRUPT)
		return rc;
	say_error(LEVEL_WARN, err);
	hint("The interrupted backup set \"%s\" is not used.", label);
	return 0;
}

int
backup_prior_open(struct backup_prior **out, wa_repo *repo, const char *set,
    const char *begun, wa_error *err)
{
	struct backup_prior *p = calloc(1, sizeof(*p));
	int rc = 0;

	if (p == NULL)
		return out_of_memory(err);
	if (set != NULL)
		rc = wa_set_open(&p->set.reader, repo, set, err);
	if (rc == 0 && begun != NULL)
		rc = check_parts(repo, begun, err);
	if (rc == 1)
		rc = wa_set_open_begun(&p->begun.reader, repo, begun, err);
	if (rc < 0) {
		backup_prior_close(p);
		return rc;
	}
	*out = p;
	return 0;
}

static void
end_list(struct list *list)
{
	wa_set_reader_close(list->reader);
	memset(list, 0, sizeof(*list));
}

static int
is_tail(const char *path)
{
	return strcmp(path, "global/pg_control") == 0 ||
	    strcmp(path, "backup_label") == 0 ||
	    strcmp(path, "tablespace_map") == 0;
}

/* Go on to the path, or the first behind it: 1 when it is there. */
static int
seek(struct list *list, const char *path, wa_error *err)
{
	int order = list->read ? wa_path_compare(list->file.path, path) : -1;

	while (list->reader != NULL && order < 0) {
		int rc = wa_set_next(&list->file, list->reader, err);

		if (rc < 0)
			return rc;
		list->read = rc;
		if (rc == 0 || is_tail(list->file.path))
			end_list(list);
		else
			order = wa_path_compare(list->file.path, path);
	}
	return list->reader != NULL && order == 0 &&
	    list->file.kind == WA_FILE_REGULAR;
}

int
backup_prior_find(wa_set_file out[2], struct backup_prior *prior,
    const char *path, wa_error *err)
{
	int n = 0, rc = seek(&prior->set, path, err);

	if (rc == 1)
		out[n++] = prior->set.file;
	if (rc >= 0)
		rc = seek(&prior->begun, path, err);
	if (rc == 1) {
		out[n] = prior->begun.file;
		out[n++].ctime = 0;
	}
	return rc < 0 ? rc : n;
}

void
backup_prior_close(struct backup_prior *prior)
{
	if (prior == NULL)
		return;
	end_list(&prior->set);
	end_list(&prior->begun);
	free(prior);
}
