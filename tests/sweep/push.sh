#!/bin/bash
# push.sh - walarch-push, killed or failed at every system call: 0 means that
# the object is whole, and what was not stored is stored by the next one.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/sweep/lib.sh
. "${0%/*}/lib.sh"

a=$(name 1)
new_repo
segment "$a"
cd "$PG" || exit 99
cp -a "$REPO" "$T/bare"
walarch-push "pg_wal/$a" || exit 99
object=$(object "$a")
assert 'without faults it is stored whole' is_stored "$a" "pg_wal/$a"
cp "$object" "$T/object"
cp "pg_wal/$a" "$T/segment"

to_new() {
	rm -rf "$REPO/db/wal"
}

to_stored() {
	if ! cmp -s "$object" "$T/object" || [ -n "$(hidden "$REPO")" ]; then
		rm -rf "$REPO/db/wal"
		mkdir -p "${object%/*}"
		cp "$T/object" "$object"
	fi
}

# Whole, if not byte by byte the same: a fault may make the loader choose
# another libzstd.
is_whole() {
	cmp -s "$object" "$T/object" || is_stored "$a" "$T/segment" >/dev/null
}

# What holds after any fault.  Of walarch-push itself the loader may have
# failed (127, or 139 for want of memory), or the kill have hit it (137).
verdict() {
	local call=$1 fault=$2 status=$3 front=${4-} stored=no

	case $status in
	0|1)	;;
	127|137|139) [ -n "$front" ] || echo "status $status" ;;
	*)	echo "status $status" ;;
	esac
	if [ -e "$object" ]; then
		stored=yes
		is_whole || echo 'the object is torn'
	fi
	[ "$status" -ne 0 ] || [ "$stored" = yes ] || echo 'success without object'
	if [ "$status" -eq 0 ] && [ "$call" = fsync ]; then
		case $fault in
		*EINTR*) ;;
		*)	echo 'a failed fsync is taken for success' ;;
		esac
	fi
	case $fault-$call in
	*EINTR*-fsync|*EINTR*-linkat|*EINTR*-mkdirat|*EINTR*-*write*)
		[ "$status" -eq 0 ] || echo 'an interrupted call is not repeated' ;;
	esac
	find "$REPO" -type f ! -name '.*' ! -name walarch.repo \
		! -path "$object" ! -path "$REPO/db/system/$SYS"
	cmp -s "pg_wal/$a" "$T/segment" || echo 'the segment was changed'
	if [[ $fault = signal* ]] || [ -n "${WALARCH_LONG-}" ]; then
		walarch-push "pg_wal/$a" 2>"$T/again" ||
			echo "the next one fails: $(cat "$T/again")"
		is_whole ||
			echo 'the next one does not make it whole'
	fi
}

verdict_of_front() {
	verdict "$@" front
}

sweep 'worker, a new file' verdict to_new worker "pg_wal/$a"
statuses 'worker, a new file'
sweep 'worker, a stored file' verdict to_stored worker "pg_wal/$a"
statuses 'worker, a stored file'
sweep 'front, a new file' verdict_of_front to_new walarch-push "pg_wal/$a"
statuses 'front, a new file (127: its loader failed; 137: it was killed)'

# Where there is no O_TMPFILE the object has a hidden name until it is whole.
to_new
strace -qq -o "$T/trace" -e trace=openat "$LIBEXEC/walarch-push-worker" \
	"pg_wal/$a"
tmpfile=$(grep -n O_TMPFILE "$T/trace" | cut -d: -f1)
if [ -n "$tmpfile" ]; then
	always=(-e trace=all -e "inject=openat:error=EOPNOTSUPP:when=$tmpfile")
	only='close fsync getrandom linkat mkdirat newfstatat pwrite64 unlinkat write'
	sweep 'worker, without O_TMPFILE' verdict to_new worker "pg_wal/$a"
	statuses 'worker, without O_TMPFILE'
else
	skip 'worker, without O_TMPFILE' 'the file system has none anyway'
fi
report
finish
