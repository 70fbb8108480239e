# command.sh - mode command: walarch-VERB, once.
# shellcheck shell=bash disable=SC2154,SC2034

verbs()
{
	local program
	for program in /usr/local/bin/walarch-*; do
		printf '%s ' "${program#*/walarch-}"
	done
}

# What --pg1-host connects with; other commands need none.
connect()
{
	local word
	for word in ${WALARCH_PG1_HOST:+"--pg1-host"} "$@"; do
		case $word in
		--pg1-host* | --pg-host*)
			backup_password
			pgpass '*' '*' '*' "$secret"
			return
			;;
		esac
	done
}

# rescue WORD... - of push --all-ready: the postmaster.pid that a killed container
# left must not be taken for a server's, for its pid may be in use here.
rescue()
{
	local word all_ready=''
	for word; do
		case $word in
		--all-ready) all_ready=1 ;;
		--all-ready=/*) all_ready=1 WALARCH_PG1_PATH=${word#*=} ;;
		/*) [ -z "$all_ready" ] || WALARCH_PG1_PATH=$word ;;
		esac
	done
	[ -n "$all_ready" ] && [ -n "${WALARCH_PG1_PATH:-}" ] || return 0
	WALARCH_PGDATA_DIR=
	name_datadir
	lock_datadir WALARCH_PG1_PATH
	clear_pid_file
}

main()
{
	local words program
	if [ $# -eq 0 ]; then
		need WALARCH_COMMAND
		read -ra words <<<"${WALARCH_COMMAND_OPTS:-}"
		set -- "$WALARCH_COMMAND" "${words[@]}"
	fi
	case $1 in
	'' | */* | [!a-z]*) die "unknown command \"$1\"" "There are: $(verbs)" ;;
	esac
	[ -x "/usr/local/bin/walarch-$1" ] ||
		die "unknown command \"$1\"" "There are: $(verbs)"
	connect "$@"
	[ "$1" != push ] || rescue "$@"
	write_configuration
	program=walarch-$1
	shift
	run "$program" "$@"
}
