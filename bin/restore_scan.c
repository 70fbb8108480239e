/* restore_scan.c - look through a set before anything of it is restored. */
#include "config.h"

#include "restore_scan.h"

#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "message.h"
#include "restore_files.h"

/* The folders on the way to the file before, one inside the other. */
struct way {
	char **folders;
	size_t count, room;
};

static int
is_below(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return strncmp(path, folder, n) == 0 && path[n] == '/';
}

static int
no_folder(const char *path, wa_error *err)
{
	return error_set(err, WA_ECORRUPT,
	    "the manifest has \"%s\", but not its folder", path);
}

/* The folder of path must be the inmost one that is open. */
static int
check_parent(struct way *w, const char *path, wa_error *err)
{
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash - path);

	while (w->count > 0 && !is_below(path, w->folders[w->count - 1]))
		free(w->folders[--w->count]);
	if (n == (w->count == 0 ? 0 : strlen(w->folders[w->count - 1])))
		return 0;
	return no_folder(path, err);
}

static int
enter(struct way *w, const char *folder, wa_error *err)
{
	if (w->count == w->room) {
		size_t room = w->room == 0 ? 16 : 2 * w->room;
		char **more = realloc(w->folders, room * sizeof(*more));

		if (more == NULL)
			return out_of_memory(err);
		w->folders = more;
		w->room = room;
	}
	w->folders[w->count] = strdup(folder);
	return w->folders[w->count++] == NULL ? out_of_memory(err) : 0;
}

static void
count(struct restore_scan *out, struct restore_places *places,
    const wa_set_file *f)
{
	struct restore_place *place = restore_place_of(places, f->path);

	if (f->kind != WA_FILE_REGULAR)
		return;
	out->files++;
	out->total += f->size;
	if (place != NULL)
		place->size += f->size;
	else
		out->size += f->size;
}

/* It comes last, when its folder has been left. */
static int
is_control(const char *path)
{
	return strcmp(path, "global/pg_control") == 0;
}

/* Would it be in the way of the restore's own files? */
static int
check_name(const char *path, wa_error *err)
{
	if (strcmp(path, RESTORE_MARK) != 0 &&
	    strcmp(path, RESTORE_CONTROL) != 0)
		return 0;
	return error_set(err, WA_ECORRUPT,
	    "the manifest has \"%s\", which is walarch-restore's own", path);
}

static int
take_file(struct restore_scan *out, struct restore_places *places,
    struct way *w, const wa_set_file *f, wa_error *err)
{
	int rc = check_name(f->path, err);

	if (rc == 0 && !is_control(f->path))
		rc = check_parent(w, f->path, err);
	else if (rc == 0 && !out->global)
		rc = no_folder(f->path, err);
	if (rc == 0 && f->to != NULL && f->kind != WA_FILE_LINK)
		rc = restore_place_add(places, f, err);
	if (rc == 0 && f->kind == WA_FILE_FOLDER) {
		out->global |= strcmp(f->path, "global") == 0;
		rc = enter(w, f->path, err);
	}
	if (rc == 0)
		count(out, places, f);
	return rc;
}

int
restore_scan(struct restore_scan *out, struct restore_places *places,
    wa_repo *repo, const char *set, wa_error *err)
{
	wa_set_reader *reader = NULL;
	struct way way = { NULL, 0, 0 };
	int rc = wa_set_open(&reader, repo, set, err), control = 0;
	wa_set_file file;

	memset(out, 0, sizeof(*out));
	while (rc == 0 && (rc = wa_set_next(&file, reader, err)) == 1) {
		control |= is_control(file.path);
		rc = take_file(out, places, &way, &file, err);
	}
	if (rc == 0 && !control)
		rc = error_set(err, WA_ECORRUPT,
		    "backup set \"%s\" has no global/pg_control", set);
	while (way.count > 0)
		free(way.folders[--way.count]);
	free(way.folders);
	wa_set_reader_close(reader);
	return rc;
}
