#!/bin/bash
# plain_variables.sh - what is not set, or set to what cannot be: an error names
# the variable, and nothing is made.
. "$(dirname "$0")/plain/lib.sh"

secrets
shell -v pgdata:/pgdata -- :
shell -v wal:/pgwal -- :
keep pgdata wal
server=(-v pgdata:/pgdata -v wal:/pgwal "${new_cluster[@]}")
unset='environment variable is not set, aborting\.'

# without MODE VARIABLE OPTION... - which is not among them, or empty.
without()
{
	local mode=$1 variable=$2
	shift 2
	refused "$mode without $variable" "$variable $unset" "$mode" "$@"
	refused "$mode, $variable being empty" "$variable $unset" "$mode" "$@" \
	    --env "$variable="
}

without postgres WALARCH_APP_USER "${server[@]:0:6}" "${server[@]:8}"
without postgres WALARCH_APP_DATABASE "${server[@]:0:8}" "${server[@]:10}"
without postgres WALARCH_REPLICATION_USER "${server[@]:0:10}"
for name in app replication superuser; do
	shell -v "no-$name:/secrets" -v secrets:/from:ro -- "cd /from
	    for f in *; do cat \"\$f\" >\"/secrets/\$f\"; done
	    rm /secrets/$name-password"
	without postgres "WALARCH_${name^^}_PASSWORD" -v pgdata:/pgdata \
	    -v "no-$name:/secrets:ro" "${new_cluster[@]:2}"
	hint "WALARCH_${name^^}_PASSWORD_FILE"
done

backup=(-v pgdata:/pgdata --env WALARCH_BACKUP_HOST=x
    --env WALARCH_BACKUP_USER=y)
without backup WALARCH_BACKUP_HOST "${backup[@]:0:2}" "${backup[@]:4}"
without backup WALARCH_BACKUP_USER "${backup[@]:0:4}"
without backup WALARCH_BACKUP_PASSWORD "${backup[@]}"
refused 'no file of the password' 'WALARCH_BACKUP_PASSWORD: could not read "/secrets/none"' \
    backup "${backup[@]}" --env WALARCH_BACKUP_PASSWORD_FILE=/secrets/none
refused 'an empty file' 'WALARCH_BACKUP_PASSWORD: "/dev/null" is empty' \
    backup "${backup[@]}" --env WALARCH_BACKUP_PASSWORD_FILE=/dev/null
refused 'a path for a host' 'WALARCH_BACKUP_HOST is "../x"' backup \
    "${backup[@]}" -v secrets:/secrets:ro --env WALARCH_BACKUP_HOST=../x

without basebackup-restore WALARCH_BACKUP_PATH -v pgdata:/pgdata \
    --env WALARCH_PGDATA_PATH=copy
without basebackup-restore WALARCH_PGDATA_PATH -v pgdata:/pgdata \
    --env WALARCH_BACKUP_PATH=latest
without restore WALARCH_PG1_PATH -v pgdata:/pgdata
without restore WALARCH_REPO1_PATH -v pgdata:/pgdata \
    --env WALARCH_PG1_PATH=/pgdata/copy
without command WALARCH_COMMAND

for variable in CHECKSUMS XLOGDIR ARCHIVE_ASYNC PG_ARCHIVE_MODE DEBUG; do
	refused "$variable=maybe" \
	    "WALARCH_$variable is \"maybe\", which is neither true nor false" \
	    postgres "${server[@]}" --env "WALARCH_$variable=maybe"
done
refused 'WALARCH=2' 'WALARCH is "2", which is neither true nor false' \
    postgres "${server[@]}" --env WALARCH=2
refused 'SKIP_CREATE_STANZA=never' 'WALARCH_SKIP_CREATE_STANZA is "never"' \
    postgres "${server[@]}" --env WALARCH=y --env WALARCH_SKIP_CREATE_STANZA=never

# shown WHAT COUNT VALUE... - those are true, or false.
shown()
{
	local value
	for value in "${@:3}"; do
		check "WALARCH_DEBUG=$value" job debug command \
		    --env "WALARCH_DEBUG=$value" -- find --version
		is "WALARCH_DEBUG=$value is $1" \
		    "$(grep -c ' DEBUG: running: ' "$T/debug.err")" "$2"
	done
}

shown true 1 true TRUE y Yes on 1
shown false 0 false N no Off 0 ''

refused 'two data directories' 'WALARCH_PG1_PATH is "/pgdata/a", and WALARCH_PGDATA_DIR is "b"' \
    postgres "${server[@]}" --env WALARCH_PG1_PATH=/pgdata/a \
    --env WALARCH_PGDATA_DIR=b
refused 'a relative one' 'WALARCH_PG1_PATH is "a"' postgres "${server[@]}" \
    --env WALARCH_PG1_PATH=a
refused 'the volume itself' 'WALARCH_PG1_PATH is "/pgdata"' postgres \
    "${server[@]}" --env WALARCH_PG1_PATH=/pgdata
refused 'a path for a name' 'WALARCH_PGDATA_DIR is "../a"' postgres \
    "${server[@]}" --env WALARCH_PGDATA_DIR=../a
refused 'work ahead, and no repository' 'WALARCH_ARCHIVE_ASYNC is "y", and WALARCH is "n"' \
    postgres "${server[@]}" --env WALARCH_ARCHIVE_ASYNC=y --env WALARCH=n
refused 'one role for two' 'WALARCH_APP_USER and WALARCH_REPLICATION_USER are both "x"' \
    postgres "${server[@]}" --env PG_USER=x --env WALARCH_APP_USER=x \
    --env WALARCH_REPLICATION_USER=x
refused 'a server of another kind' 'WALARCH_SERVER_MODE is "replica"' \
    postgres "${server[@]}" --env PG_MODE=replica
for timeout in soon 1m2 -1 '1; x'; do
	refused "the timeout $timeout" "WALARCH_PG_ARCHIVE_TIMEOUT is \"$timeout\"" \
	    postgres "${server[@]}" --env WALARCH_PG_ARCHIVE_MODE=on \
	    --env WALARCH_PG_ARCHIVE_TIMEOUT="$timeout"
done
refused 'a port that is none' 'WALARCH_PG1_PORT is "http"' postgres \
    "${server[@]}" --env WALARCH_PG1_PORT=http
refused 'the superuser of the machine' 'PostgreSQL does not run as root' \
    postgres "${server[@]}" --user 0:0

for mode in nonsense backrest POSTGRES; do
	refused "the mode $mode" "unknown mode \"$mode\"" "$mode" "${server[@]}"
	hint 'postgres, backup, basebackup-restore, restore or command'
done
refused 'a command that is none' 'unknown command "nonsense"' command -- nonsense
hint 'push '
refused 'a path for a command' 'unknown command "../../bin/sh"' command -- \
    ../../bin/sh

# Old names: those with a new value, and those without a meaning.
job old command --env PGBACKREST_LOG_PATH=/tmp --env DB_PATH=/pgdata/old \
    --env PGBACKREST_PG1_PATH=/pgdata/older --env STANZA=s \
    --env WALARCH_STANZA=t -- find --version >"$T/old" 2>&1
for line in 'PGBACKREST_LOG_PATH is ignored: walarch has no such setting' \
    'PGBACKREST_PG1_PATH is taken for WALARCH_PG1_PATH; please use that name' \
    'DB_PATH is ignored, for WALARCH_PG1_PATH is set, too' \
    'STANZA is ignored, for WALARCH_STANZA is set, too'; do
	check "WARN: $line" grep -q "WARN: $line\$" "$T/old.err"
done
check 'the new name wins' grep -q 'effective setting: stanza = t$' "$T/old.err"
finish
