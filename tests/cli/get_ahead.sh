#!/bin/bash
# get_ahead.sh - walarch-get with archive-async: what is fetched ahead, and that
# nothing in the spool is ever taken for what it is not.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

to=pg_wal/RECOVERYXLOG
runners=()			# that were seen; ended when this ends

# ---- a spool and its runner ------------------------------------------------

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
		! "$@" || return 0
		sleep 0.05
	done
	return 1
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

# by_worker - did the worker do the last get?  Its program is away while
# only_front's command runs.
only_front() {
	chmod 000 "$LIBEXEC/walarch-get-worker"
	mv "$LIBEXEC/walarch-get-worker" "$LIBEXEC/away"
	"$@"
	mv "$LIBEXEC/away" "$LIBEXEC/walarch-get-worker"
	chmod 755 "$LIBEXEC/walarch-get-worker"
}

# ---- what is fetched ahead -------------------------------------------------

new_repo
mkdir "$T/source"
SOURCE=$T/source
for i in {1..12}; do
	segment "$(name $i)"
	walarch-push "$WAL/$(name $i)"
	mv "$WAL/$(name $i)" "$SOURCE"
done
new_spool
cd "$PG" || exit 99

got 'the first is fetched at once' "$(name 1)"
assert 'and four behind it, as many as there may be' until_true ahead_are \
	"$(name 2)" "$(name 3)" "$(name 4)" "$(name 5)"
assert 'a runner works' works
only_front got 'the second is there' "$(name 2)"
assert 'it is gone from the spool' is_absent "$(folder)/get/$(name 2)"
assert 'with its data' is_absent "$(folder)/get/$(name 2).data"
assert 'and another one comes after it' until_true ahead_are \
	"$(name 3)" "$(name 4)" "$(name 5)" "$(name 6)"
for i in {3..12}; do
	assert "segment $i is fetched ahead" until_true is_ahead "$(name $i)"
	only_front got "segment $i is there" "$(name $i)"
done
assert 'when all was taken the runner ends' until_true rests
is 'and leaves nothing' "$(ls -A "$(folder)/get")" ''
assert 'nor an error' is_absent "$(folder)/get.error"
check 'what comes after it is absent' 1 '!.' -- walarch-get "$(name 13)" $to
is 'which is not remembered' "$(ls -A "$(folder)/get")" ''
assert 'nor is a runner started for it' rests
segment "$(name 13)"
walarch-push "$WAL/$(name 13)"
mv "$WAL/$(name 13)" "$SOURCE"
got 'it comes, and is there' "$(name 13)"
assert 'the last one starts no runner' rests

finish
