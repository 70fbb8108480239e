/* recovery_settings.h - tell a restored server how far to recover. */
#ifndef RECOVERY_SETTINGS_H
#define RECOVERY_SETTINGS_H

#include <walarch.h>

enum recovery_kind {
	RECOVERY_TARGET = 0, /* also to the end of WAL: target.type tells */
	RECOVERY_STANDBY = 1,
	RECOVERY_NONE = 2,    /* start as after a crash: what asked for a
				 * recovery is removed */
	RECOVERY_PRESERVE = 3 /* what the backup has */
};

struct recovery_settings {
	uint32_t version; /* PostgreSQL's, as in wa_cluster */
	enum recovery_kind kind;
	wa_target target;   /* of a standby its timeline alone */
	const char *action; /* "pause", "promote", "shutdown"; NULL: pause */
	const char *get;    /* absolute path of walarch-get */
	const wa_config *config;
	int risky;           /* as in wa_answer */
	int archive_off;     /* archive_mode = off */
	const char *options; /* "name=value" lines, or NULL */
};

/*
 * Write recovery.conf (before 12), or the end of postgresql.auto.conf and the
 * signal file, into the data directory dir; all is synced.  WA_EUSAGE when
 * that version of PostgreSQL cannot do it, or a value cannot be written: this
 * is found before anything is changed.
 */
int recovery_settings_write(
    int dir, const struct recovery_settings *settings, wa_error *err);

/* The same finding alone, for before a file is restored. */
int recovery_settings_check(
    const struct recovery_settings *settings, wa_error *err);

#endif
