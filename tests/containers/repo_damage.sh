#!/bin/bash
# repo_damage.sh - a segment that was tampered with, or that is missing; a file
# that is archived twice; what a DBA fetches by hand; and a repository that is
# another cluster's.
# shellcheck disable=SC2016,SC2154,SC2317	# dollars of the container's; names of lib.sh
. "$(dirname "$0")/repo/lib.sh"

secrets
check 'a database' server walarch
ledger walarch
check 'a backup' backup walarch --type=full
commit walarch one
switch walarch >"$T/switched"
commit walarch two
segment=$(switch walarch)
commit walarch three
last=$(switch walarch)

# Pushed twice, as it is, and as it is not.
# shellcheck disable=SC2016	# the container's dollars
push_again='cp "/pgdata/walarch/pg_wal/$1" /tmp/; eval "$2"
    walarch-push "/tmp/$1"'
gives 'the same file again is taken as done' 0 '' \
    in_box walarch sh -ec "$push_again" sh "$last" :
# shellcheck disable=SC2016	# the container's dollars
gives 'another one of that name is refused' 1 "error: .*$segment" \
    in_box walarch sh -ec "$push_again" sh "$segment" \
    'printf xyz | dd of=/tmp/$1 bs=1 seek=5000 conv=notrunc status=none'
stop walarch
remove walarch

# By hand, in a job that may only read.
fetch()
{
	job fetch command -v repo:/walarch:ro -v fetched:/recover \
	    --env WALARCH_REPO1_PATH=/walarch/walarch-backups \
	    -- get -o /recover "$@"
}
check 'a segment is fetched by hand' fetch "$segment"
is 'it is the one that the server had' "$(shell -v fetched:/recover:ro \
    -v pgdata:/pgdata:ro -- 'cmp "/recover/$1" "/pgdata/walarch/pg_wal/$1" &&
    echo same' "$segment")" same
mark=$(shell -v repo:/walarch:ro -- \
    'cd /walarch; find . -name "*.backup*" | sed "s,.*/,,; s,\.backup.*,.backup,"')
check 'the mark of a backup, too' fetch "$mark"
check 'it tells of the backup' shell -v fetched:/recover:ro -- \
    'grep "^START WAL LOCATION" "/recover/$1"' "$mark"
gives 'what is not there is not' 1 'is not|absent|no ' fetch 0000000100000009000000FF

# What is wrong while a restored server recovers.
object=$(shell -v repo:/walarch:ro -- \
    'find /walarch/walarch-backups -name "$1*"' "$segment")
check 'a restore' restore copy --env WALARCH_PG1_PATH=/pgdata/copy
shell -v repo:/walarch -- 'cp -p "$1" /walarch/whole; chmod u+w "$1"
    printf "\125\252\125" | dd of="$1" bs=1 seek=600 conv=notrunc status=none' \
    "$object"
gives 'a tampered segment is not fetched' 255 'damaged|digest|corrupt' \
    fetch -o /recover/other "$segment"
serve copy copy
wait_until "$patience" over copy || :
is 'nor does a server come up without it' "$(state copy) $(exit_status copy)" \
    'exited 1'
logged copy "FATAL: .*could not restore file \"$segment\""
unlogged copy 'selected new timeline|archive recovery complete' \
    'it is not promoted'
remove copy
gives 'verify names it' 1 "$segment" job verify command -v repo:/walarch:ro \
    --env WALARCH_REPO1_PATH=/walarch/walarch-backups -- verify
shell -v repo:/walarch -- 'mv "$1" /walarch/tampered' "$object"
serve missing copy
wait_until "$patience" over missing || :
is 'nor when it is missing' "$(state missing) $(exit_status missing)" 'exited 1'
logged missing "FATAL: .*could not restore file \"$segment\""
remove missing
gives 'info names the hole' 1 'missing' job verify command \
    -v repo:/walarch:ro --env WALARCH_REPO1_PATH=/walarch/walarch-backups -- info
shell -v repo:/walarch -- 'mv -T /walarch/whole "$1"' "$object"
serve mended copy
comes mended up
is 'it has every row' "$(rows mended)" 'one two three'
remove mended

# History files, when it has archived.
check 'a restore that archives' restore on --env WALARCH_PG1_PATH=/pgdata/on
begin on postgres -v pgdata:/pgdata "${with_repo[@]}" \
    --env WALARCH_PGDATA_DIR=on \
    --env WALARCH_REPO1_PATH=/walarch/walarch-backups
comes on up
switch on >"$T/switched"
check 'a history file is fetched by hand' fetch 00000002.history
is 'it says where it came from' "$(shell -v fetched:/recover:ro -- \
    'cut -f1 /recover/00000002.history')" 1
partial=$(sql on 'select pg_walfile_name(pg_current_wal_lsn())').partial
check 'a partial segment is stored' in_box on sh -ec \
    'cp "/pgdata/on/pg_wal/${1%.partial}" "/tmp/$1"; walarch-push "/tmp/$1"' \
    sh "$partial"
check 'and fetched' fetch "$partial"
is 'as it was' "$(shell -v fetched:/recover:ro -- 'sha256sum <"/recover/$1"' \
    "$partial")" "$(in_box on sh -c 'sha256sum <"/tmp/$1"' sh "$partial")"
remove on

# A new cluster of the same name, with the old repository.
before=$(listing -v repo:/walarch:ro -- /walarch)
stanza=$(listing -v repo:/walarch:ro -- /walarch/walarch-backups/db)
begin walarch postgres -v anew:/pgdata "${with_repo[@]}" "${new_cluster[@]}"
refused walarch 'ERROR: WALARCH_REPO1_PATH: .*walarch-backups" is the repository' \
    'a new cluster does not take the old repository'
is 'in which nothing was changed' \
    "$(listing -v repo:/walarch:ro -- /walarch)" "$before"
is 'nor is a cluster made' "$(shell -v anew:/pgdata:ro -- 'ls /pgdata')" ''
remove walarch
check 'with a stanza of its own, it does' box walarch postgres \
    -v anew:/pgdata "${with_repo[@]}" --env WALARCH_STANZA=second \
    "${new_cluster[@]}"
check 'and archives' switch walarch
is 'beside the old one, in which nothing was changed' \
    "$(listing -v repo:/walarch:ro -- /walarch/walarch-backups/db)" "$stanza"
remove walarch
begin walarch postgres -v anew:/pgdata "${with_repo[@]}"
refused walarch \
    'ERROR: WALARCH_REPO1_PATH: .*cannot be the repository of "/pgdata/walarch"' \
    'but not without'
is 'and nothing was changed' \
    "$(listing -v repo:/walarch:ro -- /walarch/walarch-backups/db)" "$stanza"
finish
