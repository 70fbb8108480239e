/*
 * reaper.c - run a command, and say what it and all that came of it took: also
 * what detached itself, for that becomes this program's child.
 *
 *   bench-reaper FILE COMMAND...
 *
 * When the last of them has ended, "WALL USER+SYSTEM" in seconds go to FILE.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
seconds(const struct timeval *t)
{
	return (double)t->tv_sec + (double)t->tv_usec / 1e6;
}

int
main(int argc, char **argv)
{
	int status = 1, s;
	struct rusage used;
	double begin = now();
	pid_t child, pid;
	FILE *file;

	if (argc < 3 || prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		return 64;
	(void)signal(SIGINT, SIG_IGN);
	child = fork();
	if (child == 0) {
		(void)execvp(argv[2], argv + 2);
		_exit(127);
	}
	while ((pid = wait(&s)) > 0 || errno == EINTR)
		if (pid == child)
			status = s;
	(void)getrusage(RUSAGE_CHILDREN, &used);
	file = fopen(argv[1], "w");
	if (file == NULL)
		return 1;
	(void)fprintf(file, "%.3f %.3f\n", now() - begin,
	    seconds(&used.ru_utime) + seconds(&used.ru_stime));
	return fclose(file) == 0 && status == 0 ? 0 : 1;
}
