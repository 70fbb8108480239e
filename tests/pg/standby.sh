#!/bin/bash
# standby.sh - a standby that lives on the archive alone outlasts whatever is
# wrong with it: it stays in recovery, says why, asks again, and catches up.
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
committed main four >"$T/four"
everything='before one two three four'
object=$(object "$third")
cp -a "$object" "$T/good"

complaints()
{
	[ "$(grep -Ec 'walarch-get: (warning|error): ' "$T/copy.log")" -ge "$1" ]
}

has_rows()
{
	[ "$(rows copy 2>/dev/null)" = "$1" ]
}

# waits WHAT ROWS COMMAND... - the standby stands still with these rows, if it
# answers at all, until the command has mended what is wrong.
waits()
{
	local what=$1 rows=$2
	shift 2
	restore copy "$T/main.backup" standby
	launch_only copy
	check "$what: it says so, and asks again" \
	    wait_until "$patience" complaints 3
	check "$what: it stays up" serving copy
	[ -z "$rows" ] ||
		check "$what: with the rows it has" \
		    wait_until "$patience" has_rows "$rows"
	unlogged copy 'FATAL: +could not|selected new timeline' \
	    "$what: neither stopped nor promoted"
	"$@"
	check "$what: mended, it catches up" \
	    wait_until "$patience" has_rows "$everything"
	check "$what: and is a standby still" \
	    says copy 'select pg_is_in_recovery()' t
	halt copy
}

put_back()
{
	rm -f "$object"
	cp -a "$T/good" "$object"
}

chmod u+w "$object"
truncate -s 500 "$object"
waits 'an object cut short' 'before one two' put_back

chmod 000 "$object"
waits 'an object that cannot be read' 'before one two' put_back

rm -f "$object"
waits 'an object that is missing' 'before one two' put_back

mv "$repo" "$repo.away"
waits 'the repository is not there' '' mv "$repo.away" "$repo"

cp "$WALARCH_CONFIG" "$T/good.conf"
echo 'stanza = bd' >>"$WALARCH_CONFIG"
waits 'the stanza is misspelt' '' cp "$T/good.conf" "$WALARCH_CONFIG"

echo 'stanzza = db' >>"$WALARCH_CONFIG"
waits 'a setting is mistyped' '' cp "$T/good.conf" "$WALARCH_CONFIG"

# While all is well it follows, and when it is told so it takes over.
restore copy "$T/main.backup" standby
start copy
check 'it catches up' wait_until "$patience" has_rows "$everything"
committed main five >"$T/five"
check 'and follows' wait_until "$patience" has_rows "$everything five"
stop main
"$bin/pg_ctl" -D "${data[copy]}" -s promote
check 'promoted, it takes writes' \
    wait_until "$patience" says copy 'select pg_is_in_recovery()' f
is 'with every row' "$(rows copy)" "$everything five"
is 'on a timeline of its own' "$(timeline copy)" 2
finish
