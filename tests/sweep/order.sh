#!/bin/bash
# order.sh - what walarch-push makes durable, in which order: the object before
# its name, the name before success, and every folder made on the way.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/sweep/lib.sh
. "${0%/*}/lib.sh"

a=$(name 1) b=$(name 2)
new_repo
segment "$a"
segment "$b"
cd "$PG" || exit 99

# trace COMMAND... - what it does to files, with the paths of descriptors, one
# "call path result" a line.  An unnamed file is known by its folder and inode:
# "folder/#123".
trace() {
	strace -f -y -qq -o "$T/trace" \
		-e trace=openat,mkdirat,linkat,renameat,renameat2,unlinkat,fsync,fdatasync,write,pwrite64 \
		"$@" >/dev/null 2>"$T/err"
	status=$?
	sed -n "s,^[0-9]* *,,; s,$REPO,REPO,g; /REPO/p" "$T/trace" >"$T/steps"
}

# line PATTERN - of the first and of the last step that matches.
first_line() {
	grep -nE "$1" "$T/steps" | head -n 1 | cut -d: -f1
}

last_line() {
	grep -nE "$1" "$T/steps" | tail -n 1 | cut -d: -f1
}

# in_order NAME PATTERN... - each step's first line is behind the last of the
# one before; none is missing.
in_order() {
	local name=$1 before=0 first pattern

	shift
	for pattern in "$@"; do
		first=$(first_line "$pattern")
		if [ -z "$first" ] || [ "$first" -le "$before" ]; then
			not_ok "$name" "out of order, or not there: $pattern" \
				"$(cat "$T/steps")"
			return
		fi
		before=$(last_line "$pattern")
	done
	ok "$name"
}

folder="REPO/db/wal/$SYS/0000000100000000"
file="($folder/#[0-9]+|$folder/\\.[^>]*tmp)"
done='= 0$'

trace walarch-push "pg_wal/$a"
is 'a new segment is stored' $status 0
in_order 'its bytes, fsync, its name, fsync of the folder' \
	"^(write|pwrite64)\\([0-9]+<$file>" "^fsync\\([0-9]+<$file>(\\(deleted\\))?\\) *$done" \
	"^linkat\\(.*\"$a\".*$done" "^fsync\\([0-9]+<$folder>\\) *$done"
assert 'the label is written in before the fsync, too' sh -c "
	grep -nE '^(write|pwrite64)' '$T/steps' | tail -n 1 | cut -d: -f1 |
	{ read -r w; [ \$w -lt $(first_line '^fsync') ]; }"
for made in "REPO/db|wal" "REPO/db/wal|$SYS" "REPO/db/wal/$SYS|0000000100000000"
do
	parent=${made%|*} child=${made#*|}
	line=$(first_line "^mkdirat\\([0-9]+<$parent>, \"$child\".*$done")
	assert "folder ${child/$SYS/SYSTEM} is made" test -n "$line"
	synced=$(last_line "^fsync\\([0-9]+<$parent>\\) *$done")
	assert "and its parent is synced after it and after the link" \
		test "${synced:-0}" -gt "${line:-0}" -a "${synced:-0}" -gt \
		"$(first_line '^linkat')"
done
assert 'nothing is renamed or removed' sh -c \
	"! grep -E '^(rename|unlink)' '$T/steps'"

# A folder that is there may be the work of one that died before it synced.
trace walarch-push "pg_wal/$b"
is 'another segment is stored' $status 0
for parent in "$folder" "REPO/db/wal/$SYS" REPO/db/wal REPO/db; do
	assert "${parent/$SYS/SYSTEM} is synced although nothing was made in it" \
		test -n "$(first_line "^fsync\\([0-9]+<$parent>\\) *$done")"
done

# Stored already: by one that died before it synced, perhaps.
trace walarch-push "pg_wal/$a"
is 'the same again is success' $status 0
for what in "$folder/$a" "$folder" "REPO/db/wal/$SYS" REPO/db/wal REPO/db; do
	shown=${what/$SYS/SYSTEM}
	assert "and only after fsync of ${shown/$a/NAME}" \
		test -n "$(first_line "^fsync\\([0-9]+<$what>\\) *$done")"
done
assert 'and writes nothing' sh -c \
	"! grep -E '^(write|pwrite64|linkat|mkdirat)' '$T/steps'"

# Two pushers: the one who loses to the same content syncs, too.  Its link is
# kept back until the other has won.
c=$(name 3)
segment "$c"
strace -f -y -o "$T/loser" -e trace=linkat,fsync \
	-e inject=linkat:delay_enter=1500000 walarch-push "pg_wal/$c" \
	2>"$T/err" &
loser=$!
sleep 0.3
walarch-push "pg_wal/$c"
is 'the first of two with the same content' $? 0
wait $loser
is 'the second of them' $? 0
sed "s,$REPO,REPO,g; s,^[0-9]* *,," "$T/loser" >"$T/steps"
in_order 'its link fails, then it syncs what the other made' \
	"^linkat\\(.*EEXIST" "^fsync\\([0-9]+<$folder/$c>\\) *$done" \
	"^fsync\\([0-9]+<$folder>\\) *$done"
is 'and leaves nothing behind' "$(hidden "$REPO")" ''

# Without O_TMPFILE (NFS): a hidden name, made for this one alone.
d=$(name 4)
segment "$d"
strace -f -y -qq -o "$T/trace" \
	-e trace=openat,linkat,unlinkat,fsync,newfstatat -P /proc/self/fd \
	-e inject=newfstatat:error=ENOENT walarch-push "pg_wal/$d" 2>"$T/err"
is 'without /proc a segment is stored' $? 0
assert 'and whole' is_stored "$d" "pg_wal/$d"
is 'and its hidden name is gone' "$(hidden "$REPO")" ''

# walarch-init.
trace walarch-init --repo1-path="$REPO/../second" --pg1-path="$PG"
sed -n "s,^[0-9]* *,,; s,${REPO%/*}/second,REPO,g; /REPO/p" "$T/trace" \
	>"$T/steps"
in_order 'walarch-init: walarch.repo is durable, then the registration' \
	'^fsync\([0-9]+<REPO/#[0-9]+' '^linkat\(.*"walarch.repo"' \
	'^mkdirat\(.*"db"' '^mkdirat\(.*"system"' \
	'^fsync\([0-9]+<REPO/db/system/#[0-9]+' "^linkat\\(.*\"$SYS\"" \
	'^fsync\([0-9]+<REPO/db/system>' '^fsync\([0-9]+<REPO/db>'
assert 'walarch-init: the folder of the repository is synced in its parent' \
	sh -c "sed 's,^[0-9]* *,,' '$T/trace' |
	grep -qE '^fsync\\([0-9]+<${REPO%/*}>\\)'"
finish
