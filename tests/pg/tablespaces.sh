#!/bin/bash
# tablespaces.sh - tablespaces and symbolic links come back where it is told;
# with them unlogged and temporary tables, some databases only, and the modes of
# a cluster that a group may read.
# shellcheck disable=SC2317	# what is called by another's arguments
. "$(dirname "$0")/sets.sh"

group=()
[ "$major" -lt 11 ] || group=(-g)
mkdir "$T/links"
source_cluster -X "$T/links/wal" "${group[@]}"
ledger source
odd="$T/links/\"a\" = b\\c "$'\303\244'
plain=$T/links/plain
mkdir "$odd" "$plain" "$T/links/conf.d"
sql source "create tablespace odd location '$odd'"
sql source "create tablespace plain location '$plain'"
odd_oid=$(sql source "select oid from pg_tablespace where spcname = 'odd'")
plain_oid=$(sql source "select oid from pg_tablespace where spcname = 'plain'")
for place in pg_default odd plain; do
	sql source "create table kept_$place tablespace $place as
	    select generate_series(1, 2000) a"
	sql source "create unlogged table lost_$place (a int primary key)
	    tablespace $place"
	sql source "insert into lost_$place select generate_series(1, 2000)"
done
for base in other rest; do
	sql source "create database $base tablespace plain"
	PGDATABASE=$base sql source 'create table own as select 1 a'
done
echo '# nothing' >"$T/links/conf.d/some.conf"
ln -s "$T/links/conf.d" "${data[source]}/conf.d"
mv "${data[source]}/pg_hba.conf" "$T/links/hba"
ln -s "$T/links/hba" "${data[source]}/pg_hba.conf"
ln -s PG_VERSION "${data[source]}/inside"
ln -s "$T/links/nowhere" "${data[source]}/dangling"
commit source one

# A session with temporary tables, which lasts.
mkfifo "$T/input"
"$client/psql" -XAtq -h "$T" -p "${port[source]}" <"$T/input" >"$T/session" &
exec 9>"$T/input"
echo "create temp table t tablespace plain as select generate_series(1, 5000) a;
    select 'made';" >&9
wait_until "$patience" grep -q made "$T/session"
gives 'a link that leads nowhere is told of' 0 \
    'warning: link "dangling" leads nowhere' back_up source --type=full
rm "${data[source]}/dangling"
take source --type=full
exec 9>&-
switch source >"$T/switched"

maps=(--tablespace-map="$odd_oid=$T/odd copy"
    --tablespace-map="$plain=$T/plain")

# content WHAT NAME
content()
{
	comes "$1" "$2" up one
	is "$1: with what is in its tablespaces" "$(sql "$2" 'select
	    (select count(*) from kept_odd),
	    (select sum(a) from kept_plain),
	    (select count(*) from kept_pg_default)')" '2000|2001000|2000'
	is "$1: unlogged tables are empty" "$(sql "$2" 'select
	    (select count(*) from lost_odd),
	    (select count(*) from lost_plain)')" '0|0'
	is "$1: temporary ones are none" "$(find "${data[$2]}/" "$T/plain" \
	    -name 't[0-9]*_[0-9]*' 2>/dev/null)" ''
}

gives 'where they are used, tablespaces do not go' 1 \
    'hint: .*--tablespace-map' bring copy
check 'nothing is made' test ! -e "${data[copy]}"
gives 'a tablespace there is not' 1 'names no tablespace' \
    bring copy "${maps[@]}" --tablespace-map=77="$T/x"
gives 'two at one place' 1 'same place' bring copy \
    --tablespace-map="$odd_oid=$T/x" --tablespace-map="$plain_oid=$T/x/y"
gives 'one in the data directory' 1 'overlaps the data directory' bring copy \
    "${maps[0]}" --tablespace-map="$plain_oid=${data[copy]}/pg_tblspc/x"
gives 'a plan tells where they go' 0 "$plain_oid -> $T/plain," \
    bring copy --plan "${maps[@]}"
check 'and makes nothing' test ! -e "${data[copy]}" -a ! -e "$T/plain"

# PostgreSQL's manifests have no links.
ignored=(-i inside)

# By number and by path; links become plain.
gives 'two tablespaces are mapped' 0 'links? will be plain' \
    bring copy "${maps[@]}"
is 'the links lead there' "$(readlink "${data[copy]}/pg_tblspc/$odd_oid" \
    "${data[copy]}/pg_tblspc/$plain_oid")" "$T/odd copy
$T/plain"
is 'other links are plain' "$(stat -c %F "${data[copy]}/conf.d" \
    "${data[copy]}/pg_hba.conf" "${data[copy]}/pg_wal" | tr '\n' ' ')" \
    'directory regular file directory '
is 'those inside are links' "$(readlink "${data[copy]}/inside")" PG_VERSION
[ "$major" -lt 11 ] || is 'the group may read' "$(stat -c %a "${data[copy]}" \
    "${data[copy]}/PG_VERSION" "$T/plain" "$T/odd copy"/PG_*/* |
    sort -u | tr '\n' ' ')" '640 750 '
content mapped copy
stop copy

# The same once more, with what does not belong there.
extra=$(echo "$T/plain"/PG_*)/extra
touch "$extra"
gives 'a full place needs --delta' 1 'contains files' bring copy "${maps[@]}"
check 'with --delta' bring copy "${maps[@]}" --delta
check 'what the backup lacks is gone' test ! -e "$extra"
content 'with --delta' copy
stop copy
mkdir "$T/full"
echo mine >"$T/full/file"
gives 'another place that is full is refused, even then' 1 'contains files' \
    bring copy --delta "${maps[0]}" --tablespace-map="$plain_oid=$T/full"
is 'and stays' "$(cd "$T/full" && grep -r '')" file:mine
check 'to a place that is new' bring copy --delta "${maps[0]}" \
    --tablespace-map="$plain_oid=$T/plain2"
content moved copy
check 'where they were before is left alone' test -d "$T/plain"
stop copy
rm -rf "$T"/plain* "$T"/odd* "${data[copy]}"

# All in one folder; links as they were told.
gives 'a parent that is missing' 1 'hint: Its parent folder must be there' \
    bring copy --tablespace-map-all="$T/all"
rm -rf "${data[copy]}"
mkdir "$T/all" "$T/new"
gives 'a file that is there is not written over' 1 'is there already' \
    bring copy --tablespace-map-all="$T/all" \
    --link-map="pg_hba.conf=$T/links/hba"
gives 'with all links, as they are used' 1 'contains files|is there already' \
    bring copy --tablespace-map-all="$T/all" --link-all
rm -rf "${data[copy]}"
check 'all in one folder, links mapped' bring copy --delta \
    --tablespace-map-all="$T/all" --link-map="conf.d=$T/new/conf.d" \
    --link-map="pg_hba.conf=$T/new/hba" --link-map="pg_wal=$T/new/wal"
is 'they lead there' "$(cd "${data[copy]}" &&
    readlink "pg_tblspc/$odd_oid" conf.d pg_hba.conf pg_wal)" \
    "$T/all/$odd_oid
$T/new/conf.d
$T/new/hba
$T/new/wal"
is 'with what they had' "$(cat "$T/new/conf.d/some.conf")" '# nothing'
check 'and the file' cmp "$T/links/hba" "$T/new/hba"
content links copy
check 'WAL goes there' ls "$T/new/wal"/00000002*
stop copy
rm -rf "$T/all" "$T/new" "${data[copy]}"

# The original places, once they are free.
halt source
mkdir "$T/gone"
mv "$T/links"/* "${data[source]}" "$T/gone"
check 'with all links, to where it was' bring source --link-all
is 'all of them lead there' "$(cd "${data[source]}" &&
    readlink "pg_tblspc/$odd_oid" conf.d pg_hba.conf pg_wal)" \
    "$odd
$T/links/conf.d
$T/links/hba
$T/links/wal"
content 'where it was' source
halt source
rm -rf "${data[source]}" "$T/links"/*

# Some databases only.
check 'one database' bring source --link-all --db-include=other \
    --db-include=postgres
comes 'one database' source up one
is 'has its content' "$(PGDATABASE=other sql source 'select a from own')" 1
gives 'another has not' 2 'error|ERROR|FATAL' "$client/psql" -X -h "$T" \
    -p "${port[source]}" -d rest -c 'select a from own'
check 'and can be dropped' sql source 'drop database rest'
halt source
gives 'a database there is not' 1 'no database "never"' bring copy \
    --db-include=never
finish
