/* cluster.c - whose data directory is this? */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/sys.h"
#include "base/text.h"
#include "pg/control.h"
#include "walarch.h"

/* The server may be writing pg_control: then its checksum is wrong for an
 * instant. */
#define TRIES 5

static int
read_control(wa_cluster *out, int dir, wa_error *err)
{
	uint8_t data[WA_CONTROL_SIZE];
	int fd, rc;
	int64_t n;

	fd = wa_sys_openat(dir, "global/pg_control", O_RDONLY, 0);
	if (fd < 0) {
		rc = wa_error_system(
		    err, errno, "could not open \"global/pg_control\"");
		wa_error_hint(err, "Is this a data directory?");
		return rc;
	}
	n = wa_file_fill(fd, data, sizeof(data));
	rc = n < 0 ? wa_error_system(
			 err, errno, "could not read \"global/pg_control\"") :
		     wa_control_parse(out, data, (size_t)n, err);
	(void)wa_sys_close(fd);
	return rc;
}

int
wa_cluster_parse(
    wa_cluster *out, const void *control, size_t size, wa_error *err)
{
	wa_cluster cluster = { 0 };
	int rc = wa_control_parse(&cluster, control, size, err);

	if (rc == 0)
		*out = cluster;
	return rc;
}

/* "15\n", or "9.6\n" for 906. */
static int
read_version(uint32_t *out, int dir, wa_error *err)
{
	char text[16];
	uint64_t major, minor = 0;
	char *dot;
	int64_t n;
	int fd;

	fd = wa_sys_openat(dir, "PG_VERSION", O_RDONLY, 0);
	if (fd < 0)
		return wa_error_system(
		    err, errno, "could not open \"PG_VERSION\"");
	n = wa_file_fill(fd, text, sizeof(text) - 1);
	(void)wa_sys_close(fd);
	text[n < 0 ? 0 : n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	dot = strchr(text, '.');
	if (dot != NULL)
		*dot = '\0';
	if (wa_text_number(&major, text, 1000) < 0 ||
	    (dot != NULL && wa_text_number(&minor, dot + 1, 99) < 0))
		return wa_error_set(
		    err, WA_EUSAGE, "\"PG_VERSION\" holds no version");
	*out = (uint32_t)(dot == NULL ? major : major * 100 + minor);
	return 0;
}

int
wa_cluster_read(wa_cluster *out, const char *pgdata, wa_error *err)
{
	wa_cluster cluster = { 0 };
	int dir, rc, tries = 0;

	dir = wa_sys_openat(AT_FDCWD, pgdata, O_RDONLY | O_DIRECTORY, 0);
	if (dir < 0)
		return wa_error_system(
		    err, errno, "could not open data directory \"%s\"", pgdata);
	do
		rc = read_control(&cluster, dir, err);
	while (rc == WA_ECORRUPT && ++tries < TRIES);
	if (rc == 0)
		rc = read_version(&cluster.version, dir, err);
	(void)wa_sys_close(dir);
	if (rc < 0)
		return wa_error_in(err, rc, "data directory \"%s\"", pgdata);
	*out = cluster;
	return 0;
}
