#!/bin/bash
# ahead.sh - archive-async: what the push runner leaves, what a marker is worth,
# and what becomes of walarch-push without a spool.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/cli/ahead_lib.sh
. "${0%/*}/ahead_lib.sh"

new_async
a=$(name 1) b=$(name 2) c=$(name 3)
spool=$(spool_of "$PG")

# A runner pushes all that is ready, and nothing else.
made 1 2 3
segment "$(name 4)"
printf '1\t0/A00100\twhy\n' >pg_wal/00000002.history
ready 00000002.history rubbish
check 'a runner pushes what is ready, and says nothing' 0 '!.' -- runner
for n in "$a" "$b" "$c" 00000002.history; do
	assert "it stored $n" is_stored "$n" "pg_wal/$n"
done
assert 'but not what is not ready' is_absent "$(object "$(name 4)")"
is 'and left a marker for each' "$(pushed_ahead | paste -sd ' ')" \
	"$a $b $c 00000002.history"
check 'again: there is nothing to do' 0 '!.' -- runner
for n in 00000002.history "$a" "$b" "$c"; do
	check "walarch-push takes the marker of $n" 0 '!.' -- alone "pg_wal/$n"
	check "but once ($n)" 1 'the worker was called' -- alone "pg_wal/$n"
done
assert 'the spool is empty again' is_empty "$spool/push"
check 'the worker, after that, finds them stored' 0 'stored already' -- \
	walarch-push "pg_wal/$a"
assert 'and the runner it started ends' runner_ended
rm pg_wal/archive_status/* "$spool"/push/*
ready "$a"
runner
check 'the worker, too, takes a marker' 0 '!stored' -- \
	"$LIBEXEC/walarch-push-worker" --log-level-console=debug "pg_wal/$a"
is 'of which nothing is left' "$(ls "$spool/push")" ''
ready "$b" "$c"
runner
assert 'the spool is for us alone' test "$(stat -c %a "$spool")" = 700
assert 'and so are its files' test "$(stat -c %a "$spool/push/$b")" = 600

# Markers that nobody will ask for.
archived "$b"
runner
is 'a marker of what is archived is swept' \
	"$(pushed_ahead | grep -c "$b")" 0
rm -f pg_wal/archive_status/*
ready "$b"
cp "$spool/push/$a" of_another

# What a marker is worthless for.
changed() {
	case $1 in
	replaced)	cp -p "pg_wal/$b" new && mv new "pg_wal/$b" ;;
	touched)	touch "pg_wal/$b" ;;
	'given its times back')
			cp "pg_wal/$b" keep
			touch -r "pg_wal/$b" times
			cat keep >"pg_wal/$b"
			touch -r times "pg_wal/$b" ;;
	recycled)	mv "pg_wal/$b" old && mv old "pg_wal/$b" ;;
	'a longer one')	cp "pg_wal/$b" keep && echo >>"pg_wal/$b" ;;
	torn)		truncate -s -1 "$spool/push/$b" ;;
	'torn in front') truncate -s 16 "$spool/push/$b" ;;
	empty)		truncate -s 0 "$spool/push/$b" ;;
	'of zeros')	truncate -s 0 "$spool/push/$b"
			truncate -s 2048 "$spool/push/$b" ;;
	"another's")	cat of_another >"$spool/push/$b" ;;
	'a link')	mv "$spool/push/$b" of_this
			ln -s "$PG/of_this" "$spool/push/$b" ;;
	removed)	rm "$spool/push/$b" ;;
	esac
}

for how in replaced touched 'given its times back' recycled 'a longer one' \
    torn 'torn in front' empty 'of zeros' "another's" 'a link' \
    removed; do
	rm -rf "$spool/push"
	runner
	changed "$how"
	check "not taken: $how" 1 'the worker was called' -- alone "pg_wal/$b"
	[ "$how" != 'a longer one' ] || cp keep "pg_wal/$b"
	check "and then pushed: $how" 0 "stored already, identical" -- \
		walarch-push "pg_wal/$b"
	rm -f "$spool/push/$b"
done
runner
segment "$b" --seed=2
check 'another segment of the name meets what is stored' 1 'a different' -- \
	walarch-push "pg_wal/$b"
segment "$b"
ready "$a" "$c"

# Another repository at its path.
runner
mv "$REPO" "$REPO.old"
check 'not taken: the repository is away' 1 'the worker was called' -- \
	alone "pg_wal/$b"
cp -a "$REPO.old" "$REPO"
check 'not taken: another repository is at its path' 1 'the worker' -- \
	alone "pg_wal/$b"
rm -rf "$REPO"
check 'nothing is taken without one, and walarch-push fails' 1 'error: ' -- \
	walarch-push "pg_wal/$c"
walarch-init --pg1-path="$PG" 2>/dev/null
runner
mv "$REPO" "$REPO.new"
mv "$REPO.old" "$REPO"
check 'not taken: the former one came back' 1 'the worker' -- alone "pg_wal/$c"
walarch-push "pg_wal/$c" 2>/dev/null
runner_ended
runner
mv "$REPO" "$REPO.away"
mv "$REPO.away" "$REPO"
check 'taken: the same one came back' 0 '!.' -- alone "pg_wal/$a"
rm -rf "$REPO.new"

# Another data directory, another cluster.
runner
cp -a "$PG" "$PG.copy"
cp -a "$spool" "$(spool_of "$PG.copy")"
cd "$PG.copy" || exit 99
check 'not taken: the spool was copied for another data directory' 1 \
	'the worker' -- alone "pg_wal/$b"
ln -f "$WAL/$b" "pg_wal/$b"
check 'even if the segment is the same file' 1 'the worker' -- \
	alone "pg_wal/$b"
cd "$PG" || exit 99
rm -rf "$PG.copy" "$spool"
runner
cp -a global global.old
"$MKWAL" --system=$OTHER cluster "$PG.other"
cp "$PG.other/global/pg_control" global/
cp -a "$spool" "$(spool_of "$PG" "$OTHER")"
check 'not taken: the data directory is of another cluster now' 1 \
	'the worker' -- alone "pg_wal/$a"
rm -rf global
mv global.old global
check 'taken: it is the former one again' 0 '!.' -- alone "pg_wal/$a"
rm -rf "$(spool_of "$PG" "$OTHER")" "$PG.other"

# A damaged segment: the warning is for PostgreSQL's log.
d=$(name 8)
segment "$d" --flip=500000
ready "$d"
check 'a runner says nothing of a damaged segment' 0 '!.' -- runner
assert 'and stored it beside its name' is_stored "$d.damaged" "pg_wal/$d"
check 'walarch-push passes the warning on' 0 \
	"walarch-push: warning: \"pg_wal/$d\" has a damaged record" \
	'walarch-push: hint: Recovery cannot pass it' -- alone "pg_wal/$d"
runner
check 'not when the level is error' 0 '!warning' '!hint' -- \
	alone --log-level-console=error "pg_wal/$d"
rm "pg_wal/$d" pg_wal/archive_status/*
rm -rf "$spool"

# The first error stops the runner, and PostgreSQL is told of it by the
# foreground.
e=$(name 11) f=$(name 12) g=$(name 40)
segment "$f" --seed=2
walarch-push "pg_wal/$f"
made 11 12 $(seq 13 40)
check 'a runner ends with its first error, and says nothing' 1 '!.' -- \
	runner --process-max=1
is 'what it pushed before has a marker' "$(pushed_ahead | head -n 1)" "$e"
assert 'the one that failed has no file' is_absent "$spool/push/$f"
assert 'what comes long after was not begun' is_absent "$(object "$g")"
assert 'people can read of it' grep -q "a different \"$f\"" "$spool/push.error"
check 'the one before is taken' 0 '!.' -- alone "pg_wal/$e"
archived "$e"
check 'walarch-push meets the error itself' 1 "a different \"$f\" is stored" \
	'hint: Nothing was changed' -- walarch-push "pg_wal/$f"
check 'each time' 1 "a different \"$f\" is stored" -- walarch-push "pg_wal/$f"
assert 'and leaves no file in the spool' is_absent "$spool/push/$f"
archived "$f"
check 'the last one is pushed' 0 '!error' -- walarch-push "pg_wal/$g"
assert 'then the error is forgotten' is_absent "$spool/push.error"
runner_ended
rm -f pg_wal/archive_status/* "$spool"/push/*

# History files are stored before any segment.
made 41 42 43
echo rubbish >pg_wal/00000005.history
ready 00000005.history
for threads in 1 4; do
	check "a bad history file: no segment is begun, process-max=$threads" \
		1 '!.' -- runner --process-max=$threads
	is "none is stored, process-max=$threads" \
		"$(for n in 41 42 43; do ls "$(object "$(name $n)")"; done \
		2>/dev/null)" ''
done
printf '1\t0/A00100\twhy\n' >pg_wal/00000005.history

# held NAME COMMAND... - while another one is at NAME: the command's status is in
# $held.  It comes to wait, and has time to do more than it should.
held() {
	local file=$spool/push/$1 inode i holder

	shift
	: >"$file"
	inode=$(stat -c %i "$file")
	exec 8<"$file"
	flock 8
	"$@" 8<&- &
	holder=$!
	for ((i = 0; i < 1000; i++)); do
		! grep -q -- "-> FLOCK.*:$inode " /proc/locks || break
		sleep 0.01
	done
	sleep 0.3
	stored=$(for n in 41 42 43; do ls "$(object "$(name $n)")"; done \
		2>/dev/null | wc -l)
	exec 8<&-
	wait $holder
	held=$?
}
held 00000005.history runner --process-max=4
is 'another one is at the history file: no segment is begun' "$stored" 0
is 'and when he ends without it, all are stored' \
	"$held $(pushed_ahead | wc -l)" '0 4'
for n in 41 42 43; do
	rm -f "$(object "$(name $n)")"
done
rm -f "$spool"/push/*
held "$(name 41)" runner --process-max=4
is 'another one is at the first segment: none is named before it' "$stored" 0
is 'and when he ends without it, all are' "$held $(pushed_ahead | wc -l)" '0 4'
rm -f pg_wal/archive_status/* "$spool"/push/*

# The foreground starts a runner when more is waiting, and only then.
made 51
rm -f "$spool/push.runner"
check 'a lone segment is pushed' 0 '!.' -- walarch-push "pg_wal/$(name 51)"
assert 'without a runner' is_absent "$spool/push.runner"
archived "$(name 51)"
made 52 53 54
mv "$REPO" "$REPO.away"
check 'a push that fails' 1 'error: ' -- walarch-push "pg_wal/$(name 52)"
assert 'starts none either' is_absent "$spool/push.runner"
mv "$REPO.away" "$REPO"
check 'with others waiting it is pushed' 0 '!.' -- \
	walarch-push "pg_wal/$(name 52)"
archived "$(name 52)"
assert 'and a runner was started' test -e "$spool/push.runner"
assert 'which ends' runner_ended
is 'having pushed the others' "$(pushed_ahead | tail -n 2 | paste -sd ' ')" \
	"$(name 53) $(name 54)"
is 'it said so' "$(cut -d ' ' -f 6 "$spool/push.runner")" "$(name 54)"
check 'they are taken' 0 '!.' -- alone "pg_wal/$(name 53)"
check 'one after the other' 0 '!.' -- alone "pg_wal/$(name 54)"
rm -f pg_wal/archive_status/*

# The runner is given what was on the command line.
made 55 56
check 'settings from the command line' 0 '!.' -- env -u WALARCH_CONFIG \
	walarch-push --config="$WALARCH_CONFIG" --compress-type=none \
	"pg_wal/$(name 55)"
runner_ended
assert 'hold for the runner, too' test "$(stat -c %s \
	"$(object "$(name 56)")")" -gt 1048576
is 'it has pushed' "$(pushed_ahead | tail -n 1)" "$(name 56)"
rm -f pg_wal/archive_status/* "$spool"/push/*
check 'without archive-async there is no spool' 0 '!.' -- sh -c "
	'$MKWAL' segment $(name 57) pg_wal/$(name 57) &&
	rm -rf '$SPOOL' && walarch-push --archive-async=n pg_wal/$(name 57)"
assert 'none is made' is_absent "$SPOOL"
check 'nor is there a runner' 1 'archive-async is off' -- \
	runner --archive-async=n
check 'a runner elsewhere than in a data directory' 1 'no data directory' -- \
	sh -c "cd / && '$LIBEXEC/walarch-push-runner'"
finish
