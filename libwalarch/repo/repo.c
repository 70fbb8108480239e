/* repo.c - make a repository, open it, close it. */
#include "config.h"

#include "repo/repo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/conf.h"
#include "base/error.h"
#include "base/sys.h"
#include "base/text.h"

int
wa_version_number(void)
{
	return WALARCH_VERSION_NUMBER;
}

void
wa_free(void *memory)
{
	wa_sys_free(memory);
}

int
wa_repo_put_text(wa_storage *s, const char *key, wa_label *label, wa_error *err)
{
	wa_writer *writer = NULL;
	int rc;

	rc = wa_label_seal(label, err);
	if (rc == 0)
		rc = wa_storage_put(&writer, s, key, err);
	if (rc == 0)
		rc = wa_writer_write(writer, label->text, label->used, err);
	if (rc == 0)
		rc = wa_writer_finish(writer, err);
	wa_writer_close(writer);
	return rc;
}

int
wa_repo_get_text(wa_label *out, wa_storage *s, const char *key, wa_error *err)
{
	char text[WA_LABEL_LIMIT];
	wa_reader *reader = NULL;
	int64_t n;
	int rc;

	rc = wa_storage_get(&reader, s, key, err);
	if (rc < 0)
		return rc;
	n = wa_reader_fill(reader, text, sizeof(text), err);
	rc = n < 0 ? (int)n : wa_label_parse(out, text, (size_t)n, err);
	wa_reader_close(reader);
	return rc < 0 ? wa_error_in(err, rc, "\"%s\"", key) : 0;
}

/* What is there, if it is a repository; WA_ENOENT when it is not. */
static int
read_id(char id[33], wa_storage *s, wa_error *err)
{
	char format[24];
	wa_label label;
	int rc;

	rc = wa_repo_get_text(&label, s, WA_KEY_REPO, err);
	if (rc < 0)
		return rc;
	if (wa_label_get(&label, "format", format, sizeof(format)) == NULL ||
	    wa_label_get(&label, "id", id, 33) == NULL)
		return wa_error_set(
		    err, WA_ECORRUPT, "\"%s\" lacks format or id", WA_KEY_REPO);
	if (strcmp(format, "1") != 0)
		return wa_error_set(err, WA_EUSAGE,
		    "the repository has format %s, but this walarch knows "
		    "format 1",
		    format);
	return 0;
}

static int
write_id(wa_storage *s, wa_error *err)
{
	char since[WA_TIME_SIZE];
	unsigned char random[16];
	char id[33];
	wa_label label;
	size_t i;

	if (wa_sys_getrandom(random, sizeof(random)) < 0)
		return wa_error_system(err, errno, "could not get randomness");
	for (i = 0; i < sizeof(random); i++)
		(void)snprintf(id + 2 * i, 3, "%02x", random[i]);
	wa_time_format(since, wa_sys_now());
	wa_label_begin(&label, "repository");
	wa_label_add(&label, "format", "1");
	wa_label_add(&label, "id", "%s", id);
	wa_label_add(&label, "since", "%s", since);
	return wa_repo_put_text(s, WA_KEY_REPO, &label, err);
}

/* Nothing of others: a file system's own folder, and what another
 * walarch-init is making at this moment, are not in the way. */
static int
check_empty(wa_storage *s, const char *path, wa_error *err)
{
	wa_names *names = NULL;
	size_t i;
	int rc;

	rc = wa_names_new(&names, err);
	if (rc == 0)
		rc = wa_storage_list(names, s, "", 0, err);
	for (i = 0; rc == 0 && i < wa_names_count(names); i++) {
		const char *name = wa_names_at(names, i);

		if (strcmp(name, "lost+found/") == 0 ||
		    strcmp(name, WA_KEY_REPO) == 0)
			continue;
		rc = wa_error_set(err, WA_EUSAGE,
		    "folder \"%s\" is not empty, and not a repository", path);
		wa_error_hint(err,
		    "Name an empty or a new folder with "
		    "--repo1-path.");
	}
	wa_names_free(names);
	return rc;
}

/* The folder, and its name made durable in its parent, also when it was there:
 * whoever made it may have died before that. */
static int
make_root(const char *path, wa_error *err)
{
	char parent[4096];
	int made = wa_sys_mkdirat(AT_FDCWD, path, 0750) == 0;
	int fd, rc = 0;

	if (!made && errno != EEXIST) {
		rc = wa_error_system(
		    err, errno, "could not create repository \"%s\"", path);
		if (err != NULL && err->detail == ENOENT)
			wa_error_hint(err,
			    "Its parent folder must be there; "
			    "is it mounted?");
		if (err != NULL && err->detail == EACCES)
			wa_error_hint(err,
			    "As root: install -d -m 750 -o USER "
			    "%s, for the user PostgreSQL runs as.",
			    path);
		return rc;
	}
	(void)snprintf(parent, sizeof(parent), "%s/..", path);
	fd = wa_sys_openat(AT_FDCWD, parent, O_RDONLY | O_DIRECTORY, 0);
	if (fd < 0 && !made && errno == EACCES)
		return 0; /* it is another's, and so is its folder */
	if (fd < 0 || wa_sys_fsync(fd) < 0)
		rc = wa_error_system(
		    err, errno, "could not fsync the parent of \"%s\"", path);
	if (fd >= 0)
		(void)wa_sys_close(fd);
	return rc;
}

int
wa_repo_create(const wa_config *cfg, wa_error *err)
{
	const char *path = wa_config_get(cfg, "repo1-path");
	wa_storage *s = NULL;
	char id[33];
	int made, rc;

	rc = make_root(path, err);
	if (rc == 0)
		rc = wa_posix_open(&s, path, err);
	if (rc < 0)
		return rc;
	rc = read_id(id, s, err);
	made = rc == WA_ENOENT;
	if (made) {
		rc = check_empty(s, path, err);
		if (rc == 0)
			rc = write_id(s, err);
		else if (rc == WA_EUSAGE && read_id(id, s, NULL) == 0)
			made = rc = 0; /* another was faster, and went on */
	}
	if (rc == WA_EEXIST)
		made = rc = 0; /* by somebody else, at the same time */
	if (rc == 0 && !made)
		rc = wa_storage_settle(s, WA_KEY_REPO, err);
	wa_storage_close(s);
	return rc < 0 ? rc : !made;
}

/* An empty mount point must not pass for a repository without WAL. */
static int
not_a_repository(const char *path, wa_error *err)
{
	(void)wa_error_set(err, WA_ETRYAGAIN,
	    "\"%s\" is not a walarch repository: it has no \"%s\"", path,
	    WA_KEY_REPO);
	wa_error_hint(err,
	    "Is it mounted?  A new repository is made by "
	    "walarch-init.");
	return WA_ETRYAGAIN;
}

int
wa_repo_open(wa_repo **out, const wa_config *cfg, wa_error *err)
{
	wa_repo *repo = wa_sys_malloc(sizeof(*repo));
	int rc;

	if (repo == NULL)
		return wa_error_memory(err);
	memset(repo, 0, sizeof(*repo));
	repo->cfg = cfg;
	repo->path = wa_config_get(cfg, "repo1-path");
	repo->stanza = wa_config_get(cfg, "stanza");
	rc = wa_posix_open(&repo->storage, repo->path, err);
	if (rc == 0)
		rc = read_id(repo->id, repo->storage, err);
	if (rc == WA_ENOENT)
		rc = not_a_repository(repo->path, err);
	if (rc < 0) {
		wa_repo_close(repo);
		return rc;
	}
	*out = repo;
	return 0;
}

void
wa_repo_close(wa_repo *repo)
{
	if (repo == NULL)
		return;
	wa_storage_close(repo->storage);
	wa_sys_free(repo);
}

void
wa_repo_set_level(wa_repo *repo, int level)
{
	repo->level = level;
	repo->has_level = 1;
}

void
wa_repo_set_gate(wa_repo *repo, wa_gate *gate, void *arg)
{
	repo->storage->gate = gate;
	repo->storage->gate_arg = arg;
}

const char *
wa_repo_id(const wa_repo *repo)
{
	return repo->id;
}

int
wa_repo_probe(wa_repo *repo, wa_error *err)
{
	wa_key key;
	int rc;

	wa_key_systems(key, repo->stanza);
	rc = wa_storage_probe(repo->storage, key, err);
	return rc < 0 ?
	    wa_error_in(err, rc, "nothing can be stored in repository \"%s\"",
		repo->path) :
	    0;
}
