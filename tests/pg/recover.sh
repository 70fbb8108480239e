#!/bin/bash
# recover.sh - archive, lose the cluster, and recover to the end.
. "$(dirname "$0")/lib.sh"

cluster plain
sed -i '/^archive_/d' "${data[plain]}/postgresql.conf"
start plain
is 'archiving is off by default' "$(sql plain 'show archive_mode')" off
stop plain

cluster main
walarch-init --pg1-path="${data[main]}" 2>"$T/init.out"
start main
ledger main
commit main before
backup main
for note in one two three; do
	last=$(committed main "$note")
done
is 'no push failed' \
    "$(sql main 'select failed_count from pg_stat_archiver')" 0
gives 'walarch-info finds nothing missing, up to the last segment' 0 \
    "min/max.* / $last$" walarch-info
for file in "${data[main]}"/pg_wal/*.backup; do
	check 'the backup file is stored' stored "$(basename "$file")"
done

# What was never archived cannot come back; a fast stop leaves nothing such.
commit main tail
stop main fast
rm -rf "${data[main]}"

restore copy "$T/main.backup"
recover copy
is 'recovery reaches the end' "$state" up
is 'every row is there' "$(rows copy)" 'before one two three tail'
logged copy 'archive recovery complete'
is 'on a timeline of its own' "$(timeline copy)" 2
check 'and it takes writes' commit copy after
stop copy

restore again "$T/main.backup" 'hot_standby = off'
recover again
is 'and the same without hot standby' "$(rows again)" \
    'before one two three tail'
stop again
finish
