#!/bin/bash
# ahead_get.sh - recoveries that are fed by walarch-get with archive-async come
# to the rows they would come to without: over timelines, after pg_rewind, from
# one recovery to the next in the same data directory, and after a promotion
# while segments of the old timeline are in the spool.
# shellcheck disable=SC2317	# what is called by another's arguments
. "$(dirname "$0")/lib.sh"

spool=$T/spool
size=1
[ "$major" -ge 11 ] || size=16
printf '%s\n' 'archive-async = y' "spool-path = $spool" 'process-max = 2' \
    "archive-get-queue-max = $((4 * size))MB" >>"$WALARCH_CONFIG"

# folder NAME - of the spool that is a server's.
folder()
{
	printf '%s\n' "$spool/$stanza"/*-"$(stat -c '%d %i' "${data[$1]}" |
	    awk '{ printf "%x-%x", $1, $2 }')"
}

works()
{
	[ -e "$(folder "$1")/get.runner" ] &&
		! flock -n "$(folder "$1")/get.runner" true
}

# ahead NAME - the segments that were fetched for a server.
ahead()
{
	(cd "$(folder "$1")/get" 2>/dev/null && ls) | sed -n 's/\.data$//p'
}

is_left()
{
	! works "$1" && [ -z "$(ls -A "$(folder "$1")/get")" ]
}

# fetched NAME - how many, since the last runner began.
fetched()
{
	cut -d' ' -f4 "$(folder "$1")/get.runner" 2>/dev/null || echo 0
}

has_rows()
{
	[ "$(rows "$1" 2>/dev/null)" = "$2" ]
}

# several NAME NOTE... - each in a segment of its own.
several()
{
	local name=$1 note
	shift
	for note; do
		committed "$name" "$note" >"$T/segment"
	done
}

# again NAME BACKUP [SETTING...] - as restore, but in the same folder: what was
# fetched for the server before is in the spool still.
again()
{
	local name=$1 from=$2
	shift 2
	find "${data[$name]}" -mindepth 1 -delete
	cp -a "$from/." "${data[$name]}"
	rm -f "$T/$name.log"
	set_up "$name" "port = ${port[$name]}" "archive_mode = off"
	to_recover "$name" "$@"
}

promote()
{
	"$bin/pg_ctl" -D "${data[$1]}" -s promote
	wait_until "$patience" says "$1" 'select pg_is_in_recovery()' f
}

cluster main --data-checksums
walarch-init --pg1-path="${data[main]}" 2>"$T/init.out"
start main
ledger main
commit main before
backup main
several main a b c d e f g h
all='before a b c d e f g h'

# A standby that lives on the archive, over two timelines.
latest="recovery_target_timeline = 'latest'"
restore reader "$T/main.backup" standby "$latest"
start reader
check 'a standby has all rows' wait_until "$patience" has_rows reader "$all"
check 'most of them were fetched ahead' test "$(fetched reader)" -ge 4
several main i j
all="$all i j"
check 'it follows' wait_until "$patience" has_rows reader "$all"
stop main
restore second "$T/main.backup" standby "$latest" 'archive_mode = on'
start second
check 'another has them too' wait_until "$patience" has_rows second "$all"
check 'and is promoted' promote second
several second k l m n
all="$all k l m n"
check 'the standby goes on with timeline 2' \
    wait_until "$patience" has_rows reader "$all"
restore third "$T/main.backup" standby "$latest" 'archive_mode = on'
start third
check 'one that begins now goes from timeline 1 to 2' \
    wait_until "$patience" has_rows third "$all"
stop second
check 'and is promoted ' promote third
several third o p q r
all="$all o p q r"
check 'the standby goes on with timeline 3' \
    wait_until "$patience" has_rows reader "$all"
is 'as such' "$(sql reader 'select pg_is_in_recovery()')" t
restore late "$T/main.backup" standby "$latest"
start late
check 'one that begins late goes over all three' \
    wait_until "$patience" has_rows late "$all"
is 'and was served ahead on the last, too' \
    "$(cut -d' ' -f6 "$(folder late)/get.runner" | cut -c1-8)" 00000003
halt late

# The standby takes over by mistake, and is rewound: the same data directory.
rewound()
{
	check 'the standby is promoted by mistake' promote reader
	commit reader mistake
	stop reader
	stop third
	cp "${data[reader]}/postgresql.conf" "$T/reader.conf"
	fetching=()
	if [ "$major" -ge 13 ]; then
		fetching=(--restore-target-wal)
	else
		(cd "${data[reader]}/pg_wal" && for object in \
		    "$repo/$stanza/wal"/*/00000003*/000000030*; do
			[ -e "${object##*/}" ] || walarch-get -o . "${object##*/}"
		done) 2>"$T/got"
	fi
	check 'pg_rewind' "$bin/pg_rewind" -D "${data[reader]}" \
	    --source-pgdata="${data[third]}" "${fetching[@]}"
	cp "$T/reader.conf" "${data[reader]}/postgresql.conf"
	if [ "$major" -ge 12 ]; then
		touch "${data[reader]}/standby.signal"
	else
		printf '%s\n' "restore_command = 'walarch-get %f \"%p\"'" \
		    'standby_mode = on' "$latest" >"${data[reader]}/recovery.conf"
	fi
	rm -f "${data[third]}/standby.signal"
	start third
	several third s t u v
	all="$all s t u v"
	start reader
	check 'after pg_rewind the standby has the rows of timeline 3' \
	    wait_until "$patience" has_rows reader "$all"
	is 'and is one' "$(sql reader 'select pg_is_in_recovery()')" t
}

if [ -x "$bin/pg_rewind" ]; then
	rewound
else
	skip 'PostgreSQL has no pg_rewind here'
	restart reader
fi

# Server and runner die in the middle of it.
several third w x y z
all="$all w x y z"
kill_hard reader
again reader "$T/main.backup" standby "$latest"
launch_only reader
wait_until "$patience" works reader || :
kill_hard reader
kill -KILL "$(cut -d' ' -f1 "$(folder reader)/get.runner")" 2>/dev/null || :
ahead reader >"$T/left"
again reader "$T/main.backup" standby "$latest"
start reader
check 'after kill -9 of server and runner it has all rows' \
    wait_until "$patience" has_rows reader "$all"
stop reader
check 'a server that stops ends its runner, and what it fetched is removed' \
    wait_until "$patience" is_left reader
stop third

# One recovery after the other, in the same folder: each from the base backup to
# a point on the timeline of the one before, while there is much WAL behind it.
export WALARCH_STANZA=cascade
stanza=cascade
cluster source
walarch-init --pg1-path="${data[source]}" 2>"$T/init.out"
start source
ledger source
commit source zero
backup source
want=zero
several source a1 b1
sql source "select pg_create_restore_point('p1')" >"$T/lsn"
want1="$want a1 b1"
several source c1 d1 e1 f1 g1
stop source
restore pitr "$T/source.backup"
want=$want1
plain=()	# PostgreSQL itself would read on behind its target
[ "$major" -lt 15 ] || plain=('recovery_prefetch = off')
for n in 2 3 4; do
	previous=$((n - 1))
	again pitr "$T/source.backup" "recovery_target_name = 'p$previous'" \
	    "recovery_target_timeline = '$previous'" 'archive_mode = on' \
	    "${plain[@]}"
	recover pitr
	is "recovery $previous pauses at its target" "$state" paused
	is "recovery $previous: it has the rows" "$(rows pitr)" "$want"
	check "recovery $previous: there is WAL behind the target in the spool" \
	    test -n "$(ahead pitr)"
	sql pitr 'select pg_wal_replay_resume()' >"$T/resumed"
	check "recovery $previous: it takes writes" \
	    wait_until "$patience" says pitr 'select pg_is_in_recovery()' f
	check "recovery $previous: what is left in the spool is removed" \
	    wait_until "$patience" is_left pitr
	is "recovery $previous: it is on a timeline of its own" \
	    "$(timeline pitr)" "$n"
	several pitr "a$n" "b$n"
	sql pitr "select pg_create_restore_point('p$n')" >"$T/lsn"
	want="$want a$n b$n"
	several pitr "c$n" "d$n" "e$n" "f$n" "g$n"
	stop pitr
done
again pitr "$T/source.backup" "$latest"
recover pitr
is 'the last goes to the end of the newest timeline' "$(rows pitr)" \
    "$want c4 d4 e4 f4 g4"
halt pitr
current=("recovery_target_timeline = 'current'")
[ "$major" -ge 12 ] || current=()
again pitr "$T/source.backup" "${current[@]}"
recover pitr
is 'and to the end of the first' "$(rows pitr)" "$want1 c1 d1 e1 f1 g1"
halt pitr
finish
