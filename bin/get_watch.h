/*
 * get_watch.h - sleep until there is something to do: a thread is done, a
 * segment was taken, get.next was replaced, or recovery is over.
 *
 * What has happened is for the caller to find out.  What happens while he looks
 * wakes him again.
 */
#ifndef GET_WATCH_H
#define GET_WATCH_H

#include "spool.h"

struct get_watch {
	int inotify, threads;
	int server; /* the watch on the data directory */
};

/* Of the data directory that is the working directory.  -1 and errno. */
int get_watch_open(struct get_watch *out, const struct spool *spool);
void get_watch_close(struct get_watch *watch);

/* For the threads. */
void get_watch_wake(const struct get_watch *watch);

enum get_event {
	GET_IDLE,  /* nothing within the time, or for as long as -1 says */
	GET_LOOK,  /* something */
	GET_LEAVE, /* recovery has ended, the server has stopped, or the data
		    * directory is gone; or a signal came */
};

enum get_event get_watch_wait(struct get_watch *watch, int milliseconds);

#endif
