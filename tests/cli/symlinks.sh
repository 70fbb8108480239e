#!/bin/bash
# symlinks.sh - symbolic links and other things planted in a repository lead
# nowhere: nothing is read or written outside of it.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

a=$(name 1) b=$(name 2)
new_repo
segment "$a"
segment "$b"
printf '1\t0/100100\twhy\n' >"$WAL/00000002.history"
cp -a "$REPO" "$T/bare"
walarch-push --pg1-path="$PG" "$WAL/$a" "$WAL/00000002.history" 2>/dev/null
cp -a "$REPO" "$T/full"
cd "$PG" || exit 99

# On the way to the object: each folder, as a link to the same folder
# elsewhere, and as a link to an empty one.
for part in db db/system "db/system/$SYS" db/wal "db/wal/$SYS" \
    "db/wal/$SYS/0000000100000000" "db/wal/$SYS/0000000100000000/$a" \
    walarch.repo; do
	rm -rf "$REPO" "$T/outside"
	cp -a "$T/full" "$REPO"
	mv "$REPO/$part" "$T/outside"
	ln -s "$T/outside" "$REPO/$part"
	shown=${part//$SYS/SYSTEM}
	shown=${shown/$a/NAME}
	before=$(visible "$T/outside" 2>/dev/null)
	check "$shown as a link elsewhere: walarch-push of what is there" 1 \
		'walarch-push: error: ' -- walarch-push "pg_wal/$a"
	if [ "$part" != "db/wal/$SYS/0000000100000000/$a" ]; then
		check "$shown as a link elsewhere: walarch-push" 1 \
			'walarch-push: error: ' -- walarch-push "pg_wal/$b"
	fi
	# What is there is found without a look at the registrations.
	file=$a
	[[ $part = db/system* ]] && file=$b
	check "$shown as a link elsewhere: walarch-get" 255 \
		'walarch-get: error: ' -- walarch-get "$file" pg_wal/RECOVERYXLOG
	assert "$shown as a link elsewhere: nothing is fetched" \
		is_absent pg_wal/RECOVERYXLOG
	is "$shown as a link elsewhere: nothing is written there" \
		"$(visible "$T/outside" 2>/dev/null)" "$before"

	case $part in
	*/"$a"|*/"$SYS"|walarch.repo)	[ -d "$T/full/$part" ] || continue ;;
	esac
	rm -rf "$REPO" "$T/outside"
	cp -a "$T/bare" "$REPO"
	rm -rf "${REPO:?}/$part"
	mkdir -p "$T/outside" "$(dirname "$REPO/$part")"
	ln -s "$T/outside" "$REPO/$part"
	check "$shown as a link to an empty folder: walarch-push" 1 \
		'walarch-push: error: ' -- walarch-push "pg_wal/$a"
	check "$shown as a link to an empty folder: walarch-get" 255 \
		'walarch-get: error: ' -- walarch-get "$a" pg_wal/RECOVERYXLOG
	assert "$shown as a link to an empty folder: it stays empty" \
		is_empty "$T/outside"
done

# The folder of histories, which is read before anything is called absent.
rm -rf "$REPO" "$T/outside"
cp -a "$T/full" "$REPO"
mv "$REPO/db/wal/$SYS/history" "$T/outside"
ln -s "$T/outside" "$REPO/db/wal/$SYS/history"
check 'histories as a link elsewhere: walarch-get of a history' 255 'error' -- \
	walarch-get 00000002.history pg_wal/RECOVERYHISTORY
check 'histories as a link elsewhere: walarch-get of what is not there' 255 \
	'error' -- walarch-get "$b" pg_wal/RECOVERYXLOG
check 'histories as a link elsewhere: walarch-info' 1 'error' -- walarch-info

# Objects that are none.
for what in folder fifo dangling device; do
	rm -rf "$REPO"
	cp -a "$T/bare" "$REPO"
	object=$(object "$a")
	mkdir -p "${object%/*}"
	case $what in
	folder)		mkdir "$object" ;;
	fifo)		mkfifo "$object" ;;
	dangling)	ln -s "$T/outside/new" "$object" ;;
	device)		ln -s /dev/zero "$object" ;;
	esac
	check "a $what as the object: walarch-push" 1 'error: ' -- \
		timeout 10 walarch-push "pg_wal/$a"
	check "a $what as the object: walarch-get" 255 'error: ' -- \
		timeout 10 walarch-get "$a" pg_wal/RECOVERYXLOG
	check "a $what as the object: walarch-check's look" 1 'error: ' -- \
		walarch-check --pg1-socket-path=/no/where
done
assert 'nothing was made through a dangling link' is_absent "$T/outside/new"

# Files where folders belong.
for part in db db/wal "db/wal/$SYS" "db/wal/$SYS/0000000100000000"; do
	rm -rf "$REPO"
	cp -a "$T/bare" "$REPO"
	rm -rf "${REPO:?}/$part"
	mkdir -p "$(dirname "$REPO/$part")"
	: >"$REPO/$part"
	check "${part/$SYS/SYSTEM} as a file: walarch-push" 1 \
		'error: ' -- walarch-push "pg_wal/$a"
	check "${part/$SYS/SYSTEM} as a file: walarch-get" 255 \
		'error: ' -- walarch-get "$a" pg_wal/RECOVERYXLOG
done

# Names planted for a temporary file to fall into.
rm -rf "$REPO"
cp -a "$T/bare" "$REPO"
mkdir -p "$REPO/db/wal/$SYS/0000000100000000"
for n in 1 2 3; do
	ln -s "$T/outside/new" \
		"$REPO/db/wal/$SYS/0000000100000000/.$a.000000000000000$n.tmp"
done
check 'hidden files of others do not matter' 0 -- walarch-push "pg_wal/$a"
assert 'the object is whole' is_stored "$a" "pg_wal/$a"
assert 'nothing was made through them' is_absent "$T/outside/new"

# What the destination leads to.
ln -s "$T/outside/new" pg_wal/RECOVERYXLOG
check 'a link as the destination' 255 'is not a regular file' -- \
	walarch-get "$a" pg_wal/RECOVERYXLOG
assert 'is not followed' is_absent "$T/outside/new"

# The repository itself may be a link, and its path may lead through some.
rm pg_wal/RECOVERYXLOG
ln -s "$REPO" "$T/link"
check 'a link to the repository' 0 -- \
	walarch-get --repo1-path="$T/link" "$a" pg_wal/RECOVERYXLOG
finish
