#!/bin/bash
# status.sh - walarch-info --status and walarch-check --nagios, while a
# repository is broken and when it is repaired.
# shellcheck disable=SC2317	# what is called by another's arguments
. "$(dirname "$0")/lib.sh"

spool=$T/spool
printf 'archive-async = y\nspool-path = %s\n' "$spool" >>"$WALARCH_CONFIG"
cluster main
walarch-init --pg1-path="${data[main]}" 2>"$T/init.out"
start main
ledger main

wal=${data[main]}/pg_wal
status()
{
	walarch-info --status --pg1-path="${data[main]}" "$@" 2>&1
}

judged()
{
	walarch-check --nagios --pg1-path="${data[main]}" --warning-age=1d \
	    --critical-age=1d "$@"
}

# told PATTERN - is it in the status?
told()
{
	status >"$T/told"
	grep -Eq -- "$1" "$T/told"
}

# metric NAME - its value
metric()
{
	status --output=prometheus | sed -n "s/^walarch_archive_$1{.*} //p"
}

next()
{
	commit main "$1"
	sql main 'select pg_walfile_name(pg_switch_wal())'
}

# The archiver sleeps for a minute when it has failed; a segment wakes it.
all_archived()
{
	told 'waiting: none' && return
	sql main "insert into ledger (note) values ('kick')"
	sql main 'select pg_switch_wal()' >"$T/kicked"
	wait_until 3 told 'waiting: none'
}

waiting()
{
	find "$wal/archive_status" -name '*.ready' | wc -l
}

segment_size()
{
	sql main "select setting::bigint * case unit when '8kB' then 8192
	    else 1 end from pg_settings where name = 'wal_segment_size'"
}

first=$(next first)
check 'a segment is archived' wait_until "$patience" told \
    "last archived: $first, 20"
check 'the server agrees' wait_until "$patience" says main \
    'select last_archived_wal from pg_stat_archiver' "$first"
check 'when that was' [ "$(sql main "select abs(extract(epoch from
    last_archived_time) - $(metric last_success_timestamp_seconds)) < 60
    from pg_stat_archiver")" = t ]
check 'nothing waits' told 'waiting: none'
gives 'which is well' 0 "^WALARCH OK - nothing waits" judged
gives 'but not elsewhere' 3 '^WALARCH UNKNOWN - .*No such file' \
    walarch-check --nagios --pg1-path="$T/nowhere"

chmod -R a-w "$repo"
oldest=$(next second)
for note in third fourth fifth; do
	next "$note" >"$T/last"
done
check 'an error is told' wait_until "$patience" told 'last error: 20'
check 'and which' grep -q 'Permission denied' "$T/told"
is 'four segments wait' "$(metric ready_files)" 4
is 'as the folder has it' "$(waiting)" 4
is 'with their bytes' "$(metric ready_bytes)" $((4 * $(segment_size)))
check 'the oldest of them' told "oldest waiting: $oldest, for "
check 'the last archived is still the first' told "last archived: $first"
gives 'within its limits' 0 'OK - 4 files to archive.*last error: .*denied' \
    judged
gives 'a warning' 1 '^WALARCH WARNING - 4 files' judged --warning-queue=1
gives 'critical' 2 '^WALARCH CRITICAL - 4 files' judged --warning-queue=1 \
    --critical-queue=1
mv "$repo" "$repo.away"
check 'also without the repository' told "oldest waiting: $oldest, for "
stop main immediate
check 'and without the server' told 'waiting: 4 files'
start main
mv "$repo.away" "$repo"
chmod -R u+w "$repo"

check 'repaired, nothing waits' wait_until "$patience" all_archived
last=$(sql main 'select last_archived_wal from pg_stat_archiver')
check 'the last archived is the last' told "last archived: $last, 20"
check 'no error is left' told 'last error: none'
check 'a runner pushed ahead, and is idle' wait_until "$patience" told \
    'runner: idle; the last began 20.* and did [1-9][0-9]* file'
is 'no runner runs' "$(metric 'runner_running')" $'0\n0'
gives 'all is well again' 0 "^WALARCH OK - nothing waits" judged
is 'every file that was archived is stored' "$(for done in \
    "$wal"/archive_status/*.done; do
	done=$(basename "$done" .done)
	stored "$done" || echo "$done"
done)" ''
finish
