#!/bin/bash
# objects.sh - what is stored is read without walarch: by zstd, lz4, a shell.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

# crc32c FILE - CRC-32C (Castagnoli) in awk, which has no 32-bit operators of
# its own: one table, XOR by bytes.
crc32c() {
	od -An -v -tu1 "$1" | awk '
	function xor(a, b,   r, p) {
		for (p = 1; a > 0 || b > 0; p *= 2) {
			if (a % 2 != b % 2)
				r += p
			a = int(a / 2)
			b = int(b / 2)
		}
		return r + 0
	}
	BEGIN {
		for (i = 0; i < 256; i++) {
			c = i
			for (k = 0; k < 8; k++)
				c = xor(int(c / 2), c % 2 * 2197175160)
			table[i] = c
		}
		crc = 4294967295
	}
	{
		for (i = 1; i <= NF; i++)
			crc = xor(int(crc / 256), table[xor(crc % 256, $i)])
	}
	END { printf "%08x\n", 4294967295 - crc }'
}
printf '123456789' >"$T/digits"
is 'this CRC-32C is the one of the test vector' "$(crc32c "$T/digits")" e3069283

# The label by three lines of shell.
label() {
	# shellcheck disable=SC2046
	set -- "$1" $(od -An -tu4 -j4 -N4 "$1")
	tail -c +9 "$1" | head -c "$2"
}

value() {
	sed -n "s/^$1 //p" "$T/label"
}

a=$(name 1)
for type in zstd lz4 none; do
	new_repo
	export WALARCH_COMPRESS_TYPE=$type
	segment "$a" --switch-at=700000
	printf '1\t0/A00100\twhy\n' >"$WAL/00000002.history"
	printf 'START WAL LOCATION: 0/100028 (file %s)\n' "$a" \
		>"$WAL/$a.00000028.backup"
	"$MKWAL" --old-from=300000 segment "$(name 2)" "$WAL/$(name 2).partial"
	for file in "$a" 00000002.history "$a.00000028.backup" \
	    "$(name 2).partial"; do
		what=$type/${file#"$(name 1)"}
		check "$what is stored" 0 -- \
			walarch-push --pg1-path="$PG" "$WAL/$file"
		object=$(object "$file")
		decoder=zstd
		[ $type = lz4 ] && decoder=lz4
		assert "$decoder -dc reads $what" sh -c \
			"$decoder -dc '$object' | cmp - '$WAL/$file'"
		if [ $decoder = zstd ]; then
			assert "zstd -t finds $what sound" zstd -tq "$object"
		else
			assert "lz4 -t finds $what sound" lz4 -tq "$object"
		fi
		label "$object" >"$T/label"
		is "$what: the first line" "$(head -n 1 "$T/label")" 'walarch 1'
		is "$what: the name" "$(value name)" "$file"
		is "$what: the system" "$(value system)" $SYS
		is "$what: the size" "$(value size)" "$(stat -c %s "$WAL/$file")"
		is "$what: the digest is that of xxh128sum" "$(value xxh128)" \
			"$(xxh128sum <"$WAL/$file" | cut -d' ' -f1)"
		is "$what: the last line is its check" \
			"$(tail -n 1 "$T/label" | cut -c1-6)" 'check '
		head -n -1 "$T/label" >"$T/lines"
		is "$what: which is the CRC-32C of the lines before it" \
			"$(value check)" "$(crc32c "$T/lines")"
		check "$what comes back" 0 -- \
			walarch-get -o "$OUT/$file" --pg1-path="$PG" "$file"
		assert "$what is the same" cmp "$WAL/$file" "$OUT/$file"
		check "$what is known, whatever it was packed with" 0 \
			'stored already, identical' -- walarch-push --compress-type=zstd \
			--compress-level=3 --pg1-path="$PG" "$WAL/$file"
	done
	label "$(object "$a")" >"$T/label"
	is "$type: kind, version and beginning of a segment" \
		"$(value kind) $(value pg) $(value start)" 'segment 15 0/100000'
	flags=$(od -An -tu1 -j$((4096 + 4)) -N1 "$(object "$a")")
	is "$type: the frame says that it has a checksum of its content" \
		"$((flags & 4))" 4
	[ $type = none ] && is 'none: the object is hardly larger than the file' \
		"$(($(stat -c %s "$(object "$a")") < 1048576 + 4200))" 1
done
unset WALARCH_COMPRESS_TYPE

# forge KEY VALUE - the same object with another label, its check right.
forge() {
	label "$T/object" | sed "s/^$1 .*/$1 $2/; /^check /d" >"$T/lines"
	{ cat "$T/lines"; printf 'check %s\n' "$(crc32c "$T/lines")"; } >"$T/forged"
	size=$(stat -c %s "$T/forged")
	# Two frames again, of 4096 bytes together: the label and its padding.
	{
		printf 'W*M\030'
		little "$size"
		cat "$T/forged"
		printf 'P*M\030'
		little $((4096 - 8 - size - 8))
		head -c $((4096 - 8 - size - 8)) /dev/zero
		tail -c +4097 "$T/object"
	} >"$(object "$a")"
}

little() {
	# shellcheck disable=SC2059
	printf "$(printf '\\x%02x\\x%02x\\0\\0' $(($1 & 255)) $(($1 >> 8)))"
}

new_repo
segment "$a"
walarch-push "$WAL/$a"
cp "$(object "$a")" "$T/object"
forge kind segment
check 'a label that was written anew as it was' 0 -- walarch-get -o - "$a"
assert 'is the same object' cmp "$T/object" "$(object "$a")"
while read -r key value; do
	forge "$key" "$value"
	check "a label with another $key is not believed" 255 \
		'walarch-get: error: stored object' -- walarch-get -o - "$a"
	is "a label with another $key: not a byte is given" \
		"$(wc -c <"$T/out")" 0
	check "a label with another $key: the file is not called stored" 1 \
		'walarch-push: error: ' -- walarch-push "$WAL/$a"
done <<END
kind partial
name $(name 2)
system $OTHER
size 1048575
size 1048577
size 18446744073709551615
xxh128 00000000000000000000000000000000
END
forge kind 'segment\nmust-know this'
check 'a label that needs a newer version is refused' 255 \
	'needs a newer version of walarch .*must-know' -- walarch-get -o - "$a"
forge kind 'segment\nsomething else'
check 'a label with an unknown line is fine' 0 -- walarch-get -o - "$a"

new_repo
segment "$a"
sizes=
for level in 1 9 19; do
	rm -f "$(object "$a")"
	walarch-push --compress-level=$level "$WAL/$a"
	sizes="$sizes $(stat -c %s "$(object "$a")")"
done
# shellcheck disable=SC2086
set -- $sizes
assert "a higher compress-level packs better ($*)" \
	test "$1" -ge "$2" -a "$2" -ge "$3" -a "$1" -gt "$3"
for level in 0 12; do
	rm -f "$(object "$a")"
	check "lz4 at level $level" 0 -- walarch-push --compress-type=lz4 \
		--compress-level=$level "$WAL/$a"
	assert "lz4 -dc reads it at level $level" sh -c \
		"lz4 -dc '$(object "$a")' | cmp - '$WAL/$a'"
done

# auto: by what waits, as PostgreSQL calls.
mkdir "$WAL/archive_status"
: >"$WAL/archive_status/$a.ready"
size_by() {
	rm -f "$(object "$a")"
	(cd "$PG" && walarch-push --compress-level="$1" "pg_wal/$a") || return
	stat -c %s "$(object "$a")"
}
three=$(size_by 3) one=$(size_by 1)
is 'compress-level=auto: idle, a file is packed by 3' "$(size_by auto)" "$three"
: >"$WAL/archive_status/$(name 2).ready"
is 'when some wait by 1' "$(size_by auto)" "$one"
for n in 3 4 5 6 7 8 9; do
	: >"$WAL/archive_status/$(name $n).ready"
done
many=$(size_by auto)
assert "when many wait faster ($many > $one)" test "$many" -gt "$one"
assert 'and it is whole' is_stored "$a" "$WAL/$a"
rm -f "$(object "$a")"
check 'auto is for WAL: others take it for their default' 0 -- \
	walarch-push --compress-level=auto --compress-type=lz4 "$WAL/$a"
rm -f "$(object "$a")"
check 'zst, as pgBackRest calls it, is zstd' 0 -- \
	walarch-push --compress-type=zst "$WAL/$a"
label "$REPO/walarch.repo" >/dev/null
head -n -1 "$REPO/walarch.repo" >"$T/lines"
is 'walarch.repo is a label without a frame' \
	"$(tail -n 1 "$REPO/walarch.repo")" "check $(crc32c "$T/lines")"
head -n -1 "$REPO/db/system/$SYS" >"$T/lines"
is 'so is a registration' "$(tail -n 1 "$REPO/db/system/$SYS")" \
	"check $(crc32c "$T/lines")"
finish
