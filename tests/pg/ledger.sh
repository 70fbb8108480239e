#!/bin/bash
# ledger.sh - while sessions write, backup sets are made; restored to targets of
# every kind, servers have the very rows that were committed until then, as
# pg_waldump tells of the WAL, and pages and indexes are sound.
#
#   WALARCH_PG_TARGETS  so many of them; with WALARCH_LONG 60
#   WALARCH_PG_SEED     chosen the same way again
. "$(dirname "$0")/sets.sh"

waldump=$bin/pg_waldump
[ -x "$waldump" ] || waldump=$client/pg_waldump
if [ "$major" -lt 13 ] ||
	[ "$("$waldump" -V 2>&1 | sed 's/^[^0-9]*\([0-9]*\).*/\1/')" != "$major" ]
then
	skip "there is no pg_waldump of $major"
	finished=1
	exit 0
fi
many=6
[ -z "${WALARCH_LONG:-}" ] || many=60
many=${WALARCH_PG_TARGETS:-$many}
seed=${WALARCH_PG_SEED:-$((RANDOM * 32768 + RANDOM))}
RANDOM=$seed
echo "# $title: WALARCH_PG_SEED=$seed WALARCH_PG_TARGETS=$many"

source_cluster -k
set_up source "wal_keep_size = '2GB'" 'checkpoint_timeout = 30s'
reload source
sql source 'create table ledger (id serial primary key, xid bigint not null,
	words text);
    create table accounts (id int primary key, balance int not null);
    insert into accounts select i, 0 from generate_series(1, 200) i;
    create index on ledger (xid)'

# One transaction: a row of the ledger, and money from one to another.
transfer()
{
	local a=$((RANDOM % 199 + 1)) d=$((RANDOM % 100)) b
	b=$((a + RANDOM % (200 - a) + 1))
	echo "begin;
	    insert into ledger (xid, words) values (txid_current(),
		repeat('$RANDOM', $((RANDOM % 50))));
	    update accounts set balance = balance - $d where id = $a;"
	case $((RANDOM % 12)) in
	0) echo 'rollback;' ; return ;;
	1) echo "savepoint s; update accounts set balance = 7 where id = $b;
		rollback to s; savepoint t;" ;;
	esac
	echo "update accounts set balance = balance + $d where id = $b; commit;"
}

session()
{
	local n=0
	RANDOM=$((seed + $1))
	until [ -e "$T/enough" ]; do
		n=$((n + 1))
		transfer
		case $((RANDOM % 40)) in
		0) echo "create table own_$1_$n as select i, md5(i::text) t from
			generate_series(1, 1000) i;
		    create index on own_$1_$n (t);" ;;
		1) echo "drop table if exists own_$1_$((n / 2));" ;;
		2) echo 'vacuum accounts;' ;;
		3) echo 'vacuum ledger;' ;;
		esac
		sleep 0.005
	done | "$client/psql" -XAtq -h "$T" -p "${port[source]}" \
	    >"$T/session.$1" 2>&1
}

point()
{
	sql source "select pg_create_restore_point('$1')" >"$T/point"
	points+=("$1")
}

points=()
labels=()
for n in 1 2 3; do
	session $n &
done
sleep 0.3
for type in full incr diff incr full diff incr; do
	point "before $type ${#points[@]}"
	if back_up source --type=$type --process-max=2 >"$T/out" 2>&1; then
		labels+=("$(label_in "$T/out")")
	else
		not_ok "a $type backup is made" "$(cat "$T/out")"
	fi
	sleep 0.2
done
point 'last'
sleep 0.3
touch "$T/enough"
wait
sql source 'insert into ledger (xid) values (txid_current())'
sql source 'select xid from ledger order by xid' >"$T/all"
end=$(switch source)
sql source 'select 1' >"$T/one"
is 'no session has an error' \
    "$(grep -hE 'ERROR|FATAL' "$T"/session.* | grep -v deadlock)" ''
stop source

# What there is in the WAL, in its order: "LSN KIND XID TIME NAME", of which
# LSNs are of 16 digits, as they compare.
first=$(basename "$(find "${data[source]}/pg_wal" -name '0000*' -type f \
    ! -name '*.backup' | sort | head -1)")
"$waldump" -p "${data[source]}/pg_wal" "$first" "$end" 2>"$T/waldump.err" |
	sed -nE 's/^rmgr: ([^ ]+) .* tx: *([0-9]+), lsn: ([^,]+), .* desc: /\1 \2 \3 /p' |
	awk 'function lsn(text, p) {
		split(text, p, "/")
		return substr("00000000" p[1], length(p[1]) + 1) \
		    substr("00000000" p[2], length(p[2]) + 1)
	}
	{ kind = "other"; time = "-"; name = "" }
	$1 == "Transaction" && $4 == "COMMIT" { kind = "commit" }
	$1 == "Transaction" && $4 == "ABORT" { kind = "abort" }
	kind != "other" { time = $5 "T" $6 }
	$4 == "RESTORE_POINT" {
		kind = "point"
		name = $5
		for (i = 6; i <= NF; i++)
			name = name " " $i
	}
	$4 == "BACKUP_END" { kind = "end"; name = lsn($5) }
	{ print lsn($3), kind, $2, time, name }' >"$T/wal"

commits=$(grep -c ' commit ' "$T/wal")
echo "# $title: $commits commits, ${#labels[@]} sets, $SECONDS s"
check 'there is something to restore' [ "$commits" -gt 200 ]

# as_hex LSN - of 16 digits, in $hex
as_hex()
{
	printf -v hex '%08X%08X' "0x${1%/*}" "0x${1#*/}"
}

# expect TYPE VALUE EXCLUSIVE REDO - the ledger's rows in $T/want, and where
# replay stops, if it does, in $T/stop.
expect()
{
	awk -v type="$1" -v value="$2" -v exclusive="$3" -v redo="$4" \
	    -v stop="$T/stop" '
	function ends() {
		return $2 == "commit" || $2 == "abort"
	}
	function before() {
		if (type == "time" && ends())
			return exclusive ? ($4 "") >= value : ($4 "") > value
		return exclusive && hit()
	}
	function hit() {
		if (type == "xid")
			return ends() && ($3 "") == (value "")
		if (type == "lsn")
			return ($1 "") >= (value "")
		if (type == "name")
			return $2 == "point" && substr($0, index($0, $5)) == value
		return type == "immediate" && $2 == "end" && ($5 "") == (redo "")
	}
	BEGIN { printf "" >stop }
	{ looks = ($1 "") >= (redo "") }
	looks && before() { print $1 >stop; exit }
	$2 == "commit" { print $3 }
	looks && !exclusive && hit() { print $1 >stop; exit }' "$T/wal" |
		sort -n | comm -12 <(sort "$T/all") <(sort -) | sort -n \
	    >"$T/want"
}

amcheck=
if [ "$major" -ge 14 ]; then
	amcheck=$bin/pg_amcheck
	[ -x "$amcheck" ] || amcheck=$client/pg_amcheck
fi

# some_line FILE [PATTERN] - one of them, by chance, in $line.
some_line()
{
	local count
	count=$(grep -c "${2:-}" "$1")
	line=$(grep "${2:-}" "$1" |
		sed -n "$(((RANDOM * 32768 + RANDOM) % count + 1))p" |
		sed 's/^ *//')
}

# choose_target - in $type, $value (for awk) and $target (for walarch).
choose_target()
{
	local types=(time time xid lsn name immediate default)
	type=${types[RANDOM % ${#types[@]}]}
	[ "$1" -ge ${#types[@]} ] || type=${types[$1]}
	value='' target=''
	exclusive=$((RANDOM % 2))
	case $type in
	time)
		# Not the last ones: behind them replay would not stop.
		grep ' commit ' "$T/wal" | head -n -3 >"$T/some"
		some_line "$T/some"
		value=$(echo "$line" | cut -d ' ' -f 4)
		[ $((RANDOM % 2)) -eq 0 ] ||
			printf -v value '%s%03d' "${value%???}" \
			    $((RANDOM % 1000))
		target="${value/T/ }+00"
		;;
	xid)
		some_line "$T/wal" ' commit \| abort [1-9]'
		value=$(echo "$line" | cut -d ' ' -f 3)
		target=$value
		;;
	lsn)
		some_line "$T/wal"
		value=${line%% *}
		[ $((RANDOM % 2)) -eq 0 ] ||
			printf -v value '%016X' $((16#$value + RANDOM % 200))
		target="$((16#${value:0:8}))/${value:8}"
		;;
	name)
		value=${points[RANDOM % ${#points[@]}]}
		target=$value
		exclusive=0
		;;
	*)
		exclusive=0
		;;
	esac
}

# tried WHAT - the server that was restored, against what is wanted.
tried()
{
	recover copy
	is "$1: it comes up" "$state" up
	[ "$state" = up ] || {
		tail -5 "$T/copy.log" | sed 's/^/#   /'
		halt copy
		return 0
	}
	sql copy 'select xid from ledger order by xid' >"$T/got"
	is "$1: it has the very rows" "$(diff "$T/want" "$T/got" | head -5)" ''
	is "$1: no money is lost" \
	    "$(sql copy 'select sum(balance) from accounts')" 0
	[ -z "$amcheck" ] || check "$1: it is sound" "$amcheck" -h "$T" \
	    -p "${port[copy]}" --install-missing --heapallindexed postgres
	stop copy
}

# look_up LABEL - in $redo where replay of the set begins, in $ends the record
# with which its backup ended.
look_up()
{
	as_hex "$(fact "$1" redo)"
	redo=$hex
	ends=$(awk -v redo="$redo" '$2 == "end" && ($5 "") == (redo "") {
	    print $1 }' "$T/wal")
}

# choose_way - in $options and $label.
choose_way()
{
	options=(--type="$type" --target-action=promote)
	[ -z "$target" ] || options+=(--target="$target")
	[ $exclusive -eq 0 ] || options+=(--target-exclusive)
	label=
	[ $((RANDOM % 2)) -eq 0 ] || {
		label=${labels[RANDOM % ${#labels[@]}]}
		options+=(--set="$label")
	}
	case $((RANDOM % 3)) in
	0) rm -rf "${data[copy]:-$T/none}" ;;
	*) options+=(--delta) ;;
	esac
}

# The set, or the oldest one, must not be consistent before the target.
rightly_refused()
{
	look_up "${label:-${labels[0]}}"
	expect "$type" "$value" $exclusive 0
	check "$1: rightly refused" [ -s "$T/stop" -a \
	    ! "$(cat "$T/stop")" \> "$ends" ]
	grep -q 'cannot be reached' "$T/brought" ||
		not_ok "$1: it is restored" "$(tail -5 "$T/brought")"
}

# A set by chance is often too late for a target.
reached=0
for ((n = 0; reached < many && n < 4 * many; n++)); do
	choose_target $n
	choose_way
	what="$n: $type $target, $exclusive, ${label:-chosen}"
	if bring copy "${options[@]}" >"$T/brought" 2>&1; then
		look_up "$(label_in "$T/brought")"
		expect "$type" "$value" $exclusive "$redo"
		tried "$what"
		reached=$((reached + 1))
	else
		rightly_refused "$what"
	fi
done
is 'so many were restored' $reached "$many"
echo "# $title: $reached of $n could be reached, $SECONDS s"
finish
