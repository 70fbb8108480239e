# sets.sh - for the scenarios of walarch-backup and walarch-restore to source:
# backup sets that are made of a cluster, and clusters that are restored.
# shellcheck shell=bash disable=SC2034
. "$(dirname "$0")/lib.sh"

# server_of NAME - which one it is, as options, in $of.
server_of()
{
	of=(--pg1-path="${data[$1]}" --pg1-socket-path="$T"
	    --pg1-port="${port[$1]}")
}

# source_cluster [OPTION-OF-INITDB...] - one that runs and archives.
source_cluster()
{
	cluster source "$@"
	walarch-init --pg1-path="${data[source]}" >"$T/init.out" 2>&1
	start source
}

# back_up NAME [OPTION...]
back_up()
{
	server_of "$1"
	shift
	walarch-backup "${of[@]}" --start-fast --expire-auto=n \
	    --archive-timeout=30s "$@"
}

# label_in FILE - the set of which a program has said that it made or restored
# it.
label_in()
{
	sed -nE 's/.*: backup set ([0-9TZFDI_]+)(:| is restored) .*/\1/p' "$1"
}

# take NAME [OPTION...] - a set that others build on; its label is in $set.
take()
{
	back_up "$@" >"$T/take.out" 2>&1 || {
		cat "$T/take.out" >&2
		return 1
	}
	set=$(label_in "$T/take.out")
}

# fact LABEL NAME - what its manifest's label says.
fact()
{
	head -c 4096 "$repo/$stanza/backup/$1/manifest" |
		sed -n "s/^$2 //p" | head -1
}

# The sets there are.
sets()
{
	local manifest
	for manifest in "$repo/$stanza/backup"/*/manifest; do
		[ ! -e "$manifest" ] || basename "$(dirname "$manifest")"
	done
}

verifier=$bin/pg_verifybackup
[ -x "$verifier" ] || verifier=$client/pg_verifybackup
if [ "$major" -lt 13 ] || [ ! -x "$verifier" ] || {
	[ "$major" -ge 17 ] && "$verifier" -V | grep -q ' 1[3-6]\.'
}; then
	verifier=
fi

# Of what pg_verifybackup is not to speak, as options.
ignored=()

# bring NAME [OPTION...] - restore a cluster of that name, which
# pg_verifybackup must accept.  Its server does not archive, unless
# ${with[NAME]} says so.
bring()
{
	local name=$1
	shift
	place "$name" "${data[$name]:-}"
	[ -n "${with[$name]+set}" ] || with[$name]='-c archive_mode=off'
	case ${with[$name]} in
	*"-p ${port[$name]}"*) ;;
	*) with[$name]="${with[$name]} -p ${port[$name]}" ;;
	esac
	rm -f "$T/$name.log"
	walarch-restore --pg1-path="${data[$name]}" "$@" || return
	[ ! -e "${data[$name]}/backup_manifest" ] || [ -z "$verifier" ] ||
		"$verifier" -n "${ignored[@]}" "${data[$name]}"
}

# comes WHAT NAME STATE ROWS - the server that was restored does, with these.
comes()
{
	recover "$2"
	is "$1: it is $3" "$state" "$3"
	[ "$3" = down ] || is "$1: with its rows" "$(rows "$2" 2>&1)" "$4"
	[ "$state" = "$3" ] || tail -5 "$T/$2.log" | sed 's/^/#   /'
}

# away NAME... - its server ended and its folder gone.
away()
{
	local name
	for name; do
		halt "$name"
		rm -rf "${data[$name]}"
	done
}

# The content of a tree: names, kinds, modes, links and digests.
tree()
{
	(cd "$1" && find . -printf '%P %y %m %l\n' | sort &&
		find . -type f -print0 | sort -z | xargs -0 md5sum)
}
