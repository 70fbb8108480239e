#!/bin/bash
# ahead_killed.sh - a runner that is stopped, continued, ended or killed while
# it works at a segment, and the walarch-push that waits for it.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/cli/ahead_lib.sh
. "${0%/*}/ahead_lib.sh"

command -v strace >/dev/null || skip_all 'killed runners' 'no strace'
strace -qq -o /dev/null true 2>/dev/null ||
	skip_all 'killed runners' 'strace may not trace here'

new_async
spool=$(spool_of "$PG")
number=0

# working - a runner stands still in the middle of segment $a, before $b and $c.
working() {
	rm -f pg_wal/archive_status/* "$spool"/push/*
	made $((number + 1)) $((number + 2)) $((number + 3))
	a=$(name $((number + 1))) b=$(name $((number + 2)))
	c=$(name $((number + 3)))
	number=$((number + 3))
	stop_at "$PG/pg_wal/$a" "$LIBEXEC/walarch-push-runner" --process-max=1
	[ -n "$stopped" ] || die "no runner was stopped: $(cat "$T/stop.err")"
}

# pushing COMMAND... - in the background, until it waits for the runner.
pushing() {
	"$@" >"$T/out" 2>"$T/err" </dev/null &
	pusher=$!
	assert "$how: walarch-push waits for the runner" until_waiting $pusher
}

# ended - how did it?
ended() {
	wait $pusher
	status=$?
}

go_on() {
	kill -CONT "$stopped" 2>/dev/null
	wait $tracer 2>/dev/null
}

stored() {
	assert "$how: the segment is stored" is_stored "$a" "pg_wal/$a"
}

how='killed'
working
assert 'one that is at work holds its lock' sh -c \
	"! flock -n '$spool/push.runner' true"
check 'another one does not begin' 1 '!.' -- runner
pushing walarch-push "pg_wal/$a"
assert 'nothing is stored yet' is_absent "$(object "$a")"
kill -KILL "$stopped"
ended
said 'killed: walarch-push goes on, and pushes itself' 0 '!error'
stored
go_on
runner_ended
check 'the next runner begins' 0 '!.' -- runner
is 'and does the rest' "$(pushed_ahead | tail -n 2 | paste -sd ' ')" "$b $c"

how='continued'
working
pushing alone "pg_wal/$a"
go_on
ended
said 'continued: walarch-push takes its marker' 0 '!.'
stored

how='ended by SIGTERM'
working
pushing walarch-push "pg_wal/$a"
kill -TERM "$stopped"
go_on
ended
said 'ended by SIGTERM: walarch-push succeeds' 0 '!error'
stored
runner_ended

for signal in HUP INT QUIT; do
	how="ended by SIG$signal"
	working
	kill -$signal "$stopped"
	go_on
	check "ended by SIG$signal: walarch-push succeeds" 0 '!error' -- \
		walarch-push "pg_wal/$a"
	stored
	runner_ended
done

# Who waits may be stopped, too; nobody else is.
how='the waiting one is ended'
working
pushing walarch-push "pg_wal/$a"
kill -TERM $pusher
ended
assert "it does not succeed (status $status)" test $status -ne 0
assert 'it left the lock to the runner' sh -c \
	"! flock -n '$spool/push/$a' true"
go_on
check 'the runner has done it' 0 '!.' -- alone "pg_wal/$a"
stored

# Others are not held up.
how='another segment'
working
check 'a segment that no runner works at is pushed meanwhile' 0 '!.' -- \
	walarch-push "pg_wal/$b"
archived "$b"
go_on
assert 'the runner leaves it' test ! -s "$spool/push/$b"
is 'and has done the others' "$(pushed_ahead | paste -sd ' ')" "$a $c"

# The segment is archived by another hand, or changed, while he works at it.
how='changed'
working
touch "pg_wal/$a"
go_on
check 'no marker for a segment that changed' 1 'the worker' -- \
	alone "pg_wal/$a"
how='the data directory is gone'
working
mv "$PG" "$PG.away"
go_on
mv "$PG.away" "$PG"
runner_ended
check 'the data directory was away: walarch-push succeeds' 0 '!error' -- \
	walarch-push "pg_wal/$c"
runner_ended

# It is nobody's child, has a session of its own, and keeps no file open that
# was its starter's.
how='started by walarch-push'
rm -f pg_wal/archive_status/* "$spool"/push/*
made 91 92 93 94
exec 7>"$T/pipe"
: >"$T/stop"
strace -f -qq -o "$T/stop" -P "$PG/pg_wal/$(name 93)" -e trace=read,pread64 \
	-e inject=read,pread64:signal=STOP:when=1 \
	walarch-push "pg_wal/$(name 91)" >"$T/out" 2>"$T/err" &
tracer=$!
for ((i = 0; i < 1000; i++)); do
	! grep -q 'stopped by SIGSTOP' "$T/stop" || break
	sleep 0.01
done
pid=$(cut -d ' ' -f 1 "$spool/push.runner")
exe=$(readlink "/proc/$pid/exe")
is 'the runner is where it says' "${exe##*/}" walarch-push-runner
# Field 6 of stat is the session, field 5 the group.
is 'in a session of its own' "$(cut -d ' ' -f 6 "/proc/$pid/stat" |
	grep -cx "$(cut -d ' ' -f 6 /proc/$$/stat)")" 0
is 'nothing of ours is open in it' "$(find "/proc/$pid/fd" -lname "$T/out" \
	-o -lname "$T/err" -o -lname "$T/pipe")" ''
kill -KILL "$pid"
wait $tracer 2>/dev/null
exec 7>&-
runner_ended
for n in 91 92 93 94; do
	check "afterwards $n is pushed" 0 '!error' -- \
		walarch-push "pg_wal/$(name $n)"
	archived "$(name $n)"
done
runner_ended
is 'nothing is left over' "$(hidden "$REPO")" ''
finish
