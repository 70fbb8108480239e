#!/bin/bash
# repo_enable.sh - one variable makes the repository, the stanza and archiving,
# and again at each start; what info says of it; backups, and how many are kept.
# shellcheck disable=SC2016,SC2154,SC2317	# dollars of the container's; names of lib.sh
. "$(dirname "$0")/repo/lib.sh"

secrets
check 'one variable is enough' server walarch
is 'it archives' "$(sql walarch 'show archive_mode')" on
is 'by walarch-push' "$(sql walarch 'show archive_command')" \
    '/usr/local/bin/walarch-push %p'
is 'within a minute' "$(sql walarch 'show archive_timeout')" 1min
is 'with checksums' "$(sql walarch 'show data_checksums')" on
is 'the repository has the name of the host, the stanza is db' \
    "$(in_box walarch sh -c 'ls -d /walarch/*/*/')" /walarch/walarch-backups/db/
logged walarch 'INFO: effective setting: pg1-path = /pgdata/walarch'
logged walarch \
    'INFO: effective setting: repo1-path = /walarch/walarch-backups'
logged walarch 'INFO: effective setting: stanza = db'
logged walarch 'INFO: archive_mode is on, for WALARCH is'

gives 'another stanza is not there' 1 'status: error \(missing stanza' \
    in_box walarch walarch-info --stanza=other
switch walarch >"$T/switched"
sql walarch 'create table backrest_test_table (id int)'
last=$(switch walarch)
gives 'before the first backup info is fine' 0 \
    'status: error \(no valid backups\)' in_box walarch walarch-info
said 'stanza: db'
said "min/max .*: 0{7}1[0-9A-F]{16} */ *$last" 'with the first and the last'
is 'nothing is there before the first' "$(in_box walarch walarch-info |
    grep -c 'none present')" 0
gives 'without anything in the environment, too' 0 'no valid backups' \
    in_box walarch env -i /usr/local/bin/walarch-info --stanza=db \
    --repo1-path=/walarch/walarch-backups
gives 'and without any option' 0 "min/max .*$last" \
    in_box walarch env -i /usr/local/bin/walarch-info
check 'archiving works' in_box walarch env -i /usr/local/bin/walarch-check

# What a start writes, and what the cluster and the stanza are.
once()
{
	in_box walarch sh -c 'cd /pgdata/walarch; sha256sum postgresql.conf \
	    pg_hba.conf walarch.conf; grep -c walarch.conf postgresql.conf;
	    pg_controldata . | grep identifier;
	    cd /walarch; find . -name "*.repo" -o -name system | sort'
}
before=$(once)
stop walarch
check 'it starts again' again walarch
stop walarch
check 'and again' again walarch
is 'nothing was written twice' "$(once)" "$before"
remove walarch
check 'so does another container' server walarch
is 'nor by that' "$(once)" "$before"
check 'and archives' switch walarch
unlogged walarch ERROR

# Another name, by the variable; the host has one of its own.
check 'the name can be another' \
    server named --env WALARCH_PGDATA_DIR=other --env WALARCH_PG_ARCHIVE_MODE=off
is 'it is the data directory'"'s" "$(sql named 'show data_directory')" \
    /pgdata/other
is 'and the repository'"'s" "$(in_box named ls /walarch)" \
    $'other-backups\nwalarch-backups'
is 'archiving cannot be off' "$(sql named 'show archive_mode')" on
logged named 'INFO: archive_mode is on, for WALARCH is'
remove named
gives 'a name that is a path is none' 1 'ERROR: WALARCH_PGDATA_DIR .*a/b' \
    job mistake postgres --env WALARCH_PGDATA_DIR=a/b
gives 'what is neither true nor false is an error' 1 \
    'ERROR: WALARCH is "maybe"' job mistake postgres --env WALARCH=maybe

# Backups, and what is kept of them.
fulls()
{
	in_box walarch walarch-info | grep -c 'full backup: '
}
check 'a full backup' backup walarch --type=full
cp "$T/why" "$T/said"
said '(WARN|warning): option repo1-retention-full is not set' \
    'there is a warning that all is kept'
said '(HINT|hint): .*repo1-retention-full' 'and what to do'
gives 'it is listed' 0 'full backup: ' in_box walarch walarch-info
said 'status: ok'
remove walarch
check 'a retention, for all that is run there' \
    server walarch --env WALARCH_REPO1_RETENTION_FULL=2
check 'a second backup' backup walarch --type=full
is 'without a warning' "$(grep -Eic 'warn|hint' "$T/why")" 0
check 'a third one' backup walarch --type=full
is 'takes the place of the first' "$(fulls)" 2
check 'walarch-expire does the same' \
    in_box walarch walarch-expire --repo1-retention-full=1
is 'one is left' "$(fulls)" 1
remove walarch
check 'and is restored' restore again --env WALARCH_PG1_PATH=/pgdata/again \
    --env WALARCH_REPO1_PATH=/walarch/walarch-backups
finish
