#!/bin/bash
# repo_stop.sh - a backup, and jobs that restore and back up, which are asked to
# end midway: they do, nothing half made passes for whole, and another run does
# the work.  With three threads as with one.
# shellcheck disable=SC2016,SC2154,SC2317	# dollars of the container's; names of lib.sh
. "$(dirname "$0")/repo/lib.sh"

secrets
check 'a database' server walarch
ledger walarch
sql walarch "create table big as select g, repeat(md5(g::text), 20) as text
    from generate_series(1, 20000) as g" >"$T/made"
commit walarch one

fulls()
{
	in_box walarch walarch-info | grep -c 'full backup: ' || :
}

copying()
{
	[ -n "$(in_box walarch sh -c \
	    'find /walarch/walarch-backups/db -newer /walarch/mark -type f \
	    ! -path "*/wal/*" | head -1' </dev/null)" ]
}

running()
{
	signal "$1" 0 "$2"
}

# A backup by an exec.
in_box walarch touch /walarch/mark
backup walarch --type=full --rate=200kB &
running=$!
check 'a backup is under way' wait_until "$patience" copying
check 'it is asked to end' signal walarch TERM walarch-backup
status=0
wait $running || status=$?
check "it ends with an error ($status)" [ $status -ne 0 ]
cp "$T/why" "$T/said"
said 'error|ERROR|stopped|signal|interrupt' 'and says so'
is 'nothing is listed' "$(fulls)" 0
is 'the server is not in a backup' "$(sql walarch "select count(*)
    from pg_stat_activity where query ~ 'backup_st(art|op)' and state = 'active'
    and pid <> pg_backend_pid()")" 0

# The same by a job, as docker stop and Kubernetes end it.
in_box walarch touch /walarch/mark
begin cron command -v secrets:/secrets:ro -v repo:/walarch \
    --env WALARCH_REPO1_PATH=/walarch/walarch-backups \
    --env WALARCH_PG1_HOST=walarch --env WALARCH_PG1_USER=primaryuser \
    -- backup --type=full --start-fast --rate=200kB
check 'a job that backs up is under way' wait_until "$patience" \
    running cron walarch-backup
wait_until "$patience" copying || :
begun=$SECONDS
stop cron 100
check "it ends well within its grace ($((SECONDS - begun)) s)" \
    [ $((SECONDS - begun)) -lt 90 ]
status=$(exit_status cron)
check "not as if it had been done, nor killed ($status)" \
    [ "$status" -ne 0 -a "$status" -ne 137 ]
remove cron
is 'nothing is listed' "$(fulls)" 0
check 'another run is a backup' backup walarch --type=full --process-max=3
is 'it is listed' "$(fulls)" 1
check 'nothing is damaged' in_box walarch walarch-verify
commit walarch two
switch walarch >"$T/switched"
stop walarch
remove walarch

# A restore job.
target=(--env WALARCH_PG1_PATH=/pgdata/copy)
check 'a restore is under way' held held restore walarch-restore \
    /pgdata/copy/base/1 -v repo:/walarch:ro -v pgdata:/pgdata "${target[@]}"
"$cli" kill -s TERM "$(full held)" >/dev/null
check 'it goes on when it is asked to end' signal held CONT walarch-restore
check 'and ends' wait_until "$patience" over held
status=$(exit_status held)
check "not as if it had been done, nor killed ($status)" \
    [ "$status" -ne 0 -a "$status" -ne 137 ]
logged held 'ERROR: "/pgdata/copy" was not restored'
remove held
serve half copy
refused half 'ERROR: ' 'no server starts there'
remove half
check 'another run finishes it' restore again "${target[@]}" \
    --env WALARCH_DELTA=y --env WALARCH_PROCESS_MAX=3

# Alike, whatever the number of threads.
check 'with one thread' restore single --env WALARCH_PG1_PATH=/pgdata/single
check 'or with three' restore triple --env WALARCH_PG1_PATH=/pgdata/triple \
    --env WALARCH_PROCESS_MAX=3
is 'a restore is the same' "$(listing -v pgdata:/pgdata:ro -- /pgdata/single |
    grep -v auto.conf)" "$(listing -v pgdata:/pgdata:ro -- /pgdata/triple |
    grep -v auto.conf)"
is 'so is what was interrupted' "$(listing -v pgdata:/pgdata:ro -- \
    /pgdata/single | grep -v auto.conf)" "$(listing -v pgdata:/pgdata:ro -- \
    /pgdata/copy | grep -v auto.conf)"
serve copy copy
comes copy up
is 'with every row' "$(rows copy)" 'one two'
is 'of every table' "$(sql copy 'select count(*) from big')" 20000
finish
