/* utf8.h - is it UTF-8? */
#ifndef UTF8_H
#define UTF8_H

/* As PostgreSQL and RFC 3629 have it: nothing in more bytes than it needs, no
 * surrogates, nothing beyond U+10FFFF. */
int is_utf8(const char *text);

#endif
