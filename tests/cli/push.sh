#!/bin/bash
# push.sh - walarch-push: segments, histories, backup and partial files.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

new_repo
cd "$PG" || exit 99
a=$(name 1) b=$(name 2) c=$(name 3)

segment "$a"
check 'a new segment is stored' 0 -- walarch-push "pg_wal/$a"
is 'and nothing is said about it' "$(cat "$T/out" "$T/err")" ''
assert 'the object is the segment' is_stored "$a" "$WAL/$a"
is 'nothing else is left in the repository' "$(hidden "$REPO")" ''
check 'the same again is success, and is told' 0 \
	"\"pg_wal/$a\" is stored already, identical" -- walarch-push "pg_wal/$a"
stored=$(xxh128sum <"$(object "$a")")
segment "$a" --seed=2
check 'a different one is refused, with both digests' 1 \
	"a different \"$a\" is stored already" \
	"$(zstd -dcq "$(object "$a")" | xxh128sum | cut -c1-32)" \
	"$(xxh128sum <"$WAL/$a" | cut -c1-32)" \
	'hint: Nothing was changed' "walarch-get -o FILE $a" -- \
	walarch-push "pg_wal/$a"
is 'and the stored bytes are the same' "$(xxh128sum <"$(object "$a")")" \
	"$stored"
segment "$a" --seed=2 --flip=1048575
check 'so is one that differs in its last byte only' 1 'a different' -- \
	walarch-push "pg_wal/$a"
segment "$a"
check 'the first one is still the same' 0 'stored already, identical' -- \
	walarch-push "pg_wal/$a"
check 'no message of it at log-level-console=warn' 0 '!stored' -- \
	walarch-push --log-level-console=warn "pg_wal/$a"
check 'a message of a new one at debug' 0 "debug: stored \"pg_wal/$b\"" -- \
	env sh -c "'$MKWAL' segment $b '$WAL/$b' &&
	walarch-push --log-level-console=debug pg_wal/$b"

# Where the cluster is known from.
cd / || exit 99
segment "$c"
check 'an absolute path, from elsewhere' 0 -- walarch-push "$WAL/$c"
segment "$(name 4)" --system=$OTHER
check 'a segment of another system is refused' 1 \
	"system identifier $OTHER is not registered with stanza \"db\"" \
	"which is of system $SYS" 'hint:.*--upgrade' -- \
	walarch-push "$WAL/$(name 4)"
check 'and with --pg1-path says whose it is' 1 \
	"is of system $OTHER, not of system $SYS" -- \
	walarch-push --pg1-path="$PG" "$WAL/$(name 4)"
cd "$PG" || exit 99
check 'and in the data directory, too' 1 "is of system $OTHER, not of" -- \
	walarch-push "pg_wal/$(name 4)"
assert 'nothing of it is stored' is_absent "$(object "$(name 4)")"
assert 'nor a folder for it' is_absent "$REPO/db/wal/$OTHER"
segment "$(name 4)"
check 'the true one of the name then is stored' 0 -- \
	walarch-push "pg_wal/$(name 4)"

# Several at once.
segment "$(name 5)"
segment "$(name 7)"
check 'several files: each is stored, whatever becomes of the others' 1 \
	"stored \"pg_wal/$(name 5)\"" "could not open file \"pg_wal/$(name 6)\"" \
	"stored \"pg_wal/$(name 7)\"" -- \
	walarch-push pg_wal/{"$(name 5)","$(name 6)","$(name 7)"}
assert 'the last of them is there' is_stored "$(name 7)" "$WAL/$(name 7)"
segment "$(name 6)"
check 'again, and all are' 0 "stored \"pg_wal/$(name 6)\"" \
	"\"pg_wal/$(name 7)\" is stored already, identical" -- \
	walarch-push pg_wal/{"$(name 5)","$(name 6)","$(name 7)"}

# History files.
printf '1\t0/A00100\tno recovery target specified\n' >pg_wal/00000002.history
check 'a history file' 0 -- walarch-push pg_wal/00000002.history
assert 'is stored' is_stored 00000002.history pg_wal/00000002.history
check 'the same again' 0 'stored already, identical' -- walarch-push pg_wal/00000002.history
printf '1\t0/A00200\tno recovery target specified\n' >pg_wal/00000002.history
check 'another one of the name is refused' 1 \
	'a different "00000002.history" is stored' -- \
	walarch-push pg_wal/00000002.history
printf '1\t0/A00100\tno recovery target specified\n\n2\t0/B00000\twhy\n' \
	>pg_wal/00000003.history
check 'one with two ancestors and an empty line' 0 -- \
	walarch-push pg_wal/00000003.history
i=4
while IFS='|' read -r text message; do
	history=$(printf '%08X.history' $i)
	printf '%b' "$text" >"pg_wal/$history"
	check "a bad history file, number $i, is refused" 1 "$message" -- \
		walarch-push "pg_wal/$history"
	assert "and is not stored, number $i" is_absent "$(object "$history")"
	i=$((i + 1))
done <<'END'
|is empty
\n|names no parent
rubbish\n|is not "parent, LSN
1\tnowhere\twhy\n|has no LSN
0\t0/1000\twhy\n|does not begin with a timeline
9\t0/1000\twhy\n|names a parent that is not older
2\t0/1000\twhy\n1\t0/2000\twhy\n|not newer than the one before
1\t0/2000\twhy\n2\t0/1000\twhy\n|goes back to an earlier LSN
1\t0/1000\tw\0hy\n|NUL byte
END
head -c 2000000 /dev/zero | tr '\0' '#' >pg_wal/0000000F.history
check 'a history file of 2,000,000 bytes is refused' 1 'too many for its kind' -- \
	walarch-push pg_wal/0000000F.history
cd / || exit 99
check 'a history file without its cluster is refused' 1 \
	'does not say of which cluster' 'hint: Name the cluster' -- \
	walarch-push "$WAL/00000002.history"
cd "$PG" || exit 99

# Backup files.
backup=$b.00000028.backup
printf 'START WAL LOCATION: 0/200028 (file %s)\nSTOP WAL LOCATION: 0/200100 (file %s)\n' \
	"$b" "$b" >"pg_wal/$backup"
check 'a backup file' 0 -- walarch-push "pg_wal/$backup"
assert 'is stored beside its segment' is_stored "$backup" "pg_wal/$backup"
check 'the same again ' 0 'stored already, identical' -- walarch-push "pg_wal/$backup"
echo 'LABEL: other' >>"pg_wal/$backup"
check 'another one of the name is refused ' 1 'a different' -- \
	walarch-push "pg_wal/$backup"
cp "pg_wal/$backup" "pg_wal/$b.00000060.backup"
check 'one whose name is of another position is refused' 1 \
	'about a backup that started at 0/200028' -- \
	walarch-push "pg_wal/$b.00000060.backup"
echo rubbish >"pg_wal/$c.00000028.backup"
check 'one that is no such file is refused' 1 \
	'does not begin with "START WAL LOCATION"' -- \
	walarch-push "pg_wal/$c.00000028.backup"

# Partial segments: what stands behind their end is old.
d=$(name 20)
"$MKWAL" --old-from=300000 segment "$d" "pg_wal/$d.partial"
check 'a partial segment, recycled behind its end' 0 -- \
	walarch-push "pg_wal/$d.partial"
assert 'is stored as it is' is_stored "$d.partial" "pg_wal/$d.partial"
check 'the same again  ' 0 'stored already, identical' -- walarch-push "pg_wal/$d.partial"
printf 'xyz' | dd of="pg_wal/$d.partial" bs=1 seek=900000 conv=notrunc 2>/dev/null
check 'what differs behind the last record does not count' 0 'stored already' -- \
	walarch-push "pg_wal/$d.partial"
printf 'xyz' | dd of="pg_wal/$d.partial" bs=1 seek=200000 conv=notrunc 2>/dev/null
check 'nor a record that was cut off, for the stored one has it' 0 'stored already' -- \
	walarch-push "pg_wal/$d.partial"
segment "$d"
check 'the finished one has a name of its own' 0 -- walarch-push "pg_wal/$d"
"$MKWAL" --seed=9 --old-from=300000 segment "$d" "pg_wal/$d.partial"
check 'another partial one of the name is refused' 1 'a different' -- \
	walarch-push "pg_wal/$d.partial"
"$MKWAL" --zero-from=8192 segment "$(name 21)" "pg_wal/$(name 21).partial"
check 'a partial segment, zeros behind its end' 0 -- \
	walarch-push "pg_wal/$(name 21).partial"
"$MKWAL" --old-from=0 segment "$(name 22)" "pg_wal/$(name 22).partial"
check 'a partial segment without a page of its own is refused' 1 \
	'belongs at another place' -- walarch-push "pg_wal/$(name 22).partial"
"$MKWAL" --length=524288 segment "$(name 22)" "pg_wal/$(name 22).partial"
check 'half a partial segment is refused' 1 'has 524288 bytes' -- \
	walarch-push "pg_wal/$(name 22).partial"

# The first segment of a timeline holds pages of the one before.
e=$(name 10 2)
segment "$e" --parent=1 --left-at=0/A00100
check 'the first segment of timeline 2, with pages of timeline 1' 0 -- \
	walarch-push "pg_wal/$e"
rm "$(object "$e")"
segment "$e" --parent=1 --left-at=0/A40000
check 'but none that is of timeline 1 after its end' 1 \
	'by the history of timeline 2 timeline 2 was there' -- \
	walarch-push "pg_wal/$e"

# Versions and sizes.
for pg in 9.5 9.6 10 11 12 13 14 16 17 18; do
	new_repo --pg=$pg
	[ -d "$WAL" ] || WAL=$PG/pg_xlog
	segment "$a" --pg=$pg --switch-at=300000
	cd "$PG" || exit 99
	check "a segment of PostgreSQL $pg that ends with a switch" 0 -- \
		walarch-push "$WAL/$a"
	is "its label names PostgreSQL $pg" \
		"$(head -c 2000 "$(object "$a")" | grep -a '^pg ')" \
		"pg $(sed 's/^9\./90/' PG_VERSION)"
done
for size in 2 16 64; do
	new_repo --size=${size}m
	last=$(printf '00000001%08X%08X' 3 $((4096 / size - 1)))
	none=$(printf '00000001%08X%08X' 3 $((4096 / size)))
	segment "$last" --size=${size}m
	check "a segment of $size MB, the last before the next log" 0 -- \
		walarch-push "$WAL/$last"
	mv "$WAL/$last" "$WAL/$none"
	check "a name that $size MB do not have" 1 'there is no segment' -- \
		walarch-push "$WAL/$none"
done
new_repo
segment "$a" --size=2m
check 'a segment of another size than the registered one is refused' 1 \
	'has 2097152 bytes.*registered as PostgreSQL 15 with segments of 1048576' \
	-- walarch-push "$WAL/$a"
segment "$a" --pg=16
check 'and one of another version' 1 \
	'is of PostgreSQL 16.*registered as PostgreSQL 15' -- \
	walarch-push "$WAL/$a"
segment "$a"
check 'the right one is not' 0 -- walarch-push "$WAL/$a"

# Paths with blanks and quotes, and a symlinked pg_wal.
new_repo
odd="$T/a data 'folder\" of \$HOME"
mv "$PG" "$odd"
mv "$odd/pg_wal" "$T/elsewhere"
ln -s "$T/elsewhere" "$odd/pg_wal"
WAL=$T/elsewhere
segment "$a"
cd "$odd" || exit 99
check 'a symlinked pg_wal in an oddly named folder' 0 -- \
	walarch-push "pg_wal/$a"
segment "$b"
check 'the same by absolute path' 0 -- walarch-push "$odd/pg_wal/$b"
assert 'both are stored' is_stored "$b" "$WAL/$b"
finish
