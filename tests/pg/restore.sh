#!/bin/bash
# restore.sh - backup sets back into data directories: to the end, to a target,
# as a standby, and beside a source that goes on in the same repository.
# shellcheck disable=SC2317	# what is called by another's arguments
. "$(dirname "$0")/sets.sh"

source_cluster -k
ledger source
commit source early
take source --type=full
full=$set
commit source one
stamp=$(sql source 'select current_timestamp')
sleep 0.01
commit source two
sql source "select pg_create_restore_point('afterchanges')" >"$T/point"
commit source three
xid=$(sql source "select xmin from ledger where note = 'three'")
lsn=$(sql source 'select pg_current_wal_insert_lsn()')
commit source four
take source --type=diff
sql source 'create table later (a int)'
commit source five
switch source >"$T/switched"
everything='early one two three four five'

# To the end, with nothing in the environment.
launch=(env -i "LD_LIBRARY_PATH=$LD_LIBRARY_PATH")
check 'to the end' bring copy
is 'it says what to do next' \
    "$(grep -c "pg_ctl -D ${data[copy]} start" "$T/checked")" 1
is 'the folder is new, and closed' "$(stat -c %a "${data[copy]}")" 700
comes 'the end' copy up "$everything"
is 'what was made later is there' "$(sql copy 'select count(*) from later')" 0
is 'on a timeline of its own' "$(timeline copy)" 2
check 'it can be written to' commit copy six
unlogged source 'never' 'and the source does not notice'
stop copy
launch=()

# again WHAT STATE ROWS OPTION... - the same one, to another target.
again()
{
	local what=$1 state=$2 rows=$3
	shift 3
	check "$what: restored" bring copy --delta "$@"
	comes "$what" copy "$state" "$rows"
}

again 'a time' paused 'early one' --type=time --target="$stamp"
gives 'paused, it is read-only' 1 'read-only transaction' commit copy never
sql copy 'select pg_wal_replay_resume()' >"$T/resumed"
check 'resumed, it can be written to' wait_until "$patience" commit copy other
stop copy

again 'just before a transaction' up 'early one two' --type=xid \
    --target="$xid" --target-exclusive --target-action=promote
halt copy

# What was settled stays settled.
check 'preserve: first restored' bring copy --delta --type=lsn \
    --target="$lsn" --target-action=promote
conf=${data[copy]}/postgresql.auto.conf
[ "$major" -ge 12 ] || conf=${data[copy]}/recovery.conf
cp -p "$conf" "$T/conf"
check 'preserve: restored' bring copy --delta --type=preserve --set="$full"
check 'preserve: the settings are the same' cmp "$T/conf" "$conf"
comes 'preserve' copy up 'early one two three'
halt copy

# A standby, which follows.
standby="primary-conninfo=host=$T port=${port[source]} user=postgres"
check 'a standby: restored' bring copy --delta --type=standby \
    --recovery-option="$standby"
start copy
commit source seven
check 'a standby: it follows' wait_until "$patience" says copy \
    "select count(*) from ledger where note = 'seven'" 1
is 'a standby: it is one' "$(sql copy 'select pg_is_in_recovery()')" t
is 'a standby: by streaming' "$(sql source \
    'select count(*) from pg_stat_replication')" 1
halt copy
everything="$everything seven"
switch source >"$T/switched"

# Not to archive, in words of its own.
with[silent]=
if [ "$major" -ge 12 ]; then
	check 'archiving off: restored' bring silent --archive-mode=off
	comes 'archiving off' silent up "$everything"
	is 'archiving off: it is' "$(sql silent 'show archive_mode')" off
	away silent
else
	gives 'archiving off cannot be told' 1 'hint: Set archive_mode' \
	    bring silent --archive-mode=off
fi

# It goes on in the same repository; so does the source.
with[heir]=
check 'with archiving: restored' bring heir
comes 'with archiving' heir up "$everything"
check 'its history is stored' wait_until "$patience" stored 00000002.history
committed heir eight >"$T/eight"
is 'and its segments' "$(cut -c 1-8 "$T/eight")" 00000002
commit source nine
switch source >"$T/switched"
stop heir
rm -rf "${data[heir]}"
gives 'the next one is told of both lines' 0 \
    'hint: .*--target-timeline=current' \
    bring copy --delta --target-timeline=latest
comes 'the latest line' copy up "$everything eight"
halt copy
again 'the current line' up "$everything nine" --target-timeline=current
halt copy
again 'the second line' up "$everything eight" --target-timeline=2
stop copy

finish
