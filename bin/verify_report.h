/* verify_report.h - what walarch-verify tells, as text or as JSON. */
#ifndef VERIFY_REPORT_H
#define VERIFY_REPORT_H

#include <stddef.h>
#include <walarch.h>

/* What was read of a system, and what was not. */
struct verify_counts {
	uint64_t segments, others; /* files in which nothing is wrong */
	uint64_t bytes, stored;    /* of these, plain and as they are stored */
	uint64_t records, commits, aborts;
	uint64_t unwalked; /* segments whose records cannot be read */
	uint64_t cut;      /* records whose beginning is not stored */
	uint64_t errors;
	uint64_t missing; /* segments */
	uint64_t strays, leftovers;
	uint64_t before, after; /* files left out by --from and --to */
};

/* The same of a backup. */
struct verify_set_counts {
	uint64_t files, bytes; /* in which nothing is wrong */
	uint64_t parts;
	uint64_t
	    references;   /* files that lie in other backups, and are there */
	uint64_t missing; /* segments */
	uint64_t errors;
};

/* Something that is wrong. */
struct verify_fault {
	const char *file; /* or "" */
	uint64_t lsn;     /* or 0 */
	const wa_error *err;
};

/* How all of it ended. */
struct verify_end {
	uint64_t errors;      /* of all stanzas */
	uint64_t told_before; /* of them, by runs before this (--resume) */
	const char *position; /* where it was interrupted, or NULL */
};

/* Two of these; each is called from top to bottom. */
struct verify_printer {
	void (*begin)(void);
	void (*stanza)(const char *name);
	void (*system)(const wa_system *system);
	void (*fault)(const struct verify_fault *fault);
	void (*missing)(const wa_wal_range *range);
	void (*stray)(const char *path, int leftover);
	void (*verified)(const wa_wal_range *range);
	void (*system_end)(const struct verify_counts *counts);
	void (*backup)(const wa_set *set);
	void (*backup_end)(const struct verify_set_counts *counts);
	int (*end)(const struct verify_end *end);
};

extern const struct verify_printer verify_text, verify_json;

#endif
