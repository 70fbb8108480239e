#!/bin/bash
# restoretargets.sh - backup sets back into data directories, to every kind of
# target: what is refused before anything is made, and what the others bring.
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
diff=$set
sql source 'create table later (a int)'
commit source five
switch source >"$T/switched"
everything='early one two three four five'

# untouched WHAT PATTERN OPTION... - it is refused before anything is made.
untouched()
{
	local what=$1 pattern=$2
	shift 2
	rm -rf "$T/none"
	gives "$what" 1 "$pattern" walarch-restore --pg1-path="$T/none" "$@"
	check "$what: nothing is made" test ! -e "$T/none"
}

untouched 'a type without its target' 'target' --type=time
untouched 'a target without a type' 'hint: It is time, xid, lsn or name' \
    --target="$stamp"
untouched 'a time that is none' 'error: .*yesterdayish' --type=time \
    --target='yesterdayish'
untouched 'a type there is not' 'error: .*sometime' --type=sometime
untouched 'a time too early' 'restorable from .*' --type=time \
    --target='2001-01-01 00:00:00+00'
untouched 'a time too late' 'reachable: no' --type=time \
    --target="$(date -u -d '+ 1 hour' '+%F %T+00')"
untouched 'a name nobody gave' 'reachable: no' --type=name --target=nowhere
untouched 'a position that is not there' 'reachable: no' --type=lsn \
    --target=FF/0
untouched 'a set there is not' 'hint: walarch-info lists them' \
    --set=20010101T000000ZF
untouched 'a target before the set that is named' 'reachable: no' \
    --set="$diff" --type=time --target="$stamp"
rm -rf "$T/none"
gives 'a plan names the set' 0 "backup set: +$full, full" \
    walarch-restore --pg1-path="$T/none" --plan --type=time --target="$stamp"
check 'and makes nothing' test ! -e "$T/none"
mkdir "$T/none"
echo mine >"$T/none/file"
gives 'a folder with files is not restored into' 1 \
    'hint: .*--delta' walarch-restore --pg1-path="$T/none"
gives 'nor with --delta when it is no data directory' 1 'lacks PG_VERSION' \
    walarch-restore --pg1-path="$T/none" --delta
is 'and is as it was' "$(cd "$T/none" && grep -r '')" file:mine

# again WHAT STATE ROWS OPTION... - the same one, to another target.
again()
{
	local what=$1 state=$2 rows=$3
	shift 3
	check "$what: restored" bring copy --delta "$@"
	comes "$what" copy "$state" "$rows"
}

other=$(sql source "set timezone = '-05:30'; select '$stamp'::timestamptz")
again 'a time elsewhere' paused 'early one' --type=time --target="$other"
halt copy
again 'a transaction' paused 'early one two three' --type=xid --target="$xid"
halt copy
again 'just before it' up 'early one two' --type=xid --target="$xid" \
    --target-exclusive --target-action=promote
halt copy
again 'a point' paused 'early one two' --type=name --target=afterchanges
halt copy
again 'a position' paused 'early one two three' --type=lsn --target="$lsn"
halt copy
again 'as soon as consistent' paused "early one two three four" \
    --type=immediate
halt copy
again 'of an older set' paused early --type=immediate --set="$full"
halt copy
again 'by an older set' up "$everything" --set="$full"
halt copy
check 'to a shutdown: restored' bring copy --delta --type=lsn --target="$lsn" \
    --target-action=shutdown
start copy || :
check 'to a shutdown: it ends' wait_until "$patience" gone copy
logged copy 'shutdown at recovery target'

# Without any recovery of its own.
check 'none: restored' bring copy --delta --type=none
check 'none: no server is told to recover' test ! -e \
    "${data[copy]}/recovery.signal" -a ! -e "${data[copy]}/recovery.conf"
segment=$(sed -n 's/^START WAL LOCATION:.*file \([0-9A-F]*\).*/\1/p' \
    "${data[copy]}/backup_label")
walarch-get "$segment" "${data[copy]}/pg_wal/$segment"
comes 'none, with WAL by hand' copy up "early one two three four"
halt copy

# A repository that is only read, as it is where others mount it.
if [ "$(id -u)" -ne 0 ]; then
	stop source
	chmod -R a-w "$repo"
	again 'a repository that is only read' up "$everything"
	halt copy
	chmod -R u+w "$repo"
fi
finish
