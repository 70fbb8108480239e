/* get_tidy.c - remove what nobody is going to ask for. */
#include "config.h"

#include "get_tidy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void
get_data_name(char buf[GET_DATA_SIZE], const char *name)
{
	(void)snprintf(buf, GET_DATA_SIZE, "%.24s.data", name);
}

/* Of NAME, NAME.data, and .NAME.data.0123456789abcdef.tmp, which a fetch leaves
 * that is killed: NAME.  -1: it is none of these. */
static int
segment_of(char name[WA_SEGMENT_NAME_SIZE], const char *entry)
{
	char data[GET_DATA_SIZE];
	int hidden = entry[0] == '.';
	size_t n;

	(void)snprintf(
	    name, WA_SEGMENT_NAME_SIZE, "%.24s", hidden ? entry + 1 : entry);
	if (wa_name_kind(name) != WA_SEGMENT)
		return -1;
	get_data_name(data, name);
	n = strlen(data);
	if (hidden)
		return strncmp(entry + 1, data, n) == 0 ? 0 : -1;
	return strcmp(entry, name) == 0 || strcmp(entry, data) == 0 ? 0 : -1;
}

/* The data first: a name without it is worth nothing, but data without a name
 * would be nobody's. */
static void
drop(const struct spool *spool, const char *name, const char *entry)
{
	char data[GET_DATA_SIZE];
	int file = spool_lock(spool, name, SPOOL_NOWAIT);

	if (file < 0 && errno != ENOENT)
		return;
	get_data_name(data, name);
	if (entry[0] == '.')
		(void)unlinkat(spool->files, entry, 0);
	else
		(void)unlinkat(spool->files, data, 0);
	if (file < 0)
		return;
	if (entry[0] != '.')
		spool_remove(spool, name);
	(void)close(file);
}

static void
judge(const struct spool *spool, const char *entry, get_wanted *wanted,
    const void *arg)
{
	char name[WA_SEGMENT_NAME_SIZE];

	if (strcmp(entry, ".") == 0 || strcmp(entry, "..") == 0)
		return;
	if (segment_of(name, entry) < 0)
		(void)unlinkat(spool->files, entry, 0);
	else if (entry[0] == '.' || wanted == NULL || !wanted(arg, name))
		drop(spool, name, entry);
}

void
get_tidy(const struct spool *spool, get_wanted *wanted, const void *arg)
{
	int fd = openat(spool->files, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	while (d != NULL && (entry = readdir(d)) != NULL)
		judge(spool, entry->d_name, wanted, arg);
	if (d != NULL)
		(void)closedir(d);
}
