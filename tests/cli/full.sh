#!/bin/bash
# full.sh - a repository's disk that is full, at every step of a push.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

can_mount || skip_all 'a full disk' 'this needs root and mount'

a=$(name 1) b=$(name 2)
new_repo
segment "$a"
segment "$b"
cp -a "$REPO" "$T/template"

# fresh OPTIONS - an empty file system of that size, with the repository.
fresh() {
	mount -t tmpfs -o "$1" tmpfs "$REPO" || die 'could not mount'
	mounted "$REPO"
	cp -a "$T/template/." "$REPO"
}

# try - one push: 1 = it failed as it must, 0 = it was stored, 2 = anything
# else, and why in $T/why.
try() {
	local before

	before=$(visible "$REPO")
	run walarch-push "$@" "$WAL/$a"
	if [ "$status" -eq 0 ]; then
		is_stored "$a" "$WAL/$a" >"$T/why" 2>&1 || return 2
		[ -z "$(hidden "$REPO")" ] && return 0
		echo 'leftovers' >"$T/why"
		return 2
	fi
	if [ "$status" -ne 1 ]; then
		echo "status $status" >"$T/why"
	elif ! grep -q 'No space left on device' "$T/err"; then
		cp "$T/err" "$T/why"
	elif [ "$(visible "$REPO")" != "$before" ]; then
		visible "$REPO" >"$T/why"
	elif [ -n "$(hidden "$REPO")" ]; then
		hidden "$REPO" >"$T/why"
	else
		return 1
	fi
	return 2
}

# sweep NAME TYPE UNIT OPTION... - from no room at all up to enough.
sweep() {
	local name=$1 unit=$2 options=$3 n=0 rc=1 failures=0 least=$4

	for ((n = least; rc == 1; n++)); do
		fresh "${options//N/$((n * unit))}"
		try "${@:5}"
		rc=$?
		[ $rc -eq 1 ] && failures=$((failures + 1))
		unmounted "$REPO"
		[ $n -lt 1000 ] || break
	done
	if [ $rc -eq 0 ] && [ $failures -gt 0 ]; then
		ok "$name: $failures sizes fail cleanly, then it is stored"
	else
		not_ok "$name" "after $failures failures:" "$(cat "$T/why")"
	fi
}

# A tmpfs counts in pages; its own and the template's take the first.
used=2
sweep 'a disk of any size, zstd' 4096 size=N $used
sweep 'a disk of any size, lz4' 16384 size=N 1 --compress-type=lz4
sweep 'a disk of any size, none' 65536 size=N 1 --compress-type=none
inodes=$(find "$T/template" | wc -l)
sweep 'a disk with any number of inodes' 1 nr_inodes=N $((inodes + 1))

# A disk that others fill, and empty again.
fresh size=3m
head -c 2900k /dev/zero >"$REPO/filler" 2>/dev/null
try
is 'a disk that was filled: refused, nothing is left' "$? $(cat "$T/err")" \
	"1 walarch-push: error: could not store \"$a\": could not write \"$a\": \
No space left on device"
is 'no folder is in the way' "$(cd "$REPO" && ls)" \
	"$(printf 'db\nfiller\nwalarch.repo')"
rm "$REPO/filler"
check 'after space was made it is stored' 0 -- walarch-push "$WAL/$a"
assert 'and whole' is_stored "$a" "$WAL/$a"
head -c 10m /dev/zero >"$REPO/filler" 2>/dev/null
check 'the same file on a full disk is still success' 0 'stored already, identical' -- \
	walarch-push "$WAL/$a"
check 'a full disk can be read' 0 -- walarch-get -o "$OUT" "$a"
check 'another file is refused' 1 'No space left' -- walarch-push "$WAL/$b"
check 'walarch-get says what is not there' 1 -- \
	walarch-get "$b" "$OUT/RECOVERYXLOG"
check 'walarch-init of another stanza is refused' 1 'No space left' -- \
	walarch-init --stanza=two --pg1-path="$PG"
check 'and walarch-info does not know it' 0 'stanza: db' '!stanza: two' -- \
	walarch-info
rm "$REPO/filler"
check 'after space was made it is registered' 0 'two.* was registered' -- \
	walarch-init --stanza=two --pg1-path="$PG"
check 'and all is well' 0 'no WAL archived yet' -- walarch-info
unmounted "$REPO"

# Quotas and limits speak up in other words.
check 'a limit to the size of files' 1 'could not write .*File too large' -- \
	bash -c 'ulimit -f 100; exec walarch-push --compress-type=none "$1"' - \
	"$WAL/$a"
is 'leaves nothing' "$(ls -A "$REPO/db/wal/$SYS/0000000100000000")" ''
check 'and without it the file is stored' 0 -- walarch-push "$WAL/$a"
finish
