/* find_print.h - print what was found, on standard output. */
#ifndef FIND_PRINT_H
#define FIND_PRINT_H

#include "find.h"

/* 0, or -1: memory is short, or it could not be written. */
int find_print_text(
    const struct find_hits *hits, const struct find_archive *archive);
int find_print_json(
    const struct find_hits *hits, const struct find_archive *archive);

/* "restore-point" and its like. */
const char *find_kind_name(int kind);

#endif
