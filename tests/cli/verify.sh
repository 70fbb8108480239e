#!/bin/bash
# verify.sh - walarch-verify: finds what is wrong, and says when all is well.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

command -v jq >/dev/null || skip_all 'walarch-verify' 'jq is not installed'

# query NAME FILTER WANTED - of what walarch-verify says as JSON.
query() {
	is "$1" "$(jq -r "$2" "$T/json" 2>&1)" "$3"
}

# verify [OPTION...] - status and text by run, JSON in $T/json.
verify() {
	walarch-verify --output=json "$@" >"$T/json" 2>"$T/json.err"
	json_status=$?
	run walarch-verify "$@"
	is "text and JSON end alike ($*)" "$json_status" "$status"
	assert "it is valid JSON ($*)" jq -e '.stanzas | type == "array"' \
		"$T/json"
}

# stored N [TIMELINE] [OPTION...] - make segment N of mkwal, and push it.
stored() {
	local name

	name=$(name "$1" "${2:-1}")
	segment "$name" "${@:3}"
	walarch-push "$WAL/$name" 2>/dev/null || die "$name was not stored"
}

# fill FIRST LAST [TIMELINE] - store them.
fill() {
	local n

	for ((n = $1; n <= $2; n++)); do
		stored "$n" "${3:-1}"
	done
}

# history TIMELINE TEXT - store a history file.
history() {
	local name

	name=$(printf '%08X.history' "$1")
	printf '%b' "$2" >"$WAL/$name"
	walarch-push --pg1-path="$PG" "$WAL/$name" 2>/dev/null ||
		die "$name was not stored"
}

# flip OBJECT OFFSET - its lowest bit there.
flip() {
	local byte

	byte=$(od -An -tu1 -j"$2" -N1 "$1")
	printf '%b' "$(printf '\\x%02x' $((byte ^ 1)))" |
		dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# relabel OBJECT SED-SCRIPT - change the label, whose length stays.
relabel() {
	LC_ALL=C sed -i "$2" "$1"
	"$MKWAL" reseal "$1"
}

check '--help tells of the options' 0 'Usage:' '[-]-from=WHERE' '[-]-to=WHERE' \
	'[-]-resume=FILE' '[-]-rate=SIZE' '[-]-process-max=N' 'Exit status' -- \
	walarch-verify --help
check 'an argument' 1 'unexpected argument "x"' -- walarch-verify x
check 'it is a verb' 0 'walarch-verify' -- walarch help verify
check 'a --from that is nothing' 1 '"nonsense" is no value for --from' \
	'hint: .*segment.*LSN.*time' -- walarch-verify --from=nonsense
check 'a rate of nothing' 1 'invalid value for setting "rate"' -- \
	walarch-verify --rate=0
check 'no threads' 1 'invalid value for setting "process-max"' -- \
	walarch-verify --process-max=0
check 'no repository' 1 'could not open repository "/no/where"' -- \
	walarch-verify --repo1-path=/no/where

# ---- all is well -----------------------------------------------------------

new_repo
verify
said 'a stanza without WAL' 0 'verified: 0 segments, 0 other' 'all is well'
query 'as JSON' '"\(.ok) \(.errors) \(.position)"' 'true 0 null'

fill 1 4
stored 5 1 --switch-at=300000
segment "$(name 6)" "--previous=0/$(printf %X $((5 * 1048576 + 300000)))"
walarch-push "$WAL/$(name 6)" 2>/dev/null
"$MKWAL" segment "$(name 7)" "$WAL/$(name 7).partial"
walarch-push "$WAL/$(name 7).partial" 2>/dev/null
printf 'START WAL LOCATION: 0/200028 (file %s)\nSTOP WAL LOCATION: 0/200100 (file %s)\nCHECKPOINT LOCATION: 0/200060\n' \
	"$(name 2)" "$(name 2)" >"$WAL/$(name 2).00000028.backup"
walarch-push --pg1-path="$PG" "$WAL/$(name 2).00000028.backup" 2>/dev/null
verify
said 'all is well' 0 'verified: 6 segments, 2 other files, 7.0MB in ' \
	'0 errors' 'all is well' '!MISSING' '!not read' '!stray' '!hint'
query 'as JSON ' '"\(.ok) \(.errors) \(.stanzas[0].systems[0].segments)"' \
	'true 0 6'
query 'what was verified' '[.stanzas[0].systems[0].verified[] |
	"\(.first) \(.last) \(.segments)"] | join(";")' \
	"$(name 1) $(name 6) 6"
query 'sizes are those of the objects' \
	'.stanzas[0].systems[0]["stored-bytes"]' \
	"$(cat "$REPO"/db/wal/*/0*/* | wc -c)"
query 'the system is a string' '.stanzas[0].systems[0]["system-id"]' "$SYS"
is 'nothing for those who do not look on' "$(wc -c <"$T/err")" 0
if command -v script >/dev/null; then
	run script -qec 'walarch-verify --rate=6MiB' /dev/null
	said 'a bar for those who do' 0 '\[#+ *\] +[0-9]+%  .*B/s  .*left' \
		'all is well'
else
	skip 'a bar for those who do' 'script is not installed'
fi
cp -a "$REPO" "$T/sound"

# broken NAME - the repository as it was.
broken() {
	chmod -R u+rwx "$REPO"
	rm -rf "$REPO"
	cp -a "$T/sound" "$REPO"
}

# ---- what is wrong ---------------------------------------------------------

a=$(name 3) object=$(object "$(name 3)")
size=$(wc -c <"$object")
for at in 0 5 20 100 700 4000 4096 4100 5000 $((size / 2)) $((size - 1)); do
	broken
	flip "$object" "$at"
	verify
	said "a bit at byte $at" 1 "error: $a: .*is damaged" 'hint: ' \
		'verified: 5 segments' '1 error$' '!all is well'
	query "as JSON: byte $at" '"\(.ok) \(.errors) " +
		(.stanzas[0].systems[0].errors[0] | "\(.file) \(.code)")' \
		"false 1 $a damaged"
done
query 'the ranges around it' '[.stanzas[0].systems[0].verified[] |
	"\(.first) \(.last)"] | join(";")' \
	"$(name 1) $(name 2);$(name 4) $(name 6)"
for at in $((size - 1)) 4095 0; do
	broken
	truncate -s "$at" "$object"
	verify
	said "cut off at $at" 1 "error: $a: .*is damaged"
done
for other in "$(name 7).partial" "$(name 2).00000028.backup"; do
	broken
	flip "$(object "$other")" 4120
	verify
	said "a bit of $other" 1 "error: $other: .*is damaged" \
		'verified: 6 segments, 1 other file,'
done

broken
cp "$(object "$(name 2)")" "$object"
verify
said 'a label that is another segment'"'"'s' 1 "error: $a: .*label says"
broken
LC_ALL=C sed -i 's/^records [0-9]/records 9/' "$object"
verify
said 'a label that was changed' 1 "error: $a: .*is damaged"
"$MKWAL" reseal "$object"
verify
said 'a label that lies about its records' 1 \
	"error: $a: the label of .* tells of 9[0-9]* records"
broken
relabel "$object" "s/^aborts 0/aborts 7/"
verify
said 'a label that lies about its aborts' 1 \
	"error: $a: the label of .* tells of other times, transactions or events"
broken
relabel "$object" "s/^system 7/system 6/"
verify
said 'a label that lies about its system' 1 "error: $a: .*is of system 6"
broken
relabel "$object" "s/^size 1/size 2/"
verify
said 'a label that lies about the size' 1 "error: $a: .*label promises"

# Segments that are sound, and do not go on where the one before ends.
broken
rm "$object"
"$MKWAL" --previous=0/200028 segment "$a" "$T/$a"
walarch-push "$T/$a" 2>/dev/null
verify
said 'a segment that does not follow on the one before' 1 \
	"error: $a at 0/300028: .*damaged record at 0/300028 .link" \
	'hint: .*base backup'
query 'as JSON  ' '.stanzas[0].systems[0].errors[0] | "\(.file) \(.lsn)"' \
	"$a 0/300028"

broken
rm "$object"
verify
said 'a hole' 1 "MISSING: $a / $a, 1 segment" '1 error$' 'hint: .*walarch-push'
query 'as JSON   ' '.stanzas[0].systems[0].missing[0] |
	"\(.first) \(.last) \(.segments)"' "$a $a 1"

"$MKWAL" --flip=500000 segment "$a" "$T/$a"
run walarch-push "$T/$a"
verify
said 'one that was damaged when it was pushed' 1 \
	"error: $a.damaged at 0/3[0-9A-F]*: .*damaged record" "MISSING: $a / $a"
segment "$a"
walarch-push "$WAL/$a" 2>/dev/null
verify
said 'beside a sound one' 0 'verified: 6 segments, 3 other' 'all is well' \
	"!$a.damaged"
flip "$(object "$a.damaged")" 5000
verify
said 'but its object is, too' 1 "error: $a.damaged: .*is damaged"

broken
give "$REPO"
chmod 0 "$object"
check 'a segment that cannot be read' 1 "error: $a: .*Permission denied" \
	'verified: 5 segments' -- as_user walarch-verify
broken
give "$REPO"
chmod 0 "$REPO/db/wal/$SYS/0000000100000000"
check 'a folder that cannot be read' 1 'error: .*Permission denied' -- \
	as_user walarch-verify
broken
rm "$object"
mkdir "$object"
verify
said 'a folder in place of a segment' 1 "stray: 0000000100000000/$a/" \
	"MISSING: $a / $a"
broken
mv "$object" "$T/elsewhere"
ln -s "$T/elsewhere" "$object"
verify
said 'a link in place of a segment' 1 "error: $a: "

# ---- what does not belong there --------------------------------------------

broken
touch "$REPO/db/wal/$SYS/0000000100000000/.$a.0123456789abcdef.tmp"
verify
said 'what a push may be writing' 0 'left over: 0000000100000000/[.]0' \
	'hint: .*push' 'all is well'
query 'as JSON    ' '.stanzas[0].systems[0].strays[0] |
	"\(.path) \(.leftover)"' \
	"0000000100000000/.$a.0123456789abcdef.tmp true"
broken
mkdir "$REPO/db/wal/$SYS/0000000100000001" "$REPO/db/wal/$SYS/old" \
	"$REPO/db/wal/$OTHER"
cp "$object" "$REPO/db/wal/$SYS/0000000100000001/$a"
touch "$REPO/db/wal/$SYS/rub"$'\n'"bish" "$REPO/db/wal/note" "$REPO/db/note"
verify
said 'what is nobody'"'"'s' 1 "stray: 0000000100000001/$a\$" 'stray: old/$' \
	'stray: rub[?]bish$' 'stray: note$' 'stray: wal/note$' \
	"stray: wal/$OTHER/\$" 'hint: .*Move them' 'verified: 6 segments'
query 'as JSON     ' '"\([.stanzas[0].strays[].path] | length) " +
	"\([.stanzas[0].systems[0].strays[].path] | length) \(.errors)"' '3 3 6'

# ---- timelines -------------------------------------------------------------

new_repo
fill 1 7
stored 7 2 --parent=1 --left-at=0/700400 --begins-at=1024
fill 8 9 2
verify
said 'a timeline without its history' 1 \
	'error: 00000002.history: it is not stored' 'hint: .*walarch-push'
query 'as JSON      ' '.stanzas[0].systems[0].errors[0] | "\(.file) \(.code)"' \
	'00000002.history missing'
history 2 '1\t0/700400\twhy\n'
verify
said 'with it' 0 'verified: 10 segments, 1 other file,' 'all is well'
cp -a "$REPO" "$T/lines"
rm "$(object 00000002.history)"
history 2 '1\t0/700200\twhy\n'
verify
said 'a history that tells of another beginning' 1 \
	'error: 00000002.history at 0/700400: .*begins at 0/700200'
rm "$(object 00000002.history)"
history 2 '1\t0/700400\twhy\n'
history 3 '1\t0/700400\twhy\n2\t0/A00000\twhy\n'
verify
said 'a history that agrees with its parent'"'"'s' 0 'all is well'
rm "$(object 00000003.history)"
history 3 '1\t0/600000\twhy\n2\t0/A00000\twhy\n'
verify
said 'one that does not' 1 \
	'error: 00000003.history: .*disagrees with "00000002.history"'
rm "$(object 00000003.history)"
history 3 '1\t0/700400\twhy\n2\t0/700400\twhy\n'
"$MKWAL" --timeline=3 --parent=1 --left-at=0/700400 --begins-at=1024 \
	segment "$(name 7 3)" "$T/$(name 7 3)"
walarch-push "$T/$(name 7 3)" 2>/dev/null
verify
said 'a timeline that left another where that began' 0 'all is well'
rm "$(object "$(name 7 3)")"
flip "$(object 00000002.history)" 4110
verify
said 'a damaged history' 1 'error: 00000002.history: .*is damaged' \
	'hint: .*missing segments and of timelines' 'verified: 10 segments'

# What is stored of it begins later than it does, and goes on from nothing.
rm -rf "$REPO"
cp -a "$T/lines" "$REPO"
rm "$(object "$(name 7 2)")" "$(object "$(name 8 2)")" "$(object "$(name 9 2)")"
fill 8 9
"$MKWAL" --previous=0/900028 segment "$(name 10 2)" "$T/$(name 10 2)"
walarch-push "$T/$(name 10 2)" 2>/dev/null
verify
said 'a timeline without its beginning' 1 \
	"MISSING: $(name 7 2) / $(name 9 2), 3 segments" '1 error$'

# The first of a timeline goes on where its parent was left.
rm -rf "$REPO"
cp -a "$T/lines" "$REPO"
rm "$(object "$(name 7 2)")"
"$MKWAL" --parent=1 --left-at=0/700400 --begins-at=1024 --previous=0/600028 \
	segment "$(name 7 2)" "$T/$(name 7 2)"
walarch-push "$T/$(name 7 2)" 2>/dev/null
verify
said 'a timeline that does not go on from its parent' 1 \
	"error: $(name 7 2) at 0/700028: .*link"

# ---- some of it ------------------------------------------------------------

new_repo
for n in 1 2 3 4 5 6; do
	stored $n 1 --commit=$((1700000000 + n * 100))
done
verify --from="$(name 3)" --to="$(name 4)"
said 'from a segment to another' 0 'verified: 2 segments' \
	'not read: 2 files before --from' 'not read: 2 files after --to'
query 'as JSON       ' '.stanzas[0].systems[0]["not-read"] |
	"\(.before) \(.after)"' '2 2'
verify --from=0/280000 --to=0/3FFFFF
said 'from an LSN to another' 0 'verified: 2 segments' '1 file before' \
	'3 files after'
verify --from=2023-11-14T22:18:20.000000Z --to=2023-11-14T22:20:01.000000Z
said 'from a time to another' 0 'verified: 2 segments' '2 files before' \
	'2 files after' '2 commits'
verify --from="$(name 9)"
said 'nothing is there' 1 'no file lies between --from and --to'
rm "$(object "$(name 2)")"
verify
said 'all' 1 MISSING
verify --from="$(name 3)"
said 'a hole that was not asked for' 0 '!MISSING' '1 file before'
verify --to="$(name 4)"
said 'one that was' 1 'MISSING'
flip "$(object "$(name 3)")" 5000
verify --from="$(name 4)" --to="$(name 5)"
said 'a fault that was not asked for' 0 'all is well'
verify --from="$(name 3)" --to="$(name 3)"
said 'one that was  ' 1 "error: $(name 3)"
verify --from="db/$SYS/$(name 5)"
said 'from a place' 1 'verified: 2 segments' 'MISSING'
check 'a place that is not there' 1 'stanza "nope"' -- \
	walarch-verify --from="nope/$SYS/$(name 5)"

# ---- many ------------------------------------------------------------------

new_repo
names=()
for ((n = 1; n <= 100; n++)); do
	segment "$(name $n)"
	names+=("$WAL/$(name $n)")
done
walarch-push "${names[@]}" 2>/dev/null
# Some of them are the first or the last that a thread takes in a row.
for n in 2 20 30 31 65; do
	flip "$(object "$(name $n)")" 5000
done
rm "$(object "$(name 50)")"
for n in 23 40 61 86; do
	rm "$(object "$(name $n)")"
	"$MKWAL" --previous=0/200028 segment "$(name $n)" "$T/$(name $n)"
	walarch-push "$T/$(name $n)" 2>/dev/null
done
run walarch-verify
said 'many' 1 "error: $(name 31): " "error: $(name 61) at .*link" \
	"MISSING: $(name 50) / $(name 50)" '10 errors$'
cp "$T/out" "$T/one"
for n in 2 3 8; do
	run walarch-verify --process-max=$n
	assert "$n threads say the same as one" cmp "$T/one" "$T/out"
done

bytes=$(cat "$REPO"/db/wal/*/0*/* | wc -c)
last=$(wc -c <"$(object "$(name 100)")")
for n in 1 4; do
	before=$(date +%s%N)
	run walarch-verify --rate=$((bytes / 2)) --process-max=$n
	took=$((($(date +%s%N) - before) / 1000000))
	least=$(((bytes - 4 * last) * 2000 / bytes))
	assert "it reads no faster than it may ($n threads, $took ms)" \
		[ "$took" -ge "$least" ]
done
assert 'and the same' cmp "$T/one" "$T/out"

# ---- interrupted -----------------------------------------------------------

# interrupt SIGNAL [OPTION...] - a run that is stopped after a while.
interrupt() {
	timeout -s "$1" 1.5 walarch-verify --rate=$((bytes / 8)) "${@:2}" \
		>"$T/out" 2>"$T/err"
	status=$?
	[ "$status" -ne 124 ] || status=$(grep -c interrupted "$T/out")
}

for signal in INT TERM; do
	interrupt $signal --process-max=2
	place=$(sed -n 's/.*Go on with --from=//p' "$T/out")
	said "interrupted by SIG$signal" 1 'interrupted: nothing was read from' \
		"hint: Go on with --from=db/$SYS/0" '!all is well'
done
first=$(grep -c 'error: ' "$T/out")
run walarch-verify --from="$place"
said 'goes on there' 1 'files before --from'
is 'and tells of the others' "$(($(grep -c 'error: ' "$T/out") + first))" 9

interrupt INT --resume="$T/state"
said 'interrupted, with a file to go on with' 1 'interrupted'
assert 'that is written' test -s "$T/state"
place=$(sed -n 's/.*Go on with --from=//p' "$T/out")
assert 'with the place' grep -qx "from $place" "$T/state"
run walarch-verify --resume="$T/state"
said 'goes on with it' 1 'going on where' 'files before --from' \
	'errors* told by the run before' '!nothing was read'
assert 'and the file is gone' test ! -e "$T/state"
for n in 2 20 23 30 31 40 50 61 65 86; do
	rm -f "$(object "$(name $n)")"
	segment "$(name $n)"
	walarch-push "$WAL/$(name $n)" 2>/dev/null
done
interrupt INT --resume="$T/state"
run walarch-verify --resume="$T/state"
said 'all is well, in two runs' 0 'files before --from' 'all is well'
run walarch-verify --resume="$T/state"
said 'and the next begins again' 0 'verified: 100 segments' 'all is well'
interrupt KILL --resume="$T/state" --process-max=2
interrupt INT --resume="$T/state" --output=json
assert 'as JSON: where to go on' jq -e '.ok == false and (.position |
	test("^db/[0-9]+/0"))' "$T/out"
echo 'my diary' >"$T/diary"
check 'a file that is not its own' 1 'was not written by walarch-verify' -- \
	walarch-verify --resume="$T/diary"
is 'is left alone' "$(cat "$T/diary")" 'my diary'
check 'both' 1 'exclude each other' -- \
	walarch-verify --resume="$T/state" --from=0/1

# ---- beside pushes ---------------------------------------------------------

(for n in 101 102 103 104 105 106; do
	segment "$(name $n)"
	walarch-push "$WAL/$(name $n)" 2>/dev/null
done) &
run walarch-verify --process-max=2
said 'pushes at the same time' 0 'all is well'
wait
verify
said 'and they are verified' 0 'verified: 106 segments'

# ---- several ---------------------------------------------------------------

"$MKWAL" --system=$OTHER --pg=16 cluster "$T/pg16"
walarch-init --upgrade --pg1-path="$T/pg16" 2>/dev/null
"$MKWAL" --system=$OTHER --pg=16 segment "$(name 3)" "$T/$(name 3)"
walarch-push "$T/$(name 3)" 2>/dev/null
walarch-init --stanza=another --pg1-path="$PG" 2>/dev/null
verify
said 'two stanzas, two systems' 0 'stanza: another' 'stanza: db' \
	"system: $OTHER" 'verified: 1 segment,' 'verified: 106 segments' \
	'all is well'
verify --stanza=another
said 'one of them' 0 '!stanza: db'
flip "$(object "$(name 3)" $OTHER)" 5000
verify
said 'a former or a later system counts' 1 "error: $(name 3): "
verify --from="db/$OTHER/"
said 'from a system on' 1 "!system: $SYS" "system: $OTHER"
verify --stanza=nope
said 'a stanza that is not there' 1 'error: there is no stanza "nope"'

check 'a full disk behind standard output' 1 \
	'could not write to standard output' -- sh -c 'walarch-verify >/dev/full'
check 'the same as JSON' 1 'could not write to standard output' -- \
	sh -c 'walarch-verify --output=json >/dev/full'
check 'standard output closed' 1 -- sh -c 'walarch-verify >&-'
# Base backups.
new_repo
fill 5 9
full=$("$MKSET" "$REPO" F '' 1 0/500028 0/580000 9 base/1/1=300000 \
	base/1/2=0 base/1/3=512)
diff=$("$MKSET" "$REPO" D "$full" 1 0/700028 0/880000 5 "base/1/1@$full=0" \
	base/1/2=100)
parts=$REPO/db/backup
verify
said 'backups that are well' 0 "backup: $full" \
	'verified: 3 files, 293.5KB, 1 part, 0 references; 0 errors' \
	"backup: $diff" 'verified: 1 file, 100B, 1 part, 1 reference; 0 errors' \
	'all is well'
query 'as JSON          ' '[.stanzas[0].backups[] | "\(.label) \(.files
	) \(.parts) \(.references) \(.errors | length)"] | join(";")' \
	"$full 3 1 0 0;$diff 1 1 1 0"
verify --set="$diff" --process-max=3
said 'one, with what it refers to' 0 "backup: $diff" '!system:' \
	"!backup: $full\$" 'verified: 2 files, 293.1KB, 1 part, 0 references'
verify --set="${diff%D}I"
said 'one that is not there' 1 'there is no backup'
check 'one and a range of WAL' 1 'excludes' -- \
	walarch-verify --set="$full" --from=0/0
run walarch-verify --to=0/600000
said 'a range of WAL only' 0 '!backup:'

cp -a "$parts" "$T/parts"
mend() {
	rm -rf "$parts"
	cp -a "$T/parts" "$parts"
}
flip "$parts/$full/part-00001" 100000
verify
said 'a flipped bit in a part' 1 "error: .*$full/part-00001" \
	'error: base/1/1: ' '2 files, 512B, 0 parts, 0 references; 2 errors'
query 'as JSON           ' '[.stanzas[0].backups[0].errors[].file] | sort |
	map(tostring) | join(" ")' 'null base/1/1'
mend
truncate -s -600 "$parts/$full/part-00001"
verify
said 'a part that is cut short' 1 'error: base/1/' '!all is well'
mend
rm "$parts/$full/part-00001"
verify
said 'a part that is not there' 1 "error: .*$full/part-00001" \
	"error: base/1/1: part 1 of backup \"$full\", in which it lies, is not"
mend
rm -r "${parts:?}/$full"
verify
said 'a backup that another is upon' 1 \
	"error: backup \"$full\", upon which it is, is not there"
mend
flip "$parts/$full/manifest" 4200
verify
said 'a damaged manifest' 1 'error: .*manifest'
mend
flip "$parts/$full/manifest" 30
verify
said "a damaged manifest's label" 1 'error: .*manifest'
mend
rm "$(object "$(name 8)")"
verify
said 'WAL that a backup needs' 1 "MISSING: $(name 8) / $(name 8), 1 segment" \
	'hint: Without this WAL the backup cannot be restored'
query 'as JSON            ' '.stanzas[0].backups[1].missing[0].first' "$(name 8)"
fill 8 8
touch "$parts/$full/part-00009x" "$parts/x"
verify
said 'strays among backups' 1 'stray: backup/x$' "stray: backup/$full/part-00009x"
mend

finish
