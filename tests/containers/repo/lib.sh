# lib.sh - for the scenarios repo_*.sh to source: servers with a repository, what
# was restored out of it, and what becomes of that.  The volumes are pgdata, repo
# and secrets, unless something else is said.
# shellcheck shell=bash disable=SC2034,SC2154

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

with_repo=(-v repo:/walarch --env WALARCH=true)

# server NAME [OPTION...] - a new cluster, with a repository.
server()
{
	box "$1" postgres -v pgdata:/pgdata "${with_repo[@]}" \
	    "${new_cluster[@]}" "${@:2}"
}

# restore NAME [OPTION...] - as a job, to which the repository is read-only.
restore()
{
	job "$1" restore -v repo:/walarch:ro -v pgdata:/pgdata "${@:2}"
}

# serve NAME DATADIR [OPTION...] - a server on what was restored, with nothing
# in its environment but the directory's name; nothing is waited for.
serve()
{
	begin "$1" postgres -v pgdata:/pgdata -v repo:/walarch:ro \
	    --env "WALARCH_PGDATA_DIR=$2" "${@:3}"
}

# backup NAME [OPTION...] - by an exec; what it says is in $T/why.
backup()
{
	in_box "$1" walarch-backup --start-fast "${@:2}" \
	    >"$T/why" 2>&1 </dev/null
}

archived()
{
	local last
	last=$(sql "$1" 'select last_archived_wal from pg_stat_archiver')
	[[ ! $last < $2 ]]
}

# switch NAME - end the segment, wait until it is archived, and name it.
switch()
{
	local segment
	segment=$(sql "$1" 'select pg_walfile_name(pg_switch_wal())')
	wait_until "$patience" archived "$1" "$segment" || {
		echo "$segment was not archived" >&2
		return 1
	}
	echo "$segment"
}

# burst NAME N - so many segments, at once.
burst()
{
	sql "$1" "select count(pg_logical_emit_message(true, '', md5(g::text)))
	    + count(pg_switch_wal()) from generate_series(1, $2) as g" \
	    >"$T/burst"
}

# now NAME - the moment, as psql shows it, with nothing else near it.
now()
{
	sleep 0.01
	sql "$1" 'select current_timestamp'
	sleep 0.01
}

# What has become of a recovery: $state is up, paused, down or recovering.
look()
{
	local answer
	answer=$(sql "$1" 'select pg_is_in_recovery(), case when
	    pg_is_in_recovery() then pg_is_wal_replay_paused() end' \
	    2>/dev/null) || :
	case $answer in
	'f|') state=up ;;
	't|t') state=paused ;;
	*)
		state=recovering
		! over "$1" || state=down
		;;
	esac
}

settled()
{
	look "$1"
	[ "$state" != recovering ]
}

# comes NAME STATE [WHAT]
comes()
{
	wait_until "$patience" settled "$1" || :
	is "${3:-$1}: it is $2" "$state" "$2"
	[ "$state" = "$2" ] || {
		fetch_log "$1"
		tail -8 "$T/$1.log" | sed 's/^/#   /'
	}
}

rows()
{
	sql "$1" "select coalesce(string_agg(note, ' ' order by id), '')
	    from ledger"
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

# listing [OPTION...] -- FOLDER - all that is there, with digests.
# shellcheck disable=SC2016
listing()
{
	shell "${@:1:$#-1}" 'cd "$1"; find . -type d; find . -type f -exec sha256sum {} +' \
	    "${@:$#}" | sort
}

# said PATTERN [WHAT] - of what gives or check ran last.
said()
{
	if grep -Eq -- "$1" "$T/said"; then
		ok "${2:-it says \"$1\"}"
	else
		not_ok "${2:-it says \"$1\"}" "$(tail -8 "$T/said")"
	fi
}

# Between "running" and "exited" there is a moment without a status.
over()
{
	[ "$(state "$1")" = exited ]
}

# refused NAME PATTERN WHAT - the container has ended by itself, with status 1
# and such a message.
refused()
{
	wait_until "$patience" over "$1" || :
	is "$3: it has ended" "$(state "$1") $(exit_status "$1")" 'exited 1'
	logged "$1" "$2" "$3: and says why"
}

# held NAME MODE PROGRAM FILE [OPTION...] - begin it, and have the program
# stopped (SIGSTOP) once it has made the file.
held()
{
	local name=$1 mode=$2 program=$3 file=$4
	# shellcheck disable=SC2016	# the container's dollars
	begin "$name" -c --entrypoint /bin/sh "${@:5}" -- '(
	    until [ -e "$4" ]; do sleep 0.01; done
	    for process in /proc/[0-9]*; do
		[ "$(cat "$process/comm")" != "$3" ] ||
		    kill -STOP "${process#/proc/}"
	    done
	    touch /tmp/held) &
	    exec "$1" "$2"' sh "$programs/entrypoint" "$mode" "$program" "$file"
	wait_until "$patience" in_box "$name" test -e /tmp/held 2>/dev/null
}

# signal NAME SIGNAL PROGRAM - to the container's processes of that program, as
# soon as there are some; fails when there are none for a while.
signal()
{
	# shellcheck disable=SC2016	# the container's dollars
	in_box "$1" bash -c 'for ((try = 0; try < 500; try++)); do
		found=
		for process in /proc/[0-9]*; do
			read -r name <"$process/comm" || continue
			[[ $name != "$2"* ]] ||
			    ! kill "-$1" "${process#/proc/}" || found=1
		done 2>/dev/null
		[ -z "$found" ] || exit 0
		sleep 0.02
	    done; exit 1' bash "$2" "$3" </dev/null
}

# small NAME - a cluster with segments of 1 MiB, on which no server runs yet.
small()
{
	# shellcheck disable=SC2016	# the container's dollars
	shell -v pgdata:/pgdata -- 'initdb -D "/pgdata/$1" -U postgres -A trust \
	    --wal-segsize=1 --no-sync -E UTF8' "$1" >"$T/initdb"
}
