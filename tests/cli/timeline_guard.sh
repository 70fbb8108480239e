#!/bin/bash
# timeline_guard.sh - is it said when recovery would leave WAL of the backup's
# own timeline aside?
# shellcheck disable=SC2119
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

PARTS=$TOP_BUILDDIR/tests/tools/restoreparts

push() {
	segment "$@" >/dev/null
	walarch-push "$WAL/$1" 2>/dev/null || die "could not push $1"
}

history() {
	printf '%s\n' "${@:2}" >"$WAL/$1.history"
	walarch-push --pg1-path="$PG" "$WAL/$1.history" || die "history $1"
}

# A base backup in segment 1 of timeline 1.
backup() {
	local file

	file=$(name 1).00000028.backup
	printf '%s\n' "START WAL LOCATION: 0/100028 (file $(name 1))" \
		"STOP WAL LOCATION: 0/1C0000 (file $(name 1))" \
		'CHECKPOINT LOCATION: 0/100028' >"$WAL/$file"
	walarch-push --pg1-path="$PG" "$WAL/$file" || die "backup"
}

# ask [ARGUMENT...] - of a backup of timeline 1, or $own.
ask() {
	run "$PARTS" guard "${own:-1}" "set=repo1-path=$REPO" "$@"
}

commit() {
	printf -- '--events-at=300000\n--event=commit %d 2026-11-21T%02d:00:00Z\n' \
		$((1000 + $1)) "$1"
}

# world N - timeline 1, of segments 1 to N, with a commit in each.
world() {
	local i event

	new_repo
	for ((i = 1; i <= $1; i++)); do
		mapfile -t event < <(commit "$i")
		push "$(name "$i")" "${event[@]}"
	done
	backup
}

world 3
ask
said 'one timeline' 0 '!timeline'
is 'nothing is said' "$(cat "$T/out")" ''

# A copy was promoted in segment 2, and archives, too; timeline 1 goes on.
history 00000002 "1	0/280000	before"
mapfile -t event < <(commit 2)
push "$(name 2 2)" --parent=1 --left-at=0/280000 "${event[@]}" \
	--event='timeline 2026-11-21T10:30:00Z 2 1'
ask
said 'WAL is left aside' 0 \
	'will follow timeline 2, the latest one, which left the backup.s timeline 1 at 0/280000 .2026-11-21T10:30:00.000000Z.:' \
	"2 segments of timeline 1, up to \"$(name 3)\", whose last commit was at 2026-11-21T03:00:00" \
	'^To stay on timeline 1, use --target-timeline=current.$'
ask timeline=current
is 'not when told to stay' "$status $(cat "$T/out")" '0 '
ask timeline=2
is 'nor when told to go' "$status $(cat "$T/out")" '0 '
ask type=time target=2026-11-21T01:30:00Z
is 'nor where it ends before they part' "$status $(cat "$T/out")" '0 '
own=2 ask
is 'nor of a backup on the latest' "$status $(cat "$T/out")" '0 '

# By way of another one.
history 00000003 "1	0/280000	before" "2	0/380000	again"
push "$(name 3 2)"
push "$(name 3 3)" --parent=2 --left-at=0/380000
ask
said 'by way of another timeline' 0 'will follow timeline 3, the latest' \
	'timeline 1 at 0/280000.*, by way of timeline 2:' '2 segments of timeline 1'
history 00000005 "1	0/280000	before"
ask
said 'one behind a gap of histories is not the latest' 0 'timeline 3, the latest'

# The latest is a sister's.
world 3
history 00000002 "1	0/280000	before"
history 00000003 "1	0/380000	after"
own=2 ask
said 'a latest one that is a stranger' 0 \
	'timeline 3, the latest one, did not come of the backup.s timeline 2: recovery will fail' \
	'use --target-timeline=current'
ask
said 'timeline 1 has one segment more' 0 'left the backup.s timeline 1 at 0/380000' \
	'1 segment of timeline 1' 'to its end'

# A promotion at the end of WAL is what one wants to follow.
world 3
history 00000002 "1	0/400000	end"
ask
is 'a promotion at the end of the archive' "$status $(cat "$T/out")" '0 '
world 3
history 00000002 "1	0/300000	end"
ask
said 'one segment earlier' 0 '1 segment of timeline 1'
world 2
history 00000002 "1	0/380000	end"
ask
is 'one in a segment that is not stored' "$status $(cat "$T/out")" '0 '

# The last segment holds nothing more: it was ended by a switch.
new_repo
mapfile -t event < <(commit 1)
push "$(name 1)" "${event[@]}"
push "$(name 2)" --switch-at=300000
backup
history 00000002 "1	0/2C0000	end"
ask
is 'a segment that ends before' "$status $(cat "$T/out")" '0 '
history 00000003 "1	0/240000	end"
ask
said 'one that ends behind' 0 'timeline 3.* timeline 1 at 0/240000: 1 segment'
finish
