/* retention_sets.h - which sets stay, and how much WAL each asks for. */
#ifndef WA_REPO_RETENTION_SETS_H
#define WA_REPO_RETENTION_SETS_H

#include "repo/retention.h"

#define WA_NO_SET SIZE_MAX
#define WA_RUBBISH_AGE (INT64_C(86400) * 1000000)

/* Bits: what keeps a set. */
enum wa_keeper {
	WA_KEPT_ALL = 1,  /* no setting says how many stay */
	WA_KEPT_FULL = 2, /* repo1-retention-full */
	WA_KEPT_WINDOW = 4,
	WA_KEPT_NEWEST = 8,
	WA_KEPT_MARK = 16,
	WA_KEPT_BEGUN = 32, /* an unfinished one is upon it */
	WA_KEPT_CHAIN = 64  /* a kept one is upon it */
};

struct wa_fate {
	unsigned why;   /* bits; 0: it goes */
	int32_t gone;   /* enum wa_reason, of one that goes */
	int32_t reach;  /* 1: WAL from its redo on, not just to its stop */
	size_t prior;   /* WA_NO_SET: it has none that is stored */
	size_t root;    /* the first of its chain */
	size_t because; /* a set: the one upon it, or what it goes with */
	size_t begun;   /* the unfinished one upon it */
};

/* Of an unfinished one: the label of what stays and has files in it, or NULL. */
typedef const char *wa_begun_user;

/* A fate for each set, and a user for each unfinished one. */
void wa_fates_decide(struct wa_fate *fates, wa_begun_user *users,
    const struct wa_holdings *holdings, const wa_retention *policy);

/* Is it so young that it may be being made? */
int wa_begun_is_young(const wa_set_begun *begun, int64_t now);

/* The set of that label; WA_NO_SET. */
size_t wa_fates_find(const struct wa_holdings *holdings, const char *label);

#endif
