# ahead_lib.sh - for tests of archive-async to source after lib.sh: a cluster
# with a spool, its runner, and what lies in the spool.
# shellcheck shell=bash disable=SC2034,SC2154

# new_async [OPTION...] - new_repo, with a spool; the working directory is the
# cluster's.
new_async() {
	new_repo "$@"
	SPOOL=$PWD/spool
	printf 'archive-async=y\nspool-path=%s\nprocess-max=2\n' "$SPOOL" \
		>>"$WALARCH_CONFIG"
	mkdir -p "$WAL/archive_status"
	cd "$PG" || exit 99
}

# spool_of PG - the spool's folder of a data directory.
spool_of() {
	# shellcheck disable=SC2046,SC2183	# stat gives two
	printf '%s/db/%s-%x-%x' "$SPOOL" "${2:-$SYS}" $(stat -c '%d %i' "$1")
}

# ready NAME... - as PostgreSQL calls them when they are finished.
ready() {
	local n

	for n; do
		: >"$WAL/archive_status/$n.ready"
	done
}

# archived NAME... - as PostgreSQL calls them when the command succeeded.
archived() {
	local n

	for n; do
		mv "$WAL/archive_status/$n.ready" "$WAL/archive_status/$n.done"
	done
}

# made NUMBER... - segments that are ready.
made() {
	local n

	for n; do
		segment "$(name "$n")"
		ready "$(name "$n")"
	done
}

# pushed_ahead - what the spool has a marker for.
pushed_ahead() {
	find "$(spool_of "$PG")/push" -type f -size +0 -printf '%f\n' 2>/dev/null |
		sort
}

# runner_ended - wait until no push runner holds its lock.
runner_ended() {
	[ ! -e "$(spool_of "$PG")/push.runner" ] ||
		timeout -k 1 "$LIMIT" flock "$(spool_of "$PG")/push.runner" true
}

# Two programs more: "runner", and "alone", which is walarch-push with a worker
# that only says it was called.
mkdir -p "$T/alone/bin" "$T/alone/libexec/walarch" "$T/tools"
cp "$BIN/walarch-push" "$T/alone/bin/"
printf '#!/bin/sh\necho "the worker was called" >&2\nexit 1\n' \
	>"$T/alone/libexec/walarch/walarch-push-worker"
printf '#!/bin/sh\nexec "%s/walarch-push-runner" "$@"\n' "$LIBEXEC" \
	>"$T/tools/runner"
printf '#!/bin/sh\nexec "%s/alone/bin/walarch-push" "$@"\n' "$T" \
	>"$T/tools/alone"
chmod -R 755 "$T/alone" "$T/tools"
PATH=$T/tools:$PATH

# stop_at FILE COMMAND... - run it in the background under strace, and have it
# stopped (SIGSTOP) when it reads FILE; $tracer is strace, $stopped the
# command's own process.
stop_at() {
	local file=$1 i

	shift
	: >"$T/stop"
	strace -f -qq -o "$T/stop" -P "$file" -e trace=read,pread64 \
		-e inject=read,pread64:signal=STOP:when=1 "$@" \
		>"$T/stop.out" 2>"$T/stop.err" </dev/null &
	tracer=$!
	for ((i = 0; i < 1000; i++)); do
		! grep -q 'stopped by SIGSTOP' "$T/stop" || break
		sleep 0.01
	done
	stopped=$(sed -n 's,^\([0-9]*\) .*stopped by SIGSTOP.*,\1,p' "$T/stop" |
		head -n 1)
	stopped=$(sed -n 's/^Tgid:[^0-9]*//p' "/proc/$stopped/status")
}

# waiting PID - does it wait for a lock?
waiting() {
	grep -q -- "-> FLOCK.* $1 " /proc/locks
}

# until_waiting PID - until it does, or is gone.
until_waiting() {
	local i

	for ((i = 0; i < 1000; i++)); do
		! waiting "$1" || return 0
		[ -e "/proc/$1" ] || return 1
		sleep 0.01
	done
	return 1
}
