/* tempfile.c - files without a name. */
#include "config.h"

#include "base/tempfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/sys.h"

#define TRIES 16

const char *
wa_tempfile_folder(void)
{
	const char *folder = getenv("TMPDIR");

	return folder == NULL || folder[0] == '\0' ? "/var/tmp" : folder;
}

/* For file systems without O_TMPFILE: a name, for an instant. */
static int
open_named(int dir)
{
	unsigned long long random;
	char name[40];
	int fd, tries = 0;

	do {
		if (wa_sys_getrandom(&random, sizeof(random)) < 0)
			return -1;
		(void)snprintf(name, sizeof(name), ".walarch.%016llx", random);
		fd = wa_sys_openat(
		    dir, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
	} while (fd < 0 && errno == EEXIST && ++tries < TRIES);
	if (fd >= 0)
		(void)wa_sys_unlinkat(dir, name, 0);
	return fd;
}

int
wa_tempfile(int *out, wa_error *err)
{
	const char *folder = wa_tempfile_folder();
	int dir, fd = -1, rc;

	dir = wa_sys_openat(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY, 0);
	if (dir >= 0)
		fd = wa_sys_openat(dir, ".", O_RDWR | O_TMPFILE, 0600);
	if (dir >= 0 && fd < 0 &&
	    (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
		fd = open_named(dir);
	if (fd < 0) {
		rc = wa_error_system(err, errno,
		    "could not create a temporary file in \"%s\"", folder);
		wa_error_hint(err, "TMPDIR names the folder for these.");
		if (dir >= 0)
			(void)wa_sys_close(dir);
		return rc;
	}
	(void)wa_sys_close(dir);
	*out = fd;
	return 0;
}
