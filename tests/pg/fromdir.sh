#!/bin/bash
# fromdir.sh - servers start on what was restored from a plain base backup, with
# the rows it has, or recover from there out of the repository.
. "$(dirname "$0")/lib.sh"

parts=${WALARCH_TOOLS:?names the folder of restoreparts}/restoreparts
basebackup=$bin/pg_basebackup
[ -x "$basebackup" ] || basebackup=$client/pg_basebackup
newest=$("$basebackup" -V | sed 's/^[^0-9]*\([0-9]*\).*/\1/')
if [ "$newest" -lt "$major" ]; then
	skip 'there is no pg_basebackup for it'
	finished=1
	exit 0
fi

cluster source
walarch-init --pg1-path="${data[source]}" >"$T/init.out" 2>&1
start source
ledger source
mkdir "$T/room"
sql source "create tablespace room location '$T/room'" >/dev/null
sql source 'create table there (i int) tablespace room' >/dev/null
sql source 'insert into there select generate_series(1, 10000)' >/dev/null
commit source one

"$basebackup" -D "$T/plain" -c fast -X fetch -h "$T" -p "${port[source]}" \
    -T "$T/room=$T/copied" >"$T/basebackup.out" 2>&1
commit source two
sql source "select pg_create_restore_point('afterchanges')" >/dev/null
commit source three
switch source >/dev/null
own_system=$(sql source 'select system_identifier from pg_control_system()')
stop source

before=$(cd "$T" && find plain copied -type f -exec md5sum {} + | sort)
chmod -R a-w "$T/plain" "$T/copied"

# from NAME [ARGUMENT...]
# shellcheck disable=SC2317	# called by another's arguments
from()
{
	local name=$1
	shift
	place "$name"
	"$parts" from-dir "$T/plain" "to=${data[$name]}" threads=2 \
	    "map=$T/copied=$T/$name.room" "$@"
}

gives 'what its tablespace leads to is not shared' 1 \
    'hint: Use --tablespace-map=' \
    "$parts" from-dir "$T/plain" "to=$T/shared"
check 'it is restored' from copy
warned=$(grep 'warning: the backup has no backup_manifest' "$T/checked" || :)
is 'the backup is as it was' "$(cd "$T" &&
    find plain copied -type f -exec md5sum {} + | sort)" "$before"
if [ "$major" -ge 13 ]; then
	[ ! -x "$bin/pg_verifybackup" ] ||
		check 'pg_verifybackup accepts it' "$bin/pg_verifybackup" -n \
		    "${data[copy]}"
else
	check 'there is a warning without a manifest' test -n "$warned"
fi
set_up copy "port = ${port[copy]}" 'archive_mode = off'
check 'it starts' start copy
is 'it has the rows of the backup' "$(rows copy)" one
is 'and those in its tablespace' "$(sql copy 'select count(*) from there')" \
    10000
is 'it is no recovery' "$(sql copy 'select pg_is_in_recovery()')" f
check 'it can be written to' commit copy four
stop copy

# With what restore writes besides.
check 'it is restored, for a recovery' from pitr \
    "finish=$parts settings ${data[pitr]:-$T/pitr} version=$major \
    get=$WALARCH_BIN/walarch-get set=repo1-path=$repo type=name \
    target=afterchanges"
set_up pitr "port = ${port[pitr]}" 'archive_mode = off'
check 'it recovers' start pitr
check 'to the target' wait_until "$patience" says pitr \
    "select string_agg(note, ' ' order by id) from ledger" 'one two'
stop pitr immediate

# What it is, for those who choose a target.
read -r name version system line redo stop label \
    <<<"$("$parts" read-dir "$T/plain")"
is 'what is read of it' "$name $version $line $label" \
    "plain $major 1 pg_basebackup base backup"
is 'its system' "$system" "$own_system"
is 'where it begins' "$redo" "$(sed -n \
    's/^START WAL LOCATION: \([^ ]*\).*/\1/p' "$T/plain/backup_label")"
[ "$major" -lt 13 ] || is 'where it ends' "$stop" "$(sed -n \
    's/.*"End-LSN": "\([^"]*\)".*/\1/p' "$T/plain/backup_manifest")"

# A flipped byte, and a copy that is cut short.
chmod -R u+w "$T/plain"
if [ "$major" -ge 13 ]; then
	file=$(find "$T/plain/base" -type f -size +15k | sort | head -1)
	printf '\x5a\xa5\x5a' | dd of="$file" bs=1 seek=9000 conv=notrunc \
	    status=none
	gives 'damage is found' 1 'is damaged' from damaged
	launch_only damaged
	check 'no server starts on it' wait_until "$patience" gone damaged
	rm "$file"
	gives 'a missing file is found' 1 'is missing in the backup' from less
	check 'and nothing is made' test ! -e "$T/less"
fi
finish
