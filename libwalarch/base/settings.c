/*
 * settings.c - every setting, once.  The configuration file, the environment,
 * the command lines, --help and the manual page's test read this table.
 */
#include "config.h"

#include "base/settings.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

#define DAY_MS INT64_C(86400000)
#define YEARS_MS (36525 * DAY_MS) /* a hundred */
#define RETENTION_MAX 9999999

const struct wa_setting_row wa_settings[] = {
	{ { "annotation", "KEY=VALUE", NULL,
	      "a note that stays with the backup" },
	    WA_KIND_LIST, 0, 0 },
	{ { "archive-async", "[=y|n]", "n",
	      "work ahead of what PostgreSQL asks for" },
	    WA_KIND_BOOLEAN, 0, 0 },
	{ { "archive-get-queue-max", "SIZE", "128MiB",
	      "how much WAL may be fetched ahead" },
	    WA_KIND_SIZE, 1, INT64_MAX },
	{ { "archive-mode", "preserve|off", "preserve",
	      "of the restored cluster" },
	    WA_KIND_WORD, 0, 0 },
	{ { "archive-push-queue-max", "SIZE", NULL,
	      "how much WAL may wait before some is dropped (default: all)" },
	    WA_KIND_SIZE, 1, INT64_MAX },
	{ { "archive-timeout", "TIME", "60s",
	      "how long to go on trying before giving up" },
	    WA_KIND_DURATION, 0, DAY_MS },
	{ { "backup-standby", "[=y|n]", "n", "take the backup from a standby" },
	    WA_KIND_BOOLEAN, 0, 0 },
	{ { "compress-level", "auto|N", NULL,
	      "1 to 22 for zstd, 0 to 12 for lz4 (default: 1, backups 2)" },
	    WA_KIND_LEVEL, 0, 22 },
	{ { "compress-type", "zstd|lz4|none", "zstd", "how WAL is compressed" },
	    WA_KIND_WORD, 0, 0 },
	{ { "config", "FILE", WALARCH_CONFIG, "the configuration file" },
	    WA_KIND_PATH, 0, 0 },
	{ { "critical-age", "TIME", "15m",
	      "with --nagios: WAL that waits longer is critical" },
	    WA_KIND_DURATION, 0, DAY_MS },
	{ { "critical-queue", "SIZE", "4GiB",
	      "with --nagios: more WAL that waits is critical" },
	    WA_KIND_SIZE, 1, INT64_MAX },
	{ { "db-include", "NAME", NULL, "restore no other databases' content" },
	    WA_KIND_LIST, 0, 0 },
	{ { "delta", "[=y|n]", "n", "go by digests, and keep what is there" },
	    WA_KIND_BOOLEAN, 0, 0 },
	{ { "expire-auto", "[=y|n]", "y", "expire after a backup" },
	    WA_KIND_BOOLEAN, 0, 0 },
	{ { "force", "[=y|n]", "n",
	      "with delta: go by size and time, not by digests" },
	    WA_KIND_BOOLEAN, 0, 0 },
	{ { "link-all", "[=y|n]", "n", "restore symbolic links as such" },
	    WA_KIND_BOOLEAN, 0, 0 },
	{ { "link-map", "LINK=PATH", NULL,
	      "restore a symbolic link, leading to PATH" },
	    WA_KIND_LIST, 0, 0 },
	{ { "log-level-console", "off|error|warn|info|debug", "info",
	      "how much is said on standard error" },
	    WA_KIND_WORD, 0, 0 },
	{ { "output", "text|json|prometheus", "text",
	      "how results are printed" },
	    WA_KIND_WORD, 0, 0 },
	{ { "pg1-database", "NAME", "postgres", "the database to connect to" },
	    WA_KIND_TEXT, 0, 0 },
	{ { "pg1-host", "HOST", NULL, "where the server runs" }, WA_KIND_TEXT,
	    0, 0 },
	{ { "pg1-path", "DIR", NULL, "the cluster's data directory" },
	    WA_KIND_PATH, 0, 0 },
	{ { "pg1-port", "PORT", "5432", "the server's port" }, WA_KIND_NUMBER,
	    1, 65535 },
	{ { "pg1-socket-path", "DIR", NULL,
	      "where the server's Unix socket is" },
	    WA_KIND_PATH, 0, 0 },
	{ { "pg1-user", "NAME", NULL, "the role to connect as" }, WA_KIND_TEXT,
	    0, 0 },
	{ { "process-max", "N", "1", "how many threads work at once" },
	    WA_KIND_NUMBER, 1, 999 },
	{ { "rate", "SIZE", NULL,
	      "read no more than this in a second (default: no limit)" },
	    WA_KIND_SIZE, 1, INT64_MAX },
	{ { "recovery-option", "NAME=VALUE", NULL,
	      "a further setting for recovery" },
	    WA_KIND_LIST, 0, 0 },
	{ { "repo1-path", "DIR", "/var/lib/walarch",
	      "where the repository is" },
	    WA_KIND_FOLDER, 0, 0 },
	{ { "repo1-retention-archive", "N", NULL,
	      "full backups that WAL is kept for (default: all there are)" },
	    WA_KIND_NUMBER, 1, RETENTION_MAX },
	{ { "repo1-retention-diff", "N", NULL,
	      "full and differential backups to keep (default: all)" },
	    WA_KIND_NUMBER, 1, RETENTION_MAX },
	{ { "repo1-retention-full", "N", NULL,
	      "full backups, or days of them, to keep (default: all)" },
	    WA_KIND_NUMBER, 1, RETENTION_MAX },
	{ { "repo1-retention-full-type", "count|time", "count",
	      "what repo1-retention-full counts" },
	    WA_KIND_WORD, 0, 0 },
	{ { "repo1-retention-window", "TIME", NULL,
	      "how far back every moment can be recovered to" },
	    WA_KIND_DURATION, 1, YEARS_MS },
	{ { "resume", "[=y|n]", "y",
	      "use what an interrupted backup has stored" },
	    WA_KIND_BOOLEAN, 0, 0 },
	{ { "set", "LABEL", NULL,
	      "the backup set (default: the newest that will do)" },
	    WA_KIND_TEXT, 0, 0 },
	{ { "spool-path", "DIR", "/var/spool/walarch",
	      "the folder for work done ahead" },
	    WA_KIND_FOLDER, 0, 0 },
	{ { "stanza", "NAME", "db", "the cluster's name in the repository" },
	    WA_KIND_NAME, 0, 0 },
	{ { "start-fast", "[=y|n]", "n", "begin with a fast checkpoint" },
	    WA_KIND_BOOLEAN, 0, 0 },
	{ { "tablespace-map", "OID=PATH", NULL,
	      "restore a tablespace to PATH" },
	    WA_KIND_LIST, 0, 0 },
	{ { "tablespace-map-all", "PATH", NULL,
	      "restore each tablespace to PATH/OID" },
	    WA_KIND_FOLDER, 0, 0 },
	{ { "target", "VALUE", NULL, "the moment to recover to" }, WA_KIND_TEXT,
	    0, 0 },
	{ { "target-action", "pause|promote|shutdown", "pause",
	      "what the server does at the target" },
	    WA_KIND_WORD, 0, 0 },
	{ { "target-exclusive", "[=y|n]", "n",
	      "stop just before the target, not just after it" },
	    WA_KIND_BOOLEAN, 0, 0 },
	{ { "target-timeline", "latest|current|N", NULL,
	      "the timeline to recover along (default: PostgreSQL's)" },
	    WA_KIND_TEXT, 0, 0 },
	{ { "type", "TYPE", NULL,
	      "of backup or target: see the program's page" },
	    WA_KIND_TEXT, 0, 0 },
	{ { "wal-check", "full|header|off", "full",
	      "how far pushed WAL is looked into" },
	    WA_KIND_WORD, 0, 0 },
	{ { "warning-age", "TIME", "5m",
	      "with --nagios: WAL that waits longer is a warning" },
	    WA_KIND_DURATION, 0, DAY_MS },
	{ { "warning-queue", "SIZE", "1GiB",
	      "with --nagios: more WAL that waits is a warning" },
	    WA_KIND_SIZE, 1, INT64_MAX },
};

const size_t wa_settings_count = sizeof(wa_settings) / sizeof(wa_settings[0]);

const wa_setting *
wa_setting_at(size_t i)
{
	return i < wa_settings_count ? &wa_settings[i].shown : NULL;
}

/* Is name full ("repo1-path") without its "1"? */
static int
is_shorter(const char *name, const char *full)
{
	const char *one = strstr(full, "1-");
	size_t stem;

	if (one == NULL)
		return 0;
	stem = (size_t)(one - full);
	return strncmp(name, full, stem) == 0 &&
	    strcmp(name + stem, one + 1) == 0;
}

int
wa_setting_find(const char *name)
{
	size_t i;

	for (i = 0; i < wa_settings_count; i++)
		if (strcmp(name, wa_settings[i].shown.name) == 0)
			return (int)i;
	for (i = 0; i < wa_settings_count; i++)
		if (is_shorter(name, wa_settings[i].shown.name))
			return (int)i;
	return -1;
}

const char *
wa_setting_nearest(const char *name)
{
	size_t best = 0, least = (size_t)-1, i;

	for (i = 0; i < wa_settings_count; i++) {
		size_t d = wa_text_distance(name, wa_settings[i].shown.name);

		if (d < least) {
			least = d;
			best = i;
		}
	}
	return wa_settings[best].shown.name;
}

const char *
wa_setting_word(int row, const char *value)
{
	if (strcmp(wa_settings[row].shown.name, "compress-type") == 0 &&
	    strcmp(value, "zst") == 0)
		return "zstd";
	return value;
}

/* Is value one of the words of "a|b|c"? */
static int
is_word(const char *value, const char *words)
{
	size_t length = strlen(value);

	while (*words != '\0') {
		size_t n = strcspn(words, "|");

		if (n == length && strncmp(words, value, n) == 0)
			return 1;
		words += n + (words[n] == '|');
	}
	return 0;
}

/* A stanza's name is a folder's and a section's: no '/', nothing that hides,
 * not too long, and none that means something else there. */
static int
is_name(const char *value)
{
	if (strcmp(value, "global") == 0 || strcmp(value, "walarch.repo") == 0)
		return 0;
	return value[0] != '.' && value[0] != '-' && strlen(value) <= 64 &&
	    strspn(value,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789-_.") == strlen(value);
}

static int
has_bounds(enum wa_setting_kind kind)
{
	return kind == WA_KIND_NUMBER || kind == WA_KIND_DURATION ||
	    kind == WA_KIND_SIZE || kind == WA_KIND_LEVEL;
}

int
wa_setting_check(int row, const char *value, int64_t *number)
{
	const struct wa_setting_row *s = &wa_settings[row];
	uint64_t n = 0;
	int flag = 0;

	switch (s->kind) {
	case WA_KIND_TEXT:
		break;
	case WA_KIND_LIST:
		if (value[0] == '\0')
			return -1;
		break;
	case WA_KIND_PATH:
		if (value[0] == '\0')
			return -1;
		break;
	case WA_KIND_FOLDER:
		if (value[0] != '/')
			return -1;
		break;
	case WA_KIND_NAME:
		if (value[0] == '\0' || !is_name(value))
			return -1;
		break;
	case WA_KIND_WORD:
		if (!is_word(value, s->shown.argument))
			return -1;
		break;
	case WA_KIND_SIZE:
		if (wa_text_size(&n, value) < 0)
			return -1;
		break;
	case WA_KIND_NUMBER:
		if (wa_text_number(&n, value, (uint64_t)s->max) < 0)
			return -1;
		break;
	case WA_KIND_LEVEL:
		if (strcmp(value, "auto") != 0 &&
		    wa_text_number(&n, value, (uint64_t)s->max) < 0)
			return -1;
		break;
	case WA_KIND_DURATION:
		if (wa_text_duration(&n, value) < 0)
			return -1;
		break;
	case WA_KIND_BOOLEAN:
		if (wa_text_boolean(&flag, value) < 0)
			return -1;
		n = (uint64_t)flag;
		break;
	}
	if (has_bounds(s->kind) &&
	    (n > (uint64_t)s->max || (int64_t)n < s->min))
		return -1;
	*number = (int64_t)n;
	return 0;
}

void
wa_setting_expects(int row, char *buf, size_t size)
{
	const struct wa_setting_row *s = &wa_settings[row];

	switch (s->kind) {
	case WA_KIND_TEXT:
	case WA_KIND_LIST:
	case WA_KIND_PATH:
		(void)snprintf(buf, size, "a value that is not empty");
		break;
	case WA_KIND_FOLDER:
		(void)snprintf(buf, size, "a path that begins with \"/\"");
		break;
	case WA_KIND_NAME:
		(void)snprintf(buf, size,
		    "up to 64 letters, digits, \"-\", "
		    "\"_\" and \".\"; not \"global\"");
		break;
	case WA_KIND_WORD:
		(void)snprintf(buf, size, "one of %s", s->shown.argument);
		break;
	case WA_KIND_SIZE:
		(void)snprintf(
		    buf, size, "a size such as 100MiB or 1GiB, not 0");
		break;
	case WA_KIND_NUMBER:
		(void)snprintf(buf, size, "a number from %lld to %lld",
		    (long long)s->min, (long long)s->max);
		break;
	case WA_KIND_LEVEL:
		(void)snprintf(buf, size,
		    "a number from %lld to %lld, or \"auto\"",
		    (long long)s->min, (long long)s->max);
		break;
	case WA_KIND_BOOLEAN:
		(void)snprintf(buf, size, "y or n");
		break;
	case WA_KIND_DURATION:
		(void)snprintf(buf, size,
		    "a time such as 60s, 5m or 500ms, "
		    "at most a day");
		break;
	}
}
