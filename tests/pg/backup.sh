#!/bin/bash
# backup.sh - backup sets of a running server: what builds on what, what waits
# for the WAL, what is refused, and what a set tells of damaged pages.
# shellcheck disable=SC2317	# what is called by another's arguments
. "$(dirname "$0")/sets.sh"

begun()
{
	says source "select count(*) from pg_locks
	    where locktype = 'advisory'" "$1"
}

source_cluster -k
ledger source
commit source one
sql source 'create table victim as select generate_series(1, 60000) a'

# What builds on what.
gives 'a diff without a full becomes one' 0 \
    'warning: no prior backup exists, diff backup has been changed to full' \
    back_up source --type=diff --annotation=why=first
full=$(label_in "$T/said")
is 'which its label tells' "${full: -1} $(fact "$full" type)" 'F full'
is 'it has its annotation' "$(fact "$full" annotation)" why=first
commit source two
take source --type=diff
first=$set
is 'a diff is of the full' "$(fact "$first" type) $(fact "$first" prior)" \
    "diff $full"
check 'and smaller' test "$(fact "$first" copied)" -lt \
    $(($(fact "$full" copied) / 4))
commit source three
take source --type=diff
second=$set
is 'the second diff, too' "$(fact "$second" prior)" "$full"
commit source four
take source
is 'what is asked for without a type is an increment' \
    "$(fact "$set" type) $(fact "$set" prior)" "incr $second"
incr=$set
take source
is 'of which the next one is' "$(fact "$set" prior)" "$incr"
check 'with next to nothing in it' test "$(fact "$set" copied)" -lt 100000
is 'the folders are closed to others' "$(find "$repo/$stanza/backup" \
    -perm /027 | head -1)" ''

# Of two at once one is refused.  The first waits for a checkpoint.
sql source 'update victim set a = a'
server_of source
walarch-backup "${of[@]}" --type=full >"$T/waits.out" 2>&1 &
waits=$!
wait_until "$patience" begun 1 || :
gives 'a second backup is refused' 1 \
    'another backup of this cluster is running' \
    back_up source --type=full
gives 'with a hint' 1 'hint: .*lock' back_up source --type=full
kill -TERM "$waits"
ended()
{
	! kill -0 "$waits" 2>/dev/null
}
check 'a signal ends it, while it waits for the server' \
    wait_until 10 ended
kill -KILL "$waits" 2>/dev/null || :
status=0
wait "$waits" || status=$?
is 'with an error' "$status $(grep -c 'error: .*signal' "$T/waits.out")" '1 1'
check 'the lock is free again' wait_until "$patience" begun 0
before=$(sets)
check 'and the next backup is made' back_up source
[ "$(sets)" != "$before" ] || not_ok 'it is listed'

# Without its WAL there is no set.
before=$(sets)
set_up source "archive_command = 'false'"
reload source
gives 'a backup whose WAL is not archived fails' 1 \
    'error: segment .* is not in the repository' \
    back_up source --type=full --archive-timeout=500ms
check 'there is a hint' grep -q 'hint: ' "$T/said"
is 'and no set of it' "$(sets)" "$before"
set_up source "archive_command = 'walarch-push %p'"
reload source
check 'repaired, it works' back_up source --type=full --archive-timeout=60s

# A page that is damaged.
file=${data[source]}/$(sql source "select pg_relation_filepath('victim')")
sql source checkpoint
cp -p "$file" "$T/whole"
for page in 3 200; do
	printf '\x55\xaa' | dd of="$file" bs=1 seek=$((page * 8192 + 4000)) \
	    conv=notrunc status=none
done
gives 'wrong pages are told of' 0 \
    'has 2 pages with a wrong checksum, first page 3' back_up source
check 'and counted' grep -q 'warning: 2 pages have a wrong checksum' "$T/said"
set=$(label_in "$T/said")
is 'in the set, too' "$(fact "$set" bad-pages)" 2
check 'it is restored' bring copy --type=immediate
check 'as it is' cmp "$file" "${data[copy]}/${file#"${data[source]}/"}"
rm -rf "${data[copy]}"
cp -p "$T/whole" "$file"
take source
is 'once it is whole, nothing is told' "$(fact "$set" bad-pages)" 0

# What does not fit.
gives 'a type there is not' 1 'hint: It takes full, diff or incr' \
    back_up source --type=most
gives 'another cluster' 1 'is not registered|system identifier|could not' \
    walarch-backup --pg1-path="$T" --pg1-socket-path="$T" \
    --pg1-port="${port[source]}"
chmod a-w "$repo/$stanza/backup"
gives 'a repository that cannot be written to' 1 'error: .*[Pp]ermission' \
    back_up source
chmod u+w "$repo/$stanza/backup"

# Threads and codecs change nothing of what comes back.
sql source checkpoint
take source --type=full --process-max=3 --compress-type=lz4
bring three --process-max=3 --set="$set" --type=immediate >"$T/three.out" 2>&1
bring one --set="$set" --type=immediate >"$T/one.out" 2>&1
is 'with three threads, the same is restored' \
    "$(diff <(tree "${data[one]}") <(tree "${data[three]}") |
	grep '^[<>]' | grep -v ' \./\(backup_manifest\|postgresql.auto.conf\|recovery.conf\)$')" ''
comes 'one of them' three paused 'one two three four'
away one three
finish
