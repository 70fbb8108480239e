#!/bin/bash
# pitr.sh - recovery to restore points, a time and a transaction, as
# pg_basebackup users have always done it.
. "$(dirname "$0")/lib.sh"

no_table='relation "pitrtest" does not exist'
read_only='cannot execute CREATE TABLE in a read-only transaction'

point()
{
	sql main "select pg_create_restore_point('$1')" >/dev/null
}

# A transaction in the ledger; its number.
transaction()
{
	sql main "insert into ledger (note) values ('$1')
	    returning txid_current()"
}

cluster main
walarch-init --pg1-path="${data[main]}" 2>"$T/init.out"
start main
ledger main
backup main
point beforechanges
sql main 'create table pitrtest (id int)'
point afterchanges
point nomorechanges
sql main checkpoint
transaction early >/dev/null
sleep 0.02
moment=$(sql main "select clock_timestamp() at time zone 'UTC'")
sleep 0.02
middle=$(transaction middle)
transaction late >/dev/null
stop main fast
rm -rf "${data[main]}"

resume()
{
	check "$1: pg_wal_replay_resume() ends the recovery" \
	    sql copy 'select pg_wal_replay_resume()'
	wait_until "$patience" says copy 'select pg_is_in_recovery()' f || :
	check "$1: and the server takes writes" \
	    sql copy 'create table foo (id int)'
}

# paused WHAT SETTING... - recover a copy; it must reach its target.
paused()
{
	local what=$1
	shift
	restore copy "$T/main.backup" "$@"
	recover copy
	is "$what: recovery pauses at the target" "$state" paused
}

paused beforechanges "recovery_target_name = 'beforechanges'"
logged copy 'recovery stopping at restore point "beforechanges"'
gives 'beforechanges: the table is absent' 1 "$no_table" \
    sql copy 'table pitrtest'
gives 'beforechanges: nothing can be made while it is paused' 1 "$read_only" \
    sql copy 'create table foo (id int)'
resume beforechanges
gives 'beforechanges: the table is still absent' 1 "$no_table" \
    sql copy 'table pitrtest'
is 'beforechanges: the server has a timeline of its own' \
    "$(timeline copy)" 2
if [ "$major" -ge 12 ]; then
	check 'recovery.signal is gone' [ ! -e "${data[copy]}/recovery.signal" ]
else
	check 'recovery.conf was renamed' [ -e "${data[copy]}/recovery.done" ]
fi
stop copy

for name in afterchanges nomorechanges; do
	paused $name "recovery_target_name = '$name'"
	logged copy "recovery stopping at restore point \"$name\""
	check "$name: the table is there" sql copy 'table pitrtest'
	is "$name: and nothing later" "$(rows copy)" ''
	gives "$name: nothing can be made while it is paused" 1 "$read_only" \
	    sql copy 'create table foo (id int)'
	resume $name
	stop copy
done

restore copy "$T/main.backup"
recover copy
is 'no target: recovery ends by itself' "$state" up
check 'no target: the table is there' sql copy 'table pitrtest'
is 'no target: every row is there' "$(rows copy)" 'early middle late'
check 'no target: the server takes writes' sql copy 'create table foo (id int)'
gives 'no target: there is nothing to resume' 1 'recovery is not in progress' \
    sql copy 'select pg_wal_replay_resume()'
stop copy

restore copy "$T/main.backup" "recovery_target_name = 'afterchanges'" \
    "recovery_target_action = 'promote'"
recover copy
is 'promotion at the target needs no resume' "$state" up
is 'and stops there' "$(rows copy)" ''
stop copy

paused 'a time' "recovery_target_time = '$moment+00'"
logged copy 'recovery stopping before commit of transaction'
is 'a time: what was committed before it is there, nothing else' \
    "$(rows copy)" early
resume 'a time'
stop copy

paused 'a transaction' "recovery_target_xid = '$middle'"
logged copy "recovery stopping after commit of transaction $middle"
is 'a transaction is in, when it is included' "$(rows copy)" 'early middle'
halt copy

paused 'a transaction, excluded' "recovery_target_xid = '$middle'" \
    'recovery_target_inclusive = false'
logged copy "recovery stopping before commit of transaction $middle"
is 'a transaction is out, when it is excluded' "$(rows copy)" early
halt copy

restore copy "$T/main.backup" "recovery_target_name = 'nosuchpoint'"
recover copy
if [ "$major" -ge 13 ]; then
	is 'an unknown restore point: the server does not come up' "$state" down
	logged copy 'recovery ended before configured recovery target'
	unlogged copy 'selected new timeline'
else
	is 'an unknown restore point: this server recovers to the end' \
	    "$state" up
	is 'with every row' "$(rows copy)" 'early middle late'
fi
halt copy

# The other form of the settings is refused, not overlooked.
restore copy "$T/main.backup"
if [ "$major" -ge 12 ]; then
	echo "recovery_target_name = 'beforechanges'" \
	    >"${data[copy]}/recovery.conf"
	recover copy
	is 'recovery.conf is no longer taken' "$state" down
	logged copy 'recovery command file "recovery.conf" is not supported'
else
	set_up copy "restore_command = 'walarch-get %f \"%p\"'"
	recover copy
	is 'settings of recovery.conf are not taken elsewhere' "$state" down
	logged copy 'unrecognized configuration parameter "restore_command"'
fi
halt copy
finish
