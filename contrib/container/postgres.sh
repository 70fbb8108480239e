# postgres.sh - mode postgres: a server on the data directory, which is made
# where there is none.
# shellcheck shell=bash disable=SC2154,SC2034
. "$here/cluster.sh"
. "$here/archiving.sh"

main()
{
	[ "$(id -u)" -ne 0 ] ||
		die 'PostgreSQL does not run as root' \
		    'Leave out --user, or runAsUser: 0.'
	[ "${WALARCH_SERVER_MODE:-primary}" = primary ] ||
		die "WALARCH_SERVER_MODE is \"$WALARCH_SERVER_MODE\"; there is primary alone" \
		    'For a standby, restore with WALARCH_TYPE=standby.'
	name_datadir
	place_wal
	settle_archiving
	check_settings
	lock_datadir WALARCH_PGDATA_DIR
	if [ -e "$datadir/PG_VERSION" ]; then
		info "the cluster in \"$datadir\" is there already"
		check_datadir
		clear_pid_file
		make_places
	else
		readable_datadir
		known_name
		clear_unfinished
		check_places
		new_to_repository
		need_cluster_settings
		make_places
		make_cluster
	fi
	serve "$@"
}

serve()
{
	export WALARCH_REPO1_PATH WALARCH_STANZA=${WALARCH_STANZA:-db}
	export WALARCH_PG1_PORT=${WALARCH_PG1_PORT:-5432}
	export WALARCH_PG1_SOCKET_PATH=/tmp
	write_configuration
	[ "$archiving" = off ] || register
	configure_server
	check_effective "$@"
	# Whoever asked to stop meanwhile gets no server.
	[ -z "$stopped" ] || exit 143
	remember_server
	forget_secrets
	[ "$archiving" = off ] || wake_checkpointer &
	exec postgres -D "$datadir" "$@"
}

# PostgreSQL's checkpointer falls asleep while the server is still starting, and
# for five minutes knows nothing of archive_timeout; a signal wakes it.
wake_checkpointer()
{
	until grep -qs '^ready' "$datadir/postmaster.pid"; do
		sleep 1
	done
	kill -HUP $$
}

# The server and its commands need no password.
forget_secrets()
{
	local variable
	for variable in $(compgen -e WALARCH_); do
		case $variable in
		*_PASSWORD) unset "$variable" ;;
		esac
	done
}
