#!/bin/bash
# get_ahead_killed.sh - walarch-get with archive-async, it or its runner killed at
# any moment.
# shellcheck disable=SC2015,SC2016,SC2119,SC2120,SC2154,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/cli/get_ahead_lib.sh
. "${0%/*}/get_ahead_lib.sh"

kill_runner
new_spool
wrong=0
for ((round = 0; round < rounds; round++)); do
	for i in {1..12}; do
		get "$(name "$i")"
		[ "$status" = 0 ] && cmp -s "$SOURCE/$(name "$i")" $to ||
			wrong=$((wrong + 1))
		[ $((RANDOM % 3)) != 0 ] || {
			sleep "0.00$((RANDOM % 10))"
			pid=$(runner)
			[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null
		}
	done
done
is "a runner killed at random: all $((rounds * 12)) are right" $wrong 0
wrong=0
for ((round = 0; round < rounds; round++)); do
	for i in {1..12}; do
		walarch-get "$(name "$i")" $to 2>/dev/null &
		sleep "0.00$((RANDOM % 8))"
		kill -KILL $! 2>/dev/null
		wait $! 2>/dev/null
		[ ! -e $to ] || [ "$(stat -c %s $to)" = 1048576 ] ||
			wrong=$((wrong + 1))
		get "$(name "$i")"
		[ "$status" = 0 ] && cmp -s "$SOURCE/$(name "$i")" $to ||
			wrong=$((wrong + 1))
	done
done
is "a get killed at random: all $((rounds * 12)) are right" $wrong 0
kill_runner

finish
