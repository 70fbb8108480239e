#!/bin/bash
# set.sh - a backup set that is made, killed at every system call that changes
# something: there is none, or a whole one; and the next one is whole.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/sweep/lib.sh
. "${0%/*}/lib.sh"

RAWSET=$TOP_BUILDDIR/tests/tools/rawset
new_repo
printf '%s\n' 'file PG_VERSION 3' 'folder base' 'folder base/1' \
	'file base/1/1259 1500000' 'file base/1/1260 0' 'folder global' \
	'file global/pg_control 8192' 'file backup_label 200' >description
backup=$REPO/db/backup

# make_set COMMAND... - run it, with rawset behind.
make_set() {
	"$@" "$RAWSET" "$REPO" F '' <description >label 2>"$T/err"
}

# restores LABEL - is the set whole?
restores() {
	rm -rf target
	walarch-restore --pg1-path="$PWD/target" --type=none --set="$1" \
		>restored 2>&1 || {
		cat restored
		return 1
	}
	rm -f target/backup_manifest
	(cd target && find . -type f -print0 | sort -z |
		xargs -0 sh -c 'xxh128sum "$@"' sh 2>/dev/null)
}

make_set || die "$(cat "$T/err")"
restores "$(cat label)" >whole
assert 'without a kill it is whole' grep -q pg_control whole

# verdict STATUS - what holds after a kill.
verdict() {
	local set found=0

	for set in "$backup"/*/manifest; do
		[ -e "$set" ] || continue
		set=${set%/manifest}
		found=$((found + 1))
		restores "${set##*/}" >now
		cmp now whole || echo "${set##*/} is not whole: $(head -n 3 now)"
	done
	[ $found -eq 1 ] || [ "$1" -ne 0 ] || echo 'success without a set'
	[ $found -le 1 ] || echo "$found sets"
	make_set || echo "the next one fails: $(cat "$T/err")"
	restores "$(cat label)" >now
	cmp now whole || echo 'the next one is not whole'
	walarch-info >info 2>&1 || echo "walarch-info: $(cat info)"
}

kills=0
for call in openat write pwrite64 fsync linkat mkdirat close unlinkat; do
	bad='' n=1
	while [ $n -lt 1000 ]; do
		rm -rf "$backup"
		{ make_set strace -qq -o "$T/trace" -e trace=$call \
			-e inject=$call:signal=KILL:when=$n
		} 2>/dev/null
		status=$?
		grep -q 'killed by' "$T/trace" || break
		kills=$((kills + 1))
		bad=$bad$(verdict $status)
		# The last ones are what matters.
		[ -z "${WALARCH_LONG-}" ] && [ $n -ge 4 ] &&
			n=$((n + n / 2)) || n=$((n + 1))
	done
	if [ -z "$bad" ]; then
		ok "killed at $call"
	else
		not_ok "killed at $call" "$(head -c 1500 <<<"$bad")"
	fi
done
assert "there were kills ($kills)" test $kills -gt 20
finish
