#!/bin/bash
# byhand.sh - a DBA fetches files: by name, several, a range, to a file, into a
# folder, to standard output.
# shellcheck disable=SC2317	# what is called by another's arguments
. "$(dirname "$0")/lib.sh"

cluster main
walarch-init --pg1-path="${data[main]}" 2>"$T/init.out"
start main
ledger main
backup main
lsn=$(sql main 'select pg_current_wal_lsn()')
one=$(committed main one)
two=$(committed main two)
end=$(sql main 'select pg_current_wal_lsn()')
three=$(committed main three)
set_up main "archive_command = 'false'"
reload main
wait_until "$patience" says main 'show archive_command' false
commit main four
kill_hard main
walarch-push --all-ready "${data[main]}" 2>"$T/pushed"
for file in "$(dirname "$(object "$one")")"/*.backup; do
	backup_file=$(basename "$file")
done
for file in "$(dirname "$(object "$one")")"/*.partial; do
	partial=$(basename "$file")
done
printf '1\t%s\tno recovery target specified\n' "$end" >"$T/00000002.history"
walarch-push --pg1-path="${data[main]}" "$T/00000002.history" 2>"$T/pushed"

mkdir "$T/out"
cd "$T/out"
# What an object is, its own label says.
is_whole()
{
	local want
	want=$(head -c 4096 "$(object "$1")" | grep -a '^xxh128 ')
	[ "xxh128 $(xxh128sum -q "$2" | cut -d' ' -f1)" = "$want" ]
}

gives 'a segment to a file' 0 'is in place' walarch-get -o seg "$one"
check 'is whole' is_whole "$one" seg
case $(stat -c %a seg) in
6?0) ok 'and not readable by everybody' ;;
*) not_ok 'and not readable by everybody' "$(stat seg)" ;;
esac
gives 'a file that exists is not replaced' 255 'exists' \
    walarch-get -o seg "$two"
check 'and stays' is_whole "$one" seg
for name in "$partial" "$backup_file" 00000002.history; do
	walarch-get -o - "$name" >stdout 2>said && status=0 || status=$?
	is "$name to standard output" "$status" 0
	check 'is whole' is_whole "$name" stdout
done
check 'the backup file is text' grep -q '^START WAL LOCATION' \
    <(walarch-get -o - "$backup_file")
check 'the history is what was pushed' cmp -s stdout "$T/00000002.history"
mkdir several range
gives 'several go into a folder' 0 "$two\" is in place" \
    walarch-get -o several "$one" "$two" "$partial"
for name in "$one" "$two" "$partial"; do
	check 'each of them whole' is_whole "$name" "several/$name"
done
gives 'but not to a file' 255 'several files go into a folder' \
    walarch-get -o seg2 "$one" "$two"
gives 'a range of LSNs goes into a folder' 0 'is in place' \
    walarch-get -o range --from="$lsn" --to="$end"
is 'all of it and nothing else' "$(echo range/*)" \
    "range/$one range/$two range/$three"
rm -rf range/*
gives 'a range that ends beyond what is stored says what is absent' 1 \
    'is not in the repository' walarch-get -o range --from="$lsn" --to="0/FFFFFFF"
is 'having fetched what there is' "$(echo range/*)" \
    "range/$one range/$two range/$three"
gives 'what is absent is so' 1 'is not in the repository' \
    walarch-get -o nothing 0000000100000000000000FF
check 'and leaves no file' [ ! -e nothing ]
gives 'a segment is not answered with its part' 1 'is not in the repository' \
    walarch-get -o nothing "${partial%.partial}"
gives 'a name that is none' 255 'no name of a WAL file' \
    walarch-get -o nothing base.tar
gives 'a path instead of a name' 255 'no name of a WAL file' \
    walarch-get -o nothing "pg_wal/$one"
system=$(basename "$(dirname "$(dirname "$(object "$one")")")")
gives 'the system may be named' 0 '' \
    walarch-get --system="$system" -o named "$one"
gives 'another one has nothing' 255 'not registered' \
    walarch-get --system=1 -o nothing "$one"

# Without walarch: the standard tool, and three lines of shell for the label.
zstd -dcq <"$(object "$two")" >plain
check 'zstd -dc yields the segment' cmp -s plain "several/$two"
is 'and head shows the label' \
    "$(head -c 4096 "$(object "$two")" | grep -a '^name ')" "name $two"
chmod u+w "$(object "$two")"
printf 'x' | dd of="$(object "$two")" bs=1 seek=2000 conv=notrunc status=none
gives 'a damaged object is not delivered' 255 'error: ' \
    walarch-get -o damaged "$two"
check 'nor a part of it' [ ! -e damaged ]
walarch-get -o - "$two" >damaged 2>said || :
is 'nor to standard output' "$(stat -c %s damaged)" 0
is 'and nothing lies about' "$(find . -name '.*' ! -name .)" ''
finish
