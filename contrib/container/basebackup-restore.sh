# basebackup-restore.sh - mode basebackup-restore: a plain base backup becomes a
# new data directory, which recovers when a target is given.
# shellcheck shell=bash disable=SC2154,SC2034

# newest [HOST-backups] - the newest backup of all, or of that host.
newest()
{
	local host=${1:-*-backups} found=() path
	for path in /backup/*-backups/[0-9]*-[0-9]*-[0-9]*; do
		# shellcheck disable=SC2053	# the host may be a pattern
		[[ ${path%/*} != /backup/$host ]] ||
			[ ! -e "$path/PG_VERSION" ] || found+=("$path")
	done
	[ "${#found[@]}" -gt 0 ] ||
		die "A PostgreSQL db was not found in backup path '/backup/$host'"
	[ "$(printf '%s\n' "${found[@]%/*}" | sort -u | wc -l)" -eq 1 ] ||
		die "WALARCH_BACKUP_PATH is \"latest\", and /backup has backups of several hosts" \
		    'Say of which: HOST-backups/latest.'
	printf '%s\n' "${found[@]}" | sort | tail -n 1
}

# find_backup - $backup, from WALARCH_BACKUP_PATH with or without the volume.
find_backup()
{
	local path=$WALARCH_BACKUP_PATH
	path=${path#/pgdata/}
	path=${path#/backup/}
	path=${path%.}
	path=${path%/}
	case /$path/ in
	*/../* | //*) die "WALARCH_BACKUP_PATH is \"$WALARCH_BACKUP_PATH\", which is not a path below /backup" ;;
	/latest/) backup=$(newest) || exit 1 ;;
	/*/latest/) backup=$(newest "${path%/latest}") || exit 1 ;;
	*) backup=/backup/$path ;;
	esac
	[ -e "$backup/backup_label" ] ||
		die "A PostgreSQL db was not found in backup path '$backup'" \
		    "WALARCH_BACKUP_PATH is the path below /backup, or latest. There are: $(cd /backup && echo */[0-9]*)"
}

# target_options - $options, out of the variables of recovery.
target_options()
{
	local kind variable
	options=()
	for kind in NAME TIME XID; do
		variable=WALARCH_RECOVERY_TARGET_$kind
		[ -n "${!variable:-}" ] || continue
		if yes WALARCH_RECOVERY_REPLAY_ALL_WAL false; then
			warn "$variable is ignored, for WALARCH_RECOVERY_REPLAY_ALL_WAL is set"
			continue
		fi
		[ "${#options[@]}" -eq 0 ] ||
			die "$variable is set, and another WALARCH_RECOVERY_TARGET, too" \
			    'There is one target.'
		options=(--type="${kind,,}" --target="${!variable}")
	done
	if yes WALARCH_RECOVERY_REPLAY_ALL_WAL false; then
		options=(--type=default)
	elif [ "${#options[@]}" -gt 0 ] && ! yes WALARCH_RECOVERY_TARGET_INCLUSIVE true; then
		[ -z "${WALARCH_RECOVERY_TARGET_NAME:-}" ] ||
			die 'WALARCH_RECOVERY_TARGET_INCLUSIVE does not go with WALARCH_RECOVERY_TARGET_NAME'
		options+=(--target-exclusive)
	fi
}

# archive_options - where recovery is to find the WAL.
archive_options()
{
	local host repo
	[ "${#options[@]}" -gt 0 ] || return 0
	host=$(basename "$(dirname "$backup")")
	: "${WALARCH_WAL_DIR:=${host%-backups}-wal}"
	one_name WALARCH_WAL_DIR
	repo=${WALARCH_REPO1_PATH:-/recover/$WALARCH_WAL_DIR}
	[ -d "$repo" ] ||
		die "WALARCH_WAL_DIR: the archive \"$repo\" is not there" \
		    'Mount the volume that the server archived to at /recover, here and where the restored server runs.'
	options+=(--repo1-path="$repo")
}

show_progress()
{
	local size
	size=$(du -sm "$backup" | cut -f1)
	while sleep 1; do
		info "progress: $(du -sm "$datadir" 2>/dev/null | cut -f1) of $size MB"
	done
}

# The directory of a restore that was interrupted is half a cluster, without a
# pg_control, and removed; the mark beside it tells whose it is.
begin_restore()
{
	mark=$(dirname "$datadir")/.$name.restoring
	if [ -e "$mark" ] && [ ! -e "$datadir/global/pg_control" ]; then
		info "an interrupted restore is removed: \"$datadir\""
		rm -rf "$datadir"
	fi
	rm -f "$mark"
	is_filled || : >"$mark"
}

is_filled()
{
	[ -n "$(ls -A "$datadir" 2>/dev/null)" ]
}

main()
{
	local progress='' status=0 mark
	need WALARCH_BACKUP_PATH WALARCH_PGDATA_PATH
	WALARCH_PGDATA_DIR=${WALARCH_PGDATA_PATH#/pgdata/}
	name_datadir
	find_backup
	[ -z "${WALARCH_TARGET:-}${WALARCH_TYPE:-}" ] ||
		die 'WALARCH_TYPE and WALARCH_TARGET are of mode restore' \
		    'This one has WALARCH_RECOVERY_TARGET_NAME, _TIME and _XID.'
	target_options
	archive_options
	lock_datadir WALARCH_PGDATA_PATH
	begin_restore
	write_configuration
	if yes WALARCH_SHOW_PROGRESS false; then
		show_progress &
		progress=$!
	fi
	run walarch-restore --from-dir="$backup" "${options[@]}" || status=$?
	[ -z "$progress" ] || kill "$progress"
	if [ "$status" -eq 0 ] || ! is_filled; then
		rm -f "$mark"
	fi
	[ "$status" -eq 0 ] ||
		die "\"$backup\" was not restored to \"$datadir\", see the lines above"
	info 'pg_basebackup restore complete'
}
