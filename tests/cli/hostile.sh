#!/bin/bash
# hostile.sh - backup sets whose digests and labels are right, and whose content
# is not: walarch-restore says what is wrong, writes nothing outside the data
# directory, and leaves none that a server would start on.
# shellcheck disable=SC2119,SC2154,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/in_memory.sh
. "${0%/*}/in_memory.sh"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

RAWSET=$TOP_BUILDDIR/tests/tools/rawset
new_repo
mkdir outside outside/folder
echo untouched >outside/file
echo untouched >outside/folder/file
cp -a outside outside.template

# set_of MODE LINE... - the label of a set of these lines.
set_of() {
	local mode=$1

	shift
	rm -rf "$REPO/db/backup"
	printf '%s\n' "$@" | "$RAWSET" "$REPO" F '' "$mode" ||
		die 'rawset failed'
}

# What every cluster has.
sound=('file PG_VERSION 3' 'folder base' 'folder base/1' 'file base/1/1259 8192'
    'folder global' 'folder pg_tblspc' 'folder pg_wal')
tail=('file global/pg_control 8192' 'file backup_label 200')

# restore [OPTION...] - into a new folder target.
restore() {
	run walarch-restore --pg1-path="$PWD/target" --type=none "$@"
}

# unchanged - is all as it was outside?
unchanged() {
	diff -r outside outside.template && is_absent outside.new
}

# judge NAME TEXT... - the restore failed, and did no harm.
judge() {
	local name=$1

	said "$name" 1 'error: ' "${@:2}"
	assert "$name: no server would start" is_absent target/global/pg_control
	assert "$name: nothing outside is changed" unchanged
	rm -rf outside outside.new target target2
	cp -a outside.template outside
}

# hostile NAME TEXT LINE... - such a set is refused before anything is done.
hostile() {
	local name=$1 text=$2

	shift 2
	set_of own "$@" >label
	mkdir target
	echo 15 >target/PG_VERSION
	restore --link-all --delta
	is "$name: all is as it was" "$(ls -A target)" PG_VERSION
	judge "$name" "$text"
}

set_of whole "${sound[@]}" "${tail[@]}" >label
restore
said 'a sound set is restored' 0 'files written'
assert 'and has its pg_control' test -s target/global/pg_control
rm -rf target
set_of own "${sound[@]}" "${tail[@]}" >label
restore
said 'also with a manifest of our own' 0
rm -rf target

for path in .. ../outside/file ../outside/new /etc/passwd base/../../outside/x \
	a//b ./a base/; do
	hostile "a path \"$path\"" "no file's" "${sound[@]}" "file $path 5" \
		"${tail[@]}"
done
hostile 'a device' "no file's" "${sound[@]}" \
	'raw {"path":"x","type":"block","mtime":[1,2],"mode":"0600"}' "${tail[@]}"
hostile 'a NUL' "no file's" "${sound[@]}" \
	'raw {"path":"x\u0000y","type":"folder","mtime":[1,2],"mode":"0600"}' \
	"${tail[@]}"

# Ways out by symbolic links.
hostile 'a file below a link' 'not its folder' "${sound[@]:0:4}" \
	"link evil $PWD/outside" 'file evil/new 5' "${sound[@]:4}" "${tail[@]}"
hostile 'a folder below a link' 'not its folder' "${sound[@]:0:4}" \
	"link evil $PWD/outside" 'folder evil/new' 'file evil/new/x 5' \
	"${sound[@]:4}" "${tail[@]}"
hostile 'global is a link' 'not its folder' "${sound[@]:0:4}" \
	"link global $PWD/outside/folder" "${tail[@]}"
hostile 'no folder global' 'not its folder' "${sound[@]:0:4}" "${tail[@]}"
hostile 'pg_control is a link' 'no regular file' "${sound[@]}" \
	"link global/pg_control $PWD/outside/file" 'file backup_label 200'
hostile 'backup_label is a link' 'no regular file' "${sound[@]}" \
	'file global/pg_control 8192' "link backup_label $PWD/outside/file"
hostile 'a link where pg_control is written first' 'walarch' \
	"${sound[@]:0:5}" "link global/pg_control.walarch $PWD/outside/file" \
	"${sound[@]:5}" "${tail[@]}"
hostile 'a link where the mark is' 'walarch' "${sound[@]}" \
	"link walarch.restore $PWD/outside/file" "${tail[@]}"

# Places.
for to in /etc "$PWD" "$PWD/target" "$PWD/target/base" "$PWD/target/x/.." \
	"$PWD/outside/.." "$PWD/outside/../outside.new" /../etc/x relative ''; do
	hostile "a tablespace at \"$to\"" '' "${sound[@]:0:6}" \
		"raw {\"path\":\"pg_tblspc/5\",\"type\":\"folder\",\"to\":\"$to\",\"mtime\":[1,2],\"mode\":\"0700\"}" \
		'folder pg_wal' "${tail[@]}"
done
ln -s "$PWD" here
hostile 'a tablespace that is in the data directory by a link' overlaps \
	"${sound[@]:0:6}" "folder pg_tblspc/5 $PWD/here/target/ts" \
	'folder pg_wal' "${tail[@]}"
rm here
hostile 'a tablespace where files are' 'contains files' "${sound[@]:0:6}" \
	"folder pg_tblspc/5 $PWD/outside/folder" 'folder pg_wal' "${tail[@]}"
hostile 'two tablespaces in one place' 'same place' "${sound[@]:0:6}" \
	"folder pg_tblspc/5 $PWD/outside.new" \
	"folder pg_tblspc/6 $PWD/outside.new/6" 'folder pg_wal' "${tail[@]}"

set_of whole "${sound[@]}" "file x.conf 5 to=$PWD/outside/file" \
	"${tail[@]}" >label
restore --link-all
judge 'a file to a place where one is' 'link-map'
restore --link-map=x.conf="$PWD/outside/folder"
judge 'a file to a place where a folder is' ''
restore
said 'without --link-all it is a plain file' 0
assert 'in the data directory' test -f target/x.conf -a ! -L target/x.conf
assert 'and nothing outside is changed' unchanged
rm -rf target

# What is below pg_tblspc without being a tablespace is not one.
set_of whole "${sound[@]:0:6}" "file pg_tblspc/4 5 to=$PWD/outside/file" \
	'folder pg_tblspc/5' "folder pg_tblspc/5/6 $PWD/outside.new" \
	"folder pg_tblspc/x $PWD/outside.new" 'folder pg_wal' "${tail[@]}" >label
restore
said 'links below pg_tblspc are links' 0 '3 symbolic links will be plain'
assert 'nothing outside is changed' unchanged
assert 'there is no tablespace' is_absent target/tablespace_map
rm -rf target

# Numbers.
hostile 'a size of 2^62' "no file's" "${sound[@]}" \
	'raw {"path":"x","mtime":[1,2],"mode":"0600","size":4611686018427387904,"xxh128":"00112233445566778899aabbccddeeff","crc32c":"00000000","part":1,"at":4096,"frames":[9]}' \
	"${tail[@]}"
hostile 'no segment size' 'label' "${sound[@]}" "${tail[@]}" \
	'facts segment-size=0'
hostile 'no pg_control' 'no global/pg_control' "${sound[@]}" \
	'file backup_label 200'
hostile 'the same path twice' 'not in order' "${sound[@]}" 'file x 5' \
	'file x 5' "${tail[@]}"
hostile 'another order' 'not in order' "${sound[@]}" 'file b 5' 'file a 5' \
	"${tail[@]}"
hostile 'a wrong count' 'as many files' "${sound[@]}" "${tail[@]}" \
	'raw {"end":{"files":7}}'
hostile 'no end' 'as many files' "${sound[@]}" "${tail[@]}" \
	'raw {"end":'

# worse NAME TEXT LINE... - what only shows when the files are read.
worse() {
	local name=$1 text=$2

	shift 2
	set_of own "$@" >label
	restore
	judge "$name" "$text"
}

worse 'a frame of more than a chunk' 'damaged|too small|frame' "${sound[@]}" \
	'file x 1000 plain=4194304' "${tail[@]}"
worse 'a frame of 1 GiB' 'damaged|too small|frame' "${sound[@]}" \
	'file x 1000 plain=1000000000' "${tail[@]}"
worse 'a frame of too few bytes' 'cannot be' "${sound[@]}" \
	'file x 1000 plain=999' "${tail[@]}"
worse 'a digest that does not match' 'its digest is' "${sound[@]}" \
	'file x 1000 xxh128=00112233445566778899aabbccddeeff' "${tail[@]}"
worse 'the digest of a large file' 'its digest is' "${sound[@]}" \
	'file x 3000000 xxh128=00112233445566778899aabbccddeeff' "${tail[@]}"
worse "pg_control's digest" 'its digest is' "${sound[@]}" \
	'file global/pg_control 8192 xxh128=00112233445566778899aabbccddeeff'
worse 'a part that is not there' 'part-00002' "${sound[@]}" \
	'file x 1000 part=2' "${tail[@]}"
worse 'a set that is not there' '20200101T000000ZF' "${sound[@]}" \
	'file x 1000 in=20200101T000000ZF' "${tail[@]}"
worse 'a position behind the end' 'cut short' "${sound[@]}" \
	'file x 1000 at=99999999' "${tail[@]}"
worse 'a position that is none' 'part-00001' "${sound[@]}" \
	'file x 1000 at=9223372036854775807' "${tail[@]}"
worse 'a position in the label' '' "${sound[@]}" \
	'file x 1000 at=0' "${tail[@]}"
worse 'a frame that is cut short' '' "${sound[@]}" \
	'file x 1000 frame=20' "${tail[@]}"

# A part of another set, which is whole.
set_of whole "${sound[@]}" "${tail[@]}" >label
other=$REPO/other-part
mv "$REPO/db/backup/$(cat label)/part-00001" "$other"
set_of whole "${sound[@]:0:3}" 'file base/1/1259 9000' "${sound[@]:4}" \
	"${tail[@]}" >label
mv "$other" "$REPO/db/backup/$(cat label)/part-00001"
restore
judge 'the part of another set' ''

# An incremental one whose prior is gone.
set_of whole "${sound[@]}" "${tail[@]}" >label
full=$(cat label)
printf '%s\n' "${sound[@]}" "file x 1000 in=$full" "${tail[@]}" |
	"$RAWSET" "$REPO" I "$full" own >label
rm -rf "$REPO/db/backup/$full"
restore
judge 'the prior set is gone' "$full"
rm -rf "$REPO/db/backup"
restore
judge 'no set at all' 'there is no backup set'

# Targets.
set_of whole "${sound[@]}" "${tail[@]}" >label
echo text >target
restore
said 'the target is a file' 1 'target'
is 'and stays as it is' "$(cat target)" text
rm target
run walarch-restore --pg1-path="$PWD/none/target" --type=none
said "the target's parent is missing" 1 'Its parent folder must be there'
mkdir target
echo text >target/file
restore
said 'the target has files' 1 'contains files' 'delta'
restore --delta
said '--delta on what is no cluster' 1 'PG_VERSION'
is 'and nothing is removed' "$(ls -A target)" file
rm -rf target
"$MKWAL" --system="$OTHER" cluster "$PWD/target"
before=$(cd target && find . | sort)
restore --delta
said '--delta on another cluster' 1 'of another cluster'
is 'and it stays' "$(cd target && find . | sort)" "$before"
rm -rf target
mkdir -p target/global
echo 15 >target/PG_VERSION
echo 1 >target/postmaster.pid
restore --delta
said '--delta on a cluster that runs' 1 'postmaster.pid'
rm -rf target
ln -s nowhere target
restore
said 'the target is a link that leads nowhere' 1 'target'
rm target
if is_root; then
	chmod 755 "$T" .
	chmod -R go+rX "$REPO" "$WALARCH_CONFIG"
	mkdir -m 700 closed
	run as_user walarch-restore --pg1-path="$PWD/closed/target" --type=none
	said 'no permission on the parent' 1 'Permission denied'
	mkdir -m 755 target
	run as_user walarch-restore --pg1-path="$PWD/target" --type=none
	said 'no permission on the target' 1 'Permission denied|not permitted'
	rm -rf target
else
	skip 'permissions' 'this needs root, and another user'
fi

# A disk that gets full at any point.
if can_mount; then
	set_of whole "${sound[@]}" 'file x 3000000' "${tail[@]}" >label
	mkdir target
	bad='' full=0
	for ((size = 1; size < 900; size += 37)); do
		mount -t tmpfs -o size="$((size * 4))k" tmpfs target ||
			die 'could not mount'
		mounted "$PWD/target"
		mkdir target/global
		: >target/PG_VERSION
		restore --delta
		if [ "$status" -eq 0 ]; then
			size=900
		else
			full=$((full + 1))
			grep -q 'No space left on device' "$T/err" ||
				bad=$bad$(cat "$T/err")
			[ ! -e target/global/pg_control ] || bad="$bad pg_control"
		fi
		unmounted "$PWD/target"
	done
	is 'a disk that is full, of any size' "$status$bad" 0
	assert "there were such ($full)" test $full -gt 10
else
	skip 'a full disk' 'this needs root and mount'
fi
finish
