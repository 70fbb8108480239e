/* key.c - the names of things in a repository. */
#include "config.h"

#include "repo/key.h"

#include <stdio.h>

#define FOLDER_DIGITS 16 /* timeline and log of a segment's name */

void
wa_key_stanza(wa_key key, const char *stanza)
{
	(void)snprintf(key, WA_KEY_SIZE, "%s/", stanza);
}

void
wa_key_wals(wa_key key, const char *stanza)
{
	(void)snprintf(key, WA_KEY_SIZE, "%s/wal/", stanza);
}

void
wa_key_systems(wa_key key, const char *stanza)
{
	(void)snprintf(key, WA_KEY_SIZE, "%s/system/", stanza);
}

void
wa_key_system(wa_key key, const char *stanza, uint64_t system_id)
{
	(void)snprintf(key, WA_KEY_SIZE, "%s/system/%llu", stanza,
	    (unsigned long long)system_id);
}

void
wa_key_wal_root(wa_key key, const char *stanza, uint64_t system_id)
{
	(void)snprintf(key, WA_KEY_SIZE, "%s/wal/%llu/", stanza,
	    (unsigned long long)system_id);
}

void
wa_key_wal_folder(
    wa_key key, const char *stanza, uint64_t system_id, const char *digits)
{
	(void)snprintf(key, WA_KEY_SIZE, "%s/wal/%llu/%.*s/", stanza,
	    (unsigned long long)system_id, FOLDER_DIGITS, digits);
}

void
wa_key_histories(wa_key key, const char *stanza, uint64_t system_id)
{
	(void)snprintf(key, WA_KEY_SIZE, "%s/wal/%llu/history/", stanza,
	    (unsigned long long)system_id);
}

void
wa_key_wal(wa_key key, const char *stanza, uint64_t system_id, const char *name)
{
	if (wa_name_kind(name) == WA_HISTORY)
		(void)snprintf(key, WA_KEY_SIZE, "%s/wal/%llu/history/%s",
		    stanza, (unsigned long long)system_id, name);
	else
		(void)snprintf(key, WA_KEY_SIZE, "%s/wal/%llu/%.*s/%s", stanza,
		    (unsigned long long)system_id, FOLDER_DIGITS, name, name);
}

void
wa_key_backups(wa_key key, const char *stanza)
{
	(void)snprintf(key, WA_KEY_SIZE, "%s/backup/", stanza);
}

void
wa_key_set(wa_key key, const char *stanza, const char *label)
{
	(void)snprintf(key, WA_KEY_SIZE, "%s/backup/%s/", stanza, label);
}

void
wa_key_set_object(
    wa_key key, const char *stanza, const char *label, const char *object)
{
	(void)snprintf(
	    key, WA_KEY_SIZE, "%s/backup/%s/%s", stanza, label, object);
}

void
wa_key_part(wa_key key, const char *stanza, const char *label, uint32_t number)
{
	(void)snprintf(
	    key, WA_KEY_SIZE, "%s/backup/%s/part-%05u", stanza, label, number);
}

void
wa_key_list(wa_key key, const char *stanza, const char *label, uint32_t number)
{
	(void)snprintf(
	    key, WA_KEY_SIZE, "%s/backup/%s/list-%05u", stanza, label, number);
}

void
wa_key_expirations(wa_key key, const char *stanza)
{
	(void)snprintf(key, WA_KEY_SIZE, "%s/expired/", stanza);
}

void
wa_key_expired(
    wa_key key, const char *stanza, uint64_t system_id, const char *name)
{
	(void)snprintf(key, WA_KEY_SIZE, "%s/expired/%llu/%s", stanza,
	    (unsigned long long)system_id, name);
}
