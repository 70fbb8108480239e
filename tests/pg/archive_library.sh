#!/bin/bash
# archive_library.sh - archive_library = 'walarch': the archive module, in the
# archiver's own process.  WALARCH_MODULE names the folder of walarch.so.
# shellcheck disable=SC2317	# what is called by another's arguments
. "$(dirname "$0")/lib.sh"

: "${WALARCH_MODULE:?names the folder of walarch.so}"
spool=$T/spool
many=500
[ -z "${WALARCH_LONG:-}" ] || many=10000
cp "$WALARCH_CONFIG" "$T/good.conf"

# by_module NAME [SETTING...]
by_module()
{
	set_up "$1" "dynamic_library_path = '$WALARCH_MODULE:\$libdir'" \
	    "archive_command = ''" "archive_library = 'walarch'" \
	    "log_min_messages = debug1" "${@:2}"
}

archiver()
{
	ps -o pid=,args= --ppid "${pid[$1]}" | awk '/archiver/ { print $1 }'
}

has_archiver()
{
	[ -n "$(archiver "$1")" ]
}

# The files that PostgreSQL waits for, or considers archived.
waiting()
{
	(cd "${data[$1]}/pg_wal/archive_status" && ls) | sed -n 's/\.ready$//p'
}

archived()
{
	(cd "${data[$1]}/pg_wal/archive_status" && ls) | sed -n 's/\.done$//p'
}

nothing_waits()
{
	[ -z "$(waiting "$1")" ]
}

# Each that PostgreSQL considers archived, and still has, is stored as it is.
lost()
{
	local name file inode
	for name in $(archived "$1"); do
		stored "$name" || echo "$name is not stored"
		file=${data[$1]}/pg_wal/$name
		inode=$(stat -c %i "$file" 2>/dev/null) || continue
		rm -f "$T/fetched"
		(cd "${data[$1]}" && walarch-get "$name" "$T/fetched") 2>&1
		# The server may have taken the file for another segment.
		cmp "$T/fetched" "$file" >"$T/cmp" 2>&1 ||
			[ "$(stat -c %i "$file" 2>/dev/null)" != "$inode" ] ||
			cat "$T/cmp"
	done | head -5
}

verified()
{
	check "$1: walarch-verify finds nothing wrong" walarch-verify
}

# segments NAME COUNT - so many finished ones.
make_segments()
{
	sql "$1" "do \$\$ begin for i in 1 .. $2 loop
	    perform pg_logical_emit_message(true, 'walarch', repeat('x', 100));
	    perform pg_switch_wal();
	    end loop; end \$\$"
}

cluster main
by_module main
walarch-init --pg1-path="${data[main]}" 2>"$T/init.out"
start main
ledger main
commit main before
backup main
everything=before
for note in one two three; do
	committed main $note >"$T/$note"
	everything="$everything $note"
done
wait_until "$patience" nothing_waits main
process=$(archiver main)
check 'the module is in the archiver' \
    grep -q '/walarch\.so$' "/proc/$process/maps"
logged main 'walarch stored "[0-9A-F]{24}"' 'segments are stored'
logged main 'walarch stored "[0-9A-F]*\.[0-9A-F]*\.backup"' \
    'and what tells of backups'
is 'nothing failed' \
    "$(sql main 'select failed_count from pg_stat_archiver')" 0
is 'what is stored is what was written' "$(lost main)" ''
verified 'to begin with'

# What the server's own symbols would take the place of in the libraries that
# come with the module: jansson's, which pushing does not use.
clashes()
{
	local library
	awk '$6 ~ /^\// { print $6 }' "/proc/$process/maps" | sort -u |
	    grep -E '/lib(walarch|zstd|lz4|xxhash|inih|jansson)\.so' |
	    while read -r library; do
		nm -D --defined-only "$library"
	done | awk '{ sub("@.*", "", $3); print $3 }' | sort -u >"$T/symbols"
	nm -D --defined-only "$bin/postgres" |
		awk '{ print $3 }' | sort -u | comm -12 - "$T/symbols"
}
if command -v nm >/dev/null; then
	is 'no function of the server is taken for one of the libraries' \
	    "$(clashes | grep -v '^json_')" ''
fi

one_segment()
{
	sql main "select pg_logical_emit_message(false, 'a', 'b')" >"$T/message"
	sql main 'select pg_walfile_name(pg_switch_wal())'
}

# The archiver may archive some before it hears of what is broken.
says_why()
{
	one_segment >"$T/one"
	grep -Eq "$why" "$T/main.log"
}

# broken WHAT PATTERN HINT - with what was done to the configuration segments
# wait, and the log says why.
broken()
{
	why=$2
	: >"$T/main.log"
	reload main
	check "$1: the log says why" wait_until "$patience" says_why
	logged main "$3" "$1: and what to do"
	segment=$(one_segment)
	is "$1: a segment waits" "$(waiting main | grep -c "$segment")" 1
	check "$1: and is not stored" [ ! -e "$(object "$segment")" ]
}

# mended WHAT
mended()
{
	reload main
	check "$1: put right, it is archived" \
	    wait_until "$patience" stored "$segment"
	check "$1: and all that waits" \
	    wait_until "$patience" nothing_waits main
	is "$1: by the same archiver" "$(archiver main)" "$process"
}

# ALTER SYSTEM knows no setting of a library that the session has not loaded.
set_to()
{
	set_up main "$1 = '$2'"
	reload main
}

unset_again()
{
	sed -i "/^$1 /d" "${data[main]}/postgresql.conf"
}

echo 'stanzza = db' >>"$WALARCH_CONFIG"
broken 'an unknown setting' 'line 4: unknown setting "stanzza"' \
    'Perhaps you meant "stanza"'
logged main 'archiving is not configured' 'PostgreSQL says so, too'
cp "$T/good.conf" "$WALARCH_CONFIG"
mended 'an unknown setting'

mv "$WALARCH_CONFIG" "$T/away"
broken 'no configuration file' 'could not open configuration file' '.'
mv "$T/away" "$WALARCH_CONFIG"
mended 'no configuration file'

set_to walarch.config "$T/nowhere"
broken 'walarch.config leads nowhere' \
    'could not open configuration file ".*/nowhere"' '.'
unset_again walarch.config
mended 'walarch.config leads nowhere'

set_to walarch.stanza a/b
broken 'walarch.stanza is no name' 'a/b' '.'
unset_again walarch.stanza
mended 'walarch.stanza is no name'

set_to walarch.stanza bd
broken 'walarch.stanza is not registered' 'WARNING: .*"bd"' 'HINT: .*walarch-init'
unset_again walarch.stanza
mended 'walarch.stanza is not registered'

mv "$repo" "$repo.away"
broken 'the repository is gone' "WARNING: .*$repo" '.'
check 'PostgreSQL says so, too' wait_until "$patience" \
    grep -q 'archiving write-ahead log file .* failed' "$T/main.log"
mv "$repo.away" "$repo"
mended 'the repository is gone'

mv "$repo" "$repo.full"
walarch-init --pg1-path="${data[main]}" 2>"$T/init.out"
segment=$(committed main four)
everything="$everything four"
check 'a repository in place of another is taken' stored "$segment"
wait_until "$patience" nothing_waits main
cp -a "$repo/$stanza/wal" "$repo.full/$stanza/"
rm -rf "$repo"
mv "$repo.full" "$repo"

set_up main "walarch.stnza = 'db'"
: >"$T/main.log"
restart main
check 'no other setting begins with walarch.' \
    wait_until "$patience" grep -q 'walarch.stnza' "$T/main.log"
unset_again walarch.stnza

# Stopped under load.
write_on()
{
	while :; do
		make_segments main 3 || return 0
	done >"$T/load.out" 2>&1
}

# stopped MODE
stopped()
{
	local writer
	write_on &
	writer=$!
	sleep "0.$((RANDOM % 5 + 1))"
	stop main "$1"
	wait "$writer" || :
	is "stopped under load ($1): what is .done is stored" "$(lost main)" ''
	[ "$1" != fast ] || is 'a fast stop archives what is ready' \
	    "$(waiting main)" ''
	is "stopped under load ($1): nothing half-made is left" \
	    "$(find "$repo" -name '.*')" ''
	start main
	# Ended between a segment and its .ready, PostgreSQL makes up for that
	# here.
	sql main checkpoint
	check "stopped under load ($1): the rest follows" \
	    wait_until "$patience" nothing_waits main
	is "stopped under load ($1): and is stored" "$(lost main)" ''
}

for mode in fast immediate fast immediate; do
	stopped $mode
done
verified 'stopped under load'

# Memory and descriptors.
facts()
{
	awk '/^(Private_Dirty|Private_Clean|Swap):/ { n += $2 } END { print n }' \
	    "/proc/$process/smaps_rollup"
	find "/proc/$process/fd" -mindepth 1 | wc -l
}

work()
{
	local left=$1
	while [ "$left" -gt 0 ]; do
		make_segments main 100
		sql main checkpoint
		wait_until "$patience" nothing_waits main
		left=$((left - 100))
	done
}

process=$(archiver main)
work 200
{ read -r kilobytes; read -r descriptors; } < <(facts)
work "$many"
{ read -r more; read -r open; } < <(facts)
echo "# $many segments: $kilobytes kB before, $more kB after;" \
    "$descriptors and $open descriptors"
check "$many segments later it takes no more memory" \
    [ "$more" -le "$((kilobytes + 256))" ]
is 'nor descriptors' "$open" "$descriptors"
is 'it is the same process' "$(archiver main)" "$process"

# Ahead: the repository comes back, and a backlog waits.
printf '%s\n' 'archive-async = y' "spool-path = $spool" 'process-max = 2' \
    >>"$WALARCH_CONFIG"
: >"$T/main.log"
ahead()
{
	mv "$repo" "$repo.away"
	make_segments main 60
	mv "$repo.away" "$repo"
	reload main
	wait_until "$patience" nothing_waits main &&
		awk '{ exit !($4 > 0) }' "$spool"/*/*/push.runner
}
check 'a backlog is archived by a runner, too' wait_until "$patience" ahead
runner=$(echo "$spool"/*/*/push.runner)
is 'and nothing was pushed twice' \
    "$(grep -c 'walarch had stored' "$T/main.log")" 0
idle()
{
	flock -n "$runner" true
}
check 'the runner ends' wait_until "$patience" idle
is 'all is stored' "$(lost main)" ''
is 'the archiver collects its children' "$(pgrep -c -r Z -P "$process")" 0

for mode in fast immediate; do
	stopped $mode
done
verified 'ahead'
stop main

# What the runner was told about a segment, PostgreSQL's log is told.
# fabricate COUNT - so many files of WAL, empty ones, that wait.
fabricate()
{
	local i name
	for ((i = 0; i < $1; i++)); do
		name=$(printf '00000001000000FF%08X' "$i")
		: >"${data[main]}/pg_wal/$name"
		: >"${data[main]}/pg_wal/archive_status/$name.ready"
	done
}

clear_away()
{
	rm -f "${data[main]}"/pg_wal/00000001000000FF* \
	    "${data[main]}"/pg_wal/archive_status/00000001000000FF*
}

fabricate 1
"$WALARCH_TOOLS/markers" "${data[main]}" "$spool" "$repo" \
    00000001000000FF 'a record is not right' 'See what it is.'
: >"$T/main.log"
start main
check 'a marker is taken' wait_until "$patience" nothing_waits main
logged main 'WARNING: +a record is not right' 'its warning is passed on'
logged main 'HINT: +See what it is' 'with its hint'
check 'and it is gone' [ ! -e "${runner%/*}/push/00000001000000FF00000000" ]
stop main
clear_away

# A marker for what the file was vouches for nothing.
fabricate 1
"$WALARCH_TOOLS/markers" "${data[main]}" "$spool" "$repo" 00000001000000FF
echo >>"${data[main]}/pg_wal/00000001000000FF00000000"
start main
check 'a marker of another file is none' \
    wait_until "$patience" grep -Eq 'WARNING: .*FF00000000' "$T/main.log"
is 'and the file waits' "$(waiting main | grep -c FF00000000)" 1
stop main immediate
clear_away

# How fast are markers taken?
fabricate 5000
"$WALARCH_TOOLS/markers" "${data[main]}" "$spool" "$repo" 00000001000000FF
sed -i '/^log_min_messages/d' "${data[main]}/postgresql.conf"
begin=$(date +%s%N)
start main
check '5000 markers are taken' wait_until "$patience" nothing_waits main
is 'and what really waited is stored' "$(lost main | grep -v FF0000)" ''
echo "# PostgreSQL's archiver: 5000 segments that were pushed ahead in" \
    "$((($(date +%s%N) - begin) / 1000000)) ms, with the server's start"
clear_away

# A standby that archives, too, and is promoted.
sql main checkpoint
wait_until "$patience" nothing_waits main
commit main five
everything="$everything five"
committed main six >"$T/six"
everything="$everything six"
restore copy "$T/main.backup" standby 'archive_mode = always'
start copy
has_rows()
{
	[ "$(rows copy 2>/dev/null)" = "$1" ]
}
check 'a standby follows' wait_until "$patience" has_rows "$everything"
check 'and archives what it was given' \
    wait_until "$patience" nothing_waits copy
process=$(archiver copy)
stop main
"$bin/pg_ctl" -D "${data[copy]}" -s promote
check 'promoted, it takes writes' \
    wait_until "$patience" says copy 'select pg_is_in_recovery()' f
committed copy seven >"$T/seven"
everything="$everything seven"
check 'and archives' wait_until "$patience" nothing_waits copy
check 'its timeline' stored 00000002.history
is 'by the same archiver' "$(archiver copy)" "$process"
is 'nothing was refused' \
    "$(sql copy 'select failed_count from pg_stat_archiver')" 0
is 'all is stored' "$(lost copy)" ''
verified 'promoted'
stop copy

with[again]=
restore again "$T/main.backup" "recovery_target_timeline = 'latest'"
recover again
is 'and every row is recovered' "$(rows again)" "$everything"
finish
