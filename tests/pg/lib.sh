# lib.sh - for the scenarios beside it to source: clusters that are thrown away,
# base backups, recoveries, and a line "ok - what" or "not ok - what" a check.
#
#   SCENARIO BINDIR     the folder of the server's programs
#
# From the environment: WALARCH_BIN, the folder of walarch's programs as they
# were installed, WALARCH_LIB, that of the library, and PG_CLIENT, that of psql
# and pg_basebackup where BINDIR has none.
#
# Servers listen on a Unix socket in $T alone.  A cluster has a name: its data
# directory is ${data[NAME]}, its log $T/NAME.log.
# shellcheck shell=bash disable=SC2034

set -Eeu
shopt -s inherit_errexit
export LC_ALL=C TZ=UTC PGUSER=postgres PGDATABASE=postgres
unset PGHOST PGPORT PGDATA PGOPTIONS PGPASSWORD PGSERVICE CDPATH

bin=${1:-}
if [ ! -x "$bin/postgres" ]; then
	echo "usage: $0 BINDIR" >&2
	exit 99
fi
major=$("$bin/postgres" -V | sed 's/^[^0-9]*\([0-9]*\).*/\1/')
client=$bin
[ -x "$client/psql" ] || client=${PG_CLIENT:?names the folder of psql}
title="$(basename "$0" .sh) ($major)"

: "${WALARCH_BIN:?names the folder of the installed programs}"
: "${WALARCH_LIB:=$(dirname "$WALARCH_BIN")/lib}"
export PATH=$WALARCH_BIN:$PATH LD_LIBRARY_PATH=$WALARCH_LIB

# shellcheck source=../report.sh
. "$(dirname "${BASH_SOURCE[0]}")/../report.sh"

declare -A data=() port=() pid=() with=()

# What a server answers within, on a slow machine.
patience=${WALARCH_PG_PATIENCE:-60}

# Is there a process that serves the cluster?
serving()
{
	[ -e "/proc/${pid[$1]:-none}" ]
}

gone()
{
	! serving "$1"
}

# What on_exit of report.sh calls.
clean_up()
{
	local name
	for name in "${!pid[@]}"; do
		serving "$name" && kill -QUIT "${pid[$name]}"
	done 2>/dev/null
	for name in "${!pid[@]}"; do
		wait_until 10 gone "$name" || kill -KILL "${pid[$name]}"
	done 2>/dev/null
	[ -z "${WALARCH_PG_KEEP:-}" ] || keep_files=1
}

# A configuration and a folder for the repository; programs and servers find
# them by the environment.
stanza=db
repo=$T/repo
export WALARCH_CONFIG=$T/walarch.conf
printf '[global]\nrepo1-path = %s\narchive-timeout = 300ms\n' "$repo" \
    >"$WALARCH_CONFIG"

# place NAME [PATH] - give a cluster its folder and its port.
place()
{
	data[$1]=${2:-$T/$1}
	[ -n "${port[$1]:-}" ] || port[$1]=$((6000 + ${#port[@]}))
}

set_up()
{
	local name=$1
	shift
	printf '%s\n' "$@" >>"${data[$name]}/postgresql.conf"
}

# Smaller segments make lighter tests; PostgreSQL 10 has them built in.
segments=()
[ "$major" -lt 11 ] || segments=(--wal-segsize=1)

# cluster NAME [OPTION-OF-INITDB...] - a new one, archiving; not started.
cluster()
{
	local name=$1
	shift
	place "$name" "${data[$name]:-}"
	"$bin/initdb" -D "${data[$name]}" -U postgres -A trust --no-sync \
	    --locale=C -E UTF8 "${segments[@]}" "$@" >"$T/initdb.out" 2>&1
	set_up "$name" "listen_addresses = ''" \
	    "unix_socket_directories = '$T'" "port = ${port[$name]}" \
	    "fsync = off" "shared_buffers = 16MB" "max_connections = 20" \
	    "autovacuum = off" "checkpoint_timeout = 1h" "jit = off" \
	    "wal_level = replica" "hot_standby = on" \
	    "wal_retrieve_retry_interval = 100ms" \
	    "archive_mode = on" "archive_command = 'walarch-push %p'"
	[ "$major" -ge 11 ] ||
		sed -i '/^jit/d' "${data[$name]}/postgresql.conf"
}

# What stands before the server's program; behind it, ${with[NAME]} does.
launch=()

# launch_only NAME - start it, and do not wait until it answers.  It is this
# shell's child: the process of a killed server that nobody waits for would
# pass for a running one.
launch_only()
{
	# shellcheck disable=SC2086	# they are options
	setsid "${launch[@]}" "$bin/postgres" -D "${data[$1]}" ${with[$1]:-} \
	    >>"$T/$1.log" 2>&1 </dev/null &
	pid[$1]=$!
	disown
}

# What the server itself says of its start, or nothing when it has ended.
started()
{
	case $(sed -n '1p;8p' "${data[$1]}/postmaster.pid" 2>/dev/null) in
	${pid[$1]}$'\n'ready*|${pid[$1]}$'\n'standby*) return 0 ;;
	esac
	gone "$1"
}

# start NAME - fails when the server does.
start()
{
	launch_only "$1"
	wait_until "$patience" started "$1" && serving "$1"
}

# stop NAME [MODE]
stop()
{
	"$bin/pg_ctl" -D "${data[$1]}" -s -w -t "$patience" -m "${2:-fast}" \
	    stop >"$T/pg_ctl.out" 2>&1 </dev/null
	wait_until "$patience" gone "$1"
}

restart()
{
	stop "$1" "${2:-fast}"
	start "$1"
}

reload()
{
	"$bin/pg_ctl" -D "${data[$1]}" -s reload
}

# The server and all it has started, at one blow.
kill_hard()
{
	local children
	children=$(ps -o pid= --ppid "${pid[$1]}") || :
	# shellcheck disable=SC2086
	kill -KILL "${pid[$1]}" $children 2>/dev/null || :
	wait_until "$patience" gone "$1"
}

# sql NAME QUERY
sql()
{
	"$client/psql" -XAtq -v ON_ERROR_STOP=1 -h "$T" -p "${port[$1]}" \
	    -c "$2" </dev/null
}

# says NAME QUERY ANSWER
says()
{
	[ "$(sql "$1" "$2" 2>/dev/null)" = "$3" ]
}

# object FILE - where the repository has it.
object()
{
	local folder=${1:0:16}
	case $1 in *.history) folder=history ;; esac
	printf '%s\n' "$repo/$stanza/wal"/*/"$folder/$1"
}

stored()
{
	[ -e "$(object "$1")" ]
}

# The ledger: rows that were committed, one after the other.
ledger()
{
	sql "$1" 'create table ledger (id serial primary key, note text)'
}

commit()
{
	sql "$1" "insert into ledger (note) values ('$2')"
}

rows()
{
	sql "$1" "select coalesce(string_agg(note, ' ' order by id), '')
	    from ledger"
}

timeline()
{
	sql "$1" checkpoint
	sql "$1" 'select timeline_id from pg_control_checkpoint()'
}

# switch NAME - end the segment, wait until it is stored, and name it.
switch()
{
	local segment
	segment=$(sql "$1" 'select pg_walfile_name(pg_switch_wal())')
	wait_until "$patience" stored "$segment" || {
		echo "$segment was not archived" >&2
		return 1
	}
	echo "$segment"
}

# committed NAME NOTE - a row in a segment of its own; names the segment.
committed()
{
	commit "$1" "$2"
	switch "$1"
}

# A copy that the session which asked for it makes, with what is not to be in a
# backup left out: for where pg_basebackup is older than the server.
copy_as_session()
{
	local from=${data[$1]} to=$2
	local start="pg_backup_start('test', true)" stop='pg_backup_stop()'
	[ "$major" -ge 15 ] || {
		start="pg_start_backup('test', true, false)"
		stop='pg_stop_backup(false)'
	}
	"$client/psql" -XAtq -v ON_ERROR_STOP=1 -h "$T" -p "${port[$1]}" \
	    >"$T/backup.out" 2>&1 <<-EOT
	select $start;
	\! cp -a '$from' '$to'
	\o $to/backup_label
	select labelfile from $stop;
	EOT
	rm -rf "$to"/pg_wal "$to"/postmaster.* "$to"/pg_replslot/*
	mkdir -p "$to/pg_wal/archive_status"
}

# backup NAME - a base backup at $T/NAME.backup, without its WAL.
backup()
{
	local to=$T/$1.backup newest
	newest=$("$client/pg_basebackup" -V | sed 's/^[^0-9]*\([0-9]*\).*/\1/')
	rm -rf "$to"
	if [ "$newest" -lt "$major" ]; then
		copy_as_session "$1" "$to"
	else
		"$client/pg_basebackup" -D "$to" -X none -c fast -h "$T" \
		    -p "${port[$1]}" >"$T/backup.out" 2>&1
	fi
}

# to_recover NAME [SETTING...] - have a data directory start with a recovery out
# of the repository.  "standby" among the settings makes a standby of it.
to_recover()
{
	local name=$1 setting conf signal=recovery.signal
	shift
	conf=${data[$name]}/postgresql.conf
	[ "$major" -ge 12 ] || conf=${data[$name]}/recovery.conf
	printf '%s\n' "restore_command = 'walarch-get %f \"%p\"'" >>"$conf"
	for setting; do
		case $setting in
		standby)
			signal=standby.signal
			[ "$major" -ge 12 ] || echo 'standby_mode = on' >>"$conf"
			;;
		restore_command*|recovery_target*|primary_*)
			printf '%s\n' "$setting" >>"$conf" ;;
		*)
			set_up "$name" "$setting" ;;
		esac
	done
	[ "$major" -lt 12 ] || touch "${data[$name]}/$signal"
}

# restore NAME BACKUP [SETTING...] - a data directory out of a base backup, to
# recover; it does not archive unless a setting says so.
restore()
{
	local name=$1 from=$2
	shift 2
	place "$name" "${data[$name]:-}"
	rm -rf "${data[$name]}"
	cp -a "$from" "${data[$name]}"
	chmod 700 "${data[$name]}"
	rm -f "$T/$name.log"
	set_up "$name" "port = ${port[$name]}" "archive_mode = off"
	to_recover "$name" "$@"
}

# What has become of a recovery: up (it ended and takes writes), paused, down,
# or recovering.
look()
{
	local answer
	answer=$(sql "$1" 'select pg_is_in_recovery(), case when
	    pg_is_in_recovery() then pg_is_wal_replay_paused() end' \
	    2>/dev/null) || :
	case $answer in
	'f|') state=up ;;
	't|t') state=paused ;;
	*) state=recovering; serving "$1" || state=down ;;
	esac
}

settled()
{
	look "$1"
	[ "$state" != recovering ]
}

# recover NAME - start it, and wait for what becomes of it: $state.
recover()
{
	start "$1" || :
	wait_until "$patience" settled "$1" || :
}

# halt NAME - end it in whatever state.
halt()
{
	! serving "$1" || stop "$1" immediate || :
}

# refused NAME WHAT - recovery ended with FATAL over a file that could not be
# restored, the server is down, and no timeline was begun.
refused()
{
	local name=$1 what=$2
	recover "$name"
	if [ "$state" = up ]; then
		not_ok "$what" "the server came up with: $(rows "$name" 2>&1)"
	else
		is "$what" "$state" down
	fi
	logged "$name" 'FATAL: +could not restore file' "$what: FATAL"
	unlogged "$name" 'selected new timeline|archive recovery complete' \
	    "$what: not promoted"
	halt "$name"
}
