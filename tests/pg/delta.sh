#!/bin/bash
# delta.sh - restore into what is there: what is the same stays, what differs is
# mended, what the backup lacks goes; what is no cluster, or runs, is left
# alone; and what was interrupted never starts, and is completed.
# shellcheck disable=SC2317	# what is called by another's arguments
. "$(dirname "$0")/sets.sh"

source_cluster -k
ledger source
commit source one
sql source 'create table big as select i, md5(i::text) from
    generate_series(1, 40000) i'
mkdir "${data[source]}/own"
odd=()
for name in 'a b' $'new\nline' 'quo"te'"'s" $'\303\244.conf' $'latin\344' \
    $'back\\slash' percent%20s $'\342\202\254 empty'; do
	odd+=("${data[source]}/$name")
done
for file in "${odd[@]}"; do
	echo "of $file" >"$file"
done
: >"${odd[7]}"
take source --type=full
table=$(sql source "select pg_relation_filepath('big')")
sql source 'create table later as select generate_series(1, 1000) a'
switch source >"$T/switched"

check 'a set is restored' bring copy --type=immediate
copy=${data[copy]}
is 'with files of odd names' "$(for file in "${odd[@]}"; do
	cmp "$file" "$copy/${file##*/}" 2>&1
done)" ''
is 'and an empty folder' "$(stat -c '%F %a' "$copy/own")" 'directory 755'
is 'modes are those of the source' \
    "$(stat -c %a "$copy" "$copy/base" "$copy/PG_VERSION" | tr '\n' ' ')" \
    '700 700 600 '

# identity of each file, but for those that are always written
identity()
{
	(cd "$copy" && find . -type f ! -name backup_manifest \
	    ! -name 'postgresql.auto.conf' ! -name '*.signal' \
	    ! -name recovery.conf ! -name pg_control ! -name backup_label \
	    -printf '%p %i %T@ %s\n' | sort)
}

identity >"$T/before"
check 'restored once more' bring copy --delta --type=immediate
identity >"$T/after"
is 'every file is the same one' "$(diff "$T/before" "$T/after")" ''

# The server has changed it, and so do we.
comes 'with the rows' copy paused one
sql copy 'select pg_wal_replay_resume()' >"$T/resumed"
wait_until "$patience" commit copy two 2>/dev/null
sql copy 'create table own as select generate_series(1, 1000) a'
stop copy
first=$(stat -c '%i' "$copy/${odd[0]##*/}")
mode=$(stat -c '%Y' "$copy/$table")
printf '\x55' | dd of="$copy/$table" bs=1 seek=100000 conv=notrunc status=none
touch -d "@$mode" "$copy/$table"
echo more >>"$copy/${odd[1]##*/}"
rm "$copy/${odd[2]##*/}"
rm "$copy/${odd[3]##*/}"
mkdir -p "$copy/${odd[3]##*/}/deep/er" "$copy/extra/er"
echo x >"$copy/extra/er/file"
echo x >"$copy/extra_file"
rm -r "$copy/own"
ln -s "$T/away" "$copy/own"
mkdir "$T/away"
echo mine >"$T/away/file"
chmod 755 "$copy/base"
chmod 644 "$copy/PG_VERSION"
check 'mended' bring copy --delta --type=immediate
identity >"$T/mended"
is 'what was the same is' "$(stat -c '%i' "$copy/${odd[0]##*/}")" "$first"
is 'it has the names it had' "$(cut -d ' ' -f 1 "$T/mended" | sort)" \
    "$(cut -d ' ' -f 1 "$T/before" | sort)"
is 'no foreign file or folder' "$(ls -d "$copy"/extra* 2>/dev/null)" ''
is 'a flipped byte is mended, whatever its time says' \
    "$(cmp "$copy/$table" "${data[source]}/$table" 2>&1)" ''
is 'a link in a folder'"'"'s place gives way' \
    "$(stat -c %F "$copy/own") $(cat "$T/away/file")" 'directory mine'
is 'the odd files are back' "$(for file in "${odd[@]}"; do
	cmp "$file" "$copy/${file##*/}" 2>&1
done)" ''
is 'and the modes' "$(stat -c %a "$copy/base" "$copy/PG_VERSION" |
    tr '\n' ' ')" '700 600 '
comes 'mended' copy paused one
is 'a table of its own is gone' \
    "$(sql copy "select count(*) from pg_class where relname = 'own'")" 0

# Guards.
identity >"$T/before"
gives 'not while it runs' 1 'PostgreSQL is running' \
    walarch-restore --pg1-path="$copy" --delta
check 'it does not notice' says copy 'select count(*) from big' 40000
kill_hard copy
gives 'nor where it left its postmaster.pid' 1 'hint: .*remove the file' \
    walarch-restore --pg1-path="$copy" --delta
rm "$copy/postmaster.pid"
gives 'nor without --delta' 1 'contains files' \
    walarch-restore --pg1-path="$copy"
mkdir "$T/other"
echo mine >"$T/other/file"
gives 'nor in what is no cluster' 1 'lacks PG_VERSION' \
    walarch-restore --pg1-path="$T/other" --delta
is 'which stays' "$(cat "$T/other/file")" mine
gives 'a target that cannot be reached changes nothing' 1 'reachable: no' \
    walarch-restore --pg1-path="$copy" --delta --type=name --target=none
check 'there is its pg_control still' test -s "$copy/global/pg_control"

# Interrupted at moments of all kinds, it never starts, and is completed.
head -c 30000000 /dev/urandom >"${data[source]}/ballast"
take source
rm "${data[source]}/ballast"
cut_short=0
many=3
[ -z "${WALARCH_LONG:-}" ] || many=20
for ((n = 0; n < many; n++)); do
	signal=KILL
	[ $((n % 3)) -ne 1 ] || signal=TERM
	rm -rf "$copy"
	walarch-restore --pg1-path="$copy" >"$T/cut.out" 2>&1 &
	restore=$!
	wait_until 10 test -e "$copy/walarch.restore" || :
	sleep "0.0$((n * 3 % 10))"
	kill -$signal $restore 2>/dev/null || :
	status=0
	wait $restore || status=$?
	[ "$status" -ne 0 ] || continue
	cut_short=$((cut_short + 1))
	[ $signal = KILL ] || {
		is 'a signal is told of' "$status $(grep -c \
		    'error: .*signal' "$T/cut.out")" '1 1'
	}
	if start copy; then
		not_ok 'what is half restored does not start'
		stop copy
	fi
	check "completed after SIG$signal" bring copy --delta
done 2>/dev/null
check 'some were cut short' test "$cut_short" -gt 0
comes 'completed' copy up one
is 'with what came later' "$(sql copy 'select count(*) from later')" 1000
finish
