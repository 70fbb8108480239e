# archiving.sh - for the entrypoint to source: where the WAL goes, and that the
# server and walarch know it.
# shellcheck shell=bash disable=SC2154,SC2034

# place_wal - $waldir is where pg_wal is to be, if not in the data directory.
place_wal()
{
	waldir=
	! yes WALARCH_XLOGDIR false || waldir=/pgwal/$name-wal
}

# $archiving is on, off or always; and with WALARCH=true all else follows.
settle_archiving()
{
	archiving=${WALARCH_PG_ARCHIVE_MODE:-off}
	case ${archiving,,} in
	always) archiving=always ;;
	*) if yes WALARCH_PG_ARCHIVE_MODE off; then archiving=on; else archiving=off; fi ;;
	esac
	if yes WALARCH_ARCHIVE_ASYNC n && ! yes WALARCH true; then
		die "WALARCH_ARCHIVE_ASYNC is \"$WALARCH_ARCHIVE_ASYNC\", and WALARCH is \"$WALARCH\"" \
		    'Working ahead needs a repository: set WALARCH=true.'
	elif yes WALARCH_ARCHIVE_ASYNC n && [ -z "${WALARCH:-}" ] && [ "$archiving" = off ]; then
		info 'WALARCH_ARCHIVE_ASYNC switches WALARCH on'
		WALARCH=true
	fi
	if yes WALARCH false; then
		[ "$archiving" != off ] ||
			info 'archive_mode is on, for WALARCH is'
		[ "$archiving" != off ] || archiving=on
		place_repository
	elif [ "$archiving" != off ]; then
		place_archive
	fi
	place_spool
	[ "$archiving" = off ] || apart WALARCH_REPO1_PATH
	[ -z "${WALARCH_SPOOL_PATH:-}" ] || apart WALARCH_SPOOL_PATH
}

# check_settings - those that are looked at late: nothing is made if they cannot be.
check_settings()
{
	yes WALARCH_CHECKSUMS true || :
	yes WALARCH_SKIP_CREATE_STANZA false || :
	[[ ${WALARCH_PG_ARCHIVE_TIMEOUT:-0} =~ ^[0-9]+(ms|s|min|h|d)?$ ]] ||
		die "WALARCH_PG_ARCHIVE_TIMEOUT is \"$WALARCH_PG_ARCHIVE_TIMEOUT\", which is no time"
	[[ ${WALARCH_PG1_PORT:-5432} =~ ^[1-9][0-9]{0,4}$ ]] ||
		die "WALARCH_PG1_PORT is \"$WALARCH_PG1_PORT\", which is no port"
}

# One volume may hold the repositories of many.
place_repository()
{
	local root=/walarch
	[ ! -d /backrestrepo ] || root=/backrestrepo
	: "${WALARCH_REPO1_PATH:=$root/$name-backups}"
}

# An archive beside the server, for plain base backups.  With WALARCH_XLOGDIR
# the first name is pg_wal's.
place_archive()
{
	local kind=wal
	[ -z "$waldir" ] || kind=archive
	: "${WALARCH_REPO1_PATH:=/pgwal/$name-$kind}"
}

place_spool()
{
	yes WALARCH_ARCHIVE_ASYNC n || return 0
	if [ -n "$waldir" ]; then
		: "${WALARCH_SPOOL_PATH:=/pgwal/$name-spool}"
	else
		: "${WALARCH_SPOOL_PATH:=/pgdata/$name-spool}"
	fi
	export WALARCH_SPOOL_PATH
}

# apart VARIABLE - what it names must not be in the data directory, or hold it,
# nor be the server's WAL.
apart()
{
	local path other
	path=$(realpath -m "${!1}")
	for other in "$datadir" "$datadir/pg_wal" ${waldir:+"$waldir"}; do
		other=$(realpath -m "$other")
		case $path/ in
		"$other"/*) die "$1 is \"${!1}\", which is in \"$other\", where the server has its own files" ;;
		esac
		case $other/ in
		"$path"/*) die "$1 is \"${!1}\", in which the server's \"$other\" is" ;;
		esac
	done
}

# new_to_repository - a cluster is to be made: what the repository holds of the
# stanza can only be another's.
new_to_repository()
{
	[ "$archiving" != off ] && ! yes WALARCH_SKIP_CREATE_STANZA false ||
		return 0
	[ ! -e "$WALARCH_REPO1_PATH/${WALARCH_STANZA:-db}/system" ] ||
		die "WALARCH_REPO1_PATH: \"$WALARCH_REPO1_PATH\" is the repository of a cluster, and \"$datadir\" is not there" \
		    'Mount the volume of that data directory, or restore it (mode restore). A new cluster needs another WALARCH_REPO1_PATH or WALARCH_STANZA.'
}

# The folders that archiving needs.
make_places()
{
	[ "$archiving" != off ] || return 0
	writable "$WALARCH_REPO1_PATH" WALARCH_REPO1_PATH
	on_volume "$WALARCH_REPO1_PATH"
	! yes WALARCH_ARCHIVE_ASYNC n ||
		writable "$WALARCH_SPOOL_PATH" WALARCH_SPOOL_PATH
}

# The repository and the stanza, if they are not there; walarch-init refuses one
# that is another cluster's.
register()
{
	if yes WALARCH_SKIP_CREATE_STANZA false; then
		info 'the stanza is not looked at, for WALARCH_SKIP_CREATE_STANZA is set'
		return
	fi
	run walarch-init ||
		die "WALARCH_REPO1_PATH: \"$WALARCH_REPO1_PATH\" cannot be the repository of \"$datadir\", see the lines above"
}

archive_settings()
{
	echo '# Made by the entrypoint at each start; change its variables.'
	echo "listen_addresses = '*'"
	echo "port = ${WALARCH_PG1_PORT:-5432}"
	echo "unix_socket_directories = '/tmp'"
	echo "archive_mode = $archiving"
	if [ "$archiving" != off ]; then
		echo "# repository $WALARCH_REPO1_PATH"
		echo "archive_command = '/usr/local/bin/walarch-push %p'"
		echo "archive_timeout = ${WALARCH_PG_ARCHIVE_TIMEOUT:-60}"
	else
		echo "archive_timeout = ${WALARCH_PG_ARCHIVE_TIMEOUT:-0}"
	fi
}

# Files of /pgconf take the place of those in the data directory.
take_over()
{
	[ -e "/pgconf/$1" ] || return 0
	info "\"/pgconf/$1\" is taken over"
	cp "/pgconf/$1" "$datadir/$1.new" || die "could not read \"/pgconf/$1\""
	mv "$datadir/$1.new" "$datadir/$1"
}

# The include is the last line, so that nothing in the file goes before it.
include_settings()
{
	local file=$datadir/postgresql.conf line="include_if_exists = 'walarch.conf'"
	[ "$(tail -n 1 "$file")" != "$line" ] || return 0
	{
		grep -vxF "$line" "$file" || :
		echo "$line"
	} >"$file.new"
	mv "$file.new" "$file"
}

# check_effective [ARGUMENT...] - ALTER SYSTEM and postgres's arguments go before
# the entrypoint's settings.
check_effective()
{
	local pair name value
	[ "$archiving" != off ] || return 0
	for pair in "archive_mode=$archiving" \
	    'archive_command=/usr/local/bin/walarch-push %p' \
	    "port=${WALARCH_PG1_PORT:-5432}"; do
		name=${pair%%=*}
		value=$(postgres -D "$datadir" "$@" -C "$name" 2>/dev/null) || return 0
		[ "$value" = "${pair#*=}" ] ||
			warn "$name is \"$value\" by postgresql.auto.conf or an argument, and not \"${pair#*=}\": what WALARCH_ variables say of it does not count"
	done
}

# compare_archive - with that of the last start, of a cluster that was not restored
# just now: between two archives is a gap.
compare_archive()
{
	local before now=
	[ ! -e "$datadir/backup_label" ] && [ ! -e "$datadir/recovery.signal" ] &&
		[ ! -e "$datadir/recovery.conf" ] || return 0
	before=$(sed -n 's/^# repository //p' "$datadir/walarch.conf" 2>/dev/null) || :
	[ "$archiving" = off ] || now=$WALARCH_REPO1_PATH
	[ -z "$before" ] || [ "$before" = "$now" ] ||
		warn "the cluster has archived to \"$before\", and now does to ${now:-nothing}: make a base backup when it archives again"
}

configure_server()
{
	umask 077
	compare_archive
	take_over postgresql.conf
	take_over pg_hba.conf
	archive_settings >"$datadir/walarch.conf.new"
	mv "$datadir/walarch.conf.new" "$datadir/walarch.conf"
	include_settings
}
