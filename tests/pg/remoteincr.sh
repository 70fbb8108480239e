#!/bin/bash
# remoteincr.sh - walarch-backup --pg1-host --type=incr, diff: the server sends
# what changed, and what is restored is as whole as from a full backup.
# shellcheck disable=SC2119,SC2120,SC2317
. "$(dirname "$0")/lib.sh"

if [ "$major" -lt 17 ]; then
	skip 'servers make incremental backups from 17 on'
	finished=1
	exit 0
fi

# remote NAME [OPTION]... - a backup of a cluster by its socket.
remote()
{
	local name=$1
	shift
	walarch-backup --pg1-host="$T" --pg1-port="${port[$name]}" \
	    --start-fast --archive-timeout=60s "$@"
}

newest()
{
	find "$repo/$stanza/backup" -name manifest -printf '%T@ %h\n' |
		sort -n | tail -1 | sed 's,.*/,,'
}

size_of()
{
	du -sk "$repo/$stanza/backup/$1" | cut -f1
}

# refers SET OTHER - how many of its files are in the other.
refers()
{
	zstdcat "$repo/$stanza/backup/$1/manifest" | grep -c "\"in\":\"$2\"" ||
		:
}

# upon SET OTHER
upon()
{
	grep -q "^prior $2\$" "$repo/$stanza/backup/$1/start"
}

# All rows of all tables, in a line.
content()
{
	sql "$1" "select string_agg(c.oid::regclass || ' ' || digest(c.oid),
	    ' ' order by relname) from pg_class c
	    where relkind = 'r' and relnamespace = 'public'::regnamespace"
}

bench()
{
	"$client/pgbench" -n -h "$T" -p "${port[main]}" "$@" >"$T/pgbench.out" \
	    2>&1
}

# bring_back NAME [OPTION]... - restore into a folder and tablespaces of its own.
bring_back()
{
	local name=$1
	shift
	place "$name" "${data[$name]:-}"
	rm -rf "${data[$name]}" "$T/$name.rooms"
	mkdir -p "$T/$name.rooms"
	walarch-restore --pg1-path="${data[$name]}" \
	    --tablespace-map-all="$T/$name.rooms" "$@"
	[ ! -x "$bin/pg_verifybackup" ] ||
		"$bin/pg_verifybackup" -n "${data[$name]}" || return 1
	set_up "$name" "port = ${port[$name]}" 'archive_mode = off'
}

amcheck()
{
	"$bin/pg_amcheck" -h "$T" -p "${port[$1]}" --install-missing \
	    --heapallindexed postgres
}

# whole NAME SET WANT [OPTION]... - a set, restored, has these rows, and no page
# that is wrong.
whole()
{
	local name=$1 set=$2 want=$3
	shift 3
	check "$name: restored" bring_back "$name" --set="$set" \
	    --target-action=promote --archive-mode=off "$@"
	recover "$name"
	is "$name: it comes up" "$state" up
	is "$name: with the same rows" "$(content "$name")" "$want"
	if [ -x "$bin/pg_amcheck" ] && says "$name" "select count(*) from
	    pg_available_extensions where name = 'amcheck'" 1; then
		check "$name: pg_amcheck" amcheck "$name"
	fi
	stop "$name"
	check "$name: all pages have their checksums" \
	    "$bin/pg_checksums" -c -D "${data[$name]}"
}

cluster main --data-checksums
set_up main 'summarize_wal = on' 'min_wal_size = 2MB' 'max_wal_size = 32MB'
walarch-init --pg1-path="${data[main]}"
start main
mkdir "$T/room"
sql main "create tablespace room location '$T/room'"
sql main "create function digest(oid) returns text language plpgsql as \$\$
    declare found text; begin execute format('select count(*) || '':'' ||
    md5(coalesce(string_agg(t::text, '','' order by t::text), '''')) from %s t',
    \$1::regclass) into found; return found; end \$\$"
bench -i -s 3
sql main "
    create table still as select n, md5(n::text) || md5((-n)::text) as m
	from generate_series(1, 200000) n;
    create table longer as select n, md5(n::text) as m
	from generate_series(1, 40000) n;
    create table shorter as select n, md5(n::text) as m
	from generate_series(1, 60000) n;
    create table emptied as select n from generate_series(1, 20000) n;
    create table dropped as select n from generate_series(1, 20000) n;
    create table packed as select n, md5(n::text) as m
	from generate_series(1, 20000) n;
    create table elsewhere tablespace room as select n, md5(n::text) as m
	from generate_series(1, 30000) n;
    create table nothing (n int);
    create index on longer (m);
    create index on shorter (n)"
sql main 'vacuum freeze'

gives 'an incr without a prior' 0 'incr backup has been changed to full' \
    remote main --type=incr
full=$(newest)
check 'is a full one' grep -q 'F$' <<<"$full"

# Each of these is another way for a file to change.
sql main "
    update longer set m = 'changed' where n % 4000 = 7;
    insert into longer select n, md5(n::text)
	from generate_series(40001, 52000) n;
    delete from shorter where n > 30000;
    update shorter set m = 'changed' where n = 15000;
    truncate emptied;
    insert into emptied values (1), (2);
    drop table dropped;
    create table created as select n, md5(n::text) as m
	from generate_series(1, 5000) n;
    delete from packed where n % 3 = 0;
    update elsewhere set m = 'changed' where n between 14000 and 14100;
    insert into nothing values (7)"
sql main 'vacuum full packed'
sql main 'vacuum shorter'
bench -t 50
want=$(content main)
check 'an incr' remote main --type=incr
first=$(newest)
check 'is one' grep -q "^${full}_.*I$" <<<"$first"
check 'it refers to the full' test "$(refers "$first" "$full")" -gt 200
check "it is smaller: $(size_of "$first") kB of $(size_of "$full")" \
    test $((2 * $(size_of "$first"))) -lt "$(size_of "$full")"
check 'no file is called after what came' eval \
    "! zstdcat '$repo/$stanza/backup/$first/manifest' | grep -q INCREMENTAL"
whole one "$first" "$want" --type=immediate

# Upon it, while it is written to.
sql main "
    insert into shorter select n, md5(n::text)
	from generate_series(60001, 90000) n;
    delete from longer where n > 45000;
    update created set m = 'changed' where n = 2500;
    create table later as select n from generate_series(1, 9000) n"
sql main 'vacuum longer'
busy()
{
	while [ ! -e "$T/enough" ]; do
		bench -t 20 || return
		sql main "update elsewhere set m = md5(random()::text)
		    where n % 5000 = 7" || return
	done
}
busy &
writer=$!
check 'an incr upon the incr, amid writes' remote main
second=$(newest)
touch "$T/enough"
wait "$writer"
check 'it is one' grep -q "^${full}_.*I$" <<<"$second"
check 'it is upon the first' upon "$second" "$first"
switch main >/dev/null
want=$(content main)
whole two "$second" "$want"

bench -t 50
sql main 'update still set m = md5(m) where n between 20000 and 20010'
want=$(content main)
check 'a diff' remote main --type=diff
diff=$(newest)
check 'is one, too' grep -q "^${full}_.*D$" <<<"$diff"
is 'it refers to no incr' "$(refers "$diff" "$first")$(refers "$diff" \
    "$second")" 00
check 'but to the full' test "$(refers "$diff" "$full")" -gt 200
whole three "$diff" "$want" --type=immediate

# Upon sets that were made beside the files, and the other way.
check 'a local incr upon the diff' walarch-backup --pg1-path="${data[main]}" \
    --pg1-socket-path="$T" --pg1-port="${port[main]}" --start-fast \
    --archive-timeout=60s
here=$(newest)
bench -t 50
want=$(content main)
check 'a remote one upon that' remote main
mixed=$(newest)
check "is an incr: $mixed" grep -q 'I$' <<<"$mixed"
check 'and is smaller' \
    test $((2 * $(size_of "$mixed"))) -lt "$(size_of "$full")"
check 'and is upon it' upon "$mixed" "$here"
whole four "$mixed" "$want" --type=immediate
check 'all of the repository is sound' walarch-verify

# Servers that cannot.
set_up main 'summarize_wal = off'
reload main
summarizes()
{
	says main 'show summarize_wal' "$1"
}
wait_until "$patience" summarizes off
gives 'summarize_wal is off' 0 \
    'warning: incr backup has been changed to full: summarize_wal is off' \
    remote main --type=incr
check 'a full' grep -q 'F$' <<<"$(newest)"
for _ in 1 2 3 4 5 6; do
	bench -t 200
	switch main >/dev/null
	sql main checkpoint
done
set_up main 'summarize_wal = on'
reload main
wait_until "$patience" summarizes on
gives 'summaries are missing' 0 \
    'warning: incr backup has been changed to full: .*WAL summaries are' \
    remote main --type=incr
last=$(newest)
check 'another full' grep -q 'F$' <<<"$last"
want=$(content main)
check 'an incr upon that' remote main --type=incr
last=$(newest)
check 'is one again' grep -q 'I$' <<<"$last"
whole five "$last" "$want" --type=immediate

check 'another timeline' bring_back six --set="$last" --type=immediate \
    --target-action=promote --archive-mode=preserve
set_up six 'archive_mode = on'
stop main
recover six
is 'it comes up' "$state" up
gives 'it begins with a full' 0 \
    'warning: incr backup .* to full: the server is on timeline' \
    remote six --type=incr
check 'which it is' grep -q 'F$' <<<"$(newest)"
full=$(newest)
check 'and goes on' remote six --type=incr
check 'with an incr' grep -q 'I$' <<<"$(newest)"

# A prior that is damaged, where a page of it is due.
part=$repo/$stanza/backup/$full/part-00001
chmod u+w "$part"
dd if=/dev/zero of="$part" bs=4096 seek=1 conv=notrunc status=none \
    count=$(($(stat -c %s "$part") / 4096 - 1))
sql six "update still set m = 'changed' where n = 100000"
last=$(newest)
gives 'a damaged prior' 1 "error: .*base/.* in backup set \"$full\"" \
    remote six --type=diff
check 'with a hint' grep -q 'hint: .*--type=full' "$T/said"
is 'is no set' "$(newest)" "$last"
check 'a full goes without it' remote six --type=full
finish
