#!/bin/bash
# docker_basebackup.sh - contrib/docker: a server, base backups of it, and their
# restores, as seen by who follows the document from its first command.
# shellcheck source=docker/lib.sh disable=SC2016,SC2317	# what is passed on
. "$(dirname "$0")/docker/lib.sh"

restored=pgbasebackup-full-restored

# files - names, modes and digests of what is in the backups.
files()
{
	shell -v backup-volume:/backup:ro -- 'cd /backup
	    find . -path "./$1*" -printf "%p %M\n" | sort
	    find . -path "./$1*" -type f -exec sha256sum {} + | sort' "$1"
}

# ---- the server

gives 'no backup without a server' 1 \
    'ERROR: The primary example must be running prior' \
    script pgbasebackup/backup/run
is 'nor anything made for it' "$(containers)$(volumes)$(networks)" ''
check 'primary/run.sh' script primary/run
hardened primary
is 'its data directory' "$(sql primary 'show data_directory')" /pgdata/primary
is 'it does not archive' "$(sql primary 'show archive_mode')" off
is 'it has checksums' "$(sql primary 'show data_checksums')" on
is 'its passwords are made once, and differ' "$(shell -v secrets:/secrets:ro \
    -- 'cat /secrets/*-password | sort -u | wc -l')" 3
sql primary "create table note as select 'one' as text"
before=$(shell -v secrets:/secrets:ro -- 'sha256sum /secrets/*')
check 'primary/run.sh again' script primary/run
is 'has the same cluster' "$(sql primary 'table note')" one
is 'and the same passwords' \
    "$(shell -v secrets:/secrets:ro -- 'sha256sum /secrets/*')" "$before"

# ---- backups

check 'pgbasebackup/backup/run.sh' script pgbasebackup/backup/run
backed_up backup primary
first=${path##*/}
is 'the backup is where the line says' "$(shell -v backup-volume:/backup:ro \
    -- 'ls /backup/primary-backups')" "$first"
is 'with a label' "$(shell -v backup-volume:/backup:ro -- \
    'sed -n "s/^LABEL: //p" /backup/primary-backups/$1/backup_label' "$first")" \
    walarch
is 'not for all to read' "$(shell -v backup-volume:/backup:ro -- \
    'find /backup/primary-backups/$1 -perm /007' "$first")" ''
before=$(files "primary-backups/$first")
sql primary "insert into note values ('two')"
check 'a second one' script pgbasebackup/backup/run
is 'is beside the first' "$(shell -v backup-volume:/backup:ro \
    -- 'ls /backup/primary-backups | wc -l')" 2
is 'which is as it was' "$(files "primary-backups/$first")" "$before"
gives 'the failure of one is the status of run.sh' 1 \
    "backup has failed, with status 1" \
    env WALARCH_BACKUP_OPTS=--no-such-option "$contrib/docker/pgbasebackup/backup/run.sh"
is 'and leaves none' "$(shell -v backup-volume:/backup:ro \
    -- 'ls -A /backup/primary-backups | wc -l')" 2
sql primary "insert into note values ('three')"

# ---- restores

gives 'no server before a restore' 1 'ERROR: The restore .* not been completed' \
    script pgbasebackup/full/post-restore
export WALARCH_BACKUP_PATH=primary-backups/2001-01-01-01-01-01
gives 'a backup that is not there' 1 "has failed, with status 1" \
    script pgbasebackup/full/run
gives 'is named' 0 "not found in backup path '.*2001-01-01-01-01-01" \
    "$cli" logs "$(full pgbasebackup-full-restore)"
gives 'and gives no server' 1 'ERROR: The restore .* not been completed' \
    script pgbasebackup/full/post-restore
export WALARCH_BACKUP_PATH=primary-backups/$first
check 'the first backup is restored' script pgbasebackup/full/run
is 'the job has exited with 0' "$(state pgbasebackup-full-restore) $(exit_status \
    pgbasebackup-full-restore)" 'exited 0'
read_only_to 'the backups were read-only to it' pgbasebackup-full-restore /backup
is 'its modes' "$(shell -v pgbasebackup-full-pgdata:/pgdata:ro -- \
    'find /pgdata/$1 -printf "%y%m\n" | sort -u | paste -sd " "' $restored)" \
    'd700 f600'
check 'pgbasebackup/full/post-restore.sh' script pgbasebackup/full/post-restore
hardened $restored
is 'it is on what was restored' "$(sql $restored 'show data_directory')" \
    /pgdata/$restored
is 'with the rows of the backup' "$(sql $restored 'table note')" one
is 'not recovering' "$(sql $restored 'select pg_is_in_recovery()')" f
is 'nor archiving' "$(sql $restored 'show archive_mode')" off
check 'without recovery.signal' in_box $restored sh -c \
    '! ls /pgdata/*/recovery.*'
check 'and takes writes' sql $restored "insert into note values ('mine')"
is 'the backup is as it was' "$(files "primary-backups/$first")" "$before"
unset WALARCH_BACKUP_PATH
check 'the latest is restored in its place' script pgbasebackup/full/run
check 'and started' script pgbasebackup/full/post-restore
is 'with its rows' "$(sql $restored 'table note order by text' | paste -sd ' ')" \
    'one two'
is 'the server it was taken of goes on' \
    "$(sql primary 'select count(*) from note')" 3

# ---- cleaning up, beside another namespace

check 'a server of another namespace' env \
    WALARCH_NAMESPACE="$WALARCH_NAMESPACE-b" "$contrib/docker/primary/run.sh"
there=$(containers)
gives 'not what another example has use of' 1 'in use by the container .*-full' \
    script pgbasebackup/backup/cleanup
is 'then nothing is removed' "$(containers)" "$there"
cleaned pgbasebackup/full
is 'the rest stays' "$(containers) $(volumes)" 'b-primary backup primary'$(
    )' b-primary-pgdata b-secrets backup-volume primary-pgdata secrets'
is 'with all backups' "$(shell -v backup-volume:/backup:ro \
    -- 'ls /backup/primary-backups | wc -l')" 2
cleaned pgbasebackup/backup
is 'the server goes on' "$(sql primary 'select count(*) from note')" 3
cleaned primary
is 'the other namespace has its own' "$(containers) $(volumes) $(networks)" \
    'b-primary b-primary-pgdata b-secrets b-walarch'
is 'and works' "$(sql b-primary 'select 1')" 1
WALARCH_NAMESPACE=$WALARCH_NAMESPACE-b "$contrib/docker/primary/cleanup.sh"
nothing_left

finish
