/* recovery_file.h - where PostgreSQL reads recovery settings. */
#ifndef RECOVERY_FILE_H
#define RECOVERY_FILE_H

#include "recovery_lines.h"

enum recovery_signal {
	RECOVERY_SIGNAL_KEEP = 0, /* whatever is there */
	RECOVERY_SIGNAL_NONE,
	RECOVERY_SIGNAL_RECOVERY,
	RECOVERY_SIGNAL_STANDBY
};

/*
 * For 12 and later: the lines go to the end of postgresql.auto.conf, which
 * appears whole, and the signal file is made, the other one removed.  All is
 * synced.
 */
int recovery_file_auto(int dir, const struct recovery_lines *lines,
    enum recovery_signal signal, wa_error *err);

/* Before 12: the lines are recovery.conf; without one there is none. */
int
recovery_file_conf(int dir, const struct recovery_lines *lines, wa_error *err);

#endif
