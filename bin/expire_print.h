/* expire_print.h - expire, and print what becomes of everything. */
#ifndef EXPIRE_PRINT_H
#define EXPIRE_PRINT_H

#include <walarch.h>

int expire_print_text(
    wa_repo *repo, const wa_config *config, int dry, wa_error *err);
int expire_print_json(
    wa_repo *repo, const wa_config *config, int dry, wa_error *err);

#endif
