#!/bin/bash
# info.sh - walarch-info: text for people, JSON for programs.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

command -v jq >/dev/null || skip_all 'walarch-info' 'jq is not installed'

# query NAME FILTER WANTED - of what walarch-info says as JSON.
query() {
	is "$1" "$(jq -r "$2" "$T/json" 2>&1)" "$3"
}

# info [OPTION...] - status and text by run, JSON in $T/json.
info() {
	walarch-info --output=json "$@" >"$T/json" 2>"$T/json.err"
	json_status=$?
	run walarch-info "$@"
	is "text and JSON end alike ($*)" "$json_status" "$status"
	assert "it is valid JSON ($*)" jq -e 'type == "array"' "$T/json"
}

mkdir "$T/cluster"
"$MKWAL" cluster "$T/cluster"
export WALARCH_CONFIG=$T/walarch.conf
: >"$WALARCH_CONFIG"
walarch-init --pg1-path="$T/cluster" --repo1-path="$T/empty" 2>/dev/null
rm -r "$T/empty/db"
info --repo1-path="$T/empty"
said 'no stanza at all' 0 'No stanzas exist in the repository'
query 'is an empty array' length 0
info --repo1-path="$T/empty" --stanza=nope
said 'a stanza that is not there' 1 'stanza: nope' 'error .missing stanza.'
query 'has its code' '.[0].status | "\(.code) \(.message)"' '3 missing stanza'
check 'no repository' 1 'could not open repository "/no/where"' -- \
	walarch-info --repo1-path=/no/where
check 'no repository, as JSON: nothing that parses' 1 '![][{}]' -- \
	walarch-info --repo1-path=/no/where --output=json

new_repo
info
said 'a stanza without WAL' 0 'stanza: db' 'status: error .no WAL archived yet' \
	'db .current.' 'wal archive min/max .15-1.: none present' "$SYS"
query 'as JSON' '.[0] | "\(.name) \(.status.code) \(.archive[0].segments)"' \
	'db 1 0'
query 'without first and last' '.[0].archive[0] | "\(.min) \(.max)"' 'null null'

for n in 1 2 3 7 8; do
	segment "$(name $n)"
	walarch-push "$WAL/$(name $n)"
done
rm "$(object "$(name 7)")" "$(object "$(name 8)")"
info
said 'three segments' 0 'status: error .no valid backups.' 'cipher: none' \
	"wal archive min/max .15-1.: $(name 1) / $(name 3)" \
	'segments stored: 3 of 1MB' 'timeline 1$' \
	"wal: $(name 1) / $(name 3), 3 segments, .*[KM]B stored" '!MISSING'
query 'as JSON ' '.[0].archive[0] | "\(.min) \(.max) \(.segments) \(.missing)"' \
	"$(name 1) $(name 3) 3 0"
query 'the system identifier is a string' '.[0].archive[0]["system-id"]' "$SYS"
query 'sizes are those of the objects' '.[0].archive[0]["stored-bytes"]' \
	"$(cat "$REPO"/db/wal/*/0*/* | wc -c)"
query 'the repository says who it is' '.[0].repo.id | length' 32
query 'and where' '.[0].repo.path' "$REPO"

run walarch-push "$WAL/$(name 7)" "$WAL/$(name 8)"
info
said 'a hole' 1 'status: error .WAL is missing.' \
	"wal: $(name 1) / $(name 3), 3 segments" \
	"MISSING: $(name 4) / $(name 6), 3 segments" \
	"wal: $(name 7) / $(name 8), 2 segments"
query 'as JSON  ' '.[0] | "\(.status.code) \(.archive[0].missing)"' '2 3'
query 'in its place' '[.[0].archive[0].timelines[0].wal[] |
	"\(.missing) \(.first) \(.last) \(.segments)"] | join(";")' \
	"false $(name 1) $(name 3) 3;true $(name 4) $(name 6) 3;false $(name 7) \
$(name 8) 2"
for n in 4 5 6; do
	segment "$(name $n)"
	walarch-push "$WAL/$(name $n)"
done

# Timelines.
printf '1\t0/780000\twhy\n' >"$WAL/00000002.history"
walarch-push --pg1-path="$PG" "$WAL/00000002.history"
info
said 'a timeline without WAL yet' 0 'status: error .no valid backups.' \
	'timeline 2, from timeline 1 at 0/780000' 
segment "$(name 9 2)"
walarch-push "$WAL/$(name 9 2)"
info
said 'a hole between a timeline and its parent' 1 \
	"MISSING: $(name 7 2) / $(name 8 2), 2 segments"
for n in 7 8; do
	segment "$(name $n 2)"
	walarch-push "$WAL/$(name $n 2)"
done
info
said 'without the hole' 0 "wal: $(name 7 2) / $(name 9 2), 3 segments"
query 'parent and beginning' '.[0].archive[0].timelines[1] |
	"\(.timeline) \(.parent) \(.begin) \(.history)"' '2 1 0/780000 true'
"$MKWAL" --old-from=300000 segment "$(name 10 2)" "$WAL/$(name 10 2).partial"
walarch-push "$WAL/$(name 10 2).partial"
info
said 'a partial segment' 0 'and a .partial after the last'
query 'as JSON    ' '[.[0].archive[0].timelines[].partial] | join(" ")' \
	'false true'
printf '1\t0/780000\twhy\n2\t0/C00000\twhy\n' >"$WAL/00000003.history"
walarch-push --pg1-path="$PG" "$WAL/00000003.history"
info
said 'a timeline that was left later than its last segment' 1 \
	"MISSING: $(name 10 2) / $(name 11 2), 2 segments"
rm "$(object 00000003.history)"

# Across the border of two logs.
new_repo
for n in 4094 4095 4096; do
	segment "$(name $n)"
	walarch-push "$WAL/$(name $n)"
done
info
said 'a run over two folders is one' 0 \
	"wal: $(name 4094) / $(name 4096), 3 segments"

# Two systems, two stanzas.
"$MKWAL" --system=$OTHER --pg=16 cluster "$T/pg16"
walarch-init --upgrade --pg1-path="$T/pg16" 2>/dev/null
"$MKWAL" --system=$OTHER --pg=16 segment "$(name 3)" "$T/$(name 3)"
walarch-push "$T/$(name 3)"
info
said 'two systems of a stanza, the current one first' 0 'db .current.' \
	"16-2.: $(name 3) / $(name 3)" 'db .prior.' "15-1.: $(name 4094)"
is 'in this order' "$(grep -o 'db (.*)' "$T/out")" \
	"$(printf 'db (current)\ndb (prior)')"
query 'as JSON     ' '[.[0].db[] | "\(.id) \(.version)"] | join(" ")' '1 15 2 16'
walarch-init --stanza=another --pg1-path="$PG" 2>/dev/null
info
said 'two stanzas' 0 'stanza: another' 'stanza: db'
query 'by name' '[.[].name] | join(" ")' 'another db'
info --stanza=another
said 'one of them' 0 'stanza: another' '!stanza: db'

# What is not WAL is passed over.
touch "$REPO/db/wal/$SYS/.tmp" "$REPO/db/wal/$SYS/0000000100000000/.x.tmp" \
	"$REPO/db/wal/$SYS/0000000100000000/rubbish"
info --stanza=db
said 'files of no name of ours do not matter' 0 'status: error .no valid' '!rubbish'
rm "$REPO/db/wal/$SYS/0000000100000000/rubbish"

check 'a full disk behind standard output' 1 \
	'could not write to standard output' -- sh -c 'walarch-info >/dev/full'
check 'the same as JSON' 1 'could not write to standard output' -- \
	sh -c 'walarch-info --output=json >/dev/full'
check 'standard output closed' 1 -- sh -c 'walarch-info >&-'
cp "$(object "$(name 3)" $OTHER)" "$T/kept"
mkdir "$REPO/db/wal/$SYS/history"
echo rubbish >"$REPO/db/wal/$SYS/history/00000002.history"
check 'a damaged history is told' 1 'stored object ".*00000002.history" is damaged' -- \
	walarch-info

# backup N REDO STOP - the file of a base backup that began in segment N.
backup() {
	local file
	file=$(name "$1").00000028.backup

	printf 'START WAL LOCATION: %s (file %s)\nSTOP WAL LOCATION: %s (file x)\nCHECKPOINT LOCATION: %s\n' \
		"$2" "$(name "$1")" "$3" "$2" >"$WAL/$file"
	walarch-push --pg1-path="$PG" "$WAL/$file"
}

# The last segment is damaged, and a base backup began in it.
new_repo
segment "$(name 1)"
segment "$(name 2)" --flip=500000
walarch-push "$WAL/$(name 1)" "$WAL/$(name 2)" 2>/dev/null
backup 2 0/200028 0/200100
info
said 'a damaged segment with a backup file of its name' 1 \
	'status: error .WAL is damaged' \
	"DAMAGED when it was pushed: $(name 2).damaged"
cp "$WAL/$(name 2)" "$T/kept"
segment "$(name 2)"
check 'a sound one is stored after it' 0 -- walarch-push "$WAL/$(name 2)"
cp "$T/kept" "$WAL/$(name 2)"
check 'and the damaged one again' 0 -- walarch-push "$WAL/$(name 2)"
info
said 'then nothing is damaged' 0 'status: ok' '!DAMAGED'

# Backup files that cannot be used, and what is known without them.
new_repo
for n in 1 2; do
	segment "$(name $n)"
	walarch-push "$WAL/$(name $n)"
done
backup 1 0/100028 0/200100
check 'a target with a full disk behind standard output' 1 \
	'could not write to standard output' -- \
	sh -c 'walarch-info --type=immediate >/dev/full'
backup 2 0/200028 0/100
info
said 'a backup that ended before it began' 1 'not in the order of a backup' \
	'status: error .not all can be read' "wal: $(name 1) / $(name 2)" \
	'what can be recovered to is not known'
rm "$(object "$(name 2).00000028.backup")"
rm "$(object "$(name 2)")"
walarch-push --wal-check=off --pg1-path="$PG" "$WAL/$(name 2)"
info
said 'a segment that was stored unseen' 0 'status: ok' \
	"wal: $(name 1) / $(name 2)" '!stored unseen'
check 'a target that may be in it' 1 'that is not known' -- \
	walarch-info --type=name --target=x

# The reason is that of the backup that comes nearest.
new_repo
for n in 1 4 5; do
	segment "$(name $n)"
	walarch-push "$WAL/$(name $n)"
done
backup 1 0/100028 0/200100
backup 4 0/400028 0/400100
check 'an old backup that is of no use is not the reason' 1 \
	'no such moment is in the WAL of timeline 1' -- \
	walarch-info --type=name --target=x
# Base backups.
new_repo
for n in 5 6 7 8 9; do
	segment "$(name $n)"
	walarch-push "$WAL/$(name $n)"
done
full=$("$MKSET" "$REPO" F '' 1 0/500028 0/580000 9 base/1/1=300000)
diff=$("$MKSET" "$REPO" D "$full" 1 0/700028 0/880000 5 "base/1/1@$full=0" \
	base/1/2=100)
incr=$("$MKSET" "$REPO" I "$diff" 1 0/900028 0/980000 1 "base/1/1@$full=0" \
	"base/1/2@$diff=0")
begun=$("$MKSET" "$REPO" i "$diff" 1 0/900028 0/980000 1 base/1/1=400000)
walarch-expire --keep="$diff" 2>/dev/null
info
said 'a full backup' 0 'status: ok' "full backup: $full" \
	"wal start/stop: $(name 5) / $(name 5)" \
	'lsn start/stop: 0/500028 / 0/580000' \
	'timestamp start/stop: 20..-..-.. ..:..:..[+]00 / 20' \
	'database size: 293.0KB, database backup size: 293.0KB' \
	'repo1: backup set size: .*, backup size: ' 'why: test'
said 'a diff backup' 0 "diff backup: $diff" \
	"wal start/stop: $(name 7) / $(name 8)" \
	'database size: 293.1KB, database backup size: 100B' \
	"backup reference list: $full" 'kept for ever'
said 'an incr backup' 0 "incr backup: $incr" \
	"backup reference list: $diff, $full"
said 'an unfinished one' 0 "unfinished backup: $begun" '% complete, .*B in'
query 'as JSON      ' '[.[0].backup[] | "\(.type) \(.prior)"] | join(";")' \
	"full null;diff $full;incr $diff"
query 'with the keys of pgBackRest' '.[0].backup[1] | "\(.label) \(.archive.start
	) \(.archive.stop) \(.lsn.start) \(.info.size) \(.info.delta) \(.error
	) \(.annotation.team) \(.reference[0])"' "$diff $(name 7) $(name 8) \
0/700028 300100 100 false dba $full"
query 'marks' '[.[0].backup[]["kept-until"]] | tostring' '[null,"forever",null]'
query 'unfinished ones' '.[0].unfinished[0] | "\(.label) \(.prior)"' \
	"$begun $diff"

finish
