/* verify_text.c - walarch-verify for people: a line for what is wrong. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "progress.h"
#include "size.h"
#include "verify_report.h"

static uint32_t segment_size;
static char last_hint[sizeof(((wa_error *)NULL)->hint)];

static const char *
plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

static void
begin(void)
{
	segment_size = 0;
}

static void
print_stanza(const char *name)
{
	progress_hide();
	(void)printf("stanza: %s\n", name);
}

static void
print_system(const wa_system *system)
{
	progress_hide();
	segment_size = system->segment_size;
	(void)printf("    system: %" PRIu64 "\n", system->system_id);
}

/* A hint that many files share is told once in a row. */
static void
print_fault(const struct verify_fault *fault)
{
	char lsn[WA_LSN_SIZE];

	progress_hide();
	wa_lsn_format(lsn, fault->lsn);
	(void)printf("        error: %s%s%s%s%s\n", fault->file,
	    fault->lsn != 0 ? " at " : "", fault->lsn != 0 ? lsn : "",
	    fault->file[0] != '\0' ? ": " : "", fault->err->text);
	if (strcmp(last_hint, fault->err->hint) != 0 &&
	    fault->err->hint[0] != '\0')
		(void)printf("        hint: %s\n", fault->err->hint);
	(void)strcpy(last_hint, fault->err->hint);
	(void)fflush(stdout);
}

static void
print_missing(const wa_wal_range *range)
{
	char first[WA_SEGMENT_NAME_SIZE], last[WA_SEGMENT_NAME_SIZE];
	uint64_t count = range->last - range->first + 1;

	progress_hide();
	wa_segment_format(first, range->timeline, range->first, segment_size);
	wa_segment_format(last, range->timeline, range->last, segment_size);
	(void)printf("        MISSING: %s / %s, %" PRIu64 " segment%s\n", first,
	    last, count, plural(count));
}

static void
print_stray(const char *path, int leftover)
{
	progress_hide();
	(void)printf(
	    "        %s: %s\n", leftover ? "left over" : "stray", path);
}

static void
print_verified(const wa_wal_range *range)
{
	(void)range;
}

static void
print_limits(const struct verify_counts *c)
{
	if (c->unwalked > 0)
		(void)printf("        not read: the records of %" PRIu64
			     " segment%s, which are encrypted or were stored "
			     "unseen\n",
		    c->unwalked, plural(c->unwalked));
	if (c->cut > 0)
		(void)printf("        not read: %" PRIu64 " record%s, whose "
			     "beginning is not stored\n",
		    c->cut, plural(c->cut));
	if (c->before > 0)
		(void)printf("        not read: %" PRIu64 " file%s before "
			     "--from\n",
		    c->before, plural(c->before));
	if (c->after > 0)
		(void)printf("        not read: %" PRIu64 " file%s after "
			     "--to\n",
		    c->after, plural(c->after));
}

static void
print_what_to_do(const struct verify_counts *c)
{
	if (c->missing > 0)
		(void)printf("        hint: A missing segment may be in the "
			     "pg_wal of a server or a standby: store it with "
			     "walarch-push. Recovery cannot pass it; take a "
			     "base backup.\n");
	if (c->strays > 0)
		(void)printf("        hint: walarch puts nothing of these "
			     "names there, and does not read them. Move them "
			     "out of the repository.\n");
	if (c->leftovers > 0)
		(void)printf("        hint: What is left over is of a push "
			     "that is under way, or was killed; then it may "
			     "be removed.\n");
}

static void
print_system_end(const struct verify_counts *c)
{
	char bytes[SIZE_TEXT], stored[SIZE_TEXT];

	progress_hide();
	print_limits(c);
	print_what_to_do(c);
	(void)printf("        verified: %" PRIu64 " segment%s, %" PRIu64
		     " other file%s, %s in %s, %" PRIu64 " record%s, %" PRIu64
		     " commit%s; %" PRIu64 " error%s\n",
	    c->segments, plural(c->segments), c->others, plural(c->others),
	    size_text(bytes, c->bytes), size_text(stored, c->stored),
	    c->records, plural(c->records), c->commits, plural(c->commits),
	    c->errors, plural(c->errors));
	(void)fflush(stdout);
}

static void
print_backup(const wa_set *set)
{
	progress_hide();
	segment_size = set->segment_size;
	(void)printf("    backup: %s\n", set->label);
}

static void
print_backup_end(const struct verify_set_counts *c)
{
	char bytes[SIZE_TEXT];

	progress_hide();
	if (c->missing > 0)
		(void)printf("        hint: Without this WAL the backup cannot "
			     "be restored.\n");
	(void)printf("        verified: %" PRIu64 " file%s, %s, %" PRIu64
		     " part%s, %" PRIu64 " reference%s; %" PRIu64 " error%s\n",
	    c->files, plural(c->files), size_text(bytes, c->bytes), c->parts,
	    plural(c->parts), c->references, plural(c->references), c->errors,
	    plural(c->errors));
	(void)fflush(stdout);
}

static int
end(const struct verify_end *e)
{
	progress_hide();
	if (e->told_before > 0)
		(void)printf("%" PRIu64 " error%s told by the run before "
			     "this one\n",
		    e->told_before, plural(e->told_before));
	if (e->position != NULL)
		(void)printf("interrupted: nothing was read from %s on\n"
			     "hint: Go on with --from=%s\n",
		    e->position, e->position);
	else if (e->errors == 0)
		(void)printf("all is well\n");
	return fflush(stdout);
}

const struct verify_printer verify_text = { begin, print_stanza, print_system,
	print_fault, print_missing, print_stray, print_verified,
	print_system_end, print_backup, print_backup_end, end };
