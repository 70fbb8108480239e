# unshare.sh - for cli-unshare to source: the boxes, volumes and networks, each a
# folder $state/KIND/NAME, and how a box is started, plugged in and ended.
# shellcheck shell=bash disable=SC2154

# there KIND NAME - its folder, $folder.
there()
{
	folder=$state/$1/$2
	if [ -z "$2" ] || [ ! -d "$folder" ]; then
		die "no such $1: $2"
	fi
}

alive()
{
	[ -e "$state/container/$1/pid" ] && [ ! -e "$state/container/$1/status" ]
}

# create KIND NAME [LABEL...]
create()
{
	mkdir "$state/$1/$2" 2>/dev/null || die "$1 $2 is there already"
	printf '%s\n' "${@:3}" >"$state/$1/$2/labels"
	if [ "$1" = volume ]; then
		mkdir "$state/volume/$2/_data"
		: >"$state/volume/$2/new"
	fi
}

# A network is a bridge; its number is in the name and in the addresses.
create_network()
{
	local number=1
	create network "$@"
	until ip link add "walarch$number" type bridge 2>/dev/null; do
		number=$((number + 1))
		[ "$number" -lt 250 ] || die 'no more networks'
	done
	ip link set "walarch$number" up
	echo "$number" >"$state/network/$1/number"
}

# Everyone on a network is told who else is.
tell_hosts()
{
	local box other
	for box in "$state"/container/*/; do
		[ "$(cat "$box/network" 2>/dev/null)" = "$1" ] || continue
		{
			echo '127.0.0.1 localhost'
			for other in "$state"/container/*/; do
				[ "$(cat "$other/network")" != "$1" ] ||
					cat "$other/address"
			done
			cat "$box/self"
		} 2>/dev/null >"$box/hosts.new" || :
		# Not renamed: the box has this very file.
		cat "$box/hosts.new" >"$box/hosts"
	done
}

# plug NAME PID - give it the network's next address.
plug()
{
	local box=$state/container/$1 network number host=2 port
	network=$(cat "$box/network")
	[ -n "$network" ] || return 0
	number=$(cat "$state/network/$network/number")
	exec 8>"$state/network/lock"
	flock 8
	while grep -qs "^10.213.$number.$host " "$state"/container/*/address; do
		host=$((host + 1))
	done
	echo "10.213.$number.$host $1 $(cat "$box/aliases")" >"$box/address"
	echo "10.213.$number.$host $(cat "$box/hostname")" >"$box/self"
	port=wa$number.$host
	ip link add "$port" type veth peer name eth0 netns "$2"
	ip link set "$port" master "walarch$number" up
	nsenter -t "$2" -n ip addr add "10.213.$number.$host/24" dev eth0
	nsenter -t "$2" -n ip link set eth0 up
	tell_hosts "$network"
	exec 8>&-
}

# supervise NAME - run it to its end, and note its status.
supervise()
{
	local box=$state/container/$1 child pid='' status=0
	rm -f "$box"/{status,pid,go}
	[ ! -d "$box/root" ] || rmdir "$box/root"
	mkfifo "$box/go"
	: >"$box/hosts"
	unshare --mount --uts --ipc --net --pid --fork --kill-child \
	    "$here/unshare-box" "$box" "$image" <&0 &
	child=$!
	while [ -z "$pid" ] && [ -e "/proc/$child" ]; do
		pid=$(ps -o pid= --ppid "$child" | tr -d ' ') || :
	done
	echo "$pid" >"$box/pid"
	plug "$1" "$pid" >&2 && echo >"$box/go"
	wait "$child" || status=$?
	rm -f "$box"/{address,self}
	echo "$status" >"$box/status.new"
	mv "$box/status.new" "$box/status"
	[ ! -e "$box/remove" ] || rm -rf "$box"
	return "$status"
}

# launch NAME - in the background, its log in its folder.
launch()
{
	rm -f "$state/container/$1"/{status,pid}
	setsid "$0" supervise "$1" >>"$state/container/$1/log" 2>&1 \
	    </dev/null &
	until [ -e "$state/container/$1/pid" ]; do
		[ -e "/proc/$!" ] || break
		sleep 0.02
	done
}

# In the foreground, with its output both here and in its log.
attend()
{
	local log=$state/container/$1/log
	exec 7>>"$log"
	{ { supervise "$1" 2>&1 >&3 3>&- | tee /dev/fd/7 >&2; exit "${PIPESTATUS[0]}"; } \
	    3>&1 | tee /dev/fd/7; exit "${PIPESTATUS[0]}"; }
}

# signal NAME SIGNAL - to its first process.
signal()
{
	! alive "$1" || kill -s "${2#SIG}" "$(cat "$state/container/$1/pid")" \
	    2>/dev/null || :
}

# await NAME SECONDS - its end.
await()
{
	local end=$((SECONDS + $2))
	while alive "$1"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.05
	done
}
