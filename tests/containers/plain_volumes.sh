#!/bin/bash
# plain_volumes.sh - volumes that cannot be what a server takes them for: of
# another owner, another cluster, another major version, incomplete, or missing.
# Each is named, and stays as it is.
# shellcheck disable=SC2016	# another shell's dollars
. "$(dirname "$0")/plain/lib.sh"

# spoil SCRIPT - in the data directory main, whose original is kept beside.
spoil()
{
	sealed -v pgdata:/pgdata -- 'cd /pgdata; rm -rf main
	    cp -a .good main; cd main; eval "$1"' "$1"
	keep pgdata wal repo
}

# no_server WHAT PATTERN [OPTION...] - none starts on main.
no_server()
{
	refused "$1" "$2" postgres "${server[@]}" "${@:3}"
}

secrets
server=(-v pgdata:/pgdata -v wal:/pgwal -v repo:/walarch --env WALARCH=true
    --env WALARCH_PGDATA_DIR=main --env XLOGDIR=true "${new_cluster[@]}")
check 'a server' box main postgres "${server[@]}"
commit main one
stop main
remove main
check 'another' box other postgres -v otherdata:/pgdata -v repo:/walarch \
    --env WALARCH=true "${new_cluster[@]}"
stop other
remove other
sealed -v pgdata:/pgdata -- 'cd /pgdata; cp -a main .good'

# Owners.
sealed -v alien:/alien -- 'chown 4242:4242 /alien; chmod 700 /alien'
keep pgdata wal repo alien
is_alien='could not write to "/[^"]*": Permission denied \(.*belongs to uid 4242, gid 4242, mode 700.*this is uid'
refused 'data of another owner' "WALARCH_PGDATA_DIR: $is_alien" postgres \
    -v alien:/pgdata "${new_cluster[@]}"
hint 'fsGroup'
refused 'WAL of another owner' "WALARCH_XLOGDIR: $is_alien" postgres \
    -v new:/pgdata -v alien:/pgwal --env XLOGDIR=true "${new_cluster[@]}"
no_server 'a repository of another owner' "WALARCH_REPO1_PATH: $is_alien" \
    -v alien:/alien --env WALARCH_REPO1_PATH=/alien/repo
no_server 'a spool of another owner' "WALARCH_SPOOL_PATH: $is_alien" \
    -v alien:/alien --env WALARCH_SPOOL_PATH=/alien/spool \
    --env WALARCH_ARCHIVE_ASYNC=y
refused 'backups of another owner' ".*$is_alien" backup -v alien:/pgdata \
    -v secrets:/secrets:ro --env WALARCH_BACKUP_HOST=other \
    --env WALARCH_BACKUP_USER=primaryuser
refused 'a restore onto it' "WALARCH_PG1_PATH: $is_alien" restore \
    -v alien:/pgdata -v repo:/walarch:ro --env WALARCH_PG1_PATH=/pgdata/x \
    --env WALARCH_REPO1_PATH=/walarch/main-backups
refused 'a data directory of another uid' '.*belongs to uid 26, and this is uid 4711' \
    postgres "${server[@]}" --user 4711:0
refused 'neither the uid nor the group' 'WALARCH_PGDATA_DIR: could not write to "/pgdata"' \
    postgres "${server[@]}" --user 4711:4711

# without_tmp - its /tmp cannot be written to.
without_tmp()
{
	WALARCH_TEST_SOFT=1 refused 'no /tmp' 'could not write to /tmp as uid 26' \
	    "$1" "${server[@]}" --read-only --read-only-tmpfs=false
	hint tmpfs
}

without_tmp postgres
without_tmp restore

# Contents.
sealed -v notes:/notes -- 'mkdir /notes/main; echo mine >/notes/main/notes
    chown -R 26:0 /notes; chmod 770 /notes'
keep notes
refused 'what is no data directory' '"/pgdata/main" is not empty, and "/pgdata/main" is no data directory' \
    postgres "${server[@]:2}" -v notes:/pgdata
sealed -v notes:/notes -- 'mv /notes/main /notes/main-wal'
keep notes
refused 'WAL that is of something else' '"/pgwal/main-wal" is not empty' \
    postgres -v notes:/pgwal -v new:/pgdata "${server[@]:4}"

spoil 'rm PG_VERSION'
no_server 'no PG_VERSION' '"/pgdata/main" is not empty, and'
spoil 'echo 99 >PG_VERSION'
no_server 'another major' '"/pgdata/main" is of PostgreSQL 99, and this image has [0-9]+'
spoil 'echo 9.6 >PG_VERSION'
no_server 'one of two numbers' '"/pgdata/main" is of PostgreSQL 9.6, and'
spoil 'rm global/pg_control'
no_server 'no pg_control' '"/pgdata/main/global/pg_control" is missing'
spoil ': >walarch.restore'
no_server 'a restore that was cut short' '"/pgdata/main" is of a restore that was interrupted'
hint WALARCH_DELTA
spoil :
refused 'the volume of its WAL is missing' '"/pgdata/main/pg_wal" leads to "/pgwal/main-wal", which is not there' \
    postgres -v pgdata:/pgdata -v repo:/walarch "${server[@]:6}"

# Repositories.
no_server 'a repository of another cluster' 'WALARCH_REPO1_PATH: "/walarch/other-backups" cannot be the repository of "/pgdata/main"' \
    --env WALARCH_REPO1_PATH=/walarch/other-backups
for repo in /pgdata/main /pgdata/main/repo /pgdata/main/pg_wal \
    /pgdata/main/pg_wal/repo /pgwal/main-wal /pgwal/main-wal/x /pgdata /pgwal; do
	no_server "the repository $repo" "WALARCH_REPO1_PATH is \"$repo\"" \
	    --env WALARCH_REPO1_PATH="$repo"
done
no_server 'a spool in the WAL' 'WALARCH_SPOOL_PATH is "/pgwal/main-wal/spool"' \
    --env WALARCH_ARCHIVE_ASYNC=y \
    --env WALARCH_SPOOL_PATH=/pgwal/main-wal/spool
shell -v new:/pgdata -- :
shell -v newwal:/pgwal -- :
keep new newwal
for repo in /pgdata/main/repo /pgwal/main-wal; do
	refused "the repository $repo, of a new one" "WALARCH_REPO1_PATH is \"$repo\"" \
	    postgres -v new:/pgdata -v newwal:/pgwal "${server[@]:4}" \
	    --env WALARCH_REPO1_PATH="$repo"
done

keep new newwal repo
refused 'a new cluster with the repository of an old one' \
    'WALARCH_REPO1_PATH: "/walarch/main-backups" is the repository of a cluster, and "/pgdata/main" is not there' \
    postgres -v new:/pgdata -v newwal:/pgwal "${server[@]:4}"

# After all that it starts as it was.
spoil :
check 'the server starts' box main postgres "${server[@]}"
is 'with its row' "$(rows main)" one
finish
