/*
 * module.c - archive_library = 'walarch', as PostgreSQL 15 and later know it.
 *
 * Whatever fails is a WARNING, never an ERROR: up to PostgreSQL 16 that ends
 * the archiver.  Nothing is held while one is reported, so that nothing is lost
 * when reporting fails.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/guc.h"
#include "utils/wait_event.h"

#if PG_VERSION_NUM >= 160000
#include "archive/archive_module.h"
#define STATE_ONLY ArchiveModuleState *state
#define STATE_AND ArchiveModuleState *state,
#elif PG_VERSION_NUM >= 150000
#include "postmaster/pgarch.h"
#define STATE_ONLY void
#define STATE_AND
#else
#error "archive modules came with PostgreSQL 15"
#endif

#include "archiver.h"

/* What the server looks for; the rest stays hidden from it. */
#pragma GCC visibility push(default)
#if PG_VERSION_NUM >= 180000
PG_MODULE_MAGIC_EXT(.name = "walarch", .version = WALARCH_VERSION);
#else
PG_MODULE_MAGIC;
#endif
void _PG_init(void);
#if PG_VERSION_NUM >= 160000
const ArchiveModuleCallbacks *_PG_archive_module_init(void);
#else
void _PG_archive_module_init(ArchiveModuleCallbacks *callbacks);
#endif
#pragma GCC visibility pop

static char *stanza;
static char *config_file;
static struct archiver archiver;

static void
forget_settings(const char *value, void *extra)
{
	archiver_close(&archiver);
}

static void
define(const char *name, const char *what, char **value)
{
	DefineCustomStringVariable(name, what,
	    "As on walarch-push's command line; empty is not given.", value, "",
	    PGC_SIGHUP, GUC_NOT_IN_SAMPLE, NULL, forget_settings, NULL);
}

void
_PG_init(void)
{
	define("walarch.stanza", "The cluster's name in walarch's repository.",
	    &stanza);
	define("walarch.config", "walarch's configuration file.", &config_file);
	MarkGUCPrefixReserved("walarch");
}

static void
warn(const wa_error *err)
{
	ereport(WARNING,
	    (errmsg_internal("%s", err->text),
		err->hint[0] == '\0' ? 0 : errhint("%s", err->hint)));
}

/* PostgreSQL says that archiving is not configured, and from 17 on why. */
static void
explain(const wa_error *err)
{
#if PG_VERSION_NUM >= 170000
	arch_module_check_errdetail(
	    "%s.%s%s", err->text, err->hint[0] == '\0' ? "" : "  ", err->hint);
#else
	warn(err);
#endif
}

/* Asked before each file. */
static bool
check_configured(STATE_ONLY)
{
	wa_error err = WA_ERROR_INIT;

	if (archiver_configure(&archiver, stanza, config_file, &err) == 0)
		return true;
	explain(&err);
	return false;
}

/*
 * Not ended by a signal: the archiver's SIGTERM is from the system's own
 * shutdown, where what is begun is best finished, as PostgreSQL does with all
 * that is ready; SIGQUIT ends the process, and leaves nothing behind.
 */
static bool
archive_file(STATE_AND const char *file, const char *path)
{
	wa_error aside = WA_ERROR_INIT, err = WA_ERROR_INIT;
	int rc;

	pgstat_report_wait_start(WAIT_EVENT_ARCHIVE_COMMAND);
	rc = archiver_push(&archiver, file, path, &aside, &err);
	pgstat_report_wait_end();
	if (aside.code != WA_OK)
		warn(&aside);
	if (rc < 0 || rc == 2)
		warn(&err);
	else
		ereport(DEBUG1,
		    (errmsg_internal("walarch %s \"%s\"",
			rc == 1 ? "had stored" : "stored", file)));
	return rc >= 0;
}

static void
shut_down(STATE_ONLY)
{
	archiver_close(&archiver);
}

#if PG_VERSION_NUM >= 160000
const ArchiveModuleCallbacks *
_PG_archive_module_init(void)
{
	static const ArchiveModuleCallbacks callbacks = {
		.check_configured_cb = check_configured,
		.archive_file_cb = archive_file,
		.shutdown_cb = shut_down,
	};

	return &callbacks;
}
#else
void
_PG_archive_module_init(ArchiveModuleCallbacks *callbacks)
{
	callbacks->check_configured_cb = check_configured;
	callbacks->archive_file_cb = archive_file;
	callbacks->shutdown_cb = shut_down;
}
#endif
