#!/bin/bash
# wal_archive.sh - a server archives when it is told to, wherever its WAL is: each
# change within the timeout, none twice to its harm, and nothing when idle.
#
# With WALARCH_LONG=1 also ten minutes with the timeout that is the default.
# shellcheck disable=SC2016,SC2317	# another shell's dollars; called by name
. "$(dirname "$0")/plain/lib.sh"

setting()
{
	sql "$1" "show $2"
}

failed()
{
	sql "$1" 'select failed_count from pg_stat_archiver'
}

# archives WHAT NAME SECONDS - a change is archived within them, without being
# asked for.
archives()
{
	local count begin=$SECONDS
	count=$(sql "$2" 'select archived_count from pg_stat_archiver')
	commit "$2" "$1"
	check "$1 is archived" wait_until "$3" archived "$2" "$count"
	echo "# after $((SECONDS - begin)) s"
}

# settled NAME - all that was written is archived.
settled()
{
	says "$1" "select (pg_current_wal_insert_lsn() - '0/0') % 16777216 < 100
	    and not exists (select from pg_ls_archive_statusdir()
	    where name like '%.ready')" t
}

# idles NAME SECONDS - so long nothing happens, so nothing is archived.  A segment
# must not be ended by hand before: a checkpoint would follow, and one more segment.
idles()
{
	sql "$1" vacuum
	sql "$1" checkpoint
	check "what was written is archived" wait_until 180 settled "$1"
	is "idle for $2 s, nothing is archived" "$(sql "$1" "
	    select archived_count, last_archived_wal, pg_sleep($2)
	    from pg_stat_archiver" | cut -d'|' -f 1,2)" "$(sql "$1" \
	    'select archived_count, last_archived_wal from pg_stat_archiver')"
}

secrets
check 'a server' box off postgres -v off:/pgdata -v offwal:/pgwal \
    "${new_cluster[@]}"
is 'does not archive unless told to' \
    "$(setting off archive_mode) $(setting off archive_timeout)" 'off 0'
commit off one
sql off 'select pg_switch_wal()' >"$T/switched"
is 'and there is no archive' "$(in_box off ls -A /pgwal)" ''
remove off

check 'a server that is told to' box on postgres -v on:/pgdata \
    -v onwal:/pgwal --env ARCHIVE_MODE=on "${new_cluster[@]}" \
    -- -c autovacuum=off
is 'archives' "$(setting on archive_mode) $(setting on archive_timeout)" \
    'on 1min'
is 'by walarch' "$(setting on archive_command)" '/usr/local/bin/walarch-push %p'
commit on one
segment=$(sql on 'select pg_walfile_name(pg_current_wal_lsn())')
check 'what it has finished' switch on
check 'comes back' in_box on sh -c 'walarch-get -o /tmp/segment "$1" &&
    cmp /tmp/segment "/pgdata/on/pg_wal/$1"' sh "$segment"
is 'the archive is beside it' "$(in_box on ls /pgwal)" on-wal
is 'and it has not failed' "$(failed on)" 0

# As after a crash between archiving and its being noted: once more.
in_box on sh -c 'cd /pgdata/on/pg_wal/archive_status
    mv "$1.done" "$1.ready"' sh "$segment"
commit on two
check 'a segment that is archived already is taken again' switch on
is 'without a failure' "$(failed on)" 0
noted()
{
	in_box on test -e "/pgdata/on/pg_wal/archive_status/$segment.done"
}
check 'and noted' wait_until "$patience" noted
[ -z "${WALARCH_LONG:-}" ] || {
	for change in first second third fourth; do
		archives "in a minute, the $change change" on 180
	done
	idles on 330
	is 'in ten minutes nothing has failed' "$(failed on)" 0
}
remove on

# The seed's own way never archived with this one.
check 'with the WAL elsewhere, and two seconds' box both postgres \
    -v both:/pgdata -v bothwal:/pgwal --env XLOGDIR=true \
    --env ARCHIVE_MODE=on --env ARCHIVE_TIMEOUT=2 "${new_cluster[@]}" \
    -- -c autovacuum=off
is 'the timeout is that' "$(setting both archive_timeout)" 2s
is 'pg_wal is on the volume' "$(in_box both readlink /pgdata/both/pg_wal)" \
    /pgwal/both-wal
is 'and the archive beside it' "$(in_box both sh -c 'cd /pgwal; echo *')" \
    'both-archive both-wal'
for change in first second third; do
	archives "the $change change" both 40
done
idles both 12
is 'nothing has failed' "$(failed both)" 0
check 'walarch-verify finds the archive whole' in_box both walarch-verify
check 'a base backup, elsewhere as well' take both
check 'is restored' restore "$path"
commit both last
check 'it stops' stop both
shell -v copies:/copies -- 'rm -r /copies/copy'
check 'is restored to recover' restore "$path" -v bothwal:/recover:ro \
    --env WALARCH_WAL_DIR=both-archive --env WALARCH_RECOVERY_REPLAY_ALL_WAL=1
check 'and recovers' recover -v bothwal:/recover:ro
is 'all' "$(rows copy)" 'the first change the second change the third change last'
finish
