#!/bin/bash
# ahead_spool.sh - archive-async with a spool that cannot be used, or is not safe
# to use: a warning, and the push goes on without it.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/cli/ahead_lib.sh
. "${0%/*}/ahead_lib.sh"

new_async
spool=$(spool_of "$PG")
number=0

# without NAME TEXT [OPTION] - two segments are ready, one is pushed with a
# warning.
without() {
	local name=$1 text=$2

	shift 2
	rm -f pg_wal/archive_status/*
	number=$((number + 2))
	made $number $((number + 1))
	check "$name: a warning" 0 "warning: .*$text" \
		'warning: archive-async: working without a spool' -- \
		"${user[@]}" walarch-push "$@" "pg_wal/$(name $number)"
	assert "$name: the segment is stored" is_stored "$(name $number)" \
		"pg_wal/$(name $number)"
}

user=()
without 'a missing folder above it' 'could not create folder' \
	--spool-path="$T/no/such"
without 'a file in its place' 'could not' --spool-path="$WALARCH_CONFIG"
mkdir "$PG/spool"
without 'in the data directory' 'lies in the data directory' \
	--spool-path="$PG/spool"
assert 'nothing was made there' is_empty "$PG/spool"
without 'the data directory itself' 'lies in the data directory' \
	--spool-path="$PG"
ln -s "$PG/pg_wal" "$T/link"
without 'in pg_wal, by a link' 'lies in the data directory' \
	--spool-path="$T/link"
rmdir "$PG/spool"
mv pg_wal "$T/wal"
ln -s "$T/wal" pg_wal
WAL=$T/wal
mkdir "$T/wal/spool"
without 'in pg_wal that is elsewhere' 'lies in the data directory' \
	--spool-path="$T/wal/spool"
rm pg_wal
rmdir "$T/wal/spool"
mv "$T/wal" pg_wal
WAL=$PG/pg_wal

walarch-push "pg_wal/$(name 2)" 2>/dev/null
for mode in 777 722 770; do
	chmod $mode "$spool"
	without "others may write to it, mode $mode" 'others may write to it'
done
chmod 700 "$spool"
mv "$spool" "$SPOOL/away"
ln -s "$SPOOL/away" "$spool"
without 'a symbolic link in its place' 'could not open'
rm "$spool"
mv "$SPOOL/away" "$spool"
rm -rf "$spool/push"
: >"$spool/push"
without 'a file in place of a folder' 'could not'
rm -rf "$spool"
if is_root; then
	mkdir -p "$spool/push"
	chown -R 65534 "$spool"
	without "another user's" 'belongs to another user'
	rm -rf "$SPOOL"
	give "$PG"
	check "another user's data directory has none" 1 \
		'no data directory of ours' -- runner
else
	skip "another user's" 'this needs root'
fi

# Folders that may not be written to hold for root as well only elsewhere.
give "$PG" "$REPO" "${REPO%/*}"
user=(as_user)
mkdir -p "$SPOOL"
give "$SPOOL"
run as_user walarch-push "pg_wal/$(name 2)"
said 'as PostgreSQL runs it' 0 '!warning'
as_user rm -rf "$spool"
chmod 500 "$SPOOL/db"
as_user_without() {
	local name=$1 text=$2

	number=$((number + 2))
	rm -f pg_wal/archive_status/*
	made $number $((number + 1))
	give "$PG"
	run as_user walarch-push "pg_wal/$(name $number)"
	said "$name: a warning" 0 "warning: .*$text"
	assert "$name: the segment is stored" is_stored "$(name $number)" \
		"pg_wal/$(name $number)"
}
as_user_without 'a folder that may not be written to' 'could not create'
chmod 700 "$SPOOL/db"
run as_user walarch-push "pg_wal/$(name 2)"
chmod 500 "$spool/push"
as_user_without 'files that may not be made' 'could not lock'
chmod 700 "$spool/push"
rm -f "$spool/push.runner"
chmod 500 "$spool"
as_user_without 'a runner that cannot be started' 'could not start'
chmod 700 "$spool"

# A full file system.
if can_mount; then
	rm -rf "$SPOOL"
	mkdir "$SPOOL"
	mount -t tmpfs -o size=64k,mode=777 tmpfs "$SPOOL"
	mounted "$SPOOL"
	run as_user walarch-push "pg_wal/$(name 2)"
	# The room that each processor keeps for itself goes file by file.
	as_user sh -c "cat /dev/zero >'$SPOOL/fill'
	    for n in 1 2 3 4 5 6 7 8 9; do
		    echo >'$SPOOL/fill.'\$n
	    done" 2>/dev/null
	rm -f pg_wal/archive_status/*
	made 91 92 93
	give "$PG"
	run as_user "$LIBEXEC/walarch-push-runner" --process-max=1
	said 'a runner in a full file system ends' 1 '!.'
	# A page may have come back, so that the first still has a marker.
	unmarked=
	for n in 91 92 93; do
		[ -z "$unmarked" ] ||
			assert "none is begun behind $unmarked, $n" is_absent \
				"$(object "$(name $n)")"
		[ -n "$unmarked" ] ||
			[ -s "$(spool_of "$PG")/push/$(name $n)" ] ||
			unmarked=$n
	done
	is 'with the first that it can leave no marker for' \
		"$(case $unmarked in 91 | 92) echo so ;; esac)" so
	for n in 91 92 93; do
		run as_user walarch-push "pg_wal/$(name $n)"
		said "the foreground pushes $n" 0 '!error'
		assert "it is stored, $n" is_stored "$(name $n)" \
			"pg_wal/$(name $n)"
	done
	runner_ended
	mount -o remount,ro "$SPOOL"
	as_user_without 'a file system that is read-only' 'Read-only'
	unmounted "$SPOOL"
else
	skip 'a full file system' 'nothing can be mounted here'
fi
finish
