/* cluster.c - what a data directory says. */
#include "config.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "pg/control.h"
#include "support.h"

TestSuite(cluster, .fini = folder_remove);

static wa_error err;
static wa_cluster got;

static void
make(const char *version, int right)
{
	uint8_t data[WA_CONTROL_SIZE] = { 0 };

	wa_put_le64(data, SYSTEM);
	wa_put_le32(data + 8, 1300);
	wa_put_le32(data + 16, 6);
	wa_put_le64(data + 40, 0x1234560);
	wa_put_le32(data + 48, 3);
	wa_put_le32(data + 228, 16 * MB);
	wa_put_le32(data + 288, wa_crc32c(0, data, 288) + !right);
	(void)mkdir(path_of("pg"), 0700);
	(void)mkdir(path_of("pg/global"), 0700);
	text_put(path_of("pg/PG_VERSION"), version);
	file_put(path_of("pg/global/pg_control"), data, sizeof(data));
}

Test(cluster, is_read_from_pg_control_and_pg_version)
{
	make("15\n", 1);
	cr_assert_eq(
	    wa_cluster_read(&got, path_of("pg"), &err), 0, "%s", err.text);
	cr_expect_eq(got.system_id, SYSTEM);
	cr_expect_eq(got.version, 15);
	cr_expect_eq(got.segment_size, 16 * MB);
	cr_expect_eq(got.timeline, 3);
	cr_expect_eq(got.redo, 0x1234560);
	cr_expect_eq(got.state, 6);
	make("9.6\n", 1);
	cr_assert_eq(wa_cluster_read(&got, path_of("pg"), &err), 0);
	cr_expect_eq(got.version, 906);
	make("18", 1);
	cr_assert_eq(wa_cluster_read(&got, path_of("pg"), &err), 0);
	cr_expect_eq(got.version, 18);
}

Test(cluster, a_wrong_checksum_is_corrupt)
{
	make("15\n", 0);
	cr_expect_eq(wa_cluster_read(&got, path_of("pg"), &err), WA_ECORRUPT);
	cr_expect_not_null(strstr(err.text, path_of("pg")));
	cr_expect_eq(got.system_id, 0, "written only on success");
}

Test(cluster, no_data_directory_is_told_by_its_path)
{
	cr_expect_eq(wa_cluster_read(&got, path_of("pg"), &err), WA_ESYSTEM);
	cr_expect_not_null(strstr(err.text, path_of("pg")));
	cr_assert_eq(mkdir(path_of("pg"), 0700), 0);
	cr_expect_eq(wa_cluster_read(&got, path_of("pg"), &err), WA_ESYSTEM);
	cr_expect_not_null(strstr(err.text, "pg_control"));
	make("15\n", 1);
	cr_assert_eq(unlink(path_of("pg/PG_VERSION")), 0);
	cr_expect_eq(wa_cluster_read(&got, path_of("pg"), &err), WA_ESYSTEM);
}

Test(cluster, a_version_that_is_none_is_refused)
{
	static const char *const cases[] = { "", "\n", "x\n", "15x\n", "15.\n",
		"9.6.1\n", "-15\n", "1500000\n" };
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		make(cases[i], 1);
		cr_expect_eq(wa_cluster_read(&got, path_of("pg"), &err),
		    WA_EUSAGE, "\"%s\"", cases[i]);
	}
}
