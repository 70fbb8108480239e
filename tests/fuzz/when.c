/* when.c - times as people write them. */
#include "config.h"

#include <time.h>

#include "base/text.h"
#include "fuzz.h"
#include "walarch.h"

#define LATEST INT64_C(253402300799999999) /* of the year 9999 */

static void
check_again(int64_t when)
{
	char text[WA_TIME_SIZE];
	int64_t same;

	wa_time_format(text, when);
	must(wa_time_parse(&same, text) == 0 && same == when);
	must(wa_when_parse(&same, text, 0, NULL) == 0 && same == when);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	int64_t now = (int64_t)take_number(&in, 8) & ((INT64_C(1) << 57) - 1);
	char *text = take_text(&in, in.left);
	wa_error err = WA_ERROR_INIT;
	int64_t when = -1;
	int rc;

	setenv("TZ", "Europe/Berlin", 1);
	rc = wa_when_parse(&when, text, now, &err);
	if (rc == 0) {
		must(when >= 0 && when <= LATEST);
		check_again(when);
	} else {
		must(rc == WA_EUSAGE && err.code == rc && when == -1);
		must(err.text[0] != '\0' && err.hint[0] != '\0');
	}
	free(text);
	return 0;
}
