# cluster.sh - for the entrypoint to source: make a cluster.  It is made in a
# hidden folder, and has its name only when it is whole.
# shellcheck shell=bash disable=SC2154,SC2034

need_cluster_settings()
{
	need WALARCH_APP_USER WALARCH_APP_DATABASE WALARCH_REPLICATION_USER
	secret WALARCH_APP_PASSWORD /secrets/app-password /pguser/password
	app_password=$secret
	secret WALARCH_REPLICATION_PASSWORD /secrets/replication-password \
	    /pgprimary/password
	replication_password=$secret
	secret WALARCH_SUPERUSER_PASSWORD /secrets/superuser-password \
	    /pgroot/password
	superuser_password=$secret
	[ "$WALARCH_APP_USER" != postgres ] ||
		die 'WALARCH_APP_USER is "postgres", which is the superuser'
	[ "$WALARCH_APP_USER" != "$WALARCH_REPLICATION_USER" ] ||
		die "WALARCH_APP_USER and WALARCH_REPLICATION_USER are both \"$WALARCH_APP_USER\""
	case $WALARCH_REPLICATION_USER in
	*[\"$'\n']*) die 'WALARCH_REPLICATION_USER has a quote in it' ;;
	esac
}

# clear_unfinished - what an interrupted start has made, if it came so far that
# pg_wal has its name and the cluster has not.
clear_unfinished()
{
	new=$(dirname "$datadir")/.$name.new
	new_waldir=${waldir:+$(dirname "$waldir")/.$(basename "$waldir").new}
	[ -n "$waldir" ] && [ ! -e "$datadir" ] &&
		[ "$(readlink "$new/pg_wal")" = "$waldir" ] || return 0
	info "what an interrupted start has made is removed: \"$waldir\""
	rm -rf "$waldir"
}

# Nothing may be lost that was there before.
check_places()
{
	local place
	for place in "$datadir" ${waldir:+"$waldir"}; do
		[ ! -e "$place" ] || [ -z "$(ls -A "$place" 2>&1)" ] ||
			die "\"$place\" is not empty, and \"$datadir\" is no data directory: is the volume another cluster's?" \
			    'Nothing was changed. Mount the right volume, or name another data directory by WALARCH_PGDATA_DIR.'
	done
}

init_options()
{
	options=(--username=postgres --encoding=UTF8 --auth-local=trust
	    --auth-host=scram-sha-256)
	if yes WALARCH_CHECKSUMS true; then
		options+=(--data-checksums)
	elif [ "$(server_major)" -ge 18 ]; then
		options+=(--no-data-checksums)
	fi
	[ -z "$waldir" ] || options+=("--waldir=$new_waldir")
}

# A base backup takes its WAL out of pg_wal at its end, after checkpoints.
first_settings()
{
	if [ "$(server_major)" -ge 13 ]; then
		echo 'wal_keep_size = 256MB'
	else
		echo 'wal_keep_segments = 16'
	fi
}

run_initdb()
{
	local status=0
	run initdb --pgdata="$new" "${options[@]}" \
	    --pwfile=<(printf '%s\n' "$superuser_password") \
	    >"$folder/initdb" 2>&1 || status=$?
	[ "$status" -eq 0 ] || {
		cat "$folder/initdb" >&2
		rm -rf "$new" "$new_waldir"
		die "initdb could not make \"$datadir\""
	}
	first_settings >>"$new/postgresql.conf"
	printf '%s\n' 'host all all all scram-sha-256' \
	    "host replication \"$WALARCH_REPLICATION_USER\" all scram-sha-256" \
	    >>"$new/pg_hba.conf"
}

literal() { printf "'%s'" "${1//\'/\'\'}"; }
identifier() { printf '"%s"' "${1//\"/\"\"}"; }

# On standard input, so that no process list and no log has a password.
roles()
{
	local app database
	app=$(identifier "$WALARCH_APP_USER")
	database=$(identifier "$WALARCH_APP_DATABASE")
	echo "set log_min_error_statement = 'panic';"
	echo "create role $app login password $(literal "$app_password");"
	[ "$WALARCH_APP_DATABASE" = postgres ] ||
		echo "create database $database owner $app;"
	echo "create role $(identifier "$WALARCH_REPLICATION_USER") login" \
	    "replication password $(literal "$replication_password")" \
	    'in role pg_monitor;'
}

# Without the network.  What is to be archived waits for the server proper.
fill_cluster()
{
	local mode=off
	[ "$archiving" = off ] || mode=on
	run pg_ctl -D "$new" -s -w -l "$folder/setup.log" -o \
	    "-c listen_addresses='' -c unix_socket_directories=$folder -c archive_mode=$mode -c archive_command=''" \
	    start || return
	roles | psql -X -q -v ON_ERROR_STOP=1 -h "$folder" || return
	[ ! -e /pgconf/setup.sql ] || {
		info '/pgconf/setup.sql is run'
		run psql -X -q -v ON_ERROR_STOP=1 -h "$folder" \
		    -f /pgconf/setup.sql || return
	}
	[ $mode = off ] || psql -X -q -h "$folder" -o /dev/null \
	    -c 'select pg_switch_wal()' || return
	run pg_ctl -D "$new" -s -w -m fast stop
}

make_cluster()
{
	info "a cluster is made in \"$datadir\""
	[ -z "$waldir" ] || writable "$(dirname "$waldir")" WALARCH_XLOGDIR
	rm -rf "$new" ${new_waldir:+"$new_waldir"}
	init_options
	run_initdb
	fill_cluster || {
		cat "$folder/setup.log" >&2
		pg_ctl -D "$new" -s -m immediate stop || :
		die 'the new cluster could not be set up; see the lines above'
	}
	[ -z "$waldir" ] || {
		ln -sfn "$waldir" "$new/pg_wal"
		mv -T "$new_waldir" "$waldir"
	}
	mv -T "$new" "$datadir" || die "could not name the new cluster \"$datadir\"" \
	    'A volume cannot be mounted there; mount it on the folder above.'
	sync -f "$datadir"
	info "database \"$WALARCH_APP_DATABASE\" and user \"$WALARCH_APP_USER\" are made"
}
