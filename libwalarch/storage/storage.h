/*
 * storage.h - where objects are kept.  Keys are relative, of parts between
 * '/'; a part never begins with "." and is plain ASCII.
 */
#ifndef WA_STORAGE_STORAGE_H
#define WA_STORAGE_STORAGE_H

#include "base/names.h"
#include "stream/stream.h"
#include "walarch.h"

typedef struct wa_storage wa_storage;

/* An object that is read anywhere. */
typedef struct wa_random wa_random;

struct wa_random_ops {
	int64_t (*read)(
	    wa_random *r, void *buf, size_t size, uint64_t at, wa_error *err);
	void (*close)(wa_random *r);
};

struct wa_random {
	const struct wa_random_ops *ops;
	uint64_t size; /* the object's */
};

struct wa_storage_ops {
	int (*put)(
	    wa_writer **out, wa_storage *s, const char *key, wa_error *err);
	int (*get)(
	    wa_reader **out, wa_storage *s, const char *key, wa_error *err);
	int (*open)(
	    wa_random **out, wa_storage *s, const char *key, wa_error *err);
	int (*stat)(
	    uint64_t *size, wa_storage *s, const char *key, wa_error *err);
	int (*list)(wa_names *out, wa_storage *s, const char *folder,
	    unsigned flags, wa_error *err);
	int (*settle)(wa_storage *s, const char *key, wa_error *err);
	int (*age)(
	    int64_t *when, wa_storage *s, const char *key, wa_error *err);
	int (*remove)(uint64_t *freed, wa_storage *s, const char *key,
	    unsigned flags, wa_error *err);
	int (*probe)(wa_storage *s, const char *folder, wa_error *err);
	void (*close)(wa_storage *s);
};

struct wa_storage {
	const struct wa_storage_ops *ops;
	wa_gate *gate; /* before an object gets its name; or NULL */
	void *gate_arg;
};

/*
 * A writer of a new object, which exists, whole and durable, when the writer
 * has finished.  Finishing is WA_EEXIST, and changes nothing, when the key is
 * taken.
 */
int
wa_storage_put(wa_writer **out, wa_storage *s, const char *key, wa_error *err);

/* The reader's size is the object's.  WA_ENOENT: the storage answered that there
 * is no such object. */
int
wa_storage_get(wa_reader **out, wa_storage *s, const char *key, wa_error *err);

/* The same to read anywhere in it, by several threads at once. */
int
wa_storage_open(wa_random **out, wa_storage *s, const char *key, wa_error *err);

/* Up to size bytes at a position: how many, fewer only at the end, or < 0. */
int64_t wa_random_read(
    wa_random *r, void *buf, size_t size, uint64_t at, wa_error *err);
void wa_random_close(wa_random *r);

int
wa_storage_stat(uint64_t *size, wa_storage *s, const char *key, wa_error *err);

/*
 * Add the names in a folder to out, sorted; those of folders end in '/'.  A
 * folder that is not there is empty.
 */
#define WA_LIST_SIZES 1u  /* a name's number is the object's size */
#define WA_LIST_HIDDEN 2u /* those that begin with "." as well */
#define WA_LIST_TIMES                                                          \
	4u /* a name's number is when the object was stored, in
			   * microseconds since 1970 */

int wa_storage_list(wa_names *out, wa_storage *s, const char *folder,
    unsigned flags, wa_error *err);

/* The object is there; is it durable?  Make it so. */
int wa_storage_settle(wa_storage *s, const char *key, wa_error *err);

/* When was it stored?  Microseconds since 1970.  WA_ENOENT as with stat. */
int
wa_storage_age(int64_t *when, wa_storage *s, const char *key, wa_error *err);

/*
 * Remove an object, and its folder if that is empty then.  One that is not
 * there is gone: *freed is 0; else it is the object's size.
 */
#define WA_REMOVE_NOW 1u /* it does not come back after a power cut */

int wa_storage_remove(uint64_t *freed, wa_storage *s, const char *key,
    unsigned flags, wa_error *err);

/* Could an object be put into the folder, or where it would be?  Leaves no
 * trace. */
int wa_storage_probe(wa_storage *s, const char *folder, wa_error *err);

void wa_storage_close(wa_storage *s);

/* A folder of a file system, which must be there. */
int wa_posix_open(wa_storage **out, const char *root, wa_error *err);

#endif
