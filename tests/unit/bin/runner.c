/* runner.c - one runner, whoever starts it; and what failed last. */
#include "config.h"

#include "runner.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "failure.h"
#include "support.h"

#define STARTERS 20

static wa_config *config;
static struct spool spool;

static void
begin(void)
{
	wa_error err = WA_ERROR_INIT;
	uint64_t system = SYSTEM;

	ensure(mkdir(path_of("pg"), 0700) == 0, "pg");
	ensure(mkdir(path_of("pg/global"), 0700) == 0, "global");
	file_put(path_of("pg/global/pg_control"), &system, sizeof(system));
	cr_assert_eq(wa_config_new(&config, NULL), 0);
	(void)wa_config_set(config, "archive-async", "y", NULL);
	(void)wa_config_set(config, "spool-path", path_of("spool"), NULL);
	cr_assert_eq(spool_open(&spool, config, path_of("pg"), SPOOL_PUSH,
			 SPOOL_CREATE, &err),
	    0, "%s", err.text);
}

static void
end(void)
{
	spool_close(&spool);
	wa_config_free(config);
	folder_remove();
}

/* A runner that says how it was started, and works until "go" is there. */
static const char *
make_program(void)
{
	const char *path = path_of("program");
	char text[1024];

	(void)snprintf(text, sizeof(text),
	    "#!/bin/sh\n"
	    "{ echo $$; printf '%%s\\n' \"$@\"; ls -l /proc/$$/fd; } "
	    ">>%s/started\n"
	    "cat %s/go >/dev/null\n",
	    folder(), folder());
	text_put(path, text);
	ensure(chmod(path, 0700) == 0, path);
	ensure(mkfifo(path_of("go"), 0600) == 0, "go");
	return path;
}

static void
let_it_go(void)
{
	int fd = open(path_of("go"), O_WRONLY), lock;

	(void)close(fd);
	lock = openat(spool.folder, "push.runner", O_RDWR);
	ensure(flock(lock, LOCK_EX) == 0, "push.runner");
	(void)close(lock);
}

/* The statuses of so many that start it at once. */
static void
start_together(int *count, const char *program)
{
	int gate[2], i, status;
	pid_t child[STARTERS];
	char byte;

	ensure(pipe(gate) == 0, "pipe");
	for (i = 0; i < STARTERS; i++) {
		child[i] = fork();
		if (child[i] == 0) {
			(void)close(gate[1]);
			(void)!read(gate[0], &byte, 1);
			_exit(runner_start(&spool, program, config) & 3);
		}
	}
	(void)close(gate[1]);
	for (i = 0; i < STARTERS; i++) {
		ensure(waitpid(child[i], &status, 0) == child[i], "waitpid");
		ensure(WIFEXITED(status), "a starter");
		count[WEXITSTATUS(status)]++;
	}
	(void)close(gate[0]);
}

Test(runner, one_of_many_starters_wins)
{
	const char *program;
	char *begun;
	int round;

	begin();
	program = make_program();
	for (round = 1; round <= 5; round++) {
		int count[4] = { 0 };

		start_together(count, program);
		cr_expect_eq(count[0], 1, "%d started it", count[0]);
		cr_expect_eq(count[1], STARTERS - 1, "%d found one", count[1]);
		let_it_go();
		begun = output_of("grep -cE '^[0-9]+$' %s/started", folder());
		cr_expect_eq(atoi(begun), round, "%s", begun);
		free(begun);
	}
	end();
}

Test(runner, it_is_given_the_settings_and_nothing_that_is_open)
{
	int leaked, mine;
	char *said;

	begin();
	(void)wa_config_set(config, "stanza", "two words", NULL);
	(void)wa_config_set(config, "process-max", "3", NULL);
	text_put(path_of("leak"), "");
	leaked = open(path_of("leak"), O_RDONLY);
	cr_expect_eq(runner_start(&spool, make_program(), config), 0);
	mine = runner_begin(&spool);
	cr_expect_eq(mine, -1);
	cr_expect_eq(errno, EWOULDBLOCK);
	let_it_go();
	(void)close(leaked);
	said = output_of("cat %s/started", folder());
	cr_assert_not_null(said);
	cr_expect(strstr(said, "--process-max=3\n") != NULL, "%s", said);
	cr_expect(strstr(said, "--archive-async=y\n") != NULL, "%s", said);
	cr_expect(strstr(said, "push.runner") != NULL, "%s", said);
	cr_expect(strstr(said, "/leak") == NULL, "%s", said);
	cr_expect(strstr(said, "--repo1-path") == NULL, "%s", said);
	free(said);
	mine = runner_begin(&spool);
	cr_expect_geq(mine, 0);
	(void)close(mine);
	end();
}

Test(runner, one_that_is_not_there_is_told_of)
{
	int mine;

	begin();
	cr_expect_eq(runner_start(&spool, path_of("nothing"), config), -1);
	cr_expect_eq(errno, ENOENT);
	text_put(path_of("text"), "");
	cr_expect_eq(runner_start(&spool, path_of("text"), config), -1);
	mine = runner_begin(&spool);
	cr_expect_geq(mine, 0);
	(void)close(mine);
	end();
}

Test(runner, what_it_says_of_itself)
{
	struct runner_state state, got;
	int alive, fd;

	begin();
	cr_expect_eq(runner_ask(&got, &alive, &spool), 1);
	fd = runner_begin(&spool);
	memset(&state, 0, sizeof(state));
	runner_tell(fd, &state);
	cr_assert_eq(runner_ask(&got, &alive, &spool), 0);
	cr_expect(alive);
	cr_expect_eq(got.pid, getpid());
	cr_expect_gt(got.since, 0);
	cr_expect_eq(got.files, 0);
	state.files = 7;
	state.bytes = 7u << 24;
	state.last = 12345;
	(void)strcpy(state.name, "00000001000000000000000A");
	runner_tell(fd, &state);
	cr_assert_eq(runner_ask(&got, &alive, &spool), 0);
	cr_expect_eq(got.files, 7);
	cr_expect_eq(got.bytes, 7u << 24);
	cr_expect_eq(got.last, 12345);
	cr_expect_str_eq(got.name, state.name);
	(void)close(fd);
	cr_assert_eq(runner_ask(&got, &alive, &spool), 0);
	cr_expect(!alive);
	fd = openat(spool.folder, "push.runner", O_WRONLY | O_TRUNC);
	(void)!write(fd, "rubbish\n", 8);
	(void)close(fd);
	cr_expect_eq(runner_ask(&got, &alive, &spool), 1);
	end();
}

Test(failure, the_last_one_is_kept)
{
	wa_error err = WA_ERROR_INIT, got;
	int64_t at;

	begin();
	cr_expect_eq(failure_read(&got, &at, &spool), 1);
	failure_forget(&spool);
	(void)strcpy(err.text, "could not write \"a\"");
	failure_keep(&spool, &err);
	cr_assert_eq(failure_read(&got, &at, &spool), 0);
	cr_expect_str_eq(got.text, err.text);
	cr_expect_str_eq(got.hint, "");
	cr_expect_gt(at, INT64_C(1500000000000000));
	memset(err.text, 't', sizeof(err.text) - 1);
	memset(err.hint, 'h', sizeof(err.hint) - 1);
	err.text[sizeof(err.text) - 1] = err.hint[sizeof(err.hint) - 1] = '\0';
	failure_keep(&spool, &err);
	cr_assert_eq(failure_read(&got, &at, &spool), 0);
	cr_expect_str_eq(got.text, err.text);
	cr_expect_eq(strncmp(got.hint, err.hint, strlen(got.hint)), 0);
	cr_expect_geq(strlen(got.hint), sizeof(err.hint) - 4);
	failure_forget(&spool);
	cr_expect_eq(failure_read(&got, &at, &spool), 1);
	text_put(path_of("empty"), "");
	end();
}
