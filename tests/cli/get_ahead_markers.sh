#!/bin/bash
# get_ahead_markers.sh - nothing in the spool is ever taken for what it is
# not.
# shellcheck disable=SC2015,SC2016,SC2119,SC2120,SC2154,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/cli/get_ahead_lib.sh
. "${0%/*}/get_ahead_lib.sh"

# with WHAT N COMMAND... - what the command makes of the spool is not taken for
# segment N.
with() {
	local what=$1 n=$2

	shift 2
	fetched_ahead
	marker=$get/$(name "$n") data=$get/$(name "$n").data
	size=$(stat -c %s "$marker")
	"$@"
	not_taken "$what" "$(name "$n")"
}
copied() {
	cp "$data" "$T/copy"
	rm "$data"
	cp "$T/copy" "$data"
}
written() {
	printf x | dd of="$data" bs=1 seek=9000 conv=notrunc status=none
}
moved() {
	mv "$get/$(name 3).data" "$data"
	mv "$get/$(name 3)" "$marker"
}
torn() {
	truncate -s $((size - 5)) "$marker"
}
noise() {
	head -c "$size" "$1" >"$marker"
}
with 'a copy of the data, another inode' 2 copied
with 'data that was changed' 2 written
with 'data whose change time is another' 2 eval 'chmod 640 "$data"'
with 'data of another segment' 4 moved
with 'a segment whose data has gone' 3 eval 'rm "$data"'
with 'data without a marker' 3 eval 'rm "$marker"'
with 'an empty marker' 2 eval ': >"$marker"'
with 'a torn marker' 3 torn
with 'a marker that is noise' 4 noise /dev/urandom
with 'a marker of zeros' 5 noise /dev/zero
with 'a link for the data' 3 eval 'ln -sf /etc/passwd "$data"'
fetched_ahead
wrong=0
cp "$get/$(name 2)" "$T/marker"
size=$(stat -c %s "$T/marker")
for ((at = 0; at < size; at += 7)); do
	cp "$T/marker" "$T/flipped"
	byte=$(od -An -tu1 -j$at -N1 "$T/marker")
	# shellcheck disable=SC2059
	printf "\\x$(printf %02x $((byte ^ 16)))" |
		dd of="$T/flipped" bs=1 seek=$at conv=notrunc status=none
	cat "$T/flipped" >"$get/$(name 2)"
	only_front get "$(name 2)"
	[ "$status" = 255 ] || wrong=$((wrong + 1))
done
is 'a marker with one bit changed is none' $wrong 0

# change FILE FROM TO - bytes, in hexadecimal, of a marker, which gets a right
# checksum.
change='import sys
def crc(b):
    c = 0xffffffff
    for x in b:
        c ^= x
        for _ in range(8):
            c = (c >> 1) ^ (0x82f63b78 if c & 1 else 0)
    return c ^ 0xffffffff
path, old, new = sys.argv[1], bytes.fromhex(sys.argv[2]), bytes.fromhex(sys.argv[3])
b = bytearray(open(path, "rb").read())
at = b.index(old)
b[at:at + len(new)] = new
b[20:24] = crc(b[24:]).to_bytes(4, "little")
open(path, "r+b").write(b)'
hex() {
	printf %s "$1" | od -An -v -tx1 | tr -d ' \n'
}
number() {
	printf '%016x' "$1" | sed 's/../& /g' | tac -s ' ' | tr -d ' \n'
}
if command -v python3 >/dev/null; then
	boot=$(cat /proc/sys/kernel/random/boot_id)
	inode=$(stat -c %i "$REPO/walarch.repo")
	while read -r what old new; do
		fetched_ahead
		python3 -c "$change" "$get/$(name 2)" "$old" "$old"
		was_ahead "a marker written anew is one" "$(name 2)"
		python3 -c "$change" "$get/$(name 3)" "$old" "$new"
		not_taken "a marker of $what" "$(name 3)"
	done <<-END
	another_start_of_the_machine $(hex "$boot") $(hex "x${boot:1}")
	no_start_of_the_machine $(hex "$boot") 00
	another_system $(number $SYS) $(number $OTHER)
	another_repository $(number "$inode") $(number $((inode + 1)))
	another_name $(hex 0000000100000000) $(hex 0000000200000000)
	END
else
	skip 'markers of another boot, system or repository' \
		'python3 is not installed'
fi

# Another repository at the same path, and another cluster in the same data
# directory.
fetched_ahead
for i in {1..6}; do
	cp "$SOURCE/$(name "$i")" "$T/kept.$i"
done
mv "$REPO" "$REPO.first"
walarch-init --pg1-path="$PG" 2>"$T/init"
for i in {1..6}; do
	"$MKWAL" --seed=$((i + 99)) segment "$(name "$i")" "$WAL/$(name "$i")"
	walarch-push "$WAL/$(name "$i")"
	mv "$WAL/$(name "$i")" "$SOURCE"
done
not_taken 'a repository that was made anew' "$(name 2)"
assert 'and fetches ahead' until_true is_ahead "$(name 4)"
was_ahead 'its own segment' "$(name 3)"
rm -rf "$REPO"
mv "$REPO.first" "$REPO"
for i in {1..6}; do
	mv "$T/kept.$i" "$SOURCE/$(name "$i")"
done
got 'the first one is back, beside a runner of the other' "$(name 4)"
assert 'which ends' until_true rests
got 'another one is begun' "$(name 1)"
assert 'and fetches out of it' until_true is_ahead "$(name 2)"
was_ahead 'its own segment again' "$(name 2)"

fetched_ahead
"$MKWAL" --system=$OTHER cluster "$T/other"
cp global/pg_control "$T/pg_control"
cp "$T/other/global/pg_control" global/pg_control
walarch-init --upgrade --pg1-path="$PG" 2>"$T/init"
mkdir "$T/others"
for i in 2 3; do
	"$MKWAL" --system=$OTHER --seed=$i segment "$(name "$i")" "$T/others/$(name "$i")"
	walarch-push "$T/others/$(name "$i")"
done
SOURCE=$T/others SYS=$OTHER got 'another cluster in the data directory' \
	"$(name 2)"
SYS=$OTHER end_runner
cp "$T/pg_control" global/pg_control
was_ahead 'the first one again' "$(name 2)"

finish
