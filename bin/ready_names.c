/* ready_names.c - what archive_status calls ready. */
#include "config.h"

#include "ready_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ENDING ".ready"
#define PATH_SIZE 4096

static int
ends_so(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name), m = strlen(ENDING);

	return n > m && strcmp(entry->d_name + n - m, ENDING) == 0;
}

static int
in_order(const void *one, const void *other)
{
	const char *a = (*(struct dirent *const *)one)->d_name;
	const char *b = (*(struct dirent *const *)other)->d_name;
	int x = strstr(a, ".history") == NULL;
	int y = strstr(b, ".history") == NULL;

	return x != y ? x - y : strcmp(a, b);
}

static void
folder_of(char path[PATH_SIZE], const char *wal)
{
	(void)snprintf(path, PATH_SIZE, "%.4000s/archive_status", wal);
}

int
ready_names_read(struct ready_names *out, const char *wal)
{
	char folder[PATH_SIZE];
	int n, i;

	folder_of(folder, wal);
	n = scandir(folder, &out->entries, ends_so, NULL);
	if (n < 0)
		return -1;
	out->count = (size_t)n;
	for (i = 0; i < n; i++)
		*strrchr(out->entries[i]->d_name, '.') = '\0';
	if (n > 0)
		qsort(
		    out->entries, out->count, sizeof(*out->entries), in_order);
	return 0;
}

void
ready_names_free(struct ready_names *names)
{
	while (names->count > 0)
		free(names->entries[--names->count]);
	free(names->entries);
	names->entries = NULL;
}

size_t
ready_names_count(const char *wal, size_t limit)
{
	char folder[PATH_SIZE];
	struct dirent *entry;
	size_t count = 0;
	DIR *d;

	folder_of(folder, wal);
	d = opendir(folder);
	if (d == NULL)
		return 0;
	while (count < limit && (entry = readdir(d)) != NULL)
		count += ends_so(entry) != 0;
	(void)closedir(d);
	return count;
}

int
is_ready(const char *wal, const char *name)
{
	char path[PATH_SIZE];

	(void)snprintf(path, sizeof(path),
	    "%.2000s/archive_status/%.255s" ENDING, wal, name);
	return access(path, F_OK) == 0;
}
