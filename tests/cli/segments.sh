#!/bin/bash
# segments.sh - segments that are not what their name says (D05): each is
# refused, nothing of it is stored, and the true one is taken afterwards.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

a=$(name 1)

# refused NAME TEXT - as it lies in pg_wal, under each of the compress-types.
refused() {
	local name=$1 text=$2 type before

	before=$(visible "$REPO")
	for type in zstd lz4 none; do
		check "$name is refused ($type)" 1 "walarch-push: error: .*$text" \
			-- walarch-push --compress-type=$type "$WAL/$a"
	done
	is "$name: nothing of it is stored" "$(visible "$REPO"; hidden "$REPO")" \
		"$before"
	rm -f "$WAL/$a"
	segment "$a"
	check "$name: the true one is" 0 -- walarch-push "$WAL/$a"
	assert "$name: and whole" is_stored "$a" "$WAL/$a"
	rm "$(object "$a")"
}

# defect NAME TEXT [OPTION...] - what mkwal makes of it.
defect() {
	local name=$1 text=$2

	shift 2
	segment "$a" "$@"
	refused "$name" "$text"
}

new_repo
segment "$a"
run walarch-push "$WAL/$a"
rm "$(object "$a")"

for n in 1 100 8191 8192 8193 65536 524288 1048575; do
	defect "a segment of $n bytes" 'bytes|too short' --length=$n
done
for n in 1048577 1056768 2097152; do
	defect "a segment of $n bytes" 'bytes' --length=$n
done
: >"$WAL/$a"
refused 'an empty file' 'is empty'
head -c 1048576 /dev/zero >"$WAL/$a"
refused 'a file of zeros' 'does not begin with a WAL page'
head -c 1048576 /dev/urandom >"$WAL/$a"
refused 'a file of noise' 'does not begin with a WAL page'
yes text | head -c 1048576 >"$WAL/$a"
refused 'a file of text' 'does not begin with a WAL page'
for n in 8192 16384 20000 65536 524288 1040384; do
	defect "a segment of zeros from $n on" \
		'is zeros from .*, but its records do not end there|page at' \
		--zero-from=$n
done
defect 'zeros from the middle of a page on, after a switch' 'page at|zeros' \
	--switch-at=500000 --zero-from=300000
defect 'the segment after it' 'belongs at another place.*address 0/200000' \
	--address=0/200000
defect 'the same of another log' 'belongs at another place' \
	--address=1/100000
defect 'a recycled segment, not yet written' 'belongs at another place' \
	--old-from=0
for n in 8192 300000 1040384; do
	defect "a segment recycled from $n on" 'belongs at another place' \
		--old-from=$n
done
defect 'pages of timeline 2' 'is of a later timeline' --timeline=2
defect 'a segment of another system' "system identifier $OTHER" \
	--system=$OTHER
defect 'a segment without a system' 'system identifier|does not say' --system=0
defect 'a segment of PostgreSQL 16' 'is of PostgreSQL 16' --pg=16
defect 'a segment of PostgreSQL 9.5' 'is of PostgreSQL 905' --pg=9.5
defect 'a segment of a cluster with 2 MB segments' 'has 2097152 bytes' --size=2m
defect 'a segment of 512 kB' 'claims segments of 524288' --size=512k
defect 'pages of 4 kB, cut off' 'bytes' --page=4096 --length=524288

# A flipped bit in each field of a page header.
for n in 0 1 4 8 9 10 11 12 15 24 31 32 34 36 37; do
	defect "a flipped bit at $n of the first header" '' --flip=$n
done
for page in 1 7 8 64 127; do
	for n in 0 1 4 8 9 12 15; do
		defect "a flipped bit at $n of the header of page $page" \
			"page at" --flip=$((page * 8192 + n))
	done
done
segment "$a"
printf '\3' | dd of="$WAL/$a" bs=1 seek=$((8192 * 5 + 2)) conv=notrunc status=none
refused 'a page that claims to begin a segment' 'claims to begin a segment'

# Behind a switch only zeros may stand.
segment "$a" --switch-at=500000
printf x | dd of="$WAL/$a" bs=1 seek=700000 conv=notrunc status=none
refused 'a byte in the zeros behind a switch' 'after the end of WAL'
segment "$a" --switch-at=500000
dd if="$WAL/$a" of="$T/page" bs=8192 skip=20 count=1 status=none
dd if="$T/page" of="$WAL/$a" bs=8192 seek=100 conv=notrunc status=none
refused 'a page in the zeros behind a switch' 'after the end of WAL'
segment "$a" --switch-at=500000
cp "$WAL/$a" "$T/switched"
for n in 500000 500017 500020; do
	cp "$T/switched" "$WAL/$a"
	byte=$(od -An -tu1 -j$n -N1 "$WAL/$a")
	# shellcheck disable=SC2059
	printf "\\x$(printf %02x $((byte ^ 64)))" |
		dd of="$WAL/$a" bs=1 seek=$n conv=notrunc status=none
	refused "a switch record damaged at $n, and zeros behind it" 'is zeros from'
done

# These look odd and are right.
good() {
	local name=$1 n

	shift
	new_repo --pg="${pg:-15}"
	segment "$a" --pg="${pg:-15}" "$@"
	check "$name is stored" 0 -- walarch-push "$WAL/$a"
	assert "$name is whole" is_stored "$a" "$WAL/$a"
	check "$name comes back" 0 -- walarch-get -o "$OUT" "$a"
	assert "$name is the same" cmp "$WAL/$a" "$OUT/$a"
}
# A switch anywhere: alone on its page, or in two.
for n in 40 64 8160 8168 8176 8184 8192 8216 8224 16376 65528 65536 \
    500000 1048528 1048552; do
	good "a segment with its switch at $n" --switch-at=$n
done
pg=10 good 'a segment of 10 with empty pages behind its switch' \
	--switch-at=20000
pg=10 good 'a segment of 10 with its switch on the first page' --switch-at=64
new_repo
printf '1\t0/180000\twhy\n' >"$WAL/00000002.history"
segment "$(name 1 2)" --parent=1 --left-at=0/180000
check 'pages of the parent before a switch point, the history beside them' 0 -- \
	walarch-push "$WAL/$(name 1 2)"
rm "$(object "$(name 1 2)")"
walarch-push --pg1-path="$PG" "$WAL/00000002.history"
rm "$WAL/00000002.history"
check 'the same, the history stored' 0 -- walarch-push "$WAL/$(name 1 2)"
check 'which comes back' 0 -- walarch-get -o "$OUT" "$(name 1 2)"
segment "$(name 1 2)" --parent=1 --left-at=0/190000
rm "$(object "$(name 1 2)")"
check 'the parent goes on too long: refused' 1 'by the history of timeline 2' -- \
	walarch-push "$WAL/$(name 1 2)"
segment "$(name 1 2)" --parent=1 --left-at=0/150000
check 'the parent ends too early: refused' 1 'by the history of timeline 2' -- \
	walarch-push "$WAL/$(name 1 2)"
finish
