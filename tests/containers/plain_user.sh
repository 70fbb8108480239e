#!/bin/bash
# plain_user.sh - any uid, with the group 0 and without a name; an image of any
# name; commands that know the settings without an environment; and a server
# that is started again finds its files as they were.
# shellcheck disable=SC2016	# another shell's dollars
. "$(dirname "$0")/plain/lib.sh"

secrets

# A user that the machine does not know.
nobody=(--passwd=false --user 4711:0 -v pgdata:/pgdata -v repo:/walarch
    --env WALARCH=true "${new_cluster[@]}")
check 'a server of a uid without a name' box main postgres "${nobody[@]}"
is 'it runs as that' "$(in_box main sh -c 'id -u; id -G' | paste -sd ' ')" \
    '4711 0'
is 'which has got a name' "$(in_box main whoami)" postgres
is 'it has all' "$(in_box main find /pgdata/main /walarch/main-backups \
    ! -user 4711)" ''
is 'psql needs no options' "$(in_box main psql -Atc 'select current_user')" \
    postgres
commit main one
check 'a backup by an exec' in_box main walarch-backup --type=full --start-fast
check 'a check' in_box main walarch-check
commit main two
check 'it stops' stop main
is 'as a server' "$(exit_status main)" 0
check 'and starts again' again main
is 'with its rows' "$(rows main)" 'one two'

# Commands that are run without what the entrypoint has in its environment.
for command in 'walarch-info' 'walarch-verify' 'walarch-check' \
    'walarch-backup --type=diff' 'walarch-expire --repo1-retention-full=2'; do
	gives "without an environment: $command" 0 '' \
	    in_box main env -i /bin/sh -c "/usr/local/bin/$command"
done
gives 'it is this one' 0 'stanza: db' in_box main env -i /usr/local/bin/walarch-info
check 'it is ready for a probe' in_box main env -i "$programs/ready"
check 'and alive' in_box main env -i "$programs/live"
remove main
refused 'another uid on its data' '.*belongs to uid 4711, and this is uid 4712' \
    postgres --env WALARCH_PGDATA_DIR=main "${nobody[@]}" --user 4712:0
check 'the jobs do without a name, too' job copy restore --passwd=false \
    --user 4711:0 -v repo:/walarch:ro -v copies:/pgdata \
    --env WALARCH_PG1_PATH=/pgdata/copy
check 'and what they restore starts' box copy postgres --passwd=false \
    --user 4711:0 -v copies:/pgdata -v repo:/walarch:ro
is 'with its rows' "$(rows copy)" 'one two'
remove copy

# The same image by another name.
image=$("$cli" image inspect -f '{{.Id}}' "$image")
server=(-v mine:/pgdata -v pgwal:/pgwal --env WALARCH_PG_ARCHIVE_MODE=on
    "${new_cluster[@]}")
check 'an image of another name' box mine postgres "${server[@]}"
is 'runs as the uid of the image' \
    "$(in_box mine sh -c 'id -u; id -G' | paste -sd ' ')" '26 0'

# configuration - the server's, whose names come first.
configuration()
{
	in_box mine sh -c 'cd /pgdata/mine; md5sum *.conf; stat -c "%n %a" *.conf'
}

included()
{
	in_box mine grep -c walarch.conf /pgdata/mine/postgresql.conf
}

before=$(configuration)
is 'its files are of its own' "$(grep -c ' 600$' <<<"$before")" 5
for time in first second; do
	stop mine
	again mine
	is "started again, a $time time: the files are the same" \
	    "$(configuration)" "$before"
	is "started again, a $time time: one line includes the settings" \
	    "$(included)" 1
done
in_box mine sh -c 'echo "work_mem = 5MB" >>/pgdata/mine/walarch.conf
    echo "work_mem = 6MB" >>/pgdata/mine/postgresql.auto.conf'
stop mine
again mine
is 'what was added to the settings by hand is gone' "$(configuration |
    grep walarch.conf)" "$(grep walarch.conf <<<"$before")"
is 'but ALTER SYSTEM stays' "$(sql mine 'show work_mem')" 6MB
remove mine
check 'with other variables' box mine postgres "${server[@]:0:2}" \
    --env WALARCH_PG1_PORT=5433
is 'it does not archive any more' "$(in_box mine psql -p 5433 -Atc \
    'show archive_mode')" off
is 'with one line still' "$(included)" 1
remove mine

# Files that take the place of the server's own.
shell -v pgconf:/pgconf -- 'echo "work_mem = 7MB" >/pgconf/postgresql.conf
    echo "local all all trust" >/pgconf/pg_hba.conf'
for time in first second; do
	check "a configuration of one's own, a $time time" box mine postgres \
	    "${server[@]}" -v pgconf:/pgconf:ro
	is 'it is in use, and the settings go before it' "$(sql mine "select
	    setting from pg_file_settings where name = 'work_mem' and
	    sourcefile like '%/postgresql.conf'") $(included) $(
	    sql mine 'show archive_mode') $(sql mine \
	    'select count(*) from pg_hba_file_rules')" '7MB 1 on 1'
	remove mine
done
finish
