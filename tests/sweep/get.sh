#!/bin/bash
# get.sh - walarch-get, killed or failed at every system call: never a file
# that is not the one asked for, and never "absent" for what is not.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/sweep/lib.sh
. "${0%/*}/lib.sh"

a=$(name 1)
new_repo
segment "$a"
segment "$(name 3)"
"$MKWAL" segment "$(name 9)" "$T/old"
cd "$PG" || exit 99
walarch-push "pg_wal/$a" "pg_wal/$(name 3)" 2>/dev/null || exit 99
printf '1\t0/400100\twhy\n' >pg_wal/00000002.history
mv pg_wal wal
mkdir pg_wal
to=pg_wal/RECOVERYXLOG

to_nothing() {
	rm -f "$to" pg_wal/.[!.]*
}

to_old() {
	to_nothing
	cp "$T/old" "$to"
}

# right FILE - the destination is that, or what was there before.
right() {
	if [ -e "$to" ]; then
		cmp -s "$to" "$1" || cmp -s "$to" "$2" ||
			echo 'another file is in place'
	fi
	find pg_wal -mindepth 1 ! -name '.*' ! -name RECOVERYXLOG
}

not_absent() {
	[ "$1" -eq 0 ] || [ "$1" -gt 125 ] || echo "status $1 means absent"
}

verdict_present() {
	not_absent "$3"
	if [ "$3" -eq 0 ]; then
		cmp "$to" "wal/$a"
	else
		right "wal/$a" "$T/old"
	fi
}

verdict_history() {
	not_absent "$3"
	if [ "$3" -eq 0 ]; then
		cmp "$to" wal/00000002.history
	else
		right wal/00000002.history "$T/old"
	fi
}

# What is missing in the middle must never be called absent.
verdict_hole() {
	[ "$3" -gt 125 ] || echo "status $3 for a hole"
	right "$T/old" "$T/old"
}

# What is absent may be called so, or not; but it is never fetched.
verdict_absent() {
	[ "$3" -eq 1 ] || [ "$3" -gt 125 ] || echo "status $3"
	right "$T/old" "$T/old"
}

# What decides whether a file is there.
thorough='access getdents64 newfstatat openat read'
sweep 'a stored segment' verdict_present to_nothing walarch-get "$a" $to
statuses 'a stored segment'
thorough=
sweep 'over an old file' verdict_present to_old walarch-get "$a" $to
statuses 'over an old file'
thorough='access getdents64 newfstatat openat read'
sweep 'a hole' verdict_hole to_old walarch-get "$(name 2)" $to
statuses 'a hole'
if [ -n "${WALARCH_LONG-}" ]; then
	# To call a history absent would let PostgreSQL take a timeline that
	# exists.
	"$MKWAL" segment "$(name 5 2)" "wal/$(name 5 2)"
	walarch-push "wal/$(name 5 2)" || exit 99
	sweep 'a missing history' verdict_hole to_old \
		walarch-get 00000002.history $to
	statuses 'a missing history'
	walarch-push wal/00000002.history || exit 99
	sweep 'a hole below another timeline' verdict_hole to_old \
		walarch-get "$(name 2)" $to
	statuses 'a hole below another timeline'
	sweep 'a stored history' verdict_history to_nothing \
		walarch-get 00000002.history $to
	statuses 'a stored history'
	sweep 'an absent segment' verdict_absent to_old \
		walarch-get "$(name 6 2)" $to
	statuses 'an absent segment'
fi
report
finish
