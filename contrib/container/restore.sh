# restore.sh - mode restore: a data directory out of the repository.
# shellcheck shell=bash disable=SC2154,SC2034

# find_repository - where none is named, the only one there is.
find_repository()
{
	local found
	[ -z "${WALARCH_REPO1_PATH:-}" ] || return 0
	found=$(compgen -G '/walarch/*/walarch.repo') ||
		found=$(compgen -G '/backrestrepo/*/walarch.repo') ||
		die 'WALARCH_REPO1_PATH environment variable is not set, aborting.' \
		    'There is no repository below /walarch: is its volume mounted?'
	case $found in
	*$'\n'*) die 'WALARCH_REPO1_PATH environment variable is not set, aborting.' \
	    "There are several repositories: $(xargs -n 1 dirname <<<"$found" | xargs)." ;;
	esac
	export WALARCH_REPO1_PATH=${found%/*}
}

describe()
{
	info "Restore Path = '$datadir'"
	info "the repository is \"$WALARCH_REPO1_PATH\", the stanza \"${WALARCH_STANZA:=db}\""
	! yes WALARCH_DELTA n || info 'Delta restore detected.'
	info "The following type of recovery will be attempted: ${WALARCH_TYPE:-default}"
	[ -z "${WALARCH_TARGET:-}" ] ||
		info "The target for the restore is: $WALARCH_TARGET"
	export WALARCH_STANZA
}

main()
{
	local words
	[ -n "${WALARCH_PG1_PATH:-}${WALARCH_PGDATA_DIR:-}" ] ||
		die 'WALARCH_PG1_PATH environment variable is not set, aborting.' \
		    'It is the data directory to restore to.'
	name_datadir
	find_repository
	describe
	lock_datadir WALARCH_PG1_PATH
	clear_pid_file
	write_configuration
	read -ra words <<<"${WALARCH_RESTORE_OPTS:-}"
	run walarch-restore "${words[@]}" "$@" ||
		die "\"$datadir\" was not restored, see the lines above"
	info 'restore complete'
}
