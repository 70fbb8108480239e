/* wal_files.c - every name among a system's WAL, also those of no WAL file. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "base/sys.h"
#include "repo/repo.h"
#include "repo/stanza.h"

#define FOLDER_DIGITS 16
#define HISTORIES "history/"
#define EVERYTHING (WA_LIST_SIZES | WA_LIST_HIDDEN)

struct wa_wal_files {
	wa_repo *repo;
	uint64_t system_id;
	uint32_t segment_size;
	wa_names *tops; /* the names of the system's folder */
	wa_names *names;
	size_t top, name;   /* next to look at */
	const char *folder; /* whose names they are */
	char path[600];
};

int
wa_wal_files_open(
    wa_wal_files **out, wa_repo *repo, uint64_t system_id, wa_error *err)
{
	wa_wal_files *f = wa_sys_malloc(sizeof(*f));
	wa_system system;
	wa_key key;
	int rc;

	if (f == NULL)
		return wa_error_memory(err);
	memset(f, 0, sizeof(*f));
	f->repo = repo;
	f->system_id = system_id;
	wa_key_wal_root(key, repo->stanza, system_id);
	rc = wa_stanza_system(&system, repo, system_id, err);
	if (rc == 0)
		rc = wa_names_new(&f->tops, err);
	if (rc == 0)
		rc = wa_names_new(&f->names, err);
	if (rc == 0)
		rc = wa_storage_list(
		    f->tops, repo->storage, key, EVERYTHING, err);
	if (rc < 0) {
		wa_wal_files_close(f);
		return rc;
	}
	f->segment_size = system.segment_size;
	*out = f;
	return 0;
}

/* Is it a folder that WAL files are looked for in? */
static int
is_known(const char *folder)
{
	return strcmp(folder, HISTORIES) == 0 ||
	    (strlen(folder) == FOLDER_DIGITS + 1 &&
		strspn(folder, "0123456789ABCDEF") == FOLDER_DIGITS &&
		folder[FOLDER_DIGITS] == '/');
}

static int
list_folder(wa_wal_files *f, const char *folder, wa_error *err)
{
	wa_key key;

	f->folder = folder;
	f->name = 0;
	wa_names_clear(f->names);
	if (strcmp(folder, HISTORIES) == 0)
		wa_key_histories(key, f->repo->stanza, f->system_id);
	else
		wa_key_wal_folder(key, f->repo->stanza, f->system_id, folder);
	return wa_storage_list(
	    f->names, f->repo->storage, key, EVERYTHING, err);
}

/* The kind of the name, where a file of that kind has its place. */
static enum wa_kind
kind_in(const wa_wal_files *f, const char *name)
{
	enum wa_kind kind = wa_name_kind(name);
	uint32_t timeline;
	uint64_t number;
	int fits;

	if (strcmp(f->folder, HISTORIES) == 0)
		return kind == WA_HISTORY ? kind : WA_NOT_WAL;
	fits = kind != WA_HISTORY &&
	    strncmp(f->folder, name, FOLDER_DIGITS) == 0 &&
	    wa_segment_parse(&timeline, &number, name, f->segment_size) == 0;
	return fits ? kind : WA_NOT_WAL;
}

static int
give(wa_wal_file *out, wa_wal_files *f, const char *name, uint64_t size)
{
	(void)snprintf(f->path, sizeof(f->path), "%s%s",
	    f->folder == NULL ? "" : f->folder, name);
	out->path = f->path;
	out->name = f->path + (f->folder == NULL ? 0 : strlen(f->folder));
	out->kind =
	    (uint32_t)(f->folder == NULL ? WA_NOT_WAL : kind_in(f, name));
	out->hidden = name[0] == '.';
	out->stored = size;
	return 1;
}

int
wa_wal_files_next(wa_wal_file *out, wa_wal_files *f, wa_error *err)
{
	int rc;

	for (;;) {
		const char *name;

		if (f->name < wa_names_count(f->names)) {
			size_t i = f->name++;

			return give(out, f, wa_names_at(f->names, i),
			    wa_names_number(f->names, i));
		}
		if (f->top == wa_names_count(f->tops))
			return 0;
		name = wa_names_at(f->tops, f->top++);
		f->folder = NULL;
		if (!is_known(name))
			return give(
			    out, f, name, wa_names_number(f->tops, f->top - 1));
		rc = list_folder(f, name, err);
		if (rc < 0) {
			wa_names_clear(f->names);
			return rc;
		}
	}
}

void
wa_wal_files_close(wa_wal_files *files)
{
	if (files == NULL)
		return;
	wa_names_free(files->tops);
	wa_names_free(files->names);
	wa_sys_free(files);
}
