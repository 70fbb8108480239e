/* check_nagios.h - walarch-check --nagios: does WAL wait too long? */
#ifndef CHECK_NAGIOS_H
#define CHECK_NAGIOS_H

#include <walarch.h>

#include "nagios.h"

/* Look at the data directory and print the line; an enum nagios, and for
 * NAGIOS_UNKNOWN the line is not printed yet. */
int check_nagios(const wa_config *config);

/* Print the line of what was said to be wrong. */
void check_nagios_unknown(void);

#endif
