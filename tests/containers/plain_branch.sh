#!/bin/bash
# plain_branch.sh - copies that archive beside their source, into its archive:
# each has a timeline of its own there, and the next copy can still be made.
. "$(dirname "$0")/plain/pitr.sh"

history
check 'the first is made before there is a branch' restore "$path" \
    -v wal:/recover:ro --env WALARCH_RECOVERY_REPLAY_ALL_WAL=true
is 'without a warning' "$(grep -c warning: "$T/restore.err")" 0
shell -v copies:/copies -- 'rm -r /copies/copy'

recover_options=(-v wal:/recover:ro -v wal:/pgwal
    --env WALARCH_PG_ARCHIVE_MODE=on
    --env WALARCH_REPO1_PATH=/pgwal/pitr-wal)
archiving=on
from beforechanges paused --env WALARCH_RECOVERY_TARGET_NAME=beforechanges
resumed beforechanges
branched beforechanges

# timelines - how many have their beginning archived.
timelines()
{
	shell -v wal:/pgwal:ro -- 'find /pgwal -name "*.history*" | wc -l'
}

is 'it has archived a timeline' "$(timelines)" 1
check 'of the latest timeline' restore "$path" -v wal:/recover:ro \
    --env WALARCH_RECOVERY_REPLAY_ALL_WAL=true
check 'there is a warning' grep -q \
    'warning: .*follow timeline 2, the latest' "$T/restore.err"
check 'with what to do' grep -Eq 'hint: .*target-timeline=current' \
    "$T/restore.err"
shell -v copies:/copies -- 'rm -r /copies/copy'
keep wal backups copies
refused 'what is not on it' '.*was not restored' basebackup-restore \
    -v backups:/backup:ro -v copies:/pgdata -v wal:/recover:ro \
    --env WALARCH_BACKUP_PATH="$path" --env WALARCH_PGDATA_PATH=copy \
    --env WALARCH_RECOVERY_TARGET_NAME=afterchanges
check 'the hint has the timeline that has it' grep -q \
    'hint: .*On timeline 1 .*--target-timeline=current' "$T/refused.err"

trilogy 'along the first timeline' --env WALARCH_TARGET_TIMELINE=current
is 'each has archived a timeline of its own' "$(timelines)" 4

# The source goes on beside them.
check 'the source starts' again pitr
is 'with every row' "$(rows pitr)" 'first early middle late'
commit pitr more
check 'and archives' switch pitr
is 'it has not failed to' \
    "$(sql pitr 'select failed_count from pg_stat_archiver')" 0
finish
