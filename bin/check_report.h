/* check_report.h - why is the segment not in the repository? */
#ifndef CHECK_REPORT_H
#define CHECK_REPORT_H

#include "server.h"

/* Say in words what the server knows about archiving name. */
void check_explain(struct server *server, const char *name);

#endif
