/* span.h - spans of time for people. */
#ifndef SPAN_H
#define SPAN_H

#define SPAN_TEXT 32

/* "0.4 s", "12 s", "5 min 3 s", "2 h 5 min" or "3 d 4 h", in buf, of SPAN_TEXT
 * bytes. */
const char *span_text(char *buf, double seconds);

#endif
