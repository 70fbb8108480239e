#!/bin/bash
# archiver.sh - a push that is cut short, by a signal or with its server, leaves
# nothing behind that the next one trips over.
# shellcheck disable=SC2317	# what is called by another's arguments
. "$(dirname "$0")/lib.sh"

[ "$major" -lt 11 ] || segments=(--wal-segsize=16)
cluster main
walarch-init --pg1-path="${data[main]}" 2>"$T/init.out"
start main
ledger main
commit main before
backup main
sql main 'create table junk (a text)'
everything=before

# pushers [walarch-push-wo] - the processes that push for this cluster; ps knows
# 15 letters of a name.
pushers()
{
	local process name
	ps -eo pid=,comm= | while read -r process name; do
		case $name in walarch-push*) ;; *) continue ;; esac
		[ $# -eq 0 ] || [ "$name" = "$1" ] || continue
		[ ! "/proc/$process/cwd" -ef "${data[main]}" ] || echo "$process"
	done
}

worker()
{
	worker=$(pushers walarch-push-wo)
	[ -n "$worker" ]
}

nobody()
{
	[ -z "$(pushers)" ]
}

archiver()
{
	ps -o pid=,args= --ppid "${pid[main]}" | awk '/archiver/ { print $1 }'
}

# A segment full of what compresses badly is being pushed, the hard way; its
# worker stands still.  A push that was done before anybody looked is no reason
# to fail: there is another segment.
segment=
push_seen()
{
	worker || stored "$segment"
}

push_caught()
{
	sql main "insert into junk select string_agg(md5(random()::text), '')
	    from generate_series(1, 450000) as g group by g % 300"
	segment=$(sql main 'select pg_walfile_name(pg_switch_wal())')
	wait_until "$patience" push_seen || return 1
	kill -STOP "$worker" 2>/dev/null || return 1
	[ -e "$(object "$segment")" ] || return 0
	go_on
	return 1
}

push_begun()
{
	local try
	echo 'compress-level = 15' >>"$WALARCH_CONFIG"
	commit main "$1"
	everything="$everything $1"
	for try in 1 2 3 4 5 6 7 8; do
		! push_caught || break
		wait_until "$patience" nobody
	done
	sed -i '/^compress-level/d' "$WALARCH_CONFIG"
	check "$1: a push is under way, after $try" [ -e "/proc/$worker" ]
}

go_on()
{
	kill -CONT "$worker"
}

archived()
{
	check "$1: and then the segment is archived" \
	    wait_until "$patience" stored "$segment"
	check "$1: no process is left" wait_until "$patience" nobody
	is "$1: nor a file" "$(find "$repo" -name '.*')" ''
}

push_begun one
stop main immediate
go_on
check 'an immediate stop ends the push' wait_until 5 nobody
check 'which stored nothing' [ ! -e "$(object "$segment")" ]
is 'nor left anything' "$(find "$repo" -name '.*')" ''
start main
archived 'an immediate stop'

push_begun two
process=$(archiver)
kill -TERM "$(pushers walarch-push)"
go_on
check 'SIGTERM ends the push' wait_until 5 nobody
archived SIGTERM
is 'and it was counted as a failure' \
    "$(sql main 'select failed_count > 0 from pg_stat_archiver')" t
is 'the archiver has survived it' "$(archiver)" "$process"

push_begun three
kill -KILL "$worker"
archived 'the worker killed'
is 'the archiver has survived that, too' "$(archiver)" "$process"

# The worker goes on alone, beside the one the server starts anew.
push_begun four
kill -KILL "$(pushers walarch-push)"
go_on
archived 'the command killed'

push_begun five
kill_hard main
start main
go_on
archived 'the server killed'

push_begun six
go_on
stop main fast
check 'a fast stop waits for the push' stored "$segment"

restore copy "$T/main.backup"
recover copy
is 'and every row is recovered' "$(rows copy)" "$everything"
finish
