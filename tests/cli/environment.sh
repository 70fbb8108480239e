#!/bin/bash
# environment.sh - what a program finds when it is started: descriptors,
# signals, limits, modes, variables, folders.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

a=$(name 1)
new_repo
segment "$a"
cd "$PG" || exit 99

# both NAME WRAPPER... - push and get through the wrapper both do their work.
both() {
	local name=$1

	shift
	rm -f "$(object "$a")" pg_wal/RECOVERYXLOG
	check "$name: walarch-push" 0 -- "$@" walarch-push "pg_wal/$a"
	assert "$name: it is stored" is_stored "$a" "pg_wal/$a"
	check "$name: walarch-get" 0 -- "$@" walarch-get "$a" pg_wal/RECOVERYXLOG
	assert "$name: it is in place" cmp "pg_wal/$a" pg_wal/RECOVERYXLOG
	check "$name: what is absent is 1" 1 -- \
		"$@" walarch-get "$(name 9)" pg_wal/RECOVERYXLOG
	is "$name: nothing else is left" "$(hidden "$REPO"; hidden .)" ''
}

# in_shell SCRIPT - a wrapper that runs SCRIPT, and then the command.
in_shell() {
	printf '%s' "#!/bin/bash
$1
" >"$T/wrapper"
	chmod 755 "$T/wrapper"
}

# Modes.
rm -rf "${REPO:?}/db/wal"
while read -r mask file folder; do
	rm -rf "${REPO:?}/db/wal" pg_wal/RECOVERYXLOG
	(umask "$mask" && walarch-push "pg_wal/$a" &&
		walarch-get "$a" pg_wal/RECOVERYXLOG)
	is "umask $mask: modes of object, folder, fetched file" \
		"$(stat -c %a "$(object "$a")" "$REPO/db/wal/$SYS" \
		pg_wal/RECOVERYXLOG | tr '\n' ' ')" "$file $folder $file "
done <<'END'
000 640 750
022 640 750
027 640 750
077 600 700
002 640 750
END
umask 077
(umask 000 && walarch-init --repo1-path="$T/modes" --pg1-path="$PG") 2>/dev/null
is 'umask 000: modes of a new repository' "$(cd "$T/modes" &&
	stat -c '%a %n' . walarch.repo db db/system "db/system/$SYS" |
	cut -d' ' -f1 | tr '\n' ' ')" '750 640 750 750 640 '

# Descriptors.
in_shell 'exec "$@" <&-'
both 'standard input closed' "$T/wrapper"
in_shell 'exec "$@" >&-'
both 'standard output closed' "$T/wrapper"
in_shell 'exec "$@" 2>&-'
both 'standard error closed' "$T/wrapper"
in_shell 'exec "$@" <&- >&- 2>&-'
both 'all three closed' "$T/wrapper"
in_shell 'exec "$@" <&- >&- 2>&- --log-level-console=debug'
both 'all three closed, and much to say' "$T/wrapper"
in_shell 'exec "$@" >/dev/full 2>/dev/full --log-level-console=debug'
both 'nowhere to write messages to' "$T/wrapper"
in_shell 'for ((i = 3; i < 40; i++)); do eval "exec $i</dev/null"; done
exec "$@"'
both 'many descriptors open' "$T/wrapper"
in_shell 'ulimit -n 10; exec "$@"'
both 'ten descriptors at most' "$T/wrapper"
segment "$(name 3)"
walarch-push "pg_wal/$(name 3)"
for n in 0 1 2 3 4 5 6 7 8 9; do
	in_shell "ulimit -n $n; exec \"\$@\""
	rm -f "$(object "$a")" pg_wal/RECOVERYXLOG
	run "$T/wrapper" walarch-push "pg_wal/$a"
	case $status in
	0)	assert "$n descriptors: it is stored" is_stored "$a" "pg_wal/$a" ;;
	1|126|127) ok "$n descriptors: walarch-push fails ($status)" ;;
	*)	not_ok "$n descriptors: walarch-push" "status $status" ;;
	esac
	[ "$status" = 0 ] || walarch-push "pg_wal/$a"
	run "$T/wrapper" walarch-get "$a" pg_wal/RECOVERYXLOG
	case $status in
	0)	assert "$n descriptors: it is in place" \
			cmp "pg_wal/$a" pg_wal/RECOVERYXLOG ;;
	1)	not_ok "$n descriptors: walarch-get calls it absent" ;;
	*)	ok "$n descriptors: walarch-get fails ($status)" ;;
	esac
	run "$T/wrapper" walarch-get "$(name 2)" pg_wal/RECOVERYXLOG
	[ "$status" != 0 ] && [ "$status" != 1 ]
	is "$n descriptors: a hole is no absence ($status)" $? 0
done
rm "$(object "$(name 3)")"
in_shell 'exec "$@" >&-'
check 'to standard output, which is closed: that is no success' 255 -- \
	"$T/wrapper" walarch-get -o - "$a"
in_shell 'exec "$@" <&- >&-'
check 'the same with standard input closed, too' 255 -- \
	"$T/wrapper" walarch-get -o - "$a"
in_shell 'exec "$@" <&- >&- 2>&-'
check 'the same with all three closed' 255 -- \
	"$T/wrapper" walarch-get -o - "$a"

# What the archiver leaves behind: everything ignored, and blocked.
cat >"$T/deaf.py" <<'END'
import os, signal, sys
if "ignore" in sys.argv[1]:
    for s in range(1, 32):
        if s not in (9, 19):
            try: signal.signal(s, signal.SIG_IGN)
            except OSError: pass
else:
    for s in (13, 25): signal.signal(s, signal.SIG_DFL)
if "block" in sys.argv[1]:
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
os.execvp(sys.argv[2], sys.argv[2:])
END
# stops HOW SIGNAL - does the signal, sent to walarch-push, end it while its
# worker is held up in the middle?  strace -f keeps the worker from its first
# read of the segment for a while.
stops() {
	local how=$1 signal=$2 pid front i

	rm -f "$T/pid" "$T/trace" "$(object "$(name 5)")"
	segment "$(name 5)"
	# shellcheck disable=SC2016
	python3 "$T/deaf.py" "$how" strace -qq -f -o "$T/trace" \
		-e trace=pread64,read -P "$PG/pg_wal/$(name 5)" \
		-e inject=read:delay_enter=150000 \
		sh -c 'echo $$ >"$1"; exec walarch-push "$2"' - "$T/pid" \
		"$PG/pg_wal/$(name 5)" 2>"$T/err" &
	pid=$!
	for ((i = 0; i < 300; i++)); do
		grep -q 'read(' "$T/trace" 2>/dev/null && break
		sleep 0.02
	done
	front=$(cat "$T/pid")
	kill -"$signal" "$front"
	for ((i = 0; i < 100; i++)); do
		[ -e "/proc/$front" ] || break
		sleep 0.02
	done
	wait $pid 2>/dev/null
	is "signals $how: SIG$signal ends walarch-push with 1" $? 1
	assert "signals $how: SIG$signal, and nothing is stored" \
		is_absent "$(object "$(name 5)")"
	assert "signals $how: SIG$signal is told" \
		grep -q 'interrupted by a signal' "$T/err"
}

if ! command -v strace >/dev/null; then
	skip 'signals ignored and blocked' 'strace is not installed'
elif command -v python3 >/dev/null; then
	for how in ignore block ignore+block; do
		both "all signals: $how" python3 "$T/deaf.py" $how
		for s in TERM INT HUP QUIT; do
			stops "$how" $s
		done
	done
else
	skip 'signals ignored and blocked' 'python3 is not installed'
fi

# Variables.
both 'an empty environment' env -i LD_LIBRARY_PATH="$LD_LIBRARY_PATH" \
	PATH="$PATH" WALARCH_CONFIG="$WALARCH_CONFIG"
in_shell 'program=$1; shift
exec env -i LD_LIBRARY_PATH="$LD_LIBRARY_PATH" '"$BIN"'/"$program" \
	--config="$WALARCH_CONFIG" "$@"'
both 'not even a PATH' "$T/wrapper"
both 'no HOME' env -u HOME
both 'a HOME that is nowhere' env HOME=/no/where
for locale in C.UTF-8 de_DE.UTF-8 tr_TR xx_XX.wrong ''; do
	both "locale \"$locale\"" env LC_ALL="$locale" LANG="$locale" \
		LC_NUMERIC="$locale"
done
both 'a TZ that is none' env TZ=Nowhere/Else
both 'TMPDIR, which is not used, is nowhere' env TMPDIR=/no/where
both 'POSIXLY_CORRECT' env POSIXLY_CORRECT=1
in_shell 'exec -a "" "$@"'
both 'an empty argv[0]' "$T/wrapper"
in_shell 'exec -a /no/where/else "$@"'
both 'an argv[0] that leads nowhere' "$T/wrapper"

# Limits.
in_shell 'ulimit -s 256; exec "$@"'
both 'a stack of 256 kB' "$T/wrapper"
in_shell 'ulimit -c 0; ulimit -l 0; exec "$@"'
both 'no core, no locked memory' "$T/wrapper"
case $(grep -c __asan_ "$BIN/walarch-push") in
0)	in_shell 'ulimit -v 60000; exec "$@"'
	both '60 MB of addresses' "$T/wrapper"
	for kb in 3000 5000 8000 12000 16000 24000; do
		in_shell "ulimit -v $kb; exec \"\$@\""
		rm -f "$(object "$a")" pg_wal/RECOVERYXLOG
		run "$T/wrapper" walarch-push "pg_wal/$a"
		case $status in
		0)	is_stored "$a" "pg_wal/$a" >/dev/null 2>&1
			is "$kb kB of addresses: walarch-push" $? 0 ;;
		*)	assert "$kb kB of addresses: walarch-push ($status)" \
				is_absent "$(object "$a")" ;;
		esac
		[ "$status" = 0 ] || walarch-push "pg_wal/$a"
		run "$T/wrapper" walarch-get "$a" pg_wal/RECOVERYXLOG
		[ "$status" != 1 ]
		is "$kb kB of addresses: walarch-get ($status) is not 1" $? 0
	done ;;
*)	skip 'limited addresses' 'AddressSanitizer needs them' ;;
esac
in_shell 'ulimit -f 0; exec "$@"'
rm -f "$(object "$a")" pg_wal/RECOVERYXLOG
check 'files of no size: walarch-push' 1 -- "$T/wrapper" walarch-push "pg_wal/$a"
assert 'files of no size: nothing is stored' is_absent "$(object "$a")"
walarch-push "pg_wal/$a"
check 'files of no size: walarch-get' 255 -- \
	"$T/wrapper" walarch-get "$a" pg_wal/RECOVERYXLOG
assert 'files of no size: nothing is fetched' is_absent pg_wal/RECOVERYXLOG

# Folders.
chmod 755 "$T"/set1
give "$PG" "$REPO" "$OUT"
chmod 555 "$PG"
cd "$PG" || exit 99
check 'a working directory nobody may write to' 0 'stored already, identical' -- \
	as_user walarch-push "pg_wal/$a"
chmod 755 "$PG"
mkdir "$T/gone"
cd "$T/gone" || exit 99
rmdir "$T/gone"
rm "$(object "$a")"
check 'a working directory that is gone: walarch-push' 0 -- \
	as_user walarch-push "$WAL/$a"
check 'a working directory that is gone: walarch-get' 0 -- \
	as_user walarch-get "$a" "$OUT/x"
if is_root; then
	mkdir -m 700 "$T/closed"
	cd "$T/closed" || exit 99
	check 'a working directory that may not be entered: walarch-push' 0 -- \
		as_user walarch-push "$WAL/$a"
	check 'a working directory that may not be entered: walarch-get' 0 -- \
		as_user walarch-get "$a" "$OUT/y"
else
	skip 'a working directory that may not be entered' 'this needs root'
fi
finish
