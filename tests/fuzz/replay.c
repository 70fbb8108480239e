/*
 * replay.c - give a target every file of a folder, as it is and a little
 * changed, without libFuzzer.
 *
 * Usage: TARGET FOLDER [CHANGES-OF-EACH]
 */
#include "config.h"

#include <dirent.h>
#include <sys/stat.h>

#include "fuzz.h"
#include "../unit/support.h"

/* A few bytes others, or an end that is missing. */
static void
change(uint8_t *data, size_t *size, uint64_t *seed)
{
	uint64_t n = next_random(seed) % 4;

	if (n == 0)
		*size = next_random(seed) % *size;
	for (; n > 0; n--)
		data[next_random(seed) % *size] = (uint8_t)next_random(seed);
}

static void
one_file(const char *path, unsigned changes)
{
	size_t size, n;
	uint8_t *data = file_get(path, &size);
	uint64_t seed = size;
	unsigned i;

	for (i = 0; i <= changes; i++) {
		uint8_t *copy = copy_of(data, size);

		n = size;
		if (i > 0 && size > 0)
			change(copy, &n, &seed);
		(void)LLVMFuzzerTestOneInput(copy, n);
		free(copy);
	}
	free(data);
}

int
main(int argc, char **argv)
{
	unsigned changes = argc > 2 ? (unsigned)atoi(argv[2]) : 0;
	unsigned files = 0;
	struct dirent *entry;
	char path[1024];
	DIR *dir;

	dir = argc > 1 ? opendir(argv[1]) : NULL;
	if (dir == NULL) {
		fprintf(stderr, "usage: %s FOLDER [CHANGES]\n", argv[0]);
		return 2;
	}
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", argv[1], entry->d_name);
		one_file(path, changes);
		files++;
	}
	closedir(dir);
	printf("# %u inputs, each also with %u changes\n", files, changes);
	return files > 0 ? 0 : 1;
}
