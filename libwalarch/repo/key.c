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
