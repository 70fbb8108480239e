/*
 * front.h - what PostgreSQL calls links libc alone and starts at once; the
 * work itself is done by a worker in libexecdir.
 */
#ifndef FRONT_H
#define FRONT_H

/* Print "walarch-push (walarch) 0.1.0" if that is all argv asks for: 1. */
int front_version(const char *program, int argc, char **argv);

/* Where the worker called name is: beside this program, as the two were
 * installed, or where they were configured to be.  Borrowed. */
const char *front_worker(const char *name);

/* "walarch-push: error: could not start ...", with errno's words. */
void front_complain(const char *program, const char *worker);

#endif
