#!/bin/bash
# targets.sh - the answer to a recovery target equals what PostgreSQL does.
# Targets are asked of walarch-info and tried with real recoveries, over three
# timelines, five base backups, and repositories with and without holes.
#
#   WALARCH_PG_TARGETS  so many of them; with WALARCH_LONG 200
#   WALARCH_PG_SEED     the same ones again, but for positions and times, which
#                       are new in each run
# shellcheck disable=SC2317	# what is called by another's arguments
. "$(dirname "$0")/lib.sh"

if [ -n "${WALARCH_LONG:-}" ]; then
	many=200
else
	many=24
fi
many=${WALARCH_PG_TARGETS:-$many}
seed=${WALARCH_PG_SEED:-$((RANDOM * 32768 + RANDOM))}
RANDOM=$seed
echo "# $title: WALARCH_PG_SEED=$seed WALARCH_PG_TARGETS=$many"

# Of segments.
size=1048576
[ "$major" -ge 11 ] || size=16777216

# What happened, in the order of the WAL: commit, abort, part (a subtransaction
# that goes with its parent), point, idle.  A commit has the notes of its rows,
# with commas between; a point has its name.
kind=() notes=() xid=() lsn=() moment=() line=()

# bytes LSN - in $bytes
bytes()
{
	bytes=$(((16#${1%/*} << 32) + 16#${1#*/}))
}

# as_lsn BYTES - in $text
as_lsn()
{
	printf -v text '%X/%X' $(($1 >> 32)) $(($1 & 0xFFFFFFFF))
}

# as_time MICROSECONDS - in $text
as_time()
{
	printf -v text '%(%F %T)T.%06d+00' $(($1 / 1000000)) $(($1 % 1000000))
}

# note_down TIMELINE - lines of "KIND NOTES XID LSN TIME", from standard input.
note_down()
{
	local k n x l t
	while read -r k n x l t; do
		bytes "$l"
		kind+=("$k") notes+=("$n") xid+=("$x") lsn+=("$bytes")
		moment+=("$t") line+=("$1")
	done
}

number=0

next_note()
{
	number=$((number + 1))
	printf -v note 'n%03d' $number
}

here='select txid_current() as xid, pg_current_wal_insert_lsn() as lsn \gset'

# ended KIND NOTES - of the transaction :xid that ended at :lsn.
ended()
{
	cat <<-EOT
	select '$1', '$2', :xid, :'lsn', coalesce((extract(epoch from
	    pg_xact_commit_timestamp(:'xid'::xid)) * 1000000)::bigint, 0);
	EOT
}

# SQL that does something, and tells of it.
plain()
{
	next_note
	echo "begin; insert into ledger (note) values ('$note');"
	printf '%s\n' "$here" 'commit;'
	ended commit "$note"
}

# Some hundred kilobytes with it: records that span segments.
large()
{
	next_note
	echo "begin; insert into ledger (note) values ('$note');
	    insert into filler select repeat(md5(i::text), 30)
	    from generate_series(1, 250) i;"
	printf '%s\n' "$here" 'commit;'
	ended commit "$note"
}

# Commits with more in them: relations, invalidations.
definition()
{
	next_note
	echo "begin; insert into ledger (note) values ('$note');
	    drop table if exists made; create table made (id int);"
	printf '%s\n' "$here" 'commit;'
	ended commit "$note"
}

aborted()
{
	echo "begin; insert into ledger (note) values ('never');"
	printf '%s\n' "$here" 'rollback;'
	ended abort -
}

part="select xmin as part from ledger where note = "

parted()
{
	next_note
	local first=$note
	next_note
	echo "begin; insert into ledger (note) values ('$first'); savepoint s;
	    insert into ledger (note) values ('$note');
	    $part '$note' \gset"
	printf '%s\n' 'release s;' "$here" 'commit;'
	ended commit "$first,$note"
	echo "select 'part', '-', :part, :'lsn', 0;"
}

part_aborted()
{
	next_note
	echo "begin; insert into ledger (note) values ('$note'); savepoint s;
	    insert into ledger (note) values ('never');
	    $part 'never' \gset
	    select pg_current_wal_insert_lsn() as before \gset
	    rollback to s;"
	printf '%s\n' "$here" 'commit;'
	echo "select 'abort', '-', :part, :'before', 0;"
	ended commit "$note"
}

# prepared END - with another's commit before its own end.
prepared()
{
	next_note
	local mine=$note
	echo "begin; insert into ledger (note) values ('$mine');
	    select txid_current() as two \gset
	    prepare transaction 'two';"
	plain
	echo "select :two as xid, pg_current_wal_insert_lsn() as lsn \gset
	    $1 prepared 'two';"
	case $1 in
	commit) ended commit "$mine" ;;
	*) ended abort - ;;
	esac
}

# point NAME
point()
{
	echo "select 'point', '$1', 0, pg_current_wal_insert_lsn(), 0
	    from (select 1) one;
	    select pg_create_restore_point('$1') as point \gset"
}

idle()
{
	echo "select pg_sleep(0.3) \gset
	    select 'idle', '-', 0, pg_current_wal_insert_lsn(),
	    (extract(epoch from clock_timestamp()) * 1000000)::bigint - 150000;"
}

ends_segment()
{
	echo 'select pg_switch_wal() as switched \gset'
}

things=(plain plain plain large large definition aborted parted part_aborted
    idle ends_segment)

# some COUNT - of all that, by chance.
some()
{
	local i
	for ((i = 0; i < $1; i++)); do
		"${things[RANDOM % ${#things[@]}]}"
	done
}

# run NAME TIMELINE SCRIPT - and note down what it tells.
run()
{
	"$client/psql" -XAtq -F ' ' -v ON_ERROR_STOP=1 -h "$T" \
	    -p "${port[$1]}" -f "$3" >"$T/happened" 2>"$T/psql.err" </dev/null
	note_down "$2" <"$T/happened"
}

# work NAME TIMELINE COMMAND... - do what the commands write.
work()
{
	local name=$1 tli=$2 step
	shift 2
	for step; do
		$step
	done >"$T/script"
	run "$name" "$tli" "$T/script"
}

copies=()	# their folders, by age
file=()		# their .backup files
from=()		# their timelines
redo=()
ready=()	# a position at which they are consistent, before what follows

# keep NAME TIMELINE - the backup that was made just now.
keep()
{
	local n=${#copies[@]} start segment
	local to=$T/b$n
	mv "$T/$1.backup" "$to"
	sed -i -e '/^recovery_target/d' -e '/^restore_command/d' \
	    "$to/postgresql.conf"
	rm -f "$to/recovery.done"
	start=$(sed -n 's/^START WAL LOCATION: \([^ ]*\).*/\1/p' \
	    "$to/backup_label")
	segment=$(sed -n 's/^START WAL LOCATION:.*file \([0-9A-F]*\).*/\1/p' \
	    "$to/backup_label")
	bytes "$start"
	copies+=("$to")
	from+=("$2")
	redo+=("$bytes")
	printf -v start '%s.%08X.backup' "$segment" $((bytes % size))
	file+=("$start")
	bytes "$(sql "$1" 'select pg_current_wal_insert_lsn()')"
	ready+=("$bytes")
	wait_until "$patience" stored "$start"
}

# backup_amid NAME TIMELINE - while the ledger is written.
backup_amid()
{
	local to=$T/$1.backup
	local start="pg_backup_start('test', true)" stop='pg_backup_stop()'
	[ "$major" -ge 15 ] || {
		start="pg_start_backup('test', true, false)"
		stop='pg_stop_backup(false)'
	}
	{
		echo "select $start as start \\gset"
		some 3
		point amid
		plain
		echo "\\! cp -a '${data[$1]}' '$to'"
		some 3
		plain
		printf '%s\n' "\\o $to/backup_label" \
		    "select labelfile from $stop;"
	} >"$T/script"
	run "$1" "$2" "$T/script"
	rm -rf "$to"/pg_wal "$to"/postmaster.* "$to"/pg_replslot/*
	mkdir -p "$to/pg_wal/archive_status"
	keep "$1" "$2"
}

fork=(0 0 0 0)	# where timelines begin
final=(0 0 0 0)	# where they end

# leave TIMELINE NAME POINT SOURCE [SETTING...] - a copy that is promoted there.
leave()
{
	local tli=$1 name=$2 point=$3 source=$4 history
	shift 4
	restore "$name" "$source" "recovery_target_name = '$point'" \
	    "recovery_target_action = 'promote'" 'archive_mode = on' "$@"
	recover "$name"
	is "a restored server is promoted to timeline $tli" \
	    "$state $(timeline "$name")" "up $tli"
	printf -v history '%08X.history' "$tli"
	bytes "$(awk 'NF > 2 { at = $2 } END { print at }' \
	    "${data[$name]}/pg_wal/$history")"
	fork[tli]=$bytes
}

done_with()
{
	bytes "$(sql "$1" 'select pg_current_wal_insert_lsn()')"
	final[$2]=$bytes
}

quiet=()
[ "$major" -lt 15 ] || quiet=('recovery_prefetch = off')
own_line=()
[ "$major" -lt 12 ] || own_line=("recovery_target_timeline = 'current'")

make_world()
{
	cluster main
	set_up main 'track_commit_timestamp = on' \
	    'max_prepared_transactions = 5' 'bgwriter_delay = 10s'
	walarch-init --pg1-path="${data[main]}" 2>"$T/init.out"
	start main
	ledger main
	sql main 'create table filler (words text)'
	work main 1 plain idle plain parted 'point early' plain plain
	backup main
	keep main 1
	work main 1 plain aborted 'point again' idle parted part_aborted \
	    'prepared commit' 'some 6' ends_segment 'some 5' plain \
	    'point fork3' plain idle plain 'some 4' plain
	backup_amid main 1
	work main 1 'prepared rollback' 'some 5' idle plain
	next_note
	open=$note
	# In a segment of its own: servers look for what was prepared in the
	# file of the timeline that left it, and at a fork have another's.
	sql main "begin; insert into ledger (note) values ('$open');
	    prepare transaction 'open'" >"$T/open"
	work main 1 ends_segment 'point fork2' plain ends_segment 'some 4' \
	    'point again' 'some 3'
	work main 1 finish_open ends_segment large plain large ends_segment \
	    'some 4' plain ends_segment 'some 2' plain
	backup main
	keep main 1
	work main 1 'some 5' 'point last' 'prepared commit' 'some 2' plain
	near=${#kind[@]}
	work main 1 plain ends_segment plain ends_segment plain ends_segment \
	    plain ends_segment plain ends_segment large plain
	done_with main 1
	stop main fast

	leave 2 second fork2 "$T/b1"
	work second 2 plain 'some 4' 'point again' large ends_segment plain
	backup second
	keep second 2
	work second 2 plain 'some 6' 'point last' large aborted
	done_with second 2
	stop second fast

	leave 3 third fork3 "$T/b0" "${own_line[@]}"
	work third 3 plain 'some 4' plain idle large ends_segment plain
	backup third
	keep third 3
	work third 3 plain 'some 4' ends_segment 'some 3' 'point last' plain
	done_with third 3
	kill_hard third
	walarch-push --all-ready "${data[third]}" 2>"$T/pushed"
}

# That which two timelines do not end.
finish_open()
{
	echo "select transaction as xid, pg_current_wal_insert_lsn() as lsn
	    from pg_prepared_xacts \gset
	    commit prepared 'open';"
	ended commit "$open"
}

# configure WORLD - for a repository of its own.
configure()
{
	sed "s|^repo1-path = .*|repo1-path = $T/$1|" "$T/walarch.conf" \
	    >"$T/$1.conf"
}

# hole WORLD TIMELINE LSN - a repository without the segment of that.
hole()
{
	local segment
	cp -a "$repo" "$T/$1"
	printf -v segment '%08X%08X%08X' "$2" $(($3 / 2**32)) \
	    $(($3 % 2**32 / size))
	missing[$1]=$segment
	rm "$T/$1/$stanza/wal"/*/"${segment:0:16}/$segment"
	configure "$1"
}

# lost WORLD TIMELINE - the same, without the history of that.
lost()
{
	cp -a "$repo" "$T/$1"
	printf -v "missing[$1]" '%08X.history' "$2"
	rm "$T/$1/$stanza/wal"/*/history/"${missing[$1]}"
	configure "$1"
}

declare -A missing=([whole]=none)

make_holes()
{
	cp "$T/walarch.conf" "$T/whole.conf"
	hole late 1 $(((ready[1] + redo[2]) / 2))
	hole early 1 $(((ready[0] + fork[3]) / 2))
	hole sparse 1 "${lsn[near + 4]}"
	lost nosecond 2
	lost nothird 3
	hole young 3 $(((ready[4] + final[3]) / 2))
}

type='' value='' exclusive=0 target_line=''

# on_path I TIMELINE - did that happen on the way to the timeline?
on_path()
{
	[ "${line[$1]}" -eq "$2" ] || { [ "${line[$1]}" -eq 1 ] &&
		[ "${lsn[$1]}" -lt "${fork[$2]}" ]; }
}

# before_stop I BACKUP - is that before where recovery to the target stops?
# $passed is 1 from the moment on that ends it.
before_stop()
{
	local at=${lsn[$1]}
	[ "$passed" -eq 0 ] || return 1
	case $type in
	time)
		[ "${kind[$1]}" = commit ] || return 0
		if [ "$exclusive" -eq 1 ]; then
			[ "${moment[$1]}" -lt "$micros" ]
		else
			[ "${moment[$1]}" -le "$micros" ]
		fi || passed=1
		;;
	xid)
		case ${kind[$1]} in commit|abort) ;; *) return 0 ;; esac
		[ "${xid[$1]}" -eq "$value" ] && [ "$at" -ge "${redo[$2]}" ] ||
			return 0
		passed=1
		[ "$exclusive" -eq 0 ]
		return
		;;
	name)
		[ "${kind[$1]} ${notes[$1]}" != "point $value" ] ||
			[ "$at" -lt "${redo[$2]}" ] || passed=1
		;;
	lsn) [ "$at" -lt "$stopped" ] || passed=1 ;;
	immediate) [ "$at" -lt "${ready[$2]}" ] || passed=1 ;;
	esac
	[ "$passed" -eq 0 ]
}

# expect BACKUP TIMELINE - the rows that the target asks for, in $want.
expect()
{
	local i passed=0 found=
	for i in "${!kind[@]}"; do
		on_path "$i" "$2" || continue
		before_stop "$i" "$1" || { [ "$passed" -eq 0 ] || break; }
		[ "${kind[$i]}" != commit ] || found="$found,${notes[$i]}"
	done
	want=$(tr ',' '\n' <<<"${found#,}" | sort | paste -sd ' ')
}

# way BACKUP - the timeline that the settings mean for the backup, in $way.
way()
{
	way=$target_line
	case $target_line in
	latest) way=${latest[${from[$1]}]} ;;
	current) way=${from[$1]} ;;
	0x*) way=$((target_line)) ;;
	'')
		way=${latest[${from[$1]}]}
		[ "$major" -ge 12 ] || way=${from[$1]}
		;;
	esac
}

latest=(0 3 3 3)

# The target as PostgreSQL's settings, in $settings.
as_settings()
{
	settings=("recovery_target_action = '$action'")
	case $type in
	default) ;;
	immediate) settings+=("recovery_target = 'immediate'") ;;
	*) settings+=("recovery_target_$type = '$value'") ;;
	esac
	[ "$exclusive" -eq 0 ] ||
		settings+=('recovery_target_inclusive = off')
	case $target_line in
	'') ;;
	current) settings+=("${own_line[@]}") ;;
	*) settings+=("recovery_target_timeline = '$target_line'") ;;
	esac
}

# normal LSN - without the header of a page that begins there; in $bytes.
normal()
{
	bytes "$1"
	case $((bytes % 8192)) in
	24) bytes=$((bytes - 24)) ;;
	40) bytes=$((bytes - 40)) ;;
	esac
}

# attempt BACKUP [SETTING...] - a recovery to the target: $reached (1 or 0),
# $story, and when it was reached $got, the rows, and $stopped, where.
attempt()
{
	local n=$1 history
	shift
	tries=$((tries + 1))
	as_settings
	export WALARCH_CONFIG=$T/$world.conf
	restore copy "${copies[$n]}" "${settings[@]}" "$@"
	recover copy
	export WALARCH_CONFIG=$T/walarch.conf
	story=$(grep -E 'recovery stopping|FATAL|PANIC|prefetch' "$T/copy.log" |
	    head -4) || :
	reached=0 got='' stopped=0
	case $state in
	up|paused)
		[ "$type" = default ] || grep -q 'recovery stopping' \
		    "$T/copy.log" || { halt copy; return 0; }
		reached=1
		got=$(sql copy "select coalesce(string_agg(note, ' '
		    order by note), '') from ledger")
		history=$(printf '%s\n' "${data[copy]}"/pg_wal/*.history |
		    tail -1)
		if [ "$state" = up ]; then
			normal "$(awk 'NF > 2 { at = $2 } END { print at }' \
			    "$history")"
		else
			normal "$(sql copy 'select pg_last_wal_replay_lsn()')"
		fi
		stopped=$bytes
		;;
	esac
	halt copy
}

# said KEY - of walarch's answer.
said()
{
	sed -n "s/^  \"$1\": \"\{0,1\}\([^\",]*\)\"\{0,1\},*\$/\1/p" "$T/answer"
}

ask()
{
	local arguments=("--type=$type" --output=json) status=0
	case $type in
	default|immediate) ;;
	*) arguments+=("--target=$value") ;;
	esac
	[ "$exclusive" -eq 0 ] || arguments+=(--target-exclusive)
	[ -z "$target_line" ] || arguments+=("--target-timeline=$target_line")
	WALARCH_CONFIG=$T/$world.conf walarch-info "${arguments[@]}" \
	    >"$T/answer" 2>"$T/asked" || status=$?
	answer=$(said reachable)
	case $status$answer in
	0true|1false) ;;
	*) answer="status $status" ;;
	esac
}

# wrong WHAT [LINE...]
wrong()
{
	not_ok "$what: $1" "${@:2}" "$story" "$(cat "$T/answer")" \
	    "world $world, without ${missing[$world]}; $action; \
seed $seed, target $asked"
	[ -z "${WALARCH_PG_KEEP:-}" ] || cp -a "$T/copy.log" "$T/$asked.log"
}

# To PostgreSQL a record that ends a segment early goes on to its end.
same_place()
{
	[ "$1" -eq "$2" ] || { [ $(($2 % size)) -eq 0 ] &&
		[ $((($2 - 1) / size)) -eq $(($1 / size)) ]; }
}

# The answer is yes: it must be reached so, and not from a newer backup.
prove_yes()
{
	local n named=-1 settings_more=() answer_lsn
	for n in "${!file[@]}"; do
		[ "${file[$n]}" != "$(said backup)" ] || named=$n
	done
	if [ "$named" -lt 0 ]; then
		wrong "there is no such base backup"
		return
	fi
	way "$named"
	[ "$(said prefetch-off)" != true ] || settings_more=("${quiet[@]}")
	attempt "$named" "${settings_more[@]}"
	expect "$named" "$way"
	normal "$(said lsn)"
	answer_lsn=$bytes
	if [ $reached -eq 0 ]; then
		wrong "b$named does not reach it ($state)"
	elif [ "$got" != "$want" ]; then
		wrong "other rows from b$named" "got:  $got" "want: $want"
	elif ! same_place "$answer_lsn" "$stopped"; then
		as_lsn "$stopped"
		wrong "it stops elsewhere, at $text"
	elif [ "$(said timeline)" != "$way" ]; then
		wrong "it is on timeline $way"
	else
		prove_newest "$named" || return 0
		ok "$what: from b$named"
	fi
}

# A time may be had from a newer one, too, if nothing was committed in between.
prove_newest()
{
	local n=$(($1 + 1))
	[ "$type" != time ] && [ $n -lt ${#copies[@]} ] || return 0
	n=$((n + RANDOM % (${#copies[@]} - n)))
	by_stop "$1" "$n" || return 0
	attempt "$n" "${quiet[@]}"
	[ $reached -eq 1 ] || return 0
	wrong "b$n reaches it, too"
	return 1
}

# Is the second the newer one, as walarch counts?  Timelines overlap.
by_stop()
{
	[ "${ready[$1]}" -lt "${redo[$2]}" ]
}

# The answer is no: no backup may reach it.
prove_no()
{
	local n several=(0 $((${#copies[@]} - 1)))
	[ "$many" -lt 100 ] || several=("${!copies[@]}")
	[ "$many" -ge 100 ] || several+=($((1 + RANDOM % (${#copies[@]} - 2))))
	for n in "${several[@]}"; do
		attempt "$n" "${quiet[@]}"
		[ $reached -eq 1 ] || continue
		way "$n"
		expect "$n" "$way"
		[ "$type" != time ] || [ "$got" = "$want" ] || continue
		wrong "b$n reaches it" "got:  $got" "want: $want"
		return
	done
	ok "$what: $(said bound)"
}

# prove TYPE VALUE [EXCLUSIVE [TIMELINE [WORLD]]]
prove()
{
	type=$1 value=$2 exclusive=${3:-0} target_line=${4-latest}
	world=${5:-whole} micros=0
	asked=$((asked + 1))
	action=pause
	# Where histories are missing, a server that waits cannot go on.
	case $((RANDOM % 4))$world in 0*|*no*) action=promote ;; esac
	case $type in
	time) micros=$value; as_time "$value"; value=$text ;;
	lsn) as_lsn "$value"; value=$text ;;
	esac
	what="$type $value"
	[ "$exclusive" -eq 0 ] || what="$what, exclusive"
	what="$what, timeline ${target_line:-unset}, $world"
	ask
	case $answer in
	true) what="$what: yes"; yes=$((yes + 1)); prove_yes ;;
	false) what="$what: no"; prove_no ;;
	*) story=''; wrong "$answer" "$(cat "$T/asked")" ;;
	esac
}

# one_of WORD... - by chance, in $one.
one_of()
{
	local words=("$@")
	one=${words[RANDOM % $#]}
}

# some_entry KIND... - the number of something that happened, in $entry.
some_entry()
{
	local i
	for ((i = 0; i < 1000; i++)); do
		entry=$((RANDOM % ${#kind[@]}))
		case " $* " in *" ${kind[entry]} "*) return 0 ;; esac
	done
	echo "there is no $*" >&2
	return 1
}

# commit_on TIMELINE N - the Nth commit there, -1 is the last; in $entry.
commit_on()
{
	local i all=()
	for i in "${!kind[@]}"; do
		[ "${kind[$i]}" != commit ] || [ "${line[$i]}" -ne "$1" ] ||
			all+=("$i")
	done
	entry=${all[$2]}
}

# All that is asked on purpose, as arguments of prove.
edges=()

edge()
{
	edges+=("$*")
}

edges_of_time()
{
	local tli
	for tli in 1 2 3; do
		commit_on $tli -1
		edge time "${moment[entry]}" 0 "$tli"
		edge time "${moment[entry]}" 1 "$tli"
		edge time $((moment[entry] - 1)) 0 "$tli"
		edge time $((moment[entry] + 60000000)) 0 "$tli"
	done
	commit_on 1 0
	edge time "${moment[entry]}" 0 1
	edge time $((moment[entry] - 3600000000)) 0 latest
	some_entry idle
	edge time "${moment[entry]}" 0 "${line[entry]}"
	commit_on 1 20
	edge time "${moment[entry]}" 0 current
	edge time "${moment[entry]}" 1 current
	edge time "${moment[entry]}" 1 current early
}

edges_of_lsn()
{
	local tli n
	for tli in 1 2 3; do
		commit_on $tli -2
		edge lsn "${lsn[entry]}" 0 "$tli"
		edge lsn "${lsn[entry]}" 1 "$tli"
		edge lsn $((lsn[entry] + 8)) 1 "$tli"
		edge lsn "${final[tli]}" 0 "$tli"
		edge lsn $((final[tli] + 100000000)) 0 "$tli"
	done
	for n in 0 1 2; do
		edge lsn "${redo[n]}" 0 1
		edge lsn $((ready[n] + 1)) 1 1
	done
	edge lsn "${fork[2]}" 0 2
	edge lsn "${fork[2]}" 1 2
	edge lsn $((fork[2] - 8)) 0 2
	edge lsn $((fork[3] - 8)) 1 3
	edge lsn "${fork[3]}" 1 3
	edge lsn 5000 0 1
}

edges_of_xid()
{
	some_entry part
	edge xid "${xid[entry]}" 0 "${line[entry]}"
	some_entry abort
	edge xid "${xid[entry]}" 0 "${line[entry]}"
	edge xid "${xid[entry]}" 1 "${line[entry]}"
	for entry in "${!kind[@]}"; do
		[ "${notes[entry]}" != "$open" ] || break
	done
	for one in 0 1; do
		edge xid "${xid[entry]}" $one 1
		edge xid "${xid[entry]}" $one 2
	done
	edge xid 3 0 latest
	edge xid 4000000000 0 1
}

edges_of_rest()
{
	local tli
	for tli in 1 2 3 latest current 4 9 0x2; do
		edge name again 0 "$tli"
		edge name last 0 "$tli" late
	done
	edge name amid 0 1
	edge name early 0 1
	edge name fork3 0 3
	edge name fork2 0 2
	edge name nosuchpoint 0 latest
	for tli in 1 2 3; do
		edge default - 0 "$tli"
		edge default - 0 "$tli" late
		edge default - 0 "$tli" early
		edge default - 0 "$tli" young
		edge immediate - 0 "$tli" early
	done
}

# A server asks for the histories of all timelines, to find the newest, and a
# number for its own.
edges_of_histories()
{
	local w tli
	for w in nosecond nothird; do
		for tli in 1 2 3 latest current; do
			edge name last 0 "$tli" "$w"
			edge immediate - 0 "$tli" "$w"
			edge default - 0 "$tli" "$w"
		done
		edge name early 0 1 "$w"
		edge name fork3 0 3 "$w"
	done
}

# Right before, in, and right behind what is missing.
edges_of_holes()
{
	local w at tli n
	for n in 0 1 2 3; do
		edge lsn "${lsn[near + n]}" 0 1 sparse
		edge xid "${xid[near + n]}" 1 current sparse
	done
	for w in late early sparse young; do
		tli=$((16#${missing[$w]:0:8}))
		at=$((16#${missing[$w]:16:8} * size))
		for n in $((at - size / 2)) $((at - 3000)) $((at - 1)) $at \
		    $((at + 200)) $((at + size + 500)); do
			edge lsn "$n" 0 "$tli" "$w"
			edge lsn "$n" 1 "$tli" "$w"
		done
	done
}

by_chance()
{
	local add=0 off world tli
	one_of 0 0 0 1 1
	off=$one
	one_of whole whole whole late early sparse young
	world=$one
	one_of latest latest current 1 1 1 2 2 3 unset
	tli=$one
	case $((RANDOM % 10)) in
	[0-2])
		some_entry commit commit idle
		one_of 0 0 1 -1 $((RANDOM * 5)) $((-RANDOM * 5)) 300000
		edge time $((moment[entry] + one)) "$off" "$tli" "$world"
		;;
	[3-4])
		some_entry commit abort part
		edge xid "${xid[entry]}" "$off" "$tli" "$world"
		;;
	[5-7])
		one_of 0 0 8 24 -24 1 $((RANDOM * 4)) $((-RANDOM * 4))
		add=$one
		entry=$((RANDOM % ${#kind[@]}))
		edge lsn $((lsn[entry] + add)) "$off" "$tli" "$world"
		;;
	8)
		some_entry point
		edge name "${notes[entry]}" 0 "$tli" "$world"
		;;
	*)
		one_of default immediate immediate
		edge "$one" - 0 "$tli" "$world"
		;;
	esac
}

# Half on purpose, half by chance.
choose()
{
	local i
	edges_of_time
	edges_of_lsn
	edges_of_xid
	edges_of_rest
	edges_of_holes
	edges_of_histories
	chosen=()
	while [ ${#chosen[@]} -lt $((many / 2)) ] && [ ${#edges[@]} -gt 0 ]; do
		i=$((RANDOM % ${#edges[@]}))
		chosen+=("${edges[i]}")
		unset "edges[i]"
		edges=("${edges[@]}")
	done
	edges=()
	while [ $((${#chosen[@]} + ${#edges[@]})) -lt "$many" ]; do
		by_chance
	done
	chosen+=("${edges[@]}")
}

asked=0
yes=0
tries=0
make_world
make_holes
choose
echo "# $title: ${#kind[@]} entries, a world in $SECONDS s"
for target in "${chosen[@]}"; do
	read -r type value exclusive target_line world <<<"$target"
	[ "$target_line" != unset ] || target_line=
	prove "$type" "$value" "$exclusive" "$target_line" "$world"
done
is "not all of $asked targets are reached, nor are all missed" \
    $((yes > 0 && yes < asked)) 1
echo "# $title: $yes of $asked can be reached, $tries recoveries, $SECONDS s"
finish
