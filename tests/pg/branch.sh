#!/bin/bash
# branch.sh - timelines: restored servers that archive into the repository they
# came from, and the part of a segment that a promotion leaves behind.
# shellcheck disable=SC2317	# what is called by another's arguments
. "$(dirname "$0")/lib.sh"

no_table='relation "pitrtest" does not exist'

cluster main
walarch-init --pg1-path="${data[main]}" 2>"$T/init.out"
start main
ledger main
commit main before
backup main
sql main "select pg_create_restore_point('beforechanges')" >"$T/lsn"
sql main 'create table pitrtest (id int)'
sql main "select pg_create_restore_point('afterchanges')" >"$T/lsn"
committed main late >"$T/late"
stop main fast

sums()
{
	(cd "$repo/$stanza/wal" && find . -path "*/$1*" -type f \
	    -exec md5sum {} + | sort)
}
sums 00000001 >"$T/sums.1"

# resumed NAME NOTE - promoted, it has a row and a segment of its own timeline.
resumed()
{
	sql "$1" 'select pg_wal_replay_resume()' >"$T/resumed"
	wait_until "$patience" says "$1" 'select pg_is_in_recovery()' f
	commit "$1" "$2"
}

restore first "$T/main.backup" "recovery_target_name = 'beforechanges'" \
    'archive_mode = on'
recover first
is 'a restored server pauses at its target' "$state" paused
resumed first ours
segment=$(switch first)
is 'and archives a timeline of its own' "${segment:0:8}" 00000002
check 'with its history' stored 00000002.history
stop first fast
sums 00000002 >"$T/sums.2"
gives 'walarch-info tells where it came from' 0 \
    'timeline 2, from timeline 1 at' walarch-info

# PostgreSQL follows the newest timeline, on which there never was a table.
restore second "$T/main.backup" "recovery_target_timeline = 'latest'"
recover second
is 'the newest timeline is recovered' "$(rows second)" 'before ours'
gives 'which knows nothing of the other' 1 "$no_table" \
    sql second 'table pitrtest'
halt second
restore second "$T/main.backup" "recovery_target_timeline = 'latest'" \
    "recovery_target_name = 'afterchanges'"
recover second
if [ "$major" -ge 13 ]; then
	is 'a target of the other is not reached there' "$state" down
	logged second 'recovery ended before configured recovery target'
fi
halt second

current=()
[ "$major" -lt 12 ] || current=("recovery_target_timeline = 'current'")
restore second "$T/main.backup" "recovery_target_name = 'beforechanges'" \
    "${current[@]}"
recover second
is "the backup's own timeline: beforechanges is reached" "$state" paused
gives "the backup's own timeline: the table is absent there" 1 "$no_table" \
    sql second 'table pitrtest'
resumed second mine
is 'and the next number is taken for a third timeline' \
    "$(timeline second)" 3
halt second

# Two that take the same number: the one that archives first has it.
restore third "$T/main.backup" "recovery_target_name = 'afterchanges'" \
    'archive_mode = on' "archive_command = 'false'" "${current[@]}"
recover third
is "the backup's own timeline: afterchanges is reached" "$state" paused
check "the backup's own timeline: the table is there" \
    sql third 'table pitrtest'
resumed third theirs
is 'it calls its timeline the third, too' "$(timeline third)" 3
restore second "$T/main.backup" "recovery_target_name = 'beforechanges'" \
    'archive_mode = on' "${current[@]}"
recover second
resumed second mine
segment=$(switch second)
is 'which another archives meanwhile' "${segment:0:8}" 00000003
stop second fast
sums 00000003 >"$T/sums.3"

refusals()
{
	[ "$(grep -c 'walarch-push: error: .*00000003.history' \
	    "$T/third.log")" -ge 2 ]
}
set_up third "archive_command = 'walarch-push %p'"
sql third "select pg_reload_conf(), pg_switch_wal()" >"$T/lsn"
check 'a second history of one timeline is refused' \
    wait_until "$patience" refusals
gives 'as it is by hand' 1 '00000003.history.*other|differ' \
    walarch-push --pg1-path="${data[third]}" \
    "${data[third]}/pg_wal/00000003.history"
for file in "${data[third]}"/pg_wal/00000003????????????????; do
	gives 'and so are its segments' 1 'error: ' walarch-push "$file"
done
halt third

for timeline in 1 2 3; do
	sums 0000000$timeline | cmp -s - "$T/sums.$timeline" &&
		same=same || same=changed
	is "timeline $timeline is stored as it was" "$same" same
done

restore fourth "$T/main.backup" "${current[@]}"
recover fourth
is 'the source is recovered to its end as ever' "$(rows fourth)" 'before late'
check 'with its table' sql fourth 'table pitrtest'
halt fourth

# A crashed server that is made to end its recovery on a new timeline has the
# last segment of the old one in pg_wal only, and archives it as a part.
export WALARCH_STANZA=other
stanza=other
cluster old
walarch-init --pg1-path="${data[old]}" 2>"$T/init.out"
start old
ledger old
commit old before
backup old
committed old archived >"$T/archived"
set_up old "archive_command = 'false'"
reload old
wait_until "$patience" says old 'show archive_command' false
commit old unfinished
last=$(sql old 'select pg_walfile_name(pg_current_wal_lsn())')
kill_hard old
to_recover old "archive_command = 'walarch-push %p'"
recover old
is 'a crashed server recovers to a new timeline' "$state" up
commit old new
first=$(switch old)
is 'whose first segment continues the old one' "${first:8}" "${last:8}"
check 'and is stored' stored "$first"
check 'with the history' stored 00000002.history
check 'and the part that the old one ends with' stored "$last.partial"
commit old newer
stop old fast
gives 'walarch-info misses nothing' 0 'and a \.partial after the last' \
    walarch-info

restore copy "$T/old.backup" "recovery_target_timeline = 'latest'"
recover copy
is 'recovery goes on from one timeline to the next' "$(rows copy)" \
    'before archived unfinished new newer'
halt copy
restore copy "$T/old.backup" "${current[@]}"
recover copy
is 'and to the end of the old one, by its part' "$(rows copy)" \
    'before archived unfinished'
halt copy
finish
