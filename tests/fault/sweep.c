/*
 * sweep.c - every system call of every operation fails once, or from then on,
 * or is the last one: what is said afterwards must be true.
 *
 * The most important of it: "certainly absent" is never said because of a
 * fault, for PostgreSQL would end recovery there, and promote.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sys.h"
#include "support.h"
#include "sweep.h"

#define KILLED 77

static struct wal present = WAL_INIT, fresh = WAL_INIT, absent = WAL_INIT;
static wa_config *cfg;
static uint8_t *present_bytes, *fresh_bytes;
static char present_path[600], fresh_path[600], fresh_key[64];
static char present_key[64], absent_key[64];
static uint8_t *damaged_bytes;
static char damaged_path[600], damaged_key[64], damaged_object[64];
static int failures;

/* The hook. */

static int calls, at, with, sticky, reached, kills;
static char kind[32];

static int
hook(const char *call)
{
	calls++;
	if (calls != at && !(sticky && calls > at))
		return 0;
	/* Of these no signal can be the cause. */
	if (with == EINTR &&
	    (strcmp(call, "malloc") == 0 || strcmp(call, "fdopendir") == 0)) {
		reached = 1;
		return 0;
	}
	if (!reached)
		snprintf(kind, sizeof(kind), "%s", call);
	reached = 1;
	if (kills)
		_exit(KILLED);
	return with;
}

static void
arm(int n, int verdict, int from_then_on)
{
	calls = reached = 0;
	at = n;
	with = verdict;
	sticky = from_then_on;
	kind[0] = '\0';
	wa_sys_hook = hook;
}

static void
disarm(void)
{
	wa_sys_hook = NULL;
}

/* What is true. */

static const char *operation;

void
not_true(const char *what, int rc, const wa_error *err)
{
	if (++failures <= 40)
		printf("not ok - %s, call %d (%s) %s %d%s: %s: %d %s\n",
		    operation, at, kind, kills ? "killed" : "fails with", with,
		    sticky ? " from then on" : "", what, rc,
		    err == NULL ? "" : err->text);
}

static int
descriptors(void)
{
	return entries("/proc/self/fd");
}

/* Is the segment readable, and the same?  Asked without faults. */
static int
stored_right(wa_repo *from, const char *name, const uint8_t *data, int *rc)
{
	const char *path = path_of("check");

	*rc = wa_wal_get(from, SYSTEM, name, path, 0, NULL);
	return *rc == 0 && file_holds(path, data, MB);
}

/* The operations. */

wa_repo *repo;

void
open_again(void)
{
	wa_repo_close(repo);
	repo = NULL;
	if (wa_repo_open(&repo, cfg, NULL) < 0)
		abort();
}

/* What was there in the beginning, and a handle that has seen nothing. */
static void
reopen(void)
{
	remove_all(path_of("repo/db/wal/7431170312345678901/"
			   "0000000100000001"));
	open_again();
}

/* create and register, in a folder of its own */

static wa_config *new_cfg;

static void
prepare_create(void)
{
	remove_all(path_of("new"));
	wa_config_free(new_cfg);
	new_cfg = NULL;
	if (wa_config_new(&new_cfg, NULL) < 0 ||
	    wa_config_set(new_cfg, "repo1-path", path_of("new"), NULL) < 0)
		abort();
}

static int
run_create(wa_error *err)
{
	wa_cluster cluster = store_cluster(SYSTEM, MB);
	wa_repo *made = NULL;
	int rc = wa_repo_create(new_cfg, err);

	if (rc >= 0)
		rc = wa_repo_open(&made, new_cfg, err);
	if (rc >= 0)
		rc = wa_stanza_register(made, &cluster, 0, err);
	wa_repo_close(made);
	return rc;
}

static int
created_right(void)
{
	wa_system *systems = NULL;
	wa_repo *made = NULL;
	size_t count = 0;
	int right = wa_repo_open(&made, new_cfg, NULL) == 0 &&
	    wa_stanza_systems(&systems, &count, made, NULL) == 0 &&
	    count == 1 && systems[0].system_id == SYSTEM;

	wa_free(systems);
	wa_repo_close(made);
	return right;
}

static void
judge_create(int rc, const wa_error *err)
{
	int again;

	if (rc >= 0 && !created_right())
		not_true("success without a repository", rc, err);
	if (rc == WA_ENOENT)
		not_true("an absence", rc, err);
	again = run_create(NULL);
	if (again < 0 || !created_right())
		not_true("the next try fails", again, NULL);
}

/* push, of a new segment */

static int
run_push(wa_error *err)
{
	return wa_wal_push(repo, SYSTEM, fresh_path, NULL, err);
}

static void
judge_push(int rc, const wa_error *err)
{
	int got, right, again;

	right = stored_right(repo, fresh_key, fresh_bytes, &got);
	if (rc >= 0 && !right)
		not_true("success, but it cannot be got", rc, err);
	if (!right && got != WA_ENOENT)
		not_true("a torn object is seen", got, NULL);
	if (rc == WA_EEXIST || rc == WA_EMISMATCH)
		not_true("the file is blamed", rc, err);
	again = run_push(NULL);
	if (again < 0 || (right && again != 1))
		not_true("the next try fails", again, NULL);
	if (!stored_right(repo, fresh_key, fresh_bytes, &got))
		not_true("after the next try it cannot be got", got, NULL);
}

/* push, of a segment with a damaged record */

static int
run_damaged(wa_error *err)
{
	return wa_wal_push(repo, SYSTEM, damaged_path, NULL, err);
}

static void
judge_damaged(int rc, const wa_error *err)
{
	int got, right, again;

	right = stored_right(repo, damaged_object, damaged_bytes, &got);
	if (rc >= 0 && (rc != 2 || !right))
		not_true("success, but it is not stored as damaged", rc, err);
	if (!right && got != WA_ENOENT)
		not_true("a torn object is seen", got, NULL);
	if (stored_right(repo, damaged_key, damaged_bytes, &got) ||
	    got != (right ? WA_ECORRUPT : WA_ENOENT))
		not_true("the name is taken for a sound one", got, NULL);
	if (rc == WA_EEXIST || rc == WA_EMISMATCH)
		not_true("the file is blamed", rc, err);
	again = run_damaged(NULL);
	if (again != 2 ||
	    !stored_right(repo, damaged_object, damaged_bytes, &got))
		not_true("the next try fails", again, NULL);
}

/* get, of a segment of which only a damaged one is stored */

static void prepare_lost(void);

static int
run_lost(wa_error *err)
{
	return wa_wal_get(
	    repo, SYSTEM, damaged_key, path_of("to/file"), WA_GET_PARTIAL, err);
}

static void
judge_lost(int rc, const wa_error *err)
{
	if (rc >= 0 || file_exists(path_of("to/file")))
		not_true("a file out of nothing", rc, err);
	if (rc == WA_ENOENT || rc == WA_EHOLE)
		not_true("damage is called an absence", rc, err);
	if (run_lost(NULL) != WA_ECORRUPT)
		not_true("the next try sees no damage", 0, NULL);
}

/* push, of what is stored */

static int
run_again(wa_error *err)
{
	return wa_wal_push(repo, SYSTEM, present_path, NULL, err);
}

static void
judge_again(int rc, const wa_error *err)
{
	int got;

	if (rc == 0 || rc > 1)
		not_true("it was stored a second time", rc, err);
	if (rc == WA_EEXIST || rc == WA_EMISMATCH)
		not_true("the file is blamed", rc, err);
	if (!stored_right(repo, present_key, present_bytes, &got))
		not_true("the stored one is gone", got, NULL);
	if (run_again(NULL) != 1)
		not_true("the next try fails", 0, NULL);
}

/* get */

static void
prepare_get(void)
{
	reopen();
	remove_all(path_of("to"));
	if (mkdir(path_of("to"), 0700) < 0)
		abort();
}

static int
run_get(wa_error *err)
{
	return wa_wal_get(
	    repo, SYSTEM, present_key, path_of("to/file"), WA_GET_PARTIAL, err);
}

static void
judge_get(int rc, const wa_error *err)
{
	int there = file_exists(path_of("to/file"));

	if (rc == WA_ENOENT || rc == WA_EHOLE || rc == 1)
		not_true("an absence that is none", rc, err);
	if (rc == WA_ECORRUPT)
		not_true("damage that is none", rc, err);
	if (rc == 0 && !there)
		not_true("success without a file", rc, err);
	if (there && !file_holds(path_of("to/file"), present_bytes, MB))
		not_true("another file", rc, err);
	if (run_get(NULL) != 0 ||
	    !file_holds(path_of("to/file"), present_bytes, MB))
		not_true("the next try fails", 0, NULL);
}

static void
prepare_lost(void)
{
	prepare_get();
	if (run_damaged(NULL) != 2)
		abort();
}

/* get, onto a file that was there */

static void
prepare_over(void)
{
	prepare_get();
	text_put(path_of("to/file"), "old");
}

static void
judge_over(int rc, const wa_error *err)
{
	int is_old = file_holds(path_of("to/file"), "old", 3);

	if (rc == 0 && is_old)
		not_true("success, but the old file", rc, err);
	if (!is_old)
		judge_get(rc, err);
	else if (rc == WA_ENOENT || rc == WA_EHOLE || rc == 1)
		not_true("an absence that is none", rc, err);
	else if (run_get(NULL) != 0 ||
	    !file_holds(path_of("to/file"), present_bytes, MB))
		not_true("the next try fails", 0, NULL);
}

/* get, of what is a hole; the fault must not turn it into an absence */

static char hole_key[64];

static int
run_hole(wa_error *err)
{
	return wa_wal_get(
	    repo, SYSTEM, hole_key, path_of("to/file"), WA_GET_PARTIAL, err);
}

static void
judge_hole(int rc, const wa_error *err)
{
	if (rc >= 0 || file_exists(path_of("to/file")))
		not_true("a file out of nothing", rc, err);
	if (rc == WA_ENOENT)
		not_true("a hole is called an absence", rc, err);
	if (run_hole(NULL) != WA_EHOLE)
		not_true("the next try sees no hole", 0, NULL);
}

/* get, of what is certainly absent: that may be said only without a fault
 * that mattered, so the answer is compared with what is true */

static int
run_absent(wa_error *err)
{
	return wa_wal_get(
	    repo, SYSTEM, absent_key, path_of("to/file"), WA_GET_PARTIAL, err);
}

static void
judge_absent(int rc, const wa_error *err)
{
	if (rc >= 0 || file_exists(path_of("to/file")))
		not_true("a file out of nothing", rc, err);
	if (rc == WA_EHOLE || rc == WA_ECORRUPT)
		not_true("damage or a hole that is none", rc, err);
	if (run_absent(NULL) != WA_ENOENT)
		not_true("the next try sees no absence", 0, NULL);
}

/* list, write to a descriptor */

static int ranges, missing;

static int
run_list(wa_error *err)
{
	wa_wal_list *l = NULL;
	wa_wal_range r;
	int rc = wa_wal_list_open(&l, repo, SYSTEM, err);

	ranges = missing = 0;
	while (rc >= 0 && (rc = wa_wal_list_next(&r, l, err)) == 1) {
		ranges++;
		missing += r.missing != 0;
	}
	wa_wal_list_close(l);
	return rc;
}

static void
judge_list(int rc, const wa_error *err)
{
	if (rc == 0 && (ranges != 3 || missing != 1))
		not_true("a list that is wrong", ranges, err);
	if (rc == WA_ENOENT)
		not_true("an absence", rc, err);
	if (run_list(NULL) != 0 || ranges != 3)
		not_true("the next try fails", 0, NULL);
}

static const struct operation operations[] = {
	{ "create and register", prepare_create, run_create, judge_create },
	{ "push", reopen, run_push, judge_push },
	{ "push what is damaged", reopen, run_damaged, judge_damaged },
	{ "push again", reopen, run_again, judge_again },
	{ "get", prepare_get, run_get, judge_get },
	{ "get over a file", prepare_over, run_get, judge_over },
	{ "get what is missing", prepare_get, run_hole, judge_hole },
	{ "get what is absent", prepare_get, run_absent, judge_absent },
	{ "get what was damaged", prepare_lost, run_lost, judge_lost },
	{ "list", reopen, run_list, judge_list },
};

#define OPERATIONS (sizeof(operations) / sizeof(operations[0]))

static const int verdicts[] = { EIO, ENOSPC, EINTR, EMFILE, ENOMEM, EACCES,
	ENOTCONN, ESTALE, WA_SYS_SHORT };

#define VERDICTS (sizeof(verdicts) / sizeof(verdicts[0]))

/* The sweeps. */

/* The result without a fault; a short or an interrupted call is none. */
static int
expected(const struct operation *op, int *result)
{
	wa_error err = WA_ERROR_INIT;

	op->prepare();
	arm(0, 0, 0);
	*result = op->run(&err);
	disarm();
	op->judge(*result, &err);
	return calls;
}

static int
one_fault(const struct operation *op, int n, int verdict, int from_then_on,
    int result)
{
	wa_error err = WA_ERROR_INIT;
	int before, rc, was_reached;

	op->prepare();
	before = descriptors();
	arm(n, verdict, from_then_on);
	rc = op->run(&err);
	was_reached = reached;
	disarm();
	if (descriptors() != before)
		not_true(
		    "descriptors were left open", descriptors() - before, &err);
	if (rc < 0 && err.text[0] == '\0')
		not_true("no word about it", rc, &err);
	if (rc < 0 && err.code != rc)
		not_true("the error has another code", err.code, &err);
	if ((verdict == EINTR && !from_then_on) || verdict == WA_SYS_SHORT) {
		if (rc != result)
			not_true("it is seen", rc, &err);
	}
	op->judge(rc, &err);
	return was_reached;
}

static void
sweep_faults(const struct operation *op)
{
	unsigned tried = 0;
	int before = failures, result, total, n;
	size_t v;

	operation = op->name;
	total = expected(op, &result);
	for (v = 0; v < VERDICTS; v++)
		for (n = 1; n <= total; n++) {
			tried++;
			if (!one_fault(op, n, verdicts[v], 0, result))
				not_true("the call was not reached", n, NULL);
			/* For ever interrupted is for ever tried. */
			if (verdicts[v] == EINTR)
				continue;
			tried++;
			(void)one_fault(op, n, verdicts[v], 1, result);
		}
	printf("%s - %s: %d calls, %u faults\n",
	    failures == before ? "ok" : "not ok", op->name, total, tried);
	fflush(stdout);
}

static void
killed_at(const struct operation *op, int n)
{
	int status;
	pid_t pid;

	op->prepare();
	fflush(stdout);
	pid = fork();
	if (pid < 0)
		abort();
	if (pid == 0) {
		kills = 1;
		arm(n, 0, 0);
		_exit(op->run(NULL) < 0 ? 1 : 0);
	}
	if (waitpid(pid, &status, 0) != pid)
		abort();
	kills = 1; /* for the words of not_true() only */
	at = n;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != KILLED)
		not_true("it was not killed", status, NULL);
	op->judge(WA_ETRYAGAIN, NULL);
	kills = 0;
}

static void
sweep_kills(const struct operation *op)
{
	int before = failures, result, total, n;

	operation = op->name;
	total = expected(op, &result);
	for (n = 1; n <= total; n++)
		killed_at(op, n);
	printf("%s - %s: killed at each of %d calls\n",
	    failures == before ? "ok" : "not ok", op->name, total);
	fflush(stdout);
}

/* Sequences. */

static char sequence[4096];

static int
record(const char *call)
{
	static const char *const of_interest[] = { "fsync", "linkat",
		"renameat", "mkdirat", "unlinkat" };
	size_t i;

	for (i = 0; i < sizeof(of_interest) / sizeof(of_interest[0]); i++)
		if (strcmp(call, of_interest[i]) == 0 &&
		    strlen(sequence) + 12 < sizeof(sequence)) {
			strcat(sequence, call);
			strcat(sequence, " ");
		}
	return 0;
}

static int
count_of(const char *word)
{
	const char *p = sequence;
	int n = 0;

	while ((p = strstr(p, word)) != NULL) {
		p += strlen(word);
		n++;
	}
	return n;
}

static void
expect(int condition, const char *rule)
{
	printf("%s - %s\n", condition ? "ok" : "not ok", rule);
	if (!condition) {
		printf("#   %s\n", sequence);
		failures++;
	}
}

static const char *
recorded(int (*run)(wa_error *err), int result)
{
	int rc;

	sequence[0] = '\0';
	wa_sys_hook = record;
	rc = run(NULL);
	wa_sys_hook = NULL;
	if (rc != result)
		strcat(sequence, "(another result)");
	return sequence;
}

static void
check_sequences(void)
{
	const char *s, *link;

	reopen();
	s = recorded(run_push, 0);
	link = strstr(s, "linkat");
	expect(link != NULL && strstr(s, "fsync") < link,
	    "a push syncs the content before the name");
	expect(link != NULL && strstr(link, "fsync") != NULL &&
		count_of("linkat") == 1,
	    "and the folder after it");
	expect(count_of("fsync") >= 1 + 5,
	    "and every folder on the way, for one of them may be new");
	expect(count_of("renameat") == 0, "and never renames over anything");
	(void)recorded(run_again, 1);
	expect(count_of("fsync") >= 1 + 5 && count_of("linkat") == 0,
	    "a push of what is stored syncs it and its folders");
	prepare_create();
	(void)recorded(run_create, 0);
	(void)recorded(run_create, 1);
	expect(count_of("fsync") >= 3 + 4 && count_of("linkat") == 0,
	    "creating again what was there syncs it, up to its own name");
}

/* The fixture. */

/* In the folder of its own, too. */
static void
prepare_damaged(void)
{
	struct wal damaged = WAL_INIT;

	damaged.number = fresh.number + 1;
	snprintf(
	    damaged_path, sizeof(damaged_path), "%s", wal_file(&damaged, ""));
	snprintf(damaged_key, sizeof(damaged_key), "%s", wal_name(&damaged));
	snprintf(damaged_object, sizeof(damaged_object), "%s.damaged",
	    wal_name(&damaged));
	damaged_bytes = wal_make(&damaged);
	damaged_bytes[MB / 2 + 100] ^= 1;
	file_put(damaged_path, damaged_bytes, MB);
}

static void
prepare_all(void)
{
	struct store store;
	struct wal later = WAL_INIT;

	/* 5, 6 and 8 are there: 7 is missing, 9 on are absent.  fresh goes to
	 * a folder of its own. */
	store_open(&store, "zstd", MB);
	present.number = 5;
	push_wal(&store, &present, "");
	snprintf(present_path, sizeof(present_path), "%s",
	    path_of("pg_wal/000000010000000000000005"));
	later.number = 6;
	push_wal(&store, &later, "");
	snprintf(hole_key, sizeof(hole_key), "000000010000000000000007");
	later.number = 8;
	push_wal(&store, &later, "");
	fresh.number = 4096 + 1;
	snprintf(fresh_path, sizeof(fresh_path), "%s", wal_file(&fresh, ""));
	snprintf(fresh_key, sizeof(fresh_key), "%s", wal_name(&fresh));
	snprintf(present_key, sizeof(present_key), "%s", wal_name(&present));
	prepare_damaged();
	absent.number = 9;
	snprintf(absent_key, sizeof(absent_key), "%s", wal_name(&absent));
	present_bytes = wal_make(&present);
	fresh_bytes = wal_make(&fresh);
	wa_repo_close(store.repo);
	cfg = store.cfg;
}

int
main(void)
{
	size_t i;

	prepare_all();
	reopen();
	for (i = 0; i < OPERATIONS; i++)
		sweep_faults(&operations[i]);
	for (i = 0; i < OPERATIONS; i++)
		sweep_kills(&operations[i]);
	for (i = 0; i < SET_OPERATIONS; i++) {
		sweep_faults(&set_operations[i]);
		sweep_kills(&set_operations[i]);
	}
	for (i = 0; i < DROP_OPERATIONS; i++) {
		sweep_faults(&drop_operations[i]);
		sweep_kills(&drop_operations[i]);
	}
	check_sequences();
	free(present_bytes);
	free(fresh_bytes);
	free(damaged_bytes);
	wa_repo_close(repo);
	wa_config_free(cfg);
	wa_config_free(new_cfg);
	folder_remove();
	printf("# %d not true\n", failures);
	return failures == 0 ? 0 : 1;
}
