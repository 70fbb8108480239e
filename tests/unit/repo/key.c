/* key.c - the layout, word for word: what is stored must be found again. */
#include "config.h"

#include <criterion/criterion.h>

#include "repo/key.h"

Test(key, the_layout_is_the_documented_one)
{
	wa_key key;

	wa_key_systems(key, "db");
	cr_expect_str_eq(key, "db/system/");
	wa_key_system(key, "db", UINT64_MAX);
	cr_expect_str_eq(key, "db/system/18446744073709551615");
	wa_key_wal_root(key, "db", 7);
	cr_expect_str_eq(key, "db/wal/7/");
	wa_key_wal_folder(key, "db", 7, "000000010000000A/");
	cr_expect_str_eq(key, "db/wal/7/000000010000000A/");
	wa_key_wal_folder(key, "db", 7, "000000010000000A000000FF");
	cr_expect_str_eq(key, "db/wal/7/000000010000000A/");
	wa_key_histories(key, "db", 7);
	cr_expect_str_eq(key, "db/wal/7/history/");
	wa_key_wal(key, "db", 7, "0000000B.history");
	cr_expect_str_eq(key, "db/wal/7/history/0000000B.history");
	wa_key_wal(key, "db", 7, "000000010000000A000000FF");
	cr_expect_str_eq(
	    key, "db/wal/7/000000010000000A/000000010000000A000000FF");
	wa_key_wal(key, "db", 7, "000000010000000A000000FF.partial");
	cr_expect_str_eq(
	    key, "db/wal/7/000000010000000A/000000010000000A000000FF.partial");
	wa_key_wal(key, "db", 7, "000000010000000A000000FF.00000028.backup");
	cr_expect_str_eq(key,
	    "db/wal/7/000000010000000A/"
	    "000000010000000A000000FF.00000028.backup");
}
