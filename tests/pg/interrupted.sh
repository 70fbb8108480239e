#!/bin/bash
# interrupted.sh - backups that are killed, whose server goes away, or that have
# no more room: none is taken for a set, and the next one works.
# shellcheck disable=SC2317	# what is called by another's arguments
. "$(dirname "$0")/sets.sh"

many=6
[ -z "${WALARCH_LONG:-}" ] || many=40
seed=${WALARCH_PG_SEED:-$((RANDOM * 32768 + RANDOM))}
RANDOM=$seed
echo "# $title: WALARCH_PG_SEED=$seed"

source_cluster -k
ledger source
take source --type=full
first=$set

# What takes a while, and is in no earlier set.
burden()
{
	head -c 20000000 /dev/urandom >"${data[source]}/burden"
}

begun()
{
	local n
	n=$(find "$repo/$stanza/backup" -name start | wc -l)
	[ "$n" -gt "$1" ] || ! kill -0 "$2" 2>/dev/null
}

# cut SIGNAL SECONDS - a backup, so long after it has begun; in $status.
cut()
{
	local starts
	starts=$(find "$repo/$stanza/backup" -name start | wc -l)
	server_of source
	walarch-backup "${of[@]}" --start-fast --expire-auto=n \
	    --compress-level=12 --process-max=2 >"$T/cut.out" 2>&1 &
	backup=$!
	wait_until "$patience" begun "$starts" $backup || :
	sleep "$2"
	kill "-$1" $backup 2>/dev/null || :
	status=0
	wait $backup || status=$?
}

cuts=0
for ((n = 0; n < many; n++)); do
	burden
	before=$(sets)
	commit source "$n"
	signal=KILL
	[ $((n % 2)) -eq 0 ] || signal=TERM
	cut $signal "0.$((RANDOM % 4))$((RANDOM % 10))" 2>/dev/null
	[ "$status" -ne 0 ] || continue
	cuts=$((cuts + 1))
	is "what SIG$signal cut short is no set" "$(sets)" "$before"
	[ $signal = KILL ] || is 'a signal is told of' \
	    "$status $(grep -c 'error: .*signal' "$T/cut.out")" '1 1'
done
check 'some were cut short' [ $cuts -gt 0 ]
rows=$(rows source)
check 'the next one works' back_up source
is 'and counts on no unfinished one' "$(for set in $(sets); do
	fact "$set" prior
done | while read -r prior; do
	[ -z "$prior" ] || [ -e "$repo/$stanza/backup/$prior/manifest" ] ||
		echo "$prior"
done)" ''
check 'it is restored' bring copy --type=immediate
comes 'restored' copy paused "$rows"
is 'with the file' "$(cmp "${data[source]}/burden" "${data[copy]}/burden")" ''
away copy

# No more room: the file-size limit is met as a full disk is.
limited()
{
	(
		ulimit -f "$1"
		shift
		"$@"
	)
}
burden
before=$(sets)
gives 'a backup without room fails' 1 'error: .*(File too large|could not)' \
    limited 4000 back_up source
is 'and is no set' "$(sets)" "$before"
gives 'a restore without room fails' 1 'error: .*(File too large|could not)' \
    limited 4000 bring copy
start copy && not_ok 'no server starts on it'
check 'with room it is completed' bring copy --delta
comes 'completed' copy up "$rows"
away copy

# The server ends meanwhile.
before=$(sets)
set_up source 'restart_after_crash = off'
reload source
starts=$(find "$repo/$stanza/backup" -name start | wc -l)
server_of source
walarch-backup "${of[@]}" --start-fast --expire-auto=n --type=full \
    --compress-level=12 >"$T/cut.out" 2>&1 &
backup=$!
wait_until "$patience" begun "$starts" $backup || :
stop source immediate
status=0
wait $backup || status=$?
is 'without its server a backup fails' \
    "$status $(grep -c 'error: ' "$T/cut.out")" '1 1'
is 'and is no set' "$(sets)" "$before"
start source
check 'once it runs again, it works' back_up source
check 'the first set is as good as ever' bring copy --set="$first"
comes 'the first' copy up "$(rows source)"
finish
