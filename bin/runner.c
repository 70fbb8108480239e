/* runner.c - start a runner, be one, ask what one does. */
#include "config.h"

#include "runner.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "parent.h"

#define LOCK_FD 3 /* where a runner finds its lock */
#define MAX_SETTINGS 64
#define OLD_MAX 1024 /* descriptors, where the kernel does not tell */

static const char *
file_of(const struct spool *spool)
{
	return spool->side == SPOOL_PUSH ? "push.runner" : "get.runner";
}

/* Locked; or -1 and errno. */
static int
lock(const struct spool *spool)
{
	int fd = openat(spool->folder, file_of(spool),
	    O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	int saved;

	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	saved = errno;
	(void)close(fd);
	errno = saved;
	return -1;
}

/* "--stanza=db" for each setting that came so; NULL: out of memory. */
static char **
arguments(const char *program, const wa_config *config)
{
	char **argv = calloc(MAX_SETTINGS + 2, sizeof(*argv));
	const wa_setting *s;
	size_t i, n = 0;

	if (argv == NULL || (argv[n++] = strdup(program)) == NULL) {
		free(argv);
		return NULL;
	}
	for (i = 0; (s = wa_setting_at(i)) != NULL && n <= MAX_SETTINGS; i++) {
		if (strcmp(wa_config_source(config, s->name), "command line") !=
		    0)
			continue;
		if (asprintf(&argv[n], "--%s=%s", s->name,
			wa_config_get(config, s->name)) < 0)
			break;
		n++;
	}
	argv[n] = NULL;
	return argv;
}

static void
free_arguments(char **argv)
{
	size_t i;

	for (i = 0; argv != NULL && argv[i] != NULL; i++)
		free(argv[i]);
	free(argv);
}

/* Signals as a new program expects them, whatever PostgreSQL does with them. */
static void
reset_signals(void)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM,
		SIGPIPE, SIGCHLD, SIGUSR1, SIGUSR2, SIGALRM };
	sigset_t none;
	size_t i;

	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		(void)signal(signals[i], SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static void
close_from(int first)
{
	int fd;

	if (close_range((unsigned)first, ~0u, 0) == 0)
		return;
	for (fd = first; fd < OLD_MAX; fd++) /* before Linux 5.9 */
		(void)close(fd);
}

/*
 * Standard error is PostgreSQL's log: a process that keeps it open keeps
 * PostgreSQL's logger from ending, and the caller says what there is to say.
 */
static void
become(const char *program, char **argv, int lock_fd)
{
	int null, fd;

	reset_signals();
	if (lock_fd == LOCK_FD)
		(void)fcntl(LOCK_FD, F_SETFD, 0);
	else if (dup2(lock_fd, LOCK_FD) < 0)
		_exit(1);
	null = open("/dev/null", O_RDWR);
	for (fd = 0; fd < LOCK_FD; fd++)
		if (null < 0 || (null != fd && dup2(null, fd) < 0))
			_exit(1);
	close_from(LOCK_FD + 1);
	(void)execv(program, argv);
	_exit(1);
}

/* A session of its own, so that signals to PostgreSQL's groups do not reach it,
 * and nobody's child, for the archiver does not collect children. */
static int
detach(const char *program, char **argv, int lock_fd)
{
	pid_t child = fork();
	int status;

	if (child < 0)
		return -1;
	if (child == 0) {
		(void)setsid();
		child = fork();
		if (child == 0)
			become(program, argv, lock_fd);
		_exit(child < 0);
	}
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR) /* an ignored SIGCHLD leaves no status */
			return errno == ECHILD ? 0 : -1;
	errno = EAGAIN;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

int
runner_start(
    const struct spool *spool, const char *program, const wa_config *config)
{
	int fd = lock(spool), rc, saved;
	char **argv;

	if (fd < 0)
		return errno == EWOULDBLOCK ? 1 : -1;
	argv = arguments(program, config);
	rc = argv == NULL ? -1 : access(program, X_OK);
	if (rc == 0)
		rc = detach(program, argv, fd);
	saved = errno;
	free_arguments(argv);
	(void)close(fd);
	errno = saved;
	return rc;
}

const char *
runner_beside(const char *name)
{
	static char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, 2048);
	char *slash;

	path[n < 0 ? 0 : n] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL)
		return name;
	(void)snprintf(slash + 1, sizeof(path) - 2048, "%s", name);
	return path;
}

void
runner_shield(void)
{
	pid_t child;

	parent_begin();
	child = fork();
	if (child <= 0)
		return;
	close_from(LOCK_FD);
	_exit(parent_wait(child));
}

/* Was LOCK_FD handed down with the lock of this spool's file? */
static int
is_handed_down(const struct spool *spool)
{
	struct stat mine, file;

	return fstat(LOCK_FD, &mine) == 0 &&
	    fstatat(spool->folder, file_of(spool), &file, 0) == 0 &&
	    mine.st_dev == file.st_dev && mine.st_ino == file.st_ino &&
	    flock(LOCK_FD, LOCK_EX | LOCK_NB) == 0;
}

int
runner_begin(const struct spool *spool)
{
	if (!is_handed_down(spool))
		return lock(spool);
	(void)fcntl(LOCK_FD, F_SETFD, FD_CLOEXEC);
	return LOCK_FD;
}

void
runner_tell(int lock, struct runner_state *state)
{
	char text[256];
	int n;

	if (state->since == 0) {
		state->pid = getpid();
		state->since = clock_now();
	}
	n = snprintf(text, sizeof(text),
	    "%" PRId64 " %" PRId64 " %" PRId64 " %" PRIu64 " %" PRIu64 " %s\n",
	    state->pid, state->since, state->last, state->files, state->bytes,
	    state->name[0] == '\0' ? "-" : state->name);
	if (ftruncate(lock, 0) == 0)
		(void)!pwrite(lock, text, (size_t)n, 0);
}

void
runner_did(
    int lock, struct runner_state *state, const char *name, uint64_t bytes)
{
	state->files++;
	state->bytes += bytes;
	state->last = clock_now();
	(void)snprintf(state->name, sizeof(state->name), "%s", name);
	runner_tell(lock, state);
}

int
runner_ask(struct runner_state *out, int *alive, const struct spool *spool)
{
	char text[256];
	ssize_t n;
	int fd = openat(spool->folder, file_of(spool),
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return 1;
	n = pread(fd, text, sizeof(text) - 1, 0);
	*alive = flock(fd, LOCK_SH | LOCK_NB) < 0;
	(void)close(fd);
	text[n < 0 ? 0 : n] = '\0';
	memset(out, 0, sizeof(*out));
	return sscanf(text,
		   "%" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNu64 " %" SCNu64
		   " %63s",
		   &out->pid, &out->since, &out->last, &out->files, &out->bytes,
		   out->name) == 6 ?
	    0 :
	    1;
}
