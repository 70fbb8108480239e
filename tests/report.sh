# report.sh - for the lib.sh of scenarios to source: a line "ok - what" or
# "not ok - what" a check, and a folder $T that is removed at the end.
#
# Who sources it sets $title, and may define fetch_log and clean_up.
# shellcheck shell=bash disable=SC2154,SC2317

set -Eeu
shopt -s inherit_errexit

T=$(mktemp -d "${TMPDIR:-/tmp}/walarch.XXXXXX")
checks=0
failures=0
finished=0
keep_files=0

ok()
{
	checks=$((checks + 1))
	printf 'ok - %s: %s\n' "$title" "$1"
}

# not_ok WHAT [LINE...]
not_ok()
{
	checks=$((checks + 1))
	failures=$((failures + 1))
	printf 'not ok - %s: %s\n' "$title" "$1"
	shift
	[ $# -eq 0 ] || printf '%s\n' "$@" | sed 's/^/#   /'
}

skip()
{
	printf 'skip - %s: %s\n' "$title" "$1"
}

# is WHAT GOT WANT
is()
{
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1" "got:  $2" "want: $3"
	fi
}

# check WHAT COMMAND... - the command succeeds.
check()
{
	local what=$1 status=0
	shift
	"$@" >"$T/checked" 2>&1 || status=$?
	if [ "$status" -eq 0 ]; then
		ok "$what"
	else
		not_ok "$what" "status $status of: $*" \
		    "$(tail -5 "$T/checked")"
	fi
}

# gives WHAT STATUS PATTERN COMMAND... - it ends with the status and says
# something like the extended regular expression; "" says nothing of interest.
gives()
{
	local what=$1 want=$2 pattern=$3 status=0
	shift 3
	"$@" >"$T/said" 2>&1 </dev/null || status=$?
	if [ "$status" -ne "$want" ]; then
		not_ok "$what" "status $status, not $want, of: $*" \
		    "$(tail -5 "$T/said")"
	elif ! grep -Eq -- "$pattern" "$T/said"; then
		not_ok "$what" "no /$pattern/ from: $*" "$(tail -5 "$T/said")"
	else
		ok "$what"
	fi
}

# What brings $T/NAME.log up to date, where something has to.
fetch_log()
{
	:
}

# logged NAME PATTERN [WHAT], unlogged: of a server's log.
logged()
{
	fetch_log "$1"
	if grep -Eq -- "$2" "$T/$1.log"; then
		ok "${3:-the log says \"$2\"}"
	else
		not_ok "${3:-the log says \"$2\"}" "$(tail -12 "$T/$1.log")"
	fi
}

unlogged()
{
	fetch_log "$1"
	if grep -Eq -- "$2" "$T/$1.log"; then
		not_ok "${3:-the log does not say \"$2\"}" \
		    "$(grep -E -- "$2" "$T/$1.log" | head -3)"
	else
		ok "${3:-the log does not say \"$2\"}"
	fi
}

# wait_until SECONDS COMMAND...
wait_until()
{
	local end=$((SECONDS + $1 + 1))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep "${poll:-0.05}"
	done
}

# What is called when the scenario ends, however it does; it may set keep_files.
clean_up()
{
	:
}

on_exit()
{
	local status=$?
	trap - EXIT ERR
	set +e
	clean_up
	[ "$finished" -eq 1 ] ||
		not_ok "ended early, with status $status ${where:-}"
	if [ "$keep_files" -eq 1 ]; then
		echo "# kept: $T"
	else
		chmod -R u+rwx "$T" 2>/dev/null
		rm -rf "$T"
	fi
	[ "$finished" -eq 1 ] || exit 1
}
trap on_exit EXIT
trap 'where="at line $LINENO of $BASH_SOURCE: $BASH_COMMAND"' ERR
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

finish()
{
	finished=1
	[ "$failures" -eq 0 ] && [ "$checks" -gt 0 ]
	exit
}
