/* real_path.c - where a path really is, as far as it is there. */
#include "config.h"

#include "real_path.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *
real_path(const char *path)
{
	char *folder = strdup(path), *real = NULL, *whole = NULL;
	size_t n = strlen(path);

	while (folder != NULL && n > 0 &&
	    (real = realpath(folder, NULL)) == NULL && errno == ENOENT) {
		while (n > 0 && folder[n - 1] == '/')
			n--;
		while (n > 0 && folder[n - 1] != '/')
			n--;
		folder[n] = '\0';
	}
	free(folder);
	if (real == NULL)
		return NULL;
	if (path[n] == '\0')
		return real;
	if (asprintf(&whole, "%s/%s", strcmp(real, "/") == 0 ? "" : real,
		path + n) < 0)
		whole = NULL;
	free(real);
	return whole;
}

int
path_is_in(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	while (n > 1 && folder[n - 1] == '/')
		n--;
	if (n == 1 && folder[0] == '/')
		return path[0] == '/';
	return strncmp(path, folder, n) == 0 &&
	    (path[n] == '\0' || path[n] == '/');
}

int
paths_overlap(const char *a, const char *b)
{
	char *x = real_path(a), *y = real_path(b);
	int rc = path_is_in(a, b) || path_is_in(b, a) ||
	    (x != NULL && y != NULL && (path_is_in(x, y) || path_is_in(y, x)));

	free(x);
	free(y);
	return rc;
}
