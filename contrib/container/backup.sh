# backup.sh - mode backup: a plain base backup of WALARCH_BACKUP_HOST, in a folder
# named by the time.
# shellcheck shell=bash disable=SC2154,SC2034

# backup_options - $options, out of WALARCH_BACKUP_OPTS.
backup_options()
{
	local word words
	options=()
	read -ra words <<<"${WALARCH_BACKUP_OPTS:-}"
	for word in "${words[@]}"; do
		case $word in
		--progress | -P | --verbose | -v)
			warn "WALARCH_BACKUP_OPTS: walarch-backup has no $word; it is left out" ;;
		*) options+=("$word") ;;
		esac
	done
}

main()
{
	local base host port
	need WALARCH_BACKUP_HOST WALARCH_BACKUP_USER
	backup_password
	host=$WALARCH_BACKUP_HOST
	port=${WALARCH_BACKUP_PORT:-5432}
	one_name WALARCH_BACKUP_HOST
	base=/pgdata/${WALARCH_NAMESPACE:+$WALARCH_NAMESPACE-}$host-backups
	writable "$base" "the backups' folder"
	pgpass "$host" "$port" "$WALARCH_BACKUP_USER" "$secret"
	backup_options
	write_configuration
	info "BACKUP_LABEL is set to ${WALARCH_BACKUP_LABEL:=walarch}."
	[ "${#options[@]}" -eq 0 ] || info "BACKUP_OPTS is set to ${options[*]}."
	info "the backup of \"$host\", port $port, begins"
	run walarch-backup --plain-dir="$base" --pg1-host="$host" \
	    --pg1-port="$port" --pg1-user="$WALARCH_BACKUP_USER" --start-fast \
	    --label="$WALARCH_BACKUP_LABEL" "${options[@]}" >"$folder/printed" ||
		die "\"$host\", port $port, could not be backed up, see the lines above" \
		    "Is WALARCH_BACKUP_HOST the server itself, and no pooler? Does its pg_hba.conf have a line for replication?"
	# On standard output: whoever reads the log takes the path from there.
	log INFO "$(cat "$folder/printed")" 2>&1
	info 'Backup has completed.'
}
