/*
 * datawalk.c - bin/walk.c as a program.
 *
 *   datawalk [-b] [-v MAJOR] [-c CATALOG] ROOT   an entry a line: its kind (f,
 *                d, l, s), its flags (D, I, B or -), its path, and " -> TO"
 *   datawalk -k ROOT   the pages whose checksum is wrong: "PATH BLOCK", and
 *                "FILES PAGES"
 *
 * A line ends with a zero byte; -b is for what is in a base backup.
 */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "walk.h"

static uint64_t files, pages;

static void
fail(const wa_error *err)
{
	(void)fprintf(stderr, "datawalk: error: %s\n", err->text);
	if (err->hint[0] != '\0')
		(void)fprintf(stderr, "datawalk: hint: %s\n", err->hint);
	exit(1);
}

static void
print(const struct walk_entry *entry)
{
	char flags[4] = "", *p = flags;

	if ((entry->flags & WALK_DANGLING) != 0)
		*p++ = 'D';
	if ((entry->flags & WALK_INSIDE) != 0)
		*p++ = 'I';
	if ((entry->flags & WALK_BELOW_LINK) != 0)
		*p++ = 'B';
	*p = '\0';
	printf("%c %s %s%s%s%c", "fdls"[entry->kind],
	    flags[0] == '\0' ? "-" : flags, entry->path,
	    entry->to == NULL ? "" : " -> ", entry->to == NULL ? "" : entry->to,
	    '\0');
}

static void
check(const char *root, const char *path, uint32_t segment)
{
	static uint8_t buf[64 * WA_DATA_PAGE];
	char full[8192];
	uint32_t bad[64], block = segment * WA_DATA_SEGMENT;
	ssize_t n;
	int fd;

	(void)snprintf(full, sizeof(full), "%s/%s", root, path);
	fd = open(full, O_RDONLY);
	while (fd >= 0 && (n = read(fd, buf, sizeof(buf))) > 0) {
		size_t count = (size_t)n / WA_DATA_PAGE, i;
		size_t wrong =
		    wa_pages_check(bad, 64, buf, count, block, UINT64_MAX);

		for (i = 0; i < wrong; i++)
			printf("%s %u%c", path, block + bad[i], '\0');
		block += (uint32_t)count;
		pages += count;
	}
	if (fd < 0) {
		perror(full);
		exit(1);
	}
	(void)close(fd);
	files++;
}

int
main(int argc, char **argv)
{
	const char *catalog = NULL, *root;
	uint32_t version = 0, segment;
	struct walk_entry entry;
	struct walk *walk = NULL;
	wa_error err = WA_ERROR_INIT;
	unsigned flags = 0;
	int c, rc, checks = 0;

	while ((c = getopt(argc, argv, "bkv:c:")) != -1)
		switch (c) {
		case 'b':
			flags |= WALK_BACKUP;
			break;
		case 'k':
			checks = 1;
			break;
		case 'v':
			version = (uint32_t)atoi(optarg);
			break;
		case 'c':
			catalog = optarg;
			break;
		default:
			return 2;
		}
	if (optind + 1 != argc)
		return 2;
	root = argv[optind];
	rc = walk_open(&walk, root, version, catalog, flags, &err);
	while (rc >= 0 && (rc = walk_next(&entry, walk, &err)) > 0)
		if (!checks)
			print(&entry);
		else if (entry.kind == WALK_REGULAR &&
		    wa_data_relation(entry.path, &segment))
			check(root, entry.path, segment);
	walk_close(walk);
	if (rc < 0)
		fail(&err);
	if (checks)
		printf("%llu %llu%c", (unsigned long long)files,
		    (unsigned long long)pages, '\0');
	return fflush(stdout) == 0 ? 0 : 1;
}
