#!/bin/bash
# repo_override.sh - each default is overridden by itself; where the spool is;
# what contradicts itself; several databases and volumes that are one.
# shellcheck disable=SC2016,SC2154,SC2317	# dollars of the container's; names of lib.sh
. "$(dirname "$0")/repo/lib.sh"

secrets

# one NAME QUERY ANSWER SETTING OPTION... - a server with that one override, and
# what it changes: a setting of the server, and one of walarch's ("": none).
one()
{
	local name=$1 query=$2 answer=$3 setting=$4
	shift 4
	check "$name: the server comes up" server "$name" "$@"
	is "$name: ${*: -1}" "$(sql "$name" "$query")" "$answer"
	[ -z "$setting" ] ||
		check "$name: $setting" in_box "$name" \
		    grep -qx "$setting" /tmp/walarch/walarch.conf
	check "$name: it archives" switch "$name"
	check "$name: into that repository" in_box "$name" walarch-check
}

one stanza 'show archive_mode' on 'stanza = another' --env WALARCH_STANZA=another
is 'the stanza is that one' \
    "$(in_box stanza ls /walarch/stanza-backups | grep -v '\.repo$')" another
remove stanza
one path 'show data_directory' /pgdata/deep/er 'pg1-path = /pgdata/deep/er' \
    --env WALARCH_PG1_PATH=/pgdata/deep/er
remove path
one repo 'show archive_mode' on 'repo1-path = /walarch/deep/down' \
    --env WALARCH_REPO1_PATH=/walarch/deep/down
check 'the repository is there' in_box repo test -e \
    /walarch/deep/down/db -a ! -e /walarch/repo-backups
remove repo
one port 'show port' 5544 'pg1-port = 5544' \
    --env WALARCH_PG1_PORT=5544 --env PGPORT=5544
remove port
one timeout 'show archive_timeout' 7s '' --env WALARCH_PG_ARCHIVE_TIMEOUT=7
remove timeout
one sums 'show data_checksums' off '' --env WALARCH_CHECKSUMS=No
remove sums
one others 'show archive_mode' on 'process-max = 3' \
    --env WALARCH_COMPRESS_TYPE=none --env WALARCH_PROCESS_MAX=3
segment=$(switch others)
check 'the WAL is not compressed' in_box others sh -c \
    'test "$(find /walarch/others-backups -name "$1*" -size +16000k)"' sh \
    "$segment"
remove others

# Where the spool is.
one none 'show archive_mode' on '' --env WALARCH_ARCHIVE_ASYNC=n
is 'without async there is no spool' "$(in_box none sh -c \
    'ls -d /pgdata/*-spool /pgwal/*-spool 2>/dev/null || :')" ''
remove none
one walled 'show archive_mode' on 'spool-path = /pgwal/walled-spool' \
    -v pgwal:/pgwal --env WALARCH_ARCHIVE_ASYNC=y --env WALARCH_XLOGDIR=true
is 'with WAL in a volume of its own, the spool is there' \
    "$(in_box walled ls /pgwal)" $'walled-spool\nwalled-wal'
is 'pg_wal leads there' "$(in_box walled readlink /pgdata/walled/pg_wal)" \
    /pgwal/walled-wal
remove walled
one spool 'show archive_mode' on 'spool-path = /pgwal/my/own' \
    -v pgwal:/pgwal --env WALARCH_ARCHIVE_ASYNC=y \
    --env WALARCH_SPOOL_PATH=/pgwal/my/own
check 'what is named goes before it' in_box spool test -d /pgwal/my/own/db \
    -a ! -e /pgdata/spool-spool
remove spool
gives 'but not in the data directory' 1 'ERROR: WALARCH_SPOOL_PATH .*in' \
    job mistake postgres -v pgdata:/pgdata "${with_repo[@]}" \
    --env WALARCH_ARCHIVE_ASYNC=y --env WALARCH_PGDATA_DIR=spool \
    --env WALARCH_SPOOL_PATH=/pgdata/spool/pg_wal/spool
gives 'nor the repository' 1 'ERROR: WALARCH_REPO1_PATH .*in' \
    job mistake postgres -v pgdata:/pgdata "${with_repo[@]}" \
    --env WALARCH_PGDATA_DIR=spool --env WALARCH_REPO1_PATH=/pgdata/spool/repo
gives 'async without a repository is an error' 1 'ERROR: WALARCH_ARCHIVE_ASYNC' \
    job mistake postgres --env WALARCH=false --env WALARCH_ARCHIVE_ASYNC=y

# /pgdata and /walarch are one folder; async is enough to have all.
check 'two volumes that are one' box async postgres -v one:/pgdata \
    -v one:/walarch --env WALARCH_ARCHIVE_ASYNC=y "${new_cluster[@]}"
logged async 'INFO: WALARCH_ARCHIVE_ASYNC switches WALARCH on'
is 'all three are seen in it' "$(in_box async ls /pgdata)" \
    $'async\nasync-backups\nasync-spool'
check 'a backup is made there' backup async --type=full
check 'and an incremental one' backup async --type=diff
gives 'both are listed' 0 'diff backup: ' in_box async walarch-info
remove async

# Two databases, one repository volume: what one does is not the other's.
check 'a database' server left
check 'and another' server right --env WALARCH_CHECKSUMS=false
for name in left right; do
	sql "$name" "create table whose as select '$name' as name"
	check "$name is backed up" backup "$name" --type=full
done
is 'each has its repository' \
    "$(in_box left ls /walarch | grep -E 'left|right')" \
    $'left-backups\nright-backups'
remove left
remove right
for name in left right; do
	check "$name is restored" restore "again-$name" \
	    --env "WALARCH_PG1_PATH=/pgdata/again-$name" \
	    --env "WALARCH_REPO1_PATH=/walarch/$name-backups"
	serve "again-$name" "again-$name"
	comes "again-$name" up
	is 'with its own rows' "$(sql "again-$name" 'table whose')" "$name"
	remove "again-$name"
done
gives 'which of them is to be said' 1 \
    'WALARCH_REPO1_PATH environment variable is not set' \
    restore mistake --env WALARCH_PG1_PATH=/pgdata/mistake
said 'HINT: .*left-backups' 'with what there is'
finish
