#!/bin/bash
# repo_pitr.sh - restores to a moment, as psql shows it, wherever on earth, and
# by full and differential sets; and targets that are none.
# shellcheck disable=SC2016,SC2154,SC2317	# dollars of the container's; names of lib.sh
. "$(dirname "$0")/repo/lib.sh"

secrets
check 'a database' server walarch -- -c track_commit_timestamp=on
ledger walarch
gives 'a diff without a full one becomes full' 0 'full' \
    in_box walarch walarch-backup --type=diff --start-fast
commit walarch one
stamp1=$(now walarch)
sql walarch 'create table backrest_test_table (id int)'
check 'a diff' backup walarch --type=diff
commit walarch two
check 'a second diff' backup walarch --type=diff
stamp2=$(now walarch)
commit walarch three
stamp3=$(now walarch)
commit walarch four
sql walarch "select pg_create_restore_point('here')" >"$T/point"
switch walarch >"$T/switched"
full=$(in_box walarch walarch-info | sed -n 's/.*full backup: *//p')
mapfile -t diffs < <(in_box walarch walarch-info |
    sed -n 's/.*diff backup: *//p')
is 'info lists a full one and two that are of it' \
    "$(grep -c . <<<"$full") ${#diffs[@]} ${diffs[0]%_*} ${diffs[1]%_*}" \
    "1 2 $full $full"
abroad=$(sql walarch "set timezone = '-05:30'; select '$stamp3'::timestamptz")
east=$(sql walarch "set timezone = 'Asia/Tokyo'; select '$stamp3'::timestamptz")
moment=$(sql walarch "select pg_xact_commit_timestamp(xmin) from ledger
    where note = 'two'")
earlier=$(sql walarch "select '$moment'::timestamptz - interval '1 us'")
# What the source does from now on is not to be in anything.
stop walarch
remove walarch

# to WHAT STATE ROWS OPTION... - a restore into a new directory of a volume that
# is there already, and what the server has then.
n=0
to()
{
	local what=$1 state=$2 rows=$3
	shift 3
	n=$((n + 1))
	check "$what: it is restored" restore "copy$n" \
	    --env "WALARCH_PG1_PATH=/pgdata/copy$n" "$@"
	serve "copy$n" "copy$n"
	comes "copy$n" "$state" "$what"
	is "$what: its rows" "$(rows "copy$n")" "$rows"
}

time=(--env WALARCH_TYPE=time)
to 'a time' paused 'one' "${time[@]}" --env "WALARCH_TARGET=$stamp1"
gives 'the later table is absent' 1 \
    'relation "backrest_test_table" does not exist' \
    sql copy1 'table backrest_test_table'
gives 'it is read-only' 1 'read-only transaction' \
    sql copy1 'create table foo (id int)'
check 'it is resumed' sql copy1 'select pg_wal_replay_resume()'
comes copy1 up 'resumed'
check 'and takes writes' commit copy1 other
remove copy1
to 'a time in the west' paused 'one two three' "${time[@]}" \
    --env "WALARCH_TARGET=$abroad"
remove copy2
to 'a time in the east' paused 'one two three' "${time[@]}" \
    --env "WALARCH_TARGET=$east"
remove copy3
to 'by the full set' paused 'one two' "${time[@]}" \
    --env "WALARCH_TARGET=$stamp2" --env "WALARCH_SET=$full"
remove copy4
to 'by the first diff' paused 'one two' "${time[@]}" \
    --env "WALARCH_TARGET=$stamp2" --env "WALARCH_SET=${diffs[0]}"
remove copy5
to 'a diff, to its end' up 'one two' --env WALARCH_TYPE=immediate \
    --env WALARCH_TARGET_ACTION=promote --env "WALARCH_SET=${diffs[1]}"
remove copy6
to 'all of a diff' up 'one two three four' --env "WALARCH_SET=${diffs[1]}"
remove copy7
to 'a name' up 'one two three four' --env WALARCH_TYPE=name \
    --env WALARCH_TARGET=here --env WALARCH_TARGET_ACTION=promote
remove copy8

# To the microsecond: the very moment of a commit.
to 'the moment of a commit' paused 'one two' "${time[@]}" \
    --env "WALARCH_TARGET=$moment"
remove copy9
to 'just before it' paused 'one' "${time[@]}" \
    --env "WALARCH_TARGET=$moment" --env WALARCH_TARGET_EXCLUSIVE=y
remove copy10
to 'the microsecond before it' paused 'one' "${time[@]}" \
    --env "WALARCH_TARGET=$earlier"
remove copy11

# none WHAT PATTERN OPTION...
none()
{
	gives "$1" 1 "$2" restore none --env WALARCH_PG1_PATH=/pgdata/none \
	    "${@:3}"
	is "$1: nothing is made" "$(shell -v pgdata:/pgdata:ro -- \
	    'ls -A /pgdata/none 2>/dev/null || :')" ''
}

none 'a type without a target' '(target|TARGET)' "${time[@]}"
none 'a type with an empty target' '(target|TARGET)' "${time[@]}" \
    --env WALARCH_TARGET=
none 'a target without a type' '(hint|HINT): It is time, xid, lsn or name' \
    --env "WALARCH_TARGET=$stamp1"
none 'no type' 'nonsense' --env WALARCH_TYPE=nonsense \
    --env "WALARCH_TARGET=$stamp1"
none 'no time' 'yesterdays' "${time[@]}" --env WALARCH_TARGET=yesterdays
none 'a time before every backup' 'restorable from|before' "${time[@]}" \
    --env 'WALARCH_TARGET=2001-01-01 00:00:00+00'
none 'a time that nobody has reached' 'reachable: no' "${time[@]}" \
    --env "WALARCH_TARGET=$(date -u -d '+1 day' '+%F %T+00')"
none 'a time before that set' 'restorable from|before|set' "${time[@]}" \
    --env "WALARCH_TARGET=$stamp1" --env "WALARCH_SET=${diffs[1]}"
none 'a point that nobody made' 'reachable: no' --env WALARCH_TYPE=name \
    --env WALARCH_TARGET=nowhere
finish
