#!/bin/bash
# expire.sh - walarch-expire, killed or failed at every system call: what stays
# can be restored, and the next run does the rest.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/sweep/lib.sh
. "${0%/*}/lib.sh"

# make_set TYPE PRIOR REDO STOP [FILE...] - its label to $label.
make_set() {
	label=$("$MKSET" "$REPO" "$1" "$2" 1 "$3" "$4" 9 "${@:5}") ||
		die "mkset $* failed"
}

new_repo
for n in 1 2 3 4 5 6 7 8; do
	segment "$(name $n)"
	walarch-push "$WAL/$(name $n)" 2>/dev/null || exit 99
done
make_set F '' 0/200000 0/280000 base/1/1=3000
full1=$label
make_set I "$full1" 0/300000 0/380000 "base/1/1@$full1=0" base/1/2=101
incr1=$label
make_set F '' 0/500000 0/580000 base/1/1=5000
full2=$label
make_set I "$full2" 0/700000 0/780000 "base/1/1@$full2=0" base/1/2=102
incr2=$label
find "$REPO" -exec touch -d '2 days ago' {} +
cp -a "$REPO" "$T/before"
cp -a "$REPO" "$T/after"
args=(walarch-expire --repo1-retention-full=1 --repo1-path="$REPO")

# all - every name there is, but those of notes.
all() {
	(cd "$1" && find . -type f | sort)
}

reset() {
	rm -rf "$REPO"
	cp -a "$T/before" "$REPO"
}

"${args[@]}" >/dev/null 2>&1 || die 'walarch-expire failed'
all "$REPO" >"$T/end"
check 'without faults all is well after it' 0 'all is well' -- \
	walarch-verify --repo1-path="$REPO"
is 'and the older ones are gone' "$(ls "$REPO/db/backup")" "$full2
$incr2"

# What is to stay is there as it was; what else is there has all that it is
# upon; the next run comes to the same end.
verdict() {
	local call=$1 status=$3 path

	case $status in
	0|1|127|137|139) ;;
	*)	echo "status $status" ;;
	esac
	while read -r path; do
		cmp -s "$T/before/$path" "$REPO/$path" ||
			echo "$path is not what it was"
	done <"$T/end"
	if [ -e "$REPO/db/backup/$incr1/manifest" ]; then
		[ -e "$REPO/db/backup/$full1/manifest" ] &&
			[ -e "$REPO/db/backup/$full1/part-00001" ] &&
			[ -e "$(object "$(name 3)")" ] ||
			echo "$incr1 cannot be restored"
	fi
	if [ -e "$REPO/db/backup/$full1/manifest" ]; then
		[ -e "$REPO/db/backup/$full1/part-00001" ] &&
			[ -e "$(object "$(name 2)")" ] ||
			echo "$full1 cannot be restored"
	fi
	[ "$status" -ne 0 ] || [ "$(all "$REPO")" = "$(cat "$T/end")" ] ||
		echo 'success, but something is left'
	find "$REPO" -exec touch -d '2 days ago' {} +
	"${args[@]}" >/dev/null 2>&1 || echo 'the next run failed'
	[ "$(all "$REPO")" = "$(cat "$T/end")" ] ||
		echo 'something is left after the next run'
}

only='unlinkat fsync newfstatat getdents64 read'
[ -z "${WALARCH_LONG-}" ] || only=
sweep 'expire' verdict reset "${args[@]}"
statuses 'expire'
report

finish
