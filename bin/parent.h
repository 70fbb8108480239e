/* parent.h - a process that only waits for its child. */
#ifndef PARENT_H
#define PARENT_H

#include <sys/types.h>

/* From here on who stops us means the child. */
void parent_begin(void);

/* 0 when the child exits with 0, else 1, whatever it died of. */
int parent_wait(pid_t child);

#endif
