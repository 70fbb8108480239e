/* wal_facts.h - what a segment's records say, as lines of its label. */
#ifndef WA_REPO_WAL_FACTS_H
#define WA_REPO_WAL_FACTS_H

#include "stream/label.h"
#include "walarch.h"

/* Add the lines.  Events for which there is no room are told of by "more". */
void wa_wal_facts_write(wa_label *label, const wa_wal_records *records);

/* Take them out of a label; one without them says WA_NOT_WALKED.  WA_ECORRUPT
 * when a line is not made as it should be. */
int
wa_wal_facts_read(wa_wal_records *out, const wa_label *label, wa_error *err);

#endif
