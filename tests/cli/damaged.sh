#!/bin/bash
# damaged.sh - segments whose records are damaged: what walarch-push,
# walarch-get and walarch-info say and do.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

new_repo
cd "$PG" || exit 99
a=$(name 1) b=$(name 2) c=$(name 3) d=$(name 4)

for n in "$a" "$c"; do
	segment "$n"
	walarch-push "pg_wal/$n"
done
segment "$b" --flip=500000
check 'a damaged segment is taken, with a warning' 0 \
	"warning: \"pg_wal/$b\" has a damaged record at 0/2[0-9A-F]* \(.*\); it was stored as \"$b.damaged\"" \
	'hint: Recovery cannot pass it' 'standby' 'new base backup' \
	'!error:' -- walarch-push "pg_wal/$b"
assert 'it is stored beside its name' is_stored "$b.damaged" "$WAL/$b"
assert 'and not under it' is_absent "$(object "$b")"
is 'nothing else is left in the repository' "$(hidden "$REPO")" ''
check 'the same again says the same' 0 'warning: .*damaged record' -- \
	walarch-push "pg_wal/$b"
check 'it is said whatever else is not' 0 'warning: .*damaged record' -- \
	walarch-push --log-level-console=warn "pg_wal/$b"
segment "$b" --flip=600000
check 'a segment that is damaged in another way is refused' 1 \
	"a different \"$b.damaged\" is stored" -- walarch-push "pg_wal/$b"
segment "$b" --flip=500000
check 'its name is none that can be pushed' 1 'is no name of a WAL file' -- \
	sh -c "cp pg_wal/$b $b.damaged && walarch-push $b.damaged"

check 'a get of it is refused, so that recovery stops' 255 \
	"\"$b\" had damaged records when it was pushed" \
	"hint: .*walarch-get -o FILE $b.damaged" -- walarch-get "$b" "$OUT/$b"
assert 'and gives nothing' is_absent "$OUT/$b"
check 'the damaged one is given by its name' 0 -- \
	walarch-get "$b.damaged" "$OUT/damaged"
assert 'as it was' cmp "$OUT/damaged" "$WAL/$b"
mkdir "$T/standby"
cp -R "$PG/." "$T/standby"
touch "$T/standby/standby.signal"
check 'a standby is told to ask again' 1 'damaged records' -- \
	sh -c "cd '$T/standby' && walarch-get $b pg_wal/RECOVERYXLOG"

# walarch-info
run walarch-info
said 'walarch-info names it' 1 'status: error .WAL is damaged.' \
	"DAMAGED when it was pushed: $b.damaged" \
	"wal: $a / $a, 1 segment" "MISSING: $b / $b, 1 segment"
if command -v jq >/dev/null; then
	walarch-info --output=json >"$T/json"
	is 'and so it does as JSON' "$(jq -r \
		'.[0].archive[0].damaged | join(" ")' "$T/json")" "$b.damaged"
	is 'with a status of its own' "$(jq -r '.[0].status.message' \
		"$T/json")" 'WAL is damaged'
	is 'without backups there are none' "$(jq -c \
		'.[0].archive[0].backups' "$T/json")" '[]'
fi

segment "$b"
check 'a sound copy takes the name' 0 '!damaged' -- walarch-push "pg_wal/$b"
check 'and is given' 0 '!damaged' -- walarch-get "$b" "$OUT/$b"
assert 'whole' cmp "$OUT/$b" "$WAL/$b"
run walarch-info
said 'walarch-info is content' 0 'status: (ok|error .no valid backups.)' '!DAMAGED' '!MISSING' \
	"wal: $a / $c, 3 segments"
segment "$b" --flip=500000
check 'the damaged one is stored still' 0 'is stored already' -- \
	walarch-push "pg_wal/$b"
segment "$b" --flip=600000
check 'one damaged elsewhere is another' 1 "a different \"$b\" is stored" -- \
	walarch-push "pg_wal/$b"

# The last one, and several at once.
segment "$d" --flip=300000
segment "$(name 5)"
check 'the others of a list are stored as well' 0 "\"$d.damaged\"" \
	"stored \"pg_wal/$(name 5)\"" -- \
	walarch-push "pg_wal/$d" "pg_wal/$(name 5)"
check 'a segment before a damaged one is missing' 255 'is missing' -- \
	sh -c "rm '$(object "$c")' && walarch-get $c '$OUT/$c'"

# Records that nobody can read.
new_repo
cd "$PG" || exit 99
segment "$a"
for n in $(seq 0 127); do
	skip=$((n == 0 ? 40 : 24))
	head -c $((8192 - skip)) /dev/urandom |
		dd of="$WAL/$a" bs=1 seek=$((n * 8192 + skip)) conv=notrunc \
			iflag=fullblock status=none obs=8192 ibs=8192
done
check 'a segment of which no record can be read' 0 \
	'warning: no record of .* can be read; it was stored all the same' \
	'hint: .*wal-check = header' -- walarch-push "pg_wal/$a"
assert 'is stored under its name' is_stored "$a" "$WAL/$a"
segment "$c"
check 'with wal-check=header a segment of records is not looked into' 0 \
	'!warning' -- sh -c "printf x | dd of=pg_wal/$c bs=1 seek=500000 \
	conv=notrunc status=none && walarch-push --wal-check=header pg_wal/$c"
check 'with wal-check=off neither are pages' 0 '!warning' -- sh -c "
	head -c 1048576 /dev/urandom >pg_wal/$d &&
	walarch-push --wal-check=off --pg1-path='$PG' pg_wal/$d"
check 'it is given as it is' 0 -- walarch-get "$d" "$OUT/$d"
assert 'byte by byte' cmp "$OUT/$d" "$WAL/$d"
cd / || exit 99
cp "$WAL/$d" "$T/$(name 6)"
check 'but its cluster must be named' 1 'does not say of which cluster' \
	'hint: .*pg1-path' -- walarch-push --wal-check=off "$T/$(name 6)"
finish
