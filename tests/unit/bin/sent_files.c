/* sent_files.c - what came, against what a manifest says of it. */
#include "config.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pg_checksum.h"
#include "sent_files.h"
#include "support.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define HEAD "{ \"PostgreSQL-Backup-Manifest-Version\": 1,\n\"Files\": [\n"
#define SUM "\"Manifest-Checksum\": \"" /* which put() finishes */
#define TAIL                                                                   \
	"\n],\n\"WAL-Ranges\": [\n{ \"Timeline\": 1, \"Start-LSN\": "          \
	"\"0/2000028\", \"End-LSN\": \"0/2000100\" }\n],\n" SUM
#define LINE(path, size, crc)                                                  \
	"{ " path ", \"Size\": " size                                          \
	", \"Last-Modified\": \"2026-11-21 03:15:00 GMT\", "                   \
	"\"Checksum-Algorithm\": \"CRC32C\", \"Checksum\": \"" crc "\" }"
#define A LINE("\"Path\": \"a\"", "3", "78563412")
#define B LINE("\"Path\": \"base/1/b\"", "0", "00000000")
#define C LINE("\"Encoded-Path\": \"6361666ee9\"", "9", "01000000")
#define DONE LINE("\"Path\": \"pg_wal/archive_status/1.done\"", "0", "00000000")

struct manifest_case {
	const char *text, *why; /* NULL: it is right */
};

static const struct manifest_case cases[] = {
	{ HEAD A ",\n" B ",\n" C ",\n" DONE TAIL, NULL },
	{ HEAD A ",\n" B ",\n" C TAIL, NULL },
	{ HEAD B ",\n" A ",\n" C TAIL, "where \"a\" was sent" },
	{ HEAD A ",\n" C TAIL, "where \"base/1/b\" was sent" },
	{ HEAD A ",\n" B TAIL, "does not list it" },
	{ HEAD A ",\n" B ",\n" C ",\n" A TAIL, "which was not sent" },
	{ HEAD LINE("\"Path\": \"a\"", "4", "78563412") ",\n" B ",\n" C TAIL,
	    "another size" },
	{ HEAD LINE("\"Path\": \"a\"", "3", "79563412") ",\n" B ",\n" C TAIL,
	    "the checksum" },
	{ HEAD LINE("\"Path\": \"a\"", "\"3\"", "78563412") ",\n" B TAIL,
	    "another size" },
	{ HEAD LINE("\"Encoded-Path\": \"6\"", "3", "78563412") TAIL,
	    "lists \"\"" },
	{ HEAD "{ \"Path\": \"a\", \"Size\": 3 }" TAIL, "the checksum" },
	{ HEAD "{ \"Path\": \"a" TAIL, "cannot be read" },
	{ HEAD A ",\n" B ",\n" C, "cut short" },
	{ HEAD A ",\n" B ",\n" C "\n],\n" SUM "00\"}\n", "its own checksum" },
	{ HEAD A ",\n" B ",\n" C "\n],\n" SUM "00", "its own checksum" },
	{ HEAD, "cut short" },
	{ "", "cut short" },
	{ HEAD TAIL, "\"a\" was sent, but" },
};

static void
put(const char *path, const char *text)
{
	size_t n = strlen(text), end = strlen(SUM);
	char all[4096], digits[2 * PG_CHECKSUM_SIZE + 1] = "";
	struct pg_checksum *checksum = NULL;
	wa_error err = WA_ERROR_INIT;
	struct pg_sum sum;

	if (n > end && strcmp(text + n - end, SUM) == 0) {
		cr_assert_eq(pg_checksum_new(&checksum, &err), 0);
		(void)pg_checksum_begin(checksum, PG_SHA256, &err);
		(void)pg_checksum_add(checksum, text, n - end, &err);
		cr_assert_eq(pg_checksum_end(&sum, checksum, &err), 0);
		pg_sum_format(digits, &sum);
		pg_checksum_free(checksum);
	}
	(void)snprintf(all, sizeof(all), "%s%s%s", text, digits,
	    digits[0] != '\0' ? "\"}\n" : "");
	text_put(path, all);
}

static void
add_all(struct sent_files *sent)
{
	wa_error err = WA_ERROR_INIT;

	cr_assert_eq(sent_files_add(sent, "a", 3, 0x12345678, &err), 0);
	cr_assert_eq(sent_files_add(sent, "base/1/b", 0, 0, &err), 0);
	cr_assert_eq(sent_files_add(sent, "cafn\xe9", 9, 1, &err), 0);
	cr_assert_eq(sent_files_add(sent, "pg_wal/000000010000000000000002",
			 1 << 20, 7, &err),
	    0);
	cr_assert_eq(
	    sent_files_add(sent, "pg_wal/archive_status/1.done", 0, 0, &err),
	    0);
}

Test(sent_files, a_manifest_lists_what_was_sent_and_nothing_else)
{
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		int dir = open(folder(), O_RDONLY | O_DIRECTORY), fd, rc;
		struct sent_files *sent = NULL;
		wa_error err = WA_ERROR_INIT;

		put(path_of("manifest"), cases[i].text);
		fd = open(path_of("manifest"), O_RDONLY);
		cr_assert_eq(sent_files_open(&sent, dir, &err), 0);
		add_all(sent);
		rc = sent_files_check(sent, fd, &err);
		cr_expect_eq(rc, cases[i].why == NULL ? 0 : WA_ECORRUPT,
		    "case %zu: %d, %s", i, rc, err.text);
		cr_expect(cases[i].why == NULL ||
			strstr(err.text, cases[i].why) != NULL,
		    "case %zu: %s", i, err.text);
		sent_files_close(sent);
		(void)close(fd);
		(void)close(dir);
	}
	cr_expect_eq(entries(folder()), 1);
	folder_remove();
}
