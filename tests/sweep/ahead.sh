#!/bin/bash
# ahead.sh - the push runner, and walarch-push that takes its markers, killed or
# failed at every system call: what is called archived is stored, whole.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/sweep/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/cli/ahead_lib.sh
. "${0%/*}/../cli/ahead_lib.sh"

new_async
spool=$(spool_of "$PG")
names=("$(name 1)" "$(name 2)" 00000002.history)
made 1 2
printf '1\t0/A00100\twhy\n' >pg_wal/00000002.history
ready 00000002.history
cp -a pg_wal "$T/wal"

runner --process-max=1
for n in "${names[@]}"; do
	assert "without faults $n is stored whole" is_stored "$n" "pg_wal/$n"
	cp "$(object "$n")" "$T/object.$n"
	cp "$spool/push/$n" "$T/marker.$n"
done
mkdir "$T/objects"
cp -a "$REPO/db/wal" "$T/objects/wal"

bare() {
	rm -rf "$REPO/db/wal" "$SPOOL"
}

# The spool is there, and empty.
made_spool() {
	rm -rf "$REPO/db/wal" "$spool"/push/* "$spool/push.error"
	mkdir -p "$spool/push"
}

# One of them was pushed ahead.
marked() {
	made_spool
	mkdir -p "$(dirname "$(object "$(name 1)")")"
	cp "$T/object.$(name 1)" "$(object "$(name 1)")"
	cp "$T/marker.$(name 1)" "$spool/push/$(name 1)"
}

is_whole() {
	cmp -s "$(object "$1")" "$T/object.$1" ||
		is_stored "$1" "$T/wal/$1" >/dev/null 2>&1
}

# What markers vouch for is stored; what they do not is pushed; nothing stays.
afterwards() {
	local n

	for n in "${names[@]}"; do
		if alone "pg_wal/$n" 2>/dev/null; then
			is_whole "$n" || echo "a marker for $n, which is not stored"
		elif ! walarch-push --archive-async=y "pg_wal/$n" \
		    2>"$T/again"; then
			echo "$n is not pushed afterwards: $(cat "$T/again")"
		fi
		is_whole "$n" || echo "$n is not whole"
		cmp -s "pg_wal/$n" "$T/wal/$n" || echo "$n was changed"
	done
	runner_ended || echo 'a runner does not end'
}

verdict() {
	local status=$3

	[ "$status" -ne 124 ] || echo 'it does not end'
	afterwards
}

# In the foreground 0 is what counts.
verdict_of_front() {
	local call=$1 fault=$2 status=$3

	runner_ended
	case $status in
	0)	is_whole "$(name 1)" || echo 'success without object' ;;
	1|127|137|139) ;;
	*)	echo "status $status" ;;
	esac
	afterwards
}

# What the program itself does; all of it, with WALARCH_LONG.
some='clone close fcntl flock fsync ftruncate getdents64 linkat mkdirat pwrite64 write'
[ -z "${WALARCH_LONG-}" ] || some=

threads=-f only=$some
sweep 'runner, nothing there' verdict bare \
	"$LIBEXEC/walarch-push-runner" --process-max=1
statuses 'runner, nothing there'
if [ -n "${WALARCH_LONG-}" ]; then
	sweep 'runner, one is pushed' verdict marked \
		"$LIBEXEC/walarch-push-runner" --process-max=1
	statuses 'runner, one is pushed'
fi
threads='' only=
sweep 'front, pushed ahead' verdict_of_front marked \
	walarch-push "pg_wal/$(name 1)"
statuses 'front, pushed ahead'
[ -z "$some" ] || only='clone flock fsync linkat openat unlinkat wait4'
sweep 'worker, the first of several' verdict_of_front bare \
	worker "pg_wal/$(name 1)"
statuses 'worker, the first of several'
report
finish
