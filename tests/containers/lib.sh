# lib.sh - for the scenarios beside it, and below, to source: containers of
# walarch's image that are thrown away, jobs, volumes, and a line "ok - what" or
# "not ok - what" a check (../report.sh).
#
# From the environment: CONTAINER_CLI, the command that runs containers, and
# WALARCH_IMAGE, the image.  CONTAINER_CLI is cli-podman beside this file unless
# named; that needs WALARCH_TEST_STORE, the folder with the image.
#
# All that a scenario makes is named "$WALARCH_NAMESPACE-NAME", as contrib/docker
# does, and removed when it ends; WALARCH_TEST_KEEP=1 leaves it.  In the helpers a
# NAME goes without the prefix; so does a volume's in -v NAME:/FOLDER.
# shellcheck shell=bash disable=SC2034

set -Eeu
shopt -s inherit_errexit
export LC_ALL=C TZ=UTC
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
contrib=$(cd "$here/../../contrib" && pwd -P)
title=$(basename "$0" .sh)

# shellcheck source=../report.sh
. "$here/../report.sh"

cli=${CONTAINER_CLI:-$here/cli-podman}
image=${WALARCH_IMAGE:-walarch:latest}
WALARCH_NAMESPACE=${title,,}-$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')
export CONTAINER_CLI=$cli WALARCH_IMAGE=$image WALARCH_NAMESPACE
# Nothing is published on the machine.
export WALARCH_PORT=
programs=/usr/local/lib/walarch/container

# What is answered within, on a slow machine: a question, and a whole job.
patience=${WALARCH_TEST_PATIENCE:-120}
job_patience=${WALARCH_TEST_JOB_PATIENCE:-300}
# A question costs half a second of CPU.
poll=0.3

full()
{
	echo "$WALARCH_NAMESPACE-$1"
}

clean_up()
{
	local name
	[ -z "${WALARCH_TEST_KEEP:-}" ] || {
		echo "# kept: what is named $WALARCH_NAMESPACE-..."
		keep_files=1
		return
	}
	for name in $("$cli" ps -a --filter "name=^$WALARCH_NAMESPACE-" \
	    --format '{{.Names}}'); do
		"$cli" kill -s KILL "$name"
		"$cli" rm -f "$name"
	done >/dev/null 2>&1
	for name in $("$cli" volume ls -q \
	    --filter "name=^$WALARCH_NAMESPACE-"); do
		"$cli" volume rm "$name"
	done >/dev/null
	for name in $("$cli" network ls \
	    --filter "name=^$WALARCH_NAMESPACE-" --format '{{.Name}}'); do
		"$cli" network rm "$name"
	done >/dev/null
}

# The one network of a scenario, made when it is first needed.
network()
{
	"$cli" network inspect "$(full walarch)" >/dev/null 2>&1 ||
		"$cli" network create "$(full walarch)" >/dev/null
}

volume()
{
	local name
	for name; do
		"$cli" volume create "$(full "$name")" >/dev/null
	done
}

# understand [OPTION...] [-- ARGUMENT...] - into $options, with the volumes' full
# names, and $arguments.
understand()
{
	options=()
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		options+=("$1")
		case $1 in
		-v | --volume)
			case $2 in
			/*) options+=("$2") ;;
			*) options+=("$(full "$2")") ;;
			esac
			shift
			;;
		esac
		shift
	done
	[ $# -eq 0 ] || shift
	arguments=("$@")
}

# begin NAME MODE [OPTION...] [-- ARGUMENT...] - a container that stays, named and
# found on the network as contrib/docker's are; nothing is waited for.
begin()
{
	local name=$1 mode=$2 options arguments
	shift 2
	understand "$@"
	network
	"$cli" run --detach --name "$(full "$name")" --hostname "$name" \
	    --network "$(full walarch)" --network-alias "$name" \
	    "${options[@]}" "$image" "$mode" "${arguments[@]}" >/dev/null
}

# box NAME MODE ... - begin it, and wait until it accepts connections; fails, and
# shows the log, when it has ended instead.
box()
{
	begin "$@"
	ready "$1"
}

# job NAME MODE [OPTION...] [-- ARGUMENT...] - one that runs to its end: its
# status, what it says, and the same in $T/NAME.out and $T/NAME.err.
job()
{
	local name=$1 mode=$2 options arguments status=0
	shift 2
	understand "$@"
	network
	timeout -k 10 "$job_patience" "$cli" run --rm \
	    --name "$(full "$name")" --hostname "$name" \
	    --network "$(full walarch)" "${options[@]}" "$image" "$mode" \
	    "${arguments[@]}" >"$T/$name.out" 2>"$T/$name.err" </dev/null ||
		status=$?
	cat "$T/$name.out"
	cat "$T/$name.err" >&2
	return "$status"
}

# shell [OPTION...] -- SCRIPT [ARGUMENT...] - a script of sh's over volumes, in
# the image, with this shell's standard input.
shell()
{
	local options arguments
	understand "$@"
	timeout -k 10 "$job_patience" "$cli" run --rm -i \
	    --name "$(full "shell-$BASHPID")" --network none \
	    --entrypoint /bin/sh "${options[@]}" "$image" \
	    -euc "${arguments[@]:0:1}" sh "${arguments[@]:1}"
}

# in_box NAME COMMAND... - in a container that runs.
in_box()
{
	"$cli" exec -i "$(full "$1")" "${@:2}"
}

# state NAME - created, running, exited, or "none".
state()
{
	"$cli" inspect -f '{{.State.Status}}' "$(full "$1")" 2>/dev/null ||
		echo none
}

# The status with which it exited.
exit_status()
{
	"$cli" inspect -f '{{.State.ExitCode}}' "$(full "$1")"
}

# podman says "stopped" for a moment, and knows no status yet.
ended()
{
	case $(state "$1") in
	exited | none) return 0 ;;
	esac
	return 1
}

answers()
{
	in_box "$1" "$programs/ready" >/dev/null 2>&1 </dev/null
}

# Which of the two, in $answered.
answers_or_ended()
{
	answered=0
	if answers "$1"; then
		answered=1
	else
		ended "$1"
	fi
}

# ready NAME - wait until it accepts connections.
ready()
{
	wait_until "$patience" answers_or_ended "$1" || :
	[ "$answered" -eq 1 ] || {
		echo "$1 is $(state "$1"), and not ready; its log ends with:"
		fetch_log "$1"
		tail -20 "$T/$1.log"
		return 1
	} >&2
}

fetch_log()
{
	"$cli" logs "$(full "$1")" >"$T/$1.log" 2>&1 </dev/null
}

# stop NAME [SECONDS] - ask it to end; killed after so many.
stop()
{
	"$cli" stop --time "${2:-$patience}" "$(full "$1")" >/dev/null
}

# again NAME - start one that has ended, and wait until it is ready.
again()
{
	"$cli" start "$(full "$1")" >/dev/null
	ready "$1"
}

# remove NAME - end it in whatever state, and remove it; its volumes stay.
remove()
{
	"$cli" kill -s KILL "$(full "$1")" >/dev/null 2>&1 || :
	"$cli" rm -f "$(full "$1")" >/dev/null
}

# sql NAME QUERY
sql()
{
	in_box "$1" psql -XAtq -v ON_ERROR_STOP=1 -c "$2" </dev/null
}

# says NAME QUERY ANSWER
says()
{
	[ "$(sql "$1" "$2" 2>/dev/null)" = "$3" ]
}

# secrets - the volume of that name, with random passwords, which are also in
# the files $T/secrets/NAME-password.
secrets()
{
	local name
	mkdir -m 700 "$T/secrets"
	for name in app replication superuser; do
		od -An -N12 -tx4 /dev/urandom | tr -d ' \n' \
		    >"$T/secrets/$name-password"
	done
	volume secrets
	tar -cf - -C "$T/secrets" app-password replication-password \
	    superuser-password |
		shell -v secrets:/secrets -- 'cd /secrets; umask 077
		    tar -xf - --no-same-owner; chmod 640 *'
}

# What a container needs that makes the cluster of the examples.
new_cluster=(-v secrets:/secrets:ro --env WALARCH_APP_USER=testuser
    --env WALARCH_APP_DATABASE=userdb
    --env WALARCH_REPLICATION_USER=primaryuser)
