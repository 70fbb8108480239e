#!/bin/bash
# dropped.sh - archive-push-queue-max: what is dropped and what never is, where
# it is noted, and what the programs say of it.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

# ready NAME... - as PostgreSQL calls them when they are complete.
ready() {
	local name

	mkdir -p "$WAL/archive_status"
	for name; do
		: >"$WAL/archive_status/$name.ready"
	done
}

# archived NAME... - as PostgreSQL does after an exit of 0.
archived() {
	local name

	for name; do
		mv "$WAL/archive_status/$name.ready" \
			"$WAL/archive_status/$name.done"
	done
}

away() {
	mv "$REPO" "$REPO.away"
}

back() {
	mv "$REPO.away" "$REPO"
}

# begin - a repository, and segments 1 to 6, of which the first is stored.
begin() {
	local n

	new_repo
	SPOOL=${PG%/pg}/spool
	printf 'archive-push-queue-max=2MiB\nspool-path=%s\n' "$SPOOL" \
		>>"$WALARCH_CONFIG"
	cd "$PG" || exit 99
	for n in 1 2 3 4 5 6; do
		segment "$(name $n)"
	done
	walarch-push "pg_wal/$a"
	rm -rf "$WAL/archive_status"
}

notes() {
	cat "$SPOOL"/db/*/push.dropped 2>/dev/null
}

a=$(name 1) b=$(name 2) c=$(name 3) d=$(name 4) e=$(name 5) f=$(name 6)
begin

# What is never dropped.
away
ready "$b" "$c"
check 'what waits does not exceed the limit' 1 'error: ' '!dropped' -- \
	walarch-push "pg_wal/$b"
ready "$d" "$e"
check 'a full path is by hand' 1 'error: ' '!dropped' -- \
	walarch-push "$WAL/$b"
check 'so are two files' 1 'error: ' '!dropped' -- \
	walarch-push "pg_wal/$b" "pg_wal/$c"
check 'and one that PostgreSQL does not call ready' 1 'error: ' '!dropped' -- \
	walarch-push "pg_wal/$f"
check 'another working directory' 1 'error: ' '!dropped' -- \
	sh -c "cd .. && walarch-push pg/pg_wal/$b"
check 'no limit' 1 'error: ' '!dropped' -- sh -c "
	grep -v queue-max '$WALARCH_CONFIG' >'$T/no.conf'
	WALARCH_CONFIG='$T/no.conf' walarch-push pg_wal/$b"
check 'all of a stopped cluster' 1 '!dropped' -- walarch-push --all-ready=.
printf '1\t0/300000\tx\n' >"$WAL/00000002.history"
ready 00000002.history
check 'a history' 1 'error: ' '!dropped' -- \
	walarch-push pg_wal/00000002.history
"$MKWAL" backup "$b.00000028.backup" "$WAL/$b.00000028.backup" 2>/dev/null ||
	echo x >"$WAL/$b.00000028.backup"
ready "$b.00000028.backup"
check 'a backup file' 1 'error: ' '!dropped' -- \
	walarch-push "pg_wal/$b.00000028.backup"
rm "$WAL/00000002.history" "$WAL/$b".*.backup \
	"$WAL/archive_status/00000002.history.ready" \
	"$WAL/archive_status/$b.00000028.backup.ready"
is 'of all these nothing is noted' "$(notes)" ''

# The repository is away.
check 'a segment is dropped' 0 'error: .*is not a walarch repository|error: could not open' \
	"warning: dropped WAL file \"$b\": 4 MiB wait, more than archive-push-queue-max .2 MiB" \
	'hint: There is a gap.*full backup' -- walarch-push "pg_wal/$b"
archived "$b"
is 'and noted in the spool' "$(notes | cut -d' ' -f1,3,4)" "$b 4194304 2097152"
is 'where nobody else looks' "$(stat -c %a "$SPOOL"/db/*)" 700
check 'it is said whatever else is not' 0 'warning: dropped' -- \
	walarch-push --log-level-console=warn "pg_wal/$c"
archived "$c"
check 'as soon as no more than the limit waits, nothing is' 1 '!dropped' -- \
	walarch-push "pg_wal/$d"
is 'two notes wait' "$(notes | wc -l)" 2
back

# It is back.
printf 'torn' >>"$(echo "$SPOOL"/db/*/push.dropped)"
check 'the next push writes the notes' 0 'stored' 'cannot be read: .torn' -- \
	walarch-push --log-level-console=debug "pg_wal/$d"
archived "$d"
is 'no note waits any more' "$(notes)" ''
assert 'the first is in the repository' [ -s "$(object "$b.dropped")" ]
assert 'and the second' [ -s "$(object "$c.dropped")" ]
assert 'as text' grep -aqx "name $b.dropped" "$(object "$b.dropped")"
assert 'that says how much waited' \
	grep -aqx 'waiting 4194304' "$(object "$b.dropped")"
assert 'and the limit' grep -aqx 'limit 2097152' "$(object "$b.dropped")"
is 'nothing else is left over' "$(hidden "$REPO")" ''

# What the programs say.
check 'a get is no absence' 255 \
	"error: \"$b\" is not in the repository: it was dropped at 20.*4 MiB of WAL waited.*.2 MiB" \
	'hint: Recovery cannot pass' -- walarch-get "$b" "$OUT/$b"
assert 'and gives nothing' is_absent "$OUT/$b"
check 'a note is no WAL' 255 'is no name of a WAL file' -- \
	walarch-get "$b.dropped" "$OUT/$b"
check 'nor can it be pushed' 1 'is no name of a WAL file' -- \
	sh -c "cp pg_wal/$b '$T/$b.dropped' && walarch-push '$T/$b.dropped'"
mkdir "$T/standby"
cp -R "$PG/." "$T/standby"
touch "$T/standby/standby.signal"
check 'a standby is told to ask again' 1 'warning: .* dropped' -- \
	sh -c "cd '$T/standby' && walarch-get $b pg_wal/RECOVERYXLOG"

run walarch-info
said 'walarch-info' 1 'status: error .WAL was dropped.' \
	"MISSING: $b / $c, 2 segments" \
	"DROPPED, never stored: $b / $c, 2 segments"
run walarch-verify
said 'walarch-verify' 1 "error: $b.dropped: \"$b\" was dropped at" \
	"error: $c.dropped: " "MISSING: $b / $c" 'hint: Recovery cannot pass' \
	'!stray'
run walarch-find
said 'walarch-find' 1 \
	'warning: the WAL of timeline 1 from 0/200000 to 0/400000 was dropped'
if command -v jq >/dev/null; then
	walarch-info --output=json >"$T/json"
	is 'walarch-info as JSON' "$(jq -c '.[0].archive[0].dropped' \
		"$T/json")" "[{\"first\":\"$b\",\"last\":\"$c\",\"segments\":2}]"
	is 'with a status of its own' "$(jq -c '.[0].status' "$T/json")" \
		'{"code":7,"message":"WAL was dropped"}'
	walarch-verify --output=json >"$T/json" 2>/dev/null
	is 'walarch-verify as JSON' "$(jq -r \
		'.stanzas[0].systems[0].errors[] | .file + " " + .code' \
		"$T/json" | head -1)" "$b.dropped dropped"
fi

# The true file heals it.
check 'the true file is taken' 0 '!dropped' -- walarch-push "$WAL/$b"
check 'and given' 0 -- walarch-get "$b" "$OUT/$b"
assert 'whole' cmp "$OUT/$b" "$WAL/$b"
run walarch-info
said 'the other one is left' 1 "DROPPED, never stored: $c / $c, 1 segment"
run walarch-verify
said 'of it alone there is an error' 1 "!error: $b" "error: $c.dropped"
segment "$c" --flip=500000
check 'a damaged one is taken' 0 'damaged' -- walarch-push "$WAL/$c"
run walarch-info
said 'and then it is damaged' 1 "DAMAGED when it was pushed: $c" '!DROPPED'
segment "$c"
check 'a sound one' 0 -- walarch-push "$WAL/$c"
run walarch-verify
said 'then all is well' 0 'all is well' '!dropped'
run walarch-info
said 'also for walarch-info' 0 "wal: $a / $d, 4 segments" '!DROPPED'

# A repository that takes notes, but not the file: other content is stored.
begin
segment "$b" --seed=7
walarch-push "$WAL/$b"
segment "$b"
ready "$b" "$c" "$d"
check 'what is refused is dropped, too' 0 'error: a different' \
	'warning: dropped' -- walarch-push "pg_wal/$b"
assert 'the note is in the repository' [ -s "$(object "$b.dropped")" ]
is 'and not in the spool' "$(notes)" ''
run walarch-info
said 'but what is stored is stored' 0 '!DROPPED'

# The last segment of a timeline, and its .partial.
begin
cp "$WAL/$b" "$WAL/$b.partial"
ready "$b.partial" "$c" "$d"
away
check 'a .partial is dropped' 0 "dropped WAL file \"$b.partial\"" -- \
	walarch-push "pg_wal/$b.partial"
archived "$b.partial"
back
rm "$WAL/archive_status/"*.ready
ready "$e"
mv "$WAL/$e" "$WAL/$e.kept"
check 'notes wait for a success' 1 -- walarch-push "pg_wal/$e"
mv "$WAL/$e.kept" "$WAL/$e"
check 'and are written after one' 0 -- walarch-push "pg_wal/$e"
assert 'under its name' [ -s "$(object "$b.partial.dropped")" ]
check 'the segment is no absence either' 255 "\"$b.partial\" is not in.*dropped" -- \
	walarch-get "$b" "$OUT/$b"
check 'until the .partial comes' 0 -- walarch-push --pg1-path="$PG" "$WAL/$b.partial"
check 'a later one still makes it a hole' 255 'is missing' '!dropped' -- \
	walarch-get "$b" "$OUT/$b"

# The spool cannot be used.
begin
ready "$b" "$c" "$d"
away
: >"$SPOOL"
check 'that it cannot be noted is said' 0 'could be noted nowhere' \
	'warning: dropped WAL file' -- walarch-push "pg_wal/$b"
back

# With archive-async the front leaves it to the worker.
begin
printf 'archive-async=y\n' >>"$WALARCH_CONFIG"
ready "$b" "$c" "$d" "$e" "$f"
away
check 'with archive-async' 0 'warning: dropped WAL file' -- \
	walarch-push "pg_wal/$b"
archived "$b"
back
waiting=$(echo "$SPOOL"/db/*/push.dropped)

# What hangs is whatever has the lock.
exec 9>"${waiting%/*}/push/$c"
flock 9
check 'and when it hangs' 0 'warning: dropped WAL file' '!error' -- \
	walarch-push "pg_wal/$c"
exec 9>&-
archived "$c"
cp "$waiting" "$T/notes"
check 'the first success writes the notes' 0 -- walarch-push "pg_wal/$d"
archived "$d"
assert 'of the one' [ -s "$(object "$b.dropped")" ]
assert 'and of the other' [ -s "$(object "$c.dropped")" ]
is 'so that none waits' "$(notes)" ''
pushed_ahead() {
	for _ in $(seq 600); do
		! grep -qs . "${waiting%/*}/push/$f" || return 0
		sleep 0.05
	done
	return 1
}
assert 'the runner goes on' pushed_ahead
rm "$(object "$b.dropped")"
cp "$T/notes" "$waiting"
check 'of a file that was pushed ahead' 0 '!stored' '!dropped' -- \
	walarch-push --log-level-console=debug "pg_wal/$f"
assert 'the success does so, too' [ -s "$(object "$b.dropped")" ]

# A note that is not whole.
begin
ready "$b" "$c" "$d"
away
walarch-push "pg_wal/$b" 2>/dev/null
archived "$b"
back
walarch-push "pg_wal/$c"
truncate -s 40 "$(object "$b.dropped")"
check 'a note cut short is told of' 255 'note that' -- \
	walarch-get "$b" "$OUT/$b"
run walarch-verify
said 'as damage' 1 "error: $b.dropped: "
finish
