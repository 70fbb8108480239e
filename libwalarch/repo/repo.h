/* repo.h - an open repository, for the modules of this folder. */
#ifndef WA_REPO_REPO_H
#define WA_REPO_REPO_H

#include "repo/key.h"
#include "storage/storage.h"
#include "stream/label.h"
#include "walarch.h"

struct wa_repo {
	const wa_config *cfg;
	wa_storage *storage;
	const char *path; /* repo1-path, for messages */
	const char *stanza;
	char id[33];
	int level, has_level; /* wa_repo_set_level() */
};

/* A label that is an object of its own, without a frame: registrations. */
int wa_repo_put_text(
    wa_storage *s, const char *key, wa_label *label, wa_error *err);
int
wa_repo_get_text(wa_label *out, wa_storage *s, const char *key, wa_error *err);

#endif
