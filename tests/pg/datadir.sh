#!/bin/bash
# datadir.sh - the walk through a data directory finds what pg_basebackup copies,
# and the checksums of its pages are those of PostgreSQL.
# shellcheck disable=SC2317	# what is called by another's arguments
. "$(dirname "$0")/lib.sh"

datawalk=${WALARCH_TOOLS:?names the folder of datawalk}/datawalk
odd="$T/ta b\"le,"$'\303\244'
plain=$T/plain
mkdir "$odd" "$plain"
catalog=PG_${major}_

place main
cluster main -k -X "$T/away from it"
set_up main 'archive_mode = off' 'max_wal_senders = 5'
start main
sql main "create tablespace odd location '$odd'"
sql main "create tablespace plain location '$plain'"
sql main "select pg_create_physical_replication_slot('slot', true)" >"$T/slot"
for place in pg_default odd plain; do
	sql main "create table kept_$place (a int primary key)
	    tablespace $place"
	sql main "insert into kept_$place select generate_series(1, 5000)"
	sql main "create unlogged table lost_$place (a int primary key)
	    tablespace $place"
	sql main "insert into lost_$place select generate_series(1, 5000)"
	sql main "vacuum kept_$place"
	sql main "vacuum lost_$place"
done
sql main 'create database other' >"$T/created"

touch "${data[main]}"/$'new\nline' "${data[main]}"/$'latin\344' \
    "${data[main]}/backup_label.old"
mkdir "${data[main]}/base/pgsql_tmp" "$plain/PG_9.9_1"
touch "${data[main]}/base/pgsql_tmp/pgsql_tmp1.0" "$plain/PG_9.9_1/x"

# A session with temporary tables, which ends when its input does.
mkfifo "$T/input"
"$client/psql" -XAtq -h "$T" -p "${port[main]}" <"$T/input" >"$T/session" &
exec 9>"$T/input"
cat >&9 <<'END'
create temp table t as select generate_series(1, 5000) a;
create temp table p tablespace plain as select generate_series(1, 5000) a;
select 'made';
END
made()
{
	grep -q made "$T/session"
}
wait_until "$patience" made
sql main checkpoint

# "f PATH" or "d PATH" a line.
walked()
{
	"$datawalk" -b -v "$major" -c "$catalog" "${data[main]}" |
		sed -z 's/^\(.\) [^ ]* /\1 /; s/ -> .*//' |
		tr '\n\0' '?\n' | sort >"$T/walked"
}

copied()
{
	"$client/pg_basebackup" -D "$T/copy" -X none -c fast -h "$T" \
	    -p "${port[main]}" -T "$odd=$T/copy.odd" \
	    -T "$plain=$T/copy.plain" >"$T/backup.out" 2>&1 || return 1
	find -L "$T/copy" -mindepth 1 -printf '%y %P\0' | tr '\n\0' '?\n' |
		sort >"$T/copied"
}

# Before 11, PostgreSQL copies what it removes or makes anew when it starts.
left_out()
{
	local name
	echo '^f (backup_label|backup_label.old|backup_manifest)$'
	echo '^f tablespace_map$'
	[ "$major" -lt 11 ] || return 0
	echo '/pg_internal\.init$'
	echo '^f (base|pg_tblspc/.*)/[0-9]+/t[0-9]+_'
	for name in lost_pg_default lost_odd lost_plain; do
		sql main "select '/' || pg_relation_filenode(oid)
		    || '(_fsm|_vm)?\$' from pg_class
		    where relname in ('$name', '${name}_pkey')"
	done
}

walked
newest=$("$client/pg_basebackup" -V | sed 's/^[^0-9]*\([0-9]*\).*/\1/')
if [ "$newest" -lt "$major" ]; then
	skip "pg_basebackup here is of $newest"
elif copied; then
	left_out >"$T/left_out"
	is 'what is walked is what pg_basebackup copies' \
	    "$(grep -vE -f "$T/left_out" "$T/copied" |
		diff - "$T/walked" | head -20)" ''
else
	not_ok 'pg_basebackup' "$(cat "$T/backup.out")"
fi

# in_walk WHAT COUNT PATTERN - so many entries are like it.
in_walk()
{
	is "$1" "$(grep -cE -- "$3" "$T/walked" || :)" "$2"
}
file=$(sql main "select pg_relation_filepath('kept_odd')")
in_walk 'a file in a tablespace is walked' 1 "^f $file\$"
in_walk 'of an unlogged relation only the init fork is' 6 \
    '^f [bp].*/[0-9]+_init$'
in_walk 'no temporary relation is' 0 '/t[0-9]+_[0-9]'
in_walk 'pg_wal is an empty folder' 1 '^d pg_wal$'
in_walk 'with one for archive_status' 1 '^d pg_wal/archive_status$'
in_walk 'no WAL is in it' 0 '^f pg_wal'
in_walk 'no slot is' 0 'pg_replslot/'
in_walk 'odd names are' 2 '^f (new\?line|latin'$'\344'')$'
"$datawalk" -v "$major" "${data[main]}" | tr '\n\0' '?\n' >"$T/all"
is 'and a walk of everything has temporary relations, too' \
    "$(grep -cE '/t[0-9]+_[0-9]+$' "$T/all")" 2
exec 9>&-
wait $! 2>/dev/null || :

# The pages of a server that is stopped.
path=$(sql main "select pg_relation_filepath('kept_plain')")
stop main
wrong()
{
	"$datawalk" -k "${data[main]}" | tr '\0' '\n' >"$T/pages"
	sed '$d' "$T/pages"
}
is 'every page has the checksum it should have' "$(wrong)" ''
check 'and there are pages' [ "$(sed 's/.* //' "$T/pages")" -gt 300 ]

verifier=
for program in pg_checksums pg_verify_checksums; do
	[ ! -x "$bin/$program" ] || verifier=$bin/$program
done
verified()
{
	"$verifier" -D "${data[main]}" >"$T/verified" 2>&1 || :
	sed -n 's/^Files scanned: *//p; s/^Blocks scanned: *//p' "$T/verified" |
		paste -sd ' '
}
if [ -n "$verifier" ]; then
	is 'as many files and pages as PostgreSQL verifies' \
	    "$(verified)" "$(tail -1 "$T/pages")"
else
	skip 'no pg_checksums is here'
fi

# flip OFFSET - one bit of the table.
flip()
{
	local byte
	byte=$(od -An -tu1 -j "$1" -N 1 "${data[main]}/$path")
	printf '%b' "\\x$(printf %x $((byte ^ 4)))" |
		dd of="${data[main]}/$path" bs=1 seek="$1" conv=notrunc \
		    status=none
}
for at in $((3 * 8192)) $((3 * 8192 + 4000)) $((4 * 8192 - 1)); do
	flip "$at"
	is "a bit flipped at $at is told, and its page" "$(wrong)" "$path 3"
	if [ -n "$verifier" ]; then
		verified >"$T/counts"
		is 'and by PostgreSQL, too' "$(grep -c 'block 3' "$T/verified")" 1
	fi
	flip "$at"
done
is 'flipped back, all is well' "$(wrong)" ''
finish
