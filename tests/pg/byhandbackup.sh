#!/bin/bash
# byhandbackup.sh - a base backup is restored by the commands of
# walarch-repository(5), RESTORING BY HAND, without walarch.
# shellcheck disable=SC2317	# what is called by another's arguments
. "$(dirname "$0")/lib.sh"

for tool in zstd jq xxh128sum; do
	if ! command -v "$tool" >/dev/null; then
		skip "there is no $tool"
		finished=1
		exit 0
	fi
done
page=$(dirname "$0")/walarch-repository.5

# said TITLE - the first literal block below .Ss TITLE.
said()
{
	awk -v title=".Ss $1" '
	    $0 == title { found = 1 }
	    found && /^\.Bd -literal/ { inside = 1; next }
	    inside && /^\.Ed/ { exit }
	    inside' "$page" |
	    sed -e "s/\\\\(aq/'/g" -e 's/\\(dq/"/g' -e 's/\\&//g' \
		-e 's/\\e/\\/g'
}

# by_hand NAME LABEL TITLE... - what the page says below the titles, run in one
# shell that does not find walarch, for the cluster NAME.
by_hand()
{
	local name=$1 set=$2 title
	shift 2
	place "$name"
	{
		printf '%s=%s\n' backup "$repo/db/backup" \
		    wal "$(echo "$repo"/db/wal/*)" label "$set" \
		    data "${data[$name]}" places "$T/$name.places"
		for title; do
			said "$title"
		done
	} >"$T/$name.commands"
	env -i PATH=/usr/bin:/bin LC_ALL=C \
	    bash -eu "$T/$name.commands" >"$T/$name.out" 2>&1 || {
		cat "$T/$name.out"
		return 1
	}
}

# Up to 11 the line that the page adds stands in recovery.conf.
recovery=('The write-ahead log by hand' 'Recovery by hand')
recover_by_hand()
{
	local name=$1
	if [ "$major" -lt 12 ]; then
		grep '^restore_command' "${data[$name]}/postgresql.auto.conf" \
		    >"${data[$name]}/recovery.conf"
		sed -i '/^restore_command/d' \
		    "${data[$name]}/postgresql.auto.conf"
		rm "${data[$name]}/recovery.signal"
	fi
	set_up "$name" "port = ${port[$name]}" 'archive_mode = off'
	PATH=/usr/bin:/bin recover "$name"
	is "$name: recovery ends" "$state" up
	is "$name: the rows are there" "$(rows "$name")" "$2"
	is "$name: and those in tablespaces" "$(sql "$name" \
	    'select (select count(*) from a), (select count(*) from b)')" \
	    "$3"
	is "$name: which are in their new places" "$(sql "$name" \
	    "select count(*) from pg_tablespace
	    where pg_tablespace_location(oid) like '$T/$name.places/%'")" 2
	halt "$name"
}

label_of()
{
	sed -n 's/.*backup set \([0-9A-Z_]*\): .*/\1/p' "$1"
}

back_up()
{
	walarch-backup --pg1-path="${data[main]}" --pg1-socket-path="$T" \
	    --pg1-port="${port[main]}" --start-fast --process-max=2 \
	    --archive-timeout=60s "$@" >"$T/backup.out" 2>&1 || {
		not_ok "walarch-backup $*" "$(cat "$T/backup.out")"
		return 1
	}
	label_of "$T/backup.out"
}

cluster main
walarch-init --pg1-path="${data[main]}" >"$T/init.out" 2>&1
start main
ledger main
for name in a b; do
	mkdir "$T/$name.place"
	sql main "create tablespace t$name location '$T/$name.place'"
	sql main "create table $name (i int) tablespace t$name"
	sql main "insert into $name select generate_series(1, 100)"
done
sql main 'create table big as select generate_series(1, 60000) i'
commit main one
ln -s pg_hba.conf "${data[main]}/link to hba.conf"
mkdir "$T/outside"
echo text >"$T/outside/file"
ln -s "$T/outside" "${data[main]}/outside"
declare -A label
label[full]=$(back_up --type=full)
commit main two
sql main 'insert into a values (101)'
label[diff]=$(back_up --type=diff)
sql main 'update big set i = i + 1'
commit main three
label[incr]=$(back_up --type=incr)
commit main four
switch main >"$T/switched"
stop main

check 'a full backup is unpacked by hand' by_hand full "${label[full]}" \
    'The folders by hand' 'A full backup by hand' 'Verifying by hand' \
    'Links by hand' 'Tablespaces by hand' "${recovery[@]}"
is 'with its link' "$(readlink "${data[full]}/link to hba.conf")" pg_hba.conf
is 'and what lies outside, in place of the link to it' \
    "$(cat "${data[full]}/outside/file"; stat -c %F "${data[full]}/outside")" \
    "text
directory"
is 'of which the manifest tells where it led' \
    "$(zstd -dc "$repo/db/backup/${label[full]}/manifest" |
	jq -r 'select(.to and (.path | startswith("outside"))) |
	    .path + " " + .to')" "outside $T/outside"
recover_by_hand full 'one two three four' '101|100'
for name in diff incr; do
	check "a backup of type $name is unpacked by hand" \
	    by_hand "$name" "${label[$name]}" 'The folders by hand' \
	    'Any backup by hand' 'Verifying by hand' 'Links by hand' \
	    'Tablespaces by hand' "${recovery[@]}"
	recover_by_hand "$name" 'one two three four' '101|100'
done
gives 'without walarch' 127 'not found' env PATH=/usr/bin:/bin bash -c \
    'walarch-get --version'
printf 'x' >>"${data[incr]}/PG_VERSION"
gives 'what is not as it was is found' 1 'PG_VERSION' env -C "${data[incr]}" \
    bash -c "backup=$repo/db/backup label=${label[incr]}; $(said 'Verifying by hand')"
finish
