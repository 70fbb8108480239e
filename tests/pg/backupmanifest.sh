#!/bin/bash
# backupmanifest.sh - pg_verifybackup accepts a backup_manifest that walarch
# wrote, and walarch reads PostgreSQL's own.
# shellcheck disable=SC2016,SC2317	# sed's dollars; called by another's arguments
. "$(dirname "$0")/lib.sh"

if [ "$major" -lt 13 ]; then
	skip 'there is no backup_manifest before 13'
	finished=1
	exit 0
fi
if [ ! -x "$bin/pg_basebackup" ] || [ ! -x "$bin/pg_verifybackup" ]; then
	skip 'this PostgreSQL came without pg_basebackup or pg_verifybackup'
	finished=1
	exit 0
fi
parts=${WALARCH_TOOLS:?names the folder of restoreparts}/restoreparts

cluster source
sed -i '/^archive_/d' "${data[source]}/postgresql.conf"
start source
ledger source
commit source one
mkdir "$T/room"
sql source "create tablespace odd location '$T/room'" >/dev/null
sql source 'create table there (i int) tablespace odd' >/dev/null

# A backup by the server itself: this client may be too old for it.
take()
{
	local to=$T/$1
	"$bin/pg_basebackup" -D "$to" -c fast -h "$T" -p "${port[source]}" \
	    --tablespace-mapping="$T/room=$T/$1.room" "${@:2}" \
	    >"$T/basebackup.out" 2>&1
}

system=$(sql source 'select system_identifier from pg_control_system()')
take one
range=$("$parts" read-manifest "$T/one" | sed -n 's/^wal //p')
read -r line begin end <<<"$range"

rewrite()
{
	"$parts" write-manifest "$T/one" "version=$major" "system=$system" \
	    "timeline=$line" "start=$begin" "end=$end"
}

verify()
{
	"$bin/pg_verifybackup" "$@" "$T/one"
}

check 'the manifest of PostgreSQL is sound' verify
"$parts" read-manifest "$T/one" >"$T/theirs"
cp "$T/one/backup_manifest" "$T/manifest"
check 'another is written' rewrite
check 'pg_verifybackup accepts it, and the WAL it names' verify
"$parts" read-manifest "$T/one" >"$T/ours"
is 'both say the same' "$(sort "$T/ours" | grep -v '^system 0')" \
    "$(sort "$T/theirs" | grep -v '^system 0')"
bare()
{
	sed -n '/Manifest-Checksum/d;s/,$//;s/"Last-Modified": "[^"]*"//;p' "$1" |
		sort
}
is 'byte for byte, but for order and times' "$(bare "$T/one/backup_manifest")" \
    "$(bare "$T/manifest")"

# Names of all kinds.
mkdir "$T/one/odd"
for name in 'a b' "it's" 'q"q' 'b\b' $'new\nline' $'tab\t' 'ü' $'no\xff' \
    $'over\xc0\xaf' $'sur\xed\xa0\x80' $'\xf4\x90\x80\x80' '😀'; do
	echo "$name" >"$T/one/odd/$name"
done
: >"$T/one/odd/empty"
check 'odd names are written' rewrite
check 'pg_verifybackup knows them again' verify -n
"$parts" read-manifest "$T/one" >"$T/ours"
for name in 'a b' 'q"q' $'no\xff' '😀'; do
	is "and so does walarch: $(printf %q "$name")" "$(
		"$parts" read-manifest "$T/one" "find=odd/$name")" yes
done
is 'what cannot stand in JSON is in hexadecimal digits' \
    "$(grep -c Encoded-Path "$T/one/backup_manifest")" 4

# What it finds.
file=$(find "$T/one/base" -type f -size +15k | sort | head -1)
flip()
{
	printf '%b' "$(printf '\\x%02x' $((0x$(xxd -s "$2" -l 1 -p "$1") ^ 1)))" |
		dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
flip "$file" 9000
gives 'a flipped byte is found' 1 'checksum mismatch' verify -n
flip "$file" 9000
check 'and is gone' verify -n
echo >>"$file"
gives 'a longer file is found' 1 'has size' verify -n
truncate -s -1 "$file"
mv "$T/one/odd/$(printf 'no\xff')" "$T/one/odd/gone"
gives 'another name is found' 1 'is present on disk but not in the manifest' \
    verify -n
mv "$T/one/odd/gone" "$T/one/odd/$(printf 'no\xff')"
check 'an unfinished manifest is none' "$parts" write-manifest "$T/one" \
    give-up=1
is 'and leaves the other' "$(find "$T/one" -name 'backup_manifest*' |
    wc -l)" 1

# PostgreSQL's with other checksums, and damaged ones.
for algorithm in NONE SHA224 SHA256 SHA384 SHA512; do
	rm -rf "$T/two" "$T/two.room"
	take two --manifest-checksums="$algorithm"
	check "$algorithm is read" "$parts" read-manifest "$T/two"
done
rm -rf "$T/two" "$T/two.room"
take two --manifest-force-encode
is 'encoded paths are read' "$("$parts" read-manifest "$T/two" \
    find=global/pg_control)" yes

spoil()
{
	mkdir -p "$T/bad"
	sed "$2" "$T/manifest" >"$T/bad/backup_manifest"
	gives "$1" 1 "$3" "$parts" read-manifest "$T/bad"
}
spoil 'a changed size' '0,/"Size": 8192/s//"Size": 8193/' 'fails its own checksum'
spoil 'one that is cut short' '$d' 'has no checksum'
spoil 'one that goes on' '$a more' 'goes on behind its end'
spoil 'a version of the future' '1s/: [12]/: 9/' 'a version that walarch does'
spoil 'a line that is none' '5s/"Path"/Path/' 'a line that cannot be read'
spoil 'a line without a path' '5s/"Path"/"Pfad"/' 'tells of no file'
spoil 'a checksum that is none' '5s/"CRC32C"/"CRC"/' 'a checksum that is none'
spoil 'a range that is none' 's/"End-LSN": "[^"]*"/"End-LSN": "x"/' \
    'a range of WAL that is none'
rm -r "$T/bad"
mkdir "$T/bad"
gives 'no manifest is told' 1 'error 5: there is no "backup_manifest"' \
    "$parts" read-manifest "$T/bad"
stop source immediate
finish
