#!/bin/bash
# find.sh - walarch-find: what is found, where, and how to recover to it.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

command -v jq >/dev/null || skip_all 'walarch-find' 'jq is not installed'
export TZ=UTC

# with NAME EVENT... - a stored segment with these events; $lsns says where.
with() {
	local name=$1 event options=()

	shift
	for event; do
		options+=("--event=$event")
	done
	lsns=$("$MKWAL" "${made[@]}" "${options[@]}" segment "${name%.*}" \
		"$WAL/$name") || die "mkwal failed"
	walarch-push "$WAL/$name" 2>"$T/push.err"
}
made=()

# nth N - of $lsns.
nth() {
	sed -n "$1p" <<<"$lsns"
}

# finds NAME FILTER WANTED OPTION... - of the hits as JSON, a line a hit.
finds() {
	local name=$1 filter=$2 wanted=$3

	shift 3
	run walarch-find --output=json "$@"
	is "$name" "$status $(jq -r ".[] | $filter" "$T/out" 2>&1)" "$wanted"
}
what='"\(.kind) \(.xid // .name) \(.timeline)"'

# "T SECONDS" - a time on the day that all of this happened.
t() {
	printf '2026-11-21T03:%02d:%02d.%06dZ' $(($1 / 60)) $(($1 % 60)) "${2:-0}"
}

new_repo
check 'nothing is stored' 1 'no WAL is stored' '^$|' -- walarch-find
check 'as JSON it is an empty array' 1 '^\[\]$' -- walarch-find --output=json

with "$(name 1)" "commit 700 $(t 0)" "point $(t 1) first" \
	"commit 701 $(t 2 7) 3"
drop=$(nth 3)
with "$(name 2)" "commit 702 $(t 11)" "commit 704 $(t 10)" "abort 703 $(t 12)" \
	"record 60705" "checkpoint 0/200200" "database 60705 16384" "commit 60705 $(t 13)"
database=$(nth 4) late=$(nth 1) early=$(nth 2)
with "$(name 3)"
with "$(name 4)" "point $(t 61) it's" "point $(t 62) first" \
	"commit 710 $(t 63)" "commit 4000000000 $(t 64)"
again=$(nth 2) last=$(nth 4)

run walarch-find
said 'everything, newest first' 0 \
	"^restore-point  $(t 62)  timeline 1  $again  \"first\"" \
	"^    in $(name 4)" '^drop-database  .*xid 60705  of OID 16384' \
	"^drop  $(t 2 7)  timeline 1  $drop  xid 701  removes 3 relations"
is 'in this order' "$(grep -o '^[a-z][a-z-]*' "$T/out" | tr '\n' ' ')" \
	'restore-point restore-point drop-database drop restore-point '
said 'the commands before and after a drop' 0 \
	"before: walarch-restore --stanza=db --type=lsn --target=$drop \
--target-exclusive --target-timeline=1\$" \
	"after: walarch-restore --stanza=db --type=lsn --target=$drop \
--target-timeline=1\$"
said 'a database is gone before its transaction commits' 0 \
	"before: .* --type=lsn --target=$database --target-exclusive " \
	'after: .* --type=xid --target=60705 --target-timeline=1$'
said 'a restore point is reached by its name, quoted' 0 \
	"at: walarch-restore --stanza=db --type=name --target='it'\\\\''s' " \
	'at: .* --type=name --target=first --target-timeline=1$'
said 'the second of a name by its LSN' 0 \
	"at: .* --type=lsn --target=$again --target-timeline=1\$"
run sh -c "eval \"$(sed -n "s/^    at: walarch-restore --stanza=db --type=name --target='it/printf %s 'it/p" \
	"$T/out" | sed 's/ --target-timeline.*//')\""
is 'a shell takes it for what it was' "$(cat "$T/out")" "it's"
finds 'the same as JSON' '"\(.kind) \(.time) \(.lsn) \(.segment)"' \
	"0 restore-point $(t 62) $again $(name 4)" --limit=1
finds 'with the settings of PostgreSQL' '.restore | to_entries[] | [.key,
	(.value.settings | to_entries[] | "\(.key)=\(.value)")] | join(" ")' \
"0 before recovery_target_lsn=$drop recovery_target_inclusive=false \
recovery_target_timeline=1
after recovery_target_lsn=$drop recovery_target_inclusive=true \
recovery_target_timeline=1" --drops --time="..2026-11-21 03:00:05"
finds 'a DROP DATABASE has the time of its commit' .time "0 $(t 13)" \
	--time="$(t 12)..$(t 13)" --drops

finds 'a name' "$what" $'0 restore-point first 1\nrestore-point first 1' \
	--name=first
finds 'a pattern' "$what" "0 restore-point it's 1" --name='i*s'
check 'a name that is not there' 1 'nothing of the kind is stored' \
	'hint: --name=.* lists' -- walarch-find --name=nope
finds 'a name and drops' "$what" \
	"0 restore-point it's 1"$'\ndrop-database 60705 1\ndrop 701 1' \
	--name='i*' --drops

# A transaction.
finds 'a commit' "\"\\(.lsn) \\(.time)\"" "0 $early $(t 10)" --xid=704
finds 'an abort' "$what" '0 abort 703 1' --xid=703
finds 'a number beyond 2^31' '"\(.kind) \(.lsn)"' "0 commit $last" \
	--xid=4000000000
finds 'a number with its epoch' "$what" '0 commit 704 1' --xid=4294968000
check 'which is told' 0 'transaction 4294968000 is 704' -- \
	walarch-find --xid=4294968000
check 'a transaction that is not there' 1 'end of transaction 9 is not stored' \
	'hint: Those stored are from about 700 to' -- walarch-find --xid=9
finds 'one in a time' "$what" '0 commit 704 1' --xid=704 --time="$(t 0)..$(t 60)"
check 'and not in another' 1 'in that time' -- \
	walarch-find --xid=704 --time="$(t 60).."

# An LSN.
finds 'the record at an LSN and the commits beside it' "$what" \
	$'0 commit 702 1\ndrop 701 1\ncommit 700 1' --lsn="$drop"
finds 'the first behind an LSN' '"\(.kind) \(.lsn)"' \
	"0 commit $early
commit $late
drop $drop" --lsn="${late%?}1"
finds 'before the first of all' "$what" \
	$'0 drop 701 1\ncommit 700 1' --lsn=0/100000
check 'an LSN that is not stored' 1 'no record at 0/900000 or behind it' \
	'hint: The nearest WAL stored is that of timeline 1 from 0/100000 to 0/500000' -- \
	walarch-find --lsn=0/900000

# Times.  Transactions 702 and 704 commit in the other order.
finds 'the first and the last commit of a time, by their times' "$what" \
	$'0 commit 704 1\ncommit 702 1' --time="$(t 3)..$(t 12)"
finds 'which are not those that stand first and last' '"\(.lsn)"' \
	"0 $early" --time="$(t 3)..$(t 10 999999)"
finds 'a time is exact to the microsecond' "$what" \
	"0 drop 701 1" --time="$(t 2 7)..$(t 2 7)"
check 'also where there is nothing' 1 'in that time' \
	'hint: The commits stored are from 2026-11-21T03:00:00.000000Z to' -- \
	walarch-find --time="$(t 2 8)..$(t 3)"
finds 'the commits around a time, and what lies between' "$what" \
	"0 commit 4000000000 1
commit 710 1
restore-point first 1
restore-point it's 1
commit 60705 1
drop-database 60705 1
commit 704 1
commit 702 1
drop 701 1
restore-point first 1
commit 700 1" --around="$(t 11)"
run env TZ=Asia/Kolkata walarch-find --time='2026-11-21 08:30:02..'
said 'a time without a zone is that of TZ, and told in UTC' 0 \
	'"2026-11-21 08:30:02" is 2026-11-21T03:00:02.000000Z'
is 'before anything else' "$(head -n 1 "$T/err" | grep -c ' is 2026')" 1
check 'also when nothing else can be done' 1 ' is 2026-11-21T03:00:00.000000Z' \
	'could not open repository' -- \
	walarch-find --repo1-path=/no/where --around="$(t 0)"
check 'now, and before' 1 '"now - 5 min" is 20' -- \
	walarch-find --time='now - 5 min..'

# What a label does not say.
: >"$T/many"
for i in {1..30}; do
	echo "point $(t 100 "$i") p$i"
done >"$T/many"
mapfile -t many <"$T/many"
with "$(name 5)" "${many[@]}"
finds 'restore points for which a label has no room' '.name' '0 p30' --name='p30'
printf 'wal-check=header\n' >>"$WALARCH_CONFIG"
with "$(name 6)" "point $(t 101) unwalked" "commit 720 $(t 102) 1"
finds 'a segment that was not walked over' "$what" \
	'0 restore-point unwalked 1' --name=unwalked
finds 'its transactions' "$what" '0 drop 720 1' --xid=720
sed -i 's/=header/=off/' "$WALARCH_CONFIG"
"$MKWAL" --event="point $(t 103) unseen" segment "$(name 7)" \
	"$WAL/$(name 7)" >/dev/null
walarch-push --pg1-path="$PG" "$WAL/$(name 7)" 2>"$T/push.err"
check 'a segment that was stored unseen is told of' 1 \
	'warning: what 1 segments hold is not known' -- walarch-find --name=unseen
sed -i '/wal-check/d' "$WALARCH_CONFIG"

# Timelines: 2 leaves 1 in segment 4, behind "it's".
new_repo
with "$(name 3)" "point $(t 1) one"
made=(--events-at=300000)
with "$(name 4)" "point $(t 2) both" "commit 800 $(t 3)" "commit 801 $(t 4)"
both=$(nth 1) shared=$(nth 2) begin=$(nth 3)
printf '1\t%s\twhy\n' "$begin" >"$WAL/00000002.history"
walarch-push --pg1-path="$PG" "$WAL/00000002.history"
made=(--events-at=300000 --parent=1 --left-at=0/44A000 --seed=0)
with "$(name 4 2)" "point $(t 2) both" "commit 800 $(t 3)" \
	"timeline $(t 5) 2 1" "commit 801 $(t 6) 1"
is 'the head of the segment is the same' "$(nth 1) $(nth 2)" "$both $shared"
made=()
finds 'what is stored twice is one' \
	'"\(.kind) \(.name // .parent // .xid) \(.timeline) \(.segment)"' \
	"0 drop 801 2 $(name 4 2)
timeline 1 2 $(name 4 2)
restore-point both 1 $(name 4)
restore-point one 1 $(name 3)"
finds 'a transaction on either' "$what" \
	$'0 drop 801 2\ncommit 801 1' --xid=801
finds 'an LSN on either' "$what" \
	$'0 drop 801 2\ntimeline null 2\ncommit 801 1\ncommit 800 1' \
	--lsn="$begin"
rm "$(object "$(name 4)")"
finds 'what only the child has belongs to the parent' \
	'"\(.timeline) \(.segment) \(.restore.at.settings.recovery_target_timeline)"' \
	"0 1 $(name 4 2) 2" --name=both
made=(--events-at=300000)
with "$(name 4).partial" "point $(t 2) both" "commit 800 $(t 3)" \
	"commit 801 $(t 4)"
finds 'unless it is in a .partial' \
	'"\(.timeline) \(.segment) \(.restore.at.settings.recovery_target_timeline)"' \
	"0 1 $(name 4).partial 1" --name=both
made=()

# Damage.
new_repo
with "$(name 1)" "commit 900 $(t 1)"
made=(--flip=500000)
with "$(name 2)" "commit 901 $(t 2)"
made=()
with "$(name 3)" "commit 902 $(t 30)"
check 'damage is told of' 0 '^damage  -  timeline 1' "in $(name 2).damaged" \
	'!--target' -- walarch-find
finds 'in its time' .kind $'0 damage\ncommit' --time="$(t 2)..$(t 2)"
finds 'and not in another' .kind '0 commit' --time="$(t 30).."
printf rubbish | dd of="$(object "$(name 3)")" bs=1 seek=100 conv=notrunc 2>/dev/null
check 'a damaged object is told of, and the others are read' 1 \
	'stored object .* is damaged' '^commit .* xid 900' -- \
	walarch-find --xid=900

# PostgreSQL 9.6 has no recovery_target_lsn.
new_repo --pg=9.6
WAL=$PG/pg_xlog
made=(--pg=9.6)
with "$(name 1)" "commit 900 $(t 1) 1" "database 901 16384"
check 'before PostgreSQL 10 a target is a transaction' 0 \
	'before: .* --type=xid --target=900 --target-exclusive' \
	'after: .* --type=xid --target=900 --target-timeline' '!--type=lsn' -- \
	walarch-find
made=()

# Command lines.
for pair in 'lsn=0/1 name=x' 'lsn=0/1 xid=3' 'xid=3 name=x' \
	'around=now name=x' 'around=now time=..now'; do
	check "--${pair% *} --${pair#* }" 1 'exclude each other' 'hint: Try' -- \
		walarch-find "--${pair% *}" "--${pair#* }"
done
for bad in xid=x xid=0 xid=-1 limit=0 limit= lsn=x lsn=5 time=now time=.. \
	around=x around= time=x..now 'time=now..now - 1 h'; do
	check "--$bad" 1 'error: ' -- walarch-find "--$bad"
done
check 'another system' 1 'has no system "5"' 'hint: walarch-info' -- \
	walarch-find --system=5
check 'this one' 0 'drop' -- walarch-find --system=$SYS
check 'an argument' 1 'unexpected argument' -- walarch-find x
check 'a full disk behind standard output' 1 'could not write' -- \
	sh -c 'walarch-find >/dev/full'
finish
