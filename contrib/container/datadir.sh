# datadir.sh - for the entrypoint to source: the data directory that a mode works
# on, which nobody else may be at work on.
# shellcheck shell=bash disable=SC2154,SC2034

# name_datadir - $datadir and its $name, from WALARCH_PG1_PATH or the name.
name_datadir()
{
	: "${WALARCH_PGDATA_DIR=}"
	one_name WALARCH_PGDATA_DIR
	datadir=${WALARCH_PG1_PATH:-}
	if [ -z "$datadir" ]; then
		datadir=/pgdata/${WALARCH_PGDATA_DIR:-$(uname -n)}
	elif [ -n "$WALARCH_PGDATA_DIR" ] &&
		[ "$datadir" != "/pgdata/$WALARCH_PGDATA_DIR" ]; then
		die "WALARCH_PG1_PATH is \"$datadir\", and WALARCH_PGDATA_DIR is \"$WALARCH_PGDATA_DIR\", which means \"/pgdata/$WALARCH_PGDATA_DIR\"" \
		    'Set one of them.'
	fi
	case $datadir in
	/?*) ;;
	*) die "WALARCH_PG1_PATH is \"$datadir\", which does not begin with /" ;;
	esac
	[ "$(dirname "$datadir")" != / ] ||
		die "WALARCH_PG1_PATH is \"$datadir\", which is the volume itself" \
		    'PostgreSQL wants a directory below it.'
	datadir=$(realpath -m -- "$datadir")
	name=$(basename "$datadir")
	export WALARCH_PG1_PATH=$datadir PGDATA=$datadir
}

# lock_datadir VARIABLE - until this process and all it starts have ended.
# Containers do not see each other's processes, but they see the lock.
lock_datadir()
{
	local file status=0
	writable "$(dirname "$datadir")" "$1"
	file=$(dirname "$datadir")/.$name.lock
	{ exec {lock}>>"$file"; } 2>/dev/null ||
		die "$1: could not open \"$file\": it belongs to uid $(stat -c %u "$file"), and this is uid $(id -u)" \
		    'Run the container as that uid, or give it the directory and the file.'
	flock -w 5 -E 75 "$lock" || status=$?
	case $status in
	0) ;;
	75)
		die "$1: another container is at work on \"$datadir\": it holds \"$file\"" \
		    'Stop it first. Two servers on one data directory destroy it.'
		;;
	*)
		warn "\"$file\" cannot be locked: nothing keeps a second container away"
		# Then a postmaster.pid may be of one that runs: see clear_pid_file.
		: >"$file"
		;;
	esac
	lockfile=$file
	on_volume "$file"
}

# The pid is this process's: it becomes the server.
remember_server()
{
	if ! echo $$ >"$lockfile" || ! echo $$ >"$folder/pid"; then
		die "could not write to \"$lockfile\" or to /tmp"
	fi
	chmod a+r "$folder/pid"
}

# clear_pid_file - a killed container leaves it.  The pid says nothing by itself,
# for it is another container's; but who had the lock has ended, and had its
# socket in /tmp, if it came so far.
clear_pid_file()
{
	local file=$datadir/postmaster.pid pid sockets
	[ -e "$file" ] || return 0
	pid=$(head -n 1 "$file")
	sockets=$(sed -n 5p "$file")
	if [ "$pid" != "$$" ] && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = postgres ]; then
		die "a server runs on \"$datadir\": its process is $pid"
	elif [ -n "$pid" ] && [ "$pid" = "$(cat "$lockfile")" ] &&
		[ "${sockets:-/tmp}" = /tmp ]; then
		info "\"$file\" was left by a container that was killed; it is removed"
		rm -f "$file"
	else
		die "\"$file\" was not left by a container of this kind" \
		    'A server may run there, on another machine or outside of containers. If none does, remove the file.'
	fi
}

server_major()
{
	postgres -V | sed 's/^[^0-9]*\([0-9]*\).*/\1/'
}

# Of another's directory it cannot be told what it is.
readable_datadir()
{
	[ ! -e "$datadir" ] || { [ -r "$datadir" ] && [ -x "$datadir" ]; } ||
		die "\"$datadir\" belongs to uid $(stat -c %u "$datadir"), and this is uid $(id -u)" \
		    'Run the container as that uid, or give the directory to this one.'
	[ ! -e "$datadir/walarch.restore" ] ||
		die "\"$datadir\" is of a restore that was interrupted" \
		    'Run it again, with WALARCH_DELTA=y.'
}

# A container that was given no hostname has another at each run.
known_name()
{
	local others
	[[ $name = "$(uname -n)" && $name =~ ^[0-9a-f]{12}$ ]] || return 0
	others=$(compgen -G "$(dirname "$datadir")/*/PG_VERSION") || {
		warn "the data directory is called \"$name\", as this container is: the next one will not find it"
		return 0
	}
	die "WALARCH_PGDATA_DIR environment variable is not set, and there is no \"$datadir\"" \
	    "There are: $(xargs -d '\n' -n 1 dirname <<<"$others" | tr '\n' ' ')"
}

# check_datadir - of a cluster that is there: can this server be started on it?
check_datadir()
{
	local major owner
	owner=$(stat -c %u "$datadir")
	[ "$owner" = "$(id -u)" ] ||
		die "\"$datadir\" belongs to uid $owner, and this is uid $(id -u)" \
		    'Run the container as that uid, or give the directory to this one.'
	major=$(cat "$datadir/PG_VERSION") ||
		die "could not read \"$datadir/PG_VERSION\""
	[ "$major" = "$(server_major)" ] ||
		die "\"$datadir\" is of PostgreSQL $major, and this image has $(server_major)" \
		    "Take an image with PostgreSQL $major, or run pg_upgrade."
	[ ! -e "$datadir/walarch.restore" ] ||
		die "\"$datadir\" is of a restore that was interrupted" \
		    'Run it again, with WALARCH_DELTA=y.'
	[ -e "$datadir/pg_wal/." ] ||
		die "\"$datadir/pg_wal\" leads to \"$(readlink "$datadir/pg_wal")\", which is not there" \
		    'Mount the volume that holds it.'
	[ -e "$datadir/global/pg_control" ] ||
		die "\"$datadir/global/pg_control\" is missing: that is no complete data directory"
	check_recovery
	tighten_datadir
}

# A server that is to recover needs the repository that the restore named.
check_recovery()
{
	local repo
	[ -e "$datadir/recovery.signal" ] || [ -e "$datadir/standby.signal" ] ||
		[ -e "$datadir/recovery.conf" ] || return 0
	repo=$(cat "$datadir"/recovery.conf "$datadir"/postgresql.auto.conf 2>/dev/null |
		sed -n "s/^restore_command *=.*--repo1-path=''\([^']*\)'' .*/\1/p; t
		    s/^restore_command *=.*--repo1-path=\"*\([^\"' ]*\).*/\1/p" |
		tail -n 1)
	[ -z "$repo" ] || [ -d "$repo" ] ||
		die "\"$datadir\" is to recover out of \"$repo\", which is not there" \
		    'Mount the volume of the archive as it was when the backup was restored.'
}

# PostgreSQL takes no directory that others may write to, which is what a volume
# becomes by Kubernetes' fsGroup.
tighten_datadir()
{
	case $(stat -c %a "$datadir") in
	*700 | *750) ;;
	*)
		info "\"$datadir\" gets mode 0700"
		chmod u=rwx,go= "$datadir"
		;;
	esac
}
