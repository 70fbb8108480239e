/* recovery_settings.c - tell a restored server how far to recover. */
#include "config.h"

#include "recovery_settings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "message.h"
#include "recovery_command.h"
#include "recovery_file.h"
#include "recovery_lines.h"

/* Of a target type: its setting. */
static const struct kind {
	const char *name;
	int has_inclusive;
} kinds[] = {
	[WA_TARGET_DEFAULT] = { NULL, 0 },
	[WA_TARGET_IMMEDIATE] = { "recovery_target", 0 },
	[WA_TARGET_TIME] = { "recovery_target_time", 1 },
	[WA_TARGET_XID] = { "recovery_target_xid", 1 },
	[WA_TARGET_LSN] = { "recovery_target_lsn", 1 },
	[WA_TARGET_NAME] = { "recovery_target_name", 0 },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* 9.6 is 906. */
static int
major(const struct recovery_settings *s)
{
	return (int)(s->version > 900 ? s->version / 100 : s->version);
}

static int
has_signals(const struct recovery_settings *s)
{
	return major(s) >= 12;
}

static int
refuse(const struct recovery_settings *s, const char *what, wa_error *err)
{
	return error_set(
	    err, WA_EUSAGE, "PostgreSQL %d cannot %s", major(s), what);
}

/* "2026-11-21 03:15:00.123456+00" */
static void
print_time(char *buf, size_t size, int64_t when)
{
	char text[WA_TIME_SIZE];

	wa_time_format(text, when);
	text[strcspn(text, "T")] = ' ';
	text[strcspn(text, "Z")] = '\0';
	(void)snprintf(buf, size, "%s+00", text);
}

static void
print_target(char *buf, size_t size, const wa_target *t)
{
	switch (t->type) {
	case WA_TARGET_IMMEDIATE:
		(void)snprintf(buf, size, "immediate");
		break;
	case WA_TARGET_TIME:
		print_time(buf, size, t->time);
		break;
	case WA_TARGET_XID:
		(void)snprintf(buf, size, "%" PRIu32, t->xid);
		break;
	case WA_TARGET_LSN:
		wa_lsn_format(buf, t->lsn);
		break;
	default:
		(void)snprintf(buf, size, "%s", t->name);
		break;
	}
}

/* What postgresql.conf may have set.  This is in front, for a kind that is
 * emptied after another one was set is an error to PostgreSQL, too. */
static int
add_no_targets(struct recovery_lines *lines, const struct recovery_settings *s,
    wa_error *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < KINDS && rc == 0; i++)
		if (kinds[i].name != NULL &&
		    (s->kind == RECOVERY_STANDBY ||
			i != (size_t)s->target.type))
			rc = recovery_lines_set(lines, kinds[i].name, "", err);
	return rc;
}

/* 11 and older know no word for "current"; it is what they do. */
static int
add_timeline(struct recovery_lines *lines, const struct recovery_settings *s,
    wa_error *err)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%" PRIu32, s->target.timeline);
	if (s->target.timeline == WA_TIMELINE_LATEST)
		(void)strcpy(text, "latest");
	else if (s->target.timeline == WA_TIMELINE_CURRENT && !has_signals(s))
		return 0;
	else if (s->target.timeline == WA_TIMELINE_CURRENT)
		(void)strcpy(text, "current");
	return recovery_lines_set(lines, "recovery_target_timeline", text, err);
}

static int
add_target(struct recovery_lines *lines, const struct recovery_settings *s,
    wa_error *err)
{
	const struct kind *kind = &kinds[s->target.type];
	char text[sizeof(s->target.name)];
	int rc;

	if (s->kind == RECOVERY_STANDBY || kind->name == NULL)
		return 0;
	print_target(text, sizeof(text), &s->target);
	rc = recovery_lines_set(lines, kind->name, text, err);
	if (rc == 0 && kind->has_inclusive)
		rc = recovery_lines_set(lines, "recovery_target_inclusive",
		    s->target.exclusive ? "false" : "true", err);
	if (rc == 0)
		rc = recovery_lines_set(lines, "recovery_target_action",
		    s->action != NULL ? s->action : "pause", err);
	return rc;
}

static int
add_command(struct recovery_lines *lines, const struct recovery_settings *s,
    wa_error *err)
{
	char *command = NULL;
	int rc = recovery_command(&command, s->get, s->config, err);

	if (rc == 0)
		rc = recovery_lines_set(lines, "restore_command", command, err);
	free(command);
	return rc;
}

static int
add_archive_mode(struct recovery_lines *lines,
    const struct recovery_settings *s, wa_error *err)
{
	return s->archive_off ?
	    recovery_lines_set(lines, "archive_mode", "off", err) :
	    0;
}

static int
add_others(struct recovery_lines *lines, const struct recovery_settings *s,
    wa_error *err)
{
	int rc = 0;

	if (!has_signals(s) && s->kind == RECOVERY_STANDBY)
		rc = recovery_lines_set(lines, "standby_mode", "on", err);
	/* It would ask for what is missing, before it is needed. */
	if (rc == 0 && s->risky && major(s) >= 15)
		rc = recovery_lines_set(lines, "recovery_prefetch", "off", err);
	return rc < 0 ? rc : add_archive_mode(lines, s, err);
}

static int
add_options(struct recovery_lines *lines, const char *options, wa_error *err)
{
	char *copy, *next, *option;
	int rc = 0;

	if (options == NULL)
		return 0;
	next = copy = strdup(options);
	if (copy == NULL)
		return out_of_memory(err);
	while (rc == 0 && (option = strsep(&next, "\n")) != NULL)
		if (option[0] != '\0')
			rc = recovery_lines_option(lines, option, err);
	free(copy);
	return rc;
}

static int
check(const struct recovery_settings *s, wa_error *err)
{
	int rc;

	if (s->archive_off && !has_signals(s)) {
		rc = refuse(s, "be told by a restore not to archive", err);
		error_hint(err,
		    "Set archive_mode = off in its postgresql.conf before it "
		    "is started, and use --archive-mode=preserve.");
		return rc;
	}
	if (s->kind == RECOVERY_TARGET && s->target.type == WA_TARGET_LSN &&
	    major(s) < 10)
		return refuse(s, "recover to a position", err);
	if (s->kind != RECOVERY_TARGET || s->action == NULL ||
	    strcmp(s->action, "pause") == 0 ||
	    strcmp(s->action, "promote") == 0 ||
	    strcmp(s->action, "shutdown") == 0)
		return 0;
	return error_set(err, WA_EUSAGE,
	    "\"%s\" is nothing to do at a recovery target", s->action);
}

/* All lines; what is wrong with any of them shows here. */
static int
make_lines(struct recovery_lines *lines, const struct recovery_settings *s,
    wa_error *err)
{
	int rc = check(s, err);

	memset(lines, 0, sizeof(*lines));
	if (s->kind == RECOVERY_NONE || s->kind == RECOVERY_PRESERVE)
		return rc < 0 ? rc : add_archive_mode(lines, s, err);
	if (rc == 0 && has_signals(s))
		rc = add_no_targets(lines, s, err);
	if (rc == 0)
		rc = add_command(lines, s, err);
	if (rc == 0)
		rc = add_target(lines, s, err);
	if (rc == 0)
		rc = add_timeline(lines, s, err);
	if (rc == 0)
		rc = add_others(lines, s, err);
	if (rc == 0)
		rc = add_options(lines, s->options, err);
	return rc;
}

int
recovery_settings_check(const struct recovery_settings *settings, wa_error *err)
{
	struct recovery_lines lines;
	int rc = make_lines(&lines, settings, err);

	recovery_lines_free(&lines);
	return rc;
}

static enum recovery_signal
signal_of(enum recovery_kind kind)
{
	static const enum recovery_signal signals[] = {
		[RECOVERY_TARGET] = RECOVERY_SIGNAL_RECOVERY,
		[RECOVERY_STANDBY] = RECOVERY_SIGNAL_STANDBY,
		[RECOVERY_NONE] = RECOVERY_SIGNAL_NONE,
		[RECOVERY_PRESERVE] = RECOVERY_SIGNAL_KEEP,
	};

	return signals[kind];
}

int
recovery_settings_write(
    int dir, const struct recovery_settings *settings, wa_error *err)
{
	struct recovery_lines lines;
	int rc = make_lines(&lines, settings, err);

	if (rc == 0 && has_signals(settings))
		rc = recovery_file_auto(
		    dir, &lines, signal_of(settings->kind), err);
	else if (rc == 0 && settings->kind != RECOVERY_PRESERVE)
		rc = recovery_file_conf(dir, &lines, err);
	recovery_lines_free(&lines);
	return rc;
}
