#!/bin/bash
# restore.sh - walarch-restore, killed at every system call that changes
# something: never a global/pg_control unless all is complete, and the next one,
# with --delta, completes it.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/sweep/lib.sh
. "${0%/*}/lib.sh"

RAWSET=$TOP_BUILDDIR/tests/tools/rawset
new_repo
printf '%s\n' 'file PG_VERSION 3' 'folder base' 'folder base/1' \
	'file base/1/1259 1500000' 'file base/1/1260 0' 'folder global' \
	'file global/1262 8192' "file linked.conf 77 to=$PWD/place/linked.conf" \
	'folder pg_tblspc' "folder pg_tblspc/5 $PWD/tablespace" \
	'folder pg_tblspc/5/PG_15_202209061' \
	'file pg_tblspc/5/PG_15_202209061/1 9000' 'folder pg_wal' \
	'file postgresql.auto.conf 0' 'link there base/1/1260' \
	'file global/pg_control 8192' 'file backup_label 200' \
	'file tablespace_map 9' |
	"$RAWSET" "$REPO" F '' >label || die 'rawset failed'
mkdir place
command=(walarch-restore --pg1-path="$PWD/target" --type=none --link-all
    --process-max=1)

# tree - all there is, with content, modes and times of files; those that the
# restore makes itself are of its own time.
tree() {
	find target tablespace place ! -type d -printf '%p %l %m ' \
		\( -type f ! -name backup_manifest ! -name tablespace_map \
		-printf %T@ -o -printf x \) -printf '\n' | sort
	find target tablespace place -type d -printf '%p %m\n' | sort
	find target tablespace place -type f -print0 | sort -z |
		xargs -0 cat | xxh128sum
}

to_nothing() {
	rm -rf target tablespace place/*
}

# Another cluster, which the set replaces.
to_other() {
	to_nothing
	cp -a whole/. .
	echo other >target/base/1/1259
	echo more >target/base/1/more
	rm target/base/1/1260
	mkdir target/base/1/1260 target/base/2
	ln -s base/2 target/x
	ln -sf nowhere target/there
	echo other >tablespace/PG_15_202209061/1
	touch -d @1000000000 target/base/1/* tablespace/PG_15_202209061/1
}

# What holds after a kill.
verdict() {
	local status=$1

	if [ -e target/global/pg_control ]; then
		# The mark alone changes nothing.
		[ ! -e target/walarch.restore ] || mv target/walarch.restore .
		tree >tree.now
		[ ! -e walarch.restore ] || mv walarch.restore target/
		if [ "$2" = other ] && cmp -s tree.now other.tree; then
			:		# it had not begun
		else
			cmp tree.now whole.tree
		fi ||
			echo 'there is a pg_control, but not all else'
	elif [ "$status" -eq 0 ]; then
		echo 'success without a pg_control'
	fi
	if [ -e target ] && [ -n "$(ls -A target)" ]; then
		"${command[@]}" --delta >again 2>&1
	else
		rm -rf tablespace place/*
		"${command[@]}" >again 2>&1
	fi || echo "the next one fails: $(cat again)"
	tree >tree.now
	cmp tree.now whole.tree || {
		echo 'the next one makes it another'
		diff tree.now whole.tree
	}
}

"${command[@]}" >"$T/out" 2>"$T/err" || die "$(cat "$T/err")"
mkdir whole
cp -a target tablespace place whole/
tree >whole.tree
assert 'without a kill it is whole' test -s target/global/pg_control
to_other
tree >other.tree
"${command[@]}" --delta >"$T/out" 2>"$T/err" || die "$(cat "$T/err")"
tree >tree.now
assert 'and so it is over another' cmp tree.now whole.tree

# killed NAME RESET [OPTION...] - at each call, or, without WALARCH_LONG, at some.
killed() {
	local name=$1 reset=$2 call n bad kills=0

	shift 2
	for call in $calls; do
		bad='' n=1
		while [ $n -lt 2000 ]; do
			"$reset"
			# Its own words are the shell's.
			{ strace -f -qq -o "$T/trace" -e trace="$call" \
				-e inject="$call:signal=KILL:when=$n" \
				"${command[@]}" "$@" >"$T/out" 2>"$T/err"
			} 2>/dev/null
			status=$?
			grep -q 'killed by' "$T/trace" || break
			kills=$((kills + 1))
			bad=$bad$(verdict $status "${reset#to_}")
			[ -z "${WALARCH_LONG-}" ] && n=$((2 * n)) || n=$((n + 1))
		done
		if [ -z "$bad" ]; then
			ok "$name: killed at $call"
		else
			not_ok "$name: killed at $call" "$(head -c 1500 <<<"$bad")"
		fi
	done
	assert "$name: there were kills ($kills)" test $kills -gt 15
}

calls='openat fsync rename unlink unlinkat pwrite64'
[ -z "${WALARCH_LONG-}" ] || calls="$calls mkdir renameat symlink write fchmod
    utimensat syncfs close read"
killed 'a new folder' to_nothing
killed 'another cluster' to_other --delta

# At any moment.
rounds=6
[ -z "${WALARCH_LONG-}" ] || rounds=100
bad=''
for ((i = 0; i < rounds; i++)); do
	if [ $((i % 2)) -eq 0 ]; then
		to_nothing
		reset=nothing more=''
	else
		to_other
		reset=other more=--delta
	fi
	# shellcheck disable=SC2086 # there may be none
	"${command[@]}" $more >"$T/out" 2>&1 &
	pid=$!
	sleep "0.0$((RANDOM % 10))$((RANDOM % 10))"
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	status=$?
	bad=$bad$(verdict $status $reset)
done
is "killed at any moment, $rounds times" "$bad" ''
finish
