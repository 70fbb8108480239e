/*
 * million.c - an archive of very many segments, as far as listing it goes:
 * hard links to one object under all the names.
 *
 *   bench-million OBJECT FOLDER COUNT
 *
 * FOLDER is STANZA/wal/SYSTEM of a repository.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PER_LOG 256
#define MAX_LINKS 60000 /* of one file, on ext4 */

static int
copy(const char *from, const char *to)
{
	char buffer[65536];
	int in = open(from, O_RDONLY);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ssize_t n;

	if (in < 0 || out < 0)
		return -1;
	while ((n = read(in, buffer, sizeof(buffer))) > 0)
		if (write(out, buffer, (size_t)n) != n)
			return -1;
	(void)close(in);
	return close(out);
}

int
main(int argc, char **argv)
{
	char folder[4096], path[8192], original[8192];
	long count, i;

	if (argc != 4 || (count = atol(argv[3])) < 1)
		return 64;
	for (i = 0; i < count; i++) {
		if (i % PER_LOG == 0) {
			(void)snprintf(folder, sizeof(folder), "%s/%08X%08X",
			    argv[2], 1u, (unsigned)(i / PER_LOG));
			if (mkdir(folder, 0750) < 0 && errno != EEXIST)
				return 1;
		}
		(void)snprintf(path, sizeof(path), "%s/%08X%08X%08X", folder,
		    1u, (unsigned)(i / PER_LOG), (unsigned)(i % PER_LOG));
		if (i % MAX_LINKS == 0) {
			(void)strcpy(original, path);
			if (copy(argv[1], path) < 0)
				return 1;
		} else if (link(original, path) < 0 && errno != EEXIST) {
			return 1;
		}
	}
	return 0;
}
