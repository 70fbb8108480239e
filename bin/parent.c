/* parent.c - a process that only waits for its child. */
#include "config.h"

#include "parent.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

static volatile pid_t child;
static volatile int early; /* a signal before there was a child */

static void
pass_on(int number)
{
	if (child > 0)
		(void)kill(child, number);
	else
		early = number;
}

void
parent_begin(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGQUIT, SIGHUP };
	struct sigaction action;
	sigset_t none;
	size_t i;

	memset(&action, 0, sizeof(action));
	action.sa_handler = pass_on;
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		(void)sigaction(signals[i], &action, NULL);
	/* An ignored SIGCHLD would keep the child's status from us. */
	action.sa_handler = SIG_DFL;
	(void)sigaction(SIGCHLD, &action, NULL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

int
parent_wait(pid_t pid)
{
	int status;

	child = pid;
	if (early != 0)
		(void)kill(pid, early);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return 1;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : 1;
}
