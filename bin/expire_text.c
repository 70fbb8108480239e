/* expire_text.c - walarch-expire for people. */
#include "config.h"

#include <stdio.h>

#include "expire_print.h"
#include "expire_words.h"
#include "size.h"

static int is_dry;

/* What stays is of interest while nothing is done. */
static void
tell(const wa_decision *d, uint32_t segment_size, uint64_t freed)
{
	char thing[EXPIRE_WORDS], why[WA_WHY_SIZE], size[SIZE_TEXT];

	if (!d->remove && !is_dry)
		return;
	expire_thing(thing, d, segment_size);
	wa_decision_why(why, d);
	(void)printf("%s %s: %s",
	    !d->remove ? "keep" :
		is_dry ? "would remove" :
			 "removed",
	    thing, why);
	if (freed > 0)
		(void)printf(" (%s)", size_text(size, freed));
	(void)printf("\n");
}

int
expire_print_text(
    wa_repo *repo, const wa_config *config, int dry, wa_error *err)
{
	struct expire_result result;
	char text[EXPIRE_WORDS];
	int rc;

	is_dry = dry;
	rc = expire(&result, repo, config, dry, tell, err);
	if (rc < 0)
		return rc;
	(void)expire_summary(text, &result, dry);
	(void)printf("%s\n", text);
	return 0;
}
