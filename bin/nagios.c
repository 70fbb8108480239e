/* nagios.c - what a plugin of Nagios says of the WAL that waits. */
#include "config.h"

#include "nagios.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "size.h"
#include "span.h"

static const char *const words[] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };

static enum nagios
judge_age(const struct nagios_limits *limits, const struct nagios_facts *facts)
{
	if (facts->files == 0 || facts->age <= limits->warning_age)
		return NAGIOS_OK;
	return facts->age > limits->critical_age ? NAGIOS_CRITICAL :
						   NAGIOS_WARNING;
}

static enum nagios
judge_queue(
    const struct nagios_limits *limits, const struct nagios_facts *facts)
{
	if (facts->bytes <= limits->warning_queue)
		return NAGIOS_OK;
	return facts->bytes > limits->critical_queue ? NAGIOS_CRITICAL :
						       NAGIOS_WARNING;
}

enum nagios
nagios_judge(
    const struct nagios_limits *limits, const struct nagios_facts *facts)
{
	enum nagios age = judge_age(limits, facts);
	enum nagios queue = judge_queue(limits, facts);

	return age > queue ? age : queue;
}

/* ", more than 5 min", when that is why; else nothing. */
static void
why_age(char *buf, size_t size, const struct nagios_limits *limits,
    const struct nagios_facts *facts)
{
	enum nagios status = judge_age(limits, facts);
	char span[SPAN_TEXT];

	buf[0] = '\0';
	if (status != NAGIOS_OK)
		(void)snprintf(buf, size, ", more than %s",
		    span_text(span,
			status == NAGIOS_WARNING ? limits->warning_age :
						   limits->critical_age));
}

static void
why_queue(char *buf, size_t size, const struct nagios_limits *limits,
    const struct nagios_facts *facts)
{
	enum nagios status = judge_queue(limits, facts);
	char text[SIZE_TEXT];

	buf[0] = '\0';
	if (status != NAGIOS_OK)
		(void)snprintf(buf, size, ", more than %s",
		    size_text(text,
			status == NAGIOS_WARNING ? limits->warning_queue :
						   limits->critical_queue));
}

/* "|" would begin the performance data, and a line would end. */
static void
clean(char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == '|' || *text == 127)
			*text = '?';
}

static void
describe(char *buf, size_t size, const struct nagios_limits *limits,
    const struct nagios_facts *facts)
{
	char age[64], queue[64], text[SIZE_TEXT], span[SPAN_TEXT];
	int n;

	why_age(age, sizeof(age), limits, facts);
	why_queue(queue, sizeof(queue), limits, facts);
	if (facts->files == 0)
		n = snprintf(buf, size, "nothing waits to be archived%s",
		    facts->noted ? "" : "; archive_status is empty");
	else
		n = snprintf(buf, size,
		    "%" PRIu64 " file%s to archive (%s%s), the oldest for "
		    "%s%s%s",
		    facts->files, facts->files == 1 ? "" : "s",
		    size_text(text, facts->bytes), queue,
		    span_text(span, facts->age), age,
		    facts->growing ? ", growing" : "");
	if (facts->error != NULL)
		(void)snprintf(buf + n, size - (size_t)n, "; last error: %s",
		    facts->error);
	clean(buf);
}

void
nagios_line(char *buf, size_t size, const struct nagios_limits *limits,
    const struct nagios_facts *facts)
{
	char text[1024];

	describe(text, sizeof(text), limits, facts);
	(void)snprintf(buf, size,
	    "WALARCH %s - %s | ready=%" PRIu64 ";;;0 age=%.0fs;%g;%g;0 "
	    "queue=%" PRIu64 "B;%" PRIu64 ";%" PRIu64 ";0",
	    words[nagios_judge(limits, facts)], text, facts->files, facts->age,
	    limits->warning_age, limits->critical_age, facts->bytes,
	    limits->warning_queue, limits->critical_queue);
}

void
nagios_unknown(char *buf, size_t size, const char *text)
{
	(void)snprintf(
	    buf, size, "WALARCH %s - %s", words[NAGIOS_UNKNOWN], text);
	clean(buf);
}
