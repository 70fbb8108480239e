/* control.h - global/pg_control (catalog/pg_control.h: ControlFileData). */
#ifndef WA_PG_CONTROL_H
#define WA_PG_CONTROL_H

#include <stddef.h>
#include <stdint.h>

#include "walarch.h"

#define WA_CONTROL_SIZE 8192 /* PG_CONTROL_FILE_SIZE */

/*
 * What the file's bytes say; out->version stays as it is, for pg_control does
 * not name the major.  WA_ECORRUPT when its checksum is wrong (it was being
 * written, perhaps), WA_EUSAGE when it is of a PostgreSQL not known here.
 */
int wa_control_parse(
    wa_cluster *out, const uint8_t *data, size_t size, wa_error *err);

#endif
