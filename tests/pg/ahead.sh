#!/bin/bash
# ahead.sh - archive-async under load: runners and commands killed at random,
# the server killed and stopped, the repository away for a while.  Whatever
# PostgreSQL calls archived is in the repository, whole.
# shellcheck disable=SC2317	# what is called by another's arguments
. "$(dirname "$0")/lib.sh"

spool=$T/spool
# At this level a push takes its time.
printf '%s\n' 'archive-async = y' "spool-path = $spool" 'process-max = 2' \
    'compress-level = 15' >>"$WALARCH_CONFIG"
turns=${AHEAD_TURNS:-24}
RANDOM=${AHEAD_SEED:-1718}

cluster main
# The server keeps all of its WAL, so that it can be compared in the end; 1,000
# segments are more than there will be.
keep='wal_keep_segments = 1000'
[ "$major" -lt 13 ] || keep='wal_keep_size = 1000MB'
[ "$major" -ge 11 ] || keep='wal_keep_segments = 200'
set_up main "$keep" 'max_wal_size = 4GB' 'autovacuum = off'
walarch-init --pg1-path="${data[main]}" 2>"$T/init.out"
start main
ledger main
commit main before
backup main
sql main 'create table junk (a text)'
wal=${data[main]}/pg_wal
state=$wal/archive_status

# of_main NAME - the processes of that program that work for this cluster; ps
# knows 15 letters of a name.
of_main()
{
	local process name
	ps -eo pid=,comm= | while read -r process name; do
		[[ $name == "$1"* ]] || continue
		[ ! "/proc/$process/cwd" -ef "${data[main]}" ] || echo "$process"
	done
}

# strike SIGNAL NAME - the first that is seen of them, within some seconds.
declare -A struck=()
strike()
{
	local process try
	for ((try = 0; try < 40; try++)); do
		process=$(of_main "$2" | head -n 1) || :
		[ -z "$process" ] || ! kill "-$1" "$process" 2>/dev/null || {
			struck["$1 $2"]=$((${struck["$1 $2"]:-0} + 1))
			return 0
		}
		sleep 0.02
	done
}

runner=walarch-push-ru
worker=walarch-push-wo
front=walarch-push

# Whoever was stopped goes on.
go_on()
{
	local process
	for process in $(of_main "$runner"); do
		kill -CONT "$process" 2>/dev/null || :
	done
}

# Rows, segment after segment, until the server goes.
load()
{
	local i
	for ((i = 0; i < 400; i++)); do
		sql main "insert into junk select md5(random()::text) ||
		    repeat(md5(g::text), 9) from generate_series(1, 4000) as g;
		    select pg_switch_wal()" || return 0
	done >>"$T/load.out" 2>&1
}

noted=
note()
{
	# A server that was just killed may not take it.
	! commit main "$1" 2>/dev/null || noted="$noted $1"
}

up()
{
	serving main || start main
}

load &
loading=$!
for ((turn = 1; turn <= turns; turn++)); do
	sleep 0.$((RANDOM % 4))$((RANDOM % 10))
	case $((turn % 12)) in
	1|5|8)	strike KILL "$runner" ;;
	2)	strike KILL "$worker" ;;
	3)	strike KILL "$front" ;;
	4)	strike TERM "$runner" ;;
	6)	mv "$repo" "$repo.away"
		sleep 0.$((RANDOM % 10))
		strike KILL "$runner"
		mv -T "$repo.away" "$repo" ;;
	7)	strike TERM "$worker" ;;
	9)	strike STOP "$runner"
		sleep 0.2
		go_on ;;
	10)	stop main immediate
		up ;;
	11)	note "turn$turn" ;;
	0)	kill_hard main
		up ;;
	esac
	kill -0 $loading 2>/dev/null || {
		load &
		loading=$!
	}
done
kill $loading 2>/dev/null || :
wait $loading 2>/dev/null || :
up

nothing_ready()
{
	! compgen -G "$state/*.ready" >/dev/null
}

last=$(switch main)
note last
last=$(switch main)
check 'all that was ready is archived' wait_until 120 nothing_ready
nobody()
{
	[ -z "$(of_main walarch-push)" ]
}
check 'then nobody works any more' wait_until "$patience" nobody
is 'nor is anything left in the spool but what swept it' \
    "$(find "$spool"/*/*/push -type f -size +0 |
	while read -r file; do
		[ -e "$state/${file##*/}.done" ] || echo "$file"
	done)" ''

# Each of them, as it is in pg_wal, and as it is stored.
wrong='' count=0
for file in "$state"/*.done; do
	name=$(basename "$file" .done)
	[ -e "$wal/$name" ] || continue
	count=$((count + 1))
	if ! walarch-get -o "$T/got" "$name" 2>"$T/get.err"; then
		wrong="$wrong $name: $(head -n 1 "$T/get.err");"
	elif ! cmp -s "$T/got" "$wal/$name"; then
		wrong="$wrong $name differs;"
	fi
	rm -f "$T/got"
done
is "every segment that is called archived is stored, whole ($count)" "$wrong" ''
check "there were some ($count)" [ "$count" -gt 30 ]

# A server that is killed between the end of a segment and its .ready thinks of
# that when it would remove the segment.
forgotten()
{
	local file name
	for file in "$wal"/????????????????????????; do
		name=${file##*/}
		[[ $name > $last ]] || [ -e "$state/$name.done" ] ||
			echo "$name"
	done
}
forgotten=$(forgotten)
printf '# PostgreSQL forgot: %s\n' "${forgotten:-nothing}"
sql main "alter system set ${keep%% *} = 0"
sql main 'select pg_reload_conf()' >/dev/null
sql main checkpoint
check 'what PostgreSQL had forgotten it has archived now' \
    wait_until 120 nothing_ready
for name in $forgotten; do
	gives "that is $name" 0 '' walarch-get -o "$T/got" "$name"
	rm -f "$T/got"
done
gives 'walarch-verify agrees' 0 '' walarch-verify
for what in "KILL $runner" "KILL $front" "TERM $runner"; do
	check "there was some of: $what (${struck[$what]:-0})" \
	    [ "${struck[$what]:-0}" -gt 0 ]
done
printf '# %s\n' "$(for what in "${!struck[@]}"; do
	printf '%s: %s; ' "$what" "${struck[$what]}"
done)"
unlogged main 'working without a spool'
is 'nothing of a killed push is left' \
    "$(find "$repo" -name '.*' -type f -newer "$state/$last.done")" ''

restore copy "$T/main.backup"
recover copy
is 'every row that was committed is recovered' "$(rows copy)" "before$noted"
finish
