/* info_line.h - a timeline's WAL as a line, to look at. */
#ifndef INFO_LINE_H
#define INFO_LINE_H

#include "info_report.h"

/* Draw it on standard output, so many columns wide: what can be recovered to,
 * what is stored beside, what is missing.  The scale is that of the system. */
void info_draw_line(
    const struct info_system *system, uint32_t timeline, int columns);

#endif
