/*
 * archiver.h - what archive_library does, PostgreSQL aside.
 *
 * It differs from walarch-push in one thing, that no process is started for a
 * file.  So it keeps nothing but the settings from one file to the next, and
 * those for as long as their file is the same.  A repository that is not open
 * between two files can be unmounted, or be replaced.
 */
#ifndef ARCHIVER_H
#define ARCHIVER_H

#include "marker.h"

struct archiver {
	wa_config *config;         /* NULL: not read */
	struct file_identity file; /* that config was read from */
	int64_t read;              /* nanoseconds since 1970 UTC */
};

/*
 * Have the settings at hand, reading them unless that was done and their file
 * is the same.  stanza and file are as on walarch-push's command line; "" is
 * not given.
 */
int archiver_configure(struct archiver *archiver, const char *stanza,
    const char *file, wa_error *err);

/*
 * Archive the file at path, called name, of the data directory that is the
 * working directory; configured before.  When archive-async is on and more is
 * ready, a runner works on from here.  In all cases of success the file is
 * durable in the repository.
 *
 * 0	archived
 * 1	the same content was stored before
 * 2	archived, but err says what is wrong with it
 *
 * aside->code is not 0 when what is done ahead is in trouble, which is not the
 * file's.
 */
int archiver_push(struct archiver *archiver, const char *name, const char *path,
    wa_error *aside, wa_error *err);

/* Forget the settings; the next archiver_configure() reads them. */
void archiver_close(struct archiver *archiver);

#endif
