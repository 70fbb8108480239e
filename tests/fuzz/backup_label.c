/* backup_label.c - a .backup file's name, a line feed, and its text. */
#include "config.h"

#include "fuzz.h"
#include "pg/backup_label.h"

static void
check_read(struct input *in)
{
	char *text = take_text(in, in->left);
	wa_error err = WA_ERROR_INIT;
	wa_backup backup;
	int rc;

	memset(&backup, 0xEE, sizeof(backup));
	rc = wa_backup_label_read(&backup, text, &err);
	free(text);
	if (rc != 0) {
		must(rc == WA_ECORRUPT && err.code == rc);
		return;
	}
	must(memchr(backup.label, 0, sizeof(backup.label)) != NULL);
	must(memchr(backup.start_time, 0, sizeof(backup.start_time)) != NULL);
	must(memchr(backup.stop_time, 0, sizeof(backup.stop_time)) != NULL);
	must(backup.timeline != 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char begin[] = "START WAL LOCATION:";
	struct input in = { data, size };
	const uint8_t *feed = memchr(data, '\n', size);
	size_t length = feed == NULL ? 0 : (size_t)(feed - data);
	char *text = take_text(&in, length);
	wa_error err = WA_ERROR_INIT;
	struct wa_name name;
	int rc;

	(void)take_number(&in, 1);
	wa_name_parse(&name, text);
	free(text);
	rc = wa_backup_label_check(&name, (const char *)in.p, in.left, &err);
	must(rc == 0 || rc == WA_ECORRUPT);
	if (rc == 0)
		must(memcmp(in.p, begin, sizeof(begin) - 1) == 0);
	else
		must(err.code == rc && err.text[0] != '\0');
	check_read(&in);
	return 0;
}
