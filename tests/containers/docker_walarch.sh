#!/bin/bash
# docker_walarch.sh - contrib/docker: a server with a repository, and restores of
# it: in full, to a time, and over its own data directory.
# shellcheck source=docker/lib.sh disable=SC2016,SC2317	# what is passed on
. "$(dirname "$0")/docker/lib.sh"

table=walarch_test_table
no_table="ERROR:  relation \"$table\" does not exist"
repository=/walarch/walarch-backups

# of_walarch PROGRAM OPTION... - as the document says it, with all it needs on
# the command line.
of_walarch()
{
	in_box walarch "walarch-$1" --stanza=db --repo1-path=$repository \
	    "${@:2}" </dev/null
}

no_backups_yet()
{
	of_walarch info | grep -q 'status: error (no valid backups)'
}

# started - the server, and a full backup of it.
started()
{
	check 'backup/run.sh' script walarch/backup/run
	check 'a full backup' of_walarch backup --pg1-path=/pgdata/walarch \
	    --type=full
}

# changed - the table is created, after $stamp.
changed()
{
	gives 'the table is absent' 1 "$no_table" query walarch "table $table"
	query walarch 'select current_timestamp' >"$T/stamp"
	stamp=$(sed -n '3s/^ //p' "$T/stamp")
	check 'the table is created' query walarch "create table $table (id int)"
	gives 'and is there' 0 '0 rows' query walarch "table $table"
}

# restored NAME DIRECTORY - the job has been run; post-restore.sh.
restored()
{
	local name=walarch-$1-restored
	is "$1: walarch is stopped and removed" "$(state walarch)" none
	is "$1: the job has exited" "$(state "walarch-$1-restore")" exited
	is "$1: with 0" "$(exit_status "walarch-$1-restore")" 0
	read_only_to "$1: the repository was read-only to it" \
	    "walarch-$1-restore" /walarch
	check "$1/post-restore.sh" script "walarch/$1/post-restore"
	hardened "$name"
	is "$1: it is on what was restored" \
	    "$(sql "$name" 'show data_directory')" "/pgdata/$2"
	is "$1: it archives" "$(sql "$name" 'show archive_mode')" on
}

archived_all()
{
	says "$1" "select last_archived_wal >= '$2' and failed_count = 0
	    from pg_stat_archiver" t
}

# archives NAME - into the repository that it came of.
archives()
{
	local segment
	segment=$(sql "$1" 'select pg_walfile_name(pg_switch_wal())')
	check "$1: what it writes is archived" \
	    wait_until "$patience" archived_all "$1" "$segment"
	gives "$1: into the same repository" 0 "/ ${segment}\$" in_box "$1" \
	    walarch-info --stanza=db --repo1-path=$repository
}

# ---- what has to be there

for flow in full pitr delta; do
	gives "$flow: not without a server" 1 \
	    'The backup example must be running prior to using this example' \
	    env WALARCH_TIMESTAMP='2026-11-21 21:40:58+00' \
	    "$contrib/docker/walarch/$flow/run.sh"
	gives "$flow: no server without a restore" 1 'There is no volume' \
	    script "walarch/$flow/post-restore"
done
is 'nothing is made' "$(containers)$(volumes)$(networks)" ''

check 'backup/run.sh' script walarch/backup/run
hardened walarch
is 'it archives' "$(sql walarch 'show archive_mode')" on
wait_until "$patience" no_backups_yet || :
gives 'there are no backups yet' 0 'status: error \(no valid backups\)' \
    of_walarch info
gives 'but WAL' 0 'wal archive min/max \(.*\): [0-9A-F]{24} / [0-9A-F]{24}' \
    of_walarch info
for flow in pitr delta; do
	for stamp in WALARCH_TIMESTAMP= X=; do
		gives "$flow: not without a time" 1 \
		    'Please provide a valid timestamp .* WALARCH_TIMESTAMP' \
		    env "$stamp" "$contrib/docker/walarch/$flow/run.sh"
	done
done
for flow in full pitr delta; do
	gives "$flow: not without a backup" 1 'There is no full backup' \
	    env WALARCH_TIMESTAMP='2026-11-21 21:40:58+00' \
	    "$contrib/docker/walarch/$flow/run.sh"
done
is 'the server runs through all that' "$(state walarch)" running
gives 'a full backup warns of retention' 0 \
    'option repo1-retention-full is not set, the repository may run out' \
    of_walarch backup --pg1-path=/pgdata/walarch --type=full
check 'another, with it' of_walarch backup --pg1-path=/pgdata/walarch \
    --type=full --repo1-retention-full=1
is 'does not' "$(grep -c retention-full "$T/checked")" 0
gives 'there is a backup' 0 'status: ok' of_walarch info
is 'and one alone' "$(of_walarch info | grep -c 'full backup: ')" 1

# ---- full

changed
check 'full/run.sh' script walarch/full/run
restored full walarch-full-restored
gives 'full: what came after the backup is there' 0 '0 rows' \
    query walarch-full-restored "table $table"
check 'full: it takes writes' \
    query walarch-full-restored 'create table foo (id int)'
is 'full: its volume has nothing else' "$(in_box walarch-full-restored \
    ls /pgdata)" walarch-full-restored
archives walarch-full-restored
there="$(containers) $(volumes)"
gives 'not what another example has use of' 1 'in use by the container .*-full' \
    script walarch/backup/cleanup
is 'then nothing is removed' "$(containers) $(volumes)" "$there"
cleaned walarch/full
is 'the rest stays' "$(containers) $(volumes)" \
    ' secrets walarch-pgdata walarch-repo'
is 'with the backup' "$(shell -v walarch-repo:/walarch:ro -- \
    'ls -d /walarch/*')" $repository
cleaned walarch/backup
nothing_left

# ---- to a time, into another directory of the volume

started
changed
gives 'pitr/run.sh, with the name of old' 0 \
    'WARN: CCP_BACKREST_TIMESTAMP is deprecated' \
    env CCP_BACKREST_TIMESTAMP="$stamp" "$contrib/docker/walarch/pitr/run.sh"
restored pitr walarch-pitr-restored
gives 'pitr: what came after the time is absent' 1 "$no_table" \
    query walarch-pitr-restored "table $table"
read_only pitr walarch-pitr-restored
resumed pitr walarch-pitr-restored
gives 'pitr: it is still absent' 1 "$no_table" \
    query walarch-pitr-restored "table $table"
archives walarch-pitr-restored
cleaned walarch/pitr
is 'its directory is removed, no other' "$(shell \
    -v walarch-pgdata:/pgdata:ro -- 'ls /pgdata')" walarch
check 'the server itself comes up again' script walarch/backup/run
gives 'with its table' 0 '0 rows' query walarch "table $table"
cleaned walarch/backup
nothing_left

# ---- over its own data directory

check 'backup/run.sh' script walarch/backup/run
sql walarch 'create table ballast as select generate_series(1, 10000) as n;
    create table kept as select 1 as n'
check 'a full backup' of_walarch backup --pg1-path=/pgdata/walarch --type=full
file=$(sql walarch "select pg_relation_filepath('ballast')")
kept=$(sql walarch "select pg_relation_filepath('kept')")
inode=$(in_box walarch stat -c '%i %Y' "/pgdata/walarch/$kept")
changed
late=$(sql walarch "select pg_relation_filepath('$table')")
sql walarch checkpoint
shell -v walarch-pgdata:/pgdata -- 'cd /pgdata/walarch
	printf "\132\245\132" | dd of="$1" bs=1 seek=9000 conv=notrunc status=none
	mkdir extra_dir; touch extra_file extra_dir/file' "$file"
check 'delta/run.sh' env WALARCH_TIMESTAMP="$stamp" \
    "$contrib/docker/walarch/delta/run.sh"
for file in extra_file extra_dir "$late"; do
	check "delta: $file is removed" shell -v walarch-pgdata:/pgdata:ro -- \
	    'test ! -e "/pgdata/walarch/$1"' "$file"
done
restored delta walarch
gives 'delta: what came after the time is absent' 1 "$no_table" \
    query walarch-delta-restored "table $table"
is 'delta: a file as in the backup is kept' \
    "$(in_box walarch-delta-restored stat -c '%i %Y' "/pgdata/walarch/$kept")" \
    "$inode"
is 'delta: a damaged one is repaired' "$(sql walarch-delta-restored \
    'select sum(n) from ballast' 2>&1)" 50005000
read_only delta walarch-delta-restored
resumed delta walarch-delta-restored
cleaned walarch/delta
is 'the volumes are the backup example'\''s' "$(volumes)" \
    'secrets walarch-pgdata walarch-repo'
cleaned walarch/backup
nothing_left

finish
