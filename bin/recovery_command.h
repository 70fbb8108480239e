/* recovery_command.h - the restore_command of a restored server. */
#ifndef RECOVERY_COMMAND_H
#define RECOVERY_COMMAND_H

#include <walarch.h>

/*
 * walarch-get at the absolute path get, with all it has to know as options,
 * so that the server needs nothing in its environment: quoted for a shell,
 * and "%" doubled for PostgreSQL.  *out is for free().
 */
int recovery_command(
    char **out, const char *get, const wa_config *config, wa_error *err);

#endif
