#!/bin/bash
# backup_remote.sh - servers that lie: what they send never becomes a set.
# shellcheck disable=SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

command -v python3 >/dev/null ||
	skip_all 'servers that lie' 'python3 is not installed'
liar=$(cd "${TOP_SRCDIR:-${0%/*}/../..}" && pwd)/tests/tools/liar.py
unset PGHOST PGPORT PGUSER PGPASSWORD PGSERVICE PGHOSTADDR
export EVIL=$T/evil LIAR_WHOLE=1
mkdir "$T/s"
new_repo
for ((i = 31; i < 34; i++)); do
	segment "$(name "$i")"
	run walarch-push --pg1-path="$PG" "$WAL/$(name "$i")"
	[ "$status" -eq 0 ] || die "walarch-push failed: $(cat "$T/err")"
done

# from CASE [OPTION...] - a backup from that server.
from() {
	local case=$1

	shift
	run python3 "$liar" "$T/s" "$case" walarch-backup --start-fast \
		--pg1-host="$T/s" --pg1-user=x --archive-timeout=0 "$@"
}

sets() {
	find "$REPO/db/backup" -name manifest 2>/dev/null | wc -l
}

# accepted NAME CASE [OPTION...]
accepted() {
	local name=$1 before

	before=$(sets)
	shift
	from "$@"
	is "$name" "$status $(grep error "$T/err")" '0 '
	is "$name: a set" "$(sets)" $((before + 1))
}

accepted 'a server that does not lie' good
folder=$(find "$REPO/db/backup" -mindepth 1 -maxdepth 1)
is 'the manifest is in order' "$(zstd -dcq "$folder/manifest" |
	sed -n 's/.*"path\(-hex\)*":"\([^"]*\)".*/\2/p' | tr '\n' ' ')" \
	'PG_VERSION base base/1 base/a\nb 636166e9 global pg_tblspc pg_wal pg_wal/archive_status global/pg_control backup_label '
is 'its part holds the files' "$(zstd -dcq "$folder/part-00001" |
	tar -xiO base/1 | cksum)" \
	"$(yes page | tr -d '\n' | head -c 20000 | cksum)"
accepted 'one of 14' old
accepted 'one of 12' older
accepted 'one with a tablespace' tablespace
folder=$(find "$REPO/db/backup" -name manifest -newer "$folder/manifest" \
	-printf '%T@ %h\n' | sort -n | tail -1 | cut -d' ' -f2)
is 'which is in the manifest with its place' \
	"$(zstd -dcq "$folder/manifest" | grep -c \
		'"path":"pg_tblspc/16400","type":"folder","to":"/x"')" 1
accepted 'a standby' label-standby --backup-standby

# refused CASE PATTERN
refused() {
	local before

	before=$(sets)
	from "$1"
	is "$1: status" "$status" 1
	if grep -Eq "error: .*$2" "$T/err"; then
		ok "$1: it is said"
	else
		not_ok "$1: it is said" "$(cat "$T/err")"
	fi
	is "$1: no set" "$(sets)" "$before"
	is "$1: nothing outside" "$(find "$T/evil" 2>/dev/null)" ''
}

refused dotdot 'leads out of the backup'
refused inner-dotdot 'leads out of the backup'
refused absolute 'leads out of the backup'
refused symlink 'a symbolic link, "base/2"'
refused hardlink 'a hard link, "base/2"'
refused device 'a device .*"base/2"'
refused fifo 'a device .*"base/2"'
refused link 'symbolic link, "pg_tblspc/16400"'
refused twice 'has "base/1" twice'
refused file-as-folder '"base/1/x", but not its folder'
refused folder-as-file 'has "base" twice'
refused no-folder '"nowhere/1", but not its folder'
refused manifest-in-tar 'backup_manifest among the files'
refused without-global/pg_control 'did not send "global/pg_control"'
refused without-backup_label 'did not send "backup_label"'
refused without-PG_VERSION 'did not send "PG_VERSION"'
refused other-content '"base/1" does not have the checksum'
refused other-size '"base/1" came with 20000 bytes'
refused not-listed 'where "PG_VERSION" was sent'
refused not-sent 'lists "zzz", which was not sent'
refused manifest-junk 'cannot be read'
refused manifest-cut 'fails its own checksum'
refused manifest-changed 'fails its own checksum'
refused manifest-long 'goes on behind its end'
refused no-manifest 'did not send all of the backup'
refused no-tar 'did not send all of the backup'
refused tar-cut 'Truncated'
refused tar-huge 'Truncated|damaged'
refused tar-junk 'is damaged'
refused tar-zipped 'is damaged'
refused archive-name 'not of its protocol'
refused archive-unlisted 'not of its protocol'
refused archive-unended 'not of its protocol'
refused archive-missing 'did not send all of the backup'
refused tablespace-dotdot 'leads out of the backup'
refused bad-oid 'another answer'
refused no-spaces 'another answer'
refused bad-start 'another answer'
refused bad-end 'another answer'
refused data-first 'not of its protocol'
refused unknown-message 'not of its protocol'
refused error-copy 'the disk is on fire'
refused error-end 'the disk is on fire'
refused gone-copy 'server closed the conn'
refused gone-end 'server closed the connection'
refused old-too-many 'not of its protocol'
refused ancient 'older than PostgreSQL 10'
refused control-other 'pg_control that came is of system 7431170312345678902'
refused control-segments 'another size of WAL segments'
refused control-damaged 'pg_control.*does not have the checksum'
refused control-short 'pg_control.*300 bytes only'
refused label-late 'another beginning'
refused label-other 'backup_label: its positions'
refused label-standby 'the server is a standby'
refused label-nul 'backup_label'
refused label-long 'sent "backup_label" of'
refused label-twice 'sent "backup_label" twice'

# WAL that is not there.
rm "$REPO/db/wal/$SYS"/*/"$(name 32)"
refused good 'not in the repository'

# A stanza of another system.
new_repo --system "$OTHER"
refused good 'is not registered with stanza'
finish
