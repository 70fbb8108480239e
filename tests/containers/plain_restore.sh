#!/bin/bash
# plain_restore.sh - mode basebackup-restore: a base backup becomes a new data
# directory, which starts with the rows of the backup's moment.
# shellcheck disable=SC2016	# another shell's dollars
. "$(dirname "$0")/plain/lib.sh"

secrets
check 'a server' box primary postgres -v pgdata:/pgdata "${new_cluster[@]}"
commit primary one
check 'a backup' take primary
commit primary two
name=${path##*/}

# The backup may not be written to, whoever would.
keep backups
check 'it is restored' restore "$path"
for line in "Backup Path = '/backup/primary-backups/$name'" \
    "Restore Path = '/pgdata/copy'" 'pg_basebackup restore complete'; do
	check "the log says $line" grep -qF "$line" "$T/restore.err"
done
unchanged 'the backup'
is 'it is the same' "$(shell -v backups:/backup:ro -v copies:/copies:ro -- \
    'diff -r "/backup/primary-backups/$1" /copies/copy 2>&1' "$name")" ''
is 'for its owner alone' "$(shell -v copies:/copies:ro -- \
    'cd /copies/copy; find . -perm /077; find . -type f -perm /111')" ''
check 'it starts' recover
is 'with the rows of the moment' "$(rows copy)" one
is 'open to all, not archiving, on the same timeline' "$(sql copy "select
    pg_is_in_recovery(), current_setting('archive_mode'), timeline_id
    from pg_control_checkpoint()")" 'f|off|1'
is 'and it does not recover' "$(in_box copy sh -c \
    'cd /pgdata/copy; ls -d *.signal recovery.conf 2>/dev/null' || :)" ''
is 'its owner alone has it' "$(in_box copy find /pgdata/copy -perm /077)" ''
commit copy three
stop copy

# Again, onto it.
keep backups copies
for target in copy /pgdata/copy; do
	refused "onto what is there, $target" '.*was not restored to "/pgdata/copy"' \
	    basebackup-restore -v backups:/backup:ro -v copies:/pgdata \
	    --env WALARCH_BACKUP_PATH="$path" \
	    --env WALARCH_PGDATA_PATH="$target"
done
check 'it says why' grep -q '"/pgdata/copy" is not empty' "$T/refused.err"
check 'the server starts again' again copy
is 'with its own rows' "$(rows copy)" 'one three'
keep backups
refused 'under a server that runs' 'WALARCH_PGDATA_PATH: another container is at work on "/pgdata/copy"' \
    basebackup-restore -v backups:/backup:ro -v copies:/pgdata \
    --env WALARCH_BACKUP_PATH="$path" --env WALARCH_PGDATA_PATH=copy
is 'which goes on' "$(rows copy)" 'one three'
away

# Ways to tell which.
for way in "primary-backups/$name" "/backup/primary-backups/$name" \
    "primary-backups/$name/" latest primary-backups/latest; do
	check "BACKUP_PATH $way" restore "$way"
	check "BACKUP_PATH $way: is the one" grep -qF \
	    "Backup Path = '/backup/primary-backups/$name'" "$T/restore.err"
	shell -v copies:/copies -- 'rm -r /copies/copy'
done
check 'by the old names, with progress' job restore basebackup-restore \
    -v backups:/backup:ro -v copies:/pgdata --env BACKUP_PATH=latest \
    --env PGDATA_PATH=copy --env RSYNC_SHOW_PROGRESS=true
shell -v copies:/copies -- 'rm -r /copies/copy'
check 'another backup' take primary
check 'of two, the latest' restore latest
check 'is the later' grep -qF "Backup Path = '/backup${path#/pgdata}'" \
    "$T/restore.err"
check 'that starts' recover
is 'with the rows of its moment' "$(rows copy)" 'one two'
away

# What is no backup.
from=(-v backups:/backup:ro -v copies:/pgdata --env WALARCH_PGDATA_PATH=copy)
keep backups copies
for way in primary-backups/2001-01-01-00-00-00 primary-backups nowhere/latest; do
	refused "BACKUP_PATH $way" "A PostgreSQL db was not found in backup path '/backup" \
	    basebackup-restore "${from[@]}" --env WALARCH_BACKUP_PATH="$way"
done
for way in ../pgdata / . primary-backups/../x; do
	refused "BACKUP_PATH $way" "WALARCH_BACKUP_PATH is \"$way\"" \
	    basebackup-restore "${from[@]}" --env WALARCH_BACKUP_PATH="$way"
done
for target in ../copy a/b ..; do
	refused "PGDATA_PATH $target" "WALARCH_PGDATA_(PATH|DIR) is \"$target\"" \
	    basebackup-restore "${from[@]}" --env WALARCH_BACKUP_PATH="$path" \
	    --env WALARCH_PGDATA_PATH="$target"
done

# damaged WHAT PATTERN SCRIPT - a backup to which that was done; nothing that is
# made of it may be started.
damaged()
{
	shell -v backups:/backups -- 'cd /backups; rm -rf bad-backups
	    mkdir bad-backups; cp -a "$1" bad-backups/2026-01-01-00-00-00
	    cd bad-backups/2026-01-01-00-00-00; eval "$2"' \
	    "primary-backups/$name" "$3"
	gives "$1: it is refused" 1 " ERROR: " restore bad-backups/latest
	check "$1: for a reason" grep -Eq "$2" "$T/restore.err"
	gives "$1: no server starts on it" 1 ' ERROR: ' job start postgres \
	    -v copies:/pgdata --env WALARCH_PGDATA_DIR=copy
	shell -v copies:/copies -- 'rm -rf /copies/copy'
}

damaged 'a flipped byte' 'damaged' \
    'f=$(find base -type f -size +15k | sort | head -1)
     printf X | dd of="$f" bs=1 seek=9000 conv=notrunc 2>/dev/null'
damaged 'a file cut short' 'bytes, and had [0-9]+ when it was made' \
    'f=$(find base -type f -size +15k | sort | head -1); truncate -s 8192 "$f"'
damaged 'a missing file' 'missing|not there|damaged' \
    'rm "$(find base -type f -size +15k | sort | head -1)"'
damaged 'no backup_label' "A PostgreSQL db was not found in backup path" \
    'rm backup_label'
damaged 'no pg_control' 'pg_control' 'rm global/pg_control'
damaged 'a .tmp folder' "A PostgreSQL db was not found in backup path" \
    'cd ..; mv 2026-01-01-00-00-00 .2026-01-01-00-00-00.tmp'
finish
