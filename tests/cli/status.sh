#!/bin/bash
# status.sh - walarch-info --status and walarch-check --nagios: what waits, what
# was archived, and what was done ahead.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

textfile=$(cd "${TOP_SRCDIR:-${0%/*}/../..}" &&
	pwd)/contrib/monitoring/walarch-textfile

command -v jq >/dev/null || skip_all 'walarch-info --status' 'jq is not installed'

# ready NAME [TIME] - it waits, since then.
ready() {
	touch -d "${2:-now}" "$NOTES/$1.ready"
}

# archived NAME - it waits no longer.  The clock of change times is a coarse one.
archived() {
	local before=

	[ -z "${last-}" ] || before=$(stat -c %z "$last")
	mv "$NOTES/$1.ready" "$NOTES/$1.done"
	last=$NOTES/$1.done
	for _ in $(seq 200); do
		[ "$(stat -c %z "$last")" = "$before" ] || return
		sleep 0.01
		mv "$last" "$last.new"
		mv "$last.new" "$last"
	done
}

# change FILE - when its status changed, as walarch writes times.
change() {
	date -u -d "@$(stat -c %.6Z "$1")" +%Y-%m-%dT%H:%M:%S.%6NZ
}

# look [OPTION...] - the status as text in $T/out, JSON and metrics.
look() {
	walarch-info --status --output=json "$@" >"$T/json" 2>"$T/json.err"
	walarch-info --status --output=prometheus "$@" >"$T/metrics" 2>&1
	assert "these are metrics" metrics "$T/metrics"
	run walarch-info --status "$@"
}

query() {
	is "$1" "$(jq -r "$2" "$T/json" 2>&1)" "$3"
}

# metrics FILE - is it Prometheus' text format 0.0.4: HELP and TYPE before the
# samples of a name, all of these together, each once, a number in each?
metrics() {
	awk '
	function wrong(why) {
		print NR ": " why ": " $0
		bad = 1
	}
	# What is left of labels when the first is taken off, or "!".
	function next_label(text) {
		if (!match(text, /^[a-zA-Z_][a-zA-Z0-9_]*="/))
			return "!"
		text = substr(text, RLENGTH + 1)
		while (match(text, /^([^"\\]+|\\[\\"n])/))
			text = substr(text, RLENGTH + 1)
		if (substr(text, 1, 1) != "\"")
			return "!"
		return substr(text, 2)
	}
	/^# HELP / {
		if ($3 in help) wrong("a second HELP")
		if (NF < 4) wrong("no help")
		help[$3] = 1
		name = $3
		next
	}
	/^# TYPE / {
		if ($3 in type) wrong("a second TYPE")
		if ($3 != name) wrong("TYPE of another than HELP")
		if ($4 !~ /^(counter|gauge|untyped)$/) wrong("no type")
		type[$3] = 1
		next
	}
	/^#/ || /^$/ { wrong("neither help nor sample"); next }
	{
		if (!match($0, /^[a-zA-Z_:][a-zA-Z0-9_:]*/)) {
			wrong("no name")
			next
		}
		if (substr($0, 1, RLENGTH) != name || !(name in type))
			wrong("a sample of what was not told of")
		rest = substr($0, RLENGTH + 1)
		if (substr(rest, 1, 1) != "{") { wrong("no labels"); next }
		do
			rest = next_label(substr(rest, 2))
		while (substr(rest, 1, 1) == ",")
		if (rest !~ /^} ([+-]?[0-9]+([.][0-9]+)?|NaN|[+-]Inf)$/)
			wrong("no value")
		series = substr($0, 1, length($0) - length(rest))
		if (series in seen) wrong("twice")
		seen[series] = 1
		samples++
	}
	END { exit bad || samples == 0 }' "$1" || return
	[ "$(tail -c 1 "$1" | od -An -tx1)" = ' 0a' ] || return
	! command -v promtool >/dev/null || promtool check metrics <"$1"
}

# metric WHAT NAME[{LABEL}] VALUE
metric() {
	local got

	got=$(sed -n "s/^walarch_archive_${2%%\{*}{stanza=\"db\"\(.*\)} /\1 /p" \
		"$T/metrics" | grep -F "$(side "$2")" | sed 's/.* //')
	is "$1" "$got" "$3"
}

is_empty_file() {
	[ ! -s "$1" ]
}

side() {
	case $1 in
	*'{'*)	printf '%s' "$1" | sed 's/.*{\(.*\)}/side="\1"/' ;;
	*)	printf ' ' ;;
	esac
}

# judged WHAT STATUS TEXT [OPTION...] - by walarch-check --nagios: the text, then
# performance data, in one line.
judged() {
	local what=$1 want=$2 text=$3

	shift 3
	run walarch-check --nagios "$@"
	said "$what" "$want" "$text"
	is "$what: one line" "$(wc -l <"$T/out")" 1
	[ "$want" -eq 3 ] || assert "$what: with performance data" grep -Eq \
		'^WALARCH [A-Z]+ - [^|]+ \| ready=[0-9]+;;;0 age=[0-9]+s;[0-9.]+;[0-9.]+;0 queue=[0-9]+B;[0-9]+;[0-9]+;0$' \
		"$T/out"
}

new_repo
NOTES=$WAL/archive_status
export WALARCH_PG1_PATH=$PG
mv "$REPO" "$REPO.away"
look
said 'nothing yet, and no repository' 0 'stanza: db' "data directory: $PG" \
	"system identifier: $SYS" 'nothing is noted in archive_status' \
	'last archived: -$' 'waiting: none' 'rate: -$' \
	'time to catch up: nothing waits' 'push ahead: off' 'get ahead: off'
query 'as JSON' '[.stanza, .["pg1-path"], .["system-id"], .noted,
	.["last-archived"], .waiting.files, .waiting.oldest, .rate,
	.["catch-up"].state, .push.async, .push.spool, .push.runner] | tostring' \
	"[\"db\",\"$PG\",\"$SYS\",false,null,0,null,null,\"nothing\",false,\"off\",null]"
metric 'as metrics: none waits' ready_files 0
metric 'nor is there an age' oldest_ready_age_seconds 0
metric 'nor a last success' last_success_timestamp_seconds ''
metric 'no runner' 'runner_running{push}' 0
metric 'what is off' 'async{get}' 0
judged 'nothing to judge' 0 'OK - nothing waits to be archived; .* is empty'

# What waits.
ready "$(name 7)" '-2 hours'
ready "$(name 6)" '-3 hours -30 minutes'
ready "$(name 8)" '-1 hour'
printf 'x%.0s' {1..41} >"$WAL/00000002.history"
ready 00000002.history '-1 hour'
printf 'x%.0s' {1..300} >"$WAL/$(name 5).00000028.backup"
ready "$(name 5).00000028.backup" '-1 hour'
ready "$(name 4 2).partial" '-1 hour'
for other in rubbish 0000000100000000000000ZZ "$(name 5).damaged"; do
	ready "$other" '-1 day'
done
touch "$NOTES/.ready" "$NOTES/$(name 5).ready.tmp"
look
said 'six files wait' 0 'waiting: 6 files, 4\.0MB' \
	"oldest waiting: $(name 6), for 3 h [345]" '!nothing is noted' \
	'0\.00 segments/s archived, 0\.00 segments/s new, over the last 5 min' \
	'time to catch up: -$'
query 'as JSON ' '[.noted, .waiting.files, .waiting.segments, .waiting.bytes,
	.waiting.oldest.name, (.waiting.oldest.age / 3600 | floor),
	.["catch-up"].state] | tostring' \
	"[true,6,4,$((4 * 1048576 + 341)),\"$(name 6)\",3,\"unknown\"]"
metric 'as metrics' ready_files 6
metric 'in bytes' ready_bytes $((4 * 1048576 + 341))
judged 'too old' 2 'CRITICAL - 6 files to archive .4.0MB., the oldest for 3 h [345]. min, more than 15 min'
judged 'old enough for a warning' 1 'WARNING - .*more than 5 min' \
	--critical-age=1d
judged 'within limits' 0 'OK - ' --warning-age=4h --critical-age=5h
judged 'too many bytes' 2 'CRITICAL - .*4\.0MB, more than 4\.0MB\), the oldest' \
	--warning-age=1d --critical-age=1d --warning-queue=1MiB \
	--critical-queue=4MiB
judged 'bytes for a warning' 1 'WARNING - ' --warning-age=1d \
	--critical-age=1d --warning-queue=4MiB --critical-queue=5MiB
printf '[db:check]\nwarning-age = 1d\ncritical-age = 1d\n' >>"$WALARCH_CONFIG"
judged 'limits of the configuration' 0 'OK - .*age=[0-9]*s;86400;86400;0'
ready "$(name 9)" '-10 seconds'
look
query 'new WAL and none archived: growing' '.["catch-up"].state' growing
said 'in words' 0 'time to catch up: growing'
metric 'and for ever' catch_up_seconds +Inf

# What was archived: the last is the last by the time of its renaming, whatever
# its name and its modification time.
ready "$(name 3)" '-3 hours'
archived "$(name 8)"
archived "$(name 7)"
archived "$(name 3)"
look
said 'the last archived' 0 \
	"last archived: $(name 3), $(change "$last") \([0-9.]+ " \
	'waiting: 5 files' "oldest waiting: $(name 6)"
query 'as JSON  ' '.["last-archived"] | "\(.name) \(.time)"' \
	"$(name 3) $(change "$last")"
metric 'as metrics ' last_success_timestamp_seconds "$(stat -c %.6Z "$last")"
query 'a rate' '.rate | .archived > 0 and .new == 0 and .over > 0' true
query 'its end' '.["catch-up"] | "\(.state) \(.seconds > 0)"' 'known true'
query 'which is what waits by the rate' '3 / .rate.archived - .["catch-up"].seconds
	| fabs < 0.001' true

# Whom else one asks.
mv "$REPO.away" "$REPO"
check 'no data directory' 1 'it is not known where' 'hint: Set pg1-path' -- \
	env -u WALARCH_PG1_PATH walarch-info --status
judged 'not for Nagios either' 3 'UNKNOWN - could not open data directory' \
	--pg1-path="$T/nowhere"
mv "$NOTES" "$NOTES.away"
check 'no archive_status' 1 'could not read folder ".*/pg_wal/archive_status": No such' \
	-- walarch-info --status
judged 'nor for Nagios ' 3 'UNKNOWN - could not read folder'
mv "$NOTES.away" "$NOTES"
judged 'an unknown option' 3 'UNKNOWN - unknown option "--nonsense"' --nonsense
judged 'a value that is none' 3 'UNKNOWN - .*warning-age' --warning-age=soon
judged 'an argument' 3 'UNKNOWN - unexpected argument "x"' x
judged 'limits in the wrong order' 3 'critical-age is less than warning-age' \
	--warning-age=1h --critical-age=59m
judged 'limits in the wrong order ' 3 'critical-queue is less' \
	--critical-queue=1MiB
judged 'an error that is not to be said' 3 'UNKNOWN - unexpected argument' \
	--log-level-console=off x
assert 'is only for Nagios' is_empty_file "$T/err"
check 'without --nagios nothing is new' 1 'unknown option' '!WALARCH' -- \
	walarch-check --nonsense
check 'a full disk behind standard output' 3 'could not write' -- \
	sh -c 'walarch-check --nagios >/dev/full'
for output in text json prometheus; do
	check "the same as $output" 1 'could not write to standard output' -- \
		sh -c "walarch-info --status --output=$output >/dev/full"
done
check 'not with a target' 1 '--status and a target' -- \
	walarch-info --status --type=immediate
for program in info verify expire find; do
	check "walarch-$program prints no metrics" 1 \
		'output "prometheus" is for the status alone' 'hint: Use "walarch-info --status' -- \
		"walarch-$program" --output=prometheus
done
check 'nor does a search' 1 'for the status alone' -- \
	env WALARCH_OUTPUT=prometheus walarch-find --name=x

# PostgreSQL before 10, and paths that need care.
"$MKWAL" --pg=9.6 cluster "$T/old"
[ -d "$T/old/pg_xlog" ] || mv "$T/old/pg_wal" "$T/old/pg_xlog"
mkdir -p "$T/old/pg_xlog/archive_status"
touch "$T/old/pg_xlog/archive_status/$(name 1).ready"
weird=$T/'a "b" \c'$'\n''d,e}'
mv "$T/old" "$weird"
look --pg1-path="$weird"
query 'PostgreSQL 9.6 has pg_xlog' '.waiting.files' 1
query 'a path of any characters' '.["pg1-path"]' "$weird"
assert 'in a label' grep -qF 'pg1_path="'"$T"'/a \"b\" \\c\nd,e}",' "$T/metrics"

# What was done ahead.
is_idle() {
	[ "$(walarch-info --status --output=json |
		jq -r '[.push.runner.running, .push.files] | tostring')" = \
		"[false,$1]" ]
}

patiently() {
	for _ in $(seq 600); do
		! "$@" || return 0
		sleep 0.05
	done
	return 1
}

new_repo
NOTES=$WAL/archive_status
export WALARCH_PG1_PATH=$PG
SPOOL=$PWD/spool
printf '[global:push]\narchive-async = y\n[db]\nspool-path = %s\n' "$SPOOL" \
	>>"$WALARCH_CONFIG"
look
said 'a spool that was not used' 0 "push ahead: on, in $SPOOL" \
	'nothing was done ahead yet' 'get ahead: off'
query 'as JSON   ' '[.push.async, .push.spool, .push["spool-path"],
	.get.async] | tostring' "[true,\"unused\",\"$SPOOL\",false]"
assert 'looking does not make it' is_absent "$SPOOL"
segment "$(name 1)"
for n in 2 3 4; do
	segment "$(name $n)"
	ready "$(name $n)"
done
cd "$PG" || exit 99
check 'a push' 0 -- walarch-push "pg_wal/$(name 1)"
assert 'and its runner ends' patiently is_idle 3
look
said 'the runner' 0 'runner: idle; the last began 20.* and did 3 files, 3.0MB' \
	"its last file: $(name 4), 20" 'stored ahead: 3 files' \
	'last error: none' "last archived: $(name 4), "
query 'as JSON    ' '.push | [.spool, .runner.running, .runner.files,
	.runner.bytes, .runner.last.name, .files, .error] | tostring' \
	"[\"used\",false,3,3145728,\"$(name 4)\",3,null]"
metric 'as metrics  ' 'runner_files{push}' 3
metric 'in bytes ' 'runner_bytes{push}' 3145728
metric 'what was stored ahead' 'ahead_files{push}' 3
metric 'there was no error' 'last_error_timestamp_seconds{push}' ''
metric 'the other side is off' 'async{get}' 0
folder=$(echo "$SPOOL"/db/*)
exec 9<"$folder/push.runner"
flock 9
look
said 'a runner that works' 0 'runner: works, since 20.* and did 3 files'
metric 'as metrics   ' 'runner_running{push}' 1
exec 9<&-
look
metric 'no longer' 'runner_running{push}' 0

: >"pg_wal/$(name 5)"
ready "$(name 5)"
run walarch-push "pg_wal/$(name 5)"
said 'a push that fails' 1 "$(name 5)"
error=$(sed -n 's/^walarch-push: error: //p' "$T/err")
look
said 'its error' 0 'last error: 20.* ago\)' "^            .*$(name 5)"
query 'as JSON     ' '.push.error.text' "$error"
metric 'as metrics    ' 'last_error_timestamp_seconds{push}' \
	"$(stat -c %.6Y "$folder/push.error")"
judged 'Nagios is told' 0 "OK - .*; last error: .*$(name 5).* \\| ready=" \
	--warning-age=1d --critical-age=1d

segment "$(name 6)"
mv "$REPO" "$REPO.away"
check 'a push while the repository is away' 1 'could not open repository' -- \
	walarch-push "pg_wal/$(name 6)"
mv "$REPO.away" "$REPO"
look
query 'that is the last error, then' '.push.error.text | test("could not open repository")' true
archived "$(name 4)"
look
query 'nobody asks for what is archived' '.push.files' 2

mkdir -m 700 "$folder/get"
echo marker >"$folder/get/$(name 1)"
head -c 1048576 /dev/zero >"$folder/get/$(name 1).data"
: >"$folder/get/$(name 2)"
look --archive-async
said 'what was fetched ahead' 0 'get ahead: on' 'fetched ahead: 1 file, 1.0MB' \
	'runner: idle$'
query 'as JSON      ' '.get | [.async, .files, .bytes, .runner] | tostring' \
	'[true,1,1048576,null]'
metric 'as metrics     ' fetched_ahead_bytes 1048576

# For node_exporter.
mkdir "$T/prom"
check 'the textfile script' 0 -- "$textfile" "$T/prom" db
is 'leaves one file' "$(ls -A "$T/prom")" walarch-db.prom
assert 'of metrics' metrics "$T/prom/walarch-db.prom"
is 'that others may read' "$(stat -c %a "$T/prom/walarch-db.prom")" 644
cp "$T/prom/walarch-db.prom" "$T/before"
check 'when it fails' 1 'could not open data directory' -- \
	"$textfile" "$T/prom" db --pg1-path="$T/nowhere"
is 'nothing else is left' "$(ls -A "$T/prom")" walarch-db.prom
assert 'and the file stays' cmp "$T/before" "$T/prom/walarch-db.prom"

chmod 777 "$folder"
look
said 'a spool that others may write to' 0 \
	'not known: folder ".*" belongs to another user, or others may write' \
	'waiting: 3 files'
query 'as JSON       ' '.push | "\(.spool) \(.["spool-error"] | length > 0)"' \
	'unsafe true'
metric 'is no runner that does not run' 'runner_running{push}' ''
chmod 700 "$folder"
if is_root; then
	chown 65534 "$PG"
	look
	said "another user's data directory" 0 \
		'not known: only the owner of the data directory may look' \
		'waiting: 3 files'
	query 'as JSON        ' '.push.spool' foreign
else
	skip "another user's data directory" 'needs root'
fi
finish
