#!/bin/bash
# shapes.sh - segments of 1, 16 and 64 MB, pg_wal elsewhere, a data directory
# with a difficult name, archive_timeout, and every codec.
. "$(dirname "$0")/lib.sh"

# round WHAT [OPTION-OF-INITDB...] - archive a cluster and recover it.
round()
{
	local what=$1
	shift
	rm -rf "$repo" "${data[main]:-$T/main}"
	cluster main "$@"
	walarch-init --pg1-path="${data[main]}" 2>"$T/init.out"
	start main
	ledger main
	commit main before
	backup main
	last=$(committed main one)
	last=$(committed main two)
	is "$what: no push failed" \
	    "$(sql main 'select failed_count from pg_stat_archiver')" 0
	stop main fast
	restore copy "$T/main.backup"
	recover copy
	is "$what: every row is recovered" "$(rows copy)" 'before one two'
	stop copy
}

sizes='1 16 64'
[ "$major" -ge 11 ] || sizes=16
for size in $sizes; do
	[ "$major" -lt 11 ] || segments=("--wal-segsize=$size")
	round "segments of $size MB"
	gives "segments of $size MB: walarch-info tells the size" 0 \
	    "of ${size}MB" walarch-info
done
[ "$major" -lt 11 ] || segments=(--wal-segsize=1)

mkdir "$T/elsewhere"
round 'pg_wal is a symbolic link' -X "$T/elsewhere/wal"
[ -L "${data[main]}/pg_wal" ] || not_ok 'pg_wal was no link'
set_up main "archive_command = 'false'"
start main
commit main three
last=$(sql main 'select pg_walfile_name(pg_switch_wal())')
kill_hard main
gives 'pg_wal is a symbolic link: --all-ready follows it' 0 'all are stored' \
    walarch-push --all-ready "${data[main]}"
check 'pg_wal is a symbolic link: and stores what was left' stored "$last"

# Names that a shell or a format would take apart.
place main "$T/it's \"a\" \$HOME %p dir"
place copy "$T/copy of it's %f"
round 'a data directory with blanks and quotes'
rm -rf "${data[main]}" "${data[copy]}"
data=()

for codec in lz4 none zstd; do
	export WALARCH_COMPRESS_TYPE=$codec
	round "compress-type $codec"
	walarch-get -o - "$last" >"$T/plain" 2>"$T/got"
	case $codec in lz4) tool=lz4 ;; *) tool=zstd ;; esac
	$tool -dcq <"$(object "$last")" | cmp -s - "$T/plain" &&
		same=same || same=different
	is "compress-type $codec: $tool reads the same segment" "$same" same
done
unset WALARCH_COMPRESS_TYPE

rm -rf "$repo" "$T/main"
cluster main
set_up main 'archive_timeout = 1s'
walarch-init --pg1-path="${data[main]}" 2>"$T/init.out"
start main
# A checkpointer that began its sleep during startup, when there was nothing to
# switch, sleeps on until it is woken.
sql main checkpoint
ledger main
check 'archive_timeout ends a segment that has something in it' wait_until \
    "$patience" says main 'select archived_count > 0 from pg_stat_archiver' t
finish
