/* guardparts.c - the timeline guard, for tests. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "restoreparts.h"
#include "timeline_guard.h"

/* TIMELINE [type=] [target=] [timeline=] [set=]: the first backup of that
 * timeline. */
int
guard(char **argv)
{
	wa_config *config = configuration(argv);
	wa_error err = WA_ERROR_INIT, warning = WA_ERROR_INIT;
	wa_system *systems = NULL;
	wa_backup *backups = NULL,
		  backup = { .timeline = (uint32_t)atoi(argv[0]) };
	wa_repo *repo = NULL;
	wa_target target;
	wa_answer answer;
	size_t count, n;
	int rc = wa_repo_open(&repo, config, &err);

	if (rc == 0)
		rc = wa_stanza_systems(&systems, &count, repo, &err);
	if (rc == 0)
		rc = wa_backup_list(
		    &backups, &n, repo, systems[0].system_id, &err);
	if (rc == 0)
		rc = parse_target(&target, argv, systems[0].version, &err);
	if (rc == 0)
		rc = wa_target_check(
		    &answer, repo, systems[0].system_id, &target, &err);
	if (rc == 0)
		rc = timeline_guard(&warning, repo, &systems[0], &backup,
		    &target, &answer, &err);
	if (rc == 1)
		(void)printf("%s\n%s\n", warning.text, warning.hint);
	wa_free(systems);
	wa_free(backups);
	wa_repo_close(repo);
	wa_config_free(config);
	return rc < 0 ? failed(&err) : 0;
}
