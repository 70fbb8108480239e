/* standby.h - does a standby ask, or a server in archive recovery? */
#ifndef STANDBY_H
#define STANDBY_H

/*
 * 1 when the working directory, which is the data directory in a
 * restore_command, is a standby's: it holds standby.signal, or a recovery.conf
 * (before PostgreSQL 12) with standby_mode on.
 */
int is_standby(void);

#endif
