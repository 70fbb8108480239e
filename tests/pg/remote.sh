#!/bin/bash
# remote.sh - walarch-backup --pg1-host: a base backup over the network into the
# repository, which is as good as any other, or no set at all.
# shellcheck disable=SC2119,SC2120,SC2317
. "$(dirname "$0")/lib.sh"

# remote [OPTION]... - a backup of main by its socket.
remote()
{
	walarch-backup --pg1-host="$T" --pg1-port="${port[main]}" \
	    --start-fast --archive-timeout=60s "$@"
}

sets()
{
	find "$repo/$stanza/backup" -name manifest 2>/dev/null | wc -l
}

newest()
{
	find "$repo/$stanza/backup" -name manifest -printf '%T@ %h\n' |
		sort -n | tail -1 | sed 's,.*/,,'
}

# fails WHAT PATTERN [OPTION]... - status 1, and no set more.
fails()
{
	local what=$1 pattern=$2 before
	shift 2
	before=$(sets)
	gives "$what" 1 "error: .*$pattern" remote "$@"
	is "$what: no set" "$(sets)" "$before"
}

hinted()
{
	check "with the hint: $1" grep -Eq "^walarch-backup: hint: .*$1" "$T/said"
}

# All that is in the tables, in a line.
content()
{
	sql "$1" "select (select sum(hashtext(a::text)::int8) from a),
	    (select sum(hashtext(b::text)::int8) from b),
	    (select sum(hashtext(c::text)::int8) from c),
	    (select string_agg(note, ' ' order by id) from ledger)"
}

verify=$bin/pg_verifybackup
[ -x "$verify" ] || verify=$client/pg_verifybackup
[ -x "$verify" ] && [ "$major" -ge 13 ] || verify=

# bring_back NAME [OPTION]... - restore into a folder and tablespaces of its own.
bring_back()
{
	local name=$1 mode=off
	shift
	place "$name" "${data[$name]:-}"
	rm -rf "${data[$name]}" "$T/$name.rooms"
	mkdir -p "$T/$name.rooms"
	[ "$major" -ge 12 ] || mode=preserve
	walarch-restore --pg1-path="${data[$name]}" --archive-mode="$mode" \
	    --tablespace-map-all="$T/$name.rooms" "$@"
	[ -z "$verify" ] || [[ $* = *--db-include* ]] ||
		"$verify" -n "${data[$name]}" || return 1
	set_up "$name" "port = ${port[$name]}" 'archive_mode = off'
}

cluster main --data-checksums
walarch-init --pg1-path="${data[main]}"
start main
mkdir "$T/one" "$T/two blanks"
sql main "create tablespace one location '$T/one'"
sql main "create tablespace two location '$T/two blanks'"
sql main 'create database other'
ledger main
commit main first
sql main 'create table a tablespace one as
    select n, md5(n::text) as m from generate_series(1, 20000) n'
sql main 'create table b tablespace two as select 7 as seven'
sql main 'create table c (n int, m text)'

# Which way, and what it cannot.
gives 'neither is named' 1 'error: the data directory is not named' \
    walarch-backup
hinted '--pg1-host'
fails 'no server is there' 'could not connect to the server: .*No such file' \
    --pg1-host="$T/nowhere"
fails 'or it does not listen' 'could not connect to the server: .*refused' \
    --pg1-host=127.0.0.1 --pg1-port=1
for type in diff incr; do
	if [ "$major" -lt 17 ]; then
		fails "--type=$type" 'full backups only' --type=$type
		hinted '--type=full.*--pg1-path'
	fi
done
fails 'a type that is none' 'no type of backup' --type=half
fails 'a label of two lines' 'control characters' --label=$'a\nSTART TIME: b'
fails 'a primary is no standby' 'not registered|no stanza|stanza' --stanza=none

# A full backup while it is written to.
busy()
{
	while [ ! -e "$T/enough" ]; do
		sql main "insert into c select n, md5(random()::text)
		    from generate_series(1, 500) n;
		    update a set m = md5(random()::text) where n % 50 = 7;
		    insert into b values (8)" || return
	done
}
busy >/dev/null &
writer=$!
check 'a backup while rows are written' remote --annotation=how=far
first=$(newest)
sql main 'checkpoint'
sleep 0.2
touch "$T/enough"
wait "$writer"
commit main second
switch main >/dev/null
is 'there is one set' "$(sets)" 1
check 'it is a full one' grep -Eq 'F$' <<<"$first"
gives 'it is listed' 0 "$first" walarch-info
want=$(content main)
check 'it is restored' bring_back copy
recover copy
is 'it comes up' "$state" up
is 'with all rows' "$(content copy)" "$want"
is 'its tablespaces are in other places' "$(sql copy \
    "select count(*) from pg_tablespace where
    pg_tablespace_location(oid) like '$T/copy.rooms/%'")" 2
check 'it takes writes' commit copy more
stop copy

# To a point, and without one database.
if [ "$major" -ge 13 ]; then
	lsn=$(sql main 'select pg_current_wal_lsn()')
	commit main third
	switch main >/dev/null
	check 'restored to a point' bring_back point --type=lsn --target="$lsn" \
	    --target-action=promote
	recover point
	is 'it comes up, too' "$state" up
	is 'with the rows of then' "$(rows point)" 'first second'
	stop point
fi
check 'one database only' bring_back half --db-include=postgres --type=immediate \
    --target-action=promote
recover half
is 'comes up' "$state" up
stop half

# A local diff on it.
commit main fourth
check 'a local diff upon it' walarch-backup --pg1-path="${data[main]}" \
    --pg1-socket-path="$T" --pg1-port="${port[main]}" --start-fast \
    --archive-timeout=60s --type=diff
diff=$(newest)
check 'is upon it' grep -q "^${first}_.*D$" <<<"$diff"
zstdcat "$repo/$stanza/backup/$diff/manifest" 2>/dev/null |
	grep -c "\"in\":\"$first\"" >"$T/refers" || :
check 'most files are not copied again' test "$(cat "$T/refers")" -gt 500
commit main fifth
switch main >/dev/null
want=$(content main)
check 'the diff is restored' bring_back both --set="$diff"
recover both
is 'and comes up' "$state" up
is 'with the rows of now' "$(content both)" "$want"
stop both

# By pg1-port alone, without a database to connect to.
cp "${data[main]}/pg_hba.conf" "$T/hba"
sql main "create role walarch login replication password 'secret'"
sql main "create role plain login password 'secret'"
hba()
{
	printf '%s\n' "$@" 'local all postgres trust' \
	    'local replication postgres trust' >"${data[main]}/pg_hba.conf"
	reload main
}
needs_password()
{
	! "$client/psql" -XAtqw -h "$T" -p "${port[main]}" -U walarch \
	    "dbname=replication replication=true" -c IDENTIFY_SYSTEM \
	    >/dev/null 2>&1 </dev/null
}
hba 'local replication walarch,plain md5'
wait_until "$patience" needs_password
by_port()
{
	PGPASSWORD=secret walarch-backup --pg1-socket-path="$T" \
	    --pg1-port="${port[main]}" --pg1-user=walarch --start-fast \
	    --archive-timeout=60s >"$T/port.out" 2>&1
}
check 'by the socket alone, as a role that may replicate only' by_port
check 'it is said what is missing' grep -q 'the databases are not listed' \
    "$T/port.out"
check 'restored' bring_back plain --type=immediate --target-action=promote
recover plain
is 'comes up, too' "$state" up
stop plain
gives 'but --db-include needs the list' 1 'error: ' walarch-restore \
    --pg1-path="$T/unused" --db-include=postgres --tablespace-map-all="$T/u"
PGPASSWORD=wrong fails 'a wrong password' 'password authentication failed' \
    --pg1-user=walarch
hinted 'PGPASSWORD'
PGPASSWORD=secret fails 'a role that may not' \
    '(must be superuser|permission denied)' --pg1-user=plain
hinted 'ALTER ROLE'
cp "$T/hba" "${data[main]}/pg_hba.conf"
reload main

# What interrupts it.
folders()
{
	find "$repo/$stanza/backup" -mindepth 1 -maxdepth 1 -type d | wc -l
}
slowly()
{
	local before
	before=$(folders)
	walarch-backup --pg1-host="$T" --pg1-port="${port[main]}" --start-fast \
	    --rate=100kB >"$T/slow.out" 2>&1 &
	slow=$!
	wait_until "$patience" more_folders "$before"
}
more_folders()
{
	[ "$(folders)" -gt "$1" ]
}
ended()
{
	status=0
	wait "$slow" || status=$?
}
before=$(sets)
for signal in TERM INT; do
	slowly
	kill -"$signal" "$slow"
	ended
	is "SIG$signal ends it" "$status $(sets)" "1 $before"
	check 'with a word' grep -q 'interrupted' "$T/slow.out"
done
slowly
kill -KILL "$slow"
ended
is 'kill -9 leaves no set' "$status $(sets)" "137 $before"
check 'the next one works' remote
is 'and is there' "$(sets)" $((before + 1))
check 'so does a local one' walarch-backup --pg1-path="${data[main]}" \
    --pg1-socket-path="$T" --pg1-port="${port[main]}" --start-fast \
    --archive-timeout=60s --type=full

# Large files, in parts that a local one must not go on from.
if [ "$major" -eq 15 ]; then
	sql main "create table big as select n, repeat(md5(n::text), 30) as m
	    from generate_series(1, 1300000) n"
	sql main checkpoint
	before=$(folders)
	walarch-backup --pg1-host="$T" --pg1-port="${port[main]}" --start-fast \
	    --rate=200MB --process-max=2 >"$T/slow.out" 2>&1 &
	slow=$!
	has_part()
	{
		[ -n "$(find "$repo/$stanza/backup" -name part-00001.list \
		    -newer "$T/mark")" ] || ! kill -0 "$slow" 2>/dev/null
	}
	touch "$T/mark"
	wait_until "$patience" has_part
	kill -KILL "$slow" 2>/dev/null || :
	ended
	check 'an interrupted one with parts is left aside' walarch-backup \
	    --pg1-path="${data[main]}" --pg1-socket-path="$T" \
	    --pg1-port="${port[main]}" --start-fast --archive-timeout=60s \
	    --type=full
	check 'large files come' remote
	want=$(sql main 'select count(*), sum(hashtext(m)::int8) from big')
	check 'are restored' bring_back large --type=immediate \
	    --target-action=promote
	recover large
	is 'and are the same' "$(sql large \
	    'select count(*), sum(hashtext(m)::int8) from big')" "$want"
	stop large
	sql main 'drop table big'
fi

# Two at once.
remote >"$T/one.out" 2>&1 &
one=$!
before=$(sets)
check 'two at once' remote
wait "$one"
is 'are two' "$(sets)" $((before + 2))

# WAL that does not come.
set_up main "archive_command = 'false'"
reload main
fails 'archive_command fails' 'segment .*not in the repository' \
    --archive-timeout=1s
check 'and why' grep -q 'archive_command failed' "$T/said"
PGPASSWORD=secret fails 'and nobody to ask' 'not in the repository' \
    --archive-timeout=1s --pg1-database=nowhere
hinted 'Does the server archive'
set_up main "archive_command = 'walarch-push %p'"
reload main
commit main archived
switch main >/dev/null
set_up main 'archive_mode = off'
restart main
fails 'archive_mode is off' 'archive_mode is off'
hinted 'archive_mode = on'
set_up main 'archive_mode = on'
restart main

# A standby.
place standby
check 'a standby out of the repository' bring_back standby --type=standby
mkdir -p "$T/empty"
start standby
standby()
{
	walarch-backup --pg1-host="$T" --pg1-port="${port[standby]}" \
	    --start-fast "$@"
}
before=$(sets)
if [ "$major" -ge 14 ]; then
	gives 'a standby needs a word' 1 'error: the server is a standby' \
	    standby --archive-timeout=1s
	hinted '--backup-standby'
else
	gives 'a standby needs a word' 1 'error: archive_mode is off' \
	    standby --archive-timeout=1s
fi
is 'there is no set' "$(sets)" "$before"
commit main sixth
switch main >/dev/null
sql main checkpoint
commit main seventh
segment=$(switch main)
replayed()
{
	says standby "select count(*) from ledger where note = 'seventh'" 1
}
wait_until "$patience" replayed
sql standby checkpoint
check "with it, it does (after $segment)" standby --backup-standby \
    --archive-timeout=20s
is 'it is there' "$(sets)" $((before + 1))
commit main eighth
switch main >/dev/null
check 'and restored' bring_back again --set="$(newest)" --type=immediate \
    --target-action=promote
recover again
is 'it comes up as well' "$state" up
stop again
stop standby

# The server goes away.
before=$(sets)
slowly
kill_hard main
ended
is 'a server that dies' "$status $(sets)" "1 $before"
check 'is told of' grep -q 'error: .*server closed the connection' "$T/slow.out"
finish
