#!/bin/bash
# plaindir.sh - walarch-backup --plain-dir: a base backup over the network, as a
# directory named after its moment, or nothing at all.
# shellcheck disable=SC2016,SC2119,SC2120,SC2317
. "$(dirname "$0")/lib.sh"

base=$T/backups
to=()

# taken [OPTION]... - a backup of main by its socket; what it prints is in
# $T/printed.
taken()
{
	walarch-backup --plain-dir="$base" --start-fast --pg1-host="$T" \
	    --pg1-port="${port[main]}" "${to[@]}" "$@" >"$T/printed" 2>"$T/why" || {
		local status=$?
		cat "$T/why" >&2
		return "$status"
	}
}

printed()
{
	sed -n 's/^BACKUP_PATH is set to \(.*\)\.$/\1/p' "$T/printed"
}

# What a restore could take for a backup, and what it could not.
named()
{
	find "$base" -mindepth 1 -maxdepth 1 ! -name '.*' 2>/dev/null || :
}

hidden()
{
	find "$base" -mindepth 1 -maxdepth 1 -name '.*' 2>/dev/null || :
}

# fails WHAT PATTERN [OPTION]... - status 1, and nothing is there afterwards
# that was not before.
fails()
{
	local what=$1 pattern=$2 before
	shift 2
	before=$(named)
	gives "$what" 1 "error: .*$pattern" taken "$@"
	is "$what: nothing is left" "$(named) $(hidden)" "$before "
}

hinted()
{
	check "with the hint: $1" grep -Eq "^walarch-backup: hint: .*$1" "$T/said"
}

cluster main --data-checksums
start main
mkdir "$T/one" "$T/two blanks"
sql main "create tablespace one location '$T/one'"
sql main "create tablespace two location '$T/two blanks'"
ledger main
commit main first
sql main 'create table a tablespace one as
    select n, md5(n::text) from generate_series(1, 20000) n'
sql main 'create table b tablespace two as select 7 as seven'

# Before there is a connection.
gives 'an increment' 1 'error: --plain-dir makes full' \
    walarch-backup --plain-dir="$base" --pg1-host="$T" --type=incr
gives 'no server is named' 1 'error: pg1-host is not set' \
    walarch-backup --plain-dir="$base"
hinted '--pg1-host'
gives 'an empty place' 1 'error: --plain-dir needs' \
    walarch-backup --plain-dir= --pg1-host="$T"
fails 'no server is there' 'could not connect to the server: .*No such file' \
    --pg1-host="$T/nowhere"
hinted 'Does the server run'
fails 'or it does not listen' 'could not connect to the server: .*refused' \
    --pg1-host=127.0.0.1 --pg1-port=1
check 'then not even the folder is made' test ! -e "$base"

# A01, A06, A11
check 'a backup' taken
first=$(printed)
is 'one line tells its path' "$(wc -l <"$T/printed")" 1
check 'which is named after its moment' grep -Eqx \
    'BACKUP_PATH is set to .*/[0-9]{4}(-[0-9]{2}){5}\.' "$T/printed"
is 'the listing has that one alone' "$(ls -A "$base")" "${first#"$base/"}"
for file in PG_VERSION backup_label global/pg_control base pg_wal \
    tablespace_map; do
	check "it has $file" test -e "$first/$file"
done
check 'with the label' grep -qx 'LABEL: walarch' "$first/backup_label"
check 'with WAL' test -n "$(find "$first/pg_wal" -name '0000*')"
is 'modes' "$(find "$first" \( -type d ! -perm 700 \) -o \
    \( -type f ! -perm 600 \) -o ! -type d ! -type f)" ''
is 'a tablespace is a folder' "$(find "$first/pg_tblspc" -mindepth 1 \
    -maxdepth 1 -type d | wc -l)" 2
check 'and its place is on the map' grep -q "$T/two blanks" \
    "$first/tablespace_map"
verify=$bin/pg_verifybackup
[ -x "$verify" ] || verify=
if [ -n "$verify" ]; then
	check 'pg_verifybackup accepts it' "$verify" -n "$first"
elif [ "$major" -ge 13 ]; then
	skip 'pg_verifybackup is not installed'
fi
find "$first" -type f -exec md5sum {} + | sort >"$T/first.md5"

# A05, A04: a password that needs care in a password file.
sql main "create role walarch login replication password 'a:b\\c'"
sql main "create role plain login password 'x'"
cp "${data[main]}/pg_hba.conf" "$T/hba"
hba()
{
	printf '%s\n' "$@" 'local all postgres trust' >"${data[main]}/pg_hba.conf"
	reload main
}
hba 'local replication walarch,plain md5'
refused_now()
{
	! "$client/psql" -XAtqw -h "$T" -p "${port[main]}" -U walarch \
	    "dbname=replication replication=true" -c IDENTIFY_SYSTEM \
	    >/dev/null 2>&1 </dev/null
}
wait_until "$patience" refused_now
to=(--pg1-user=walarch)
export PGPASSFILE=$T/pgpass
fails 'no password' 'password'
hinted 'PGPASSFILE'
echo '*:*:*:walarch:a:b\c' >"$PGPASSFILE"
chmod 600 "$PGPASSFILE"
fails 'a password that is not escaped' 'password authentication failed'
printf '%s\n' "$T:${port[main]}:replication:walarch:a\\:b\\\\c" >"$PGPASSFILE"
check 'a password with a colon and a backslash' taken
PGPASSWORD=wrong fails 'a wrong password' 'password authentication failed'
hinted 'PGPASSWORD'
PGPASSWORD='a:b\c' PGPASSFILE=/nowhere check 'the password by PGPASSWORD' taken
PGPASSWORD=x fails 'a role that may not' '(must be superuser|permission denied)' \
    --pg1-user=plain
hinted 'ALTER ROLE'
hba 'local all walarch md5'
no_line()
{
	refused_now
	! PGPASSWORD='a:b\c' taken 2>/dev/null && grep -q 'pg_hba.conf' "$T/why"
}
wait_until "$patience" no_line
PGPASSWORD='a:b\c' fails 'no line in pg_hba.conf' 'pg_hba.conf'
hinted 'host replication'
cp "$T/hba" "${data[main]}/pg_hba.conf"
reload main
accepted_now()
{
	! refused_now
}
wait_until "$patience" accepted_now
to=()

# A02: names that are taken.
now=$(date +%s)
for ((i = -5; i < 60; i++)); do
	mkdir -p "$base/$(date -u -d "@$((now + i))" +%Y-%m-%d-%H-%M-%S)"
done
before=$(named | sort)
check 'a second that is taken' taken --label="it's a label"
is 'the next free one is' "$(printed)" \
    "$base/$(date -u -d "@$((now + 60))" +%Y-%m-%d-%H-%M-%S)"
check 'a quote in the label' grep -qx "LABEL: it's a label" \
    "$(printed)/backup_label"
find "$base" -mindepth 1 -maxdepth 1 -empty -exec rmdir {} +
fails 'a label of two lines' 'control characters' --label=$'a\nSTART TIME: b'
taken >"$T/printed.1" 2>&1 &
one=$!
walarch-backup --plain-dir="$base" --start-fast --pg1-socket-path="$T" \
    --pg1-port="${port[main]}" >"$T/printed.2" 2>&1
wait "$one"
check 'two at once are two' test "$(named | wc -l)" -eq 6
is 'the first has not changed' \
    "$(find "$first" -type f -exec md5sum {} + | sort | cmp - "$T/first.md5")" ''
is 'nothing else is left' "$(hidden)" ''

# What interrupts it.
mkdir "$T/empty"
base=$T/interrupted
killed=none
mkdir "$base"
slowly()
{
	walarch-backup --plain-dir="$base" --start-fast --pg1-host="$T" \
	    --pg1-port="${port[main]}" --rate=32kB >"$T/slow.out" 2>&1 &
	slow=$!
	wait_until "$patience" begun
}
begun()
{
	[ -n "$(find "$base" -path '*.tmp.*' -type f ! -path "$killed/*")" ]
}
ended()
{
	status=0
	wait "$slow" || status=$?
}
for signal in TERM INT; do
	slowly
	kill -"$signal" "$slow"
	ended
	is "SIG$signal ends it" "$status $(ls -A "$base")" '1 '
	check 'with a word' grep -q 'interrupted' "$T/slow.out"
done
slowly
kill -KILL "$slow"
ended
is 'kill -9 leaves nothing that is named' "$(named)" ''
is 'but a hidden folder' "$(hidden | wc -l)" 1
killed=$(hidden)
check 'after kill -9 the next succeeds' taken
is 'which is there' "$(named | wc -l)" 1
is 'and leaves the hidden folder a day' "$(hidden)" "$killed"
touch -d '2 days ago' "$killed"
slowly
running=$(hidden)
check 'the next one does' test ! -e "$killed"
touch -d '2 days ago' "$running"
check 'another at the same time' taken
is 'leaves that of the running one' "$(hidden)" "$running"
kill -TERM "$slow"
ended
is 'which is removed when it ends' "$(hidden)" ''
mkdir "$base/.2001-01-01-00-00-00.tmp.zzzzzzzz" "$base/.other"
touch -d '2 days ago' "$base"/.[o2]*
check 'other hidden folders' taken
is 'are none of its business' "$(hidden | wc -l)" 2
rm -rf "$base"/.[o2]*

# A full disk.
if unshare -Urm mount -t tmpfs tmpfs "$T/empty" 2>/dev/null; then
	full()
	{
		unshare -Urm bash -c 'mount -t tmpfs -o size=6m tmpfs "$1" &&
		    { "${@:2}"; status=$?; find "$1" -mindepth 1; exit "$status"; }' - \
		    "$T/empty" walarch-backup --plain-dir="$T/empty/x" \
		    --start-fast --pg1-host="$T" --pg1-port="${port[main]}" \
		    --pg1-user=postgres
	}
	gives 'a full disk' 1 'error: could not write .*No space left' full
	hinted 'Make room'
	is 'leaves nothing' "$(tail -1 "$T/said")" "$T/empty/x"
else
	skip 'a full disk: this needs mount'
fi
gives 'a limit of a file' 1 'error: could not write .*File too large' \
    bash -c 'ulimit -f 20; exec walarch-backup --plain-dir="$1" \
    --start-fast --pg1-host="$2" --pg1-port="$3"' - "$T/empty" "$T" \
    "${port[main]}"
is 'leaves nothing' "$(ls -A "$T/empty")" ''
gives 'a place that is not there' 1 'error: could not create directory' \
    walarch-backup --plain-dir="$T/no/where" --pg1-host="$T" \
    --pg1-port="${port[main]}"
chmod 500 "$T/empty"
gives 'a place that takes nothing' 1 'error: could not create .*denied' \
    walarch-backup --plain-dir="$T/empty" --pg1-host="$T" \
    --pg1-port="${port[main]}"
chmod 700 "$T/empty"
gives 'a closed standard output' 1 'error: could not print the path' \
    bash -c 'exec walarch-backup --plain-dir="$1" --start-fast \
    --pg1-host="$2" --pg1-port="$3" >&-' - "$T/empty" "$T" "${port[main]}"

# What the server warns of.
mkfifo "${data[main]}/pipe"
check 'a pipe in the data directory' taken
check 'is told of' grep -Eq 'warning: the server says: .*special file' "$T/why"
rm "${data[main]}/pipe"

# It starts, with the rows of its moment.
base=$T/backups
check 'another backup' taken
backup=$(printed)
commit main later
place copy
cp -a "$backup" "${data[copy]}"
oids=$(cd "${data[copy]}/pg_tblspc" && ls)
mkdir "$T/moved"
for oid in $oids; do
	mv "${data[copy]}/pg_tblspc/$oid" "$T/moved/$oid"
	sed -i "s,^$oid .*,$oid $T/moved/$oid," "${data[copy]}/tablespace_map"
done
set_up copy "port = ${port[copy]}" 'archive_mode = off'
check 'the copy starts' start copy
is 'with the rows of its moment' "$(rows copy)" first
is 'in tablespaces, too' \
    "$(sql copy 'select count(*), seven from a, b group by 2')" '20000|7'
is 'which are where the map says' "$(sql copy \
    "select pg_tablespace_location(oid) from pg_tablespace
    where spcname = 'one'" | cut -d/ -f1-4)" "$(echo "$T" | cut -d/ -f1-4)"
check 'and takes writes' commit copy more
stop copy
place restored
mkdir "$T/rooms"
check 'walarch-restore takes it' walarch-restore --from-dir="$backup" \
    --pg1-path="${data[restored]}" --type=none \
    --tablespace-map-all="$T/rooms"
set_up restored "port = ${port[restored]}" 'archive_mode = off'
check 'and the server starts' start restored
is 'with its rows' "$(rows restored) $(sql restored \
    'select count(*), seven from a, b group by 2')" 'first 20000|7'
stop restored
if [ -n "$verify" ]; then
	check 'the backup itself is as it was' "$verify" "$backup"
fi

# The server's group may read.
if [ "$major" -ge 11 ]; then
	cluster group --allow-group-access
	start group
	check 'a cluster with group access' taken --pg1-port="${port[group]}"
	is 'has such a backup' "$(find "$(printed)" \( -type d ! -perm 750 \) \
	    -o \( -type f ! -perm 640 \) )" ''
	set_up group 'max_wal_senders = 0'
	restart group
	fails 'a server that sends to nobody' 'max_wal_senders' \
	    --pg1-port="${port[group]}"
	hinted 'max_wal_senders'
	stop group
fi

# A damaged page.
base=$T/damaged
mkdir "$base"
file=$(sql main "select pg_relation_filepath('a')")
sql main checkpoint
printf 'x' | dd of="${data[main]}/$file" bs=1 seek=9000 conv=notrunc 2>/dev/null
if [ "$major" -ge 11 ]; then
	fails 'a damaged page' 'checksum verification failure'
	hinted 'damaged pages'
fi

# The server goes away.
slowly
kill_hard main
ended
is 'a server that dies' "$status $(ls -A "$base")" '1 '
check 'is told of' grep -q 'error: .*server closed the connection' "$T/slow.out"
finish
