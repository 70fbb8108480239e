#!/bin/bash
# get_ahead.sh - walarch-get with archive-async: what is fetched ahead, and that
# nothing in the spool is ever taken for what it is not.
# shellcheck disable=SC2015,SC2016,SC2119,SC2120,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

to=pg_wal/RECOVERYXLOG
RANDOM=4711
rounds=${AHEAD_ROUNDS:-15}
[ -z "${WALARCH_LONG-}" ] || rounds=300

# ---- a spool and its runner ------------------------------------------------

# new_spool [DIR] - an empty one, in use from here on.
new_spool() {
	SPOOL=${1:-$T/spool$((spools = ${spools:-0} + 1))}
	sed -i '/^archive-async\|^spool-path\|^process-max\|^archive-get/d' \
		"$WALARCH_CONFIG"
	cat >>"$WALARCH_CONFIG" <<-END
	archive-async=y
	spool-path=$SPOOL
	process-max=2
	archive-get-queue-max=4MB
	END
}

# folder [DATA-DIRECTORY] - of the spool that is its.
folder() {
	printf '%s/db/%s-%s' "$SPOOL" "$SYS" \
		"$(stat -c '%d %i' "${1:-.}" | awk '{printf "%x-%x", $1, $2}')"
}

# until_true COMMAND... - within a time that only a failure takes.
until_true() {
	local i

	for ((i = 0; i < 1200; i++)); do
		! "$@" 2>/dev/null || return 0
		sleep 0.05
	done
	"$@"
}

# The runner's process, as its own word has it.
runner() {
	sed 's/ .*//' "$(folder "$@")/get.runner" 2>/dev/null
}

# works - is there one, which the kernel's lock tells?
works() {
	[ -e "$(folder "$@")/get.runner" ] &&
		! flock -n "$(folder "$@")/get.runner" true
}

rests() {
	! works "$@"
}

# is_ahead NAME [DATA-DIRECTORY] - fetched, and nobody is at it.
is_ahead() {
	local get

	get=$(folder ${2+"$2"})/get
	[ -s "$get/$1" ] && [ -e "$get/$1.data" ] && flock -n "$get/$1" true
}

# ahead_are NAME... - these, and no others.
ahead_are() {
	local n

	for n; do
		is_ahead "$n" || return 1
	done
	[ "$(find "$(folder)/get" -name '*.data' | wc -l)" = $# ]
}

end_runner() {
	local pid

	pid=$(runner "$@")
	if works "$@" && [ -n "$pid" ]; then
		kill "$pid" 2>/dev/null
		until_true rests "$@"
	fi
}

ends_runners() {
	local f pid

	for f in "$T"/spool*/*/*/get.runner /dev/shm/walarch-ahead."$$"/*/*/get.runner; do
		[ -e "$f" ] && ! flock -n "$f" true || continue
		pid=$(sed 's/ .*//' "$f")
		[ -z "$pid" ] || kill "$pid" 2>/dev/null
	done
	rm -rf "/dev/shm/walarch-ahead.$$"
	cleanup
}
trap ends_runners EXIT

# get NAME - as restore_command; what is fetched must be the file.
get() {
	rm -f $to
	run walarch-get "$1" $to
}

got() {
	local what=$1 name=$2

	get "$name"
	said "$what" 0 '!.'
	assert "$what: it is the file" cmp "$SOURCE/$name" $to
}

# only_front COMMAND... - while the worker is not to be had.
only_front() {
	mv "$LIBEXEC/walarch-get-worker" "$LIBEXEC/away"
	"$@"
	mv "$LIBEXEC/away" "$LIBEXEC/walarch-get-worker"
}

# was_ahead WHAT NAME - it is answered out of the spool.
was_ahead() {
	only_front got "$@"
}

# not_taken WHAT NAME - it is not, but then it is fetched as ever.
not_taken() {
	only_front get "$2"
	is "$1: it is not taken" "$status" 255
	assert "$1: nothing is put in place" is_absent $to
	got "$1: it is fetched" "$2"
}

# kill_runner - as it is, with all it leaves.
kill_runner() {
	local pid

	pid=$(runner)
	[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null
	until_true rests
}

# fetched_ahead N... - a spool of its own, with segments 2 to 5 fetched after the
# first was asked for, and no runner.
fetched_ahead() {
	kill_runner
	new_spool
	get "$(name 1)"
	until_true ahead_are "$(name 2)" "$(name 3)" "$(name 4)" "$(name 5)" ||
		not_ok 'segments are fetched ahead'
	kill_runner
	get=$(folder)/get
}

# ---- what is fetched ahead -------------------------------------------------

new_repo
mkdir "$T/source"
SOURCE=$T/source
for i in {1..12}; do
	segment "$(name "$i")"
	walarch-push "$WAL/$(name "$i")"
	mv "$WAL/$(name "$i")" "$SOURCE"
done
new_spool
cd "$PG" || exit 99

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

# ---- what it must not change -----------------------------------------------

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

# ---- markers ---------------------------------------------------------------

# with WHAT N COMMAND... - what the command makes of the spool is not taken for
# segment N.
with() {
	local what=$1 n=$2

	shift 2
	fetched_ahead
	marker=$get/$(name "$n") data=$get/$(name "$n").data
	size=$(stat -c %s "$marker")
	"$@"
	not_taken "$what" "$(name "$n")"
}
copied() {
	cp "$data" "$T/copy"
	rm "$data"
	cp "$T/copy" "$data"
}
written() {
	printf x | dd of="$data" bs=1 seek=9000 conv=notrunc status=none
}
moved() {
	mv "$get/$(name 3).data" "$data"
	mv "$get/$(name 3)" "$marker"
}
torn() {
	truncate -s $((size - 5)) "$marker"
}
noise() {
	head -c "$size" "$1" >"$marker"
}
with 'a copy of the data, another inode' 2 copied
with 'data that was changed' 2 written
with 'data whose change time is another' 2 eval 'chmod 640 "$data"'
with 'data of another segment' 4 moved
with 'a segment whose data has gone' 3 eval 'rm "$data"'
with 'data without a marker' 3 eval 'rm "$marker"'
with 'an empty marker' 2 eval ': >"$marker"'
with 'a torn marker' 3 torn
with 'a marker that is noise' 4 noise /dev/urandom
with 'a marker of zeros' 5 noise /dev/zero
with 'a link for the data' 3 eval 'ln -sf /etc/passwd "$data"'
fetched_ahead
wrong=0
cp "$get/$(name 2)" "$T/marker"
size=$(stat -c %s "$T/marker")
for ((at = 0; at < size; at += 7)); do
	cp "$T/marker" "$T/flipped"
	byte=$(od -An -tu1 -j$at -N1 "$T/marker")
	# shellcheck disable=SC2059
	printf "\\x$(printf %02x $((byte ^ 16)))" |
		dd of="$T/flipped" bs=1 seek=$at conv=notrunc status=none
	cat "$T/flipped" >"$get/$(name 2)"
	only_front get "$(name 2)"
	[ "$status" = 255 ] || wrong=$((wrong + 1))
done
is 'a marker with one bit changed is none' $wrong 0

# change FILE FROM TO - bytes, in hexadecimal, of a marker, which gets a right
# checksum.
change='import sys
def crc(b):
    c = 0xffffffff
    for x in b:
        c ^= x
        for _ in range(8):
            c = (c >> 1) ^ (0x82f63b78 if c & 1 else 0)
    return c ^ 0xffffffff
path, old, new = sys.argv[1], bytes.fromhex(sys.argv[2]), bytes.fromhex(sys.argv[3])
b = bytearray(open(path, "rb").read())
at = b.index(old)
b[at:at + len(new)] = new
b[20:24] = crc(b[24:]).to_bytes(4, "little")
open(path, "r+b").write(b)'
hex() {
	printf %s "$1" | od -An -v -tx1 | tr -d ' \n'
}
number() {
	printf '%016x' "$1" | sed 's/../& /g' | tac -s ' ' | tr -d ' \n'
}
if command -v python3 >/dev/null; then
	boot=$(cat /proc/sys/kernel/random/boot_id)
	inode=$(stat -c %i "$REPO/walarch.repo")
	while read -r what old new; do
		fetched_ahead
		python3 -c "$change" "$get/$(name 2)" "$old" "$old"
		was_ahead "a marker written anew is one" "$(name 2)"
		python3 -c "$change" "$get/$(name 3)" "$old" "$new"
		not_taken "a marker of $what" "$(name 3)"
	done <<-END
	another_start_of_the_machine $(hex "$boot") $(hex "x${boot:1}")
	no_start_of_the_machine $(hex "$boot") 00
	another_system $(number $SYS) $(number $OTHER)
	another_repository $(number "$inode") $(number $((inode + 1)))
	another_name $(hex 0000000100000000) $(hex 0000000200000000)
	END
else
	skip 'markers of another boot, system or repository' \
		'python3 is not installed'
fi

# Another repository at the same path, and another cluster in the same data
# directory.
fetched_ahead
for i in {1..6}; do
	cp "$SOURCE/$(name "$i")" "$T/kept.$i"
done
mv "$REPO" "$REPO.first"
walarch-init --pg1-path="$PG" 2>"$T/init"
for i in {1..6}; do
	"$MKWAL" --seed=$((i + 99)) segment "$(name "$i")" "$WAL/$(name "$i")"
	walarch-push "$WAL/$(name "$i")"
	mv "$WAL/$(name "$i")" "$SOURCE"
done
not_taken 'a repository that was made anew' "$(name 2)"
assert 'and fetches ahead' until_true is_ahead "$(name 4)"
was_ahead 'its own segment' "$(name 3)"
rm -rf "$REPO"
mv "$REPO.first" "$REPO"
for i in {1..6}; do
	mv "$T/kept.$i" "$SOURCE/$(name "$i")"
done
got 'the first one is back, beside a runner of the other' "$(name 4)"
assert 'which ends' until_true rests
got 'another one is begun' "$(name 1)"
assert 'and fetches out of it' until_true is_ahead "$(name 2)"
was_ahead 'its own segment again' "$(name 2)"

fetched_ahead
"$MKWAL" --system=$OTHER cluster "$T/other"
cp global/pg_control "$T/pg_control"
cp "$T/other/global/pg_control" global/pg_control
walarch-init --upgrade --pg1-path="$PG" 2>"$T/init"
mkdir "$T/others"
for i in 2 3; do
	"$MKWAL" --system=$OTHER --seed=$i segment "$(name "$i")" "$T/others/$(name "$i")"
	walarch-push "$T/others/$(name "$i")"
done
SOURCE=$T/others SYS=$OTHER got 'another cluster in the data directory' \
	"$(name 2)"
SYS=$OTHER end_runner
cp "$T/pg_control" global/pg_control
was_ahead 'the first one again' "$(name 2)"

# ---- two servers, one spool ------------------------------------------------

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

# ---- the end ---------------------------------------------------------------

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

# ---- killed at any moment --------------------------------------------------

kill_runner
new_spool
wrong=0
for ((round = 0; round < rounds; round++)); do
	for i in {1..12}; do
		get "$(name "$i")"
		[ "$status" = 0 ] && cmp -s "$SOURCE/$(name "$i")" $to ||
			wrong=$((wrong + 1))
		[ $((RANDOM % 3)) != 0 ] || {
			sleep "0.00$((RANDOM % 10))"
			pid=$(runner)
			[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null
		}
	done
done
is "a runner killed at random: all $((rounds * 12)) are right" $wrong 0
wrong=0
for ((round = 0; round < rounds; round++)); do
	for i in {1..12}; do
		walarch-get "$(name "$i")" $to 2>/dev/null &
		sleep "0.00$((RANDOM % 8))"
		kill -KILL $! 2>/dev/null
		wait $! 2>/dev/null
		[ ! -e $to ] || [ "$(stat -c %s $to)" = 1048576 ] ||
			wrong=$((wrong + 1))
		get "$(name "$i")"
		[ "$status" = 0 ] && cmp -s "$SOURCE/$(name "$i")" $to ||
			wrong=$((wrong + 1))
	done
done
is "a get killed at random: all $((rounds * 12)) are right" $wrong 0
kill_runner

# ---- spools that are of no use ---------------------------------------------

new_spool
mkdir "$SPOOL"
got 'a spool' "$(name 1)"
end_runner
chmod 777 "$(folder)"
get "$(name 2)"
said 'a spool that others may write to is a warning' 0 \
	'warning: nothing is fetched ahead: folder .* others may write to it'
assert 'and the file is in place' cmp "$SOURCE/$(name 2)" $to
: >standby.signal
get "$(name 3)"
said 'of a standby, too ' 0 'warning: nothing is fetched ahead'
rm standby.signal
new_spool "$T/file/spool"
: >"$T/file"
get "$(name 2)"
said 'a spool that cannot be made is a warning' 0 \
	'warning: nothing is fetched ahead: could not' '!error'
assert 'and the file is in place ' cmp "$SOURCE/$(name 2)" $to
new_spool "$PG/pg_wal/spool"
get "$(name 2)"
said 'one in pg_wal is refused' 0 'nothing is fetched ahead: .*lies in the data'
assert 'and not made' is_absent "$PG/pg_wal/spool/db"
rm -rf "$PG/pg_wal/spool"
fetched_ahead
rm "$get/$(name 2)"
ln -s /etc/passwd "$get/$(name 2)"
get "$(name 2)"
said 'a link for a lock is a warning' 0 'warning: could not lock'
assert 'and the file is in place  ' cmp "$SOURCE/$(name 2)" $to
mkdir "$get/folder"
kill_runner
printf garbage >"$(folder)/get.next"
check 'a get.next that is none ends the runner' 0 '!.' -- \
	"$LIBEXEC/walarch-get-runner"
check 'a runner without archive-async does not begin' 1 'archive-async is off' \
	-- "$LIBEXEC/walarch-get-runner" --archive-async=n

# ---- full disks ------------------------------------------------------------

free() {
	df -B1 --output=avail "$SPOOL" | tail -1
}
if can_mount; then
	mkdir "$T/small"
	mount -t tmpfs -o size=67m tmpfs "$T/small"
	mounted "$T/small"
	new_spool "$T/small/spool"
	got 'a spool with room for two or three' "$(name 1)"
	assert 'has some' until_true is_ahead "$(name 2)"
	for i in {2..12}; do
		get "$(name "$i")"
		[ "$status" = 0 ] && cmp -s "$SOURCE/$(name "$i")" $to &&
			[ "$(free)" -ge $((64 << 20)) ] ||
			not_ok "it leaves 64 MiB free, and $i is right" "$(free)"
	done
	ok 'it leaves 64 MiB free, and all are right'
	end_runner
	until_true rests
	head -c 30m /dev/zero >"$T/small/other"
	got 'without room' "$(name 1)"
	assert 'nothing is fetched ahead, which get.error tells' until_true \
		grep -q 'no room to fetch ahead' "$(folder)/get.error"
	until_true rests
	is 'and nothing is left' "$(ls -A "$(folder)/get")" ''
	cat /dev/zero >"$T/small/more" 2>/dev/null
	get "$(name 2)"
	said 'a full disk is a warning at most' 0 '!error'
	assert 'and the file is in place   ' cmp "$SOURCE/$(name 2)" $to
	until_true rests
	umount "$T/small"
	mount -t tmpfs -o size=200m,nr_inodes=11 tmpfs "$T/small"
	got 'a disk that fills up' "$(name 1)"
	assert 'is told' until_true grep -q 'No space left' \
		"$(folder)/get.error"
	until_true rests
	is 'and nothing is left on it' "$(ls -A "$(folder)/get")" ''
	for i in {2..12}; do
		get "$(name "$i")"
		[ "$status" = 0 ] && cmp -s "$SOURCE/$(name "$i")" $to ||
			not_ok "$i is right on a full disk" "$status"
		touch "$T/small/$i" 2>/dev/null
	done
	ok 'all are right on a full disk'
	until_true rests
	is 'of which nothing is in use' "$(ls -A "$(folder)/get")" ''
	unmounted "$T/small"
else
	skip 'full disks' 'this needs root and mount'
fi

# ---- another file system ---------------------------------------------------

if [ -w /dev/shm ] && [ "$(stat -c %d /dev/shm)" != "$(stat -c %d "$T")" ] &&
	[ "$(df -Pk /dev/shm | awk 'NR == 2 { print $4 }')" -gt 100000 ]; then
	new_spool "/dev/shm/walarch-ahead.$$"
	got 'a spool on another file system' "$(name 1)"
	for i in {2..13}; do
		until_true is_ahead "$(name "$i")"
		was_ahead "its segment $i is copied" "$(name "$i")"
	done
	is 'and removed' "$(find "$SPOOL" -name '*.data')" ''
	until_true rests
else
	skip 'a spool on another file system' '/dev/shm is none'
fi

finish
