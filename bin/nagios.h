/* nagios.h - what a plugin of Nagios says of the WAL that waits. */
#ifndef NAGIOS_H
#define NAGIOS_H

#include <stddef.h>
#include <stdint.h>

enum nagios { NAGIOS_OK, NAGIOS_WARNING, NAGIOS_CRITICAL, NAGIOS_UNKNOWN };

/* More than this is a warning, or critical. */
struct nagios_limits {
	double warning_age, critical_age;       /* seconds */
	uint64_t warning_queue, critical_queue; /* bytes */
};

struct nagios_facts {
	uint64_t files, bytes; /* that wait */
	double age;            /* of the oldest, seconds */
	int growing;           /* faster than it is archived */
	int noted;             /* anything, in archive_status */
	const char *error;     /* the last one, or NULL */
};

enum nagios nagios_judge(
    const struct nagios_limits *limits, const struct nagios_facts *facts);

/* The line, without a newline: status, words, "|" and performance data. */
void nagios_line(char *buf, size_t size, const struct nagios_limits *limits,
    const struct nagios_facts *facts);

/* "WALARCH UNKNOWN - ..." */
void nagios_unknown(char *buf, size_t size, const char *text);

#endif
