/* restore_words.c - what a restore will do, and what to do after it. */
#include "config.h"

#include "restore_words.h"

#include <stdio.h>
#include <string.h>

#include "info_words.h"
#include "restore_target.h"
#include "size.h"

static const char *
type_word(int type)
{
	return type == WA_SET_FULL ? "full" :
	    type == WA_SET_DIFF    ? "diff" :
				     "incr";
}

static void
print_wal(const struct restore_job *job)
{
	const wa_set *set = &job->choice.set;
	char first[WA_SEGMENT_NAME_SIZE], last[WA_SEGMENT_NAME_SIZE];
	uint64_t from = set->redo / set->segment_size, to;
	uint64_t end = job->choice.asked && job->choice.answer.reachable ?
	    job->choice.answer.lsn :
	    set->stop;
	uint32_t timeline = job->choice.asked && job->choice.answer.reachable ?
	    job->choice.answer.timeline :
	    set->timeline;

	to = end == 0 ? from : (end - 1) / set->segment_size;
	wa_segment_format(first, set->timeline, from, set->segment_size);
	wa_segment_format(last, timeline, to, set->segment_size);
	(void)printf("WAL:            %s to %s, %llu segment%s\n", first, last,
	    (unsigned long long)(to - from + 1), to == from ? "" : "s");
}

void
restore_print_plan(const struct restore_job *job)
{
	char size[SIZE_TEXT], space[SIZE_TEXT], since[WA_TIME_SIZE];
	const wa_set *set = &job->choice.set;
	size_t i;

	wa_time_format(since, set->stop_time);
	(void)printf("backup set:     %s, %s, of %s\n", set->label,
	    type_word(set->type), since);
	(void)printf("files:          %llu, %s\n",
	    (unsigned long long)job->scan.files,
	    size_text(size, job->scan.total));
	(void)printf("data directory: %s, %s, of %s free\n", job->root,
	    size_text(size, job->scan.size),
	    size_text(space, restore_free(job->root)));
	for (i = 0; i < job->places.count; i++)
		(void)printf("%-15s %s -> %s, %s, of %s free\n",
		    job->places.list[i].tablespace ? "tablespace:" : "link:",
		    strrchr(job->places.list[i].path, '/') == NULL ?
			job->places.list[i].path :
			strrchr(job->places.list[i].path, '/') + 1,
		    job->places.list[i].to,
		    size_text(size, job->places.list[i].size),
		    size_text(space, restore_free(job->places.list[i].to)));
	print_wal(job);
	if (job->choice.asked)
		info_print_answer(&job->choice.answer, &job->choice.target);
}

void
restore_print_next(const char *root, uint32_t version, enum recovery_kind kind,
    const wa_target *target, const char *action)
{
	int xlog = version > 900;
	int pauses = kind == RECOVERY_TARGET &&
	    target->type != WA_TARGET_DEFAULT && strcmp(action, "pause") == 0;

	(void)printf("\nNext:\n  pg_ctl -D %s start\n", root);
	if (pauses)
		(void)printf("  look at the data: the server is read-only, and "
			     "pauses at the target\n"
			     "  psql -c 'SELECT pg_%s_replay_resume()'   to "
			     "open it for writing\n",
		    xlog ? "xlog" : "wal");
	else
		(void)printf(
		    "  psql -c 'SELECT pg_is_in_recovery()'   is \"%s\" when "
		    "recovery has ended\n",
		    kind == RECOVERY_STANDBY ? "t\" (a standby), \"f" : "f");
	(void)printf("  walarch-check   when it shall archive here\n");
}
