#!/bin/bash
# smoke.sh - the image at work, and an example for the scenarios beside it: a
# cluster with a repository is made, backed up, stopped, started again, and
# starts once more in a new container on the same volumes; all of it hardened.
. "$(dirname "$0")/lib.sh"

# Of the first process: its user, and what it may do.
rights()
{
	in_box "$1" sed -nE 's/^(Uid|CapBnd|NoNewPrivs):\t([0-9]*).*/\1 \2/p' \
	    /proc/1/status | paste -sd ' '
}

# A volume is made when it is first mounted; secrets fills one with passwords.
secrets
server=(-v pgdata:/pgdata -v repo:/walarch --env WALARCH=true
    "${new_cluster[@]}")

# begin and box take the options of run; what follows "--" would be the mode's
# arguments.
check 'a cluster is made, and accepts connections' \
    box walarch postgres "${server[@]}"
is 'its data directory is named after the host' \
    "$(sql walarch 'show data_directory')" /pgdata/walarch
is 'it archives' "$(sql walarch 'show archive_mode')" on

is 'it is no one who may anything' "$(rights walarch)" \
    'Uid 26 CapBnd 0000000000000000 NoNewPrivs 1'
# shellcheck disable=SC2016	# awk's dollars
is 'its root is read-only' "$(in_box walarch \
    awk '$2 == "/" { print substr($4, 1, 2) }' /proc/mounts)" ro

# in_box runs a command in the container, with the settings of its image.
sql walarch "create table note as select 'first' as text"
check 'a full backup by exec' \
    in_box walarch walarch-backup --type=full --start-fast
gives 'the repository tells of it' 0 'full' in_box walarch walarch-info

# It is asked to end as docker stop does it; what was archived last is found
# out by the restore below.
check 'it stops within its grace' stop walarch
is 'and it was the server that ended' "$(exit_status walarch)" 0
logged walarch 'database system is shut down'

# again starts the same container; remove leaves the volumes.
check 'it starts again' again walarch
is 'with its rows' "$(sql walarch 'table note')" first
remove walarch
check 'a new container takes the cluster over' \
    box walarch postgres "${server[@]}"
is 'with its rows' "$(sql walarch 'table note')" first

# Nothing secret is printed; $T/secrets has what was.
fetch_log walarch
is 'no password is in its log' \
    "$(cat "$T"/secrets/* | grep -cFf - "$T/walarch.log")" 0
remove walarch

# A job runs to its end and gives its status; its output is in $T/NAME.out and
# $T/NAME.err, and gives looks at both.
gives 'an unknown mode is an error that names it' 1 'unknown mode "nonsense"' \
    job mistake nonsense

# Nothing is waited for that has ended; its log is shown.
gives 'a cluster without users is an error that names one' 1 \
    'WALARCH_APP_USER environment variable is not set' \
    box nobody postgres -v other:/pgdata

# shell looks into volumes without a server.
is 'the repository has one cluster' \
    "$(shell -v repo:/walarch:ro -- 'ls /walarch')" walarch-backups

finish
