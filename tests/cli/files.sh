#!/bin/bash
# files.sh - names and files that walarch-push is given and should not be.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

a=$(name 1)
new_repo
segment "$a"
cd "$PG" || exit 99
before=$(visible "$REPO")

check '%f where %p belongs' 1 "could not open file \"$a\": No such file" \
	'hint: archive_command passes the path, %p, not the name, %f' -- \
	walarch-push "$a"

# Names that are none.
long=$(printf 'A%.0s' {1..300})
for bad in x pg_wal "$a.x" "${a}0" "${a:1}" "$a.partial.partial" \
    "$a.0000002.backup" "$a.00000028.backup.x" 00000000.history \
    "00000000${a:8}" 0000000g.history "${a,,}x" RECOVERYXLOG .history "$a." \
    "$a.ready" "$a.partial " $'0000\n0001' $'\e[31m' '%p' '-' "$long" ''; do
	shown=$(printf '%.40q' "$bad")
	[ -z "$bad" ] || [ "$bad" = pg_wal ] || [ ${#bad} -gt 255 ] ||
		cp "pg_wal/$a" "$bad"
	check "$shown is no name" 1 'is no name of a WAL file' \
		'hint: archive_command passes the path of one' -- \
		walarch-push -- "$bad"
	is "$shown: the message is two lines without control characters" \
		"$(wc -l <"$T/err") $(tr -d '\n' <"$T/err" |
		grep -c '[[:cntrl:]]')" '2 0'
done
check 'a name in lower case is none' 1 'is no name' -- \
	walarch-push "pg_wal/0000000100000000000000ab"
check 'a path that ends in a slash' 1 'is no name' -- walarch-push "pg_wal/$a/"
check 'a path of 5,000 characters' 1 'could not open file' -- \
	walarch-push "$(printf 'x/%.0s' {1..2500})$a"
check 'a folder that is none on the way' 1 'Not a directory' -- \
	walarch-push "pg_wal/$a/$a"
check 'several that are nothing' 1 '"x" is no name' '"y" is no name' -- \
	walarch-push x y
check 'a path out of the folder does not lead the object out of its own' 0 -- \
	walarch-push "pg_wal/../pg_wal/$a"
assert 'it is where it belongs' is_stored "$a" "pg_wal/$a"
rm "$(object "$a")"
rmdir "$REPO/db/wal/$SYS/0000000100000000" "$REPO/db/wal/$SYS" "$REPO/db/wal"

# Files that are none.
b=$(name 2)
mkdir "pg_wal/$b"
check 'a folder' 1 "\"pg_wal/$b\" is not a regular file" -- \
	walarch-push "pg_wal/$b"
rmdir "pg_wal/$b"
mkfifo "pg_wal/$b"
check 'a fifo, without waiting for its writer' 1 'is not a regular file' -- \
	timeout 5 walarch-push "pg_wal/$b"
rm "pg_wal/$b"
ln -s "$b" "pg_wal/$b"
check 'a symbolic link to itself' 1 'Too many levels of symbolic links' -- \
	walarch-push "pg_wal/$b"
ln -sfn nowhere "pg_wal/$b"
check 'a symbolic link to nowhere' 1 'No such file' -- \
	walarch-push "pg_wal/$b"
for device in /dev/null /dev/zero /dev/full; do
	ln -sfn $device "pg_wal/$b"
	check "$device" 1 'is not a regular file' -- walarch-push "pg_wal/$b"
done
if is_root && rm "pg_wal/$b" && mknod "pg_wal/$b" c 1 5 2>/dev/null; then
	check 'a device of its own' 1 'is not a regular file|Permission' -- \
		walarch-push "pg_wal/$b"
else
	skip 'a device of its own' 'mknod is not allowed'
fi
rm -f "pg_wal/$b"
if command -v python3 >/dev/null; then
	python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1])' "pg_wal/$b"
	check 'a socket' 1 'could not open file|not a regular file' -- \
		walarch-push "pg_wal/$b"
	rm "pg_wal/$b"
else
	skip 'a socket' 'python3 is not installed'
fi
: >"pg_wal/$b"
check 'an empty file' 1 'is empty' -- walarch-push "pg_wal/$b"
rm "pg_wal/$b"
segment "$b"
chmod 000 "pg_wal/$b"
chmod 755 "$T"/set1
give "$PG" "$REPO"
check 'a file that may not be read' 1 'Permission denied' -- \
	as_user walarch-push "pg_wal/$b"
chmod 600 "pg_wal/$b"
is 'nothing of all that was stored' "$(visible "$REPO"; hidden "$REPO")" \
	"$before"
mv "pg_wal/$b" "$T/target"
give "$T/target"
ln -s "$T/target" "pg_wal/$b"
check 'a symbolic link to the segment is fine' 0 -- \
	as_user walarch-push "pg_wal/$b"
assert 'it is stored' is_stored "$b" "$T/target"
finish
