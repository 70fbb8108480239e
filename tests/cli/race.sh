#!/bin/bash
# race.sh - several at once: one content wins, whole, and all are told so.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

rounds=${RACE_ROUNDS:-200}
[ -z "${WALARCH_LONG-}" ] || rounds=2000
few=$((rounds / 4))		# of what is less likely to differ
pushers=8
RANDOM=4711

a=$(name 1)
new_repo
cd "$PG" || exit 99
object=$(object "$a")
for ((i = 0; i < pushers; i++)); do
	mkdir "$T/$i"
	"$MKWAL" --seed=$((i + 1)) segment "$a" "$T/$i/$a"
	digest[i]=$(xxh128sum <"$T/$i/$a" | cut -c1-32)
done

# start VARIANT... - a pusher each, all at once; $pids.
start() {
	local v

	pids=()
	for v; do
		walarch-push "$T/$v/$a" 2>"$T/err.${#pids[@]}" &
		pids+=($!)
	done
}

# winner - the variant that is stored, or "none".
winner() {
	local sum v

	[ -e "$object" ] || { echo none; return; }
	sum=$(head -c 600 "$object" | sed -n 's/^xxh128 //p')
	for ((v = 0; v < pushers; v++)); do
		if [ "$sum" = "${digest[v]}" ]; then
			is_stored "$a" "$T/$v/$a" >/dev/null && echo $v
			return
		fi
	done
}

# wait_all VARIANT... - for those that were started; $wrong is what is wrong.
# With $killed set any of them may have failed.
wait_all() {
	local i=0 v w statuses=()

	for i in "${!pids[@]}"; do
		wait "${pids[i]}" 2>/dev/null
		statuses[i]=$?
	done
	wrong=
	w=$(winner)
	i=0
	for v; do
		case ${statuses[i]} in
		0)	[ "$w" = "$v" ] || wrong="$wrong 0 for $v, stored is $w;" ;;
		1)	[ "$w" != "$v" ] || [ -n "${killed-}" ] ||
				wrong="$wrong 1 for $v, which is stored;" ;;
		137)	[ -n "${killed-}" ] || wrong="$wrong status 137;" ;;
		*)	wrong="$wrong status ${statuses[i]};" ;;
		esac
		i=$((i + 1))
	done
	[ "$w" != none ] || [ -n "${killed-}" ] || wrong="$wrong nothing stored;"
	[ -n "$w" ] || wrong="$wrong the object is torn;"
	[ -z "$(find "$REPO" -type f ! -name '.*' ! -path "$object" \
		! -name walarch.repo ! -path "$REPO/db/system/*")" ] ||
		wrong="$wrong other files;"
	if [ -z "${killed-}" ] && [ -n "$(hidden "$REPO")" ]; then
		wrong="$wrong leftovers;"
	fi
}

fresh() {
	rm -rf "$REPO/db/wal"
}

for ((n = 1; n <= rounds; n++)); do
	fresh
	start 0 0 0 0 0 0 0 0
	wait_all 0 0 0 0 0 0 0 0
	[ -z "$wrong" ] || break
done
is "$pushers with the same content, $rounds times: all succeed" \
	"$wrong$((n - 1))" "$rounds"
declare -A won=()
for ((n = 1; n <= rounds; n++)); do
	fresh
	start 0 1 2 3 4 5 6 7
	wait_all 0 1 2 3 4 5 6 7
	[ -z "$wrong" ] || break
	won[$(winner)]=1
done
is "$pushers with different contents, $rounds times: one succeeds" \
	"$wrong$((n - 1))" "$rounds"
assert "it was not always the same one (${!won[*]})" test ${#won[@]} -gt 1
assert 'who lost was told with both digests' grep -q \
	"a different \"$a\" is stored.*xxh128 is ${digest[$(winner)]}" \
	"$T/err.$((($(winner) + 1) % pushers))"
for ((n = 1; n <= few; n++)); do
	fresh
	start 0 1 0 1 0 1 0 1
	wait_all 0 1 0 1 0 1 0 1
	[ -z "$wrong" ] || break
done
is "four each of two contents, $few times: four succeed" \
	"$wrong$((n - 1))" "$few"

# children PID - of a process that is ours.
children() {
	cat "/proc/$1/task/$1/children" 2>/dev/null
}

# Stopped, continued and killed at random; a worker whose parent was killed
# goes on alone.
killed=yes
for ((n = 1; n <= few; n++)); do
	fresh
	start 0 1 0 1
	workers=()
	for pid in "${pids[@]}"; do
		# shellcheck disable=SC2207
		workers+=($(children "$pid"))
	done
	for victim in "${pids[@]}" "${workers[@]}"; do
		case $((RANDOM % 6)) in
		0)	kill -KILL "$victim" 2>/dev/null ;;
		1|2)	kill -STOP "$victim" 2>/dev/null ;;
		esac
	done
	[ $((RANDOM % 3)) -ne 0 ] || sleep 0.00$((RANDOM % 9))
	for victim in "${pids[@]}" "${workers[@]}"; do
		kill -CONT "$victim" 2>/dev/null
	done
	# Those that lost their parents end on their own.
	for pid in "${pids[@]}"; do
		wait "$pid" 2>/dev/null
	done
	for pid in "${workers[@]}"; do
		while [ -e "/proc/$pid/exe" ]; do
			sleep 0.005
		done
	done
	wait_all 0 1 0 1
	[ -z "$wrong" ] || break
	w=$(winner)
	[ "$w" != none ] || w=0
	walarch-push "$T/$w/$a" 2>/dev/null
	again=$?
	walarch-push "$T/$((1 - w))/$a" 2>/dev/null
	again="$again $?"
	[ "$again" = '0 1' ] || { wrong="afterwards: $again;"; break; }
	find "$REPO" -name '.*' -type f -delete
done 2>/dev/null
is "killed and stopped at random, $few times: one content or none" \
	"$wrong$((n - 1))" "$few"
killed=

# Two that fetch to one path.
fresh
walarch-push "$T/0/$a"
for ((n = 1; n <= few; n++)); do
	rm -f pg_wal/RECOVERYXLOG
	walarch-get "$a" pg_wal/RECOVERYXLOG 2>/dev/null &
	one=$!
	walarch-get "$a" pg_wal/RECOVERYXLOG 2>/dev/null
	two=$?
	wait $one
	one=$?
	case $one-$two in
	0-0|0-255|255-0) ;;
	*)	wrong="status $one and $two;"; break ;;
	esac
	cmp -s pg_wal/RECOVERYXLOG "$T/0/$a" || { wrong='another file;'; break; }
	[ -z "$(hidden pg_wal)" ] || { wrong='leftovers;'; break; }
done
is "two fetch to one path, $few times: the file is whole" \
	"$wrong$((n - 1))" "$few"

# Killed while they fetch: the file is whole or not there.
for ((n = 1; n <= few; n++)); do
	rm -f pg_wal/RECOVERYXLOG
	walarch-get "$a" pg_wal/RECOVERYXLOG 2>/dev/null &
	one=$!
	sleep 0.00$((RANDOM % 9))
	kill -KILL $one 2>/dev/null
	wait $one 2>/dev/null
	[ ! -e pg_wal/RECOVERYXLOG ] ||
		cmp -s pg_wal/RECOVERYXLOG "$T/0/$a" ||
		{ wrong='another file;'; break; }
done 2>/dev/null
is "killed while it fetches, $few times: whole or not there" \
	"$wrong$((n - 1))" "$few"
find pg_wal -name '.*' -type f -delete

# held COMMAND... - push $T/source/$a, and in the middle of its reading run the
# command.
mkdir "$T/source"
held() {
	local pid i

	fresh
	cp "$T/0/$a" "$T/source/$a"
	: >"$T/trace"
	strace -qq -f -o "$T/trace" -e trace=read,pread64 -P "$T/source/$a" \
		-e inject=read,pread64:delay_enter=1500000:when=4 \
		walarch-push "$T/source/$a" >"$T/out" 2>"$T/err" &
	pid=$!
	for ((i = 0; i < 500; i++)); do
		[ "$(grep -c 'read' "$T/trace")" -lt 3 ] || break
		sleep 0.02
	done
	"$@"
	wait $pid
	status=$?
}

# The source is written over while it is read.  (While somebody writes to it
# all the time nobody can tell; PostgreSQL does not do that.)
over() {
	"$MKWAL" --seed=2 "$@" segment "$a" "$T/source/$a"
}

recycle() {
	mv "$T/source/$a" "$T/source/$(name 2)"
	"$MKWAL" --in-place segment "$(name 2)" "$T/source/$(name 2)"
}

replace() {
	"$MKWAL" --seed=2 segment "$a" "$T/source/new"
	mv "$T/source/new" "$T/source/$a"
}

if command -v strace >/dev/null; then
	held :
	said 'held up, a push is still one' 0
	for how in '--in-place' '--in-place --keep-times' '--length=700000' \
	    '--in-place --length=1048577'; do
		# shellcheck disable=SC2086
		held over $how
		said "written over while it is read ($how)" 1 \
			'changed while it was read|bytes|page at'
		assert "nothing is stored of it ($how)" is_absent "$object"
	done
	for how in recycle replace; do
		held $how
		said "while it is read: $how" 1 \
			'changed while it was read|could not stat|page at'
		assert "nothing is stored of it: $how" is_absent "$object"
	done
	held rm "$T/source/$a"
	said 'removed while it is read' 1 'could not stat|changed'
	assert 'nothing is stored of it: rm' is_absent "$object"
	held touch "$T/source/$a"
	said 'touched while it is read: told to try again' 1 'changed while'
else
	skip 'written over while it is read' 'strace is not installed'
fi

# A segment that is recycled: renamed away while it is read, and written over.
for ((n = 1; n <= few; n++)); do
	fresh
	cp "$T/0/$a" "$T/source/$a"
	walarch-push "$T/source/$a" 2>/dev/null &
	one=$!
	sleep 0.00$((RANDOM % 5))
	mv "$T/source/$a" "$T/source/other"
	"$MKWAL" --in-place segment "$(name 2)" "$T/source/other"
	wait $one
	case $? in
	0)	[ "$(winner)" = 0 ] || { wrong='a mixed object;'; break; } ;;
	1)	[ ! -e "$object" ] || { wrong='1, but stored;'; break; } ;;
	*)	wrong='another status;'; break ;;
	esac
done
is "recycled while it is pushed, $few times: whole or refused" \
	"$wrong$((n - 1))" "$few"
finish
