#!/bin/bash
# basebackup.sh - servers that lie: what they send goes nowhere.
# shellcheck disable=SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

command -v python3 >/dev/null ||
	skip_all 'servers that lie' 'python3 is not installed'
liar=${TOP_SRCDIR:-${0%/*}/../..}/tests/tools/liar.py
unset PGHOST PGPORT PGUSER PGPASSWORD PGSERVICE PGHOSTADDR
export WALARCH_CONFIG=$T/walarch.conf EVIL=$T/evil
: >"$WALARCH_CONFIG"
mkdir "$T/s" "$T/in"

# from CASE - a backup from that server.
from() {
	run python3 "$liar" "$T/s" "$1" walarch-backup --start-fast \
		--plain-dir="$T/in/base" --pg1-host="$T/s" --pg1-user=x
}

path() {
	sed -n 's/^BACKUP_PATH is set to \(.*\)\.$/\1/p' "$T/out"
}

# Nothing but the folder the backups would be in.
nothing() {
	find "$T/in" "$T/evil" -mindepth 1 ! -path "$T/in/base" 2>/dev/null
}

# accepted NAME CASE
accepted() {
	from "$2"
	is "$1" "$status $(tail -1 "$T/err" | grep error)" '0 '
	is "$1: all of it" "$(cd "$(path)" 2>/dev/null &&
		cat PG_VERSION global/pg_control base/1 "$(printf 'base/a\nb')" \
			"$(printf 'caf\351')" pg_wal/*02 | cksum)" "$whole"
	rm -rf "$T/in/base"
}

whole=$({ echo 15; for part in c:8192 page:20000 x:1 w:9999; do
	yes "${part%:*}" | tr -d '\n' | head -c "${part#*:}"; done; } | cksum)
accepted 'a server that does not lie' good
accepted 'one of 14' old
accepted 'one of 12' older
accepted 'one that tells of progress' progress
accepted 'one that sends an empty message' empty-message
accepted 'one with a tablespace' tablespace

# refused NAME CASE PATTERN
refused() {
	from "$2"
	is "$1: status" "$status" 1
	if grep -Eq "error: .*$3" "$T/err"; then
		ok "$1: it is said"
	else
		not_ok "$1: it is said" "$(cat "$T/err")"
	fi
	is "$1: nothing is left" "$(nothing)" ''
	rm -rf "$T/in/base"
}

refused 'a path that leads up' dotdot 'leads out of the backup'
refused 'or does so later' inner-dotdot 'leads out of the backup'
refused 'an absolute path' absolute 'leads out of the backup'
refused 'a symbolic link' symlink 'a symbolic link, "base/2"'
refused 'a hard link' hardlink 'a hard link, "base/2"'
refused 'a device' device 'a device .*"base/2"'
refused 'a pipe' fifo 'a device .*"base/2"'
refused 'a file that comes twice' twice 'create file "base/1": File exists'
refused 'a file that becomes a folder' file-as-folder 'Not a directory'
refused 'a folder that becomes a file' folder-as-file 'File exists'
refused 'a manifest among the files' manifest-in-tar 'File exists'
refused 'no pg_control' without-global/pg_control \
	'did not send "global/pg_control"'
refused 'no backup_label' without-backup_label 'did not send "backup_label"'
refused 'no PG_VERSION' without-PG_VERSION 'did not send "PG_VERSION"'
refused 'other content than listed' other-content \
	'"base/1" does not have the checksum'
refused 'another size than listed' other-size '"base/1" came with 20000 bytes'
refused 'a file that is not listed' not-listed 'where "PG_VERSION" was sent'
refused 'a file that is not sent' not-sent 'lists "zzz", which was not sent'
refused 'a manifest that is none' manifest-junk 'cannot be read'
refused 'a manifest that is cut' manifest-cut 'fails its own checksum'
refused 'a manifest that was changed' manifest-changed \
	'fails its own checksum'
refused 'a manifest that goes on' manifest-long 'goes on behind its end'
refused 'no manifest' no-manifest 'did not send all of the backup'
refused 'no archive' no-tar 'did not send all of the backup'
refused 'an archive that is cut' tar-cut 'Truncated'
refused 'a size beyond the archive' tar-huge 'Truncated|damaged'
refused 'an archive that is none' tar-junk 'is damaged'
refused 'a compressed one' tar-zipped 'is damaged'
refused "an archive's name with a path" archive-name 'not of its protocol'
refused 'one of no tablespace' archive-unlisted 'not of its protocol'
refused 'one without an end' archive-unended 'not of its protocol'
refused 'a tablespace that does not come' archive-missing \
	'did not send all of the backup'
refused 'one that leads up' tablespace-dotdot 'leads out of the backup'
refused 'one whose OID is none' bad-oid 'another answer'
refused 'no data directory' no-spaces 'another answer'
refused 'a start that is none' bad-start 'another answer'
refused 'an end that is none' bad-end 'another answer'
refused 'data of nothing' data-first 'not of its protocol'
refused 'an unknown message' unknown-message 'not of its protocol'
refused 'an error in the middle' error-copy 'the disk is on fire'
refused 'an error at the end' error-end 'the disk is on fire'
refused 'a server that goes in the middle' gone-copy 'server closed the conn'
refused 'or just before the end' gone-end 'server closed the connection'
refused 'one part too many' old-too-many 'not of its protocol'
refused 'a server of long ago' ancient 'older than PostgreSQL 10'
finish
