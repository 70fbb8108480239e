/* conf.c - the values of the settings, and where each came from. */
#include "config.h"

#include "base/conf.h"

#include <string.h>

#include "base/error.h"
#include "base/settings.h"
#include "base/sys.h"
#include "base/text.h"

/* A value is kept as it was given; NULL means the default. */
struct value {
	char *text;
	int64_t number;
	int rank; /* who gave it: enum wa_precedence */
};

struct wa_config {
	struct value *values; /* by row of the table */
	const volatile int *interrupt;
	char *path; /* of the file read, or NULL */
};

int
wa_config_new(wa_config **out, wa_error *err)
{
	wa_config *cfg = wa_sys_malloc(sizeof(*cfg));
	struct value *values =
	    wa_sys_malloc(wa_settings_count * sizeof(*values));

	if (cfg == NULL || values == NULL) {
		wa_sys_free(cfg);
		wa_sys_free(values);
		return wa_error_memory(err);
	}
	memset(cfg, 0, sizeof(*cfg));
	memset(values, 0, wa_settings_count * sizeof(*values));
	cfg->values = values;
	*out = cfg;
	return 0;
}

void
wa_config_free(wa_config *cfg)
{
	size_t i;

	if (cfg == NULL)
		return;
	for (i = 0; i < wa_settings_count; i++)
		wa_sys_free(cfg->values[i].text);
	wa_sys_free(cfg->values);
	wa_sys_free(cfg->path);
	wa_sys_free(cfg);
}

static char *
copy(const char *text)
{
	char *new = wa_sys_malloc(strlen(text) + 1);

	return new == NULL ? NULL : strcpy(new, text);
}

/* What the same source said before, and this, as lines. */
static char *
append(const char *before, const char *text)
{
	size_t n = strlen(before);
	char *new = wa_sys_malloc(n + 1 + strlen(text) + 1);

	if (new == NULL)
		return NULL;
	memcpy(new, before, n);
	new[n] = '\n';
	(void)strcpy(new + n + 1, text);
	return new;
}

static int
unknown(const char *name, wa_error *err)
{
	const char *nearest = wa_setting_nearest(name);

	(void)wa_error_set(err, WA_EUSAGE, "unknown setting \"%s\"", name);
	if (wa_text_distance(name, nearest) <= strlen(name) / 2)
		wa_error_hint(err, "Perhaps you meant \"%s\".", nearest);
	else
		wa_error_hint(err,
		    "Nearest is \"%s\"; walarch.conf(5) has "
		    "them all. A setting of pgBackRest's that is not there "
		    "has to be removed.",
		    nearest);
	return WA_EUSAGE;
}

int
wa_config_give(wa_config *cfg, const char *name, const char *given, int rank,
    wa_error *err)
{
	int row = wa_setting_find(name);
	struct value *value;
	const char *text;
	int64_t number;
	char *new;

	if (row < 0)
		return unknown(name, err);
	text = wa_setting_word(row, given);
	if (wa_setting_check(row, text, &number) < 0) {
		char expects[128];

		wa_setting_expects(row, expects, sizeof(expects));
		(void)wa_error_set(err, WA_EUSAGE,
		    "invalid value for setting \"%s\": \"%s\"", name, given);
		wa_error_hint(err, "It takes %s.", expects);
		return WA_EUSAGE;
	}
	value = &cfg->values[row];
	if (rank == WA_FROM_DEFAULT || value->rank > rank)
		return 0;
	if (wa_settings[row].kind == WA_KIND_LIST && value->rank == rank)
		new = append(value->text, text);
	else
		new = copy(text);
	if (new == NULL)
		return wa_error_memory(err);
	wa_sys_free(value->text);
	value->text = new;
	value->number = number;
	value->rank = rank;
	return 0;
}

int
wa_config_set(wa_config *cfg, const char *name, const char *text, wa_error *err)
{
	return wa_config_give(cfg, name, text, WA_FROM_COMMAND_LINE, err);
}

const char *
wa_config_get(const wa_config *cfg, const char *name)
{
	int row = wa_setting_find(name);

	if (row < 0)
		return NULL;
	return cfg->values[row].text != NULL ? cfg->values[row].text :
					       wa_settings[row].shown.initial;
}

int64_t
wa_config_number(const wa_config *cfg, const char *name)
{
	int row = wa_setting_find(name);
	int64_t number = 0;

	if (row < 0)
		return 0;
	if (cfg->values[row].text != NULL)
		return cfg->values[row].number;
	if (wa_settings[row].shown.initial != NULL)
		(void)wa_setting_check(
		    row, wa_settings[row].shown.initial, &number);
	return number;
}

const char *
wa_config_source(const wa_config *cfg, const char *name)
{
	int row = wa_setting_find(name);

	if (row < 0 || cfg->values[row].text == NULL)
		return "default";
	switch (cfg->values[row].rank) {
	case WA_FROM_COMMAND_LINE:
		return "command line";
	case WA_FROM_ENVIRONMENT:
		return "environment";
	default:
		return cfg->path;
	}
}

int
wa_config_read_from(wa_config *cfg, const char *path, wa_error *err)
{
	char *new = copy(path);

	if (new == NULL)
		return wa_error_memory(err);
	wa_sys_free(cfg->path);
	cfg->path = new;
	return 0;
}

void
wa_config_interrupt(wa_config *cfg, const volatile int *flag)
{
	cfg->interrupt = flag;
}

int
wa_config_interrupted(const wa_config *cfg, wa_error *err)
{
	if (cfg->interrupt == NULL || *cfg->interrupt == 0)
		return 0;
	return wa_error_set(err, WA_EINTERRUPTED, "interrupted by a signal");
}
