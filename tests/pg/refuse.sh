#!/bin/bash
# refuse.sh - the same file again is success; another one under its name, one of
# another cluster, or one that is not what its name says is refused, and what is
# stored stays as it is.
# shellcheck disable=SC2317	# what is called by another's arguments
. "$(dirname "$0")/lib.sh"

cluster main
wal=${data[main]}/pg_wal
walarch-init --pg1-path="${data[main]}" 2>"$T/init.out"
gives 'walarch-init again changes nothing' 0 'was registered already' \
    walarch-init --pg1-path="${data[main]}"
start main
ledger main
segment=$(committed main one)
next=$(committed main two)
object=$(object "$segment")
# Servers recycle what they have archived; these are kept.
mkdir "$T/kept" "$T/a" "$T/b"
walarch-get -o "$T/kept" "$segment" "$next" 2>"$T/got"
file=$T/kept/$segment

all_sums()
{
	(cd "$repo" && find . -type f -exec md5sum {} + | sort)
}
all_sums >"$T/sums"

unchanged()
{
	all_sums | diff "$T/sums" -
}

inode=$(stat -c %i "$object")
gives 'the same file again is success' 0 'is stored already, identical' \
    walarch-push "$file"
is 'and its object is not written anew' "$(stat -c %i "$object")" "$inode"
touch "$wal/archive_status/$segment.ready"
rm -f "$wal/archive_status/$segment.done"
cp "$file" "$wal/$segment"
committed main three >"$T/three"
check 'a server that has forgotten it archives it again' \
    wait_until "$patience" [ -e "$wal/archive_status/$segment.done" ]
is 'without a failure' \
    "$(sql main 'select failed_count from pg_stat_archiver')" 0
all_sums >"$T/sums"

# The last byte of an 8 kB page's content; its header is as it was.
cp "$file" "$T/a/$segment"
printf '\125' | dd of="$T/a/$segment" bs=1 seek=9000 conv=notrunc status=none
digest=$(xxh128sum -q "$file" | cut -d' ' -f1)
other=$(xxh128sum -q "$T/a/$segment" | cut -d' ' -f1)
gives 'another content under its name is refused' 1 \
    "different \"$segment\" is stored.*$digest.*$other" \
    walarch-push "$T/a/$segment"
check 'with what to do about it' grep -q 'hint: .*walarch-get -o' "$T/said"
printf '1\t0/5000000\tno recovery target specified\n' >"$T/a/00000007.history"
printf '1\t0/6000000\tno recovery target specified\n' >"$T/b/00000007.history"
check 'a history is stored' walarch-push --pg1-path="${data[main]}" \
    "$T/a/00000007.history"
gives 'another one under its name is refused' 1 'different "00000007.history"' \
    walarch-push --pg1-path="${data[main]}" "$T/b/00000007.history"
rm -f "$(object 00000007.history)"

size=$(stat -c %s "$file")
bad=$T/b/${segment%?}F
head -c 100000 "$file" >"$bad"
gives 'a file cut short is refused' 1 'error: ' walarch-push "$bad"
head -c "$size" /dev/zero >"$bad"
gives 'a file of zeros is refused' 1 'error: ' walarch-push "$bad"
cp "$file" "$bad"
gives 'a file that is misnamed is refused' 1 'belongs at another place' \
    walarch-push "$bad"
: >"$bad"
gives 'an empty file is refused' 1 'is empty' walarch-push "$bad"
gives 'a name instead of a path is refused' 1 'error: ' \
    walarch-push "$segment"
gives 'what is no WAL is refused' 1 'no name of a WAL file' \
    walarch-push "${data[main]}/PG_VERSION"
gives 'of several files, the good ones are stored' 1 'is stored already' \
    walarch-push "$bad" "$file"
check 'all that changed nothing in the repository' unchanged

# Two writers at once.  Each gets its way some time, and never both.
cp "$file" "$T/b/$segment"
one=0
wrong=
for round in {1..30}; do
	rm -f "$object"
	rc_a=0
	rc_b=0
	walarch-push --wal-check=header "$T/a/$segment" 2>"$T/a.err" &
	a=$!
	walarch-push --wal-check=header "$T/b/$segment" 2>"$T/b.err" &
	b=$!
	wait $a || rc_a=$?
	wait $b || rc_b=$?
	walarch-get -o - "$segment" >"$T/stored" 2>"$T/got" || :
	case $rc_a$rc_b in
	01) winner=a loser=b one=$((one + 1)) ;;
	10) winner=b loser=a ;;
	*) wrong="$wrong $round: $rc_a and $rc_b;"; continue ;;
	esac
	cmp -s "$T/stored" "$T/$winner/$segment" || wrong="$wrong $round: torn;"
	grep -q 'different.*is stored' "$T/$loser.err" ||
		wrong="$wrong $round: $(cat "$T/$loser.err")"
done
is 'of two writers with different contents one wins, the other is told' \
    "$wrong" ''
echo "# the first one won $one of 30 rounds"

wrong=
for round in {1..10}; do
	rm -f "$object"
	walarch-push "$file" 2>"$T/a.err" &
	a=$!
	walarch-push "$T/b/$segment" 2>"$T/b.err" &
	b=$!
	wait $a && wait $b || wrong="$wrong $round: $(cat "$T/a.err" "$T/b.err")"
done
is 'of two writers with the same content both do' "$wrong" ''
is 'nothing else is left in the folder' \
    "$(find "$(dirname "$object")" -name '*[!0-9A-F]*' ! -name '*.backup')" ''
check 'nor has anything changed otherwise' unchanged
stop main

# A new cluster in the old one's place.
all_sums >"$T/sums"
rm -rf "${data[main]}"
cluster main
gives 'a cluster made anew is not registered by the way' 1 \
    'not registered with stanza "db", which is of system' \
    walarch-init --pg1-path="${data[main]}"
start main
ledger main
sql main 'select pg_switch_wal()' >"$T/lsn"
refusals()
{
	says main 'select failed_count > 0 from pg_stat_archiver' t
}
check 'nor is its WAL stored' wait_until "$patience" refusals
logged main 'walarch-push: error: .*not registered with stanza'
check 'and nothing is changed' unchanged
check 'unless it is said that this is an upgrade' \
    walarch-init --upgrade --pg1-path="${data[main]}"
committed main two >"$T/two"
gives 'then both are there' 0 'db \(prior\)' walarch-info
stop main

# WAL of a third one, offered by hand.
place third
cluster third
start third
ledger third
segment=$(sql third 'select pg_walfile_name(pg_switch_wal())')
stop third
gives 'WAL of a foreign cluster is refused' 1 'not registered with stanza' \
    walarch-push "${data[third]}/pg_wal/$segment"
cd "${data[main]}"
gives "and in another's data directory, too" 1 'is of system|not registered' \
    walarch-push "${data[third]}/pg_wal/$segment"
finish
