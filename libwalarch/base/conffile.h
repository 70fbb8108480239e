/* conffile.h - the configuration file. */
#ifndef WA_BASE_CONFFILE_H
#define WA_BASE_CONFFILE_H

#include "walarch.h"

/*
 * Give cfg what the file at path says for its stanza and for command.  A
 * missing file is an error unless optional.
 */
int wa_conffile_read(wa_config *cfg, const char *path, const char *command,
    int optional, wa_error *err);

#endif
