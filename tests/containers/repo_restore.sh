#!/bin/bash
# repo_restore.sh - full restores out of a repository that is read-only, into
# directories that are new; the restored servers, with nothing in their
# environment, and with a repository to archive into.
# shellcheck disable=SC2016,SC2154,SC2317	# dollars of the container's; names of lib.sh
. "$(dirname "$0")/repo/lib.sh"

secrets
check 'a database' server walarch
ledger walarch
commit walarch before
check 'a backup' backup walarch --type=full
sql walarch 'create table backrest_test_table (id int)'
commit walarch after
check 'it goes on' switch walarch
commit walarch last
stop walarch
remove walarch
whole=$(listing -v repo:/walarch:ro -- /walarch)

check 'a full restore' restore full \
    --env WALARCH_PG1_PATH=/pgdata/walarch-full-restored
gives 'is not done twice' 1 'contains files' restore full \
    --env WALARCH_PG1_PATH=/pgdata/walarch-full-restored
said '(HINT|hint): .*(delta|DELTA)' 'and there is a hint'
said 'ERROR: "/pgdata/walarch-full-restored" was not restored'
is 'the directory is for its owner alone' "$(shell -v pgdata:/pgdata -- \
    'find /pgdata/walarch-full-restored -perm /077')" ''
is 'the repository is as it was' \
    "$(listing -v repo:/walarch:ro -- /walarch)" "$whole"

serve full walarch-full-restored
comes full up 'a server with nothing in its environment'
is 'it has every row' "$(rows full)" 'before after last'
check 'and the later table' sql full 'table backrest_test_table'
check 'it takes writes' commit full written
is 'on a timeline of its own' "$(sql full checkpoint
    sql full 'select timeline_id from pg_control_checkpoint()')" 2
is 'nor does it archive' "$(sql full 'show archive_mode')" off
stop full
check 'it starts again, not to recover' again full
is 'with what was written' "$(rows full)" 'before after last written'
remove full
is 'and the repository is as it was' \
    "$(listing -v repo:/walarch:ro -- /walarch)" "$whole"

# What is in the way, whatever it is.
shell -v pgdata:/pgdata -- 'mkdir /pgdata/used; echo mine >/pgdata/used/file'
before=$(listing -v pgdata:/pgdata:ro -- /pgdata/used)
gives 'no directory with anybody else'"'s files" 1 'contains files' \
    restore used --env WALARCH_PG1_PATH=/pgdata/used
gives 'not with delta either' 1 'contains files|no data directory|not a data' \
    restore used --env WALARCH_PG1_PATH=/pgdata/used --env WALARCH_DELTA=y
is 'nothing was changed' "$(listing -v pgdata:/pgdata:ro -- /pgdata/used)" \
    "$before"
gives 'nothing is named' 1 'WALARCH_PG1_PATH environment variable is not set' \
    restore mistake
gives 'no such stanza' 1 'nosuch' restore mistake \
    --env WALARCH_PG1_PATH=/pgdata/mistake --env WALARCH_STANZA=nosuch
gives 'no repository is mounted' 1 'HINT: There is no repository' \
    job mistake restore -v pgdata:/pgdata \
    --env WALARCH_PG1_PATH=/pgdata/mistake
gives 'no such repository' 1 '/walarch/nosuch' restore mistake \
    --env WALARCH_PG1_PATH=/pgdata/mistake \
    --env WALARCH_REPO1_PATH=/walarch/nosuch
gives 'no such set' 1 '20010101-000000F' restore mistake \
    --env WALARCH_PG1_PATH=/pgdata/mistake --env WALARCH_SET=20010101-000000F
check 'nothing was made' shell -v pgdata:/pgdata:ro -- \
    'test ! -e /pgdata/mistake/global/pg_control -a ! -e /pgdata/mistake/PG_VERSION'

# Without the repository, the restored server does not come up in any old way.
check 'another restore' restore alone --env WALARCH_PGDATA_DIR=alone
begin alone postgres -v pgdata:/pgdata --env WALARCH_PGDATA_DIR=alone
refused alone 'ERROR: .*recover out of "/walarch/walarch-backups"' \
    'without its repository'
remove alone

# It archives into the repository it came from.
begin on postgres -v pgdata:/pgdata "${with_repo[@]}" \
    --env WALARCH_PGDATA_DIR=alone \
    --env WALARCH_REPO1_PATH=/walarch/walarch-backups
comes on up 'a restored server that archives'
commit on more
segment=$(switch on)
is 'it is on timeline 2' "${segment:0:8}" 00000002
is 'the history is there, too' "$(in_box on sh -c \
    'find /walarch -name "00000002.history*" | wc -l')" 1
gives 'the repository has both timelines' 0 "$segment" in_box on walarch-info
check 'and nothing is damaged' in_box on walarch-verify
check 'it is backed up' backup on --type=full
commit on most
switch on >"$T/switched"
remove on
check 'and that is restored' restore third --env WALARCH_PG1_PATH=/pgdata/third
serve third third
comes third up
is 'along its timeline' "$(rows third)" 'before after last more most'
finish
