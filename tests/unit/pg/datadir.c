/* datadir.c - what of a data directory is in a base backup. */
#include "config.h"

#include <criterion/criterion.h>
#include <string.h>

#include "walarch.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const uint32_t majors[] = { 906, 10, 11, 12, 13, 14, 15, 16, 17, 18,
	19 };

Test(datadir, files_are_told_apart)
{
	static const struct {
		const char *path;
		enum wa_data_kind kind;
	} cases[] = {
		{ "PG_VERSION", WA_DATA_COPY },
		{ "postgresql.conf", WA_DATA_COPY },
		{ "postgresql.auto.conf", WA_DATA_COPY },
		{ "postgresql.auto.conf.tmp", WA_DATA_SKIP },
		{ "current_logfiles", WA_DATA_COPY },
		{ "current_logfiles.tmp", WA_DATA_SKIP },
		{ "log/postgresql.log", WA_DATA_COPY },
		{ "server.key", WA_DATA_COPY },
		{ "global/pg_control", WA_DATA_COPY },
		{ "global/pg_control.walarch", WA_DATA_SKIP },
		{ "walarch.restore", WA_DATA_SKIP },
		{ "base/walarch.restore", WA_DATA_COPY },
		{ "global/pg_filenode.map", WA_DATA_COPY },
		{ "global/pg_internal.init", WA_DATA_SKIP },
		{ "global/1262", WA_DATA_COPY },
		{ "base/5/PG_VERSION", WA_DATA_COPY },
		{ "base/5/pg_internal.init", WA_DATA_SKIP },
		{ "base/5/pg_internal.init.1234", WA_DATA_SKIP },
		{ "base/5/xpg_internal.init", WA_DATA_COPY },
		{ "base/5/16384", WA_DATA_COPY },
		{ "base/5/16384.1", WA_DATA_COPY },
		{ "base/5/16384_init", WA_DATA_COPY },
		{ "base/5/t3_16384", WA_DATA_SKIP },
		{ "base/5/t13_16384.1", WA_DATA_SKIP },
		{ "base/5/t13_16384_fsm", WA_DATA_SKIP },
		{ "base/5/t13_16384_vm.2", WA_DATA_SKIP },
		{ "base/5/t13_16384_xx", WA_DATA_COPY },
		{ "base/5/t_16384", WA_DATA_COPY },
		{ "base/5/t3", WA_DATA_COPY },
		{ "base/5/t3_", WA_DATA_COPY },
		{ "base/5/tx_16384", WA_DATA_COPY },
		{ "base/x/t3_16384", WA_DATA_COPY },
		{ "global/t3_16384", WA_DATA_COPY },
		{ "t3_16384", WA_DATA_COPY },
		{ "pg_tblspc/16400/PG_15_202209061/5/t3_1", WA_DATA_SKIP },
		{ "pg_tblspc/16400/PG_15_202209061/5/1", WA_DATA_COPY },
		{ "pg_tblspc/16400/t3_1", WA_DATA_COPY },
		{ "base/pgsql_tmp/pgsql_tmp12.0", WA_DATA_SKIP },
		{ "pgsql_tmp", WA_DATA_SKIP },
		{ "postmaster.pid", WA_DATA_SKIP },
		{ "postmaster.opts", WA_DATA_SKIP },
		{ "postmaster.pid.old", WA_DATA_COPY },
		{ "x/postmaster.pid", WA_DATA_COPY },
		{ "backup_label", WA_DATA_SKIP },
		{ "backup_label.old", WA_DATA_SKIP },
		{ "backup_label.older", WA_DATA_COPY },
		{ "tablespace_map", WA_DATA_SKIP },
		{ "tablespace_map.old", WA_DATA_SKIP },
		{ "backup_manifest", WA_DATA_SKIP },
		{ "recovery.signal", WA_DATA_SKIP },
		{ "standby.signal", WA_DATA_SKIP },
		{ "recovery.conf", WA_DATA_SKIP },
		{ "recovery.done", WA_DATA_SKIP },
		{ "pg_notify/0000", WA_DATA_SKIP },
		{ "pg_replslot/slot/state", WA_DATA_SKIP },
		{ "pg_serial/0000", WA_DATA_SKIP },
		{ "pg_snapshots/00000003-1", WA_DATA_SKIP },
		{ "pg_stat_tmp/global.stat", WA_DATA_SKIP },
		{ "pg_subtrans/0000", WA_DATA_SKIP },
		{ "pg_dynshmem/mmap.1", WA_DATA_SKIP },
		{ "x/pg_notify/0000", WA_DATA_COPY },
		{ "pg_notify", WA_DATA_COPY },
		{ "pg_stat/pgstat.stat", WA_DATA_COPY },
		{ "pg_twophase/000002F4", WA_DATA_COPY },
		{ "pg_logical/replorigin_checkpoint", WA_DATA_COPY },
		{ "", WA_DATA_COPY },
	};
	size_t i, m;

	for (i = 0; i < COUNT(cases); i++)
		for (m = 0; m < COUNT(majors); m++)
			cr_expect_eq(wa_data_kind(cases[i].path, 0, majors[m]),
			    cases[i].kind, "%s of %u", cases[i].path,
			    majors[m]);
}

Test(datadir, folders_are_told_apart)
{
	static const struct {
		const char *path;
		uint32_t from; /* is emptied since; 10 is always */
	} cases[] = {
		{ "pg_dynshmem", 0 },
		{ "pg_notify", 0 },
		{ "pg_replslot", 0 },
		{ "pg_serial", 0 },
		{ "pg_snapshots", 0 },
		{ "pg_stat_tmp", 0 },
		{ "pg_subtrans", 0 },
		{ "pg_wal", 10 },
		{ "pg_tblspc", 99 },
		{ "base", 99 },
		{ "base/5", 99 },
		{ "global", 99 },
		{ "log", 99 },
		{ "pg_stat", 99 },
		{ "pg_walx", 99 },
		{ "x/pg_wal", 99 },
		{ "base/pg_notify", 99 },
		{ "pg_tblspc/16400", 99 },
		{ "t3_16384", 99 },
		{ "base/5/t3_16384", 99 },
	};
	size_t i, m;

	for (i = 0; i < COUNT(cases); i++)
		for (m = 0; m < COUNT(majors); m++) {
			uint32_t major = majors[m] > 900 ? 9 : majors[m];

			cr_expect_eq(wa_data_kind(cases[i].path, 1, majors[m]),
			    major >= cases[i].from ? WA_DATA_EMPTY :
						     WA_DATA_COPY,
			    "%s of %u", cases[i].path, majors[m]);
		}
}

Test(datadir, of_the_wal_its_folders_are_there)
{
	static const struct {
		const char *path;
		int folder;
		uint32_t version;
		enum wa_data_kind kind;
	} cases[] = {
		{ "pg_wal/archive_status", 1, 10, WA_DATA_EMPTY },
		{ "pg_wal/archive_status", 1, 19, WA_DATA_EMPTY },
		{ "pg_wal/archive_status/x", 0, 15, WA_DATA_SKIP },
		{ "pg_wal/archive_status", 0, 15, WA_DATA_SKIP },
		{ "pg_wal/summaries", 1, 16, WA_DATA_SKIP },
		{ "pg_wal/summaries", 1, 17, WA_DATA_EMPTY },
		{ "pg_wal/000000010000000000000001", 0, 15, WA_DATA_SKIP },
		{ "pg_wal/other", 1, 15, WA_DATA_SKIP },
		{ "pg_xlog", 1, 906, WA_DATA_EMPTY },
		{ "pg_xlog/archive_status", 1, 906, WA_DATA_EMPTY },
		{ "pg_xlog/00000002.history", 0, 906, WA_DATA_SKIP },
		{ "pg_xlog", 1, 10, WA_DATA_COPY },
		{ "pg_xlog/x", 0, 10, WA_DATA_COPY },
		{ "pg_wal", 1, 906, WA_DATA_COPY },
		{ "pg_wal/x", 0, 906, WA_DATA_COPY },
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		cr_expect_eq(wa_data_kind(cases[i].path, cases[i].folder,
				 cases[i].version),
		    cases[i].kind, "%s of %u", cases[i].path, cases[i].version);
}

Test(datadir, temporary_folders_are_left_out)
{
	static const char *const paths[] = { "pgsql_tmp", "base/pgsql_tmp",
		"base/pgsql_tmp/pgsql_tmp12.0.sharedfileset",
		"pg_tblspc/16400/PG_15_202209061/pgsql_tmp",
		"base/pgsql_tmpx" };
	size_t i;

	for (i = 0; i < COUNT(paths); i++)
		cr_expect_eq(wa_data_kind(paths[i], 1, 15), WA_DATA_SKIP, "%s",
		    paths[i]);
}

/* Paths, what wa_data_relation() says (segment -1: no), and the init fork that
 * would make it unlogged. */
Test(datadir, relations_are_told_from_other_files)
{
	static const struct {
		const char *path;
		int64_t segment;
		const char *init;
	} cases[] = {
		{ "base/5/16384", 0, "16384_init" },
		{ "base/5/16384.1", 1, "16384_init" },
		{ "base/5/16384.32767", 32767, "16384_init" },
		{ "base/5/16384_fsm", 0, "16384_init" },
		{ "base/5/16384_vm", 0, "16384_init" },
		{ "base/5/16384_vm.1", 1, "16384_init" },
		{ "base/5/16384_init", 0, NULL },
		{ "base/5/16384_init.1", 1, NULL },
		{ "base/1/1", 0, "1_init" },
		{ "base/4294967295/4294967295", 0, "4294967295_init" },
		{ "base/4294967296/1", -1, NULL },
		{ "base/1/4294967296", -1, NULL },
		{ "base/1/99999999999999999999999999", -1, NULL },
		{ "base/0/1", -1, NULL },
		{ "base/1/0", -1, NULL },
		{ "base/1/01", -1, NULL },
		{ "base/1/", -1, NULL },
		{ "base/1", -1, NULL },
		{ "base/", -1, NULL },
		{ "base//1", -1, NULL },
		{ "base/1/1.", -1, NULL },
		{ "base/1/1.0", -1, NULL },
		{ "base/1/1.01", -1, NULL },
		{ "base/1/1.1.1", -1, NULL },
		{ "base/1/1.x", -1, NULL },
		{ "base/1/1.1_fsm", -1, NULL },
		{ "base/1/1_", -1, NULL },
		{ "base/1/1_main", -1, NULL },
		{ "base/1/1_fsmx", -1, NULL },
		{ "base/1/1_fsm_vm", -1, NULL },
		{ "base/1/ 1", -1, NULL },
		{ "base/1/+1", -1, NULL },
		{ "base/1/1/1", -1, NULL },
		{ "base/5/PG_VERSION", -1, NULL },
		{ "base/5/pg_filenode.map", -1, NULL },
		{ "base/5/pg_internal.init", -1, NULL },
		{ "base/5/t3_16384", -1, NULL },
		{ "base/5/t3_16384_init", -1, NULL },
		{ "global/1262", 0, NULL },
		{ "global/1262_fsm", 0, NULL },
		{ "global/1262.3", 3, NULL },
		{ "global/pg_control", -1, NULL },
		{ "global/pg_filenode.map", -1, NULL },
		{ "global/5/1262", -1, NULL },
		{ "pg_tblspc/16400/PG_15_202209061/5/16401", 0, "16401_init" },
		{ "pg_tblspc/16400/PG_9.6_201608131/5/1_vm.7", 7, "1_init" },
		{ "pg_tblspc/16400/PG_15_202209061/16401", -1, NULL },
		{ "pg_tblspc/16400/5/16401", -1, NULL },
		{ "pg_tblspc/16400/x/5/16401", -1, NULL },
		{ "pg_tblspc/x/PG_15_202209061/5/16401", -1, NULL },
		{ "pg_tblspc/16400/PG_15_202209061", -1, NULL },
		{ "pg_tblspc/16400", -1, NULL },
		{ "pg_xact/0000", -1, NULL },
		{ "16384", -1, NULL },
		{ "/base/5/16384", -1, NULL },
		{ "x/base/5/16384", -1, NULL },
		{ "", -1, NULL },
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		char init[WA_INIT_FORK_SIZE] = "as before";
		uint32_t segment = 77;
		int64_t s = cases[i].segment;

		cr_expect_eq(wa_data_relation(cases[i].path, &segment), s >= 0,
		    "%s", cases[i].path);
		cr_expect_eq(segment, s < 0 ? 77 : s, "%s", cases[i].path);
		cr_expect_eq(wa_data_init_fork(init, cases[i].path),
		    cases[i].init != NULL, "%s", cases[i].path);
		cr_expect_str_eq(
		    init, cases[i].init == NULL ? "as before" : cases[i].init);
	}
}
