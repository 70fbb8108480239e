#!/bin/bash
# get.sh - walarch-get: as restore_command, and by hand.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

new_repo
a=$(name 1) b=$(name 2) c=$(name 3)
for n in 1 2 3 4 6; do
	segment "$(name $n)"
	run walarch-push "$WAL/$(name $n)"
done
cd "$PG" || exit 99
to=pg_wal/RECOVERYXLOG

# As restore_command.
check 'a segment' 0 -- walarch-get "$a" $to
assert 'is in place' cmp "$WAL/$a" $to
is 'and nothing was said' "$(cat "$T/out" "$T/err")" ''
is 'for its owner only, as the umask says' "$(stat -c %a $to)" 600
check 'another one replaces the file' 0 -- walarch-get "$b" $to
assert 'and is in place' cmp "$WAL/$b" $to
check 'an absolute path' 0 -- walarch-get "$c" "$OUT/x y'z"
assert 'with blanks and quotes' cmp "$WAL/$c" "$OUT/x y'z"
rm "$OUT/x y'z"
before=$(xxh128sum <$to)
check 'the segment after the last is absent' 1 -- walarch-get "$(name 7)" $to
is 'without a word' "$(cat "$T/out" "$T/err")" ''
check 'which debug tells' 1 "debug: \"$(name 7)\" is not in the repository" -- \
	walarch-get --log-level-console=debug "$(name 7)" $to
is 'and the file is as it was' "$(xxh128sum <$to)" "$before"
check 'one far behind it is absent' 1 -- walarch-get "$(name 9999)" $to
check 'a missing one before later ones is a hole' 255 \
	"\"$(name 5)\" is missing from the repository, but \"$(name 6)\" is there" \
	'hint:.*pg_wal.*walarch-push' -- walarch-get "$(name 5)" $to
check 'one before the first stored is a hole, too' 255 'is missing' -- \
	walarch-get "$(name 0)" $to
check 'a segment of a timeline nobody knows is absent' 1 -- \
	walarch-get "$(name 1 7)" $to
check 'a history nobody knows is absent' 1 -- \
	walarch-get 00000002.history pg_wal/RECOVERYHISTORY
check 'the history of timeline 1 is absent' 1 -- \
	walarch-get 00000001.history pg_wal/RECOVERYHISTORY
check 'a backup file that is not there is absent' 1 -- \
	walarch-get "$a.00000028.backup" $to
is 'and the file is as it was ' "$(xxh128sum <$to)" "$before"
is 'nothing is left over' "$(hidden .; ls "$OUT")" ''

# Timelines.
printf '1\t0/600100\twhy\n' >pg_wal/00000002.history
walarch-push pg_wal/00000002.history
check 'a history' 0 -- walarch-get 00000002.history pg_wal/RECOVERYHISTORY
assert 'is in place ' cmp pg_wal/00000002.history pg_wal/RECOVERYHISTORY
check 'before its switch point timeline 2 has plainly nothing' 1 -- \
	walarch-get "$(name 5 2)" $to
check 'timeline 2 has no segment yet' 1 -- walarch-get "$(name 6 2)" $to
segment "$(name 8 2)"
walarch-push "pg_wal/$(name 8 2)"
check 'and a hole when a later one is there' 255 'is missing' -- \
	walarch-get "$(name 6 2)" $to
check 'still nothing before its switch point' 1 -- walarch-get "$(name 5 2)" $to
printf '1\t0/600100\twhy\n2\t0/A00000\twhy\n' >pg_wal/00000003.history
walarch-push pg_wal/00000003.history
check 'a hole, for a later timeline left this one behind it' 255 \
	'a later timeline left timeline 2 after it' -- \
	walarch-get "$(name 9 2)" $to
check 'at the end of timeline 2: absent' 1 -- walarch-get "$(name 10 2)" $to
rm "$(object 00000002.history)"
check 'a missing history below a known one is a hole' 255 \
	'"00000002.history" is missing.*the history of timeline 3 is there' -- \
	walarch-get 00000002.history pg_wal/RECOVERYHISTORY
rm "$(object 00000003.history)"
check 'a missing history is a hole where the timeline has segments' 255 \
	"\"00000002.history\" is missing.*\"$(name 8 2)\" is there" -- \
	walarch-get 00000002.history pg_wal/RECOVERYHISTORY
check 'the history after the last timeline is absent' 1 -- \
	walarch-get 00000003.history pg_wal/RECOVERYHISTORY
rm "$(object "$(name 8 2)")"

# A damaged object.
cp "$(object "$b")" "$T/whole"
size=$(stat -c %s "$T/whole")
for at in 0 9 20 120 3000 4096 4100 20000 $((size / 2)) $((size - 1)); do
	cp "$T/whole" "$T/damaged"
	byte=$(od -An -tu1 -j$at -N1 "$T/whole")
	# shellcheck disable=SC2059
	printf "\\x$(printf %02x $((byte ^ 4)))" |
		dd of="$T/damaged" bs=1 seek=$at conv=notrunc status=none
	cp "$T/damaged" "$(object "$b")"
	check "one bit at $at of the object: not delivered" 255 \
		'error: stored object ".*" is damaged' -- walarch-get "$b" $to
done
is 'and the file is as it was  ' "$(xxh128sum <$to)" "$before"
for n in 0 1 8 100 4095 4096 4100 5000 $((size - 1)); do
	head -c $n "$T/whole" >"$(object "$b")"
	check "an object cut to $n bytes: not delivered" 255 'error: stored' -- \
		walarch-get "$b" $to
done
cat "$T/whole" "$T/whole" >"$(object "$b")"
check 'an object twice over: not delivered' 255 'error: stored' -- \
	walarch-get "$b" $to
(cat "$T/whole"; echo) >"$(object "$b")"
check 'an object with a byte behind it: not delivered' 255 'error: stored' -- \
	walarch-get "$b" $to
cp "$(object "$c")" "$(object "$b")"
check 'the object of another segment: not delivered' 255 \
	"its label says that it is segment \"$c\"" -- walarch-get "$b" $to
cp "$T/whole" "$(object "$b")"
check 'the whole one is' 0 -- walarch-get "$b" $to
before=$(xxh128sum <$to)

# A standby asks again, so nothing may stop it.
standby() {
	local name=$1 want=$2

	shift 2
	cp "$T/damaged" "$(object "$b")"
	if [ "$want" = 1 ]; then
		check "$name: damaged is 1, with a warning" 1 \
			"warning: stored .*$b" '!error' -- walarch-get "$b" $to
		check "$name: a hole is 1, with a warning" 1 \
			'warning:.*is missing' -- walarch-get "$(name 5)" $to
		check "$name: no repository is 1, with a warning" 1 \
			'warning: could not open repository' -- \
			walarch-get --repo1-path=/no/where "$a" $to
		check "$name: a wrong command line is 1" 1 'error: unknown' -- \
			walarch-get --nope "$a" $to
		check "$name: a wrong configuration is 1" 1 'error:' -- \
			walarch-get --config=/no/where "$a" $to
	else
		check "$name: damaged is 255" 255 'error: stored' -- \
			walarch-get "$b" $to
	fi
	cp "$T/whole" "$(object "$b")"
	check "$name: whole is 0" 0 -- walarch-get "$b" $to
	check "$name: absent is 1" 1 '!.' -- walarch-get "$(name 7)" $to
	rm -f standby.signal recovery.conf recovery.signal
}
: >recovery.signal
standby 'recovery.signal' 255
: >standby.signal
standby 'standby.signal' 1
: >standby.signal
: >recovery.signal
standby 'both signals' 1
while IFS='|' read -r want text; do
	printf '%b' "$text" >recovery.conf
	standby "recovery.conf with ${text//\\n/; }" "$want"
done <<'END'
1|standby_mode = on
1|standby_mode = 'on'\n
1|standby_mode='yes'
1|  standby_mode\t=\ttrue\n
1|standby_mode 1\n
1|Standby_Mode = ON\n
1|restore_command = 'x'\nstandby_mode = on # why\n
1|standby_mode = off\nstandby_mode = on\n
1|standby_mode = on\n# standby_mode = off\n
1|standby_mode = on\n  # standby_mode = off\n
1|standby_mode = on\nprimary_conninfo = 'application_name=standby_mode'\n
255|standby_mode = off
255|standby_mode = 'no'\n
255|standby_mode = on\nstandby_mode = off\n
255|# standby_mode = on\n
255|   # standby_mode = on\n
255|#standby_mode=on
255|standby_modes = on\n
255|restore_command = 'standby_mode = on'\n
255|
END

# .partial answers where a timeline ends, but not for a standby, which waits
# for the whole one.
p=$(name 7)
"$MKWAL" --old-from=300000 segment "$p" "pg_wal/$p.partial"
walarch-push "pg_wal/$p.partial"
check 'the last segment, never finished' 0 \
	"warning: \"$p\" was never finished: here is \"$p.partial\"" -- \
	walarch-get "$p" $to
assert 'is in place  ' cmp "pg_wal/$p.partial" $to
: >standby.signal
check 'but not for a standby' 1 '!partial' -- walarch-get "$p" $to
rm standby.signal
check 'by its own name' 0 '!warning' -- walarch-get "$p.partial" $to
segment "$p"
walarch-push "pg_wal/$p"
check 'the finished one is preferred' 0 '!warning' -- walarch-get "$p" $to
assert 'to it' cmp "pg_wal/$p" $to
segment "$(name 9)"
walarch-push "pg_wal/$(name 9)"
rm "$(object "$p")"
check 'a partial one in the middle does not fill a hole' 255 'is missing' -- \
	walarch-get "$p" $to
walarch-push "pg_wal/$p"
rm "$(object "$(name 9)")" "$(object "$p.partial")"

# By hand.
cd / || exit 99
rm "$PG/$to"
check 'by hand to a file' 0 "\"$OUT/f\" is in place" -- \
	walarch-get -o "$OUT/f" "$a"
assert 'which it is' cmp "$WAL/$a" "$OUT/f"
check 'an existing file is left alone' 255 "file \"$OUT/f\" exists" -- \
	walarch-get -o "$OUT/f" "$b"
assert 'and is as it was' cmp "$WAL/$a" "$OUT/f"
ln -s nowhere "$OUT/l"
check 'so is a symbolic link that leads nowhere' 255 'exists' -- \
	walarch-get -o "$OUT/l" "$b"
assert 'and leads nowhere' test ! -e "$OUT/nowhere" -a -L "$OUT/l"
rm "$OUT"/*
check 'into a folder' 0 "\"$OUT/$a\" is in place" -- walarch-get -o "$OUT" "$a"
assert 'under its name' cmp "$WAL/$a" "$OUT/$a"
check 'several: each, and the worst status' 255 "\"$OUT/$b\" is in place" \
	"file \"$OUT/$a\" exists" "\"$OUT/$c\" is in place" -- \
	walarch-get -o "$OUT" "$b" "$a" "$c"
assert 'the last is in place' cmp "$WAL/$c" "$OUT/$c"
rm "$OUT"/*
check 'several, one of them absent' 1 \
	"error: \"$(name 77)\" is not in the repository" -- \
	walarch-get -o "$OUT" "$a" "$(name 77)" "$b"
is 'and the others are there' "$(ls "$OUT")" "$(printf '%s\n' "$a" "$b")"
rm "$OUT"/*
run walarch-get -o - "$a"
is 'to standard output' "$status $(xxh128sum <"$T/out")" \
	"0 $(xxh128sum <"$WAL/$a")"
cp "$T/damaged" "$(object "$b")"
run walarch-get -o - "$b"
is 'a damaged one: not a byte on standard output' \
	"$status $(wc -c <"$T/out")" '255 0'
cp "$T/whole" "$(object "$b")"
run walarch-get -o - "$(name 77)"
is 'an absent one: not a byte on standard output' \
	"$status $(wc -c <"$T/out")" '1 0'
check 'a full disk behind standard output' 255 'No space left' -- \
	sh -c "walarch-get -o - $a >/dev/full"
check 'a range' 0 -- walarch-get -o "$OUT" --from=0/1FFFFF --to=0/300000
is 'holds both ends' "$(ls "$OUT")" "$(printf '%s\n' "$a" "$b" "$c")"
rm "$OUT"/*
check 'a range of one' 0 -- walarch-get -o "$OUT" --from=0/2ABCDE --to=0/2ABCDE
is 'is one' "$(ls "$OUT")" "$b"
rm "$OUT"/*
check 'a range with a hole' 255 "\"$(name 5)\" is missing" -- \
	walarch-get -o "$OUT" --from=0/400000 --to=0/6FFFFF
is 'brings the rest' "$(ls "$OUT")" "$(printf '%s\n' "$(name 4)" "$(name 6)")"
rm "$OUT"/*
check 'a range of timeline 2, where there is none' 1 'not in the repository' -- \
	walarch-get -o "$OUT" --timeline=2 --from=0/400000 --to=0/4FFFFF
check 'by hand, no .partial is taken for the segment' 1 'not in the' -- \
	walarch-get -o "$OUT" "$(name 8)"
check 'into a folder that is not there' 255 'could not open folder' -- \
	walarch-get -o "$OUT/no/where" "$a"
check 'a name that is none' 255 '"x" is no name of a WAL file' 'hint:.*%f' -- \
	walarch-get x "$OUT/y"
check '%f and %p the wrong way round' 255 'is no name of a WAL file' -- \
	walarch-get pg_wal/RECOVERYXLOG "$a"
for bad in '' "${a}x" "${a:1}" "$(printf 'A%.0s' {1..300})" "../$a" \
	"00000000${a:8}" "${a}.history" "${a}.part" $'0000\n0001'; do
	check "$(printf %.40q "$bad") is no name" 255 'no name of a WAL file' -- \
		walarch-get "$bad" "$OUT/y"
done
run walarch-get "$(printf '0000\n0001\033[1m')" "$OUT/y"
is 'control characters of a name are not printed' \
	"$(tr -d '\n' <"$T/err" | grep -c '[[:cntrl:]]') $(wc -l <"$T/err")" \
	'0 2'
is 'nothing is left over ' "$(ls -A "$OUT")" ''

# A folder as the target; a device; a path that is too long.
mkdir "$OUT/folder"
check 'restore_command onto a folder' 255 'not a regular file' -- \
	walarch-get "$a" "$OUT/folder"
mkfifo "$OUT/fifo"
check 'restore_command onto a fifo' 255 'not a regular file' -- \
	walarch-get "$a" "$OUT/fifo"
ln -s "$T/whole" "$OUT/link"
check 'restore_command onto a symbolic link' 255 'not a regular file' -- \
	walarch-get "$a" "$OUT/link"
assert 'which is still one' test -L "$OUT/link"
check 'restore_command with an empty path' 255 'no path of a file' -- \
	walarch-get "$a" ''
check 'restore_command with a path that ends in a slash' 255 'no path' -- \
	walarch-get "$a" "$OUT/x/"
rm -r "${OUT:?}"/*
deep=$OUT
while [ ${#deep} -lt 4000 ]; do
	deep=$deep/$(printf 'd%.0s' {1..90})
done
deep=$deep/$(printf "%$((4080 - ${#deep} - 1))s" '' | tr ' ' d)
(cd / && p=$deep && perl -e 'my @p = split m{/}, shift; shift @p;
	chdir "/"; for (@p) { mkdir $_; chdir $_ or die }' "$p")
check 'a path longer than the system takes is refused' 255 'too long' -- \
	walarch-get -o "$deep" "$a"
is 'and not cut short' "$(perl -e 'my @p = split m{/}, shift; shift @p;
	chdir "/"; for (@p) { chdir $_ or die } opendir my $d, "."; 
	print grep { !/^\.\.?$/ } readdir $d' "$deep")" ''
check 'a path of 5000 characters is refused' 255 -- \
	walarch-get "$a" "$OUT/$(printf 'x%.0s' {1..5000})"
check 'a name of 300 characters is refused' 255 'no path of a file' -- \
	walarch-get "$a" "$OUT/$(printf 'x%.0s' {1..300})"
check 'a name of 255 characters is fine' 0 -- \
	walarch-get "$a" "$OUT/$(printf 'x%.0s' {1..255})"
finish
