/* get_watch.c - sleep until there is something to do. */
#include "config.h"

#include "get_watch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "process.h"

#define GONE (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED)

/* The server removes them when it ends, and when its recovery does: up to
 * PostgreSQL 11 recovery.conf is renamed. */
static const char *const until[] = { "postmaster.pid", "recovery.signal",
	"standby.signal", "recovery.conf" };

static int
add(int inotify, int folder, uint32_t mask)
{
	char path[40];

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", folder);
	return inotify_add_watch(inotify, path, mask);
}

/* A signal between a look at its flag and the sleep would be slept over, so it
 * is let in while we sleep, and only then.  Threads inherit this. */
static void
hold_signals(int how)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGQUIT);
	(void)sigaddset(&set, SIGHUP);
	(void)sigprocmask(how, &set, NULL);
}

int
get_watch_open(struct get_watch *out, const struct spool *spool)
{
	out->threads = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	out->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	out->server = -1;
	if (out->threads >= 0 && out->inotify >= 0)
		out->server = inotify_add_watch(out->inotify, ".",
		    IN_DELETE | IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF);
	if (out->server < 0 ||
	    add(out->inotify, spool->folder, IN_MOVED_TO) < 0 ||
	    add(out->inotify, spool->files, IN_DELETE | IN_MOVED_FROM) < 0)
		return -1;
	hold_signals(SIG_BLOCK);
	return 0;
}

void
get_watch_close(struct get_watch *watch)
{
	if (watch->threads >= 0)
		(void)close(watch->threads);
	if (watch->inotify >= 0)
		(void)close(watch->inotify);
	hold_signals(SIG_UNBLOCK);
}

void
get_watch_wake(const struct get_watch *watch)
{
	uint64_t one = 1;

	(void)!write(watch->threads, &one, sizeof(one));
}

static int
is_the_end(const struct get_watch *watch, const struct inotify_event *e)
{
	size_t i;

	if (e->wd != watch->server)
		return (e->mask & GONE) != 0;
	if ((e->mask & GONE) != 0)
		return 1;
	for (i = 0; i < sizeof(until) / sizeof(until[0]); i++)
		if (e->len > 0 && strcmp(e->name, until[i]) == 0)
			return 1;
	return 0;
}

/* Before the caller looks, so that nothing after his look is lost. */
static enum get_event
take_events(const struct get_watch *watch)
{
	char buf[4096]
	    __attribute__((aligned(__alignof__(struct inotify_event))));
	enum get_event what = GET_LOOK;
	const struct inotify_event *e;
	uint64_t count;
	ssize_t n;
	char *p;

	(void)!read(watch->threads, &count, sizeof(count));
	while ((n = read(watch->inotify, buf, sizeof(buf))) > 0)
		for (p = buf; p < buf + n; p += sizeof(*e) + e->len) {
			e = (const struct inotify_event *)(const void *)p;
			if (is_the_end(watch, e))
				what = GET_LEAVE;
		}
	return what;
}

enum get_event
get_watch_wait(struct get_watch *watch, int milliseconds)
{
	struct pollfd fds[2] = { { .fd = watch->inotify, .events = POLLIN },
		{ .fd = watch->threads, .events = POLLIN } };
	struct timespec time = { milliseconds / 1000,
		milliseconds % 1000 * 1000000L };
	sigset_t none;
	int n;

	(void)sigemptyset(&none);
	n = ppoll(fds, 2, milliseconds < 0 ? NULL : &time, &none);
	if (process_signal() != 0 || (n < 0 && errno != EINTR))
		return GET_LEAVE;
	return n == 0 ? GET_IDLE : take_events(watch);
}
