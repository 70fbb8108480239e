#!/bin/bash
# guard.sh - a restored copy was promoted and archives into the repository it
# came from, while the source goes on: what the next restore is told, and what
# becomes of it with and without --target-timeline=current.
. "$(dirname "$0")/lib.sh"

parts=${WALARCH_TOOLS:?names the folder of restoreparts}/restoreparts

cluster source
walarch-init --pg1-path="${data[source]}" >"$T/init.out" 2>&1
start source
ledger source
backup source
commit source one
sql source "select pg_create_restore_point('beforechanges')" >/dev/null
commit source two
sql source "select pg_create_restore_point('afterchanges')" >/dev/null
commit source three
switch source >/dev/null
stop source

# restored NAME ARGUMENT... - a copy of the backup that recovers.
# shellcheck disable=SC2317	# called by another's arguments
restored()
{
	local name=$1
	shift
	place "$name"
	cp -a "$T/source.backup" "${data[$name]}"
	set_up "$name" "port = ${port[$name]}" "archive_mode = $archiving"
	"$parts" settings "${data[$name]}" "version=$major" \
	    "get=$WALARCH_BIN/walarch-get" "set=repo1-path=$repo" \
	    set=archive-timeout=300ms "$@" >"$T/settings.out" 2>&1
	start "$name"
}

ask()
{
	"$parts" guard 1 "set=repo1-path=$repo" "$@" >"$T/guard.out" 2>&1
}

# shellcheck disable=SC2317	# called by another's arguments
open_to_all()
{
	says "$1" 'select pg_is_in_recovery()' f
}

ask type=name target=afterchanges timeline=latest
is 'before anybody was promoted nothing is said' "$(cat "$T/guard.out")" ''

archiving=on
check 'a copy is restored to a point' restored copy type=name \
    target=beforechanges action=promote
check 'and promoted' wait_until "$patience" open_to_all copy
commit copy other
switch copy >/dev/null
stop copy

ask type=default timeline=latest
check 'now it is said what would be left aside' grep -Eq \
    'will follow timeline 2, the latest one, .* timeline 1 at [0-9A-F]+/[0-9A-F]+.* of timeline 1' \
    "$T/guard.out"
check 'with a hint' grep -q 'use --target-timeline=current' "$T/guard.out"
ask type=name target=beforechanges timeline=current
is 'not to one that stays' "$(cat "$T/guard.out")" ''

archiving=off
check 'the latest timeline' restored latest type=default timeline=latest
check 'is recovered along' wait_until "$patience" open_to_all latest
is 'does not have what came later on the own one' "$(rows latest)" 'one other'
stop latest
check 'the current one' restored current type=default timeline=current
check 'is recovered along as well' wait_until "$patience" open_to_all current
is 'and has it' "$(rows current)" 'one two three'
stop current
check 'the point is reached on it' restored point type=name \
    target=afterchanges timeline=current
is 'with its rows' "$(wait_until "$patience" says point \
    "select string_agg(note, ' ' order by id) from ledger" 'one two' &&
    rows point)" 'one two'
stop point immediate
finish
