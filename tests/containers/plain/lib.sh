# lib.sh - for the scenarios plain_*.sh and wal_*.sh to source: what volumes
# hold, jobs that must not do anything, base backups and their recovery.
# shellcheck shell=bash disable=SC2034,SC2154
# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

# sealed OPTION... - a shell that may do all on the volumes, whoever owns them.
sealed()
{
	WALARCH_TEST_SOFT=1 shell --user 0:0 "$@"
}

# listing VOLUME... - all that is on them, with modes, owners and digests, but
# the locks, which are no one's content.
listing()
{
	local name options=()
	for name; do
		options+=(-v "$name:/listed/$name:ro")
	done
	sealed "${options[@]}" -- 'cd /listed
	    find . ! -name ".*.lock" -printf "%p %y %m %U:%G %l\n" | sort
	    find . ! -name ".*.lock" -type f -exec sha256sum {} + | sort -k 2'
}

# keep VOLUME... - they are to stay as they are now.
keep()
{
	kept=("$@")
	listing "${kept[@]}" >"$T/kept"
}

# unchanged WHAT
unchanged()
{
	listing "${kept[@]}" >"$T/now"
	is "$1: nothing has changed" "$(diff "$T/kept" "$T/now" | head -5)" ''
}

# refused WHAT PATTERN MODE [OPTION...] - a job that fails with one line of ERROR,
# which begins like the pattern, and leaves what is kept.
refused()
{
	gives "$1" 1 " ERROR: $2" job refused "${@:3}"
	is "$1: that is all" "$(grep -c ' ERROR: ' "$T/refused.err")" 1
	[ -z "${kept[*]:-}" ] || unchanged "$1"
}

# hint PATTERN - of the last job that was refused.
hint()
{
	check "with the hint: $1" grep -Eq " HINT: .*$1" "$T/refused.err"
}

# commit NAME NOTE, rows NAME: a table that tells how far a server has come.
commit()
{
	sql "$1" "create table if not exists ledger (note text)" 2>/dev/null
	sql "$1" "insert into ledger values ('$2')"
}

rows()
{
	sql "$1" 'select note from ledger' | paste -sd ' '
}

# take HOST [OPTION...] - a base backup of it, on the volume backups; its
# BACKUP_PATH is in $path.
take()
{
	job backup backup -v backups:/pgdata -v secrets:/secrets:ro \
	    --env WALARCH_BACKUP_HOST="$1" \
	    --env WALARCH_BACKUP_USER=primaryuser "${@:2}" >/dev/null || return
	path=$(sed -n 's/^.* INFO: BACKUP_PATH is set to \(.*\)\.$/\1/p' \
	    "$T/backup.out")
}

# restore PATH [OPTION...] - onto the volume copies, as copy.
restore()
{
	job restore basebackup-restore -v backups:/backup:ro -v copies:/pgdata \
	    --env WALARCH_BACKUP_PATH="$1" --env WALARCH_PGDATA_PATH=copy \
	    "${@:2}"
}

# recover [OPTION...] - run what was restored.
recover()
{
	box copy postgres -v copies:/pgdata "$@"
}

# away - the copy is no longer there.
away()
{
	remove copy
	shell -v copies:/copies -- 'rm -rf /copies/copy'
}

archived()
{
	[ "$(sql "$1" 'select archived_count from pg_stat_archiver')" -gt "$2" ]
}

# switch NAME - end its segment, and wait for the archive to have it.
switch()
{
	local count
	count=$(sql "$1" 'select archived_count from pg_stat_archiver')
	sql "$1" 'select pg_switch_wal()' >/dev/null
	wait_until "$patience" archived "$1" "$count"
}
