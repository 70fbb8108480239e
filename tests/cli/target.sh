#!/bin/bash
# target.sh - walarch-info: what can be restored, and can this be reached?
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

command -v jq >/dev/null || skip_all 'walarch-info --target' \
	'jq is not installed'

# event NAME OPTION... - make and store the segment, and print where its
# events are.
event() {
	segment "$@"
	walarch-push "$WAL/$1" 2>/dev/null || die "could not push $1"
}

# backup NAME OFFSET CHECKPOINT STOP - the file of a base backup.
backup() {
	local file=$1.$2.backup

	printf '%s\n' "START WAL LOCATION: $3 (file $1)" \
		"STOP WAL LOCATION: $4 (file $1)" "CHECKPOINT LOCATION: $3" \
		'BACKUP METHOD: streamed' 'BACKUP FROM: primary' \
		'START TIME: 2026-11-21 09:00:00 UTC' 'LABEL: nightly' \
		'STOP TIME: 2026-11-21 10:30:00 UTC' >"$WAL/$file"
	walarch-push --pg1-path="$PG" "$WAL/$file" || die "could not push $file"
}

# answer FILTER - of what was asked last, as JSON.
answer() {
	jq -r "$1" "$T/json" 2>&1
}

# ask STATUS OPTION... - in both forms; the JSON is in $T/json.
ask() {
	local want=$1

	shift
	walarch-info --output=json "$@" >"$T/json" 2>"$T/json.err"
	is "exit as JSON ($*)" "$?" "$want"
	run walarch-info "$@"
}

new_repo
event "$(name 1)" --events-at=600000 --event='commit 1000 2026-11-21T10:00:00Z' \
	>/dev/null
event "$(name 2)" --events-at=300000 --event='commit 1001 2026-11-21T11:00:00Z' \
	--event='point 2026-11-21T11:30:00Z before the release' >"$T/two"
event "$(name 3)" --events-at=300000 --event='abort 1002 2026-11-21T12:00:00Z' \
	--event='commit 1003 2026-11-21T12:30:00.25Z' >"$T/three"
commit=$(sed -n 1p "$T/two") point=$(sed -n 2p "$T/two")
last=$(sed -n 2p "$T/three")

ask 1 --target="$commit"
said 'without a backup nothing is reached' 1 'reachable: no' 'no base backup'
run walarch-info
said 'and nothing can be restored' 0 'not restorable: there is no base backup'
backup "$(name 1)" 00000028 0/100028 0/1C0000
file=$(name 1).00000028.backup

walarch-info --output=json >"$T/json"
is 'the backup is listed' \
	"$(answer '.[0].archive[0].backups[] | "\(.name) \(.timeline) \(.redo) \(.consistent) \(.label)"')" \
	"$file 1 0/100028 0/1C0000 nightly"
is 'with its times' "$(answer \
	'.[0].archive[0].backups[] | "\(.["start-time"]), \(.["stop-time"])"')" \
	'2026-11-21 09:00:00 UTC, 2026-11-21 10:30:00 UTC'
is 'and what it makes restorable' "$(answer \
	'.[0].archive[0].timelines[0].restorable[] | "\(.from) \(.["from-time"]) \(.to) \(.["last-commit"]) \(.backup) \(.bound) \(.next)"')" \
	"0/1C0000 2026-11-21T10:00:00.000000Z 0/400000 2026-11-21T12:30:00.250000Z $file end $(name 4)"
run walarch-info
said 'the same for people' 0 'restorable from 0/1C0000 .2026-11-21T10:00:00.000000Z' \
	'to 0/400000 .the end of the archive., last commit 2026-11-21T12:30:00.25' \
	"with base backup $file"

# Each type of target.
ask 0 --type=default
said 'the end of WAL' 0 'target: the end of WAL' \
	'reachable: yes, on timeline 1' "with base backup $file" \
	'replay ends at 0/400000'
ask 0 --type=immediate
said 'as soon as consistent' 0 'replay ends at 0/1C0000'
ask 0 --target='2026-11-21 12:15:00+01'
said 'a time, told back in UTC' 0 '"2026-11-21 12:15:00.01" is 2026-11-21T11:15:00' \
	'target: time 2026-11-21T11:15:00' 'reachable: yes'
is 'in JSON, too' "$(answer .target.value)" 2026-11-21T11:15:00.000000Z
is 'it stops in front of what ended later' "$(answer \
	'"\(.stop.xid) \(.stop.replayed) \(.stop.time)"')" \
	'1002 false 2026-11-21T12:00:00.000000Z'
check 'the zone of the environment counts' 0 'is 2026-11-21T11:15:00' -- \
	env TZ=Europe/Berlin walarch-info --target='2026-11-21 12:15:00'
ask 1 --target='2026-11-21 09:00:00Z'
said 'a time before the backup' 1 'reachable: no' \
	'has what was committed until 2026-11-21T10:00:00' 'after it, on timeline 1'
ask 1 --target='2026-11-21 13:00:00Z'
said 'a time after the last commit' 1 'no such moment' \
	"the archive ends before \"$(name 4)\"" 'before it, on timeline 1'
is 'as JSON' "$(answer '"\(.reachable) \(.bound) \(.before.to) \(.after)"')" \
	'false end 0/400000 null'
ask 0 --target=1001
said 'a transaction' 0 'target: transaction 1001' \
	'right after the commit of transaction 1001'
is 'where it is' "$(answer '"\(.stop.lsn) \(.stop.xid) \(.stop.replayed)"')" \
	"$commit 1001 true"
ask 0 --target=1001 --target-exclusive
said 'the same, exclusive' 0 'transaction 1001, exclusive' 'right before'
is 'the end is the beginning' "$(answer .lsn)" "$commit"
ask 1 --target=4711
said 'a transaction that is not there' 1 'reachable: no' 'no such moment'
ask 1 --target=1000
said 'one that the backup has' 1 'is consistent from 0/1C0000 on'
ask 0 --target="$last"
said 'a position' 0 "target: position $last" 'reachable: yes'
is 'stops behind that record' "$(answer '"\(.stop.lsn) \(.stop.xid)"')" \
	"$last 1003"
ask 1 --target=0/400100
said 'a position that is not there' 1 'reachable: no'
ask 0 --target='before the release'
said 'a restore point' 0 'target: restore point "before the release"' \
	'right after restore point "before the release"'
is 'where' "$(answer '"\(.target.type) \(.stop.lsn)"')" "name $point"
ask 1 --type=name --target='before the War'
said 'one that nobody made' 1 'reachable: no'
ask 1 --target-timeline=5 --type=default
said 'a timeline without a history' 1 'the history of timeline 5 is not'

# What is no target.
while IFS='|' read -r type value message; do
	check "$type \"$value\" is refused" 1 "error: .*$message" \
		'!reachable' -- walarch-info --type="$type" --target="$value"
done <<'END'
lsn|12|is no position
lsn|0/G|is no position
xid|0|is no transaction
xid|12x|is no transaction
time|noonish|
name||
immediate|now|has no value
default|1|has no value
epoch|1|
END
check 'a type without its value' 1 'needs its value' '!reachable' -- \
	walarch-info --type=time
check 'what is no timeline' 1 'is no timeline' -- \
	walarch-info --type=default --target-timeline=first
walarch-info --type=lsn --target=12 --output=json >"$T/json" 2>/dev/null
is 'nothing that parses on standard output' "$(cat "$T/json")" ''

# Holes and damage.
segment "$(name 5)"
walarch-push "$WAL/$(name 5)"
ask 1 --type=default
said 'the end behind a hole' 1 "\"$(name 4)\" is missing" 'stop with an error'
is 'as JSON ' "$(answer .bound)" hole
ask 0 --target="$last"
said 'right in front of it' 0 'recovery_prefetch = off'
is 'as JSON  ' "$(answer '.["prefetch-off"]')" true
segment "$(name 4)" --flip=500000
walarch-push "$WAL/$(name 4)" 2>/dev/null
ask 1 --type=default
said 'the end behind damage' 1 'is damaged'
is 'as JSON   ' "$(answer .bound)" damage
run walarch-info
said 'what is restorable ends there' 1 'status: error .WAL is damaged.' \
	"to 0/400000 .$(name 4) had damaged records when it was pushed"
segment "$(name 4)"
walarch-push "$WAL/$(name 4)"
ask 0 --type=default
said 'a sound copy opens the way' 0 'replay ends at 0/600000'
finish
