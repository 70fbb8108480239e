#!/bin/bash
# plain_secrets.sh - passwords are nowhere but where they must be: in no log, at
# whatever level, no argument, no environment of a process, no file of the server.
# shellcheck disable=SC2016	# another shell's dollars
. "$(dirname "$0")/plain/lib.sh"

# Each has what needs care in a shell, in SQL and in a password file, and a
# part that is looked for.
# shellcheck disable=SC1003
declare -A password=([app]='APPa:b\c"'\''  $HOME' [replication]='REPL:\'\'' "`x`'
    [superuser]='SUPER $$%s\n:' [variable]='VARIABLE a:b\c' [wrong]=WRONG)
parts='APPa|REPL:|SUPER [$]|VARIABLE|WRONG'

# fill VOLUME - with the passwords, for /secrets.
fill()
{
	local name
	for name in app replication superuser; do
		printf '%s\n' "${password[$name]}" | shell -v "$1:/secrets" -- \
		    'umask 077; cat >"/secrets/$1-password"' "$name"
	done
}

# watch NAME - what all its processes have, as long as it is not ready.
watch()
{
	while ! answers_or_ended "$1"; do
		processes "$1"
	done
	processes "$1"
}

processes()
{
	in_box "$1" sh -c 'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ' \
	    2>/dev/null | tr '\0' '\n' || :
}

# hidden WHAT FILE... - no password is in them.
hidden()
{
	is "$1" "$(cat "${@:2}" | grep -Ea "$parts" | head -3)" ''
}

# enters ROLE NAME - over the network, with its password.
enters()
{
	printf '%s\n' "${password[$2]}" | in_box main sh -c '
	    IFS= read -r PGPASSWORD; export PGPASSWORD
	    psql -h main -U "$1" -Atc "select current_user" "$2" </dev/null' sh \
	    "$1" userdb
}

fill secrets
server=(-v pgdata:/pgdata -v repo:/walarch -v pgwal:/pgwal
    --env WALARCH=true --env WALARCH_DEBUG=true "${new_cluster[@]}")
begin main postgres "${server[@]}" -- -c log_statement=all \
    -c log_connections=on
watch main >"$T/watched"
check 'a server, with all it can say' ready main
fetch_log main
check 'it says much' grep -q ' DEBUG: ' "$T/main.log"
hidden 'no password is in its log' "$T/main.log"
hidden 'nor was in an argument or an environment' "$T/watched"
check 'of which there were some' grep -q WALARCH_APP_USER "$T/watched"
for role in testuser=app primaryuser=replication postgres=superuser; do
	is "${role%=*} enters with its own" \
	    "$(enters "${role%=*}" "${role#*=}")" "${role%=*}"
	gives "${role%=*} does not with another" 2 \
	    'password authentication failed' enters "${role%=*}" wrong
done
check 'a base backup' take main --env WALARCH_DEBUG=true
hidden 'says none' "$T/backup.out" "$T/backup.err"
gives 'one with a wrong password' 1 'could not be backed up' take main \
    --env WALARCH_DEBUG=true --env WALARCH_BACKUP_PASSWORD=WRONG
hidden 'says none either' "$T/backup.out" "$T/backup.err"
check 'a backup over the network, as a command' job far command \
    -v repo:/walarch -v secrets:/secrets:ro --env WALARCH_DEBUG=true \
    --env WALARCH_REPO1_PATH=/walarch/main-backups -- \
    backup --type=full --start-fast --pg1-host=main --pg1-user=primaryuser
hidden 'says none' "$T/far.out" "$T/far.err"
in_box main walarch-backup --type=full --log-level-console=debug \
    >"$T/by-exec" 2>&1
hidden 'nor does one by an exec' "$T/by-exec"
fetch_log main
hidden 'nor the log since' "$T/main.log"
for folder in /pgdata /pgwal /walarch /tmp; do
	is "no file below $folder has one" "$(in_box main sh -c \
	    'grep -rlE "$1" "$2" 2>/dev/null' sh "$parts" "$folder" || :)" ''
done
sealed -v backups:/pgdata:ro -- 'grep -rlE "$1" /pgdata || :' "$parts" \
    >"$T/found"
is 'nor the base backup' "$(cat "$T/found")" ''
stop main
again main
remove main

# Out of a variable it cannot but be in the container's own settings; but what
# the server is given is without it.
check 'a server with passwords out of variables' box given postgres \
    -v given:/pgdata --env WALARCH_DEBUG=true --env PG_USER=testuser \
    --env PG_DATABASE=userdb --env PG_PRIMARY_USER=primaryuser \
    --env PG_PASSWORD="${password[variable]}" \
    --env PG_PRIMARY_PASSWORD="${password[variable]}" \
    --env PG_ROOT_PASSWORD="${password[variable]}"
in_box given sh -c 'for p in /proc/[0-9]*; do
    [ "$(cat "$p/comm")" != postgres ] || cat "$p/environ" "$p/cmdline"
    done' >"$T/processes"
hidden 'its processes have none' "$T/processes"
check 'which are some' grep -qa PGDATA "$T/processes"
fetch_log given
hidden 'nor its log' "$T/given.log"
is 'nor a file of its own' "$(in_box given \
    grep -rlE "$parts" /pgdata /tmp/walarch || :)" ''
remove given

# Nor is there one in what goes wrong.
gives 'a cluster that cannot be made' 1 ' ERROR: ' job wrong postgres \
    -v wrong:/pgdata "${new_cluster[@]}" --env WALARCH_DEBUG=true \
    --env WALARCH_APP_DATABASE=template1
hidden 'says none' "$T/wrong.out" "$T/wrong.err"
is 'and is none' "$(shell -v wrong:/pgdata:ro -- 'ls /pgdata')" ''
finish
