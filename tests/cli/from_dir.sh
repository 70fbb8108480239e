#!/bin/bash
# from_dir.sh - restoring a plain base backup: what is copied, what is refused,
# and what is left when it does not come to its end.
# shellcheck disable=SC2012,SC2016
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

PARTS=$TOP_BUILDDIR/tests/tools/restoreparts
B=$T/backups/one
R=$T/restored

# label - of a backup that begins in segment 3.
label() {
	printf '%s\n' 'START WAL LOCATION: 0/300028 (file 000000010000000000000003)' \
		'CHECKPOINT LOCATION: 0/300060' 'BACKUP METHOD: streamed' \
		'BACKUP FROM: primary' 'START TIME: 2026-11-21 03:15:00 UTC' \
		'LABEL: nightly' 'START TIMELINE: 1'
}

# new_backup - with a manifest; files of several sizes, odd names, an empty
# folder, WAL, and nothing for others.
new_backup() {
	rm -rf "$T/backups" "$R" "$T"/space*
	mkdir "$T/backups"
	"$MKWAL" cluster "$B" || die 'mkwal failed'
	label >"$B/backup_label"
	mkdir -p "$B/base/5" "$B/pg_wal/archive_status" "$B/pg_replslot"
	head -c 3000000 /dev/urandom >"$B/base/5/16384"
	: >"$B/base/5/empty"
	echo odd >"$B/base/5/"$'a b\nc\xff'
	echo wal >"$B/pg_wal/000000010000000000000003"
	touch "$B/pg_wal/archive_status/000000010000000000000003.done"
	touch -d '2026-01-02 03:04:05Z' "$B/base/5/16384"
	write_manifest
	chmod -R u=rwX,go= "$B"
}

write_manifest() {
	rm -f "$B/backup_manifest"
	"$PARTS" write-manifest "$B" version=15 system="$SYS" start=0/300028 \
		end=0/300120 || die 'no manifest'
}

restore() {
	run "$PARTS" from-dir "$B" "to=$R" "$@"
}

# refused NAME TEXT [ARGUMENT...] - and nothing has changed.
refused() {
	local before

	before=$(visible "$T/backups")
	[ ! -d "$R" ] || before=$before$(find "$R" | sort)
	restore "${@:3}"
	said "$1" 1 "$2" '!complete'
	is "$1: nothing has changed" \
		"$(visible "$T/backups")$([ ! -d "$R" ] || find "$R" | sort)" \
		"$before"
}

new_backup
before=$(visible "$T/backups")
restore threads=3
said 'it is restored' 0 "Backup Path = '$B'" "Restore Path = '$R'" \
	'pg_basebackup restore complete'
assert 'every byte' diff -r "$B" "$R"
is 'the backup is as it was' "$(visible "$T/backups")" "$before"
is 'modes' "$(find "$R" -type d -printf '%m ' -o -printf '%m ' |
	tr ' ' '\n' | sort -u | tr '\n' ' ')" '600 700 '
is 'times' "$(date -u -r "$R/base/5/16384" +%FT%T)" 2026-01-02T03:04:05
is 'what it is' "$("$PARTS" read-dir "$B")" \
	"one 15 $SYS 1 0/300028 0/300120 nightly"

refused 'a folder that is not empty' \
	"\"$R\" is not empty"
said 'a hint' 1 'hint: Restore into a new folder'
rm -rf "$R"
mkdir -p "$R/lost+found"
restore
said 'an empty one will do, as a new file system has it' 0 complete
rm -rf "$R"

# What a job has opened to others, and what the group may read.
chmod -R o+rx "$B"
restore
is 'others may not look in' "$(find "$R" -perm /077 | wc -l)" 0
rm -rf "$R"
chmod -R g+rX,o= "$B"
chmod 600 "$B/base/5/16384"
restore
is 'the group may where it might' "$(stat -c %a "$R" "$R/base" \
	"$R/PG_VERSION" "$R/base/5/16384" | tr '\n' ' ')" '750 750 640 600 '
rm -rf "$R"

# As another user sees it: read-only.
new_backup
if is_root; then
	give "$T/backups"
	chmod -R a-w "$B"
	mkdir "$T/home"
	give "$T/home"
	chmod 755 "$T/backups"
	run as_user "$PARTS" from-dir "$B" "to=$T/home/new"
	said 'a read-only backup' 0 complete
	is 'can be written to' "$(stat -c '%a %u' "$T/home/new/PG_VERSION")" \
		'600 65534'
	restore
	is 'restored by root, it belongs to its owner' "$(find "$R" \
		-printf '%u\n' | sort -u | wc -l) $(stat -c %u "$R")" '1 65534'
fi

# What is no backup.
new_backup
rm -rf "$R"
for file in PG_VERSION backup_label global/pg_control; do
	mv "$B/$file" "$T/away"
	refused "without $file" \
		"a PostgreSQL backup was not found in backup path '$B'"
	mv "$T/away" "$B/$file"
done
check 'a path that is not there' 1 \
	"a PostgreSQL backup was not found in backup path '/no/where'" -- \
	"$PARTS" from-dir /no/where "to=$R"
touch "$B/postmaster.pid"
refused 'a server of its own' 'is the data directory of a server'
rm "$B/postmaster.pid"
echo 'INCREMENTAL FROM LSN: 0/2000028' >>"$B/backup_label"
refused 'an incremental one' 'the backup is an incremental one'
echo nonsense >"$B/backup_label"
refused 'a label that is none' 'does not say where the backup begins'
label >"$B/backup_label"
run "$PARTS" from-dir "$B" "to=$B/inside"
said 'into itself' 1 'lies inside the backup'
run "$PARTS" from-dir "$B" "to=$T/no/such/folder"
said 'into a folder that is nowhere' 1 'could not make'

# What the manifest finds before anything is copied.
new_backup
: >"$B/base/5/stray"
refused 'a file too many' '"base/5/stray" is in the backup, but not in its'
rm "$B/base/5/stray" "$B/base/5/empty"
refused 'a file too few' '"base/5/empty" is missing in the backup'
: >"$B/base/5/empty"
truncate -s -1 "$B/base/5/16384"
refused 'one that is cut short' '"base/5/16384" of the backup has 2999999 bytes'
new_backup
sed -i 's/"Size": 3000000/"Size": 3000001/' "$B/backup_manifest"
refused 'a damaged manifest' 'fails its own checksum'
new_backup
"$PARTS" write-manifest "$B" version=17 system=1
refused 'a manifest of another system' 'backup_manifest is of system 1,'

# And what while it is.
new_backup
printf x | dd of="$B/base/5/16384" bs=1 seek=2500000 conv=notrunc status=none
restore
said 'a damaged file' 1 '"base/5/16384" of the backup is damaged' \
	'!complete' 'hint: What was restored so far has no pg_control'
assert 'nothing starts on that' is_absent "$R/global/pg_control"
new_backup
printf x | dd of="$B/global/pg_control" bs=1 seek=5000 conv=notrunc status=none
restore
said 'also pg_control' 1 '"global/pg_control" of the backup is damaged'
assert 'nothing starts on it' is_absent "$R/global/pg_control"
new_backup
restore finish=false
said 'when the settings cannot be written' 1 'it was not to be'
assert 'nothing starts on that, either' is_absent "$R/global/pg_control"
new_backup
restore finish="! test -e '$R/global/pg_control' && test -e '$R/base/5/16384'"
said 'they are written before pg_control is there' 0 complete

new_backup
rm "$B/backup_manifest"
echo x >>"$B/base/5/16384"
restore
said 'without a manifest' 0 'warning: the backup has no backup_manifest' complete
is 'its end is not known' "$("$PARTS" read-dir "$B")" \
	"one 15 $SYS 1 0/300028 0/300060 nightly"

# Interrupted.
new_backup
head -c 200000000 /dev/zero >"$B/base/5/16385"
write_manifest
"$PARTS" from-dir "$B" "to=$R" 2>"$T/err" &
pid=$!
while [ ! -s "$R/base/5/16385" ]; do sleep 0.01; done
kill -TERM $pid
wait $pid
status=$?
is 'interrupted' "$status $(is_absent "$R/global/pg_control" && echo absent)" \
	'1 absent'

# Killed, somewhere: what has a pg_control is whole.
whole=0 half=0
for delay in 0.005 0.02 0.05 0.08 0.12 0.2 0.3; do
	rm -rf "$R"
	timeout -s KILL "$delay" "$PARTS" from-dir "$B" "to=$R" 2>/dev/null
	if is_absent "$R/global/pg_control"; then
		half=$((half + 1))
	elif diff -rq "$B" "$R" >"$T/fact"; then
		whole=$((whole + 1))
	fi
done
is "killed: $half times nothing that starts, $whole times all" \
	$((half + whole)) 7

# Links: WAL elsewhere, and tablespaces.
new_backup
mv "$B/pg_wal" "$T/backups/wal"
ln -s "$T/backups/wal" "$B/pg_wal"
restore
assert 'linked WAL is in place' test -f "$R/pg_wal/000000010000000000000003" \
	-a ! -L "$R/pg_wal"

spaces() {
	new_backup
	mkdir -p "$B/pg_tblspc/16400/PG_15/5" "$B/pg_tblspc/16401/PG_15/5"
	echo first >"$B/pg_tblspc/16400/PG_15/5/1"
	echo second >"$B/pg_tblspc/16401/PG_15/5/1"
	echo inside >"$B/pg_tblspc/16401.old"
	printf '16400 %s\n16401 %s\n' "$T/space a" "$T/space\\\\b" \
		>"$B/tablespace_map"
	write_manifest
}

spaces
restore
said 'tablespaces go to where they were' 0 complete
is 'and are there' "$(cat "$T/space a/PG_15/5/1" "$T/space\\b/PG_15/5/1" \
	"$R/pg_tblspc/16400/PG_15/5/1" | tr '\n' ' ')" 'first second first '
is 'by links' "$(readlink "$R/pg_tblspc/16401")" "$T/space\\b"
is 'modes of theirs' "$(stat -c %a "$T/space a" "$T/space a/PG_15/5/1" |
	tr '\n' ' ')" '700 600 '
assert 'the map is the same' cmp "$B/tablespace_map" "$R/tablespace_map"
assert 'and the manifest' cmp "$B/backup_manifest" "$R/backup_manifest"
rm -rf "$R"
refused 'unless something is there' "\"$T/space a\" is not empty"
said 'which has a hint' 1 'hint: Use --tablespace-map=16400=PATH'
restore map="16400=$T/space c"$'\n'"$T/space\\b=$T/space"$'\\d'
said 'they go elsewhere' 0 complete
is 'and are there ' "$(cat "$R/pg_tblspc/16400/PG_15/5/1" \
	"$R/pg_tblspc/16401/PG_15/5/1" "$R/pg_tblspc/16401.old" |
	tr '\n' ' ')" 'first second inside '
is 'the map says so' "$(cat "$R/tablespace_map")" \
	"16400 $T/space c"$'\n'"16401 $T/space\\\\d"
assert 'no manifest that would not know it' is_absent "$R/backup_manifest"
rm -rf "$R"
mkdir "$T/spaces"
restore map-all="$T/spaces"
is 'all below one folder' "$(cat "$T/spaces/16400/PG_15/5/1" \
	"$T/spaces/16401/PG_15/5/1" | tr '\n' ' ')" 'first second '
rm -rf "$R"
while IFS='|' read -r what map text; do
	refused "$what" "$text" "map=${map//\$T/$T}"
done <<'END'
a tablespace that is not there|1=$T/x|tablespace-map "1=.*" is of no tablespace
a relative path|16400=x|which is no absolute path
inside the data directory|16400=$T/restored/x|inside the data directory
END
refused 'two into one' 'cannot both go to' \
	map="16400=$T/x"$'\n'"16401=$T/x/"
assert 'nothing was made' is_absent "$T/x"
rm -rf "$T"/space*
mkdir "$T/space a"
restore
said 'an empty one of theirs will do' 0 complete

# As pg_basebackup leaves them: links to a copy, which must not be shared.
spaces
mv "$B/pg_tblspc/16400" "$T/backups/copy"
ln -s "$T/backups/copy" "$B/pg_tblspc/16400"
rm -r "$B/tablespace_map" "$B/pg_tblspc/16401.old"
write_manifest
refused 'a linked tablespace is not shared with the backup' \
	"\"$T/backups/copy\" is not empty"
restore map="16400=$T/space e"
said 'it goes where it is told' 0 complete
is 'the other one stays inside' "$(readlink "$R/pg_tblspc/16400") $(
	[ -L "$R/pg_tblspc/16401" ] || cat "$R/pg_tblspc/16401/PG_15/5/1")" \
	"$T/space e second"

# A full disk.
if can_mount; then
	new_backup
	mkdir "$T/small"
	mount -t tmpfs -o size=2m tmpfs "$T/small"
	mounted "$T/small"
	run "$PARTS" from-dir "$B" "to=$T/small/new"
	said 'a full disk' 1 'No space left' '!complete'
	assert 'nothing starts on that  ' is_absent "$T/small/new/global/pg_control"
else
	skip 'a full disk' 'nothing can be mounted here'
fi
finish
