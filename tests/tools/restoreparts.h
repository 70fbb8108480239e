/* restoreparts.h - what the parts' tests share. */
#ifndef RESTOREPARTS_H
#define RESTOREPARTS_H

#include <walarch.h>

/* Say it; returns the status to exit with. */
int failed(const wa_error *err);

/* The value of the last "key=value", or otherwise. */
const char *argument(char **argv, const char *key, const char *otherwise);

/* Every "set=NAME=VALUE" is a setting as of the command line. */
wa_config *configuration(char **argv);

/* type=, target=, timeline=, exclusive= */
int parse_target(wa_target *out, char **argv, uint32_t version, wa_error *err);

/* A part: its arguments, NULL behind the last; the status to exit with. */
int write_manifest(char **argv);
int read_manifest(char **argv);
int guard(char **argv);

#endif
