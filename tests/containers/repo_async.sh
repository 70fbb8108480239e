#!/bin/bash
# repo_async.sh - archiving, and recovering, with work done ahead: a hundred
# segments with some threads, a repository that goes and comes back, workers that
# are killed.  The server goes on, and all is archived.
# shellcheck disable=SC2016,SC2154,SC2317	# dollars of the container's; names of lib.sh
. "$(dirname "$0")/repo/lib.sh"

secrets
async=(--env WALARCH_ARCHIVE_ASYNC=y)

# nothing_waits NAME - all that was ready is archived.
nothing_waits()
{
	# shellcheck disable=SC2016	# the container's dollars
	in_box "$1" sh -c '! ls "/pgdata/$1/pg_wal/archive_status" |
	    grep -q "ready$"' sh "$1" </dev/null
}

# all_there NAME LAST - info knows no hole, and verify no damage.
all_there()
{
	gives "$1: it is there without a hole" 0 "wal: .* / $2, " \
	    in_box "$1" walarch-info
	check "$1: and whole" in_box "$1" walarch-verify
}

check 'async is enough' box walarch postgres -v pgdata:/pgdata \
    -v repo:/walarch "${async[@]}" "${new_cluster[@]}"
is 'the spool is beside the data directory' "$(in_box walarch ls /pgdata)" \
    $'walarch\nwalarch-spool'
check 'a full backup' backup walarch --type=full
check 'and a differential one' backup walarch --type=diff
gives 'both are listed' 0 'diff backup' in_box walarch walarch-info
said 'full backup'
check 'the spool is in use' in_box walarch sh -c \
    'test "$(find /pgdata/walarch-spool/db -name "push*")"'
remove walarch

# A hundred segments, with so many threads.
for threads in 1 2 4; do
	name=threads$threads
	small $name
	check "$name: the server comes up" box $name postgres \
	    -v pgdata:/pgdata -v repo:/walarch "${async[@]}" \
	    --env WALARCH_PROCESS_MAX=$threads
	first=$(switch $name)
	burst $name 100
	last=$(switch $name)
	check "$name: a hundred segments" [ \
	    $((16#${last:16} - 16#${first:16})) -ge 100 ]
	check "$name: all of them are archived" \
	    wait_until "$patience" nothing_waits $name
	is "$name: nothing failed" \
	    "$(sql $name 'select failed_count from pg_stat_archiver')" 0
	all_there $name "$last"
	check "$name: a hundred and more are counted" in_box $name sh -c \
	    'walarch-info | grep "/ $1, 1[0-9][0-9] segments"' sh "$last"
	[ $threads = 4 ] || remove $name
done
name=threads4
ledger $name
commit $name before
check 'a backup' backup $name --type=full

# The repository goes, and comes back.
in_box $name mv /walarch/$name-backups /walarch/away
commit $name without
burst $name 20
check 'without its repository archiving fails' wait_until "$patience" \
    says $name 'select failed_count > 0 from pg_stat_archiver' t
logged $name "$name-backups" 'which the log tells'
check 'the server goes on' commit $name meanwhile
in_box $name mv -T /walarch/away /walarch/$name-backups
last=$(switch $name)
check 'with it, all is archived' wait_until "$patience" nothing_waits $name
all_there $name "$last"

# Whoever works ahead is killed, again and again.
struck=0
for turn in ru wo ru wo; do
	signal $name KILL "walarch-push-$turn" &
	striking=$!
	burst $name 20 || :
	! wait $striking || struck=$((struck + 1))
	check "walarch-push-$turn is killed: the server goes on" \
	    commit $name struck
done
check "pushes were killed ($struck)" [ $struck -gt 0 ]
last=$(switch $name)
check 'all is archived' wait_until "$patience" nothing_waits $name
all_there $name "$last"
unlogged $name 'server process .* was terminated' 'the server itself went on'
rows=$(rows $name)
stop $name
remove $name

# A recovery that fetches ahead: of a hundred segments and more.
check 'it is restored' restore copy --env WALARCH_PG1_PATH=/pgdata/copy \
    --env WALARCH_REPO1_PATH=/walarch/$name-backups
begin copy postgres -v pgdata:/pgdata "${with_repo[@]}" "${async[@]}" \
    --env WALARCH_PROCESS_MAX=2 --env WALARCH_PGDATA_DIR=copy \
    --env WALARCH_REPO1_PATH=/walarch/$name-backups
struck=0
! signal copy KILL walarch-get-ru || struck=1
comes copy up 'a recovery that fetches ahead'
echo "# who fetched was killed: $struck"
is 'it has every row' "$(rows copy)" "$rows"
check 'something was fetched ahead' in_box copy sh -c \
    'test "$(cat /pgdata/copy-spool/db/*/get.runner | cut -d" " -f4)" -gt 0'
segment=$(switch copy)
is 'it archives its own timeline' "${segment:0:8}" 00000002
check 'and is whole' in_box copy walarch-verify
finish
