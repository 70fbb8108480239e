#!/bin/bash
# repository.sh - repositories that are not there, not ours, or not sound; and
# what patience does about it.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

a=$(name 1) b=$(name 2)
new_repo
segment "$a"
segment "$b"
walarch-push "$WAL/$a"
cd "$PG" || exit 99

# broken NAME TEXT OPTION... - all programs tell it, each in its way.
broken() {
	local name=$1 text=$2

	shift 2
	check "$name: walarch-push" 1 "walarch-push: error: .*$text" -- \
		walarch-push "$@" "pg_wal/$b"
	check "$name: walarch-push of a file that is there" 1 "$text" -- \
		walarch-push "$@" "pg_wal/$a"
	check "$name: walarch-get" 255 "walarch-get: error: .*$text" -- \
		walarch-get "$@" "$a" pg_wal/RECOVERYXLOG
	check "$name: walarch-get of what is not there" 255 "$text" -- \
		walarch-get "$@" "$b" pg_wal/RECOVERYXLOG
	check "$name: walarch-get of a history" 255 "$text" -- \
		walarch-get "$@" 00000002.history pg_wal/RECOVERYHISTORY
	check "$name: walarch-info" 1 "walarch-info: error: .*$text" -- \
		walarch-info "$@"
	check "$name: walarch-check" 1 "walarch-check: error: .*$text" -- \
		walarch-check "$@"
	assert "$name: nothing is fetched" is_absent pg_wal/RECOVERYXLOG
}

: >"$T/file"
broken 'a file as the repository' 'Not a directory' --repo1-path="$T/file"
broken 'no repository' 'could not open repository "/no/where": No such' \
	--repo1-path=/no/where
mkdir "$T/empty"
broken 'an empty folder, as of a disk that is not mounted' \
	'is not a walarch repository: it has no "walarch.repo"' \
	--repo1-path="$T/empty"
check 'which says what it may be' 1 'hint: Is it mounted\?' -- \
	walarch-push --repo1-path="$T/empty" "pg_wal/$b"
assert 'and leaves it empty' is_empty "$T/empty"
ln -s loop "$T/loop"
broken 'a symbolic link to itself' 'Too many levels' --repo1-path="$T/loop"
mkdir "$T/odd"
mkdir "$T/odd/walarch.repo"
broken 'walarch.repo as a folder' '"walarch.repo" is not a regular file' \
	--repo1-path="$T/odd"
rmdir "$T/odd/walarch.repo"
ln -s "$REPO/walarch.repo" "$T/odd/walarch.repo"
broken 'walarch.repo as a symbolic link' 'Too many levels' \
	--repo1-path="$T/odd"
rm "$T/odd/walarch.repo"
: >"$T/odd/walarch.repo"
broken 'an empty walarch.repo' '"walarch.repo": its label is not text' \
	--repo1-path="$T/odd"
head -c 100000 /dev/urandom >"$T/odd/walarch.repo"
broken 'a walarch.repo of noise' '"walarch.repo": its label' \
	--repo1-path="$T/odd"
sed 's/^id ./id x/' "$REPO/walarch.repo" >"$T/odd/walarch.repo"
broken 'a walarch.repo that was edited' 'does not have the checksum' \
	--repo1-path="$T/odd"

check 'a stanza that is not there: walarch-push' 1 \
	'there is no stanza "nope" in repository' 'hint: Is --stanza right' -- \
	walarch-push --stanza=nope "pg_wal/$b"
check 'a stanza that is not there: walarch-get' 255 'no stanza "nope"' -- \
	walarch-get --stanza=nope "$b" pg_wal/RECOVERYXLOG
check 'a stanza that is not there: walarch-get of a history' 255 \
	'no stanza "nope"' -- \
	walarch-get --stanza=nope 00000002.history pg_wal/RECOVERYHISTORY
assert 'and it is not made' is_absent "$REPO/nope"
mkdir "$REPO/hollow"
check 'a stanza without a system: walarch-get' 255 'no stanza "hollow"' -- \
	walarch-get --stanza=hollow "$b" pg_wal/RECOVERYXLOG
check 'a stanza without a system: walarch-push' 1 'no stanza "hollow"' -- \
	walarch-push --stanza=hollow "pg_wal/$b"
rmdir "$REPO/hollow"

# The cluster is another one than the stanza's.
"$MKWAL" --system=$OTHER cluster "$T/other"
cd "$T/other" || exit 99
check "another cluster: walarch-get of what is stored of the stanza's" 255 \
	"system identifier $OTHER is not registered" -- \
	walarch-get "$a" pg_wal/RECOVERYXLOG
check 'another cluster: walarch-get of a history' 255 "$OTHER is not reg" -- \
	walarch-get 00000002.history pg_wal/RECOVERYHISTORY
cd "$PG" || exit 99
walarch-init --upgrade --pg1-path="$T/other" 2>/dev/null
check 'two systems: the data directory says which' 0 -- \
	walarch-get "$a" pg_wal/RECOVERYXLOG
check 'two systems: the other one has no such file' 1 -- \
	walarch-get --pg1-path="$T/other" "$a" pg_wal/RECOVERYXLOG
cd / || exit 99
check 'two systems: without a data directory' 255 'WAL of several systems' \
	'hint: Name one with --system' -- walarch-get -o "$OUT" "$a"
check 'two systems: --system says which' 0 -- \
	walarch-get --system=$SYS -o "$OUT" "$a"
for bad in 0 x 12x '' -1 99999999999999999999; do
	check "\"$bad\" is no system" 255 -- \
		walarch-get --system="$bad" -o "$OUT/x" "$a"
done
check 'a system that is not registered' 255 'system identifier 5 is not' -- \
	walarch-get --system=5 -o "$OUT/x" "$a"
check 'a damaged pg_control: walarch-get' 255 'pg_control' -- sh -c "
	cd '$T/other' && : >global/pg_control &&
	walarch-get $a pg_wal/RECOVERYXLOG"
check 'a damaged pg_control: walarch-push' 1 'pg_control' -- sh -c "
	cd '$T/other' && walarch-push '$WAL/$b'"
rm "$REPO/db/system/$OTHER"
cd "$PG" || exit 99

# Read-only.
rm -f pg_wal/RECOVERYXLOG
chmod 755 "$T"/set1
give "$REPO" "$PG" "$OUT"
find "$REPO" -type d -exec chmod 550 {} +
check 'read-only by its modes: walarch-push' 1 'Permission denied' -- \
	as_user walarch-push "pg_wal/$b"
check 'read-only by its modes: walarch-get' 0 -- \
	as_user walarch-get "$a" pg_wal/RECOVERYXLOG
check 'read-only by its modes: walarch-get of what is not there' 1 -- \
	as_user walarch-get "$b" pg_wal/RECOVERYXLOG
check 'read-only by its modes: walarch-info' 0 'status: (ok|error .no valid backups.)' -- \
	as_user walarch-info
chmod 000 "$REPO/db/wal/$SYS/0000000100000000"
check 'a folder nobody may enter: walarch-get' 255 'Permission denied' -- \
	as_user walarch-get "$a" pg_wal/RECOVERYXLOG
check 'a folder nobody may enter: walarch-get of what is not there' 255 \
	'Permission denied' -- as_user walarch-get "$b" pg_wal/RECOVERYXLOG
check 'a folder nobody may enter: walarch-info' 1 'Permission denied' -- \
	as_user walarch-info
chmod 550 "$REPO/db/wal/$SYS/0000000100000000"
chmod 000 "$REPO/db/system"
check 'registrations nobody may read: walarch-get' 255 'Permission denied' -- \
	as_user walarch-get "$b" pg_wal/RECOVERYXLOG
find "$REPO" -type d -exec chmod 750 {} +
chmod 000 "$(object "$a")"
check 'an object nobody may read: walarch-get' 255 'Permission denied' -- \
	as_user walarch-get "$a" pg_wal/RECOVERYXLOG
check 'an object nobody may read: walarch-push' 1 'Permission denied' -- \
	as_user walarch-push "pg_wal/$a"
chmod 640 "$(object "$a")"
if can_mount && mount --bind "$REPO" "$REPO"; then
	mounted "$REPO"
	mount -o remount,bind,ro "$REPO"
	check 'mounted read-only: walarch-push' 1 'Read-only file system' -- \
		as_user walarch-push "pg_wal/$b"
	check 'mounted read-only: walarch-push of what is stored' 0 \
		'stored already, identical' -- as_user walarch-push "pg_wal/$a"
	check 'mounted read-only: walarch-get' 0 -- \
		as_user walarch-get "$a" pg_wal/RECOVERYXLOG
	check 'mounted read-only: walarch-init' 0 'registered already' -- \
		as_user walarch-init --pg1-path="$PG"
	unmounted "$REPO"
else
	skip 'mounted read-only' 'this needs root and mount'
fi
if is_root; then
	check 'root stores nothing in a repository of somebody else' 1 \
		'root must not store into a repository of user' -- \
		walarch-push "pg_wal/$b"
fi
check 'and everything is well again' 0 -- as_user walarch-push "pg_wal/$b"

# The destination.
new_repo
segment "$a"
walarch-push "$WAL/$a"
chmod 755 "$T"/set2
chmod 750 "$OUT"
give "$REPO" "$PG"
if is_root; then
	check 'a destination nobody may write to' 255 'Permission denied' -- \
		as_user walarch-get "$a" "$OUT/x"
else
	chmod 550 "$OUT"
	check 'a destination nobody may write to' 255 'Permission denied' -- \
		walarch-get "$a" "$OUT/x"
	chmod 750 "$OUT"
fi
if can_mount; then
	mount -t tmpfs -o size=512k tmpfs "$OUT" && mounted "$OUT"
	check 'a full disk at the destination' 255 'No space left' -- \
		walarch-get "$a" "$OUT/x"
	is 'leaves nothing there' "$(ls -A "$OUT")" ''
	unmounted "$OUT"
else
	skip 'a full disk at the destination' 'this needs root and mount'
fi
finish
