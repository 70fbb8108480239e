#!/bin/bash
# plain_pitr.sh - recovery out of the archive of a server that archives beside
# itself: to named points, times and transactions, and to the end.
. "$(dirname "$0")/plain/pitr.sh"

history
keep wal backups
trilogy 'not archiving'
unchanged 'the archive and the backup'

from nomorechanges paused --env WALARCH_RECOVERY_TARGET_NAME=nomorechanges
is 'nomorechanges: nothing later is there' "$(sql copy \
    'select count(*) from pitrtest') $(rows copy)" '0 first'
away
from 'all, with a target' up --env WALARCH_RECOVERY_REPLAY_ALL_WAL=true \
    --env WALARCH_RECOVERY_TARGET_NAME=beforechanges
check 'all, with a target: a warning says it is ignored' grep -q \
    'WARN: WALARCH_RECOVERY_TARGET_NAME is ignored' "$T/restore.err"
is 'all, with a target: every row is there' "$(rows copy)" \
    'first early middle late'
away
for time in "$stamp" "$abroad"; do
	from "the time $time" paused --env RECOVERY_TARGET_TIME="$time"
	is "the time $time: what was before is there" "$(rows copy)" \
	    'first early'
	away
done
from 'a transaction' paused --env WALARCH_RECOVERY_TARGET_XID="$xid"
is 'a transaction: it is in' "$(rows copy)" 'first early middle'
away
from 'all but a transaction' paused --env RECOVERY_TARGET_XID="$xid" \
    --env RECOVERY_TARGET_INCLUSIVE=false
is 'all but a transaction: it is not in' "$(rows copy)" 'first early'
is 'it is told to recover as PostgreSQL 12 is' "$(in_box copy sh -c \
    'cd /pgdata/copy; ls -d *.signal recovery.conf 2>/dev/null' || :)" \
    recovery.signal
away
unchanged 'the archive and the backup, after all'

# Before anything is copied.
from=(-v backups:/backup:ro -v copies:/pgdata -v wal:/recover:ro
    --env WALARCH_BACKUP_PATH="$path" --env WALARCH_PGDATA_PATH=copy)
keep wal backups copies

# unreachable WHAT PATTERN OPTION...
unreachable()
{
	refused "$1" '.*was not restored to "/pgdata/copy"' \
	    basebackup-restore "${from[@]}" "${@:3}"
	check "$1: it says why" grep -Eq "$2" "$T/refused."*
}

unreachable 'a point nobody made' 'reachable: no' \
    --env WALARCH_RECOVERY_TARGET_NAME=nowhere
unreachable 'a time to come' 'reachable: no' \
    --env WALARCH_RECOVERY_TARGET_TIME="$(date -u -d '+ 1 hour' '+%F %T+00')"
unreachable 'a time before the backup' 'restorable from' \
    --env WALARCH_RECOVERY_TARGET_TIME='2001-01-01 00:00:00+00'
unreachable 'a time that is none' 'someday' \
    --env WALARCH_RECOVERY_TARGET_TIME=someday
unreachable 'a transaction that never was' 'reachable: no' \
    --env WALARCH_RECOVERY_TARGET_XID=4000000000

refused 'two targets' 'WALARCH_RECOVERY_TARGET_XID is set, and another' \
    basebackup-restore "${from[@]}" --env WALARCH_RECOVERY_TARGET_XID="$xid" \
    --env WALARCH_RECOVERY_TARGET_NAME=beforechanges
refused "a target of the other mode's" \
    'WALARCH_TYPE and WALARCH_TARGET are of mode restore' \
    basebackup-restore "${from[@]}" --env WALARCH_TYPE=time \
    --env WALARCH_TARGET="$stamp"
refused 'a point left out' 'WALARCH_RECOVERY_TARGET_INCLUSIVE does not go with' \
    basebackup-restore "${from[@]}" \
    --env WALARCH_RECOVERY_TARGET_INCLUSIVE=n \
    --env WALARCH_RECOVERY_TARGET_NAME=beforechanges
refused 'no archive of that name' 'WALARCH_WAL_DIR: the archive "/recover/other-wal" is not there' \
    basebackup-restore "${from[@]}" --env WALARCH_WAL_DIR=other-wal \
    --env WALARCH_RECOVERY_REPLAY_ALL_WAL=y
refused 'an archive elsewhere' 'WALARCH_WAL_DIR is "../recover/pitr-wal"' \
    basebackup-restore "${from[@]}" --env WALARCH_WAL_DIR=../recover/pitr-wal \
    --env WALARCH_RECOVERY_REPLAY_ALL_WAL=y
refused 'no archive at all' 'WALARCH_WAL_DIR: the archive "/recover/pitr-wal" is not there' \
    basebackup-restore "${from[@]:0:4}" "${from[@]:6}" \
    --env WALARCH_RECOVERY_REPLAY_ALL_WAL=y
hint '/recover'

# The archive is needed again where the copy recovers.
check 'restored with the archive' restore "$path" -v wal:/recover:ro \
    --env WALARCH_RECOVERY_REPLAY_ALL_WAL=y
keep copies
refused 'and started without it' '"/pgdata/copy" is to recover out of "/recover/pitr-wal", which is not there' \
    postgres -v copies:/pgdata --env WALARCH_PGDATA_DIR=copy
check 'and then with it' recover -v wal:/recover:ro
is 'nothing is missing' "$(rows copy)" 'first early middle late'
away
finish
