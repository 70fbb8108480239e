#!/bin/bash
# plain_backup.sh - mode backup: a plain base backup of another container's
# server, named after its moment; or a failure, and no backup.
# shellcheck disable=SC2016	# another shell's dollars
. "$(dirname "$0")/plain/lib.sh"

backups()
{
	shell -v backups:/backups:ro -- 'cd /backups
	    find . -mindepth 2 -maxdepth 2 | sort'
}

secrets
check 'a server' box primary postgres -v pgdata:/pgdata "${new_cluster[@]}" \
    -- -c wal_keep_size=256MB
commit primary one

check 'a backup' take primary
first=${path##*/}
is 'one line on standard output tells where' "$(grep -cEx \
    '[A-Z][a-z]{2} [A-Z][a-z]{2} [0-9]{2} [0-9:]{8} UTC [0-9]{4} INFO: BACKUP_PATH is set to /pgdata/primary-backups/[0-9]{4}(-[0-9]{2}){5}\.' \
    "$T/backup.out") $(wc -l <"$T/backup.out")" '1 1'
is 'the log says nothing of the path besides' \
    "$(grep -c BACKUP_PATH "$T/backup.err")" 0
is 'and the volume has that alone' "$(backups)" "./primary-backups/$first"
is 'it is whole' "$(shell -v backups:/backups:ro -- 'cd "/backups/primary-backups/$1"
    ls -d PG_VERSION backup_label backup_manifest global/pg_control base
    grep -h ^LABEL backup_label; ls pg_wal | grep -c "^0"' "$first" | paste -sd ' ')" \
    'PG_VERSION backup_label backup_manifest base global/pg_control LABEL: walarch 1'
is 'for its owner alone' "$(shell -v backups:/backups:ro -- \
    'find /backups/primary-backups/*/ -perm /077')" ''
check 'PostgreSQL finds it whole' shell -v backups:/backups:ro -- \
    '/usr/lib/postgresql/*/bin/pg_verifybackup "/backups/primary-backups/$1"' "$first"

# The names of the next seconds are taken.
keep backups
shell -v backups:/backups -- 'cd /backups/primary-backups; now=$(date +%s)
    for i in $(seq 0 60); do
	mkdir -p "$(date -u -d "@$((now + i))" +%Y-%m-%d-%H-%M-%S)"
    done'
check 'another, of a second that is taken' take primary \
    --env WALARCH_BACKUP_LABEL="it's mine"
second=${path##*/}
shell -v backups:/backups -- 'cd /backups/primary-backups
    grep -qx "LABEL: it'\''s mine" "$1/backup_label"
    rm -r "$1"; find . -mindepth 1 -maxdepth 1 -empty -exec rmdir {} +' "$second"
unchanged 'the first'
check 'is named after a later one' [ "$second" \> "$first" ]

with=(-v backups:/pgdata -v secrets:/secrets:ro
    --env WALARCH_BACKUP_USER=primaryuser --env WALARCH_BACKUP_HOST=primary)
job one backup "${with[@]}" >"$T/one" 2>&1 &
one=$!
check 'two at once' job two backup "${with[@]}"
check 'are both made' wait "$one"
is 'and there are three' "$(backups | wc -l)" 3

check 'the old names, and options' job old backup -v backups:/pgdata \
    --env BACKUP_HOST=primary --env BACKUP_USER=primaryuser \
    --env BACKUP_PASS="$(cat "$T/secrets/replication-password")" \
    --env BACKUP_LABEL=old --env CCP_NAMESPACE=ns \
    --env BACKUP_OPTS='--progress --verbose --rate=1GB'
is 'with a prefix' "$(backups | grep -c ^./ns-primary-backups/2)" 1
is 'of which warnings tell' "$(grep -c ' WARN: ' "$T/old.err")" 8
check 'of what is left out, too' grep -q 'no --progress' "$T/old.err"
check 'an option arrives' grep -q 'BACKUP_OPTS is set to --rate=1GB' "$T/old.err"

# What is no backup.
keep backups
with=(-v backups:/pgdata -v secrets:/secrets:ro
    --env WALARCH_BACKUP_USER=primaryuser)

# fails WHAT PATTERN HOST OPTION... - no more than an empty folder comes of it.
fails()
{
	gives "$1" 1 " ERROR: .*\"$3\".* could not be backed up" job fails backup \
	    "${with[@]}" --env WALARCH_BACKUP_HOST="$3" "${@:4}"
	check "$1: it says why" grep -Eq -- "$2" "$T/fails.err"
	is "$1: BACKUP_PATH is not set" "$(cat "$T/fails.out")" ''
	shell -v backups:/backups -- 'cd /backups
	    find . -mindepth 1 -maxdepth 1 -empty -exec rmdir {} +'
	unchanged "$1"
}

fails 'a host that is not there' 'could not (translate|connect)' nowhere
fails 'a port where nobody is' 'refused' primary --env WALARCH_BACKUP_PORT=5433
fails 'a wrong password' 'password authentication failed' primary \
    --env WALARCH_BACKUP_PASSWORD=wrong
fails 'a role that may not' 'pg_hba.conf|permission denied' primary \
    --env WALARCH_BACKUP_USER=testuser \
    --env WALARCH_BACKUP_PASSWORD_FILE=/secrets/app-password
fails 'an option that is none' 'nonsense' primary \
    --env WALARCH_BACKUP_OPTS=--nonsense

# Passwords that need care.
# shellcheck disable=SC1003	# a backslash
for password in 'a:b\c' "it's" 'two  blanks' ':' '\' '"$HOME*'; do
	printf "alter role primaryuser password '%s'" "${password//\'/\'\'}" |
		in_box primary psql -Xq -v ON_ERROR_STOP=1
	check "the password $password" take primary \
	    --env WALARCH_BACKUP_PASSWORD="$password"
	printf '%s\n' "$password" | shell -v careful:/secrets -- \
	    'cat >/secrets/password'
	check "the password $password, of a file" take primary \
	    -v careful:/careful:ro --env WALARCH_BACKUP_PASSWORD= \
	    --env WALARCH_BACKUP_PASSWORD_FILE=/careful/password
done
finish
