#!/bin/bash
# history.sh - a look-up of a history file that fails never lets a server take
# a timeline for its own that exists, and what is missing before, at or after a
# switch of timelines is noticed.
# shellcheck disable=SC2317	# what is called by another's arguments
. "$(dirname "$0")/lib.sh"

cluster main
walarch-init --pg1-path="${data[main]}" 2>"$T/init.out"
start main
ledger main
commit main before
backup main
one=$(committed main one)
two=$(committed main two)
stop main fast
restore first "$T/main.backup" 'archive_mode = on'
recover first
is 'a restored server has a second timeline' "$(timeline first)" 2
three=$(committed first three)
committed first four >"$T/four"
stop first fast
everything='before one two three four'

current=()
[ "$major" -lt 12 ] || current=("recovery_target_timeline = 'current'")
latest="recovery_target_timeline = 'latest'"

recovered()
{
	recover copy
	is "$1: mended, it recovers" "$state" up
	is "$1: to the end" "$(rows copy)" "$2"
	is "$1: and has the third timeline" "$(timeline copy)" 3
	halt copy
}

# without WHAT FILE COMMAND... - after the command, which harms the file's
# object; it is mended afterwards.
without()
{
	local what=$1 object
	object=$(object "$2")
	shift 2
	cp -a "$object" "$T/good"
	"$@" "$object"
	restore copy "$T/main.backup" "$latest"
	refused copy "$what, recovering to the newest timeline"
	rm -f "$object"
	cp -a "$T/good" "$object"
	recovered "$what" "$everything"
}

# At the end of the first timeline the server looks for the number of its own.
without_end()
{
	local what=$1 object
	object=$(object "$2")
	shift 2
	cp -a "$object" "$T/good"
	"$@" "$object"
	restore copy "$T/main.backup" "${current[@]}"
	refused copy "$what, recovering to the end of the first timeline"
	rm -f "$object"
	cp -a "$T/good" "$object"
	recovered "$what" 'before one two'
}

cut()
{
	chmod u+w "$1"
	truncate -s -9 "$1"
}

for try in without without_end; do
	$try 'a history that cannot be read' 00000002.history chmod 000
	$try 'a damaged history' 00000002.history cut
	$try "no history of a timeline that has segments" 00000002.history \
	    rm -f
done
without 'a segment missing before the switch' "$one" rm -f
without_end 'a segment missing before the end of it' "$two" rm -f
without 'the first segment missing after the switch' "$three" rm -f
gives 'walarch-info finds all of it mended' 0 'status: (ok|error .no valid backups.)' walarch-info

# A segment of the old timeline that the new one has, too, need not be there.
last=00000001${three:8}
! stored "$last" || mv "$(object "$last")" "$T/last"
restore copy "$T/main.backup" "$latest"
recovered 'the last segment of the old timeline missing' "$everything"
[ ! -e "$T/last" ] || mv "$T/last" "$(object "$last")"

# A standby asks again instead of stopping, so promoted in such a moment it may
# choose a number that is taken: the repository keeps what has it.
md5sum <"$(object 00000002.history)" >"$T/sum"
chmod 000 "$(object 00000002.history)"
restore copy "$T/main.backup" standby "$latest" 'archive_mode = on'
start copy
has_rows()
{
	[ "$(rows copy 2>/dev/null)" = 'before one two' ]
}
check 'a standby follows what it finds' wait_until "$patience" has_rows
"$bin/pg_ctl" -D "${data[copy]}" -s promote >"$T/pg_ctl.out" 2>&1 || :
settled_or_up()
{
	look copy
	[ "$state" = up ] || [ "$state" = down ]
}
check 'its promotion comes to an end' wait_until "$patience" settled_or_up
chmod 600 "$(object 00000002.history)"
refusals()
{
	says copy 'select failed_count > 0 from pg_stat_archiver' t
}
if [ "$state" = up ] && [ "$(timeline copy)" -eq 2 ]; then
	sql copy 'select pg_switch_wal()' >"$T/lsn"
	check 'a timeline that is stored already is refused' \
	    wait_until "$patience" refusals
fi
is 'the stored timeline stays what it was' \
    "$(md5sum <"$(object 00000002.history)")" "$(cat "$T/sum")"
finish
