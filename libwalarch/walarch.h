/*
 * walarch.h - keep PostgreSQL's write-ahead log in a repository.
 *
 * Every function that can fail returns 0 (or what its comment says) or a
 * negative enum wa_code, and says why in *err; err may be NULL.  Results come
 * back through the first argument and are written only on success.  Whatever
 * is returned through a pointer to a pointer is the caller's to release; a
 * const pointer returned directly is borrowed from the object it came from.
 * Every release function accepts NULL.
 *
 * The library never prints, exits, forks, starts threads or installs signal
 * handlers, so it may be used inside a PostgreSQL process; but not for sets
 * there, whose lines jansson reads: the server exports a json_object() of its
 * own.  A handle belongs to one thread at a time.
 *
 * LSNs are byte positions in the write-ahead log.  A segment number is an LSN
 * divided by the segment size.  Sizes are bytes.
 */
#ifndef WALARCH_H
#define WALARCH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WALARCH_VERSION "0.1.0"
#define WALARCH_VERSION_NUMBER 100 /* major * 10000 + minor * 100 + patch */

#define WA_API __attribute__((visibility("default")))

/* Of the library that is running, as WALARCH_VERSION_NUMBER. */
WA_API int wa_version_number(void);

/* Errors. */

/* What the caller may do about it. */
enum wa_code {
	WA_OK = 0,
	WA_ENOMEM = -1,    /* out of memory: the same call may succeed later */
	WA_ESYSTEM = -2,   /* a system call failed; detail is its errno */
	WA_ETRYAGAIN = -3, /* no answer this time (detail is errno or 0) */
	WA_EUSAGE = -4,    /* the caller or the configuration is wrong */
	WA_ENOENT = -5,    /* certainly absent: the repository has answered */
	WA_EHOLE = -6,     /* absent, but later WAL is stored: a hole */
	WA_EEXIST = -7,    /* other content is stored under the name */
	WA_ECORRUPT = -8,  /* the bytes are not what they claim to be */
	WA_EMISMATCH = -9, /* it belongs to another cluster */
	WA_EINTERRUPTED = -10 /* the flag of wa_config_interrupt() was set */
};

typedef struct wa_error {
	int code;       /* enum wa_code */
	int detail;     /* errno or 0 */
	char text[720]; /* one line in PostgreSQL's style, no newline */
	char hint[400]; /* what to do about it, or "" */
} wa_error;

#define WA_ERROR_INIT                                                          \
	{                                                                      \
		0, 0, "", ""                                                   \
	}

/* Settings: names and values are those of walarch.conf(5). */

/* Every setting there is, for command lines, help and checks. */
typedef struct wa_setting {
	const char *name;     /* "compress-type" */
	const char *argument; /* "zstd|lz4|none" */
	const char *initial;  /* its default, or NULL */
	const char *help;     /* one line */
} wa_setting;

/* The setting at position i, or NULL past the last. */
WA_API const wa_setting *wa_setting_at(size_t i);

typedef struct wa_config wa_config;

/* An empty configuration: every setting at its default. */
WA_API int wa_config_new(wa_config **out, wa_error *err);
WA_API void wa_config_free(wa_config *cfg);

/*
 * Set one setting, as a command line does; it wins over the environment and
 * the file.  "repo-path" means "repo1-path".  WA_EUSAGE when there is no such
 * setting (the hint names the nearest) or the value is not one of its kind.
 */
WA_API int wa_config_set(
    wa_config *cfg, const char *name, const char *value, wa_error *err);

/*
 * Fill in what wa_config_set() left open, from the environment
 * (WALARCH_REPO1_PATH for repo1-path) and from the configuration file: its
 * sections [STANZA:command], [STANZA], [global:command], [global], in this
 * order of precedence.  command is "push" for walarch-push.  Refused with
 * WA_EUSAGE: an unknown setting anywhere in the file, a file that others may
 * write to, an unreadable file, a missing one unless it is the default one.
 */
WA_API int wa_config_load(wa_config *cfg, const char *command, wa_error *err);

/* The value as text, or NULL when it has none; what may be given several times
 * as lines.  Borrowed until cfg changes. */
WA_API const char *wa_config_get(const wa_config *cfg, const char *name);

/* The value as a number: a size in bytes, a time in milliseconds, a boolean
 * as 0 or 1; 0 when it has none. */
WA_API int64_t wa_config_number(const wa_config *cfg, const char *name);

/* Where the value came from: "command line", "environment", a file's path,
 * or "default". */
WA_API const char *wa_config_source(const wa_config *cfg, const char *name);

/*
 * A flag that a signal handler of the caller's may set.  Long calls look at
 * it between steps and then end with WA_EINTERRUPTED, leaving nothing behind.
 */
WA_API void wa_config_interrupt(wa_config *cfg, const volatile int *flag);

/* The repository. */

typedef struct wa_repo wa_repo;

/*
 * Make the repository that repo1-path names, and its folder (not the folder's
 * parents).  0, or 1 when it was one already.  A folder that holds anything
 * else is refused with WA_EUSAGE.
 */
WA_API int wa_repo_create(const wa_config *cfg, wa_error *err);

/*
 * Open the repository, for the stanza of cfg.  cfg must outlive it.
 * WA_ETRYAGAIN or WA_ESYSTEM when there is none at repo1-path: not mounted,
 * perhaps.
 */
WA_API int wa_repo_open(wa_repo **out, const wa_config *cfg, wa_error *err);
WA_API void wa_repo_close(wa_repo *repo);

/* Have wa_wal_push() compress by this level, whatever compress-level says.  A
 * negative one, of zstd, is faster than all others. */
WA_API void wa_repo_set_level(wa_repo *repo, int level);

/*
 * Have this called whenever an object is complete and durable and is only to
 * get its name: a negative code gives it up, and is what the call that stores
 * returns.  So what several threads store can come to be in order.
 */
typedef int wa_gate(void *arg, wa_error *err);
WA_API void wa_repo_set_gate(wa_repo *repo, wa_gate *gate, void *arg);

/* What tells this repository from every other: 32 hexadecimal digits. */
WA_API const char *wa_repo_id(const wa_repo *repo);

/* Can objects be stored for this stanza?  Leaves no trace. */
WA_API int wa_repo_probe(wa_repo *repo, wa_error *err);

/* Clusters. */

/* What a data directory says about its cluster. */
typedef struct wa_cluster {
	uint64_t system_id;    /* of global/pg_control */
	uint32_t version;      /* PostgreSQL's major: 15; 906 for 9.6 */
	uint32_t segment_size; /* of WAL, bytes */
	uint32_t timeline;     /* of its latest checkpoint */
	uint64_t redo;         /* LSN recovery would start from */
	uint32_t state;        /* DBState of pg_control.h; 6 in production */
	uint32_t checksums;    /* data_checksum_version; 0 is off */
} wa_cluster;

/*
 * Read pgdata/global/pg_control and pgdata/PG_VERSION; the server may run.
 * WA_ESYSTEM when pgdata is no data directory, WA_ECORRUPT when pg_control
 * fails its own checksum.
 */
WA_API int wa_cluster_read(wa_cluster *out, const char *pgdata, wa_error *err);

/* The same of the bytes of a pg_control at hand, which does not tell the
 * version: that is 0. */
WA_API int wa_cluster_parse(
    wa_cluster *out, const void *control, size_t size, wa_error *err);

/* What becomes of something in a data directory in a base backup. */
enum wa_data_kind {
	WA_DATA_COPY = 0,
	WA_DATA_SKIP = 1, /* not in it */
	WA_DATA_EMPTY = 2 /* a folder: in it, but nothing of what it holds */
};

/*
 * path is below the data directory, without "./"; folder is 1 when it is a
 * folder, or a link to one.  version is the major, as in wa_cluster.  pg_wal is
 * WA_DATA_EMPTY, and so is pg_wal/archive_status.  Not decided here: unlogged
 * relations, for which see wa_data_init_fork(), and links.
 */
WA_API enum wa_data_kind
wa_data_kind(const char *path, int folder, uint32_t version);

/*
 * Does the file have pages with checksums?  1 for files of relations, which are
 * base/N/N, global/N and pg_tblspc/N/PG_.../N/N with their forks and segments,
 * and *segment is the number of its segment; else 0.
 */
WA_API int wa_data_relation(const char *path, uint32_t *segment);

#define WA_INIT_FORK_SIZE 16 /* "4294967295_init" with its NUL */

/*
 * 1 when the file would be a relation's, in a database's folder: where buf is a
 * name in the same folder, the relation is unlogged, and the file is not in a
 * base backup; else 0.
 */
WA_API int wa_data_init_fork(char buf[WA_INIT_FORK_SIZE], const char *path);

#define WA_DATA_PAGE 8192      /* bytes */
#define WA_DATA_SEGMENT 131072 /* pages of a relation are in a file */

/*
 * Of count pages of a cluster with checksums, how many are wrong?  The first
 * room of them are in bad[], counted from the first of pages.  first_block is
 * that one's number within the relation: its segment's number times
 * WA_DATA_SEGMENT, and its place in the file.  A page of zeros is right.  A page
 * whose LSN is start_lsn or later is passed over: it was written during the
 * backup, perhaps only in part as we read it, and is replayed from WAL.
 * UINT64_MAX passes over none.
 */
WA_API size_t wa_pages_check(uint32_t *bad, size_t room, const uint8_t *pages,
    size_t count, uint32_t first_block, uint64_t start_lsn);

/* A system that a stanza holds WAL of. */
typedef struct wa_system {
	uint64_t system_id;
	uint32_t number; /* 1 for the first; the highest is current */
	uint32_t version;
	uint32_t segment_size;
	int64_t since; /* microseconds since 1970-01-01 UTC */
} wa_system;

#define WA_REGISTER_UPGRADE 1u /* a further system under the stanza */

/*
 * Register the cluster with the stanza, which comes to exist with its first.
 * 0, or 1 when it was registered already.  WA_EMISMATCH when the stanza
 * belongs to another system and flags lack WA_REGISTER_UPGRADE.
 */
WA_API int wa_stanza_register(
    wa_repo *repo, const wa_cluster *cluster, unsigned flags, wa_error *err);

/*
 * The systems of the stanza, the current one last.  *out is one allocation,
 * for wa_free(); *count is never 0.  WA_EUSAGE when there is no such stanza.
 */
WA_API int
wa_stanza_systems(wa_system **out, size_t *count, wa_repo *repo, wa_error *err);

/* The stanzas of the repository, sorted; one allocation, for wa_free(). */
WA_API int
wa_stanza_list(char ***out, size_t *count, wa_repo *repo, wa_error *err);

/*
 * What lies in the stanza's folders and is no registration, and no folder of
 * a registered system's WAL: paths below the stanza, those of folders with a
 * "/" behind them; one allocation, for wa_free().
 */
WA_API int
wa_stanza_strays(char ***out, size_t *count, wa_repo *repo, wa_error *err);

WA_API void wa_free(void *memory);

/* WAL. */

/*
 * Store the file at path under its own name, or under name unless that is
 * NULL.  In all cases of success it is durable now.  system_id 0 takes a
 * segment's own word for the cluster it is of; history and backup files have
 * none and need it, and so has a segment that is not looked into (wal-check).
 *
 * 0		stored
 * 1		the same content was stored before
 * 2		stored, but err says what is wrong with the segment's records:
 *		WA_ECORRUPT, a record is damaged, and it was stored as
 *		NAME.damaged, which leaves the name to a sound one;
 *		WA_EUSAGE, none can be read, for they are encrypted perhaps
 * WA_EEXIST	other content is stored under the name; nothing was changed
 * WA_ECORRUPT	the file is not what its name says, or the stored one is
 *		damaged: nothing was changed
 * WA_EMISMATCH	of another cluster than system_id, or of one that is not
 *		registered with the stanza
 */
WA_API int wa_wal_push(wa_repo *repo, uint64_t system_id, const char *path,
    const char *name, wa_error *err);

/*
 * Fetch the file called name to path, which appears whole and verified or not
 * at all, and replaces the file that was at path before the call.
 *
 * 0		in place
 * 1		in place, out of NAME.partial: the timeline's last segment was
 *		never finished (only with WA_GET_PARTIAL)
 * WA_EUSAGE	nothing can be put at path
 * WA_ENOENT	the repository has no such file, and nothing of its timeline or
 *		of a timeline that left it later than that
 * WA_EHOLE	it has no such file, but has later ones
 * WA_ECORRUPT	what is stored is damaged, or was when it was pushed
 */
#define WA_GET_PARTIAL 1u /* .partial answers for the segment */

WA_API int wa_wal_get(wa_repo *repo, uint64_t system_id, const char *name,
    const char *path, unsigned flags, wa_error *err);

/* The same to an open descriptor; the first byte is written after the last
 * has been verified (the object is read twice). */
WA_API int wa_wal_write(
    wa_repo *repo, uint64_t system_id, const char *name, int fd, wa_error *err);

#define WA_NO_TIME INT64_MIN

/* What happens at a position of the WAL. */
enum wa_event_kind {
	WA_EVENT_COMMIT = 1,
	WA_EVENT_ABORT = 2,
	WA_EVENT_RESTORE_POINT = 3, /* pg_create_restore_point() */
	WA_EVENT_CHECKPOINT = 4,    /* other: where its redo begins */
	WA_EVENT_DROP = 5,          /* a commit that removes relations: count */
	WA_EVENT_DROP_DATABASE = 6, /* other: the database's OID */
	WA_EVENT_TIMELINE = 7,      /* timeline other ends, timeline begins */
	WA_EVENT_DAMAGE = 8,        /* no valid record: name says why */
	WA_EVENT_RECORD = 9 /* any other: name is its resource manager */
};

#define WA_EVENT_BIT(kind) (1u << (kind))

typedef struct wa_event {
	int32_t kind;      /* enum wa_event_kind */
	uint32_t timeline; /* that it is on; 0: not known */
	uint64_t lsn, end; /* of its record; end 0: not known */
	int64_t time;      /* microseconds since 1970 UTC, or WA_NO_TIME */
	uint32_t xid;      /* of the transaction, or 0 */
	uint32_t count;    /* relations */
	uint64_t other;
	char name[64];
} wa_event;

#define WA_EVENTS_MAX 64

/* What is known of a segment's records. */
enum wa_walked {
	WA_NOT_WALKED = 0, /* nothing */
	WA_WALKED = 1,
	WA_UNREADABLE = 2 /* not one is a record: they are encrypted, perhaps */
};

/*
 * The records that end in a segment.  One that goes on into the next segment
 * is counted there.
 */
typedef struct wa_wal_records {
	int32_t walked; /* enum wa_walked */
	int32_t cut;    /* 1: the beginning of the first was not at
				  * hand, so that one is not counted */
	uint64_t end;   /* LSN behind the last whole one, or 0 */
	uint64_t open;  /* where one begins that goes on, or 0 */
	uint64_t count; /* of records */
	uint64_t commits, aborts;
	int64_t first_commit, last_commit; /* the earliest and the latest time,
					    * or WA_NO_TIME */
	int64_t first_abort, last_abort;
	uint32_t first_xid, last_xid; /* least and greatest that committed or
				       * aborted; 0: none did */
	uint32_t more;                /* bits of the kinds that have more events
				       * than are here */
	uint32_t event_count;
	wa_event events[WA_EVENTS_MAX]; /* by kind, then by LSN; no commits or
					 * aborts as such */
} wa_wal_records;

/* What the label of a stored WAL file says. */
typedef struct wa_wal_facts {
	uint64_t size;    /* of the plain file */
	uint64_t stored;  /* of the object */
	uint32_t version; /* PostgreSQL's major, or 0 */
	char xxh128[33];  /* of the plain bytes */
	wa_wal_records records;
} wa_wal_facts;

/* WA_ENOENT when no such file is stored.  Reads the label only. */
WA_API int wa_wal_stat(wa_wal_facts *out, wa_repo *repo, uint64_t system_id,
    const char *name, wa_error *err);

/* What to do with an event; anything but 0 ends the walk. */
typedef int wa_event_visit(void *arg, const wa_event *event);

/*
 * Decode a stored segment (also a partial or damaged one), check it as a get
 * does, and walk over its records: each event whose kind is among kinds (bits
 * of WA_EVENT_BIT()) is given to visit, in order.  What the records say is in
 * *out, as their label should have it.  WA_ENOENT when it is not stored.
 */
WA_API int wa_wal_scan(wa_wal_records *out, wa_repo *repo, uint64_t system_id,
    const char *name, unsigned kinds, wa_event_visit *visit, void *arg,
    wa_error *err);

/* Verification. */

typedef struct wa_verify wa_verify;

/*
 * Verify stored files of a system.  A segment is fastest right after the one
 * before it, whose last record may go on in it; else that one is read, too.
 */
WA_API int wa_verify_open(
    wa_verify **out, wa_repo *repo, uint64_t system_id, wa_error *err);
WA_API void wa_verify_close(wa_verify *verify);

/*
 * Read all of the file, and hold it against its label and its name: every
 * byte by its digests, every page, and, of a segment, every record, also that
 * it follows on the record before; a history also against its parent's.  0
 * when all is well; *out says what its records say.  WA_EHOLE of a note that a
 * segment was dropped, when that is not stored.  WA_ECORRUPT, and *err says what is wrong: with an event of
 * damage in *out when it is with a record, and with none when it is with the
 * object.
 */
WA_API int wa_verify_file(
    wa_wal_facts *out, wa_verify *verify, const char *name, wa_error *err);

/* A name in the folders of a system's WAL. */
typedef struct wa_wal_file {
	const char *path; /* below the system's; ends in "/" for a folder */
	const char *name; /* its last part */
	uint32_t kind;    /* enum wa_kind; WA_NOT_WAL for what is no WAL file,
			   * or is not where that one is looked for */
	uint32_t hidden;  /* 1: it begins with ".", as files being written do */
	uint64_t stored;  /* bytes */
} wa_wal_file;

typedef struct wa_wal_files wa_wal_files;

/*
 * Every name stored of a system, as it is: by timeline and position, what is
 * no WAL file before and between, the histories last.  Opens no object.
 */
WA_API int wa_wal_files_open(
    wa_wal_files **out, wa_repo *repo, uint64_t system_id, wa_error *err);

/* 1, or 0 after the last; *out is valid until the next call.  A negative code
 * is about one folder, and the call after it goes on with the next. */
WA_API int
wa_wal_files_next(wa_wal_file *out, wa_wal_files *files, wa_error *err);
WA_API void wa_wal_files_close(wa_wal_files *files);

/*
 * A run of segments on one timeline: all stored, or all missing although the
 * timeline went on after them.
 */
typedef struct wa_wal_range {
	uint32_t timeline;
	uint32_t missing;     /* 1: none of it is stored */
	uint64_t first, last; /* segment numbers, both included */
	uint64_t stored;      /* bytes of the objects */
} wa_wal_range;

/* A timeline as its history file tells it; timeline 1 has none. */
typedef struct wa_timeline {
	uint32_t timeline;
	uint32_t parent;      /* 0: unknown, or timeline 1 */
	uint64_t begin;       /* LSN where it left its parent */
	uint32_t has_history; /* its history file is stored */
	uint32_t partial;     /* a .partial is stored after its last */
} wa_timeline;

typedef struct wa_wal_list wa_wal_list;

/*
 * The WAL stored of a system, by timeline and position.  Listing reads no
 * object but the history files; memory does not grow with the number of
 * segments.
 */
WA_API int wa_wal_list_open(
    wa_wal_list **out, wa_repo *repo, uint64_t system_id, wa_error *err);

/* 1, or 0 after the last range. */
WA_API int
wa_wal_list_next(wa_wal_range *out, wa_wal_list *list, wa_error *err);

/*
 * The segments, so far as listed, of which only a damaged one is stored: a
 * range of missing ones covers each.  Names, for example
 * "000000010000000A000000FF.damaged"; borrowed until close.
 */
WA_API const char *wa_wal_list_damaged(const wa_wal_list *list, size_t i);

/* The same of those that were dropped and are not stored, damaged or sound:
 * "000000010000000A000000FF.dropped". */
WA_API const char *wa_wal_list_dropped(const wa_wal_list *list, size_t i);

/* The partial segments and backup files, so far as listed; NULL past the last;
 * borrowed until close. */
WA_API const char *wa_wal_list_other(const wa_wal_list *list, size_t i);

/* The timelines, ascending; borrowed until close. */
WA_API const wa_timeline *
wa_wal_list_timelines(const wa_wal_list *list, size_t *count);
WA_API void wa_wal_list_close(wa_wal_list *list);

/* Digests. */

#define WA_DIGEST_SIZE 33 /* 32 hexadecimal digits and a NUL */

/* XXH3-128 of a stream of bytes, as xxh128sum prints it. */
typedef struct wa_digest wa_digest;

WA_API int wa_digest_new(wa_digest **out, wa_error *err);
WA_API void wa_digest_reset(wa_digest *digest);
WA_API void wa_digest_add(wa_digest *digest, const void *data, size_t size);
WA_API void
wa_digest_format(const wa_digest *digest, char text[WA_DIGEST_SIZE]);
WA_API void wa_digest_free(wa_digest *digest);

/* CRC-32C of size bytes, going on from crc; 0 begins. */
WA_API uint32_t wa_crc32c(uint32_t crc, const void *data, size_t size);

/* Base backups that walarch made: sets. */

#define WA_SET_LABEL_SIZE 40 /* "20261121T031500ZF_20261122T031500ZD", NUL */

enum wa_set_type { WA_SET_FULL = 'F', WA_SET_DIFF = 'D', WA_SET_INCR = 'I' };

typedef struct wa_set {
	char label[WA_SET_LABEL_SIZE];
	char prior[WA_SET_LABEL_SIZE]; /* what a diff or incr is upon; or "" */
	char resumed[WA_SET_LABEL_SIZE]; /* an interrupted one whose parts it
					  * uses, too; or "" */
	int32_t type;                    /* enum wa_set_type */
	uint32_t version; /* PostgreSQL's major, as in wa_cluster */
	uint64_t system_id;
	uint32_t segment_size;
	uint32_t timeline;             /* where recovery from it begins */
	uint64_t redo;                 /* LSN where replay begins */
	uint64_t checkpoint;           /* LSN */
	uint64_t stop;                 /* LSN where it is consistent */
	int64_t start_time, stop_time; /* microseconds since 1970 UTC */
	uint64_t files;                /* regular ones */
	uint64_t size;                 /* of them all */
	uint64_t copied;    /* of those that are in this set's own parts */
	uint64_t stored;    /* bytes of its own parts */
	uint32_t parts;     /* 1 to this number */
	uint32_t standby;   /* 1: it was taken from a standby */
	uint32_t checksums; /* 1: the cluster has page checksums */
	uint32_t bad_pages; /* whose checksum was wrong */
} wa_set;

/*
 * The sets of the stanza, also those of former systems; the oldest first.
 * *out is one allocation, for wa_free(), NULL when there is none.  Reads the
 * label of each manifest.
 */
WA_API int
wa_set_list(wa_set **out, size_t *count, wa_repo *repo, wa_error *err);

/* The same without those whose manifest is damaged: 0, or how many these are,
 * and *err is about the first. */
WA_API int
wa_set_list_sound(wa_set **out, size_t *count, wa_repo *repo, wa_error *err);

/* "key=value" each; one allocation, for wa_free(). */
WA_API int wa_set_annotations(char ***out, size_t *count, wa_repo *repo,
    const char *label, wa_error *err);

/* A set without a manifest: it is being made, or was interrupted. */
typedef struct wa_set_begun {
	char label[WA_SET_LABEL_SIZE];
	char prior[WA_SET_LABEL_SIZE], resumed[WA_SET_LABEL_SIZE];
	uint64_t system_id;
	int64_t since;        /* microseconds since 1970 UTC */
	int64_t last;         /* when its newest object was stored */
	uint64_t total, done; /* plain bytes to be read, and in its parts */
	uint32_t parts;
	uint32_t unsorted; /* 1: by wa_set_begin_unsorted() */
} wa_set_begun;

/* As wa_set_list(). */
WA_API int wa_set_begun_list(
    wa_set_begun **out, size_t *count, wa_repo *repo, wa_error *err);

/*
 * Mark a set to be kept until then, INT64_MAX for ever: it is not expired, and
 * can be restored to its end.  A former mark is replaced.  WA_ENOENT when there
 * is no such set.
 */
WA_API int
wa_set_keep(wa_repo *repo, const char *label, int64_t until, wa_error *err);
WA_API int wa_set_unkeep(wa_repo *repo, const char *label, wa_error *err);

/* WA_NO_TIME: it has no mark. */
WA_API int
wa_set_kept(int64_t *until, wa_repo *repo, const char *label, wa_error *err);

/*
 * Remove a set: the manifest, with which it ceases to be one, then its parts.
 * *freed is how many bytes.  What is gone already is no error.  1 when the
 * parts stay, for another set turned out to be upon it.
 */
WA_API int
wa_set_remove(uint64_t *freed, wa_repo *repo, const char *label, wa_error *err);

/* The same for an unfinished one.  1 when it is a set by now: it stays. */
WA_API int
wa_set_sweep(uint64_t *freed, wa_repo *repo, const char *label, wa_error *err);

/*
 * WAL that was given up before it could be stored, because too much waited.
 * The note of it is stored as NAME.dropped, and counts until NAME is stored.
 */
typedef struct wa_drop {
	uint64_t system_id;
	char name[64];    /* of the segment, or NAME.partial */
	int64_t when;     /* microseconds since 1970 UTC */
	uint64_t waiting; /* bytes of WAL that waited to be stored */
	uint64_t limit;   /* archive-push-queue-max, bytes */
} wa_drop;

/* Note it, durably.  0, or 1 when a note of it was stored before. */
WA_API int wa_wal_drop(wa_repo *repo, const wa_drop *drop, wa_error *err);

/*
 * Was the file called name dropped, and not stored since?  WA_ENOENT when not.
 * WA_ECORRUPT when the note cannot be read; it was dropped all the same.
 */
WA_API int wa_wal_dropped(wa_drop *out, wa_repo *repo, uint64_t system_id,
    const char *name, wa_error *err);

/* In words: "dropped at 2026-11-21T03:15:00.123456Z, when 130 MiB of WAL waited
 * to be stored, more than archive-push-queue-max (128 MiB)". */
#define WA_DROP_SIZE 160
WA_API void wa_drop_why(char buf[WA_DROP_SIZE], const wa_drop *drop);

/* Remove a stored WAL file. */
WA_API int wa_wal_remove(uint64_t *freed, wa_repo *repo, uint64_t system_id,
    const char *name, wa_error *err);

/*
 * Note that a range of a system's WAL is being removed although older WAL
 * stays, so that it is not taken for missing; and remove the notes that are of
 * no use any more.
 */
WA_API int wa_wal_expired(wa_repo *repo, uint64_t system_id,
    uint32_t segment_size, const wa_wal_range *range, wa_error *err);
WA_API int wa_wal_expired_prune(
    wa_repo *repo, uint64_t system_id, uint32_t segment_size, wa_error *err);

enum wa_set_file_kind {
	WA_FILE_REGULAR = 0,
	WA_FILE_FOLDER = 1,
	WA_FILE_LINK = 2
};

#define WA_SET_CHUNK (1u << 20) /* of a file's bytes are in each frame */

/* A file of a set. */
typedef struct wa_set_file {
	int32_t kind;     /* enum wa_set_file_kind */
	uint32_t mode;    /* permission bits */
	const char *path; /* below the data directory */
	const char *to;   /* where a link led, or NULL */
	const char *user, *group;
	uint64_t size;
	int64_t mtime; /* nanoseconds since 1970 */
	int64_t ctime; /* the same, of the file that was read; 0: not to be
			* trusted */
	uint64_t inode;
	char xxh128[WA_DIGEST_SIZE];
	uint32_t crc32c;
	const char *in;         /* label of the set that holds it */
	uint32_t part;          /* in which of its parts */
	uint64_t at;            /* bytes into the part's object */
	const uint32_t *frames; /* lengths; the first also has the tar header */
	size_t frame_count;
	uint32_t bad_pages; /* whose checksum was wrong when it was read */
} wa_set_file;

/* How paths are ordered: by byte value, "/" before all others. */
WA_API int wa_path_compare(const char *a, const char *b);

typedef struct wa_set_reader wa_set_reader;

/* Read a manifest.  WA_ENOENT when there is no such set. */
WA_API int wa_set_open(
    wa_set_reader **out, wa_repo *repo, const char *label, wa_error *err);

/* The same for the finished parts of a set without a manifest, by the lists
 * beside them.  It has no header, and its end is no proof. */
WA_API int wa_set_open_begun(
    wa_set_reader **out, wa_repo *repo, const char *label, wa_error *err);
WA_API const wa_set *wa_set_facts(const wa_set_reader *reader);

/* A member of the header line, as JSON text, or NULL; borrowed until the next
 * call. */
WA_API const char *wa_set_header(wa_set_reader *reader, const char *key);

/*
 * 1, or 0 after the last: only then it is known that none is missing.  What
 * *out points to is valid until the next call.  The paths ascend, but
 * global/pg_control, backup_label and tablespace_map come last.
 */
WA_API int wa_set_next(wa_set_file *out, wa_set_reader *reader, wa_error *err);
WA_API void wa_set_reader_close(wa_set_reader *reader);

typedef struct wa_part wa_part;

/* Read a part, anywhere.  WA_ENOENT when there is no such part. */
WA_API int wa_part_open(wa_part **out, wa_repo *repo, const char *label,
    uint32_t number, wa_error *err);

/* Hold all of a part against its label. */
WA_API int
wa_part_check(wa_repo *repo, const char *label, uint32_t number, wa_error *err);

/* Bytes of its object. */
WA_API uint64_t wa_part_size(const wa_part *part);

/* All of size bytes; WA_ECORRUPT when there are fewer.  May be called by several
 * threads at once. */
WA_API int
wa_part_read(wa_part *part, void *buf, size_t size, uint64_t at, wa_error *err);
WA_API void wa_part_close(wa_part *part);

typedef struct wa_set_writer wa_set_writer;

/*
 * Begin a set.  Of facts are taken: type, prior, resumed, system_id, version,
 * segment_size, redo, start_time, standby and checksums.  total is how many bytes there are to read, about; header is
 * further members of the manifest's header line, a JSON object, or NULL.
 */
WA_API int wa_set_begin(wa_set_writer **out, wa_repo *repo, const wa_set *facts,
    uint64_t total, const char *header, wa_error *err);

/*
 * The same for files that are added in any order: their lines are sorted
 * before the first of global/pg_control, backup_label and tablespace_map, which
 * come last here as well.  WA_ECORRUPT is then of a path that was added twice,
 * or without its folder.  What is left of an interrupted one cannot be read by
 * wa_set_open_begun().
 */
WA_API int wa_set_begin_unsorted(wa_set_writer **out, wa_repo *repo,
    const wa_set *facts, uint64_t total, const char *header, wa_error *err);
WA_API const char *wa_set_writer_label(const wa_set_writer *writer);

/* Frames that begin a file: a new part may begin with them. */
#define WA_SET_NEW_FILE 1u

/* Append frames, of so many plain bytes, to the part that is being written;
 * *at is where they begin in it. */
WA_API int wa_set_append(uint32_t *part, uint64_t *at, wa_set_writer *writer,
    const void *frames, size_t size, uint64_t plain, unsigned flags,
    wa_error *err);

/* One more line of the manifest.  file->in is NULL for one of this set. */
WA_API int
wa_set_add(wa_set_writer *writer, const wa_set_file *file, wa_error *err);

/*
 * Make it a set: the last part, then the manifest.  Of facts are taken
 * timeline, redo, checkpoint, stop, stop_time, standby and bad_pages;
 * annotations are lines "key=value", or NULL.
 * WA_ENOENT when its prior is not there any more.  *out says what it is.
 */
WA_API int wa_set_commit(wa_set *out, wa_set_writer *writer,
    const wa_set *facts, const char *annotations, wa_error *err);

/* Have annotations room in the manifest's label?  Better asked before. */
#define WA_SET_ANNOTATION_MAX 500
WA_API int wa_set_annotations_fit(const char *annotations, wa_error *err);

/* Uncommitted: its finished parts stay, for the next to use. */
WA_API void wa_set_writer_close(wa_set_writer *writer);

/* Frames, by contexts that are used again.  One of them is for one thread. */

typedef struct wa_packer wa_packer;

/* As compress-type and compress-level say. */
WA_API int wa_packer_new(wa_packer **out, const wa_config *cfg, wa_error *err);

/* The longest frame that size bytes can become. */
WA_API size_t wa_packer_bound(const wa_packer *packer, size_t size);
WA_API int wa_packer_pack(size_t *out, wa_packer *packer, void *to, size_t room,
    const void *from, size_t size, wa_error *err);
WA_API void wa_packer_free(wa_packer *packer);

typedef struct wa_unpacker wa_unpacker;

WA_API int wa_unpacker_new(wa_unpacker **out, wa_error *err);

/* frame is one whole frame, of either codec; WA_ECORRUPT when it is damaged,
 * or has more than room plain bytes. */
WA_API int wa_unpacker_unpack(size_t *out, wa_unpacker *unpacker, void *to,
    size_t room, const void *frame, size_t size, wa_error *err);
WA_API void wa_unpacker_free(wa_unpacker *unpacker);

/* Recoverability. */

/* A base backup: a set, or one that its .backup file in the archive tells of. */
typedef struct wa_backup {
	char name[64];     /* the set's label, or that file's name */
	uint32_t timeline; /* where recovery from it begins */
	uint64_t redo;     /* LSN where replay begins */
	uint64_t checkpoint;
	uint64_t stop;       /* LSN where it is consistent */
	char label[64];      /* as pg_basebackup --label gave it */
	char start_time[40]; /* in the words of the server */
	char stop_time[40];
	char set[WA_SET_LABEL_SIZE]; /* that walarch-backup made; or "" */
} wa_backup;

/*
 * What the file backup_label of a base backup says: text is all of it, with a
 * NUL behind.  It does not say where the backup ends, nor its name: stop is 0.
 * WA_ECORRUPT when it does not say where it begins.
 */
WA_API int
wa_backup_label_parse(wa_backup *out, const char *text, wa_error *err);

/* By LSN, ascending; *out is one allocation, for wa_free(), NULL when there is
 * none.  Reads each backup file, and the label of each set's manifest. */
WA_API int wa_backup_list(wa_backup **out, size_t *count, wa_repo *repo,
    uint64_t system_id, wa_error *err);

/* Why one cannot recover beyond a window. */
enum wa_bound {
	WA_BOUND_END = 0,     /* no more WAL is stored, or the timeline ends */
	WA_BOUND_HOLE = 1,    /* a segment is missing, later ones are there */
	WA_BOUND_DAMAGE = 2,  /* a segment had damaged records when pushed */
	WA_BOUND_HISTORY = 3, /* a timeline's history is missing */
	WA_BOUND_DROPPED = 4  /* a segment was dropped, not stored */
};

/* A stretch of a timeline that can be recovered to at any of its points. */
typedef struct wa_window {
	uint32_t timeline;
	int32_t bound;     /* enum wa_bound, at its end */
	uint64_t from, to; /* LSNs */
	int64_t from_time; /* the first time that can be a target; WA_NO_TIME
				 * when any time before its first commit can */
	int64_t to_time;   /* of the last commit, or WA_NO_TIME */
	char backup[64];   /* that makes it reachable */
	char first_missing[64]; /* the segment at its end; or "" */
} wa_window;

/*
 * The windows of all timelines, by timeline and LSN.  *out is one allocation,
 * for wa_free(), NULL when there is none: without a base backup nothing can be
 * recovered.
 */
WA_API int wa_window_list(wa_window **out, size_t *count, wa_repo *repo,
    uint64_t system_id, wa_error *err);

/* wa_backup_list() and wa_window_list() in one, for the price of one. */
WA_API int
wa_recovery_list(wa_backup **backups, size_t *backup_count, wa_window **windows,
    size_t *window_count, wa_repo *repo, uint64_t system_id, wa_error *err);

/* As PostgreSQL's recovery_target settings. */
enum wa_target_type {
	WA_TARGET_DEFAULT = 0, /* to the end of WAL */
	WA_TARGET_IMMEDIATE = 1,
	WA_TARGET_TIME = 2,
	WA_TARGET_XID = 3,
	WA_TARGET_LSN = 4,
	WA_TARGET_NAME = 5
};

/* For the target's timeline, beside a number. */
#define WA_TIMELINE_LATEST 0u
#define WA_TIMELINE_CURRENT UINT32_MAX

typedef struct wa_target {
	int32_t type; /* enum wa_target_type */
	int32_t exclusive;
	uint32_t timeline;
	uint32_t xid;
	int64_t time;
	uint64_t lsn;
	char name[64];
} wa_target;

/*
 * A target as people write it: type is "default", "immediate", "time", "xid",
 * "lsn" or "name"; value is NULL for the first two; timeline "latest",
 * "current", a number (0x.. is hexadecimal), or NULL: what PostgreSQL of this
 * version takes.  now is for "now - 5 min".
 */
WA_API int wa_target_parse(wa_target *out, const char *type, const char *value,
    const char *timeline, uint32_t version, int64_t now, wa_error *err);

/* Can a target be reached? */
typedef struct wa_answer {
	int32_t reachable;
	int32_t bound;      /* enum wa_bound, what keeps from it */
	uint32_t timeline;  /* that recovery ends on */
	int32_t stop_after; /* 1: stop is replayed, too */
	int32_t risky;      /* 1: WAL not far behind it is missing, so that
			    * recovery_prefetch must be off */
	wa_event stop;      /* the record it stops at; kind 0: none */
	uint64_t lsn;       /* where replay ends */
	char backup[64];    /* the newest that reaches it */
	wa_backup base;     /* what is known of that one */
	char reason[400];   /* of a no, one line */
	int32_t has_before, has_after; /* of a no: are there these? */
	wa_window before, after;       /* the reachable windows next to it */
} wa_answer;

/* Answer what PostgreSQL would do: 0, and *out says yes or no. */
WA_API int wa_target_check(wa_answer *out, wa_repo *repo, uint64_t system_id,
    const wa_target *target, wa_error *err);

/* The same, with no other base backups than these, by LSN, ascending. */
WA_API int wa_target_check_from(wa_answer *out, wa_repo *repo,
    uint64_t system_id, const wa_target *target, const wa_backup *backups,
    size_t count, wa_error *err);

/* Retention. */

/* What expire keeps.  0 and "" are: not set. */
typedef struct wa_retention {
	uint32_t full;         /* so many fulls, or days of them */
	uint32_t full_by_time; /* 1: days */
	uint32_t diff, archive;
	int64_t window;              /* microseconds: every moment of them */
	char set[WA_SET_LABEL_SIZE]; /* nothing but this set goes, with what
				      * is upon it, and WAL */
} wa_retention;

/* What the settings repo1-retention-* and set say. */
WA_API int
wa_retention_read(wa_retention *out, const wa_config *cfg, wa_error *err);

enum wa_thing {
	WA_THING_SET = 1,
	WA_THING_BEGUN = 2, /* an unfinished set */
	WA_THING_WAL = 3,   /* segments first to last */
	WA_THING_FILE = 4   /* another file among the WAL */
};

enum wa_reason {
	WA_STAYS_ALL = 1, /* no setting says how many stay */
	WA_STAYS_FULL = 2,
	WA_STAYS_WINDOW = 3,
	WA_STAYS_NEWEST = 4,
	WA_STAYS_MARK = 5,
	WA_STAYS_BEGUN = 6,    /* other, an unfinished set, is upon it */
	WA_STAYS_UNDER = 7,    /* the set other is upon it */
	WA_STAYS_YOUNG = 8,    /* less than a day */
	WA_STAYS_TO = 9,       /* WAL between redo and stop of other */
	WA_STAYS_ON = 10,      /* WAL from the redo of other on */
	WA_STAYS_LIVE = 11,    /* its timeline had WAL a day ago, or later */
	WA_STAYS_UNASKED = 12, /* there is no set, or no setting for WAL */
	WA_STAYS_DAYS = 13,
	WA_GOES_FULL = 32,
	WA_GOES_DIFF = 33,
	WA_GOES_WINDOW = 34,
	WA_GOES_ASKED = 35,
	WA_GOES_WITH = 36,     /* other goes, and it is upon that */
	WA_GOES_OLD = 37,      /* unfinished for more than a day */
	WA_GOES_UNNEEDED = 38, /* WAL that no set needs */
	WA_GOES_SYSTEM = 39,   /* WAL of a former system without a set */
	WA_GOES_DAYS = 40
};

/* One thing, and what becomes of it. */
typedef struct wa_decision {
	int32_t thing; /* enum wa_thing */
	int32_t remove;
	int32_t reason; /* enum wa_reason; removed from WA_GOES_FULL on */
	uint32_t timeline;
	uint64_t system_id;
	uint64_t first, last; /* segment numbers */
	uint64_t number;      /* of the setting, in its unit */
	char name[64];        /* of the set or the file */
	char other[WA_SET_LABEL_SIZE];
} wa_decision;

/* The sentence that says why, for example "one of the newest 2 full backups
 * stays, and what is upon it". */
#define WA_WHY_SIZE 160
WA_API void wa_decision_why(char buf[WA_WHY_SIZE], const wa_decision *decision);

/*
 * Decide about all that the stanza has.  In this order it is to be removed:
 * after each step, whatever is still there can be restored.  *out is one
 * allocation, for wa_free(), NULL when there is none.
 */
WA_API int wa_expire_plan(wa_decision **out, size_t *count, wa_repo *repo,
    const wa_retention *policy, int64_t now, wa_error *err);
/* An open file without a name, in the folder that TMPDIR names, or /var/tmp. */
WA_API int wa_tempfile(int *fd, wa_error *err);

/* Facts that need no repository. */

enum wa_kind {
	WA_NOT_WAL = 0, /* no name of a WAL file */
	WA_SEGMENT = 1, /* 000000010000000A000000FF */
	WA_PARTIAL = 2, /* 000000010000000A000000FF.partial */
	WA_BACKUP = 3,  /* 000000010000000A000000FF.00000028.backup */
	WA_HISTORY = 4, /* 00000002.history */
	WA_DAMAGED = 5, /* 000000010000000A000000FF.damaged, walarch's own: a
			 * segment that had damaged records when it was pushed */
	WA_DROPPED = 6  /* 000000010000000A000000FF.dropped, walarch's own: no
			 * WAL, but the note that such a segment was dropped;
			 * also 000000010000000A000000FF.partial.dropped */
};

WA_API enum wa_kind wa_name_kind(const char *name);

#define WA_SEGMENT_NAME_SIZE 25 /* with its NUL */

/* The timeline and number of a segment's name, also of the names made from
 * one.  WA_EUSAGE when it has none at this segment size. */
WA_API int wa_segment_parse(uint32_t *timeline, uint64_t *number,
    const char *name, uint32_t segment_size);
WA_API void wa_segment_format(char buf[WA_SEGMENT_NAME_SIZE], uint32_t timeline,
    uint64_t number, uint32_t segment_size);

#define WA_LSN_SIZE 18 /* "FFFFFFFF/FFFFFFFF" with its NUL */

#define WA_TIME_SIZE 28 /* "2026-11-21T03:15:00.123456Z" with its NUL */

/* Microseconds since 1970, as UTC. */
WA_API void wa_time_format(char buf[WA_TIME_SIZE], int64_t when);

/*
 * A time as people write it, in microseconds since 1970: as psql prints it,
 * ISO 8601, or "now - 5 min"; without a zone it is of the environment's TZ.
 * now is what "now" means.  WA_EUSAGE when it is none, or is ambiguous.
 */
WA_API int
wa_when_parse(int64_t *out, const char *text, int64_t now, wa_error *err);

/* "A/FF000028"; WA_EUSAGE when text is no LSN. */
WA_API int wa_lsn_parse(uint64_t *out, const char *text);
WA_API void wa_lsn_format(char buf[WA_LSN_SIZE], uint64_t lsn);

#ifdef __cplusplus
}
#endif

#endif /* WALARCH_H */
