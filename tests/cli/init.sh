#!/bin/bash
# init.sh - walarch-init: repositories and registrations.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

export WALARCH_CONFIG=$T/walarch.conf
: >"$WALARCH_CONFIG"
cd "$T" || exit 99
export WALARCH_REPO1_PATH=$T/repo
"$MKWAL" cluster "$T/pg"

check 'without a cluster' 1 'no data directory was named' 'hint:.*--pg1-path' -- \
	walarch-init
assert 'no repository is made' is_absent "$T/repo"
check 'a cluster that is not there' 1 'could not open data directory "/no' -- \
	walarch-init --pg1-path=/no/where
check 'a new repository' 0 "repository \"$T/repo\" was made" \
	"stanza \"db\": system $SYS .PostgreSQL 15, segments of 1 MB. was reg" \
	-- walarch-init --pg1-path="$T/pg"
is 'its files' "$(cd repo && find . -type f | sort)" \
	"$(printf '%s\n' "./db/system/$SYS" ./walarch.repo)"
before=$(visible repo)
check 'again: nothing is new' 0 'was there already' 'was registered already' \
	-- walarch-init --pg1-path="$T/pg"
is 'and nothing changes' "$(visible repo)" "$before"
check 'in the data directory' 0 'registered already' -- \
	sh -c 'cd pg && walarch-init'
check 'a repository inside the data directory is refused' 1 \
	'must not lie one in the other' -- \
	walarch-init --pg1-path="$T/pg" --repo1-path="$T/pg/repo"
is 'and none is made' "$(ls -d "$T/pg/repo" 2>/dev/null)" ''
check 'another stanza beside it' 0 'stanza "two": .* was registered' -- \
	walarch-init --pg1-path="$T/pg" --stanza=two

"$MKWAL" --system=$OTHER --pg=16 --size=16m cluster "$T/pg16"
check 'another system under the stanza is refused' 1 \
	"system identifier $OTHER is not registered with stanza \"db\"" \
	"system $SYS" 'hint: Another cluster needs another stanza.*--upgrade' -- \
	walarch-init --pg1-path="$T/pg16"
check 'unless it is an upgrade' 0 \
	"$OTHER .PostgreSQL 16, segments of 16 MB. was registered" -- \
	walarch-init --pg1-path="$T/pg16" --upgrade
check 'which may be said again' 0 'registered already' -- \
	walarch-init --pg1-path="$T/pg16" --upgrade
check 'and need not be' 0 'registered already' -- \
	walarch-init --pg1-path="$T/pg16"
check 'the old one is still registered' 0 'registered already' -- \
	walarch-init --pg1-path="$T/pg"
"$MKWAL" --size=2m cluster "$T/pg"
check 'a system whose segments have another size now is refused' 1 \
	'registered with WAL segments of 1048576 bytes, but has segments of 2097' \
	-- walarch-init --pg1-path="$T/pg"
"$MKWAL" cluster "$T/pg"
check 'the command line wins over the data directory it is run in' 0 \
	"system $OTHER" -- sh -c "cd pg && walarch-init --pg1-path='$T/pg16'"

# History files that are older than the repository.
printf '1\t0/A00100\twhy\n' >pg/pg_wal/00000002.history
check 'histories of pg_wal are stored' 0 'stored "00000002.history"' -- \
	walarch-init --pg1-path="$T/pg"
check 'once' 0 '!stored "' -- walarch-init --pg1-path="$T/pg"
printf '1\t0/A00200\twhy\n' >pg/pg_wal/00000002.history
check 'another one of the name is told' 1 'a different "00000002.history"' -- \
	walarch-init --pg1-path="$T/pg"
rm pg/pg_wal/00000002.history

# Folders that are not for it.
mkdir full
: >full/file
check 'a folder with something else in it' 1 \
	'folder ".*full" is not empty, and not a repository' -- \
	walarch-init --pg1-path="$T/pg" --repo1-path="$T/full"
is 'is left alone' "$(ls -A full)" file
mkdir -p fresh/lost+found
check 'a fresh file system' 0 'was made' -- \
	walarch-init --pg1-path="$T/pg" --repo1-path="$T/fresh"
check 'a file' 1 'full/file": Not a directory' -- \
	walarch-init --pg1-path="$T/pg" --repo1-path="$T/full/file"
check 'a folder without its parent' 1 'could not create repository' \
	'hint: Its parent folder must be there; is it mounted' -- \
	walarch-init --pg1-path="$T/pg" --repo1-path=/no/where/repo
mkdir 'odd name'
check 'a name with blanks' 0 'was made' -- \
	walarch-init --pg1-path="$T/pg" --repo1-path="$T/odd name/a 'b\" c"
ln -s fresh link
check 'a symbolic link to a repository' 0 'was there already' -- \
	walarch-init --pg1-path="$T/pg" --repo1-path="$T/link"
check 'a path with a slash at its end' 0 'was made' -- \
	walarch-init --pg1-path="$T/pg" --repo1-path="$T/slash/"

# Damage.
printf 'walarch 1\nkind repository\nformat 1\nid 00\ncheck 00000000\n' \
	>fresh/walarch.repo
check 'a damaged walarch.repo is told' 1 \
	'"walarch.repo": its label does not have the checksum' -- \
	walarch-init --pg1-path="$T/pg" --repo1-path="$T/fresh"
: >fresh/walarch.repo
check 'an empty one, too' 1 '"walarch.repo": its label' -- \
	walarch-init --pg1-path="$T/pg" --repo1-path="$T/fresh"
cp "repo/db/system/$SYS" kept
printf x >>"repo/db/system/$SYS"
check 'a damaged registration is told' 1 "\"db/system/$SYS\": its label" -- \
	walarch-init --pg1-path="$T/pg"
cp kept "repo/db/system/$SYS"
cp kept repo/db/system/rubbish
check 'so is a file among the registrations that is none' 1 \
	'"db/system/rubbish" is no registration' -- \
	walarch-init --pg1-path="$T/pg16"
rm repo/db/system/rubbish
for flip in 0 8 40 48 228 288; do
	"$MKWAL" --flip=$flip cluster "$T/bad"
	check "pg_control with a flipped bit at $flip" 1 'pg_control' -- \
		walarch-init --pg1-path="$T/bad" --repo1-path="$T/none"
done
for length in 0 100 511; do
	"$MKWAL" --length=$length cluster "$T/bad"
	check "pg_control of $length bytes" 1 "has $length bytes only" -- \
		walarch-init --pg1-path="$T/bad" --repo1-path="$T/none"
done
"$MKWAL" cluster "$T/bad"
echo rubbish >bad/PG_VERSION
check 'PG_VERSION that holds none' 1 '"PG_VERSION" holds no version' -- \
	walarch-init --pg1-path="$T/bad" --repo1-path="$T/none"
assert 'and no repository was made of it' is_absent none

for pg in 9.5 9.6 10 11 12 13 14 15 16 17 18; do
	"$MKWAL" --pg=$pg --size=64m cluster "$T/v"
	check "a cluster of PostgreSQL $pg" 0 \
		"(PostgreSQL ${pg/./\\.}, segments of 64 MB)" -- walarch-init \
		--pg1-path="$T/v" --repo1-path="$T/versions" --stanza="v$pg"
	rm -r v
done

# Several at once.
for round in 1 2 3 4 5 6 7 8 9 10; do
	pids=()
	for i in 1 2 3 4; do
		walarch-init --pg1-path="$T/pg" --repo1-path="$T/race$round" \
			>/dev/null 2>"$T/race.err.$i" &
		pids+=($!)
	done
	good=0
	for pid in "${pids[@]}"; do
		wait "$pid" && good=$((good + 1))
	done
	[ "$good" = 4 ] || break
done
is 'four at once, ten times: all succeed' "$good in round $round" '4 in round 10'
[ "$good" = 4 ] || sed 's/^/# /' "$T"/race.err.*
finish
