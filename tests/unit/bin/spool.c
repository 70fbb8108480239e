/* spool.c - whose spool is whose, what a lock is, what a marker vouches for. */
#include "config.h"

#include "spool.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

#define NAME "00000001000000000000000A"

static wa_config *config;

/* A data directory as far as a spool looks at it. */
static void
make_cluster(const char *name, uint64_t system)
{
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/global", name);
	ensure(mkdir(path_of(name), 0700) == 0, name);
	ensure(mkdir(path_of(path), 0700) == 0, path);
	(void)strcat(path, "/pg_control");
	file_put(path_of(path), &system, sizeof(system));
}

static void
set(const char *name, const char *value)
{
	cr_assert_eq(wa_config_set(config, name, value, NULL), 0);
}

static void
begin(void)
{
	cr_assert_eq(wa_config_new(&config, NULL), 0);
	set("archive-async", "y");
	set("spool-path", path_of("spool"));
	set("repo1-path", path_of("repo"));
	ensure(mkdir(path_of("repo"), 0700) == 0, "repo");
	text_put(path_of("repo/walarch.repo"), "one");
	make_cluster("a", SYSTEM);
}

static void
end(void)
{
	wa_config_free(config);
	folder_remove();
}

static void
open_spool(struct spool *s, const char *cluster, enum spool_side side)
{
	wa_error err = WA_ERROR_INIT;

	cr_assert_eq(
	    spool_open(s, config, path_of(cluster), side, SPOOL_CREATE, &err),
	    0, "%s", err.text);
}

Test(spool, there_is_none_without_the_setting_or_a_data_directory)
{
	wa_error err = WA_ERROR_INIT;
	struct spool s;

	begin();
	cr_expect_eq(
	    spool_open(&s, config, path_of("a"), SPOOL_PUSH, 0, &err), 1);
	cr_expect(!file_exists(path_of("spool")));
	cr_expect_eq(spool_open(&s, config, path_of("repo"), SPOOL_PUSH,
			 SPOOL_CREATE, &err),
	    1);
	text_put(path_of("a/global/pg_control"), "short");
	cr_expect_eq(spool_open(&s, config, path_of("a"), SPOOL_PUSH,
			 SPOOL_CREATE, &err),
	    1);
	set("archive-async", "n");
	cr_expect_eq(spool_open(&s, config, path_of("a"), SPOOL_PUSH,
			 SPOOL_CREATE, &err),
	    1);
	cr_expect(!file_exists(path_of("spool")));
	end();
}

Test(spool, two_data_directories_never_meet)
{
	struct spool a, b, c, get;
	char before[SPOOL_PATH_SIZE];

	begin();
	make_cluster("b", SYSTEM);
	open_spool(&a, "a", SPOOL_PUSH);
	open_spool(&b, "b", SPOOL_PUSH);
	cr_expect_str_neq(a.path, b.path);
	open_spool(&get, "a", SPOOL_GET);
	cr_expect_str_eq(a.path, get.path);
	cr_expect(!file_exists(path_of("a/spool")));
	(void)strcpy(before, a.path);
	spool_close(&a);
	/* It is found wherever it is called from, and by any path. */
	ensure(chdir(path_of("a")) == 0, "chdir");
	cr_assert_eq(spool_open(&c, config, ".", SPOOL_PUSH, 0, NULL), 0);
	cr_expect_str_eq(c.path, before);
	spool_close(&c);
	ensure(chdir("/") == 0, "chdir");
	set("stanza", "other");
	open_spool(&c, "a", SPOOL_PUSH);
	cr_expect_str_neq(c.path, before);
	spool_close(&c);
	spool_close(&b);
	spool_close(&get);
	end();
}

Test(spool, another_cluster_in_the_same_folder_has_another)
{
	uint64_t other = SYSTEM + 1;
	struct spool a, b;

	begin();
	open_spool(&a, "a", SPOOL_PUSH);
	file_put(path_of("a/global/pg_control"), &other, sizeof(other));
	open_spool(&b, "a", SPOOL_PUSH);
	cr_expect_str_neq(a.path, b.path);
	spool_close(&a);
	spool_close(&b);
	end();
}

struct unsafe {
	mode_t mode;
	int rc;
};

Test(spool, one_that_others_may_write_to_is_refused)
{
	static const struct unsafe cases[] = { { 0700, 0 }, { 0755, 0 },
		{ 0720, WA_ESYSTEM }, { 0702, WA_ESYSTEM },
		{ 0777, WA_ESYSTEM }, { 01777, WA_ESYSTEM } };
	wa_error err = WA_ERROR_INIT;
	struct spool s;
	size_t i;

	begin();
	open_spool(&s, "a", SPOOL_PUSH);
	spool_close(&s);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ensure(chmod(s.path, cases[i].mode) == 0, s.path);
		cr_expect_eq(spool_open(&s, config, path_of("a"), SPOOL_PUSH,
				 i % 2 == 0 ? SPOOL_CREATE : 0, &err),
		    cases[i].rc, "%o", (unsigned)cases[i].mode);
		spool_close(&s);
	}
	cr_expect(strstr(err.text, "others may write") != NULL, "%s", err.text);
	end();
}

Test(spool, anothers_is_refused)
{
	wa_error err = WA_ERROR_INIT;
	struct spool s;

	begin();
	open_spool(&s, "a", SPOOL_PUSH);
	spool_close(&s);
	if (geteuid() == 0) {
		ensure(chown(s.path, 65534, 65534) == 0, s.path);
		cr_expect_eq(spool_open(&s, config, path_of("a"), SPOOL_PUSH,
				 SPOOL_CREATE, &err),
		    WA_ESYSTEM);
		ensure(chown(path_of("a"), 65534, 65534) == 0, "a");
		cr_expect_eq(spool_open(&s, config, path_of("a"), SPOOL_PUSH,
				 SPOOL_CREATE, &err),
		    1);
	}
	end();
}

Test(spool, none_in_the_data_directory)
{
	static const char *const places[] = { "a", "a/global", "a/new", "link",
		"wal/new" };
	wa_error err = WA_ERROR_INIT;
	struct spool s;
	size_t i;

	begin();
	ensure(symlink(path_of("a/global"), path_of("link")) == 0, "link");
	ensure(mkdir(path_of("wal"), 0700) == 0, "wal");
	ensure(symlink(path_of("wal"), path_of("a/pg_wal")) == 0, "pg_wal");
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		set("spool-path", path_of(places[i]));
		cr_expect_eq(spool_open(&s, config, path_of("a"), SPOOL_PUSH,
				 SPOOL_CREATE, &err),
		    WA_EUSAGE, "%s: %s", places[i], err.text);
	}
	/* One whose path only begins alike is not in it. */
	set("spool-path", path_of("a-spool"));
	open_spool(&s, "a", SPOOL_PUSH);
	spool_close(&s);
	end();
}

/* In a process of its own: does somebody hold the lock of NAME? */
static int
is_held(const struct spool *s)
{
	int fd, status;
	pid_t child = fork();

	if (child == 0) {
		fd = spool_lock(s, NAME, SPOOL_NOWAIT);
		_exit(fd >= 0 ? 0 : errno == EWOULDBLOCK ? 1 : 2);
	}
	ensure(waitpid(child, &status, 0) == child, "waitpid");
	ensure(WIFEXITED(status) && WEXITSTATUS(status) < 2, "is_held");
	return WEXITSTATUS(status);
}

Test(spool, a_lock_is_held_until_it_is_closed)
{
	struct spool s;
	int fd, again;

	begin();
	open_spool(&s, "a", SPOOL_PUSH);
	cr_expect_eq(spool_lock(&s, NAME, 0), -1);
	cr_expect_eq(errno, ENOENT);
	fd = spool_lock(&s, NAME, SPOOL_CREATE | SPOOL_NOWAIT);
	cr_assert_geq(fd, 0);
	cr_expect(is_held(&s));
	cr_expect_eq(spool_lock(&s, NAME, SPOOL_CREATE | SPOOL_NOWAIT), -1);
	cr_expect_eq(errno, EWOULDBLOCK);
	(void)close(fd);
	cr_expect(!is_held(&s));
	fd = spool_lock(&s, NAME, SPOOL_CREATE | SPOOL_NOWAIT);
	spool_remove(&s, NAME);
	/* Who comes now has a file of his own. */
	again = spool_lock(&s, NAME, SPOOL_CREATE | SPOOL_NOWAIT);
	cr_expect_geq(again, 0);
	cr_expect(is_held(&s));
	(void)close(fd);
	cr_expect(is_held(&s));
	(void)close(again);
	spool_close(&s);
	end();
}

struct waiter {
	const struct spool *spool;
	unsigned flags;
	int fd, error;
	struct stat st;
};

static void *
wait_for_lock(void *arg)
{
	struct waiter *w = arg;

	w->fd = spool_lock(w->spool, NAME, w->flags);
	w->error = errno;
	if (w->fd >= 0)
		ensure(fstat(w->fd, &w->st) == 0, "fstat");
	return NULL;
}

/* Until somebody of this process waits for a lock. */
static void
until_waiting(void)
{
	char command[128];
	int i;

	(void)snprintf(command, sizeof(command),
	    "grep -q -e '-> FLOCK.* %ld ' /proc/locks", (long)getpid());
	for (i = 0; i < 1000 && system(command) != 0; i++)
		(void)usleep(5000);
}

Test(spool, a_removed_file_is_not_held)
{
	struct waiter w[] = { { .flags = 0 }, { .flags = SPOOL_CREATE } };
	struct spool s;
	size_t i;

	begin();
	open_spool(&s, "a", SPOOL_PUSH);
	for (i = 0; i < 2; i++) {
		int fd = spool_lock(&s, NAME, SPOOL_CREATE);
		pthread_t thread;

		w[i].spool = &s;
		ensure(pthread_create(&thread, NULL, wait_for_lock, &w[i]) == 0,
		    "thread");
		until_waiting();
		spool_remove(&s, NAME);
		(void)close(fd);
		(void)pthread_join(thread, NULL);
	}
	cr_expect_eq(w[0].fd, -1);
	cr_expect_eq(w[0].error, ENOENT);
	cr_assert_geq(w[1].fd, 0);
	cr_expect_eq(w[1].st.st_nlink, 1);
	cr_expect(is_held(&s));
	(void)close(w[1].fd);
	spool_close(&s);
	end();
}

Test(spool, a_link_is_no_file)
{
	char path[SPOOL_PATH_SIZE];
	struct spool s;

	begin();
	open_spool(&s, "a", SPOOL_PUSH);
	text_put(path_of("target"), "text");
	(void)snprintf(path, sizeof(path), "%.4000s/push/" NAME, s.path);
	ensure(symlink(path_of("target"), path) == 0, path);
	cr_expect_eq(spool_lock(&s, NAME, SPOOL_CREATE), -1);
	cr_expect_eq(errno, ELOOP);
	spool_close(&s);
	end();
}

static int
vouches(const struct spool *s, int fd, const char *name, const char *path)
{
	struct marker m;
	struct stat st;

	ensure(stat(path_of(path), &st) == 0, path);
	return spool_vouches(&m, s, fd, name, &st);
}

static int
marked(const struct spool *s, const char *path)
{
	int fd = spool_lock(s, NAME, SPOOL_CREATE);
	struct marker m;
	struct stat st;

	ensure(stat(path_of(path), &st) == 0, path);
	cr_assert_eq(spool_marker(&m, s, NAME, &st), 0);
	cr_assert_eq(marker_write(fd, &m), 0);
	return fd;
}

Test(spool, a_marker_vouches_for_one_file_in_one_repository)
{
	uint64_t other = SYSTEM + 1;
	struct spool s, now;
	int fd;

	begin();
	text_put(path_of("file"), "text");
	text_put(path_of("another"), "text");
	open_spool(&s, "a", SPOOL_PUSH);
	fd = marked(&s, "file");
	cr_expect(vouches(&s, fd, NAME, "file"));
	cr_expect(!vouches(&s, fd, NAME, "another"));
	cr_expect(!vouches(&s, fd, "00000001000000000000000B", "file"));
	now = s;
	now.system_id = other;
	cr_expect(!vouches(&now, fd, NAME, "file"));
	now = s;
	now.repository.inode++;
	cr_expect(!vouches(&now, fd, NAME, "file"));
	/* A repository that cannot be seen is none. */
	memset(&now.repository, 0, sizeof(now.repository));
	cr_expect(!vouches(&now, fd, NAME, "file"));
	(void)close(fd);
	fd = marked(&now, "file");
	cr_expect(!vouches(&now, fd, NAME, "file"));
	(void)close(fd);
	spool_close(&s);
	end();
}

Test(spool, what_was_fetched_is_of_this_start_of_the_machine)
{
	struct spool s;
	struct marker m;
	struct stat st;
	int fd;

	begin();
	text_put(path_of("file"), "text");
	open_spool(&s, "a", SPOOL_GET);
	fd = marked(&s, "file");
	cr_expect(vouches(&s, fd, NAME, "file"));
	ensure(stat(path_of("file"), &st) == 0, "file");
	cr_assert_eq(spool_marker(&m, &s, NAME, &st), 0);
	m.boot[0] = m.boot[0] == 'f' ? '0' : 'f';
	cr_assert_eq(marker_write(fd, &m), 0);
	cr_expect(!vouches(&s, fd, NAME, "file"));
	m.boot[0] = '\0';
	cr_assert_eq(marker_write(fd, &m), 0);
	cr_expect(!vouches(&s, fd, NAME, "file"));
	(void)close(fd);
	spool_close(&s);
	end();
}

Test(spool, a_name_that_is_too_long_has_no_marker)
{
	char name[MARKER_NAME_SIZE + 1];
	struct marker m;
	struct spool s;
	struct stat st;

	begin();
	open_spool(&s, "a", SPOOL_PUSH);
	ensure(stat(path_of("repo"), &st) == 0, "repo");
	memset(name, 'x', sizeof(name));
	name[MARKER_NAME_SIZE] = '\0';
	cr_expect_eq(spool_marker(&m, &s, name, &st), -1);
	spool_close(&s);
	end();
}
