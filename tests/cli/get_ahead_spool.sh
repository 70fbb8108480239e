#!/bin/bash
# get_ahead_spool.sh - walarch-get with archive-async and spools that are full,
# elsewhere, or of no use.
# shellcheck disable=SC2015,SC2016,SC2119,SC2120,SC2154,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/cli/get_ahead_lib.sh
. "${0%/*}/get_ahead_lib.sh"

new_spool
mkdir "$SPOOL"
got 'a spool' "$(name 1)"
end_runner
chmod 777 "$(folder)"
get "$(name 2)"
said 'a spool that others may write to is a warning' 0 \
	'warning: nothing is fetched ahead: folder .* others may write to it'
assert 'and the file is in place' cmp "$SOURCE/$(name 2)" $to
: >standby.signal
get "$(name 3)"
said 'of a standby, too ' 0 'warning: nothing is fetched ahead'
rm standby.signal
new_spool "$T/file/spool"
: >"$T/file"
get "$(name 2)"
said 'a spool that cannot be made is a warning' 0 \
	'warning: nothing is fetched ahead: could not' '!error'
assert 'and the file is in place ' cmp "$SOURCE/$(name 2)" $to
new_spool "$PG/pg_wal/spool"
get "$(name 2)"
said 'one in pg_wal is refused' 0 'nothing is fetched ahead: .*lies in the data'
assert 'and not made' is_absent "$PG/pg_wal/spool/db"
rm -rf "$PG/pg_wal/spool"
fetched_ahead
rm "$get/$(name 2)"
ln -s /etc/passwd "$get/$(name 2)"
get "$(name 2)"
said 'a link for a lock is a warning' 0 'warning: could not lock'
assert 'and the file is in place  ' cmp "$SOURCE/$(name 2)" $to
mkdir "$get/folder"
kill_runner
printf garbage >"$(folder)/get.next"
check 'a get.next that is none ends the runner' 0 '!.' -- \
	"$LIBEXEC/walarch-get-runner"
rm "$(folder)/get.next"
mkfifo "$(folder)/get.next"
check 'a FIFO for it ends the runner' 0 '!.' -- \
	"$LIBEXEC/walarch-get-runner"
rm "$(folder)/get.next"
check 'a runner without archive-async does not begin' 1 'archive-async is off' \
	-- "$LIBEXEC/walarch-get-runner" --archive-async=n

free() {
	df -B1 --output=avail "$SPOOL" | tail -1
}
if can_mount; then
	mkdir "$T/small"
	mount -t tmpfs -o size=67m tmpfs "$T/small"
	mounted "$T/small"
	new_spool "$T/small/spool"
	got 'a spool with room for two or three' "$(name 1)"
	assert 'has some' until_true is_ahead "$(name 2)"
	for i in {2..12}; do
		get "$(name "$i")"
		[ "$status" = 0 ] && cmp -s "$SOURCE/$(name "$i")" $to &&
			[ "$(free)" -ge $((64 << 20)) ] ||
			not_ok "it leaves 64 MiB free, and $i is right" "$(free)"
	done
	ok 'it leaves 64 MiB free, and all are right'
	end_runner
	until_true rests
	head -c 30m /dev/zero >"$T/small/other"
	got 'without room' "$(name 1)"
	assert 'nothing is fetched ahead, which get.error tells' until_true \
		grep -q 'no room to fetch ahead' "$(folder)/get.error"
	until_true rests
	is 'and nothing is left' "$(ls -A "$(folder)/get")" ''
	cat /dev/zero >"$T/small/more" 2>/dev/null
	get "$(name 2)"
	said 'a full disk is a warning at most' 0 '!error'
	assert 'and the file is in place   ' cmp "$SOURCE/$(name 2)" $to
	until_true rests
	umount "$T/small"
	mount -t tmpfs -o size=200m,nr_inodes=11 tmpfs "$T/small"
	got 'a disk that fills up' "$(name 1)"
	assert 'is told' until_true grep -q 'No space left' \
		"$(folder)/get.error"
	until_true rests
	is 'and nothing is left on it' "$(ls -A "$(folder)/get")" ''
	for i in {2..12}; do
		get "$(name "$i")"
		[ "$status" = 0 ] && cmp -s "$SOURCE/$(name "$i")" $to ||
			not_ok "$i is right on a full disk" "$status"
		touch "$T/small/$i" 2>/dev/null
	done
	ok 'all are right on a full disk'
	until_true rests
	is 'of which nothing is in use' "$(ls -A "$(folder)/get")" ''
	unmounted "$T/small"
else
	skip 'full disks' 'this needs root and mount'
fi

if [ -w /dev/shm ] && [ "$(stat -c %d /dev/shm)" != "$(stat -c %d "$T")" ] &&
	[ "$(df -Pk /dev/shm | awk 'NR == 2 { print $4 }')" -gt 100000 ]; then
	new_spool "/dev/shm/walarch-ahead.$$"
	got 'a spool on another file system' "$(name 1)"
	for i in {2..12}; do
		until_true is_ahead "$(name "$i")"
		was_ahead "its segment $i is copied" "$(name "$i")"
	done
	is 'and removed' "$(find "$SPOOL" -name '*.data')" ''
	until_true rests
else
	skip 'a spool on another file system' '/dev/shm is none'
fi

finish
