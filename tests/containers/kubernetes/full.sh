#!/bin/bash
# full - a database with a repository: info, backups by hand and by the cron
# jobs, and a restore to the end of the WAL in a new volume.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

restored=walarch-full-restored

gives 'a restore needs the backup example' 1 \
    'The backup example must be running prior to using this example' \
    "$flows/walarch/full/run.sh"
flow walarch/backup/run.sh
gives 'info: no backups yet' 0 'no valid backups' in_pod walarch \
    walarch-info --stanza=db --repo1-path=/walarch/walarch-backups
gives 'info: the archive' 0 \
    'wal archive min/max .*0{7}1[0-9A-F]{16}' in_pod walarch walarch-info
gives 'a full backup warns of retention' 0 \
    'repo1-retention-full is not set' in_pod walarch walarch-backup \
    --stanza=db --pg1-path=/pgdata/walarch \
    --repo1-path=/walarch/walarch-backups --type=full --start-fast

scheduled now-weekly walarch-backup-weekly
scheduled now-daily walarch-backup-daily
gives 'three backups are in the repository' 0 '^3$' in_pod walarch sh -c \
    'walarch-info | grep -Ec "^ +(full|diff|incr) backup: "'

query walarch 'create table walarch_test_table (id int)' >"$T/created"
present walarch walarch_test_table
flow walarch/full/run.sh
gives 'the job is complete' 0 '^walarch-full-restore-job +1/1' \
    kubectl get jobs
is 'the primary is gone' "$(kubectl get deployments -o name)" ''
is 'and what would back it up' "$(kubectl get cronjobs -o name)" ''
flow walarch/full/post-restore.sh
present "$restored" walarch_test_table
is 'it is not in recovery' \
    "$(query "$restored" 'select pg_is_in_recovery()')" f
is 'it serves the restored directory' \
    "$(query "$restored" 'show data_directory')" "/pgdata/$restored"
check 'it archives into the repository' in_pod "$restored" walarch-check

gives 'without the backup example nothing is restored again' 1 \
    'The backup example must be running prior to using this example' \
    "$flows/walarch/full/run.sh"
present "$restored" walarch_test_table

cleaned walarch/full walarch-new-pgdata
kept walarch-pgdata walarch-repo
cleaned walarch/backup walarch-pgdata walarch-repo
is 'nothing runs any more' "$(kubectl get pods -o name)" ''

finish
