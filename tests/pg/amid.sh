#!/bin/bash
# amid.sh - backups while files vanish, grow, shrink and appear: what is
# restored is consistent, has all that was committed, and is sound.
# shellcheck disable=SC2317	# what is called by another's arguments
. "$(dirname "$0")/sets.sh"

source_cluster -k
ledger source
sql source 'create table grown (a int primary key, t text);
    create table shrunk (a int, t text)'
touch "${data[source]}/comes_and_goes"

load()
{
	local n=0
	until [ -e "$T/enough" ]; do
		n=$((n + 1))
		cat <<-EOT
		create table made_$n as select i, repeat('x', 100) t
		    from generate_series(1, 500) i;
		insert into grown select i, repeat('y', 200)
		    from generate_series($n * 500, $n * 500 + 499) i;
		insert into shrunk select i, repeat('z', 500)
		    from generate_series(1, 1000) i;
		truncate shrunk;
		delete from grown where a % 7 = 0;
		vacuum grown;
		drop table made_$n;
		insert into ledger (note) values ('$n');
		EOT
		sleep 0.05
	done | "$client/psql" -XAtq -h "$T" -p "${port[source]}" \
	    >"$T/load.out" 2>&1
}

files()
{
	local n=0
	until [ -e "$T/enough" ]; do
		n=$((n + 1))
		mkdir -p "${data[source]}/made/$n"
		echo $n >"${data[source]}/made/$n/file"
		head -c $((RANDOM * 4)) /dev/zero >"${data[source]}/grows"
		rm -rf "${data[source]}/made"
		sleep 0.01
	done
}

load &
files &
many=4
[ -z "${WALARCH_LONG:-}" ] || many=30
bad=
list=()
for ((n = 0; n < many; n++)); do
	types=(full incr diff incr)
	if back_up source --type="${types[n % 4]}" --process-max=2 \
	    >"$T/$n.out" 2>&1; then
		list+=("$(label_in "$T/$n.out")")
		sql source 'select count(*) from ledger' >"$T/${list[-1]}"
	else
		bad="$bad$(cat "$T/$n.out")"
	fi
	grep -h 'warning' "$T/$n.out" || :
done >"$T/warned"
touch "$T/enough"
wait
is 'each backup is made' "$bad" ''
is 'none warns' "$(cat "$T/warned")" ''
switch source >"$T/switched"
total=$(sql source 'select count(*) from ledger')
rm -f "${data[source]}/comes_and_goes"

amcheck=
if [ "$major" -ge 14 ]; then
	for program in "$bin/pg_amcheck" "$client/pg_amcheck"; do
		[ ! -x "$program" ] || { amcheck=$program; break; }
	done
fi

sound()
{
	[ -n "$amcheck" ] || return 0
	"$amcheck" -h "$T" -p "${port[$1]}" --install-missing --heapallindexed \
	    -d postgres
}

for set in "${list[@]}"; do
	check "it is restored: ${set: -1}" bring copy --delta --set="$set" \
	    --type=immediate --target-action=promote
	recover copy
	is 'it comes up' "$state" up
	have=$(sql copy 'select count(*) from ledger')
	check 'with what was committed until then, and none in between missing' \
	    [ "$have" -le "$(cat "$T/$set")" -a "$have" = \
	    "$(sql copy 'select max(id) from ledger')" ]
	check 'it is sound' sound copy
	stop copy
done
check 'and to the end' bring copy --delta
recover copy
is 'with all rows' "$(sql copy 'select count(*) from ledger')" "$total"
check 'sound' sound copy
finish
