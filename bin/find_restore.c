/* find_restore.c - how to recover to just before a hit, or just after it. */
#include "config.h"

#include "find_restore.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* PostgreSQL 9.5 and 9.6 know no recovery_target_lsn. */
static int
knows_lsn(const struct find_archive *archive)
{
	return archive->system.version < 900;
}

static void
by_lsn(struct find_target *t, const struct find_hit *hit)
{
	t->type = "lsn";
	wa_lsn_format(t->value, hit->event.lsn);
}

static void
by_xid(struct find_target *t, const struct find_hit *hit)
{
	t->type = "xid";
	(void)snprintf(t->value, sizeof(t->value), "%u", hit->event.xid);
}

static void
by_name(struct find_target *t, const struct find_hit *hit)
{
	t->type = "name";
	(void)snprintf(t->value, sizeof(t->value), "%s", hit->event.name);
}

static size_t
around(struct find_target out[2], const struct find_hit *hit,
    const struct find_archive *archive)
{
	size_t i;

	if (!knows_lsn(archive) && hit->event.xid == 0)
		return 0;
	for (i = 0; i < 2; i++) {
		out[i].where = i == 0 ? "before" : "after";
		out[i].exclusive = i == 0;
		if (knows_lsn(archive))
			by_lsn(&out[i], hit);
		else
			by_xid(&out[i], hit);
	}
	return 2;
}

/* The database is lost with the transaction's first record already, and still
 * listed until its commit. */
static size_t
around_drop_database(struct find_target out[2], const struct find_hit *hit,
    const struct find_archive *archive)
{
	size_t n = 0;

	if (knows_lsn(archive) && hit->begin != 0) {
		out[n].where = "before";
		out[n].exclusive = 1;
		out[n].type = "lsn";
		wa_lsn_format(out[n++].value, hit->begin);
	}
	if (hit->event.xid != 0) {
		out[n].where = "after";
		by_xid(&out[n++], hit);
	}
	return n;
}

size_t
find_restore(struct find_target out[2], const struct find_hit *hit,
    const struct find_archive *archive)
{
	memset(out, 0, 2 * sizeof(*out));
	out[0].timeline = out[1].timeline = hit->branch;
	switch (hit->event.kind) {
	case WA_EVENT_RESTORE_POINT:
		out[0].where = "at";
		if (hit->ambiguous && knows_lsn(archive))
			by_lsn(&out[0], hit);
		else
			by_name(&out[0], hit);
		return 1;
	case WA_EVENT_DAMAGE: /* nothing behind it can be reached */
		return 0;
	case WA_EVENT_DROP_DATABASE:
		return around_drop_database(out, hit, archive);
	case WA_EVENT_COMMIT:
	case WA_EVENT_ABORT:
	case WA_EVENT_DROP:
		return around(out, hit, archive);
	default:
		return knows_lsn(archive) ? around(out, hit, archive) : 0;
	}
}

/* Four bytes for one at most, "$'" and "'". */
static char *
room_for(const char *text)
{
	return malloc(4 * strlen(text) + 4);
}

static int
is_control(char c)
{
	return (unsigned char)c < ' ' || c == 127;
}

static int
has_controls(const char *text)
{
	while (*text != '\0' && !is_control(*text))
		text++;
	return *text != '\0';
}

char *
find_restore_plain(const char *text)
{
	char *out = room_for(text), *p = out;

	if (out == NULL)
		return NULL;
	for (; *text != '\0'; text++)
		if (is_control(*text) || *text == '\\')
			p += sprintf(p, "\\x%02x", (unsigned char)*text);
		else
			*p++ = *text;
	*p = '\0';
	return out;
}

/* "$'...'" where a terminal would take a byte for a command. */
static char *
quote_controls(const char *text)
{
	char *out = room_for(text), *p = out;

	if (out == NULL)
		return NULL;
	p += sprintf(p, "$'");
	for (; *text != '\0'; text++)
		if (is_control(*text))
			p += sprintf(p, "\\%03o", (unsigned char)*text);
		else if (*text == '\'' || *text == '\\')
			p += sprintf(p, "\\%c", *text);
		else
			*p++ = *text;
	(void)strcpy(p, "'");
	return out;
}

/* For a shell. */
static char *
quote(const char *text)
{
	char *out, *p;

	if (text[0] != '\0' &&
	    text[strspn(text,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789_./:=@%+,-")] == '\0')
		return strdup(text);
	if (has_controls(text))
		return quote_controls(text);
	out = p = room_for(text);
	if (out == NULL)
		return NULL;
	*p++ = '\'';
	for (; *text != '\0'; text++)
		if (*text == '\'')
			p += sprintf(p, "'\\''");
		else
			*p++ = *text;
	(void)strcpy(p, "'");
	return out;
}

/* " --name=value" behind *command, which is NULL from when memory is short. */
static void
add(char **command, const char *name, const char *value)
{
	char *quoted = value != NULL ? quote(value) : strdup("");
	char *longer = NULL;

	if (*command != NULL && quoted != NULL &&
	    asprintf(&longer, "%s --%s%s%s", *command, name,
		value != NULL ? "=" : "", quoted) < 0)
		longer = NULL;
	free(*command);
	free(quoted);
	*command = longer;
}

/* What walarch-restore would not find by itself either. */
static void
add_given(char **command, const wa_config *config, const char *setting)
{
	if (strcmp(wa_config_source(config, setting), "command line") == 0)
		add(command, setting, wa_config_get(config, setting));
}

char *
find_restore_command(
    const struct find_target *target, const struct find_archive *archive)
{
	char *command = strdup("walarch-restore");
	char timeline[16];

	(void)snprintf(timeline, sizeof(timeline), "%u", target->timeline);
	add_given(&command, archive->config, "config");
	add_given(&command, archive->config, "repo1-path");
	add(&command, "stanza", wa_config_get(archive->config, "stanza"));
	add(&command, "type", target->type);
	add(&command, "target", target->value);
	if (target->exclusive)
		add(&command, "target-exclusive", NULL);
	add(&command, "target-timeline", timeline);
	return command;
}

char *
find_restore_settings(const struct find_target *target)
{
	char *value = find_restore_plain(target->value);
	char doubled[2 * 4 * sizeof(target->value)], *p = doubled, *out = NULL;
	const char *from;

	if (value == NULL)
		return NULL;
	for (from = value; *from != '\0'; from++) {
		if (*from == '\'')
			*p++ = '\'';
		*p++ = *from;
	}
	*p = '\0';
	if (asprintf(&out,
		"recovery_target_%s = '%s', recovery_target_inclusive = %s, "
		"recovery_target_timeline = '%u'",
		target->type, doubled, target->exclusive ? "off" : "on",
		target->timeline) < 0)
		out = NULL;
	free(value);
	return out;
}
