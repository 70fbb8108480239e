#!/bin/bash
# expire.sh - walarch-expire: what goes, what stays, and why.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

command -v jq >/dev/null || skip_all 'walarch-expire' 'jq is not installed'

# make_set TYPE PRIOR TIMELINE REDO STOP DAYS [FILE...] - its label to $label.
make_set() {
	label=$("$MKSET" "$REPO" "$@") || die "mkset $* failed"
}

# fill FIRST LAST [TIMELINE] - store these segments.
fill() {
	local n

	for ((n = $1; n <= $2; n++)); do
		segment "$(name "$n" "${3:-1}")"
		walarch-push "$WAL/$(name "$n" "${3:-1}")" 2>/dev/null ||
			die "segment $n was not stored"
	done
}

# stored - numbers of the segments of timeline 1 that are there, as ranges.
stored() {
	find "$REPO/db/wal" -type f -name '00000001*' |
		sed 's,.*/00000001,,' | sort | while read -r n; do
		printf '%d\n' $((16#${n:0:8} * 4096 + 16#${n:8:8}))
	done | awk 'NR == 1 { a = b = $1; next }
		$1 == b + 1 { b = $1; next }
		{ printf "%d-%d ", a, b; a = b = $1 }
		END { if (NR) printf "%d-%d", a, b }'
}

# sets - the labels that are there.
sets() {
	find "$REPO/db/backup" -name manifest 2>/dev/null |
		sed 's,/manifest$,,; s,.*/,,' | sort | tr '\n' ' '
}

# three - a full, diff and incr; another full, and a third.
three() {
	new_repo
	fill 1 20
	make_set F '' 1 0/500000 0/580000 30 base/1/1=3000 base/1/2=100
	full1=$label
	make_set D "$full1" 1 0/700000 0/780000 28 "base/1/1@$full1=0" \
		base/1/2=101
	diff1=$label
	make_set I "$diff1" 1 0/900000 0/980000 26 base/1/1=3001 \
		"base/1/2@$diff1=0"
	incr1=$label
	make_set F '' 1 0/B00000 0/B80000 20 base/1/1=5000
	full2=$label
	make_set F '' 1 0/1000000 0/1080000 10 base/1/1=6000
	full3=$label
}

three
run walarch-expire
said 'without settings nothing goes' 0 'nothing to remove' \
	'warning: option repo1-retention-full is not set, the repository may' \
	"hint: to retain full backups indefinitely .without warning., set option"
is 'all sets are there' "$(sets | wc -w)" 5
is 'and all WAL' "$(stored)" '1-20'

run walarch-expire --repo1-retention-full=9999999
said 'the maximum, without a warning' 0 '!warning' 'removed 4 WAL segments'
is 'WAL before the first set goes' "$(stored)" '5-20'

run walarch-expire --repo1-retention-full=2 --dry-run
said 'a dry run says what would go' 0 \
	"would remove full backup $full1: not among the newest 2 full backups" \
	"would remove diff backup $diff1: is upon $full1, which is removed" \
	"would remove incr backup $incr1" \
	"keep full backup $full2: belongs to the newest 2 full backups" \
	"would remove WAL $(name 5) to $(name 10) .6 segments.: no backup" \
	"keep WAL $(name 11) to $(name 20)" \
	'would remove 3 backups, 6 WAL segments'
is 'and removes nothing' "$(sets | wc -w) $(stored)" '5 5-20'

walarch-expire --repo1-retention-full=2 --dry-run --output=json \
	>"$T/json" 2>/dev/null
is 'as JSON' "$(jq -r '"\(.ok) \(.["dry-run"]) \(.backups) \(.segments)"' \
	"$T/json")" 'true true 3 6'
is 'in the order of removal' "$(jq -r '[.decisions[] |
	select(.remove and .thing == "backup") | .name] | join(" ")' \
	"$T/json")" "$incr1 $diff1 $full1"

run walarch-expire --set="$full3" --repo1-retention-full=9
said 'the last full cannot be removed' 1 \
	"backup \"$full3\" cannot be removed: the newest is always kept"
run walarch-expire --set="${full3%?}X" --repo1-retention-full=9
said 'nor one that is not there' 1 'there is no backup'

run walarch-expire --keep="$diff1" --repo1-retention-full=1
said 'a keep mark' 0 "backup \"$diff1\" is kept for ever"
run walarch-expire --set="$diff1" --repo1-retention-full=9
said 'a marked one cannot be removed' 1 'cannot be removed: has a keep mark'
run walarch-expire --repo1-retention-full=2
said 'it stays with what it is upon' 0 "removed incr backup $incr1" \
	"!removed (full|diff) backup" 'freed'
is 'the other sets are gone' "$(sets)" "$(printf '%s ' "$full1" "$diff1" \
	"$full2" "$full3" | tr ' ' '\n' | sort | tr '\n' ' ' |
	sed 's/^ //')"
is 'and its WAL to its stop' "$(stored)" '5-5 7-7 11-20'
check 'its folder is gone' 1 -- test -d "$REPO/db/backup/$incr1"

run walarch-expire --keep="$diff1" --until='2001-01-01 00:00:00Z'
said 'a mark that is over' 0 'is kept until 2001-01-01T00:00:00.000000Z'
run walarch-expire --repo1-retention-full=2
said 'counts no more' 0 "removed full backup $full1"
is 'WAL, too' "$(stored)" '11-20'
run walarch-expire --unkeep="$full2"
said 'to remove a mark that is not there' 0
run walarch-expire --keep=20010101T000000ZF
said 'no mark for what is not there' 1 'there is no backup set'
run walarch-expire --repo1-retention-full=2
said 'a second run has nothing to do' 0 'nothing to remove'

three
run walarch-expire --repo1-retention-window=14d
said 'a window' 0 '!warning' "removed full backup $full1"
is 'keeps the set before it' "$(sets | wc -w) $(stored)" '2 11-20'
three
run walarch-expire --repo1-retention-full-type=time --repo1-retention-full=15
is 'fulls by days' "$(sets | wc -w) $(stored)" '2 11-20'
three
run walarch-expire --repo1-retention-diff=2
is 'diffs' "$(sets | wc -w) $(stored)" '3 1-20'
three
run walarch-expire --repo1-retention-full=9 --repo1-retention-archive=1
is 'WAL of the newest full' "$(sets | wc -w) $(stored)" \
	'5 5-5 7-7 9-9 11-11 16-20'
run walarch-info
said 'what was removed is not missing' 0 'status: ok' '!MISSING'
run walarch-verify
said 'for walarch-verify, too' 0 '!MISSING' '!stray' 'all is well'
rm "$(object "$(name 18)")"
run walarch-info
said 'but what is, is' 1 "MISSING: $(name 18) / $(name 18), 1 segment"
fill 18 18
make_set F '' 1 0/1300000 0/1380000 1 base/1/1=6000
run walarch-expire --repo1-retention-full=1
is 'then all of it goes' "$(stored)" '19-20'
is 'and what was noted of it' "$(find "$REPO/db/expired" -type f | wc -l)" 0

# Unfinished ones.
three
make_set i "$full1" 1 0/1200000 0/1280000 0 base/1/1=7000
begun=$label
run walarch-expire --repo1-retention-full=1
said 'what a running backup is upon stays' 0 "removed full backup $full2" \
	"!removed full backup $full1" '!unfinished'
find "$REPO/db/backup/$begun" -exec touch -d '2 days ago' {} +
run walarch-expire --repo1-retention-full=1
said 'until it is rubbish' 0 "removed unfinished backup $begun" \
	"removed full backup $full1"
is 'nothing is left of them' "$(ls "$REPO/db/backup")" "$full3"

# A crash after each step: what is there can be restored, and the rest of it
# is done by the next run.
three
cp -a "$REPO" "$T/before"
for step in 1 2 4 7 9; do
	rm -rf "$REPO"
	cp -a "$T/before" "$REPO"
	rm "$REPO/db/backup/$incr1/manifest"
	[ $step -lt 2 ] || rm "$REPO/db/backup/$incr1"/part*
	[ $step -lt 4 ] || rm -r "${REPO:?}/db/backup/$incr1"
	[ $step -lt 7 ] || rm "$REPO/db/backup/$diff1/manifest"
	find "$REPO/db/backup" -exec touch -d '2 days ago' {} +
	run walarch-expire --repo1-retention-full=2
	said "a run that was killed ($step) is finished by the next" 0
	is "with the same end ($step)" "$(find "$REPO/db/backup" -mindepth 1 \
		-maxdepth 1 | wc -l) $(stored)" '2 11-20'
done

check 'marks and --set exclude each other' 1 'exclude' -- \
	walarch-expire --keep="$full3" --unkeep="$full3"
check 'until needs keep' 1 'until needs --keep' -- \
	walarch-expire --until=now
check 'no repository' 1 'could not open repository' -- \
	walarch-expire --repo1-path=/no/where
check 'help' 0 'repo1-retention-window' -- walarch-expire --help

finish
