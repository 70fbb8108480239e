# lib.sh - for the sweeps to source: a program is run again and again, and each
# time its Nth call of one system call fails, or is the last it makes.
#
# Without WALARCH_LONG every call is killed once, and fails once, in one of the
# ways in turn (some in every way); with it every call fails in every way, once
# and for ever.
# shellcheck shell=bash

# shellcheck source=tests/cli/in_memory.sh
. "${BASH_SOURCE[0]%/*}/../cli/in_memory.sh"
# shellcheck source=tests/cli/lib.sh
. "${BASH_SOURCE[0]%/*}/../cli/lib.sh"

command -v strace >/dev/null || skip_all 'the sweep' 'strace is not installed'
strace -qq -o /dev/null true 2>/dev/null ||
	skip_all 'the sweep' 'strace may not trace here'
export ASAN_OPTIONS=detect_leaks=0

errors=(EIO ENOSPC ENOMEM EMFILE EINTR)
[ -z "${WALARCH_LONG-}" ] || errors+=(EACCES ESTALE EAGAIN)
points=0 kills=0 faults=0 turn=0
always=()		# faults that are there every time, for strace
only=			# the calls to sweep, if not all
threads=		# -f, for a command that has threads
thorough=		# calls that fail in every way also without WALARCH_LONG
declare -A ends=()

# The front alone can be traced; for the worker alone, it is given another one
# that runs the true one under strace.
mkdir -p "$T/traced/bin" "$T/traced/libexec/walarch"
cp "$BIN/walarch-push" "$T/traced/bin/"
cat >"$T/traced/libexec/walarch/walarch-push-worker" <<END
#!/bin/sh
exec strace -q -f -o '$T/trace' -e trace="\$SWEEP_CALL" -e inject="\$SWEEP_FAULT" \$SWEEP_ALWAYS \\
	'$LIBEXEC/walarch-push-worker' "\$@"
END
chmod 755 "$T/traced/libexec/walarch/walarch-push-worker"

# with_fault CALL FAULT COMMAND... - its status; what was traced in $T/trace.
# The command is "worker ..." for walarch-push with only its worker traced.
with_fault() {
	local call=$1 fault=$2

	shift 2
	: >"$T/trace"
	if [ "$1" = worker ]; then
		shift
		SWEEP_CALL=$call SWEEP_FAULT=$call:$fault \
			SWEEP_ALWAYS="${always[*]}" \
			timeout -k 1 20 "$T/traced/bin/walarch-push" "$@" \
			>"$T/out" 2>"$T/err" </dev/null
	else
		# shellcheck disable=SC2086
		timeout -k 1 20 strace -q $threads -o "$T/trace" \
			-e trace="$call" \
			-e inject="$call:$fault" "$@" \
			>"$T/out" 2>"$T/err" </dev/null
	fi
}

# calls COMMAND... - the system calls it makes, one a line, without those that
# cannot fail.
calls() {
	if [ "$1" = worker ]; then
		shift
		strace -c -S name -o "$T/calls" "$LIBEXEC/walarch-push-worker" \
			"$@" >/dev/null 2>&1
	else
		# shellcheck disable=SC2086
		strace $threads -c -S name -o "$T/calls" "$@" >/dev/null 2>&1
	fi
	awk '$NF ~ /^[a-z_0-9]+$/ && $NF != "total" && $1 ~ /^[0-9.]+$/ {
		print $NF }' "$T/calls" | grep -vxE 'exit_group|arch_prctl|rt_sigreturn'
}

# reached - was there an Nth call?
reached() {
	grep -E "^[0-9 ]*($call\\(.*INJECTED|.* killed by)" "$T/trace" >/dev/null
}

# sweep NAME VERDICT RESET COMMAND... - all calls of the command.  VERDICT is
# called with the call, the fault and the status, and prints what is wrong;
# RESET makes things as they were.
sweep() {
	local name=$1 verdict=$2 reset=$3 call n status fault wrong bad first
	local faults_of

	shift 3
	"$reset" && calls "$@" >"$T/names"
	[ -z "$only" ] || tr ' ' '\n' <<<"$only" >"$T/names"
	while read -r call <&3; do
		bad=0 first='' n=1
		# strace itself calls execve first.
		[ "$call" = execve ] && n=2
		for (( ; n < 2000; n++)); do
			faults_of=("signal=KILL:when=$n")
			if [ -n "${WALARCH_LONG-}" ]; then
				for fault in "${errors[@]}"; do
					faults_of+=("error=$fault:when=$n")
				done
				faults_of+=("error=EIO:when=$n+"
				    "error=ENOSPC:when=$n+")
			elif [[ " $thorough " = *" $call "* ]]; then
				for fault in "${errors[@]}"; do
					faults_of+=("error=$fault:when=$n")
				done
			else
				turn=$(((turn + 1) % ${#errors[@]}))
				faults_of+=("error=${errors[turn]}:when=$n")
			fi
			for fault in "${faults_of[@]}"; do
				"$reset"
				with_fault "$call" "$fault" "$@" 2>/dev/null
				status=$?
				reached || break 2
				wrong=$("$verdict" "$call" "$fault" $status)
				case $fault in
				signal*) kills=$((kills + 1)) ;;
				*)	faults=$((faults + 1)) ;;
				esac
				ends[$status]=$((${ends[$status]:-0} + 1))
				if [ -n "$wrong" ]; then
					bad=$((bad + 1))
					[ $bad -gt 5 ] || first="$first$call $fault \
(status $status): $wrong; $(head -c 200 "$T/err")
"
				fi
			done
			points=$((points + 1))
		done
		if [ $n -eq 1 ]; then
			not_ok "$name: $call was never reached"
		elif [ $bad -eq 0 ]; then
			ok "$name: every $call ($((n - 1)))"
		else
			not_ok "$name: every $call ($((n - 1)))" \
				"$bad faults, the first of them:" "$first"
		fi
	done 3<"$T/names"
}

# statuses NAME - how the runs ended since the last one.
statuses() {
	local s

	printf '# %s:' "$1"
	for s in "${!ends[@]}"; do
		printf ' %d with status %d;' "${ends[$s]}" "$s"
	done
	printf '\n'
	ends=()
}

report() {
	assert "the sweep reached something ($points calls, $kills kills, \
$faults errors)" test "$points" -gt 100 -a "$kills" -gt 100 -a "$faults" -gt 100
}
