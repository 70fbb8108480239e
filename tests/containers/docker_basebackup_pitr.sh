#!/bin/bash
# docker_basebackup_pitr.sh - contrib/docker: base backup and archive, and one
# recovery after the other to each restore point and to the end.
# shellcheck source=docker/lib.sh disable=SC2016,SC2317	# what is passed on
. "$(dirname "$0")/docker/lib.sh"

restored=pgbasebackup-pitr-restored
flow=pgbasebackup/pitr
no_table='ERROR:  relation "pitrtest" does not exist'

# recovered WHAT - with the variables that are set.
recovered()
{
	check "$1: run-restore-pitr.sh" script $flow/run-restore-pitr
	for place in /backup /recover; do
		read_only_to "$1: $place is read-only to it" \
		    pgbasebackup-pitr-restore $place
	done
	check "$1: post-restore.sh" script $flow/post-restore
	is "$1: it is on what was restored" \
	    "$(sql $restored 'show data_directory')" /pgdata/$restored
}

# to NAME - the restore point.
to()
{
	export WALARCH_RECOVERY_TARGET_NAME=$1
	recovered "$1"
	logged $restored "recovery stopping at restore point \"$1\"" \
	    "$1: it stops there"
}

# open_at_once WHAT
open_at_once()
{
	gives "$1: the table is there" 0 '0 rows' query $restored 'table pitrtest'
	check "$1: a table can be created at once" \
	    query $restored 'create table foo (id int)'
	gives "$1: there is nothing to resume" 1 'recovery is not in progress' \
	    query $restored 'select pg_wal_replay_resume()'
}

gives 'no backup without a server' 1 'pitr example must be running' \
    script $flow/run-backup-pitr
gives 'nor changes' 1 'pitr example must be running' script $flow/run-sql
gives 'nor a restore' 1 'There is no volume .*pitr-backup-volume' \
    script $flow/run-restore-pitr
check 'run-pitr.sh' script $flow/run-pitr
hardened pitr
is 'it archives' "$(sql pitr 'show archive_mode')" on
is 'each minute' "$(sql pitr 'show archive_timeout')" 1min
check 'run-backup-pitr.sh' script $flow/run-backup-pitr
backed_up backup-pitr pitr
is 'its label' "$(shell -v pitr-backup-volume:/backup:ro -- \
    'sed -n "s/^LABEL: //p" /backup/$1/backup_label' "$path")" mybackup1
check 'run-sql.sh' script $flow/run-sql
is 'the table is there' "$(sql pitr 'select count(*) from pitrtest')" 0
is 'nothing failed to be archived' \
    "$(sql pitr 'select failed_count from pg_stat_archiver')" 0
check 'it is stopped' "$cli" stop "$(full pitr)"
is 'and was not killed' "$(exit_status pitr)" 0
is 'the archive is a repository under /pgwal' "$(shell -v pitr-wal:/pgwal:ro \
    -- 'ls /pgwal')" pitr-wal

# ---- the three recoveries; each one but the last is promoted

export WALARCH_BACKUP_PATH=$path
to beforechanges
gives 'beforechanges: the table is absent' 1 "$no_table" \
    query $restored 'table pitrtest'
read_only beforechanges $restored
resumed beforechanges $restored
gives 'beforechanges: the table is still absent' 1 "$no_table" \
    query $restored 'table pitrtest'

to afterchanges
gives 'afterchanges: it is another server' 1 'relation "foo" does not exist' \
    query $restored 'table foo'
gives 'afterchanges: the table is there' 0 '0 rows' \
    query $restored 'table pitrtest'
read_only afterchanges $restored
resumed afterchanges $restored

unset WALARCH_RECOVERY_TARGET_NAME
export WALARCH_RECOVERY_REPLAY_ALL_WAL=true
recovered 'to the end'
open_at_once 'to the end'

# ---- more of them

export WALARCH_RECOVERY_TARGET_NAME=beforechanges
recovered 'to the end, whatever the target'
open_at_once 'to the end, whatever the target'
gives 'that is told' 0 'WARN: .*WALARCH_RECOVERY_TARGET_NAME|WARN: .*target' \
    "$cli" logs "$(full pgbasebackup-pitr-restore)"
unset WALARCH_RECOVERY_REPLAY_ALL_WAL WALARCH_BACKUP_PATH
to nomorechanges
gives 'nomorechanges: the table is there' 0 '0 rows' \
    query $restored 'table pitrtest'
read_only nomorechanges $restored

export WALARCH_RECOVERY_TARGET_XID=1000
gives 'two targets at once' 1 'has failed, with status 1' \
    script $flow/run-restore-pitr
gives 'which are named' 0 \
    'ERROR: .*WALARCH_RECOVERY_TARGET_(NAME.*WALARCH_RECOVERY_TARGET_XID|XID)' \
    "$cli" logs "$(full pgbasebackup-pitr-restore)"
gives 'give no server' 1 'ERROR: The restore .* not been completed' \
    script $flow/post-restore
unset WALARCH_RECOVERY_TARGET_NAME WALARCH_RECOVERY_TARGET_XID

check 'the server itself comes up again' script $flow/run-pitr
gives 'with its table' 0 '0 rows' query pitr 'table pitrtest'
is 'on its timeline' \
    "$(sql pitr 'select timeline_id from pg_control_checkpoint()')" 1

is 'all that was made' "$(volumes)" "pitr-backup-volume pitr-pgdata$(
    ) pitr-restore-pgdata pitr-wal secrets"
cleaned $flow
nothing_left

finish
