/* find.c - walarch-find: targets for a recovery. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "find_archive.h"
#include "find_begin.h"
#include "find_dropped.h"
#include "find_hits.h"
#include "find_labels.h"
#include "find_lsn.h"
#include "find_near.h"
#include "find_nothing.h"
#include "find_print.h"
#include "find_wish.h"
#include "message.h"

#define FAILED 1

/* What the labels, and the walks instead of them, kept with the files. */
static int
take_events(
    struct find_hits *hits, const struct find_archive *archive, wa_error *err)
{
	size_t i, j;
	int rc = 0;

	for (i = 0; i < archive->file_count; i++)
		for (j = 0; j < archive->files[i].event_count && rc == 0; j++)
			rc = find_hits_add(
			    hits, &archive->files[i].events[j], i, err);
	find_hits_settle(hits, archive);
	find_hits_namesakes(hits);
	return rc;
}

/* The events of that time, its first commit and its last. */
static int
find_time(struct find_hits *hits, struct find_archive *archive,
    const struct find_wish *wish, wa_error *err)
{
	int bare = wish->name == NULL && !wish->drops && !wish->has_xid;
	int rc = 0;

	if (bare && wish->from != INT64_MIN)
		rc = find_near(hits, archive, wish->from, 1, 1, err);
	if (rc == 0 && bare && wish->to != INT64_MAX)
		rc = find_near(hits, archive, wish->to, 0, 1, err);
	find_hits_settle(hits, archive);
	find_hits_between(hits, archive, wish->from, wish->to);
	return rc;
}

/* The commits around a time, and the events between them. */
static int
find_around(struct find_hits *hits, struct find_archive *archive,
    int64_t around, wa_error *err)
{
	int64_t from = around, to = around;
	size_t events = hits->count, i;
	int rc;

	rc = find_near(hits, archive, around - 1, 0, FIND_NEAR_MOST, err);
	if (rc == 0)
		rc = find_near(hits, archive, around, 1, FIND_NEAR_MOST, err);
	for (i = events; i < hits->count; i++) {
		int64_t time = hits->at[i].event.time;

		from = time < from ? time : from;
		to = time > to ? time : to;
	}
	find_hits_settle(hits, archive);
	find_hits_between(hits, archive, from, to);
	return rc;
}

static int
search(struct find_hits *hits, struct find_archive *archive,
    const struct find_wish *wish, wa_error *err)
{
	int rc;

	if (wish->has_lsn) {
		rc = find_lsn(hits, archive, wish->lsn, err);
		find_hits_settle(hits, archive);
		return rc;
	}
	rc = find_labels_read(archive, find_wish_kinds(wish), wish->name, err);
	if (rc == 0)
		find_unseen(archive);
	if (rc == 0 && wish->has_xid)
		rc = find_labels_xid(archive, wish->xid, err);
	if (rc == 0)
		rc = take_events(hits, archive, err);
	if (rc == 0 && wish->has_time)
		rc = find_time(hits, archive, wish, err);
	if (rc == 0 && wish->has_around)
		rc = find_around(hits, archive, wish->around, err);
	return rc;
}

/* 1: it could not be printed. */
static int
print(const struct find_hits *hits, const struct find_archive *archive)
{
	int json =
	    strcmp(wa_config_get(archive->config, "output"), "json") == 0;
	int rc = json ? find_print_json(hits, archive) :
			find_print_text(hits, archive);

	if (fflush(stdout) == 0 && !ferror(stdout) && rc == 0)
		return 0;
	say(LEVEL_ERROR, "could not write to standard output");
	return 1;
}

static int
run(struct cli *cli, const struct find_wish *wish)
{
	struct find_archive archive;
	struct find_hits hits = { NULL, 0, 0 };
	wa_error err = WA_ERROR_INIT;
	int status = FAILED, rc;

	rc = find_archive_open(&archive, cli->config,
	    find_options[FIND_OPTION_SYSTEM].value, &err);
	if (rc == 0)
		rc = search(&hits, &archive, wish, &err);
	if (hits.count > wish->limit)
		hits.count = (size_t)wish->limit;
	if (rc == 0)
		rc = find_begin(&hits, &archive, &err);
	if (rc < 0) {
		say_error(LEVEL_ERROR, &err);
	} else {
		find_dropped(&archive);
		if (hits.count == 0)
			find_nothing(wish, &archive);
		status = archive.failed || hits.count == 0;
		status |= print(&hits, &archive);
	}
	free(hits.at);
	find_archive_close(&archive);
	return status;
}

int
main(int argc, char **argv)
{
	struct cli cli = { .program = "walarch-find",
		.command = "find",
		.purpose = "finds targets for a recovery.",
		.arguments = "",
		.settings = "config log-level-console output process-max "
			    "repo1-path stanza",
		.options = find_options,
		.epilogue =
		    "Without a selection: restore points, drops, ends of "
		    "timelines, and damage.\n\n"
		    "Exit status: 0 when something was found; 1 when nothing "
		    "was, or not all could\nbe read.\n",
		.failure = FAILED };
	struct find_wish wish;
	int status = cli_start(&cli, argc, argv);

	if (status >= 0)
		return status;
	if (cli.argc > 0)
		status =
		    cli_usage(&cli, "unexpected argument \"%s\"", cli.argv[0]);
	else
		status = find_wish_read(&wish, &cli);
	if (status < 0)
		status = run(&cli, &wish);
	cli_end(&cli);
	return status;
}
