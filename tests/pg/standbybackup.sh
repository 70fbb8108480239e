#!/bin/bash
# standbybackup.sh - backups that are taken from a standby alone, while the
# primary goes on; and what is asked of both.
# shellcheck disable=SC2317	# what is called by another's arguments
. "$(dirname "$0")/sets.sh"

source_cluster -k
ledger source
commit source one
take source --type=full
with[standby]=
primary="host=$T port=${port[source]} user=postgres"
check 'a standby is restored' bring standby --type=standby \
    --recovery-option="primary-conninfo=$primary"
start standby
has()
{
	says "$1" "select count(*) from ledger where note = '$2'" 1
}
follows()
{
	commit source "$1"
	wait_until "$patience" has standby "$1"
}
check 'it follows' follows two

gives 'a standby is not backed up unasked' 1 'hint: Use --backup-standby' \
    back_up standby
gives 'without the WAL of the primary it fails' 1 \
    'hint: .*pg_switch_wal' back_up standby --backup-standby \
    --archive-timeout=300ms
gives 'a primary is backed up when asked for a standby, with a warning' 0 \
    'warning: the server is no standby' back_up source --backup-standby

# The primary writes on, and switches, as a busy one does.
busy()
{
	local n=0
	until [ -e "$T/enough" ]; do
		commit source "busy $n"
		sql source 'select pg_switch_wal()' >"$T/busy"
		n=$((n + 1))
		sleep 0.1
	done
}
busy &
busy=$!
status=0
for type in full diff incr; do
	back_up standby --backup-standby --type=$type >"$T/$type.out" 2>&1 ||
		status=$?
	eval "$type=$(label_in "$T/$type.out")"
done
touch "$T/enough"
wait $busy
is 'with it, it works' "$status $(cat "$T"/*.out | grep -c 'error:')" '0 0'
# shellcheck disable=SC2154	# by eval
is 'the sets are of a standby' "$(for one in "$full" "$diff" "$incr"; do
	fact "$one" standby
done | tr '\n' ' ')" '1 1 1 '
commit source three
switch source >"$T/switched"
everything=$(rows source)

check 'of the full one, all is restored' bring copy --set="$full"
comes 'full' copy up "$everything"
halt copy
check 'of the increment, too' bring copy --delta --set="$incr" --type=immediate
recover copy
is 'it becomes consistent' "$state" paused
sql copy 'select pg_wal_replay_resume()' >"$T/resumed"
check 'and opens' wait_until "$patience" commit copy other
away copy

# The standby takes over; its line is that of the next ones.
stop source
"$bin/pg_ctl" -D "${data[standby]}" -s promote
check 'promoted, it takes writes' wait_until "$patience" commit standby four
take standby --type=diff
is 'its sets are of its timeline' "$(fact "$set" timeline)" 2
commit standby five
switch standby >"$T/switched"
check 'they are restored' bring copy
comes 'the new line' copy up "$everything four five"
finish
