/* prometheus.h - metrics in Prometheus' text format, version 0.0.4. */
#ifndef PROMETHEUS_H
#define PROMETHEUS_H

#include <stddef.h>

/* The value of a label, without its quotes: in buf, cut off where that ends.
 * What is not UTF-8 has each byte that is not ASCII replaced by "?". */
void prometheus_escape(char *buf, size_t size, const char *value);

#define PROMETHEUS_NUMBER 336 /* the largest double has 309 digits */

/* A value, in buf: "NaN", "+Inf", "-Inf", "42" or "1.500000". */
const char *prometheus_number(char buf[PROMETHEUS_NUMBER], double value);

#endif
