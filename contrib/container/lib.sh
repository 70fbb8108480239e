# lib.sh - for the entrypoint to source: messages, and what a mode does with
# its variables and its processes.
# shellcheck shell=bash disable=SC2154,SC2034

folder=/tmp/walarch
stopped=
debugging=
colours=(INFO '' WARN '' ERROR '' DEBUG '')
[ ! -t 2 ] || colours=(INFO $'\e[32m' WARN $'\e[33m' ERROR $'\e[31m' DEBUG '')

log()
{
	local colour=
	case $1 in
	INFO) colour=${colours[1]} ;;
	WARN) colour=${colours[3]} ;;
	ERROR) colour=${colours[5]} ;;
	esac
	printf '%s%s %s: %s%s\n' "$colour" \
	    "$(LC_ALL=C TZ=UTC date '+%a %b %d %H:%M:%S UTC %Y')" "$1" "$2" \
	    "${colour:+$'\e[0m'}" >&2
}

info() { log INFO "$1"; }
warn() { log WARN "$1"; }
debug() { [ -z "$debugging" ] || log DEBUG "$1"; }

# die WHAT [HINT]
die()
{
	log ERROR "$1"
	[ $# -lt 2 ] || log HINT "$2"
	exit 1
}

# yes NAME DEFAULT - is the variable true?
yes()
{
	local value=${!1:-$2}
	case ${value,,} in
	true | y | yes | on | 1) return 0 ;;
	false | n | no | off | 0 | '') return 1 ;;
	esac
	die "$1 is \"$value\", which is neither true nor false" \
	    'It is true, y, yes, on or 1, or else false, n, no, off or 0.'
}

# need NAME...
need()
{
	local name
	for name; do
		[ -n "${!name:-}" ] ||
			die "$name environment variable is not set, aborting."
	done
}

# one_name VARIABLE - its value is to be a file's name, and no path.
one_name()
{
	case ${!1} in
	. | .. | */* | *$'\n'*)
		die "$1 is \"${!1}\", which is not the name of a folder" ;;
	esac
}

# The user has a name, whatever the uid that the container runs as, and there
# is a place for what has to be written.
prepare_folder()
{
	if ! mkdir -p "$folder" 2>/dev/null || [ ! -w "$folder" ]; then
		die "could not write to /tmp as uid $(id -u)" \
		    'With a read-only root file system, mount a tmpfs (an emptyDir) at /tmp.'
	fi
	getent passwd "$(id -u)" >/dev/null ||
		printf 'postgres:x:%d:100:PostgreSQL:/tmp:/bin/bash\n' \
		    "$(id -u)" >"$folder/passwd"
	export HOME=/tmp
}

# writable FOLDER VARIABLE - make it, with what is above it.
writable()
{
	local above=$1 why
	if why=$(mkdir -p "$1" 2>&1); then
		why=$(mktemp "$1/.walarch.XXXXXX" 2>&1) && rm "$why" && return
	fi
	while [ ! -e "$above" ]; do
		above=$(dirname "$above")
	done
	die "$2: could not write to \"$1\": ${why##*: } (\"$above\" belongs to $(stat -c 'uid %u, gid %g, mode %a' "$above"); this is uid $(id -u), groups $(id -G))" \
	    'Mount a volume there that belongs to that uid; in Kubernetes, set fsGroup.'
}

# Bash forgets a signal that comes while a command in front of it runs, and
# process 1 any that it has no trap for.
catch_stop()
{
	trap 'exit 143' TERM
	trap 'exit 130' INT
}

# on_volume PATH - what is in the container goes with it.
on_volume()
{
	[ "$(stat -c %d "$1")" != "$(stat -c %d /)" ] ||
		warn "\"$1\" is on no volume: what is in it goes with this container"
}

# run COMMAND... - to its end, passing on a signal to stop.
run()
{
	local child status=0
	debug "running: $*"
	"$@" &
	child=$!
	# shellcheck disable=SC2064
	trap "stopped=1; kill -TERM $child 2>/dev/null || :" TERM INT
	wait "$child" || status=$?
	# The first wait ends with the signal; the child tidies up meanwhile.
	while kill -0 "$child" 2>/dev/null; do
		status=0
		wait "$child" || status=$?
	done
	catch_stop
	return "$status"
}
