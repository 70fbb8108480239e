#!/bin/bash
# docker_async.sh - contrib/docker: a server that archives in the background, a
# full and a differential backup of it.
# shellcheck source=docker/lib.sh disable=SC2016,SC2317	# what is passed on
. "$(dirname "$0")/docker/lib.sh"

name=walarch-async-archive

of_async()
{
	in_box $name "walarch-$1" --stanza=db \
	    --repo1-path=/walarch/$name-backups "${@:2}" </dev/null
}

archived()
{
	says "$name" "select last_archived_wal >= '$1' from pg_stat_archiver" t
}

check 'async-archive/run.sh' script walarch/async-archive/run
hardened $name
is 'the spool is beside the data directory' \
    "$(in_box $name ls /pgdata | paste -sd ' ')" "$name $name-spool"
is 'it archives' "$(sql $name 'show archive_mode')" on
segment=$(sql $name 'select pg_walfile_name(pg_switch_wal())')
check 'a segment is archived' wait_until "$patience" archived "$segment"
check 'by way of the spool' in_box $name sh -c \
    'find /pgdata/*-spool -mindepth 1 | grep -q .'
gives 'a diff backup without a full one is full' 0 'full' of_async backup \
    --pg1-path=/pgdata/$name --type=diff
check 'a full backup' of_async backup --pg1-path=/pgdata/$name --type=full
check 'a diff backup' of_async backup --pg1-path=/pgdata/$name --type=diff
of_async info >"$T/info"
is 'both are told of' "$(sed -n 's/^ *\([a-z]* backup\): .*/\1/p' "$T/info" |
	paste -sd ,)" 'full backup,full backup,diff backup'
full=$(sed -n 's/^ *full backup: //p' "$T/info" | tail -1)
check 'the latter by the former' grep -q "backup reference list: $full" \
    "$T/info"
is 'nothing failed to be archived' \
    "$(sql $name 'select failed_count from pg_stat_archiver')" 0
cleaned walarch/async-archive
nothing_left

finish
