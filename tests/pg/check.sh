#!/bin/bash
# check.sh - walarch-check finds what is wrong with archiving, and says it.
# shellcheck disable=SC2317	# what is called by another's arguments
. "$(dirname "$0")/lib.sh"

cluster main
walarch-init --pg1-path="${data[main]}" 2>"$T/init.out"
start main
ledger main
checked()
{
	walarch-check --pg1-socket-path="$T" --pg1-port="${port[main]}" \
	    --pg1-user=postgres --archive-timeout="${limit:-30s}" "$@"
}

# command TEXT - another archive_command, once the archiver has it.
command()
{
	set_up main "archive_command = '$1'"
	reload main
	wait_until "$patience" says main \
	    "select setting from pg_settings where name = 'archive_command'" "$1"
}

gives 'all is well' 0 'archiving +ok, .* in the repository after [0-9.]+ s' \
    checked
gives 'with the data directory, too' 0 'pg1-path +ok' \
    checked --pg1-path="${data[main]}"
gives 'by the front' 0 'archiving +ok' walarch check --pg1-socket-path="$T" \
    --pg1-port="${port[main]}" --pg1-user=postgres --archive-timeout=30s

command 'cp %p /nowhere/%f'
gives 'a command that is not ours' 1 'does not call walarch: "cp %p' checked
command walarch-push
gives 'a command without a path' 1 'passes no path, %p' checked

# Whatever is still queued would have its own failures.
limit=2s
command 'walarch-push --stanza=nosuch %p'
gives 'a command that fails' 1 'was not archived within 2\.0 s' checked
check 'its failures are told' grep -Eq 'archive_command failed [0-9]+ times' \
    "$T/said"
[ "$major" -lt 12 ] ||
	check 'and the queue' grep -Eq 'waiting to be archived: [0-9]+' "$T/said"
check 'and where to read more' grep -q "log has what walarch-push said" \
    "$T/said"
command '/bin/true walarch-push %p'
gives 'a command that pretends' 1 \
    'takes "[0-9A-F]+" for archived, but it is not in this repository' checked
command '/bin/true'
gives 'a command that only pretends' 1 'does not call walarch: "/bin/true"' \
    checked
command 'walarch-push %p'
limit=30s
gives 'and all is well again' 0 'archiving +ok' checked

chmod -R a-w "$repo"
gives 'a repository that takes nothing' 1 'Permission denied' checked
chmod -R u+rwx "$repo"
mv "$repo" "$repo.away"
gives 'a repository that is not there' 1 'error: .*repository' checked
mv "$repo.away" "$repo"
gives 'a stanza that is not there' 1 'no stanza "nosuch"' \
    checked --stanza=nosuch
gives 'a server that is not there' 1 'could not connect to the server' \
    walarch-check --pg1-socket-path="$T/nowhere" --pg1-port=1

cluster other
walarch-init --stanza=other --pg1-path="${data[other]}" 2>"$T/init.out"
gives "another cluster's stanza" 1 'has the system identifier' \
    checked --stanza=other
gives "another cluster's data directory" 1 'is of another cluster' \
    checked --pg1-path="${data[other]}"

backup main
restore copy "$T/main.backup" standby 'archive_mode = on'
start copy
wait_until "$patience" says copy 'select pg_is_in_recovery()' t
port[main]=${port[copy]}
gives 'a standby' 0 'not tried: the server is a standby' checked
halt copy
port[main]=6000

set_up main 'logging_collector = on' 'archive_mode = off'
restart main
gives 'archive_mode is off' 1 'archive_mode is off' checked
check 'with what to do about it' grep -q 'hint: Set archive_mode = on' "$T/said"
set_up main 'archive_mode = on' \
    "archive_command = 'walarch-push --stanza=nosuch %p'"
restart main
limit=3s
gives "what the server's log says" 1 \
    "log says: walarch-push: error: .*no stanza \"nosuch\"" checked
finish
