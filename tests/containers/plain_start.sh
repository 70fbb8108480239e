#!/bin/bash
# plain_start.sh - what a start must not pass over: settings that go before the
# entrypoint's, a container without a name, a change of the archive, folders that
# are on no volume, a stop meanwhile, and what an interrupted one has left.
# shellcheck disable=SC2016,SC2317	# what is passed on
. "$(dirname "$0")/plain/lib.sh"

secrets
server=(-v pgdata:/pgdata -v repo:/walarch --env WALARCH=true
    "${new_cluster[@]}")

# configured TEXT - an own postgresql.conf that ends with it.
configured()
{
	printf '%b' "$1" | shell -v conf:/pgconf -- 'cat >/pgconf/postgresql.conf'
}

volume conf
configured 'shared_buffers = 16MB\n# the end'
check 'a file without a last newline' \
    box main postgres "${server[@]}" -v conf:/pgconf:ro
is 'it archives' "$(sql main 'show archive_mode')" on
is 'with what the file says' "$(sql main 'show shared_buffers')" 16MB
remove main
configured "include_if_exists = 'walarch.conf'\narchive_mode = off\nport = 6000\n"
check 'a file that goes on after the include' \
    box main postgres "${server[@]}" -v conf:/pgconf:ro
is 'still archives' \
    "$(sql main 'show archive_mode') $(sql main 'show port')" 'on 5432'
sql main "alter system set archive_command = '/bin/true'"
remove main
check 'ALTER SYSTEM goes before' box main postgres "${server[@]}"
fetch_log main
logged main 'WARN: archive_command is "/bin/true"' 'which is told'
sql main 'alter system reset archive_command'
remove main

check 'another repository' box main postgres "${server[@]}" \
    --env WALARCH_REPO1_PATH=/walarch/other
fetch_log main
logged main \
    'WARN: the cluster has archived to "/walarch/main-backups", and now does to /walarch/other' \
    'is told'
remove main
check 'no archiving' box main postgres "${server[@]}" --env WALARCH=false
fetch_log main
logged main 'WARN: the cluster has archived to .* and now does to nothing' \
    'is told, too'
unlogged main 'is on no volume' 'all is on volumes'
remove main

# Docker names a container by its id.
keep pgdata
refused 'no name, where there are clusters' \
    'WALARCH_PGDATA_DIR environment variable is not set' postgres \
    "${server[@]}" --hostname 0123456789ab
hint 'There are: /pgdata/main'

export WALARCH_TEST_SOFT=1
check 'a repository in the container itself' \
    box lost postgres -v lost:/pgdata "${new_cluster[@]}" --env WALARCH=true
fetch_log lost
logged lost 'WARN: "/walarch/lost-backups" is on no volume' 'is told'
remove lost
unset WALARCH_TEST_SOFT

refused 'a repository where nothing can be written' \
    'WALARCH_REPO1_PATH: could not write to "/walarch/lost-backups"' postgres \
    -v lost2:/pgdata "${new_cluster[@]}" --env WALARCH=true \
    --env WALARCH_PGDATA_DIR=lost
is 'before there is a cluster' "$(shell -v lost2:/pgdata:ro -- \
    'ls /pgdata')" ''

# stopped_after SECONDS - it is asked to stop that long after its begin.
stopped_after()
{
	begin main postgres "${server[@]}"
	sleep "$1"
	check "stopped after $1 s: it ends" stop main 100
	check "stopped after $1 s: by itself" test "$(exit_status main)" -ne 137
	remove main
}
stopped_after 0.2
stopped_after 0.7
stopped_after 1.5
check 'and starts' box main postgres "${server[@]}"
remove main

# What is left when the last step of making a cluster is not done.
shell -v half:/pgdata -v halfwal:/pgwal -- 'mkdir -p /pgdata/.half.new \
    /pgwal/half-wal; touch /pgwal/half-wal/000000010000000000000001
    ln -s /pgwal/half-wal /pgdata/.half.new/pg_wal'
check 'a start that was interrupted is begun anew' box half postgres \
    -v half:/pgdata -v halfwal:/pgwal --env WALARCH_XLOGDIR=true \
    "${new_cluster[@]}"
is 'with its WAL in its place' \
    "$(in_box half readlink /pgdata/half/pg_wal)" /pgwal/half-wal

# A base backup's restore, likewise.
check 'a base backup' take half
shell -v copies:/pgdata -- 'mkdir -p /pgdata/copy/base
    touch /pgdata/copy/PG_VERSION /pgdata/.copy.restoring'
check 'a restore that was interrupted is begun anew' restore latest
check 'and starts' recover
remove copy
gives 'what is whole is not removed' 1 'is not empty' restore latest
finish
