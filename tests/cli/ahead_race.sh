#!/bin/bash
# ahead_race.sh - the push runner and walarch-push at the same segments, killed
# at random, with the repository away for a while: whatever walarch-push called
# archived is in the repository, whole.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/in_memory.sh
. "${0%/*}/in_memory.sh"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/cli/ahead_lib.sh
. "${0%/*}/ahead_lib.sh"

rounds=${RACE_ROUNDS:-300}
[ -z "${WALARCH_LONG-}" ] || rounds=10000
RANDOM=${RACE_SEED:-5150}
batch=10			# segments that are ready at once

new_async
spool=$(spool_of "$PG")
names=()
for ((i = 1; i <= batch; i++)); do
	names+=("$(name $i)")
done
declare -A count=()
wrong='' orphans=''

counted() {
	count[$1]=$((${count[$1]:-0} + 1))
}

# is_runner PID - of this cluster, and alive.
is_runner() {
	[ "$(readlink "/proc/$1/exe")" = "$LIBEXEC/walarch-push-runner" ] &&
		[ "/proc/$1/cwd" -ef "$PG" ]
}

kill_runner() {
	local pid rest

	{ read -r pid rest <"$spool/push.runner" && is_runner "$pid" &&
		kill "$1" "$pid" && counted "runner$1"; } 2>/dev/null
}

children() {
	cat "/proc/$1/task/$1/children" 2>/dev/null
}

# after_a_while - up to 9 milliseconds, or none.
after_a_while() {
	[ $((RANDOM % 3)) -eq 0 ] || sleep 0.00$((RANDOM % 10))
}

# push_killed NAME - a walarch-push that is killed, or its worker is.
push_killed() {
	local pid orphan victim result

	walarch-push "pg_wal/$1" 2>>"$T/log" &
	pid=$!
	after_a_while
	orphan=$(children "$pid")
	orphans+=" $orphan"
	victim=$pid
	[ $((RANDOM % 2)) -eq 0 ] || victim=$orphan
	if [ -n "$victim" ]; then
		# shellcheck disable=SC2086
		kill -KILL $victim
	fi 2>/dev/null
	wait "$pid" 2>/dev/null
	result=$?
	counted "walarch-push, killed, status $result"
	return "$result"
}

push_whole() {
	walarch-push "pg_wal/$1" 2>>"$T/log"
}

# disturb - before a push.
disturb() {
	case $((RANDOM % 12)) in
	0|1)	kill_runner -KILL ;;
	2)	kill_runner -TERM ;;
	3)	runner 2>>"$T/log" & ;;
	4)	# Away while something may be under way, and back.
		mv "$REPO" "$REPO.away"
		after_a_while
		! walarch-push "pg_wal/$1" 2>>"$T/log" ||
			wrong="$wrong $1: success without a repository;"
		mv -T "$REPO.away" "$REPO" ||
			die 'something was made in place of the repository'
		counted away ;;
	5)	kill_runner -STOP
		after_a_while
		kill_runner -CONT ;;
	esac
}

# archive NAME - as PostgreSQL does: again and again, until it succeeds.
archive() {
	local try push=push_whole

	for ((try = 0; try < 50; try++)); do
		disturb "$1"
		push=push_whole
		[ $((RANDOM % 5)) -ne 0 ] || push=push_killed
		if $push "$1"; then
			archived "$1"
			return
		fi
		counted failed
	done
	wrong="$wrong $1: never archived;"
}

# Each batch has other contents under the same names, in a repository of its
# own: what was left of the last one is of no worth.
renew() {
	local n

	rm -rf "$REPO/db/wal"
	rm -f pg_wal/archive_status/*
	for n in "${names[@]}"; do
		"$MKWAL" --seed=$((seed = ${seed:-0} + 1)) segment "$n" \
			"pg_wal/$n.new"
		mv "pg_wal/$n.new" "pg_wal/$n"
		ready "$n"
	done
}

# settled - nobody works any more, nor does who lost his parent.
settled() {
	local pid

	for pid in $(jobs -p); do
		wait "$pid" 2>/dev/null
	done
	for pid in $orphans; do
		while [ "$(readlink "/proc/$pid/exe")" = \
		    "$LIBEXEC/walarch-push-worker" ]; do
			sleep 0.005
		done
	done
	orphans=
	runner_ended || wrong="$wrong a runner does not end;"
}

judged() {
	local n

	for n in "${names[@]}"; do
		is_stored "$n" "pg_wal/$n" >/dev/null 2>&1 ||
			wrong="$wrong $n was archived, and is not stored whole;"
	done
	[ "$(find "$REPO/db/wal" -type f ! -name '.*' | wc -l)" -eq $batch ] ||
		wrong="$wrong other files;"
}

# A killed process's lines would be bash's.
exec 8>&2 2>"$T/bash"
for ((round = 0; round < rounds && ${#wrong} == 0; round += batch)); do
	renew
	[ $((RANDOM % 2)) -eq 0 ] || runner 2>>"$T/log" &
	for n in "${names[@]}"; do
		archive "$n"
	done
	settled
	judged
done
exec 2>&8 8>&-
for what in "${!count[@]}"; do
	printf '# %s: %s times\n' "$what" "${count[$what]}"
done
is "$rounds rounds: what was archived is stored, whole" "$wrong$round" "$rounds"
for what in runner-KILL away 'walarch-push, killed, status 137'; do
	assert "there was some of: $what" test "${count[$what]:-0}" -gt 0
done
is 'nobody worked without a spool' "$(grep -c 'without a spool' "$T/log")" 0
runner
is 'in the end nothing is left in the spool' "$(ls "$spool/push")" ''
run walarch-verify
said 'walarch-verify agrees' 0
finish
