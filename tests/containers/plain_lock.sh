#!/bin/bash
# plain_lock.sh - one server a data directory, whichever containers there are;
# and what a killed one leaves behind keeps the next one from nothing.
# shellcheck disable=SC2317	# what is called by another's arguments
. "$(dirname "$0")/plain/lib.sh"

killed()
{
	"$cli" kill -s KILL "$(full main)" >/dev/null
	wait_until "$patience" ended main
	check "$1: it is killed" test "$(exit_status main)" -ne 0
	check "$1: it leaves its pid" shell -v pgdata:/pgdata:ro -- \
	    'test -s /pgdata/main/postmaster.pid'
}

secrets
server=(-v pgdata:/pgdata --env WALARCH_PGDATA_DIR=main "${new_cluster[@]}")
check 'a server' box main postgres "${server[@]}"
commit main one
files=$(in_box main sh -c 'cd /pgdata/main; md5sum postmaster.pid *.conf')
locked='another container is at work on "/pgdata/main": it holds "/pgdata/.main.lock"'
refused 'a second one' "WALARCH_PGDATA_DIR: $locked" postgres "${server[@]}"
hint 'Stop it first'
refused 'a restore' "WALARCH_PG1_PATH: $locked" restore -v pgdata:/pgdata \
    --env WALARCH_PG1_PATH=/pgdata/main --env WALARCH_REPO1_PATH=/walarch/x
is 'the first has its files' \
    "$(in_box main sh -c 'cd /pgdata/main; md5sum postmaster.pid *.conf')" "$files"
commit main two
is 'and goes on' "$(rows main)" 'one two'

killed 'while it works'
check 'it starts again' again main
logged main 'postmaster.pid" was left by a container that was killed'
is 'with every row' "$(rows main)" 'one two'
commit main three
killed 'once more'
remove main
check 'another container starts in its place' box main postgres "${server[@]}"
is 'also with every row' "$(rows main)" 'one two three'
check 'it is stopped' stop main
is 'and leaves no pid' "$(shell -v pgdata:/pgdata:ro -- \
    'cd /pgdata/main; ls postmaster.pid 2>/dev/null' || :)" ''
remove main

# foreign WHAT CONTENT - a pid that no container of this kind has left.
foreign()
{
	printf '%b' "$2" | shell -v pgdata:/pgdata -- \
	    'cat >/pgdata/main/postmaster.pid; chmod 600 /pgdata/main/postmaster.pid'
	keep pgdata
	refused "$1" '"/pgdata/main/postmaster.pid" was not left by a container of this kind' \
	    postgres "${server[@]}"
	hint 'remove the file'
}

foreign 'the pid of a machine' '4242\n/pgdata/main\n1790000000\n5432\n/tmp\n*\n'
foreign 'that of a container of another kind' \
    '1\n/var/lib/postgresql/data\n1790000000\n5432\n/var/run/postgresql\n*\n'
foreign 'garbage' 'garbage\n'
foreign 'nothing' ''
shell -v pgdata:/pgdata -- 'rm /pgdata/main/postmaster.pid'
check 'without it, it starts' box main postgres "${server[@]}"
is 'as it was' "$(rows main)" 'one two three'
remove main

# Two at once, where there is nothing yet.
both_settled()
{
	answers_or_ended "$1" && answers_or_ended "$2"
}

race=(-v race:/pgdata --env WALARCH_PGDATA_DIR=main "${new_cluster[@]}")
begin left postgres "${race[@]}"
begin right postgres "${race[@]}"
wait_until "$patience" both_settled left right || :
winner=left
loser=right
answers left || { winner=right; loser=left; }
check 'of two at once, one becomes the server' answers "$winner"
is 'and one does not' "$(state $loser) $(exit_status $loser)" 'exited 1'
logged $loser "ERROR: WALARCH_PGDATA_DIR: $locked"
commit $winner one
remove $loser
stop $winner
check 'that one is whole' again $winner
is 'and has its row' "$(rows $winner)" one

# Killed while it makes a cluster: there is none, and the next makes it.
begun()
{
	"$cli" exec "$(full half)" test -e /pgdata/.main.new/PG_VERSION \
	    >/dev/null 2>&1 || ended half
}

begin half postgres -v half:/pgdata --env WALARCH_PGDATA_DIR=main \
    "${new_cluster[@]}"
wait_until "$patience" begun
remove half
is 'one that was killed while it was made is none' "$(shell -v half:/pgdata:ro \
    -- 'cd /pgdata; ls')" ''
check 'the next makes it' box half postgres -v half:/pgdata \
    --env WALARCH_PGDATA_DIR=main "${new_cluster[@]}"
commit half one
is 'whole' "$(rows half) $(in_box half ls -A /pgdata | paste -sd ' ')" \
    'one .main.lock main'
finish
