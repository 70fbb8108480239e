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
