#!/bin/bash
# usage.sh - command lines: --help, --version, and what is wrong with others.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

version=$(sed -n 's/^#define WALARCH_VERSION[[:space:]]*"\(.*\)"/\1/p' \
	"${TOP_SRCDIR:-${0%/*}/../..}/libwalarch/walarch.h")
cd "$T" || exit 99
export WALARCH_CONFIG=$T/walarch.conf
: >"$WALARCH_CONFIG"

# Every setting a program's --help names must be one, and be taken by it.
settings_are_taken() {
	local program=$1 option argument value

	run "$program" --help
	sed -n '/^Settings/,/--version/s/^ *--\([a-z0-9-]*\)=\([^ ]*\).*/\1 \2/p' \
		"$T/out" >"$T/settings"
	[ -s "$T/settings" ] || return 1
	while read -r option argument; do
		case $argument in
		*'|'*)	value=${argument%%|*} ;;
		TIME)	value=1s ;;
		N)	value=1 ;;
		PORT)	value=5432 ;;
		SIZE)	value=1MiB ;;
		DIR|FILE) value=/x ;;
		*)	value=x ;;
		esac
		run "$program" --"$option"="$value" --help
		[ "$status" -eq 0 ] || { echo "--$option"; return 1; }
	done <"$T/settings"
}

for p in push get init info check find; do
	program=walarch-$p
	failure=1
	[ $p = get ] && failure=255
	check "$program --help" 0 "^$program " 'Usage:' '--repo1-path=DIR' \
		"man $program" -- $program --help
	is "$program --help says nothing on stderr" "$(cat "$T/err")" ''
	check "$program -?" 0 'Usage:' -- $program '-?'
	is "$program's help fits 80 columns but for long lists" \
		"$(grep -c '.\{100\}' "$T/out")" 0
	for v in --version -V; do
		run $program $v
		is "$program $v" "$status $(cat "$T/out")" \
			"0 $program (walarch) $version"
		run walarch $p $v
		is "walarch $p $v is the same" "$status $(cat "$T/out")" \
			"0 $program (walarch) $version"
	done
	check "$program --version after an option" 0 "walarch. $version" -- \
		$program --stanza=x --version
	check "$program refuses an unknown option" $failure \
		'unknown option "--no-such"' "hint: Try \"$program --help\"" -- \
		$program --no-such
	check "$program refuses an unknown letter" $failure \
		'unknown option "-Z"' -- $program -Z
	check "$program refuses an option without its value" $failure \
		'option "--stanza" needs a value' -- $program --stanza
	check "$program refuses a value for --help" $failure \
		'--help' -- $program --help=me
	check "$program refuses a wrong value of a setting" $failure \
		'invalid value for setting "stanza": "a/b"' 'hint: It takes' -- \
		$program --stanza=a/b
	check "$program refuses a wrong log level" $failure \
		'log-level-console' 'off.error.warn' -- \
		$program --log-level-console=loud
	check "walarch help $p" 0 "^$program " -- walarch help $p
	check "walarch $p --help" 0 "^$program " -- walarch $p --help
	assert "$program takes every setting its help names" \
		settings_are_taken $program
done

check 'repo-path is repo1-path' 1 'could not open repository "/no/where"' -- \
	walarch-push --repo-path=/no/where x
check 'an abbreviation of an option is taken' 1 \
	'could not open repository "/no/where"' -- \
	walarch-push --repo1-pa=/no/where x

check 'walarch --help' 0 'Usage:' push get init info check find -- walarch --help
check 'walarch -?' 0 'Usage:' -- walarch '-?'
check 'walarch help' 0 'Usage:' -- walarch help
for v in --version -V; do
	run walarch $v
	is "walarch $v" "$status $(cat "$T/out")" "0 walarch $version"
done
check 'walarch alone shows its help and fails' 1 'Usage:' -- walarch
check 'walarch with an unknown verb' 255 'no verb "psuh"' 'hint:' -- \
	walarch psuh
check 'walarch help of an unknown verb is the general help' 0 'Verbs:' -- \
	walarch help psuh

check 'walarch-push without a file' 1 'no file was named' 'hint: Try' -- \
	walarch-push
check 'walarch-push --all-ready with a file' 1 'finds the files itself' -- \
	walarch-push --all-ready="$T" x
check 'walarch-push --all-ready without a folder' 1 'needs a value' -- \
	walarch-push --all-ready
for p in init info check find; do
	check "walarch-$p with an argument" 1 'unexpected argument "x"' -- \
		walarch-$p x
done

check 'walarch-get without arguments' 255 'takes two arguments' -- walarch-get
check 'walarch-get with one' 255 'takes two arguments, %f and "%p"' -- \
	walarch-get 000000010000000000000001
check 'walarch-get with three' 255 'takes two arguments' -- walarch-get a b c
check 'walarch-get -o without a name' 255 'no file was named' -- \
	walarch-get -o x
check 'walarch-get: several into a file' 255 'go into a folder' -- \
	walarch-get -o x a b
check 'walarch-get: several to standard output' 255 'go into a folder' -- \
	walarch-get -o - a b
check 'walarch-get --from without --to' 255 'a range takes --from, --to' -- \
	walarch-get -o "$T" --from=0/0
check 'walarch-get --to without --from' 255 'a range takes --from, --to' -- \
	walarch-get -o "$T" --to=0/0
check 'walarch-get: a range without -o' 255 'a range takes' -- \
	walarch-get --from=0/0 --to=0/1
check 'walarch-get: a range and a name' 255 'and no names' -- \
	walarch-get -o "$T" --from=0/0 --to=0/1 x
check 'walarch-get --timeline without a range' 255 'goes with --from' -- \
	walarch-get -o "$T" --timeline=2 x
for range in '0/2 0/1' '1 2' '0/ 0/1' 'x/1 0/2' '0/123456789 1/0'; do
	check "walarch-get: \"$range\" is no range" 255 'no range of WAL' \
		'hint: An LSN is written' -- \
		walarch-get -o "$T" --from="${range% *}" --to="${range#* }"
done
for timeline in 0 x -1 4294967296; do
	check "walarch-get: $timeline is no timeline" 255 'timeline' -- \
		walarch-get -o "$T" --from=0/1 --to=0/2 --timeline=$timeline
done
for timeline in 1x 0x2 ' 2'; do
	check "walarch-get: \"$timeline\" is no timeline" 255 \
		'no range of WAL' -- walarch-get -o "$T" --from=0/1 --to=0/2 \
		--timeline="$timeline"
done

# A verb that is not beside walarch.
mkdir "$T/alone"
cp "$BIN/walarch" "$T/alone/"
check 'walarch without its programs says which' 1 \
	'could not run ".*/alone/walarch-push": No such file' -- \
	"$T/alone/walarch" push
check 'and is not to be misread by restore_command' 255 \
	'could not run ".*/alone/walarch-get": No such file' -- \
	"$T/alone/walarch" get

# A worker that is not there: never a status PostgreSQL would misread.
cp "$BIN/walarch-push" "$BIN/walarch-get" "$T/alone/"
check 'walarch-push finds its worker where it was configured to be, or says so' \
	1 'walarch-push: error: (could not start|could not open|no file)' -- \
	"$T/alone/walarch-push" --config=/no/where
check 'walarch-get finds its worker where it was configured to be, or says so' \
	255 'walarch-get: error: (could not start|could not open|restore)' -- \
	"$T/alone/walarch-get" --config=/no/where
mkdir -p "$T/broken/bin" "$T/broken/libexec/walarch"
cp "$BIN/walarch-push" "$BIN/walarch-get" "$T/broken/bin/"
for w in push get; do
	printf 'no program\n' >"$T/broken/libexec/walarch/walarch-$w-worker"
	chmod +x "$T/broken/libexec/walarch/walarch-$w-worker"
done
check 'walarch-push with a worker that is no program' 1 \
	'could not start ".*walarch-push-worker": Exec format error' \
	'Is walarch installed completely' -- "$T/broken/bin/walarch-push" x
check 'walarch-get with a worker that is no program' 255 \
	'could not start ".*walarch-get-worker": Exec format error' -- \
	"$T/broken/bin/walarch-get" x y
: >standby.signal
check 'the same on a standby' 1 'could not start' -- \
	"$T/broken/bin/walarch-get" x y
for s in 126 127 200 255; do
	printf '#!/bin/sh\nexit %d\n' $s \
		>"$T/broken/libexec/walarch/walarch-push-worker"
	check "walarch-push is 1 when its worker is $s" 1 -- \
		"$T/broken/bin/walarch-push" x
done
for s in ABRT SEGV KILL TERM; do
	printf '#!/bin/sh\nkill -%s $$\n' $s \
		>"$T/broken/libexec/walarch/walarch-push-worker"
	check "walarch-push is 1 when its worker dies of SIG$s" 1 -- \
		"$T/broken/bin/walarch-push" x
done
finish
