# restores.sh - for the restores of the repository of "walarch" to source.
# shellcheck shell=bash

repository=/walarch/walarch-backups

# The time to recover to, as psql prints it.
need_timestamp()
{
	if [ -z "${WALARCH_TIMESTAMP:-}" ] &&
	    [ -n "${CCP_BACKREST_TIMESTAMP:-}" ]; then
		WALARCH_TIMESTAMP=$CCP_BACKREST_TIMESTAMP
		say WARN 'CCP_BACKREST_TIMESTAMP is deprecated, use WALARCH_TIMESTAMP.'
	fi
	[ -n "${WALARCH_TIMESTAMP:-}" ] ||
		fail 'Please provide a valid timestamp for the PITR using variable WALARCH_TIMESTAMP.'
}

# Nothing is stopped for a restore that cannot be.
need_backup()
{
	need_example walarch backup
	"$cli" exec "$(name walarch)" walarch-info --stanza=db \
	    --repo1-path="$repository" 2>&1 | grep -q 'full backup: ' ||
		fail 'There is no full backup of the server "walarch".' \
		    "$(basename "$cli") exec $(name walarch) walarch-backup --type=full"
}

# restore CONTAINER DIRECTORY [OPTION...] - below /pgdata, from the repository.
restore()
{
	local container=$1 directory=$2
	shift 2
	made_volume walarch-repo /walarch ro
	job "$container" restore --env WALARCH_STANZA=db \
	    --env WALARCH_REPO1_PATH="$repository" \
	    --env WALARCH_PG1_PATH="/pgdata/$directory" --env WALARCH_SET \
	    --env WALARCH_PROCESS_MAX --env WALARCH_TARGET_ACTION \
	    --env WALARCH_TARGET_TIMELINE "$@"
}

# restored CONTAINER DIRECTORY PORT - its server, which goes on archiving into
# the repository.
restored()
{
	need_restore "${1%d}"
	made_volume walarch-repo /walarch
	server "$1" "$3" --env WALARCH=true --env WALARCH_PGDATA_DIR="$2" \
	    --env WALARCH_REPO1_PATH="$repository"
}
