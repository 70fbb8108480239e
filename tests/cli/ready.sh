#!/bin/bash
# ready.sh - walarch-push --all-ready: what a dead cluster left unarchived.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

new_repo --redo=0/500028
ready=$WAL/archive_status

for n in 1 2 3 4 5 6 7; do
	segment "$(name $n)"
done
# Recycled, for later: it holds an earlier segment's pages.
"$MKWAL" segment "$(name 2)" "$WAL/$(name 8)"
# Made ahead, and not written yet.
head -c 1048576 /dev/zero >"$WAL/$(name 9)"
: >"$ready/$(name 1).done"
: >"$ready/$(name 2).ready"
: >"$ready/$(name 4).ready"
printf '1\t0/100100\twhy\n' >"$WAL/00000002.history"
: >"$ready/00000002.history.ready"

# 3 has no status and lies before the checkpoint: archived long ago.
check 'all that is ready is pushed, and what was not finished' 0 \
	'stored "00000002.history"' "stored \"$(name 2)\"" \
	"stored \"$(name 4)\"" "stored \"$(name 5)\"" "stored \"$(name 6)\"" \
	"stored \"$(name 7).partial\"" '6 files were pushed, and all are stored' -- \
	walarch-push --all-ready="$PG"
is 'histories come first' "$(grep -o 'stored "[^"]*' "$T/err" | head -n 1)" \
	'stored "00000002.history'
for n in 2 4 5 6; do
	assert "segment $n is whole" is_stored "$(name $n)" "$WAL/$(name $n)"
done
assert 'the last is a partial one' is_stored "$(name 7).partial" \
	"$WAL/$(name 7)"
for n in 1 3 7 8 9; do
	assert "there is no segment $n" is_absent "$(object "$(name $n)")"
done
assert 'the recycled one is no partial one' is_absent \
	"$(object "$(name 8).partial")"
is 'the cluster is as it was' "$(cd "$ready" && echo *)" \
	"$(name 1).done $(name 2).ready $(name 4).ready 00000002.history.ready"
check 'again, and all were stored already, identical' 0 'stored already, identical' \
	'6 files were pushed, and all are stored' '! stored "' -- \
	walarch-push --all-ready="$PG"
check 'with a slash at its end' 0 'all are stored' -- \
	walarch-push --all-ready="$PG/"
cd "$PG" || exit 99
check 'as the working directory' 0 'all are stored' -- \
	walarch-push --all-ready=.
cd / || exit 99

# Something fails: the others are pushed all the same.
: >"$ready/$(name 3).ready"
segment "$(name 3)" --zero-from=500000
segment "$(name 6)" --seed=2
rm "$(object "$(name 2)")"
check 'what fails does not stop the rest' 1 "\"$(name 3)\" is zeros from" \
	"a different \"$(name 6)\"" "stored \"$(name 2)\"" \
	'not all are stored' -- walarch-push --all-ready="$PG"

# A server that may run.
rm "$(object "$(name 7).partial")"
segment "$(name 3)"
segment "$(name 6)"
rm "$ready/$(name 3).ready"
printf '%d\n/nowhere\n' $$ >"$PG/postmaster.pid"
check 'of a cluster that runs only what is ready is pushed' 1 \
	'may be running' 'hint: Stop it' 'not all are stored' '!partial' -- \
	walarch-push --all-ready="$PG"
assert 'not its last segment' is_absent "$(object "$(name 7).partial")"
sleep 0 &
wait $!
printf '%d\n/nowhere\n' $! >"$PG/postmaster.pid"
check 'a postmaster.pid of a process that is gone does not matter' 0 \
	"stored \"$(name 7).partial\"" -- walarch-push --all-ready="$PG"
: >"$PG/postmaster.pid"
check 'an empty postmaster.pid may be a running server'"'s" 1 \
	'may be running' -- walarch-push --all-ready="$PG"
echo rubbish >"$PG/postmaster.pid"
check 'and so may one that holds no number' 1 'may be running' -- \
	walarch-push --all-ready="$PG"
rm "$PG/postmaster.pid"

# Odd things in archive_status.
: >"$ready/rubbish.ready"
check 'a .ready of no WAL file is told, and fails' 1 \
	'"rubbish" is no name of a WAL file' 'not all are stored' -- \
	walarch-push --all-ready="$PG"
rm "$ready/rubbish.ready"
: >"$ready/.ready"
check 'a file called .ready is left alone' 0 'all are stored' -- \
	walarch-push --all-ready="$PG"
rm "$ready/.ready"

# Timelines: the last of each is unfinished.
new_repo --redo=0/A00028 --timeline=2
segment "$(name 10)" --old-from=500000
segment "$(name 10 2)" --parent=1 --left-at=0/A7A120
segment "$(name 11 2)"
check 'the last segment of each timeline is a partial one' 0 \
	"stored \"$(name 10).partial\"" "stored \"$(name 10 2)\"" \
	"stored \"$(name 11 2).partial\"" -- walarch-push --all-ready="$PG"

# Where it is not possible.
check 'no data directory' 1 'could not open data directory "/no/where"' -- \
	walarch-push --all-ready=/no/where
check 'a folder that is none' 1 'could not open "global/pg_control"' -- \
	walarch-push --all-ready="$T"
printf x | dd of="$PG/global/pg_control" bs=1 seek=100 conv=notrunc status=none
check 'a damaged pg_control' 1 'does not have the checksum it claims' -- \
	walarch-push --all-ready="$PG"
"$MKWAL" cluster "$PG"
rm -r "$WAL/archive_status"
check 'no archive_status' 1 'could not read folder ".*archive_status"' -- \
	walarch-push --all-ready="$PG"
new_repo --system=$OTHER
"$MKWAL" --system=1 cluster "$PG"
segment "$(name 1)" --system=1
: >"$WAL/archive_status/$(name 1).ready"
check 'a cluster that is not registered' 1 \
	"system identifier 1 is not registered" -- \
	walarch-push --all-ready="$PG"
new_repo --pg=9.6
WAL=$PG/pg_xlog
segment "$(name 1)" --pg=9.6
: >"$WAL/archive_status/$(name 1).ready"
check 'a pg_xlog of 9.6' 0 "stored \"$(name 1)\"" -- \
	walarch-push --all-ready="$PG"
finish
