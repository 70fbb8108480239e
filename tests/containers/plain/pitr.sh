# pitr.sh - for plain_pitr.sh and plain_branch.sh to source: a server with an
# archive and a history, and copies of it, each of which is promoted.
# shellcheck shell=bash disable=SC2034,SC2154
# shellcheck source=plain/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

no_table='relation "pitrtest" does not exist'
read_only='cannot execute CREATE TABLE in a read-only transaction'
recover_options=(-v wal:/recover:ro)
archiving=off

paused()
{
	says copy 'select pg_is_wal_replay_paused()' t
}

open_to_all()
{
	says copy 'select pg_is_in_recovery()' f
}

# from WHAT STATE OPTION... - a copy is made, and comes to be paused or up.
from()
{
	local what=$1 state=$2
	shift 2
	check "$what: it is restored" restore "$path" -v wal:/recover:ro \
	    --env WALARCH_WAL_DIR=pitr-wal "$@"
	check "$what: it starts" recover "${recover_options[@]}"
	if [ "$state" = paused ]; then
		check "$what: it pauses" wait_until "$patience" paused
	else
		check "$what: it opens" wait_until "$patience" open_to_all
	fi
}

resumed()
{
	gives "$1: it is read-only" 1 "$read_only" \
	    sql copy 'create table foo (id int)'
	check "$1: it is resumed" sql copy 'select pg_wal_replay_resume()'
	wait_until "$patience" open_to_all || :
	check "$1: and takes writes" sql copy 'create table foo (id int)'
}

# What the promoted copy writes is archived, where it archives.
branched()
{
	[ "$archiving" = off ] || check "$1: it archives" switch copy
	is "$1: it does so when told" "$(sql copy 'show archive_mode')" "$archiving"
	stop copy
	away
}

# trilogy WHAT OPTION...
trilogy()
{
	local what=$1
	shift
	from "$what, beforechanges" paused \
	    --env WALARCH_RECOVERY_TARGET_NAME=beforechanges "$@"
	gives "$what, beforechanges: the table is absent" 1 "$no_table" \
	    sql copy 'table pitrtest'
	resumed "$what, beforechanges"
	gives "$what, beforechanges: it stays so" 1 "$no_table" \
	    sql copy 'table pitrtest'
	branched "$what, beforechanges"

	from "$what, afterchanges" paused \
	    --env WALARCH_RECOVERY_TARGET_NAME=afterchanges "$@"
	is "$what, afterchanges: the table is there, empty" \
	    "$(sql copy 'select count(*) from pitrtest')" 0
	is "$what, afterchanges: and nothing later" "$(rows copy)" first
	resumed "$what, afterchanges"
	branched "$what, afterchanges"

	from "$what, all" up --env WALARCH_RECOVERY_REPLAY_ALL_WAL=true "$@"
	is "$what, all: every row is there" "$(rows copy)" \
	    'first early middle late'
	check "$what, all: the table is there" sql copy 'table pitrtest'
	gives "$what, all: there is nothing to resume" 1 \
	    'recovery is not in progress' \
	    sql copy 'select pg_wal_replay_resume()'
	check "$what, all: it takes writes" sql copy 'create table foo (id int)'
	branched "$what, all"
}

# history - the server pitr, its base backup at $path, and what came later.
history()
{
	secrets
	check 'a server that archives' box pitr postgres -v pgdata:/pgdata \
	    -v wal:/pgwal --env WALARCH_PG_ARCHIVE_MODE=on "${new_cluster[@]}"
	commit pitr first
	check 'a base backup' take pitr
	sql pitr "select pg_create_restore_point('beforechanges')" >"$T/point"
	sql pitr 'create table pitrtest (id int)'
	sql pitr "select pg_create_restore_point('afterchanges')" >"$T/point"
	sql pitr "select pg_create_restore_point('nomorechanges')" >"$T/point"
	sql pitr checkpoint
	commit pitr early
	sleep 0.01
	stamp=$(sql pitr 'select current_timestamp')
	abroad=$(sql pitr "set timezone = '-05:30'; select '$stamp'::timestamptz")
	sleep 0.01
	xid=$(sql pitr "insert into ledger (note) values ('middle')
	    returning txid_current()")
	commit pitr late
	stop pitr
}
