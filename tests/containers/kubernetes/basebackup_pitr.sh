#!/bin/bash
# basebackup_pitr - archiving into a volume, and three recoveries out of it: in
# the order of the document, each after the one before was resumed.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

restored=pgbasebackup-pitr-restored

# recovery TARGET... - restore and start.
recovery()
{
	check "restored with $*" env "$@" \
	    "$flows/pgbasebackup/pitr/run-restore-pitr.sh"
	check "deployed with $*" "$flows/pgbasebackup/pitr/post-restore.sh"
}

flow pgbasebackup/pitr/run-pitr.sh
is 'it archives' "$(query pitr 'show archive_mode')" on
is 'every minute' "$(query pitr 'show archive_timeout')" 1min
flow pgbasebackup/pitr/run-backup-pitr.sh
gives 'the job has a path' 0 \
    'BACKUP_PATH is set to /pgdata/pitr-backups/[-0-9]+\.$' \
    kubectl logs job/backup-pitr
flow pgbasebackup/pitr/run-sql.sh
check 'the database is deleted' kubectl delete deployment pitr

recovery WALARCH_RECOVERY_TARGET_NAME=beforechanges
absent "$restored" pitrtest
paused "$restored"
resumed "$restored"

recovery WALARCH_RECOVERY_TARGET_NAME=afterchanges
present "$restored" pitrtest
paused "$restored"
resumed "$restored"

recovery WALARCH_RECOVERY_REPLAY_ALL_WAL=true
present "$restored" pitrtest
is 'it is not in recovery' \
    "$(query "$restored" 'select pg_is_in_recovery()')" f
check 'it takes writes at once' query "$restored" 'create table foo (id int)'
gives 'there is nothing to resume' 1 'recovery is not in progress' \
    query "$restored" 'select pg_wal_replay_resume()'

gives 'two targets are refused' 1 'ERROR: .*RECOVERY_TARGET' \
    env WALARCH_RECOVERY_TARGET_NAME=afterchanges \
    WALARCH_RECOVERY_TARGET_XID=700 \
    "$flows/pgbasebackup/pitr/run-restore-pitr.sh"

cleaned pgbasebackup/pitr pitr-pgdata pitr-wal pitr-backup-volume \
    pitr-restore-pgdata
is 'nothing runs any more' "$(kubectl get pods -o name)" ''

finish
