# lib.sh - for shell tests to source: one "ok - name" or "not ok - name" line a
# check, a folder $T that is removed at the end, and the status in finish.
# shellcheck shell=sh disable=SC2034
#
# The harness says where the sources and the build are; a script that is run by
# hand finds the sources beside itself, and takes the current folder for the
# build.

set -u
LC_ALL=C
export LC_ALL

: "${TOP_SRCDIR:=$(cd "$(dirname "$0")" && while [ ! -f configure.ac ] &&
	[ "$PWD" != / ]; do cd ..; done && pwd)}"
: "${TOP_BUILDDIR:=$(pwd)}"

checks=0
failed=0
T=$(mktemp -d "${TMPDIR:-/tmp}/walarch-test.XXXXXX") || exit 99

cleanup()
{
	chmod -R u+rwx "$T" 2>/dev/null
	rm -rf "$T"
}
trap cleanup EXIT
trap 'exit 99' HUP INT TERM

# ok NAME, not_ok NAME [LINE...] - a result that was found some other way.
ok()
{
	checks=$((checks + 1))
	printf 'ok - %s\n' "$1"
}

not_ok()
{
	checks=$((checks + 1))
	failed=$((failed + 1))
	printf 'not ok - %s\n' "$1"
	shift
	for line in "$@"; do
		printf '# %s\n' "$line"
	done
}

# check NAME COMMAND... - the command must succeed; what it says is kept in
# $T/out and $T/err, and shown when it fails.
check()
{
	check_name=$1
	shift
	if "$@" >"$T/out" 2>"$T/err"; then
		ok "$check_name"
	else
		not_ok "$check_name" "status $? of: $*"
		sed 's/^/# /' "$T/out" "$T/err"
	fi
}

# expect_status N COMMAND... - succeeds when the command's status is N; for
# use in check.
expect_status()
{
	expect_want=$1
	shift
	"$@"
	expect_got=$?
	[ "$expect_got" -eq "$expect_want" ] || {
		echo "status $expect_got, not $expect_want: $*" >&2
		return 1
	}
}

# skip REASON - nothing of the script can be run here.
skip()
{
	echo "skipped: $1"
	exit 77
}

# finish - the last line of a script.
finish()
{
	echo "$checks checks, $failed failed"
	[ "$failed" -eq 0 ] && [ "$checks" -gt 0 ]
	exit
}
