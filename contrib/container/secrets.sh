# secrets.sh - for the entrypoint to source: passwords come from a variable, or
# better from a file, and go nowhere but to who needs them.
# shellcheck shell=bash disable=SC2154,SC2034

# secret NAME FILE... - $secret is the value of NAME: its own, that of the file
# which NAME_FILE names, or that of the first FILE there is; it must not be
# empty.
secret()
{
	local name=$1 named=${1}_FILE file
	shift
	secret=${!name:-}
	[ -z "$secret" ] || return 0
	[ -z "${!named:-}" ] || set -- "${!named}"
	for file; do
		[ -e "$file" ] || [ "$file" = "${!named:-}" ] || continue
		read_secret "$file" "$name"
		[ -z "$secret" ] || return 0
		die "$name: \"$file\" is empty"
	done
	die "$name environment variable is not set, aborting." \
	    "Or set ${name}_FILE to the path of a file that holds it, or mount $1."
}

read_secret()
{
	[ -r "$1" ] || die "$2: could not read \"$1\" as uid $(id -u)"
	IFS= read -r secret <"$1" || :
}

# pgpass HOST PORT USER PASSWORD - have libpq know the password.
pgpass()
{
	local field line=
	for field in "$1" "$2" '*' "$3" "$4"; do
		[ "$field" = '*' ] || {
			field=${field//\\/\\\\}
			field=${field//:/\\:}
		}
		line+=${line:+:}$field
	done
	rm -f "$folder/pgpass"
	(
		umask 077
		printf '%s\n' "$line" >"$folder/pgpass"
	)
	export PGPASSFILE=$folder/pgpass
}

# Of the role that backups are made as.
backup_password()
{
	secret WALARCH_BACKUP_PASSWORD /secrets/backup-password \
	    /secrets/replication-password /pgprimary/password
}
