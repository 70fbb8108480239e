#!/bin/bash
# dropped.sh - archive-push-queue-max on a server whose repository goes away
# under load: it goes on, and nobody takes what was dropped for the end of WAL.
# shellcheck disable=SC2119,SC2317	# what is called by another's arguments
. "$(dirname "$0")/sets.sh"

source_cluster
bytes=$(sql source "select setting::bigint * case unit when 'B' then 1
    when '8kB' then 8192 end from pg_settings where name = 'wal_segment_size'")
limit=4
printf 'archive-push-queue-max = %s\nspool-path = %s\n' $((limit * bytes)) \
    "$T/spool" >>"$WALARCH_CONFIG"
ledger source
commit source early
take source --type=full
full=$set
committed source kept >"$T/kept"
sql source "select pg_create_restore_point('before')" >"$T/point"
switch source >"$T/switched"

checked()
{
	walarch-check --pg1-socket-path="$T" --pg1-port="${port[source]}" \
	    --pg1-user=postgres --archive-timeout=30s
}

ready()
{
	find "${data[source]}/pg_wal/archive_status" -name '*.ready' | wc -l
}

few_wait()
{
	[ "$(ready)" -le "$limit" ]
}

gives 'at first all is well' 0 'archiving +ok' checked
unlogged source 'dropped' 'nothing is dropped'

# The repository goes away under load.
mv "$repo" "$repo.away"
for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
	commit source "lost$n"
	sql source 'select pg_switch_wal()' >"$T/switched"
done
check 'no more than the limit waits' wait_until "$patience" few_wait
is 'the rest does' "$(ready)" "$limit"
is 'the server goes on' "$(sql source 'select count(*) from ledger')" 14
logged source 'warning: dropped WAL file "[0-9A-F]{24}": [0-9]+ MiB wait' \
    'its log says what was dropped'
logged source 'hint: There is a gap in the archive now' 'and what to do'
dropped=$(sed -n 's/.*dropped WAL file "\([0-9A-F]*\)".*/\1/p' \
    "$T/source.log" | sort -u)
first=$(echo "$dropped" | head -1)
last=$(echo "$dropped" | tail -1)
count=$(echo "$dropped" | wc -l)
is 'each is noted, for later' "$(cut -d' ' -f1 "$T"/spool/*/*/push.dropped)" \
    "$dropped"

# It comes back.
mv "$repo.away" "$repo"
sql source "select pg_create_restore_point('behind')" >"$T/point"
switch source >"$T/switched"
gives 'walarch-info tells of the gap' 1 \
    "DROPPED, never stored: $first / $last, $count segment" walarch-info
gives 'and has it as missing' 1 "MISSING: $first / $last, $count" walarch-info
gives 'walarch-verify reports it' 1 "error: $first.dropped: .*was dropped at" \
    walarch-verify
gives 'walarch-find tells where it did not look' 0 \
    'warning: the WAL of timeline 1 from .* was dropped' walarch-find
gives 'walarch-check fails' 1 \
    "$count WAL files, \"$first\" to \"$last\", were dropped" checked
take source --type=diff
gives 'a diff does not help: walarch-check still fails' 1 'there is no full backup since' checked

gives 'a target behind the gap is not reached' 1 \
    "\"$first\" was dropped before it was stored" \
    walarch-restore --pg1-path="$T/none" --set="$full" --type=name \
    --target=behind
check 'and nothing is made' test ! -e "$T/none"
gives 'nor is the end' 1 "was dropped" walarch-restore \
    --pg1-path="$T/none" --set="$full"
gives 'walarch-get says why' 255 'it was dropped at 20.*archive-push-queue-max' \
    sh -c "cd '${data[source]}' && walarch-get $first '$T/none'"

check 'a target before the gap: restored' bring copy --set="$full" \
    --type=name --target=before --target-action=promote
comes 'a target before the gap' copy up 'early kept'
away copy

# A server that recovers without walarch-restore's look ahead.
check 'into the gap: restored' bring copy --set="$full" --type=immediate
sed -i '/^recovery_target/d' "${data[copy]}/$([ "$major" -ge 12 ] &&
	echo postgresql.auto.conf || echo recovery.conf)"
refused copy 'into the gap'
logged copy 'it was dropped at' 'the log says that WAL was dropped'
away copy

# A full backup.
take source --type=full
new=$set
gives 'after a full backup walarch-check passes' 0 \
    'gaps +ok, there is a full backup since' checked
sql source "select pg_create_restore_point('later')" >"$T/point"
commit source last
switch source >"$T/switched"
gives 'a target between gap and backup stays out of reach' 1 'reachable: no' \
    walarch-restore --pg1-path="$T/none" --type=name --target=behind
gives 'one behind the backup is reached' 0 "backup set: +$new" \
    walarch-restore --pg1-path="$T/none" --plan --type=name --target=later
all=$(rows source)
check 'behind the backup: restored' bring copy --type=name --target=later \
    --target-action=promote
comes 'behind the backup' copy up "${all% last}"
away copy
stop source
finish
