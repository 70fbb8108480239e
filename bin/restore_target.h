/* restore_target.h - the folders that are restored into, before that. */
#ifndef RESTORE_TARGET_H
#define RESTORE_TARGET_H

#include "restore_job.h"

/* Is anything in it?  0 also when it is not there; 1: something is. */
int restore_folder_used(const char *path, wa_error *err);

/* Bytes that are free where path is, or would be. */
uint64_t restore_free(const char *path);

#endif
