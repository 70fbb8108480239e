#!/bin/bash
# damage.sh - whatever is wrong with the repository or the settings, a recovery
# ends in FATAL, and never in a server that has come up without its rows; once
# all is mended, the same data directory recovers to the end.
# shellcheck disable=SC2317	# what is called by another's arguments
. "$(dirname "$0")/lib.sh"

cluster main
walarch-init --pg1-path="${data[main]}" 2>"$T/init.out"
start main
ledger main
commit main before
backup main
for note in one two; do
	committed main $note >"$T/$note"
done
third=$(committed main three)
for note in four five; do
	committed main $note >"$T/$note"
done
stop main fast
rm -rf "${data[main]}"
everything='before one two three four five'

object=$(object "$third")
cp -a "$object" "$T/good"

mended()
{
	recover copy
	is "$1: mended, it recovers to the end" "$state" up
	is "$1: with every row" "$(rows copy)" "$everything"
	halt copy
}

# What restore_command is told of the third segment.
got()
{
	(cd "${data[copy]}" && walarch-get "$third" pg_wal/RECOVERYXLOG)
}

# damaged WHAT PATTERN COMMAND... - after the command, which harms the third
# segment's object, or puts something in its place.
damaged()
{
	local what=$1 pattern=$2
	shift 2
	"$@"
	restore copy "$T/main.backup"
	gives "$what: walarch-get says so" 255 "$pattern" got
	check "$what: and leaves no file" \
	    [ ! -e "${data[copy]}/pg_wal/RECOVERYXLOG" ]
	refused copy "$what"
	rm -f "$object"
	cp -a "$T/good" "$object"
	mended "$what"
}

# flip OFFSET - one bit of the object.
flip()
{
	local byte
	byte=$(od -An -tu1 -j "$1" -N 1 "$object")
	chmod u+w "$object"
	printf '%b' "\\x$(printf %x $((byte ^ 16)))" |
		dd of="$object" bs=1 seek="$1" conv=notrunc status=none
}

cut_short()
{
	chmod u+w "$object"
	truncate -s "$1" "$object"
}

size=$(stat -c %s "$object")
damaged 'an object cut short' . cut_short $((size / 2))
damaged 'one bit flipped in its middle' . flip $((size / 2))
damaged 'one bit flipped in its label' . flip 60
damaged 'an object that cannot be read' 'Permission denied' chmod 000 "$object"
damaged 'an object that is missing' "\"$third\" is missing.*is there" \
    rm -f "$object"
rm -f "$object"
gives 'walarch-info names what is missing' 1 "MISSING: $third" walarch-info
cp -a "$T/good" "$object"
gives 'and nothing when it is back' 0 'status: (ok|error .no valid backups.)' walarch-info

other()
{
	cp -a "$(object "$(cat "$T/two")")" "$object"
}
damaged "another segment's object" . other
damaged 'an empty object' . cut_short 0

# unreachable WHAT COMMAND... - with settings or a repository that are wrong; the
# command mends them.
unreachable()
{
	local what=$1
	shift
	restore copy "$T/main.backup"
	refused copy "$what"
	"$@"
	mended "$what"
}

mv "$repo" "$repo.away"
unreachable 'the repository is not there' mv "$repo.away" "$repo"

mkdir "$T/empty"
mv "$repo" "$repo.away"
mv "$T/empty" "$repo"
back()
{
	rmdir "$repo"
	mv "$repo.away" "$repo"
}
unreachable 'an empty folder is where the repository was' back

cp "$WALARCH_CONFIG" "$T/good.conf"
echo 'stanza = bd' >>"$WALARCH_CONFIG"
unreachable 'the stanza is misspelt' cp "$T/good.conf" "$WALARCH_CONFIG"

echo 'repo1-pahth = /nowhere' >>"$WALARCH_CONFIG"
unreachable 'a setting is mistyped in the file' \
    cp "$T/good.conf" "$WALARCH_CONFIG"

echo 'compress-type = zstt' >>"$WALARCH_CONFIG"
unreachable 'a value is mistyped in the file' \
    cp "$T/good.conf" "$WALARCH_CONFIG"

mv "$WALARCH_CONFIG" "$T/moved.conf"
unreachable 'the configuration is not there' \
    mv "$T/moved.conf" "$WALARCH_CONFIG"

export WALARCH_STANZA=bd
unreachable 'the stanza is misspelt in the environment' unset WALARCH_STANZA

export WALARCH_ARCHIVE_TIMEOUT=often
unreachable 'a value is mistyped in the environment' \
    unset WALARCH_ARCHIVE_TIMEOUT

export WALARCH_STANZZA=db
unreachable 'a setting is mistyped in the environment' unset WALARCH_STANZZA

restore copy "$T/main.backup" "restore_command = 'walarch-gett %f \"%p\"'"
refused copy 'restore_command names no program'
finish
