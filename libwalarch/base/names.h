/* names.h - a list of names, kept in one block, that can be sorted. */
#ifndef WA_BASE_NAMES_H
#define WA_BASE_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "walarch.h"

typedef struct wa_names wa_names;

int wa_names_new(wa_names **out, wa_error *err);
void wa_names_free(wa_names *names);

/* A copy of name, with a number that stays with it. */
int
wa_names_add(wa_names *names, const char *name, uint64_t number, wa_error *err);

/* By byte value, ascending. */
void wa_names_sort(wa_names *names);

/* Forget them all; what was borrowed ends. */
void wa_names_clear(wa_names *names);

size_t wa_names_count(const wa_names *names);
const char *wa_names_at(const wa_names *names, size_t i);
uint64_t wa_names_number(const wa_names *names, size_t i);

/* Copies of them all in one block, the pointers first; NULL: out of memory. */
char **wa_names_array(const wa_names *names);

#endif
