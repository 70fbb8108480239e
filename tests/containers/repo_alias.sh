#!/bin/bash
# repo_alias.sh - the names that variables used to have: each works, with a
# warning that says its new name, which goes before it; and what is not known.
# shellcheck disable=SC2016,SC2154,SC2317	# dollars of the container's; names of lib.sh
. "$(dirname "$0")/repo/lib.sh"

secrets
taken()
{
	local old
	for old; do
		logged "${name:?}" \
		    "WARN: ${old%=*} is taken for WALARCH_?${old#*=}[; ]" \
		    "$name: a warning for ${old%=*}"
	done
}

# The server: everything by old names, and passwords that are in none of them.
old=(--env PGBACKREST=true --env PGBACKREST_STANZA=seed
    --env PGBACKREST_PROCESS_MAX=3 --env PGBACKREST_COMPRESS_LEVEL=3
    --env PGBACKREST_LOG_PATH=/tmp --env PGBACKREST_REPO_PATH=/walarch/olden
    --env PGDATA_PATH_OVERRIDE=backrest --env PG_MODE=primary
    --env PG_USER=olduser --env PG_PASSWORD=geheim1 --env PG_DATABASE=olddb
    --env PG_PRIMARY_USER=oldcopy --env PG_PRIMARY_PASSWORD=geheim2
    --env PG_PRIMARY_PORT=5433 --env PG_ROOT_PASSWORD=geheim3
    --env ARCHIVE_MODE=on --env ARCHIVE_TIMEOUT=33 --env XLOGDIR=false
    --env CHECKSUMS=false --env CRUNCHY_DEBUG=true --env PGPORT=5433)
name=old
check 'a server by old names' box old postgres -v pgdata:/pgdata \
    -v repo:/walarch "${old[@]}"
taken PGBACKREST= PGBACKREST_STANZA=STANZA PGBACKREST_PROCESS_MAX=PROCESS_MAX \
    PGBACKREST_COMPRESS_LEVEL=COMPRESS_LEVEL \
    PGBACKREST_REPO_PATH=REPO1_PATH PGDATA_PATH_OVERRIDE=PGDATA_DIR \
    PG_MODE=SERVER_MODE PG_USER=APP_USER PG_PASSWORD=APP_PASSWORD \
    PG_DATABASE=APP_DATABASE PG_PRIMARY_USER=REPLICATION_USER \
    PG_PRIMARY_PASSWORD=REPLICATION_PASSWORD PG_PRIMARY_PORT=PG1_PORT \
    PG_ROOT_PASSWORD=SUPERUSER_PASSWORD ARCHIVE_MODE=PG_ARCHIVE_MODE \
    ARCHIVE_TIMEOUT=PG_ARCHIVE_TIMEOUT XLOGDIR=XLOGDIR CHECKSUMS=CHECKSUMS \
    CRUNCHY_DEBUG=DEBUG
logged old 'WARN: PGBACKREST_LOG_PATH is ignored'
unlogged old 'geheim|taken for WALARCH_LOG_PATH' 'no secret is told'
is 'the data directory, the port, the time, the checksums' \
    "$(sql old "select current_setting('data_directory'),
    current_setting('port'), current_setting('archive_timeout'),
    current_setting('data_checksums')")" '/pgdata/backrest|5433|33s|off'
is 'the users and the database' "$(sql old "select
    string_agg(rolname, ' ' order by rolname) from pg_roles
    where rolname like 'old%'; select datname from pg_database
    where datname like 'old%'")" $'oldcopy olduser\nolddb'
is 'their passwords' "$(in_box old env PGPASSWORD=geheim1 \
    psql -h 127.0.0.1 -U olduser -Atc 'select 1' olddb)" 1
check 'all is known to an exec' in_box old grep -c -e 'process-max = 3' \
    -e 'compress-level = 3' -e 'stanza = seed' /tmp/walarch/walarch.conf
is 'the old name of a setting, too' "$(grep -cv '[^3]' "$T/checked")" 1
check 'a backup, without options' backup old --type=full
ledger old
commit old early
stamp=$(now old)
commit old late
switch old >"$T/switched"
remove old

# The restore: DB_PATH, REPO_PATH, STANZA, DELTA, PITR_TARGET, and what is said
# in addition.
gives 'a restore by old names' 0 'restore complete' job copy restore \
    -v pgdata:/pgdata -v repo:/walarch:ro --env DB_PATH=/pgdata/copy \
    --env REPO_PATH=/walarch/olden --env STANZA=seed \
    --env PGBACKREST_TYPE=time --env "PITR_TARGET=$stamp" --env DELTA=n \
    --env PGBACKREST_LOG_LEVEL_STDERR=info --env PGBACKREST_LOG_PATH=/tmp \
    --env 'BACKREST_CUSTOM_OPTS=--target-action=promote --process-max=2'
cp "$T/said" "$T/restored"
for pair in DB_PATH=PG1_PATH REPO_PATH=REPO1_PATH STANZA=STANZA \
    PGBACKREST_TYPE=TYPE PITR_TARGET=TARGET DELTA=DELTA \
    BACKREST_CUSTOM_OPTS=RESTORE_OPTS \
    PGBACKREST_LOG_LEVEL_STDERR=LOG_LEVEL_CONSOLE; do
	said "WARN: ${pair%=*} is taken for WALARCH_${pair#*=};" \
	    "a warning for ${pair%=*}"
done
said 'WARN: PGBACKREST_LOG_PATH is ignored'
serve copy copy
comes copy up 'the options were passed on'
is 'so was the target' "$(rows copy)" early
remove copy

gives 'PG_HOSTNAME names what is restored over, with PGBACKREST_DELTA' 0 \
    'restore complete' job delta restore -v pgdata:/pgdata -v repo:/walarch:ro \
    --env PG_HOSTNAME=copy --env PGBACKREST_REPO1_PATH=/walarch/olden \
    --env STANZA=nonsense --env WALARCH_STANZA=seed --env PGBACKREST_DELTA=y \
    --env PGBACKREST_NO_SUCH_THING=1
said 'WARN: PG_HOSTNAME is taken for WALARCH_PGDATA_DIR'
said 'WARN: STANZA is ignored, for WALARCH_STANZA is set' \
    'the new name goes before the old one'
said 'WARN: PGBACKREST_DELTA is taken'
said 'WARN: PGBACKREST_NO_SUCH_THING is ignored'
serve delta copy
comes delta up 'to the end'
is 'with every row' "$(rows delta)" 'early late'
remove delta

# The stanza is not made; archiving waits for it.
check 'the stanza need not be made' server skipped \
    --env BACKREST_SKIP_CREATE_STANZA=true
logged skipped 'WARN: BACKREST_SKIP_CREATE_STANZA is taken'
sql skipped 'select pg_switch_wal()' >"$T/switched"
check 'nothing is archived' wait_until "$patience" \
    says skipped 'select failed_count > 0 from pg_stat_archiver' t
check 'nor is a stanza there' in_box skipped \
    test ! -e /walarch/skipped-backups/db
check 'until it is made by hand' in_box skipped walarch-init
check 'then all is archived' switch skipped
remove skipped
gives 'the mode has an old name' 1 'ERROR: unknown mode "nonsense"' \
    "$cli" run --rm --env MODE=nonsense "$image"
said 'WARN: MODE is taken for WALARCH_MODE'
finish
