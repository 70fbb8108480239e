#!/bin/bash
# basebackup - the primary, its base backup by a job and by the cron job, and a
# restore of it.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

backup_path()
{
	kubectl logs "job/$1" | sed -n 's/.*INFO: BACKUP_PATH is set to \(.*\)\.$/\1/p'
}

gives 'a backup needs the primary' 1 \
    'The primary example must be running prior to using this example' \
    "$flows/pgbasebackup/backup/run.sh"
flow primary/run.sh
query primary 'create table kept (id int); insert into kept values (7)' \
    >"$T/created"
gives 'archiving is off' 0 '^off$' query primary 'show archive_mode'

gives 'a restore needs a backup' 1 \
    'The job backup must have completed prior to running this script' \
    "$flows/pgbasebackup/full/run.sh"
flow pgbasebackup/backup/run.sh
gives 'the job is complete' 0 '^backup +1/1' kubectl get jobs
gives 'its log has the path' 0 \
    '^.* UTC [0-9]{4} INFO: BACKUP_PATH is set to /pgdata/primary-backups/[0-9]{4}(-[0-9]{2}){5}\.$' \
    kubectl logs job/backup
first=$(backup_path backup)
gives 'and has it once' 0 '^1$' sh -c \
    "'$WALARCH_CLI' -n $WALARCH_NAMESPACE logs job/backup | grep -c BACKUP_PATH"
check 'the backup is there' test -f "$(claim backup-volume)/${first#/pgdata/}/backup_label"

query primary 'create table later (id int)' >"$T/created"
scheduled backup-now backup-daily
is 'there are two' "$(find "$(claim backup-volume)/primary-backups" \
    -maxdepth 1 -type d -name '2*' | wc -l)" 2

check 'the first is restored' env WALARCH_BACKUP_PATH="${first#/pgdata/}" \
    "$flows/pgbasebackup/full/run.sh"
flow pgbasebackup/full/post-restore.sh
gives 'what was there is there' 0 '^7$' \
    query pgbasebackup-full-restored 'select id from kept'
absent pgbasebackup-full-restored later
check 'it takes writes' query pgbasebackup-full-restored \
    'create table foo (id int)'
gives 'the primary is another' 1 'relation "foo" does not exist' \
    query primary 'table foo'

check 'the latest is restored, instead' "$flows/pgbasebackup/full/run.sh"
is 'the one before is gone' "$(kubectl get deployment -o name \
    pgbasebackup-full-restored --ignore-not-found)" ''
flow pgbasebackup/full/post-restore.sh
present pgbasebackup-full-restored later

gives 'a backup that is not there fails the job' 1 \
    'The job pgbasebackup-full-restore failed' \
    env WALARCH_BACKUP_PATH=primary-backups/1999-01-01-00-00-00 \
    "$flows/pgbasebackup/full/run.sh"
gives 'and its log says why' 0 'ERROR: .*primary-backups/1999-01-01-00-00-00' \
    kubectl logs job/pgbasebackup-full-restore
gives 'nothing is deployed then' 1 'must have completed' \
    "$flows/pgbasebackup/full/post-restore.sh"

cleaned pgbasebackup/full pgbasebackup-full-pgdata
kept backup-volume primary-pgdata
check 'the primary still answers' query primary 'table later'
cleaned pgbasebackup/backup backup-volume
cleaned primary primary-pgdata
is 'nothing runs any more' "$(kubectl get pods -o name)" ''

finish
