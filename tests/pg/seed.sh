#!/bin/bash
# seed.sh - from the first command to the last, what users of base backups and
# of repositories have always done, in their order: a plain base backup and
# recoveries out of the archive, beside and after each other; then a repository
# with backup sets, which a second cluster shares.
# shellcheck disable=SC2317	# what is called by another's arguments
. "$(dirname "$0")/lib.sh"

no_table='relation "pitrtest" does not exist'
read_only='cannot execute CREATE TABLE in a read-only transaction'

# plain NAME [OPTION...] - a base backup beside the repository, at $path.
plain()
{
	walarch-backup --plain-dir="$T/$1-backups" --start-fast \
	    --pg1-host="$T" --pg1-port="${port[$1]}" "${@:2}" >"$T/printed" ||
		return
	path=$(sed -n 's/^BACKUP_PATH is set to \(.*\)\.$/\1/p' "$T/printed")
}

# restored WHAT NAME OPTION... - a new directory; its server does not archive
# unless $archiving is on.
archiving=off
restored()
{
	local what=$1 name=$2
	shift 2
	place "$name"
	rm -f "$T/$name.log"
	check "$what: it is restored" walarch-restore \
	    --pg1-path="${data[$name]}" "$@"
	set_up "$name" "port = ${port[$name]}" "archive_mode = $archiving"
}

# comes WHAT NAME STATE
comes()
{
	recover "$2"
	is "$1: it is $3" "$state" "$3"
	[ "$state" = "$3" ] || tail -5 "$T/$2.log" | sed 's/^/#   /'
}

away()
{
	halt "$1"
	rm -rf "${data[$1]}"
}

open_to_all()
{
	says "$1" 'select pg_is_in_recovery()' f
}

resumed()
{
	check "$1: it is resumed" sql copy 'select pg_wal_replay_resume()'
	wait_until "$patience" open_to_all copy || :
	check "$1: and takes writes" sql copy 'create table foo (id int)'
	[ $archiving = off ] || switch copy >"$T/switched"
}

# from_plain WHAT STATE OPTION...
from_plain()
{
	restored "$1" copy --from-dir="$path" "${@:3}"
	comes "$1" copy "$2"
}

# ---- a base backup, and nothing else

cluster pitr
set_up pitr 'archive_mode = off' 'dynamic_shared_memory_type = mmap'
start pitr
ledger pitr
commit pitr one
check 'a base backup is made' plain pitr --label=mybackup1
check 'its label is in it' grep -qx 'LABEL: mybackup1' "$path/backup_label"
commit pitr two
chmod -R a-w "$path"
place full
check 'it is restored into a new directory' walarch-restore \
    --from-dir="$path" --pg1-path="${data[full]}"
is 'with what is in the backup' "$(diff -r "$path" "${data[full]}")" ''
is 'for its owner alone' "$(find "${data[full]}" -perm /077)" ''
set_up full "port = ${port[full]}"
comes 'full' full up
is 'with the rows of its moment' "$(rows full)" one
is 'it does not recover' "$(sql full 'select pg_is_in_recovery()')" f
is 'on the same timeline' "$(timeline full)" 1
is 'nor archives' "$(sql full 'show archive_mode')" off
check 'nor is told to' test ! -e "${data[full]}/recovery.signal" -a \
    ! -e "${data[full]}/recovery.conf" -a ! -e "${data[full]}/recovery.done"
commit full three
stop full

gives 'not over what is there' 1 'is not empty' walarch-restore \
    --from-dir="$path" --pg1-path="${data[full]}"
start full
is 'which stays' "$(rows full)" 'one three'
away full
gives 'no data directory is named' 1 'error: --pg1-path names' \
    walarch-restore --from-dir="$path"
gives 'a backup that is not there' 1 'error: .*none' walarch-restore \
    --from-dir="$T/none" --pg1-path="${data[full]}"
gives 'a folder that is none' 1 'error: ' walarch-restore \
    --from-dir="$T/pitr-backups" --pg1-path="${data[full]}"
check 'nothing is made' test ! -e "${data[full]}"
if [ "$major" -ge 13 ]; then
	cp -a "$path" "$T/damaged"
	file=$(find "$T/damaged/base" -type f -size +15k | sort | head -1)
	chmod u+w "$file"
	printf '\x5a\xa5\x5a' | dd of="$file" bs=1 seek=9000 conv=notrunc \
	    status=none
	gives 'a damaged one' 1 "is damaged" walarch-restore \
	    --from-dir="$T/damaged" --pg1-path="${data[full]}"
	check 'is never started' test ! -e "${data[full]}/global/pg_control"
	chmod -R u+w "$T/damaged"
	rm -rf "$T/damaged" "${data[full]}"
fi

# ---- recoveries out of the archive

walarch-init --pg1-path="${data[pitr]}" 2>"$T/init.out"
set_up pitr 'archive_mode = on'
restart pitr
check 'the base backup of an archiving server' plain pitr
sql pitr "select pg_create_restore_point('beforechanges')" >"$T/point"
sql pitr 'create table pitrtest (id int)'
sql pitr "select pg_create_restore_point('afterchanges')" >"$T/point"
sql pitr "select pg_create_restore_point('nomorechanges')" >"$T/point"
sql pitr checkpoint
commit pitr early
sleep 0.01
stamp=$(sql pitr 'select current_timestamp')
abroad=$(sql pitr "set timezone = '-05:30'; select '$stamp'::timestamptz")
sleep 0.01
xid=$(sql pitr "insert into ledger (note) values ('middle')
    returning txid_current()")
commit pitr late
stop pitr fast

# trilogy WHAT OPTION... - the same three, one after the other; each one is
# promoted.
trilogy()
{
	local what=$1
	shift
	from_plain "$what, beforechanges" paused --type=name \
	    --target=beforechanges "$@"
	gives "$what, beforechanges: the table is absent" 1 "$no_table" \
	    sql copy 'table pitrtest'
	gives "$what, beforechanges: it is read-only" 1 "$read_only" \
	    sql copy 'create table foo (id int)'
	resumed "$what, beforechanges"
	stop copy
	rm -rf "${data[copy]}"

	from_plain "$what, afterchanges" paused --type=name \
	    --target=afterchanges "$@"
	is "$what, afterchanges: the table is there, empty" \
	    "$(sql copy 'select count(*) from pitrtest')" 0
	resumed "$what, afterchanges"
	stop copy
	rm -rf "${data[copy]}"

	from_plain "$what, all" up --type=default "$@"
	check "$what, all: the table is there" sql copy 'table pitrtest'
	is "$what, all: with every row" "$(rows copy)" "$everything"
	gives "$what, all: there is nothing to resume" 1 \
	    'recovery is not in progress' \
	    sql copy 'select pg_wal_replay_resume()'
	resumed_already "$what, all"
	stop copy
	rm -rf "${data[copy]}"
}

resumed_already()
{
	check "$1: it takes writes" sql copy 'create table foo (id int)'
	[ $archiving = off ] || switch copy >"$T/switched"
}

everything='one two early middle late'
trilogy 'not archiving'
check 'they left nothing in the archive' test ! -e \
    "$(object 00000002.history)"

from_plain nomorechanges paused --type=name --target=nomorechanges
is 'nomorechanges: nothing later is there' \
    "$(sql copy 'select count(*) from pitrtest') $(rows copy)" '0 one two'
away copy
from_plain 'a time elsewhere' paused --type=time --target="$abroad"
is 'a time elsewhere: what was before is there' "$(rows copy)" 'one two early'
away copy
from_plain 'a transaction' paused --type=xid --target="$xid"
is 'a transaction: it is in' "$(rows copy)" \
    'one two early middle'
away copy
from_plain 'all but a transaction' paused --type=xid --target="$xid" \
    --target-exclusive
is 'all but a transaction: it is not in' "$(rows copy)" 'one two early'
away copy

# untouched WHAT PATTERN OPTION...
untouched()
{
	gives "$1" 1 "$2" walarch-restore --from-dir="$path" \
	    --pg1-path="$T/none" "${@:3}"
	check "$1: nothing is made" test ! -e "$T/none"
}

untouched 'a point nobody made' 'reachable: no' --type=name --target=nowhere
untouched 'a target with a type of all' 'error: ' --type=default \
    --target=beforechanges
untouched 'a target without a type' 'hint: It is time, xid, lsn or name' \
    --target="$stamp"
untouched 'what plain backups have not' 'db-include does not go with --from-dir' \
    --db-include=postgres
untouched 'an empty time' 'error: ' --type=time --target=
untouched 'a time before the backup' 'restorable from' --type=time \
    --target='2001-01-01 00:00:00+00'
untouched 'a time nobody has reached' 'reachable: no' --type=time \
    --target="$(date -u -d '+ 1 hour' '+%F %T+00')"

# The tail: what a killed server had not archived.
set_up pitr "archive_command = 'false'"
start pitr
commit pitr tail
kill_hard pitr
from_plain 'after kill -9' up --type=default
is 'after kill -9: what was not archived is lost' "$(rows copy)" "$everything"
away copy
check 'the tail is rescued' walarch-push --all-ready "${data[pitr]}"
everything="$everything tail"
from_plain 'with the tail' up --type=default
is 'with the tail: nothing is lost' "$(rows copy)" "$everything"
away copy

# A restored server that archives beside its source.
archiving=on
from_plain 'archiving, beforechanges' paused --type=name --target=beforechanges
resumed 'archiving, beforechanges'
check 'it archives a timeline of its own' wait_until "$patience" \
    stored 00000002.history
stop copy
rm -rf "${data[copy]}"
if [ "$major" -ge 12 ]; then
	gives 'of the latest timeline there is a warning' 0 \
	    'warning: .*follow timeline 2, the latest' walarch-restore \
	    --from-dir="$path" --pg1-path="$T/none" --type=default --plan
	gives 'with what to do' 0 'hint: .*--target-timeline=current' \
	    walarch-restore --from-dir="$path" --pg1-path="$T/none" \
	    --type=default --plan
	untouched 'what is not on it is refused' \
	    'reachable: no' --type=name --target=afterchanges
	check 'with the timeline that has it' grep -q \
	    'hint: .*On timeline 1 .*--target-timeline=current' "$T/said"
fi
trilogy archiving --target-timeline=current
check 'each has its own timeline' stored 00000005.history
path_of_pitr=$path

# ---- a repository, in which the other one is already

export WALARCH_STANZA=backrest
stanza=backrest
cluster main
set_up main 'log_connections = on'
gives 'without its stanza there is no backup' 1 'hint: .*walarch-init' \
    walarch-backup --pg1-path="${data[main]}" --pg1-socket-path="$T" \
    --pg1-port="${port[main]}"
check 'a second cluster is registered' walarch-init \
    --pg1-path="${data[main]}"
start main
gives 'info: nothing yet' 0 'min/max .*: none present' walarch-info
ledger main
segment=$(committed main one)
gives 'info: WAL, and no backup' 0 'status: error .no valid backups.' \
    walarch-info
check 'info: with the first and the last' \
    grep -Eq "min/max .*: 0{7}1[0-9A-F]{16} / $segment" "$T/said"

# back_up [OPTION...] - what it says on standard error is in $T/why.
back_up()
{
	walarch-backup --pg1-path="${data[main]}" --pg1-socket-path="$T" \
	    --pg1-port="${port[main]}" --start-fast "$@" >"$T/out" 2>"$T/why"
}

quiet()
{
	back_up "$@" && ! grep -E 'warning|error' "$T/why"
}

check 'a full backup' back_up --type=full
check 'warns that all is kept' grep -Eq \
    'warning: option repo1-retention-full is not set' "$T/why"
check 'with a hint' grep -q 'hint: .*repo1-retention-full' "$T/why"
is 'and says nothing else' "$(grep -c 'warning: ' "$T/why") $(cat "$T/out")" '1 '
check 'with a retention there is no warning' quiet --type=full \
    --repo1-retention-full=2
is 'both are listed' "$(walarch-info | grep -c 'full backup: ')" 2
check 'a third one' quiet --type=full --repo1-retention-full=2
is 'takes the place of the first' \
    "$(walarch-info | grep -c 'full backup: ')" 2
check 'walarch-expire does the same' walarch-expire --repo1-retention-full=1
is 'and one is left' "$(walarch-info | grep -c 'full backup: ')" 1
check 'a diff of it' quiet --type=diff --repo1-retention-full=1
gives 'is listed' 0 'diff backup: ' walarch-info
gives 'and all is well' 0 'status: ok' walarch-info

sleep 0.01
stamp=$(sql main 'select current_timestamp')
sleep 0.01
sql main 'create table backrest_test_table (id int)'
switch main >"$T/switched"
archiving=off
mkdir "$T/full"
restored full full
comes full full up
check 'full: the later table is there' sql full 'table backrest_test_table'
check 'full: it takes writes' commit full two
gives 'full: not over what is there' 1 'contains files' \
    walarch-restore --pg1-path="${data[full]}"
check 'full: as there is a hint' grep -q 'hint: .*--delta' "$T/said"
away full
restored pitr copy --type=time --target="$stamp"
comes pitr copy paused
gives 'pitr: the later table is absent' 1 'does not exist' \
    sql copy 'table backrest_test_table'
resumed pitr
away copy

# A segment that was tampered with, once the copy is there.
segment=$(committed main three)
committed main four >"$T/switched"
restored tampered copy
cp -p "$(object "$segment")" "$T/whole"
chmod u+w "$(object "$segment")"
printf '\x55\xaa\x55' | dd of="$(object "$segment")" bs=1 seek=6000 \
    conv=notrunc status=none
gives 'a tampered segment is not delivered' 255 'damaged|digest|corrupt' \
    walarch-get -o "$T/segment" "$segment"
recover copy
is 'nor does the server come up without it' "$state" down
logged copy "FATAL: .*could not restore file \"$segment\""
cp -p "$T/whole" "$(object "$segment")"
comes 'mended' copy up
is 'mended: it has every row' "$(rows copy)" 'one three four'
away copy

# The two have nothing to do with each other.
gives 'both are listed' 0 'stanza: db' env -u WALARCH_STANZA walarch-info
check 'the other, too' grep -q 'stanza: backrest' "$T/said"
gives 'the backup of one is not recovered with the WAL of the other' 1 \
    'is of system .*, of which the stanza has no WAL' walarch-restore \
    --from-dir="$path_of_pitr" --pg1-path="$T/none" --type=default
gives 'nor is one backed up as the other' 1 'hint|not registered' \
    env WALARCH_STANZA=db walarch-backup --pg1-path="${data[main]}" \
    --pg1-socket-path="$T" --pg1-port="${port[main]}"

# What nobody else is to see.
sql main "create role walarch login superuser replication password 'geheim1'"
printf '%s\n' 'local all walarch md5' 'local replication walarch md5' \
    'local all all trust' >"${data[main]}/pg_hba.conf"
reload main
echo '*:*:*:walarch:geheim1' >"$T/pgpass"
chmod 600 "$T/pgpass"
spoken=0
talk()
{
	echo "+ $*" | sed 's/geheim.//g' >>"$T/talk"
	"$@" >>"$T/talk" 2>&1 </dev/null && spoken=$((spoken + 1))
}
export WALARCH_LOG_LEVEL_CONSOLE=debug
as_walarch=(--pg1-socket-path="$T" --pg1-port="${port[main]}"
    --pg1-user=walarch --pg1-path="${data[main]}")
for secret in PGPASSFILE="$T/pgpass" PGPASSWORD=geheim1; do
	talk env "$secret" walarch-backup "${as_walarch[@]}" --start-fast
	talk env "$secret" walarch-backup --plain-dir="$T/main-backups" \
	    --pg1-host="$T" "${as_walarch[@]:1:2}" --start-fast
	talk env "$secret" walarch-check "${as_walarch[@]:0:3}"
done
is 'with a password, all is done' $spoken 6
talk env PGPASSWORD=geheim2 walarch-backup "${as_walarch[@]}" || :
talk env PGPASSWORD=geheim2 walarch-check "${as_walarch[@]:0:3}" || :
talk walarch-info --pg1-password=geheim2 || :
talk env WALARCH_PG1_PASSWORD=geheim2 walarch-info || :
talk walarch-restore --pg1-path="$T/secret" --type=standby \
    --recovery-option='primary-conninfo=password=geheim2'
talk walarch-info
talk walarch-verify
is 'nobody tells a password, also at debug' "$(grep geheim "$T/talk")" ''
is 'nor is it in the repository' "$(grep -rl geheim "$repo")" ''
unset WALARCH_LOG_LEVEL_CONSOLE
rm -rf "$T/secret"

stop main
gives 'without a server there is no backup' 1 'hint: See --pg1-socket-path' \
    walarch-backup --pg1-path="${data[main]}" --pg1-socket-path="$T" \
    --pg1-port="${port[main]}"
finish
