#!/bin/bash
# wal_tail.sh - what a server had not archived when its container ended: a stop
# leaves nothing behind, and kill -9 what walarch-push --all-ready rescues.
# shellcheck disable=SC2317	# what is called by another's arguments
. "$(dirname "$0")/plain/lib.sh"

# copied WHAT ROWS - recovery to the end of the archive has them.
copied()
{
	check "$1: it is restored" restore "$path" -v wal:/recover:ro \
	    --env WALARCH_RECOVERY_REPLAY_ALL_WAL=true
	check "$1: it recovers" recover -v wal:/recover:ro
	wait_until "$patience" says copy 'select pg_is_in_recovery()' f || :
	is "$1: the rows" "$(rows copy)" "$2"
	away
}

killed()
{
	"$cli" kill -s KILL "$(full main)" >/dev/null
	wait_until "$patience" ended main
}

secrets
server=(-v pgdata:/pgdata -v wal:/pgwal --env WALARCH_PG_ARCHIVE_MODE=on
    --env WALARCH_PG_ARCHIVE_TIMEOUT=0 "${new_cluster[@]}")
check 'a server that archives what is full' box main postgres "${server[@]}"
is 'and no earlier' "$(sql main 'show archive_timeout')" 0
commit main first
check 'a base backup' take main
commit main last
check 'it is stopped' stop main
is 'as a server is' "$(exit_status main)" 0
logged main 'database system is shut down'
copied 'stopped' 'first last'

check 'it starts again' again main
commit main archived
check 'it archives' switch main
commit main unarchived
keep backups
killed
is 'it is killed' "$(exit_status main)" 137
copied 'killed' 'first last archived'

# In a container of its own, for there is none to exec into.
rescue()
{
	job rescue command -v pgdata:/pgdata -v wal:/pgwal \
	    --env WALARCH_PG1_PATH=/pgdata/main \
	    --env WALARCH_REPO1_PATH=/pgwal/main-wal \
	    -- push --all-ready /pgdata/main
}

gives 'the tail is rescued' 0 'all are stored' rescue
copied 'rescued' 'first last archived unarchived'
gives 'again, it is stored already' 0 'all are stored' rescue

# What is rescued must not be in the way of the server, should it return.
check 'the killed server starts' again main
is 'it has every row' "$(rows main)" 'first last archived unarchived'
commit main back
check 'and archives' switch main
is 'and has not failed to' \
    "$(sql main 'select failed_count from pg_stat_archiver')" 0
check 'by an exec, of one that runs, what is ready' in_box main \
    sh -c 'walarch-push --all-ready /pgdata/main; [ $? -le 1 ]'
copied 'with all' 'first last archived unarchived back'

# An archive that cannot be written to does not keep the server from stopping.
sealed -v wal:/wal -- 'chmod -R a-w /wal/main-wal'
commit main stuck
check 'without room in its archive, it stops' stop main
sealed -v wal:/wal -- 'chmod -R u+w /wal/main-wal'
copied 'without room' 'first last archived unarchived back'
gives 'what was left is rescued' 0 'all are stored' rescue
copied 'rescued after all' 'first last archived unarchived back stuck'
unchanged 'the backup'
finish
