# lib.sh - for the scenarios docker_*.sh to source: contrib/docker's scripts, run
# as they are, and questions about what they leave.
# shellcheck shell=bash
# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

export WALARCH_WAIT=$patience

# script NAME - contrib/docker/NAME.sh
script()
{
	timeout -k 10 "$job_patience" "$contrib/docker/$1.sh"
}

# query NAME QUERY - as the documents ask, by psql without any option but -c.
query()
{
	in_box "$1" psql -c "$2" </dev/null
}

# backed_up NAME HOST - the job has told of its backup, in one line of its log;
# $path is what it says, below /pgdata.
backed_up()
{
	local line day='[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9][0-9]'
	line=$("$cli" logs "$(full "$1")" 2>&1 | grep BACKUP_PATH) || :
	is "$1: its log has one line with the path" "$(wc -l <<<"$line")" 1
	check "$1: as it has always been" grep -Exq "$day [0-9:]{8} UTC$(
	    ) [0-9]{4} INFO: BACKUP_PATH is set to /pgdata/$2-backups/$(
	    )[0-9]{4}(-[0-9]{2}){5}\\." <<<"$line"
	path=${line##*/pgdata/}
	path=${path%.}
	is "$1: the container has exited, with 0" \
	    "$(state "$1") $(exit_status "$1")" 'exited 0'
}

# cleaned NAME - twice, the second time with nothing left to do.
cleaned()
{
	check "$1/cleanup.sh" script "$1/cleanup"
	check "$1/cleanup.sh again" script "$1/cleanup"
}

# The names, without the prefix, of what there is: containers, volumes.
containers()
{
	"$cli" ps -a --format '{{.Names}}' |
		sed -n "s/^$WALARCH_NAMESPACE-//p" | sort | paste -sd ' '
}

volumes()
{
	"$cli" volume ls --format '{{.Name}}' |
		sed -n "s/^$WALARCH_NAMESPACE-//p" | sort | paste -sd ' '
}

networks()
{
	"$cli" network ls --format '{{.Name}}' |
		sed -n "s/^$WALARCH_NAMESPACE-//p" | paste -sd ' '
}

nothing_left()
{
	is 'no container is left' "$(containers)" ''
	is 'no volume is left' "$(volumes)" ''
	is 'no network is left' "$(networks)" ''
}

# mounted CONTAINER PATH - "true" where it can write there, else "false".
mounted()
{
	"$cli" container inspect --format \
	    "{{range .Mounts}}{{if eq .Destination \"$2\"}}{{.RW}}{{end}}{{end}}" \
	    "$(full "$1")"
}

# inspected WHAT GOT WANT - of what podman was told; what stands in for it keeps
# no record.
inspected()
{
	if "$cli" --version | grep -q podman; then
		is "$1" "$($2)" "$3"
	else
		skip "$1"
	fi
}

# read_only_to WHAT CONTAINER PATH
read_only_to()
{
	inspected "$1" "mounted $2 $3" false
}

# field_of CONTAINER FIELD
field_of()
{
	"$cli" container inspect --format "{{.$2}}" "$(full "$1")"
}

# hardened CONTAINER
hardened()
{
	inspected "$1: its root is read-only" \
	    "field_of $1 HostConfig.ReadonlyRootfs" true
	is "$1: it has no rights of root's" "$("$cli" exec "$(full "$1")" sh -c \
	    'sed -n "s/^\(CapEff\|CapBnd\|NoNewPrivs\):\t//p" /proc/self/status' |
		paste -sd ' ')" '0000000000000000 0000000000000000 1'
	inspected "$1: it may take its time to stop" \
	    "field_of $1 Config.StopTimeout" 120
	inspected "$1: no port is published" "$cli port $(full "$1")" ''
}

# read_only WHAT NAME - a server that is paused at its target; resumed WHAT NAME
# goes on to open it.
read_only()
{
	is "$1: it is paused" "$(sql "$2" 'select pg_is_in_recovery(),
	    pg_is_wal_replay_paused()')" 't|t'
	gives "$1: a table cannot be created" 1 \
	    'ERROR:  cannot execute CREATE TABLE in a read-only transaction' \
	    query "$2" 'create table foo (id int)'
}

resumed()
{
	check "$1: it is resumed" query "$2" 'select pg_wal_replay_resume()'
	wait_until "$patience" says "$2" 'select pg_is_in_recovery()' f || :
	check "$1: a table can be created" query "$2" 'create table foo (id int)'
	is "$1: on a timeline of its own" "$(sql "$2" 'checkpoint;
	    select timeline_id from pg_control_checkpoint()')" 2
}
