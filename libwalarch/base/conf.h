/* conf.h - what the library's own modules ask of a configuration. */
#ifndef WA_BASE_CONF_H
#define WA_BASE_CONF_H

#include "walarch.h"

/* Who gave a value; a higher one wins. */
enum wa_precedence {
	WA_FROM_DEFAULT = 0,
	WA_FROM_GLOBAL,         /* [global] */
	WA_FROM_GLOBAL_COMMAND, /* [global:push] */
	WA_FROM_STANZA,         /* [db] */
	WA_FROM_STANZA_COMMAND, /* [db:push] */
	WA_FROM_ENVIRONMENT,
	WA_FROM_COMMAND_LINE
};

/* Give a setting a value, unless a higher source has given it one;
 * WA_FROM_DEFAULT only checks that name and value are right. */
int wa_config_give(wa_config *cfg, const char *name, const char *value,
    int source, wa_error *err);

/* The file whose values follow. */
int wa_config_read_from(wa_config *cfg, const char *path, wa_error *err);

/* WA_EINTERRUPTED when the caller's flag says so, else 0. */
int wa_config_interrupted(const wa_config *cfg, wa_error *err);

#endif
