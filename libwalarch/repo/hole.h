/* hole.h - is what is not stored simply not there, or missing? */
#ifndef WA_REPO_HOLE_H
#define WA_REPO_HOLE_H

#include "repo/repo.h"

/*
 * The file called name is not stored.  WA_ENOENT when that is certain and
 * nothing contradicts it, WA_EHOLE when later WAL is stored, another code when
 * the repository gave no clear answer.
 */
int wa_hole_judge(
    wa_repo *repo, uint64_t system_id, const char *name, wa_error *err);

#endif
