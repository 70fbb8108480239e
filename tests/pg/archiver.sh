#!/bin/bash
# archiver.sh - a push that is cut short, by a signal or with its server, leaves
# nothing behind that the next one trips over.
# shellcheck disable=SC2317	# what is called by another's arguments
. "$(dirname "$0")/lib.sh"

# Slow enough to be met: the hardest compression of a full segment.
slowly()
{
	echo 'compress-level = 10' >>"$WALARCH_CONFIG"
}

quickly()
{
	sed -i '/^compress-level/d' "$WALARCH_CONFIG"
}

[ "$major" -lt 11 ] || segments=(--wal-segsize=16)
cluster main
walarch-init --pg1-path="${data[main]}" 2>"$T/init.out"
start main
ledger main
commit main before
backup main
sql main 'create table junk (a text)'
everything=before

# pushers PATTERN - the processes of such a program that push for this cluster.
pushers()
{
	local folder
	for folder in /proc/[0-9]*; do
		case $(tr '\0' ' ' 2>/dev/null <"$folder/cmdline") in
		walarch-push*) ;;
		*) continue ;;
		esac
		[ "$folder/cwd" -ef "${data[main]}" ] || continue
		case $(readlink "$folder/exe") in
		*/$1) echo "${folder#/proc/}" ;;
		esac
	done
}

worker()
{
	[ -n "$(pushers walarch-push-worker)" ]
}

nobody()
{
	[ -z "$(pushers 'walarch-*')" ]
}

archiver()
{
	ps -o pid=,args= --ppid "${pid[main]}" | awk '/archiver/ { print $1 }'
}

# A segment full of what compresses badly, whose push has begun.
segment=
push_begun()
{
	slowly
	commit main "$1"
	everything="$everything $1"
	sql main "insert into junk select string_agg(md5(random()::text), '')
	    from generate_series(1, 450000) as g group by g % 300"
	segment=$(sql main 'select pg_walfile_name(pg_switch_wal())')
	wait_until "$patience" worker
	quickly
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
check 'an immediate stop ends the push' wait_until 5 nobody
check 'which stored nothing' [ ! -e "$(object "$segment")" ]
is 'nor left anything' "$(find "$repo" -name '.*')" ''
start main
archived 'an immediate stop'

push_begun two
process=$(archiver)
# shellcheck disable=SC2046
kill -TERM $(pushers walarch-push)
check 'SIGTERM ends the push' wait_until 5 nobody
archived SIGTERM
is 'and it was counted as a failure' \
    "$(sql main 'select failed_count > 0 from pg_stat_archiver')" t
is 'the archiver has survived it' "$(archiver)" "$process"

push_begun three
# shellcheck disable=SC2046
kill -KILL $(pushers walarch-push-worker)
archived 'the worker killed'
is 'the archiver has survived that, too' "$(archiver)" "$process"

# The worker goes on alone, beside the one the server starts anew.
push_begun four
# shellcheck disable=SC2046
kill -KILL $(pushers walarch-push)
archived 'the command killed'

push_begun five
kill_hard main
start main
archived 'the server killed'

push_begun six
stop main fast
check 'a fast stop waits for the push' stored "$segment"

restore copy "$T/main.backup"
recover copy
is 'and every row is recovered' "$(rows copy)" "$everything"
finish
