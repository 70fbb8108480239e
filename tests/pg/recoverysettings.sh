#!/bin/bash
# recoverysettings.sh - servers start with the recovery settings that
# walarch-restore writes, and have the very values that were meant; what
# postgresql.conf says of another target does not keep them from it.
. "$(dirname "$0")/lib.sh"

parts=${WALARCH_TOOLS:?names the folder of restoreparts}/restoreparts

# A walarch-get, and a repository, that have to be quoted.
odd="$T/it's 100% \\odd ü"
mkdir -p "$odd/bin"
ln -s "$WALARCH_BIN" "$odd/walarch"
repo="$odd/repo"
printf '[global]\nrepo1-path = %s\narchive-timeout = 300ms\n' "$repo" \
    >"$WALARCH_CONFIG"
get="$odd/walarch/walarch-get"

# The restored server finds nothing in its environment but the library.
launch=(env -i "LD_LIBRARY_PATH=$LD_LIBRARY_PATH" LC_ALL=C TZ=UTC
    PATH=/usr/bin:/bin)

cluster source
mkdir -p "$repo"
walarch-init --pg1-path="${data[source]}" >"$T/init.out" 2>&1
launch_restored=("${launch[@]}")
launch=()
start source
ledger source
backup source
commit source one
sql source "select pg_create_restore_point('it''s a \\d ü %f %% point')" \
    >/dev/null
commit source two
middle=$(sql source 'select pg_current_wal_insert_lsn()')
commit source three
xid=$(sql source "select max(xmin::text::bigint) from ledger")
moment=$(sql source "select to_char(clock_timestamp(), 'YYYY-MM-DD HH24:MI:SS.USOF')")
commit source four
switch source >/dev/null
stop source
launch=("${launch_restored[@]}")

number=0

# settle [SETTING...] - a copy of the backup, with what postgresql.conf may say
# of an earlier target, and the settings written by walarch.
settle()
{
	local copy
	number=$((number + 1))
	copy=copy$number
	place "$copy"
	cp -a "$T/source.backup" "${data[$copy]}"
	set_up "$copy" "port = ${port[$copy]}" 'archive_mode = off'
	[ "$major" -lt 12 ] || set_up "$copy" "recovery_target_xid = '3'" \
	    "restore_command = 'false'" "recovery_target_timeline = 'current'"
	"$parts" settings "${data[$copy]}" "version=$major" "get=$get" \
	    "set=repo1-path=$repo" set=archive-timeout=300ms "$@" \
	    >"$T/written" 2>&1
}

# has COPY SETTING VALUE
has()
{
	[ "$major" -ge 12 ] || return 0
	is "$2 is right" "$(sql "$1" "show $2")" "$3"
}

quoted="'${odd//\'/\'\\\'\'}"
command="${quoted//%/%%}/walarch/walarch-get'"
command="$command --repo1-path=${quoted//%/%%}/repo' --stanza=db"
command="$command --archive-timeout=300ms %f \"%p\""

# stops_with WHAT NOTES - the server that was settled last, paused.
stops_with()
{
	local copy=copy$number
	check "$1: it starts" start "$copy"
	serving "$copy" || { tail -5 "$T/$copy.log" | sed 's/^/#   /'; return; }
	check "$1: it comes so far" wait_until "$patience" says "$copy" \
	    "select coalesce(string_agg(note, ' ' order by id), '')
	    from ledger" "$2"
	is "$1: it is in recovery" "$(sql "$copy" 'select
	    pg_is_in_recovery()')" t
	has "$copy" restore_command "$command"
	has "$copy" recovery_target_action pause
}

settle type=name target="it's a \\d ü %f %% point"
stops_with 'a name' one
has "copy$number" recovery_target_name "it's a \\d ü %f %% point"
has "copy$number" recovery_target_xid ''
has "copy$number" recovery_target_timeline latest
stop "copy$number" immediate

settle type=lsn target="$middle"
stops_with 'a position' 'one two'
has "copy$number" recovery_target_lsn "$middle"
stop "copy$number" immediate

settle type=xid target="$xid" exclusive=1 timeline=1 risky=1
stops_with 'a transaction, exclusive' 'one two'
has "copy$number" recovery_target_xid "$xid"
has "copy$number" recovery_target_inclusive off
has "copy$number" recovery_target_timeline 1
[ "$major" -lt 15 ] || has "copy$number" recovery_prefetch off
stop "copy$number" immediate

settle type=time target="$moment" timeline=current
stops_with 'a time' 'one two three'
has "copy$number" recovery_target_time "${moment%+00}+00"
has "copy$number" recovery_target_timeline current
stop "copy$number" immediate

settle type=immediate
stops_with 'as soon as it is consistent' ''
has "copy$number" recovery_target immediate
stop "copy$number" immediate

# To the end, and what was settled for the time before is settled anew.
settle type=time target="$moment"
[ "$major" -lt 12 ] || {
	echo "recovery_target_name = 'from ALTER SYSTEM'" \
	    >>"${data[copy$number]}/postgresql.auto.conf"
	touch "${data[copy$number]}/standby.signal"
}
"$parts" settings "${data[copy$number]}" "version=$major" "get=$get" \
    "set=repo1-path=$repo" options=recovery-min-apply-delay=0 >"$T/written"
check 'the end: it starts' start "copy$number"
check 'the end: it is writable' wait_until "$patience" says "copy$number" \
    'select pg_is_in_recovery()' f
is 'the end: all is there' "$(rows "copy$number")" 'one two three four'
stop "copy$number" immediate

settle kind=standby timeline=latest
check 'a standby: it starts' start "copy$number"
check 'a standby: all is there' wait_until "$patience" says "copy$number" \
    "select string_agg(note, ' ' order by id) from ledger" \
    'one two three four'
is 'a standby: it stays one' "$(sql "copy$number" 'select
    pg_is_in_recovery()')" t
stop "copy$number" immediate

if [ "$major" -ge 12 ]; then
	settle type=default archive-off=1
	sed -i "s/^archive_mode = off/archive_mode = on/" \
	    "${data[copy$number]}/postgresql.conf"
	check 'archiving off: it starts' start "copy$number"
	has "copy$number" archive_mode off
	stop "copy$number" immediate
fi
finish
