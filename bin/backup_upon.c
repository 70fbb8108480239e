/* backup_upon.c - which set a backup builds on. */
#include "config.h"

#include "backup_upon.h"

#include <string.h>

#include "errors.h"
#include "message.h"

int
backup_upon_type(int *out, const wa_config *config, wa_error *err)
{
	const char *type = wa_config_get(config, "type");

	if (type == NULL || strcmp(type, "incr") == 0)
		*out = WA_SET_INCR;
	else if (strcmp(type, "diff") == 0)
		*out = WA_SET_DIFF;
	else if (strcmp(type, "full") == 0)
		*out = WA_SET_FULL;
	else {
		(void)error_set(
		    err, WA_EUSAGE, "\"%s\" is no type of backup", type);
		error_hint(err, "It takes full, diff or incr.");
		return WA_EUSAGE;
	}
	return 0;
}

/* The newest that will do: a diff is upon a full. */
static int
choose_prior(struct backup_upon *u, wa_repo *repo, const wa_cluster *cluster,
    wa_error *err)
{
	wa_set *sets = NULL;
	size_t count = 0, i;
	int rc = wa_set_list_sound(&sets, &count, repo, err);

	if (rc < 0)
		return rc;
	if (rc > 0)
		say_error(LEVEL_WARN, err);
	for (i = 0; i < count; i++)
		if (sets[i].system_id == cluster->system_id &&
		    sets[i].version == cluster->version &&
		    (u->type == WA_SET_INCR || sets[i].type == WA_SET_FULL))
			u->prior = sets[i];
	wa_free(sets);
	return 0;
}

/* What it holds is in that set now, and need not be read once more. */
static int
was_resumed(const wa_set *sets, size_t count, const char *label)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(sets[i].resumed, label) == 0)
			return 1;
	return 0;
}

/* The newest again: what it holds was read last. */
static int
choose_resumed(struct backup_upon *u, wa_repo *repo, const wa_cluster *cluster,
    wa_error *err)
{
	wa_set_begun *sets = NULL;
	wa_set *done = NULL;
	size_t count = 0, done_count = 0, i;
	int rc = wa_set_begun_list(&sets, &count, repo, err);

	if (rc == 0 && count > 0)
		rc = wa_set_list_sound(&done, &done_count, repo, err);
	for (i = 0; rc >= 0 && i < count; i++)
		if (sets[i].system_id == cluster->system_id &&
		    sets[i].parts > 0 && !sets[i].unsorted &&
		    !was_resumed(done, done_count, sets[i].label))
			u->resumed = sets[i];
	wa_free(sets);
	wa_free(done);
	return rc < 0 ? rc : 0;
}

int
backup_upon_prior(struct backup_upon *out, wa_repo *repo,
    const wa_config *config, const wa_cluster *cluster, wa_error *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	rc = backup_upon_type(&out->type, config, err);
	if (rc == 0 && out->type != WA_SET_FULL)
		rc = choose_prior(out, repo, cluster, err);
	if (rc == 0 && out->type != WA_SET_FULL &&
	    out->prior.label[0] == '\0') {
		say(LEVEL_WARN,
		    "no prior backup exists, %s backup has been changed to "
		    "full",
		    out->type == WA_SET_DIFF ? "diff" : "incr");
		out->type = WA_SET_FULL;
	}
	return rc;
}

int
backup_upon_choose(struct backup_upon *out, wa_repo *repo,
    const wa_config *config, const wa_cluster *cluster, wa_error *err)
{
	int rc = backup_upon_prior(out, repo, config, cluster, err);

	if (rc == 0 && wa_config_number(config, "resume"))
		rc = choose_resumed(out, repo, cluster, err);
	if (rc == 0 && out->resumed.label[0] != '\0')
		say(LEVEL_INFO,
		    "what the interrupted backup set \"%s\" holds is used "
		    "where it is still true",
		    out->resumed.label);
	return rc;
}
