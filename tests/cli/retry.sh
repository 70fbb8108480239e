#!/bin/bash
# retry.sh - walarch-get's patience with a repository that does not answer.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

a=$(name 1)
new_repo
segment "$a"
walarch-push "$WAL/$a"
cd "$PG" || exit 99

now() {
	date +%s%3N
}

# took NAME FROM TO COMMAND... - in milliseconds, as run.
took() {
	local name=$1 from=$2 to=$3 begin time

	shift 3
	begin=$(now)
	run "$@"
	time=$(($(now) - begin))
	if [ $time -ge "$from" ] && [ $time -le "$to" ]; then
		ok "$name ($time ms)"
	else
		not_ok "$name" "$time ms"
	fi
}

mv "$REPO" "$REPO.away"
took 'a repository that is away is waited for' 500 60000 \
	walarch-get --archive-timeout=1s "$a" pg_wal/RECOVERYXLOG
said 'then it is 255' 255 'warning: could not open repository' \
	'trying again in 100 ms' 'trying again in 200 ms' \
	'error: could not open repository'
took 'archive-timeout=0 does not wait' 0 30000 \
	walarch-get --archive-timeout=0 "$a" pg_wal/RECOVERYXLOG
said 'and is 255 at once' 255 '!trying again'
mkdir "$REPO"
took 'an empty mount point is waited for' 500 60000 \
	walarch-get --archive-timeout=1s "$a" pg_wal/RECOVERYXLOG
said 'then it is 255 ' 255 'Is it mounted' 'trying again'
rmdir "$REPO"
: >standby.signal
took 'a standby asks again itself' 0 30000 \
	walarch-get --archive-timeout=100s "$a" pg_wal/RECOVERYXLOG
said 'it is 1 at once, with a warning' 1 'warning: could not open' '!trying'
rm standby.signal
took 'by hand nobody waits' 0 30000 \
	walarch-get --archive-timeout=100s -o "$OUT" "$a"
said 'it is 255 at once' 255 '!trying again'
took 'nor for a wrong command line' 0 30000 \
	walarch-get --archive-timeout=100s --nope "$a" pg_wal/RECOVERYXLOG

(sleep 0.6; mv "$REPO.away" "$REPO") &
took 'a repository that comes back in the meantime' 400 60000 \
	walarch-get --archive-timeout=100s "$a" pg_wal/RECOVERYXLOG
said 'is success' 0 'trying again'
assert 'and the file is in place' cmp "$WAL/$a" pg_wal/RECOVERYXLOG
wait
rm pg_wal/RECOVERYXLOG

mkdir "$T/mount"
mv "$REPO" "$REPO.away"
mkdir "$REPO"
if can_mount; then
	(sleep 0.6; mount --bind "$REPO.away" "$REPO") &
	took 'a repository that is mounted in the meantime' 400 60000 \
		walarch-get --archive-timeout=100s "$a" pg_wal/RECOVERYXLOG
	wait
	mounted "$REPO"
	said 'is success ' 0 'Is it mounted'
	unmounted "$REPO"
else
	skip 'a repository that is mounted in the meantime' \
		'this needs root and mount'
fi
rmdir "$REPO"
mv "$REPO.away" "$REPO"

took 'what is absent is not waited for' 0 30000 \
	walarch-get --archive-timeout=100s "$(name 5)" pg_wal/RECOVERYXLOG
said 'it is 1' 1
segment "$(name 3)"
walarch-push "$WAL/$(name 3)"
took 'nor is a hole' 0 30000 \
	walarch-get --archive-timeout=100s "$(name 2)" pg_wal/RECOVERYXLOG
said 'it is 255' 255 'is missing'
head -c 5000 "$(object "$a")" >"$T/cut"
cp "$T/cut" "$(object "$a")"
took 'nor is a damaged object' 0 30000 \
	walarch-get --archive-timeout=100s "$a" pg_wal/RECOVERYXLOG
said 'it is 255 too' 255 'error: stored'

# Signals while it waits: it ends at once, not with a status that means absent.
mv "$REPO" "$REPO.away"
for s in TERM INT QUIT HUP; do
	begin=$(now)
	walarch-get --archive-timeout=100s "$a" pg_wal/RECOVERYXLOG \
		2>"$T/err" &
	pid=$!
	sleep 0.4
	kill -$s $pid
	wait $pid 2>/dev/null
	status=$?
	time=$(($(now) - begin))
	is "SIG$s while it waits ends it, as a signal does" "$status" \
		$((128 + $(kill -l $s)))
	assert "at once (SIG$s, $time ms)" test $time -lt 30000
done

# The same with all signals ignored and blocked, as it may be started.
deaf='import os, signal, sys
for s in range(1, 32):
    if s not in (9, 19):
        signal.signal(s, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))
os.execvp(sys.argv[1], sys.argv[1:])'
if command -v python3 >/dev/null; then
	for s in TERM INT QUIT HUP; do
		rm -f "$T/err" # or what the one before said is taken for its word
		python3 -c "$deaf" walarch-get --archive-timeout=100s "$a" \
			pg_wal/RECOVERYXLOG 2>"$T/err" &
		pid=$!
		for ((i = 0; i < 600; i++)); do
			! grep -qs 'trying again' "$T/err" || break
			sleep 0.05
		done
		begin=$(now)
		kill -$s $pid
		wait $pid 2>/dev/null
		is "SIG$s, though ignored and blocked at the start, ends it" \
			$? $((128 + $(kill -l $s)))
		time=$(($(now) - begin))
		assert "at once, too (SIG$s, $time ms)" test $time -lt 30000
	done
else
	skip 'signals ignored and blocked at the start' \
		'python3 is not installed'
fi
mv "$REPO.away" "$REPO"
finish
