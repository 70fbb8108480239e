# get_ahead_lib.sh - for the tests of walarch-get with archive-async to source: a
# repository of twelve segments, a data directory, a spool and its runner.
# shellcheck shell=bash disable=SC2015,SC2034,SC2119,SC2120,SC2154,SC2317

to=pg_wal/RECOVERYXLOG
RANDOM=4711
rounds=${AHEAD_ROUNDS:-15}
[ -z "${WALARCH_LONG-}" ] || rounds=300

# new_spool [DIR] - an empty one, in use from here on.
new_spool() {
	SPOOL=${1:-$T/spool$((spools = ${spools:-0} + 1))}
	sed -i '/^archive-async\|^spool-path\|^process-max\|^archive-get/d' \
		"$WALARCH_CONFIG"
	cat >>"$WALARCH_CONFIG" <<-END
	archive-async=y
	spool-path=$SPOOL
	process-max=2
	archive-get-queue-max=4MB
	END
}

# folder [DATA-DIRECTORY] - of the spool that is its.
folder() {
	printf '%s/db/%s-%s' "$SPOOL" "$SYS" \
		"$(stat -c '%d %i' "${1:-.}" | awk '{printf "%x-%x", $1, $2}')"
}

# until_true COMMAND... - within a time that only a failure takes.
until_true() {
	local i

	for ((i = 0; i < 1200; i++)); do
		! "$@" 2>/dev/null || return 0
		sleep 0.05
	done
	"$@"
}

# The runner's process, as its own word has it.
runner() {
	sed 's/ .*//' "$(folder "$@")/get.runner" 2>/dev/null
}

# works - is there one, which the kernel's lock tells?
works() {
	[ -e "$(folder "$@")/get.runner" ] &&
		! flock -n "$(folder "$@")/get.runner" true
}

rests() {
	! works "$@"
}

# is_ahead NAME [DATA-DIRECTORY] - fetched, and nobody is at it.
is_ahead() {
	local get

	get=$(folder ${2+"$2"})/get
	[ -s "$get/$1" ] && [ -e "$get/$1.data" ] && flock -n "$get/$1" true
}

# ahead_are NAME... - these, and no others.
ahead_are() {
	local n

	for n; do
		is_ahead "$n" || return 1
	done
	[ "$(find "$(folder)/get" -name '*.data' | wc -l)" = $# ]
}

end_runner() {
	local pid

	pid=$(runner "$@")
	if works "$@" && [ -n "$pid" ]; then
		kill "$pid" 2>/dev/null
		until_true rests "$@"
	fi
}

ends_runners() {
	local f pid

	for f in "$T"/spool*/*/*/get.runner /dev/shm/walarch-ahead."$$"/*/*/get.runner; do
		[ -e "$f" ] && ! flock -n "$f" true || continue
		pid=$(sed 's/ .*//' "$f")
		[ -z "$pid" ] || kill "$pid" 2>/dev/null
	done
	rm -rf "/dev/shm/walarch-ahead.$$"
	cleanup
}
trap ends_runners EXIT

# get NAME - as restore_command; what is fetched must be the file.
get() {
	rm -f $to
	run walarch-get "$1" $to
}

got() {
	local what=$1 name=$2

	get "$name"
	said "$what" 0 '!.'
	assert "$what: it is the file" cmp "$SOURCE/$name" $to
}

# only_front COMMAND... - with a worker that fails.
only_front() {
	local worker=$LIBEXEC/walarch-get-worker

	mv "$worker" "$worker.away"
	printf '#!/bin/sh
exit 255
' >"$worker"
	chmod 755 "$worker"
	"$@"
	mv "$worker.away" "$worker"
}

# was_ahead WHAT NAME - it is answered out of the spool.
was_ahead() {
	only_front got "$@"
}

# not_taken WHAT NAME - it is not, but then it is fetched as ever.
not_taken() {
	only_front get "$2"
	is "$1: it is not taken" "$status" 255
	assert "$1: nothing is put in place" is_absent $to
	got "$1: it is fetched" "$2"
}

# kill_runner - as it is, with all it leaves.
kill_runner() {
	local pid

	pid=$(runner)
	[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null
	until_true rests
}

# fetched_ahead N... - a spool of its own, with segments 2 to 5 fetched after the
# first was asked for, and no runner.
fetched_ahead() {
	kill_runner
	new_spool
	get "$(name 1)"
	until_true ahead_are "$(name 2)" "$(name 3)" "$(name 4)" "$(name 5)" ||
		not_ok 'segments are fetched ahead'
	kill_runner
	get=$(folder)/get
}

new_repo
mkdir "$T/source"
SOURCE=$T/source
for i in {1..12}; do
	segment "$(name "$i")"
	walarch-push "$WAL/$(name "$i")"
	mv "$WAL/$(name "$i")" "$SOURCE"
done
new_spool
cd "$PG" || exit 99
