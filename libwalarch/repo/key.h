/*
 * key.h - the layout: every key of a repository is spelled here, and nowhere
 * else (walarch-repository(5)).
 */
#ifndef WA_REPO_KEY_H
#define WA_REPO_KEY_H

#include <stdint.h>

#include "pg/name.h"

#define WA_KEY_SIZE 256
#define WA_KEY_REPO "walarch.repo"
#define WA_KEY_MANIFEST "manifest"
#define WA_KEY_START "start"
#define WA_KEY_KEEP "keep"
#define WA_STANZA_MAX 64 /* the longest name of a stanza */

typedef char wa_key[WA_KEY_SIZE];

/* STANZA/, and in it STANZA/wal/, with a folder for each system. */
void wa_key_stanza(wa_key key, const char *stanza);
void wa_key_wals(wa_key key, const char *stanza);

/* STANZA/system/, and a system's registration in it. */
void wa_key_systems(wa_key key, const char *stanza);
void wa_key_system(wa_key key, const char *stanza, uint64_t system_id);

/* STANZA/wal/SYSTEM/, where a system's WAL is. */
void wa_key_wal_root(wa_key key, const char *stanza, uint64_t system_id);

/* Of these the folders of segments: sixteen digits. */
void wa_key_wal_folder(
    wa_key key, const char *stanza, uint64_t system_id, const char *digits);
void wa_key_histories(wa_key key, const char *stanza, uint64_t system_id);

/* The object of a WAL file. */
void wa_key_wal(
    wa_key key, const char *stanza, uint64_t system_id, const char *name);

/* STANZA/expired/, and in it a note of a system's WAL that was removed: its
 * folder when name is "". */
void wa_key_expirations(wa_key key, const char *stanza);
void wa_key_expired(
    wa_key key, const char *stanza, uint64_t system_id, const char *name);

/* STANZA/backup/, in it a set's folder, and an object of the set. */
void wa_key_backups(wa_key key, const char *stanza);
void wa_key_set(wa_key key, const char *stanza, const char *label);
void wa_key_set_object(
    wa_key key, const char *stanza, const char *label, const char *object);
void
wa_key_part(wa_key key, const char *stanza, const char *label, uint32_t number);
void
wa_key_list(wa_key key, const char *stanza, const char *label, uint32_t number);

#endif
