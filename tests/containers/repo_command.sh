#!/bin/bash
# repo_command.sh - jobs that run one of walarch's programs: which, with what
# options, and a backup over the network, with a password that nobody sees.
# shellcheck disable=SC2016,SC2154,SC2317	# dollars of the container's; names of lib.sh
. "$(dirname "$0")/repo/lib.sh"

secrets
# Not by chance in anything else.
for name in app replication superuser; do
	echo "geheim-$name" >"$T/secrets/$name-password"
done
tar -cf - -C "$T/secrets" app-password replication-password \
    superuser-password | shell -v secrets:/secrets -- \
    'cd /secrets; tar -xf - --no-same-owner; chmod 640 *'
check 'a database' server walarch --env WALARCH_DEBUG=true
ledger walarch
commit walarch one

reader=(-v repo:/walarch:ro --env WALARCH_REPO1_PATH=/walarch/walarch-backups)
gives 'a program and its options' 0 '"?stanza"?: *"?db' \
    job info command "${reader[@]}" -- info --stanza=db
gives 'by variables' 0 '"name":' job info command "${reader[@]}" \
    --env WALARCH_COMMAND=info --env 'WALARCH_COMMAND_OPTS=--output=json'
gives 'by their old names' 0 'WARN: COMMAND is taken for WALARCH_COMMAND' \
    job info command "${reader[@]}" --env COMMAND=info \
    --env 'COMMAND_OPTS=--output=json'
said '"name":'
gives 'the mode by a variable' 0 'stanza: db' "$cli" run --rm \
    -v "$(full repo):/walarch:ro" --env WALARCH_MODE=command \
    --env WALARCH_COMMAND=info \
    --env WALARCH_REPO1_PATH=/walarch/walarch-backups "$image"
gives 'its status is passed on' 1 'status: error' \
    job info command "${reader[@]}" -- info --stanza=nosuch
gives 'no program' 1 'WALARCH_COMMAND environment variable is not set' \
    job info command "${reader[@]}"
for verb in nosuch ../../bin/ls -x ''; do
	gives "\"$verb\" is none" 1 'ERROR: unknown command "'"$verb"'"' \
	    job info command "${reader[@]}" -- "$verb"
	said 'HINT: There are: .*backup .*restore .*verify'
done

# As a CronJob does it: the network, and a mounted password.
cron=(-v repo:/walarch --env WALARCH_REPO1_PATH=/walarch/walarch-backups
    --env WALARCH_PG1_HOST=walarch --env WALARCH_PG1_USER=primaryuser)
check 'a backup over the network' job cron command "${cron[@]}" \
    -v secrets:/secrets:ro --env WALARCH_DEBUG=true -- \
    backup --type=full --start-fast --repo1-retention-full=2
cp "$T/cron.err" "$T/cron.log"
gives 'is listed' 0 'full backup: ' in_box walarch walarch-info
check 'and another one, with a password file of its name' \
    job diff command "${cron[@]}" -v secrets:/secrets:ro \
    --env WALARCH_BACKUP_PASSWORD_FILE=/secrets/replication-password -- \
    backup --type=full --start-fast --repo1-retention-full=2
check 'or a variable, the host as an option' job option command \
    "${cron[@]:0:4}" --env WALARCH_BACKUP_PASSWORD=geheim-replication -- \
    backup --pg1-host=walarch --pg1-user=primaryuser --type=full --start-fast \
    --repo1-retention-full=2
gives 'without a password there is none' 1 \
    'ERROR: WALARCH_BACKUP_PASSWORD environment variable is not set' \
    job cron command "${cron[@]}" -- backup --type=full
gives 'with another one neither' 1 'password authentication failed' \
    job wrong command "${cron[@]}" --env WALARCH_BACKUP_PASSWORD=geheim-wrong \
    --env WALARCH_DEBUG=true -- backup --type=full
is 'two are kept' "$(in_box walarch walarch-info |
    grep -c 'full backup: ')" 2
commit walarch two
switch walarch >"$T/switched"

# Whatever was said, and whatever can be looked at.
fetch_log walarch
check 'there was something to look at' grep -q 'DEBUG: ' "$T/walarch.log"
is 'nobody tells a password' "$(grep -l geheim "$T"/*.log "$T"/*.err \
    "$T"/*.out "$T/said" || :)" ''
is 'nor has a process one' "$(in_box walarch sh -c \
    'cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null |
    tr "\0" "\n" | grep "[g]eheim-"' || :)" ''
is 'nor is one in a file' "$(in_box walarch sh -c \
    'grep -rl geheim- /tmp /pgdata /walarch 2>/dev/null' || :)" ''

# A server whose passwords are variables forgets them.
check 'a server with passwords in variables' box told postgres \
    -v pgdata:/pgdata "${with_repo[@]}" "${new_cluster[@]:2}" \
    --env WALARCH_APP_PASSWORD=geheim-app \
    --env WALARCH_SUPERUSER_PASSWORD=geheim-superuser \
    --env WALARCH_REPLICATION_PASSWORD=geheim-replication
is 'the processes of which have none' "$(in_box told sh -c \
    'for process in /proc/[0-9]*; do
	[ "$(cat $process/comm)" != postgres ] || tr "\0" "\n" <$process/environ
    done | grep geheim-' || :)" ''
unlogged told geheim

check 'what came over the network is restored' restore copy \
    --env WALARCH_PG1_PATH=/pgdata/copy \
    --env WALARCH_REPO1_PATH=/walarch/walarch-backups
serve copy copy
comes copy up
is 'with every row' "$(rows copy)" 'one two'
finish
