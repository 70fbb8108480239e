#!/bin/bash
# get_ahead.sh - walarch-get with archive-async: what is fetched ahead,
# for whom, and when that ends.
# shellcheck disable=SC2015,SC2016,SC2119,SC2120,SC2154,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/cli/get_ahead_lib.sh
. "${0%/*}/get_ahead_lib.sh"

got 'the first is fetched at once' "$(name 1)"
assert 'and four behind it, as many as there may be' until_true ahead_are \
	"$(name 2)" "$(name 3)" "$(name 4)" "$(name 5)"
assert 'a runner works' works
was_ahead 'the second is there' "$(name 2)"
assert 'it is gone from the spool' is_absent "$(folder)/get/$(name 2)"
assert 'with its data' is_absent "$(folder)/get/$(name 2).data"
assert 'and another one comes after it' until_true ahead_are \
	"$(name 3)" "$(name 4)" "$(name 5)" "$(name 6)"
for i in {3..12}; do
	assert "segment $i is fetched ahead" until_true is_ahead "$(name "$i")"
	was_ahead "segment $i is there" "$(name "$i")"
done
assert 'when all was taken the runner ends' until_true rests
is 'and leaves nothing' "$(ls -A "$(folder)/get")" ''
assert 'nor an error' is_absent "$(folder)/get.error"
check 'what comes after it is absent' 1 '!.' -- walarch-get "$(name 13)" $to
is 'which is not remembered' "$(ls -A "$(folder)/get")" ''
assert 'nor is a runner started for it' rests
segment "$(name 13)"
walarch-push "$WAL/$(name 13)"
mv "$WAL/$(name 13)" "$SOURCE"
got 'it comes, and is there' "$(name 13)"
assert 'the last one starts no runner' rests

# Timelines.
fetched_ahead
was_ahead 'what a killed runner left is good' "$(name 2)"
got 'the next is there, too, and starts another' "$(name 6)"
assert 'which begins behind it, and removes what is before' until_true \
	ahead_are "$(name 7)" "$(name 8)" "$(name 9)" "$(name 10)"
printf '1\t0/900100\twhy\n' >"$T/00000002.history"
walarch-push --pg1-path=. "$T/00000002.history"
for i in 9 10 11; do
	segment "$(name "$i" 2)" --parent=1 --left-at=0x900100
	walarch-push "$WAL/$(name "$i" 2)"
	mv "$WAL/$(name "$i" 2)" "$SOURCE"
done
got 'the first segment of timeline 2' "$(name 9 2)"
assert 'empties the window, and begins one there' until_true \
	ahead_are "$(name 10 2)" "$(name 11 2)"
was_ahead 'which is served' "$(name 10 2)"
got 'timeline 1 again' "$(name 2)"
assert 'is a window of its own again' until_true \
	ahead_are "$(name 3)" "$(name 4)" "$(name 5)" "$(name 6)"
kill_runner
get=$(folder)/get
for n in 00000002.history 00000003.history "$(name 13).partial"; do
	cp "$get/$(name 3)" "$get/$n"
	cp "$get/$(name 3).data" "$get/$n.data"
done
cp "$T/00000002.history" "$SOURCE"
got 'a history is never of the spool' 00000002.history
check 'nor is an absent one' 1 '!.' -- walarch-get 00000003.history $to
check 'nor a .partial' 1 '!.' -- walarch-get "$(name 13).partial" $to
got 'and a runner' "$(name 7)"
assert 'removes what is none of its own' until_true \
	ahead_are "$(name 8)" "$(name 9)" "$(name 10)" "$(name 11)"
is 'all of it' "$(ls "$get")" "$(for i in 8 9 10 11; do
	printf '%s\n%s.data\n' "$(name "$i")" "$(name "$i")"; done)"

# A hole, and damage, in the middle of the window.
kill_runner
new_spool
mv "$(object "$(name 4)")" "$T/object"
got 'before a hole' "$(name 1)"
assert 'what is before the hole is fetched' until_true is_ahead "$(name 3)"
assert 'what is behind it is not, and get.error says why' until_true \
	grep -q 'is missing from the repository' "$(folder)/get.error"
was_ahead 'before the hole' "$(name 2)"
was_ahead 'just before it' "$(name 3)"
get "$(name 4)"
said 'the hole is met where it is' 255 "\"$(name 4)\" is missing"
mv "$T/object" "$(object "$(name 4)")"
got 'it is filled' "$(name 4)"
assert 'and the window goes on' until_true is_ahead "$(name 6)"
assert 'without an error' is_absent "$(folder)/get.error"
kill_runner
new_spool
cp "$(object "$(name 3)")" "$T/object"
printf 'x' | dd of="$(object "$(name 3)")" bs=1 seek=5000 conv=notrunc \
	status=none
got 'before damage' "$(name 1)"
assert 'damage is not fetched' until_true \
	grep -q 'is damaged' "$(folder)/get.error"
was_ahead 'just before damage' "$(name 2)"
get "$(name 3)"
said 'damage is met where it is' 255 'error: stored object ".*" is damaged'
assert 'nothing is put in place' is_absent $to
assert 'and none of it is in the spool' is_absent "$(folder)/get/$(name 3).data"
: >standby.signal
get "$(name 3)"
said 'of a standby, too' 1 'warning: stored object ".*" is damaged'
rm standby.signal
cp "$T/object" "$(object "$(name 3)")"
got 'it is mended' "$(name 3)"

# By hand, and without archive-async.
kill_runner
new_spool
check 'by hand' 0 'in place' -- walarch-get -o "$OUT" "$(name 1)"
check 'several by hand' 0 'in place' -- walarch-get -o "$OUT" --from=0/200000 \
	--to=0/400000
assert 'nothing is fetched ahead' is_absent "$SPOOL"
run walarch-get --archive-async=n "$(name 1)" $to
said 'without archive-async' 0 '!.'
assert 'nor then' is_absent "$SPOOL"
run walarch-get --system="$SYS" "$(name 1)" $to
said 'a system by name' 0 '!.'
assert 'nor for a system that is named' is_absent "$SPOOL"

kill_runner
new_spool
cp -a "$PG" "$T/twin"
got 'one server' "$(name 1)"
assert 'with its window' until_true is_ahead "$(name 5)"
cd "$T/twin" || exit 99
got 'its twin, with the same spool' "$(name 1)"
assert 'with another window' until_true is_ahead "$(name 5)"
was_ahead 'which is served' "$(name 2)"
cd "$PG" || exit 99
was_ahead 'and leaves the first one its own' "$(name 2)"
follow() {
	local i

	cd "$1" || return 1
	for i in {3..12}; do
		rm -f $to
		walarch-get "$(name "$i")" $to && cmp "$SOURCE/$(name "$i")" $to ||
			return 1
	done
}
follow "$T/twin" >"$T/twin.out" 2>&1 &
assert 'one of two at the same time' follow "$PG"
wait $!
is 'and the other' "$? $(cat "$T/twin.out")" '0 '
kill_runner
cd "$T/twin" && kill_runner
cd "$PG" || exit 99

fetched_ahead
get "$(name 6)"
assert 'a runner works ' until_true works
kill "$(runner)"
assert 'SIGTERM ends it' until_true rests
is 'and it leaves nothing' "$(ls -A "$get")" ''
for f in postmaster.pid recovery.signal standby.signal recovery.conf; do
	: >$f
	get "$(name 2)"
	assert "with a $f a runner works" until_true is_ahead "$(name 4)"
	if [ $f = recovery.conf ]; then
		mv recovery.conf recovery.done
	else
		rm $f
	fi
	assert "when it goes, the runner does ($f)" until_true rests
	is "and nothing is left ($f)" "$(ls -A "$get")" ''
done
rm -f recovery.done
cp -a "$PG" "$T/gone"
cd "$T/gone" || exit 99
get "$(name 1)"
assert 'a runner of another data directory' until_true is_ahead "$(name 3)"
left=$(folder)
mv "$T/gone" "$T/went"
rm -rf "$T/went"
assert 'ends when that is moved away' until_true flock -n "$left/get.runner" true
is 'and leaves nothing ' "$(ls -A "$left/get")" ''
cd "$PG" || exit 99
get "$(name 2)"
assert 'with a spool that is removed' until_true is_ahead "$(name 4)"
pid=$(runner)
ended() {
	! [ -e "/proc/$pid" ] || grep -q '^State:.Z' "/proc/$pid/status"
}
until_true rm -rf "$SPOOL"
assert 'the runner ends' until_true ended
got 'and the next is fetched as ever' "$(name 3)"
assert 'by a spool that was made anew' until_true is_ahead "$(name 5)"

# Who waits for a runner, and has lost his server, takes nothing.
fetched_ahead
rm -f $to
flock "$get/$(name 2)" sleep 1000 &
holder=$!
held() {
	! flock -n "$get/$(name 2)" true
}
until_true held
bash -c "walarch-get $(name 2) $to; true" &
shell=$!
disown $shell		# or bash tells of its end
waiting() {
	pgrep -P "$shell" >"$T/get.pid"
}
until_true waiting
sleep 0.2
kill -KILL $shell
kill "$(pgrep -P $holder)" $holder 2>/dev/null
wait $holder 2>/dev/null
got_away() {
	! [ -e "/proc/$(cat "$T/get.pid")" ]
}
assert 'a get whose server has died ends' until_true got_away
assert 'without a file in place' is_absent $to
was_ahead 'what it waited for is there for the next' "$(name 2)"

finish
