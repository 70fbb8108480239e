#!/bin/bash
# repo_delta.sh - restores over a data directory that is there: what is kept,
# what is mended, what goes; when it is not to be; and when it was killed midway.
# shellcheck disable=SC2016,SC2154,SC2317	# dollars of the container's; names of lib.sh
. "$(dirname "$0")/repo/lib.sh"

secrets
delta=(--env WALARCH_PG1_PATH=/pgdata/walarch --env WALARCH_DELTA=y)
look_into()
{
	shell -v pgdata:/pgdata -- "cd /pgdata/walarch; $1"
}

check 'a database' server walarch
ledger walarch
sql walarch "create table big as select g, repeat(md5(g::text), 20) as text
    from generate_series(1, 100000) as g" >"$T/made"
commit walarch one
check 'a backup' backup walarch --type=full
stamp=$(now walarch)
sql walarch 'create table backrest_test_table (id int)'
commit walarch two
switch walarch >"$T/switched"
big=$(sql walarch "select pg_relation_filepath('big')")
later=$(sql walarch "select pg_relation_filepath('backrest_test_table')")

# While the server runs, in a container that the job sees nothing of.
gives 'not while a server runs there' 1 \
    'ERROR: .*another container is at work on "/pgdata/walarch"' \
    restore guard "${delta[@]}"
said 'HINT: Stop it first'
is 'and the server goes on' "$(rows walarch)" 'one two'
begin second postgres -v pgdata:/pgdata "${with_repo[@]}" \
    --env WALARCH_PGDATA_DIR=walarch
refused second 'another container is at work' 'nor is there a second server'
remove second
check 'the server goes on' commit walarch three
switch walarch >"$T/switched"
stop walarch
remove walarch

# What a server leaves that is no container.
look_into 'echo 4711 >postmaster.pid'
before=$(listing -v pgdata:/pgdata:ro -- /pgdata/walarch)
gives 'not when there is a postmaster.pid' 1 'ERROR: .*postmaster.pid' \
    restore guard "${delta[@]}"
said 'HINT: '
is 'nothing was changed' \
    "$(listing -v pgdata:/pgdata:ro -- /pgdata/walarch)" "$before"
look_into 'rm postmaster.pid'
before=$(listing -v pgdata:/pgdata:ro -- /pgdata/walarch)
gives 'nor without delta' 1 'contains files' restore guard \
    --env WALARCH_PG1_PATH=/pgdata/walarch
gives 'nor over what is no data directory' 1 '.' restore guard \
    --env WALARCH_PG1_PATH=/pgdata/walarch/base --env WALARCH_DELTA=y
is 'nothing was changed' "$(listing -v pgdata:/pgdata:ro -- /pgdata/walarch |
    grep -v '/\.base\.lock$')" "$before"
look_into 'rm -f .base.lock'

# A file is damaged where neither its size nor its time tells; some are there
# that nobody knows.
kept=$(look_into "stat -c '%i %y' PG_VERSION base/1/PG_VERSION global/1262_fsm")
look_into "touch -r $big stamp
    printf '\125\252\125' | dd of=$big bs=1 seek=9000 conv=notrunc status=none
    touch -r stamp $big; rm stamp
    echo >extra_file; mkdir -p extra/dir; echo >extra/dir/file; test -e $later"
gives 'a delta restore to a moment' 0 'INFO: Delta restore detected' \
    restore delta "${delta[@]}" --env WALARCH_TYPE=time \
    --env "WALARCH_TARGET=$stamp"
is 'what was right is kept, untouched' "$(look_into \
    "stat -c '%i %y' PG_VERSION base/1/PG_VERSION global/1262_fsm")" "$kept"
check 'what nobody knows is gone' look_into \
    "test ! -e extra_file -a ! -e extra -a ! -e $later"
serve delta walarch
comes delta paused
is 'it has the rows of then' "$(rows delta)" one
gives 'the later table is absent' 1 'does not exist' \
    sql delta 'table backrest_test_table'
is 'what was damaged is mended' "$(sql delta \
    'select count(*), count(distinct text) from big')" '100000|100000'
stop delta
remove delta

# Killed in the midst of it: all at once, as by the kernel, and again.
look_into "rm -r base; mkdir base"
check 'a restore is under way' held killed restore walarch-restore \
    /pgdata/walarch/base/1 -v repo:/walarch:ro -v pgdata:/pgdata "${delta[@]}"
"$cli" kill -s KILL "$(full killed)" >/dev/null
wait_until "$patience" over killed
is 'it is killed' "$(exit_status killed)" 137
remove killed
check 'it leaves its mark' look_into 'test -e walarch.restore'
serve half walarch
refused half 'ERROR: .*of a restore that was interrupted' 'no server starts there'
logged half 'HINT: Run it again, with WALARCH_DELTA=y'
remove half
is 'nor can PostgreSQL by itself' "$(look_into \
    'test ! -e global/pg_control && echo none')" none
check 'another restore finishes it' restore again "${delta[@]}"
serve again walarch
comes again up
is 'with every row' "$(rows again)" 'one two three'
is 'in every table' "$(sql again 'select count(*) from big')" 100000
finish
