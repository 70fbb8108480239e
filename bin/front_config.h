/* front_config.h - the configuration, for programs that link libc alone. */
#ifndef FRONT_CONFIG_H
#define FRONT_CONFIG_H

#include <walarch.h>

/*
 * Read a command line that has so many operands, and nothing but settings,
 * written --name=value; then the environment and the configuration file.  -1,
 * and nothing said: let the worker read it.
 */
int front_config(wa_config **out, char **operands, int count,
    const char *command, int argc, char **argv);

#endif
