# settings.sh - for the entrypoint to source: the variables' old names, and the
# configuration file, which tells walarch's programs what the entrypoint knows,
# also those that are run by an exec into the container.
# shellcheck shell=bash disable=SC2154,SC2034

# A variable that is empty is one that is not set.
drop_empty()
{
	local name
	for name in $(compgen -e WALARCH) $(compgen -e PGBACKREST); do
		[ -n "${!name}" ] || unset "$name"
	done
}

# old_name OLD NEW
old_name()
{
	[ -n "${!1:-}" ] || return 0
	if [ -z "${!2+set}" ]; then
		warn "$1 is taken for $2; please use that name"
		export "$2=${!1}"
	elif [ "${!1}" = "${!2}" ]; then
		warn "$1 is an old name of $2; please use that name alone"
	else
		warn "$1 is ignored, for $2 is set, too"
	fi
	unset "$1"
}

# The names of all settings, as the programs tell them.
settings()
{
	local program
	for program in push get init check info find verify backup restore \
	    expire; do
		"walarch-$program" --help
	done | sed -n '/^Settings/,/^$/s/^ *--\([a-z0-9-]*\)[=[].*/\1/p' |
		sort -u | grep -vx config
}

# pgBackRest's settings have the same names, where walarch has them.
old_pgbackrest()
{
	local old name known
	known=$(compgen -e PGBACKREST_) || return 0
	known=$(settings)
	for old in $(compgen -e PGBACKREST_); do
		name=${old#PGBACKREST_}
		case $name in
		PG_PATH | REPO_PATH) name=${name/_/1_} ;;
		LOG_LEVEL_STDERR) name=LOG_LEVEL_CONSOLE ;;
		esac
		if grep -qx -- "$(tr A-Z_ a-z- <<<"$name")" <<<"$known"; then
			old_name "$old" "WALARCH_$name"
		else
			warn "$old is ignored: walarch has no such setting"
			unset "$old"
		fi
	done
}

old_names()
{
	local name
	old_name PGBACKREST WALARCH
	old_pgbackrest
	old_name DB_PATH WALARCH_PG1_PATH
	old_name DB1_PATH WALARCH_PG1_PATH
	old_name WALARCH_PG_PATH WALARCH_PG1_PATH
	old_name WALARCH_PG_PORT WALARCH_PG1_PORT
	old_name WALARCH_REPO_PATH WALARCH_REPO1_PATH
	old_name REPO_PATH WALARCH_REPO1_PATH
	old_name STANZA WALARCH_STANZA
	old_name DELTA WALARCH_DELTA
	old_name PITR_TARGET WALARCH_TARGET
	old_name BACKREST_SKIP_CREATE_STANZA WALARCH_SKIP_CREATE_STANZA
	old_name BACKREST_CUSTOM_OPTS WALARCH_RESTORE_OPTS
	old_name PG_HOSTNAME WALARCH_PGDATA_DIR
	old_name PGDATA_PATH_OVERRIDE WALARCH_PGDATA_DIR
	old_name CRUNCHY_DEBUG WALARCH_DEBUG
	old_name CCP_NAMESPACE WALARCH_NAMESPACE
	old_name PG_MODE WALARCH_SERVER_MODE
	old_name PG_USER WALARCH_APP_USER
	old_name PG_PASSWORD WALARCH_APP_PASSWORD
	old_name PG_DATABASE WALARCH_APP_DATABASE
	old_name PG_PRIMARY_USER WALARCH_REPLICATION_USER
	old_name PG_PRIMARY_PASSWORD WALARCH_REPLICATION_PASSWORD
	old_name PG_PRIMARY_PORT WALARCH_PG1_PORT
	old_name PG_ROOT_PASSWORD WALARCH_SUPERUSER_PASSWORD
	old_name ARCHIVE_MODE WALARCH_PG_ARCHIVE_MODE
	old_name ARCHIVE_TIMEOUT WALARCH_PG_ARCHIVE_TIMEOUT
	old_name BACKUP_PASS WALARCH_BACKUP_PASSWORD
	old_name BACKUP_PASS_FILE WALARCH_BACKUP_PASSWORD_FILE
	old_name RSYNC_SHOW_PROGRESS WALARCH_SHOW_PROGRESS
	for name in MODE CHECKSUMS XLOGDIR BACKUP_HOST BACKUP_USER BACKUP_PORT \
	    BACKUP_LABEL BACKUP_OPTS BACKUP_PATH PGDATA_PATH WAL_DIR \
	    RECOVERY_TARGET_NAME RECOVERY_TARGET_TIME RECOVERY_TARGET_XID \
	    RECOVERY_TARGET_INCLUSIVE RECOVERY_REPLAY_ALL_WAL COMMAND \
	    COMMAND_OPTS; do
		old_name "$name" "WALARCH_$name"
	done
}

# write_configuration - from the environment, as the entrypoint completed it.
write_configuration()
{
	local name variable value
	if ! {
		echo '# Made by the entrypoint; the environment goes before it.'
		echo '[global]'
		settings | while IFS= read -r name; do
			variable=WALARCH_$(tr a-z- A-Z_ <<<"$name")
			[ -n "${!variable:-}" ] || continue
			# Of some settings there may be several, a line each.
			while IFS= read -r value; do
				echo "$name = $value"
			done <<<"${!variable}"
		done
	} >"$folder/walarch.conf.new"; then
		die "could not write \"$folder/walarch.conf\""
	fi
	mv "$folder/walarch.conf.new" "$folder/walarch.conf"
	sed 's/^/effective setting: /; 1,2d' "$folder/walarch.conf" |
		while IFS= read -r name; do
			info "$name"
		done
}
