#!/bin/bash
# find.sh - walarch-find: what it tells against what the server said, and
# recoveries to what it prints.
# shellcheck disable=SC2317	# what is called by another's arguments
. "$(dirname "$0")/lib.sh"

command -v jq >/dev/null || {
	skip 'jq is not installed'
	ok 'nothing to do without jq'
	finish
}

# found FILTER OPTION... - of the hits, a line a hit.
found()
{
	local filter=$1
	shift
	walarch-find --log-level-console=error --output=json "$@" |
	    jq -r ".[] | $filter"
}

# ended XID - what the server says of a commit, as walarch-find should.
ended()
{
	sql main "select 'commit ' || to_char(pg_xact_commit_timestamp('$1'::xid)
	    at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
}

# in_one QUERY... - in one session; what the last says is the xid.
in_one()
{
	local query
	for query; do
		printf '%s;\n' "$query"
	done | "$client/psql" -XAtq -v ON_ERROR_STOP=1 -h "$T" \
	    -p "${port[main]}" 2>/dev/null | grep '^[0-9]' | tail -n 1
}

cluster main
set_up main 'track_commit_timestamp = on' 'max_prepared_transactions = 5'
walarch-init --pg1-path="${data[main]}" 2>"$T/init.out"
start main
ledger main
sql main 'create table doomed as select 1 as a'
sql main 'create table emptied as select generate_series(1, 10) as a'
sql main 'create database gone'
backup main

range=$(sql main "select pg_current_wal_insert_lsn(), pg_create_restore_point('one')")
commit main kept
plain=$(sql main "insert into ledger (note) values ('plain')
    returning txid_current()")
nested=$(in_one begin "insert into ledger (note) values ('outer')" \
    'savepoint a' "insert into ledger (note) values ('inner')" \
    'select txid_current()' commit)
rolled=$(in_one begin "insert into ledger (note) values ('never')" \
    'select txid_current()' rollback)
prepared=$(in_one begin "insert into ledger (note) values ('prepared')" \
    'select txid_current()' "prepare transaction 'p'")
sleep 0.05
middle=$(sql main 'select clock_timestamp()')
sleep 0.05
sql main "commit prepared 'p'"
dropped=$(in_one begin 'drop table doomed' 'select txid_current()' commit)
commit main between
emptied=$(in_one begin 'truncate emptied' 'select txid_current()' commit)
sql main 'drop database gone'
commit main last
sql main "select pg_create_restore_point('it''s two')" >"$T/lsn"
switch main >"$T/switched"

lsn=$(found .lsn --name=one)
is 'a restore point lies where the server wrote it' \
    "$(sql main "select '$lsn' >= '${range%|*}'::pg_lsn and
	'$lsn' < '${range#*|}'::pg_lsn")" t
for xid in "$plain" "$nested" "$prepared"; do
	is "transaction $xid committed when the server says" \
	    "$(found '"\(.kind) \(.time)"' --xid="$xid")" "$(ended "$xid")"
done
is 'one that was rolled back is an abort' \
    "$(found .kind --xid="$rolled")" abort
is 'DROP and TRUNCATE are told with their transactions, newest first' \
    "$(found 'select(.kind == "drop") | .xid' --drops | tr '\n' ' ')" \
    "$emptied $dropped "
is 'and DROP DATABASE' \
    "$(found 'select(.kind == "drop-database") | .kind' --drops)" drop-database
is 'the times are those of the server' \
    "$(found '"commit \(.time)"' --drops | tail -n 1)" "$(ended "$dropped")"
around=$(found 'select(.kind != "restore-point") | .xid' --around="$middle" |
    tr '\n' ' ')
case $around in
*" $prepared $nested $plain "*|*" $prepared $rolled $nested $plain "*)
	ok 'the commits around a time' ;;
*)	not_ok 'the commits around a time' "$around" \
	    "not: $prepared $nested $plain" ;;
esac
is 'the first commit from a time on' \
    "$(found .xid --time="$middle.." | tail -n 1)" "$prepared"
is 'the last commit up to a time' \
    "$(found .xid --time="..$middle" | head -n 1)" "$nested"
record=$(found .lsn --xid="$prepared")
is 'the record at an LSN, and the commits beside it' \
    "$(found .xid --lsn="$record" | tr '\n' ' ')" "$dropped $prepared $nested "
gives 'a transaction that is not there' 1 'is not stored' \
    walarch-find --xid=2147480000

# recover_to NAME SIDE FILTER OPTION... - with the settings that are printed.  A
# server that paused before a drop would still hold the lock.
recover_to()
{
	local settings
	mapfile -t settings < <(found "$3 | .restore.$2.settings |
	    to_entries[] | \"\\(.key) = '\\(.value | gsub(\"'\"; \"''\"))'\"" \
	    "${@:4}")
	restore copy "$T/main.backup" "${settings[@]}" \
	    "recovery_target_action = 'promote'"
	recover copy
	is "$1: the target is reached" "$state" up
	logged copy 'recovery stopping' "$1: and recovery stops there"
}

there='plain outer inner prepared'
drop="select(.xid == $dropped)"
recover_to 'before a drop' before "$drop" --drops
is 'before a drop: the table is there' "$(sql copy 'table doomed')" 1
is 'before a drop: the rows before it' "$(rows copy)" "kept $there"
halt copy
recover_to 'after a drop' after "$drop" --drops
gives 'after a drop: the table is not there' 1 'does not exist' \
    sql copy 'table doomed'
is 'after a drop: nothing later' "$(rows copy)" "kept $there"
halt copy

drop="select(.xid == $emptied)"
recover_to 'before a truncation' before "$drop" --drops
is 'before a truncation: the rows are there' \
    "$(sql copy 'select count(*) from emptied')" 10
is 'before a truncation: and what was before it' "$(rows copy)" \
    "kept $there between"
halt copy
recover_to 'after a truncation' after "$drop" --drops
is 'after a truncation: the rows are gone' \
    "$(sql copy 'select count(*) from emptied')" 0
halt copy

drop='select(.kind == "drop-database")'
recover_to 'before DROP DATABASE' before "$drop" --drops
check 'before DROP DATABASE: the database can be used' \
    env PGDATABASE=gone "$client/psql" -X -h "$T" -p "${port[copy]}" -c 'select 1'
halt copy
recover_to 'after DROP DATABASE' after "$drop" --drops
is 'after DROP DATABASE: it is not listed' \
    "$(sql copy "select count(*) from pg_database where datname = 'gone'")" 0
is 'after DROP DATABASE: nothing later' "$(rows copy)" "kept $there between"
halt copy

recover_to 'before a commit' before . --xid="$prepared"
is 'before a commit: it is not in' "$(rows copy)" 'kept plain outer inner'
halt copy
recover_to 'after a commit' after . --xid="$prepared"
is 'after a commit: it is in' "$(rows copy)" "kept $there"
halt copy

# A timeline of its own, beside what the first server goes on with.
stop main
restore second "$T/main.backup" "recovery_target_name = 'one'" \
    "recovery_target_action = 'promote'" 'archive_mode = on'
recover second
own=$(sql second "insert into ledger (note) values ('own')
    returning txid_current()")
switch second >"$T/switched"
stop second
is 'the end of a timeline' \
    "$(found 'select(.kind == "timeline") | "\(.timeline) \(.parent)"')" '2 1'
is 'a restore point before it is of the first, and told once' \
    "$(found .timeline --name=one)" 1
is 'a transaction on both' \
    "$(found .timeline --xid="$own" | tr '\n' ' ')" '2 1 '
place main
recover_to 'on the new timeline' after 'select(.timeline == 2)' --xid="$own"
is 'on the new timeline: its row' "$(rows copy)" own
halt copy
recover_to 'on the old timeline' after 'select(.timeline == 1)' --xid="$own"
is 'on the old timeline: its row' "$(rows copy)" kept
halt copy
recover_to 'before the new timeline' before 'select(.kind == "timeline")'
is 'before the new timeline: nothing of either' "$(rows copy)" ''
halt copy
finish
