# common.sh - for the scripts of the flows to source: what they have in common.
# shellcheck shell=bash
#
# Every script's environment:
#   CONTAINER_CLI      docker, or podman where there is no docker
#   WALARCH_IMAGE      the image, walarch:latest; it is never pulled
#   WALARCH_NAMESPACE  NAME: "NAME-" before the name of each container, volume
#                      and network; none
#   WALARCH_WAIT       the seconds that a server may take to be ready, 3600: a
#                      recovery is part of its start
#   WALARCH_PORT       the port of 127.0.0.1 that a server is published on;
#                      empty: none
#   WALARCH_DEBUG      true: the containers tell what they do
set -eu

: "${WALARCH_IMAGE:=walarch:latest}" "${WALARCH_NAMESPACE:=}"
: "${WALARCH_WAIT:=3600}"

# What every container is told, and the mounts of the one to come.
label=walarch=${WALARCH_NAMESPACE:-default}
common=(--pull never --label "$label" --read-only --tmpfs /tmp --cap-drop all
	--security-opt no-new-privileges --env WALARCH_DEBUG)
mounts=()

say()
{
	printf '%s %s: %s\n' "$(LC_ALL=C date -u)" "$1" "$2" >&2
}

info()
{
	say INFO "$1"
}

# fail TEXT [HINT]
fail()
{
	say ERROR "$1"
	[ $# -eq 1 ] || say HINT "$2"
	exit 1
}

# The comment at the head of the script, and the above one.
help()
{
	local own='2,/^[^#]/s/^#\( \|$\)//p'
	sed -n "$own" "$0"
	sed -n '/^# Every/,/^[^#]/s/^#\( \|$\)//p' "${BASH_SOURCE[0]}" |
		sed '1s/^/\n/'
}

# need VARIABLE
need()
{
	[ -n "${!1:-}" ] ||
		fail "$1 environment variable is not set, aborting."
}

name()
{
	printf '%s\n' "${WALARCH_NAMESPACE:+$WALARCH_NAMESPACE-}$1"
}

# exists container|volume|network NAME
exists()
{
	"$cli" "$1" inspect "$(name "$2")" >/dev/null 2>&1
}

# state CONTAINER FIELD
state()
{
	"$cli" container inspect --format "{{.State.$2}}" "$(name "$1")" \
	    2>/dev/null
}

running()
{
	[ "$(state "$1" Running)" = true ]
}

# need_example CONTAINER TEXT - TEXT names the example that starts it.
need_example()
{
	running "$1" ||
		fail "The $2 example must be running prior to using this example."
}

# need_restore CONTAINER - the job has ended, and well.
need_restore()
{
	[ "$(state "$1" Status) $(state "$1" ExitCode)" = 'exited 0' ] ||
		fail "The restore $(name "$1") has not been completed." \
		    'run.sh does it, post-restore.sh comes after it.'
}

make_network()
{
	exists network walarch ||
		"$cli" network create --label "$label" "$(name walarch)" \
		    >/dev/null
}

# volume NAME PATH [ro] - mount a volume, which is made where there is none.
volume()
{
	exists volume "$1" ||
		"$cli" volume create --label "$label" "$(name "$1")" >/dev/null
	mounts+=(--volume "$(name "$1"):$2${3:+:$3}")
}

# made_volume NAME PATH [ro] - mount one that another script has made.
made_volume()
{
	exists volume "$1" ||
		fail "There is no volume $(name "$1")." \
		    'An earlier script of the flow makes it; see --help.'
	volume "$@"
}

# sh_in COMMAND - have the image's shell do it in the mounts so far.
sh_in()
{
	"$cli" run --rm "${common[@]}" --network none "${mounts[@]}" \
	    --entrypoint sh "$WALARCH_IMAGE" -euc "$1"
}

# The passwords, made once.  A link never replaces one that is there.
secrets()
{
	local mounts=()
	volume secrets /secrets
	# shellcheck disable=SC2016	# for the shell in the container
	sh_in '
		umask 027
		for name in app replication superuser; do
			[ ! -e "/secrets/$name-password" ] || continue
			new=$(mktemp "/secrets/.$name.XXXXXX")
			head -c 18 /dev/urandom | base64 >"$new"
			chmod 640 "$new"
			ln "$new" "/secrets/$name-password" || :
			rm "$new"
		done'
}

# For the containers that make or ask for roles.
with_secrets()
{
	secrets
	volume secrets /secrets ro
}

# gone CONTAINER... - stop them in order, and remove them.
gone()
{
	local container
	for container; do
		exists container "$container" || continue
		"$cli" stop "$(name "$container")" >/dev/null
		"$cli" rm "$(name "$container")" >/dev/null
	done
}

# A restore is into a new directory; no_volume VOLUME... removes the old one.
no_volume()
{
	local volume
	for volume; do
		! exists volume "$volume" ||
			"$cli" volume rm "$(name "$volume")" >/dev/null
	done
}

# What the examples' clusters are made with.
cluster=(--env WALARCH_APP_USER=testuser --env WALARCH_APP_DATABASE=userdb
	--env WALARCH_REPLICATION_USER=primaryuser)

# server HOST PORT [OPTION...] - start one in place of the container of that
# name, and wait until it can be used.
server()
{
	local host=$1 port=${WALARCH_PORT-$2}
	shift 2
	gone "$host"
	make_network
	"$cli" run --detach --name "$(name "$host")" --hostname "$host" \
	    --network "$(name walarch)" --network-alias "$host" \
	    --stop-timeout 120 ${port:+--publish "127.0.0.1:$port:5432"} \
	    "${common[@]}" "${mounts[@]}" "$@" "$WALARCH_IMAGE" postgres \
	    >/dev/null
	wait_ready "$host"
}

# Can it be used?  While it recovers it may accept connections, and has not all
# its data yet; it has when recovery ended or paused at its target.  $recovering
# is t, f, or empty when there was no answer.
answers()
{
	local container
	container=$(name "$1")
	recovering=
	"$cli" exec "$container" /usr/local/lib/walarch/container/ready \
	    >/dev/null 2>&1 || return
	recovering=$("$cli" exec "$container" psql -XAtc 'select case
	    when not pg_is_in_recovery() then $$f$$
	    when pg_is_wal_replay_paused() then $$t$$ end' 2>/dev/null) || :
	[ -n "$recovering" ]
}

# wait_ready CONTAINER
wait_ready()
{
	local end=$((SECONDS + WALARCH_WAIT)) container
	container=$(name "$1")
	info "waiting for $container"
	until answers "$1"; do
		running "$1" || {
			"$cli" logs "$container" >&2
			fail "$container has ended, with status $(state "$1" ExitCode)."
		}
		[ "$SECONDS" -lt "$end" ] || {
			"$cli" logs --tail 20 "$container" >&2
			fail "$container is not ready after $WALARCH_WAIT seconds." \
			    'WALARCH_WAIT sets how long to wait; it goes on.'
		}
		sleep 0.5
	done
	info "$container is ready"
	[ "$recovering" = f ] ||
		info "it is paused at the target, and read-only until 'select pg_wal_replay_resume()'"
}

# job CONTAINER MODE [OPTION...] - run it to its end, with its log; its status
# is the job's.  The container stays, for its log and status to be read.
job()
{
	local host=$1 mode=$2 status=0
	shift 2
	gone "$host"
	make_network
	"$cli" run --name "$(name "$host")" --hostname "$host" \
	    --network "$(name walarch)" "${common[@]}" "${mounts[@]}" "$@" \
	    "$WALARCH_IMAGE" "$mode" || status=$?
	[ "$status" -eq 0 ] ||
		say ERROR "$(name "$host") has failed, with status $status."
	return "$status"
}

# ours WORD WORD... - is the first one among the others?
ours()
{
	local word
	for word in "${@:2}"; do
		[ "$1" != "$word" ] || return 0
	done
	return 1
}

# not_in_use VOLUME CONTAINER... - by any other than these containers.
not_in_use()
{
	local volume user
	volume=$(name "$1")
	shift
	for user in $("$cli" ps --all --filter "volume=$volume" \
	    --format '{{.Names}}'); do
		ours "$user" "$@" ||
			fail "The volume $volume is in use by the container $user." \
			    'Clean up the example that container belongs to first.'
	done
}

# The network and the passwords go with the last of the examples.
cleanup_shared()
{
	local left
	left=$("$cli" ps --all --quiet --filter "label=$label"
		"$cli" volume ls --quiet --filter "label=$label" |
			sed "/^$(name secrets)\$/d")
	[ -z "$left" ] || return 0
	no_volume secrets
	! exists network walarch ||
		"$cli" network rm "$(name walarch)" >/dev/null
}

# cleanup CONTAINER... -- [VOLUME...] - remove them all or, where another
# example has use of them, none.
cleanup()
{
	local containers=() full=() volume
	while [ "$1" != -- ]; do
		containers+=("$1")
		full+=("$(name "$1")")
		shift
	done
	shift
	for volume; do
		not_in_use "$volume" "${full[@]}"
	done
	gone "${containers[@]}"
	no_volume "$@"
	cleanup_shared
}

case ${1:-} in
'') ;;
-h | --help) help; exit ;;
*) echo "usage: $(basename "$0") [--help]" >&2; exit 2 ;;
esac
cli=${CONTAINER_CLI:-}
[ -n "$cli" ] || cli=$(command -v docker || command -v podman) ||
	fail 'There is neither docker nor podman.' 'CONTAINER_CLI names one.'
"$cli" ps >/dev/null || fail "$cli is of no use here."
