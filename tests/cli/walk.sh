#!/bin/sh
# walk.sh - the walk through a data directory: its order, links and tablespaces,
# what is left out, and its memory.
# shellcheck disable=SC2317 # functions are called by check
. "${TOP_SRCDIR:-$(dirname "$0")/../..}/tests/lib.sh"

datawalk=$TOP_BUILDDIR/tests/tools/datawalk
root=$T/data

# lines [OPTION...] - a line an entry.
lines()
{
	"$datawalk" "$@" "$root" | tr '\n\0' '?\n'
}

# walks NAME [OPTION...] - what is walked is as on standard input.
walks()
{
	walks_name=$1
	shift
	cat >"$T/want"
	lines "$@" >"$T/got" 2>"$T/err"
	if cmp -s "$T/want" "$T/got"; then
		ok "$walks_name"
	else
		not_ok "$walks_name"
		diff "$T/want" "$T/got" | sed 's/^/# /'
		sed 's/^/# /' "$T/err"
	fi
}

fresh()
{
	rm -rf "$root" "$T/away"
	mkdir -p "$root" "$T/away"
}

fresh
mkdir -p "$root/a/b" "$root/a-b" "$root/empty"
touch "$root/a/b/c" "$root/a!" "$root/a.b" "$root/a0" "$root/A" \
    "$root/$(printf 'new\nline')" "$root/$(printf 'latin\344')" \
    "$root/a/z" "$root/a-b/x" "$root/.hidden"
mkfifo "$root/fifo"
walks "by name, a folder before what it holds, which is before its neighbours" \
    <<END
f - .hidden
f - A
d - a
d - a/b
f - a/b/c
f - a/z
f - a!
d - a-b
f - a-b/x
f - a.b
f - a0
d - empty
s - fifo
f - latin$(printf '\344')
f - new?line
END

fresh
mkdir "$T/away/conf" "$T/away/conf/sub"
touch "$T/away/conf/x" "$T/away/file" "$root/own"
ln -s "$T/away/conf" "$root/conf"
ln -s ../away/file "$root/file"
ln -s nowhere "$root/lost"
ln -s own "$root/inside"
ln -s . "$root/dot"
ln -s "$T/away/file/x" "$root/not-a-folder"
ln -s "$T/data-other" "$root/other"
mkdir "$T/data-other"
ln -s /dev/null "$root/device"
walks "links, and what they lead to" <<END
l - conf -> $T/away/conf
d B conf
d B conf/sub
f B conf/x
l - device -> /dev/null
s B device
l I dot -> .
l - file -> ../away/file
f B file
l I inside -> own
l D lost -> nowhere
l D not-a-folder -> $T/away/file/x
l - other -> $T/data-other
d B other
f - own
END

# circle NAME PATTERN - it ends with an error that says so.
circle()
{
	if lines >"$T/got" 2>"$T/err" && [ ! -s "$T/err" ]; then
		not_ok "$1" "$(cat "$T/got")"
	elif grep -q "$2" "$T/err"; then
		ok "$1"
	else
		not_ok "$1" "$(cat "$T/err")"
	fi
}

fresh
ln -s itself "$root/itself"
circle "a link to itself" 'could not follow symbolic link ".*data/itself"'
fresh
ln -s "$T/away" "$root/away"
ln -s "$T/away" "$T/away/again"
circle "a folder outside that leads to itself" 'circle: ".*data/away/again"'
fresh
ln -s "$T" "$root/up"
circle "a link to a folder that the data directory is in" \
    'circle: ".*data/up/data"'

fresh
mkdir -p "$root/pg_tblspc/16401/PG_15_2022/5" "$T/away/one/PG_15_2022/5" \
    "$T/away/one/PG_16_2023/5" "$T/away/one/mine" "$root/within/PG_15_2022/5"
touch "$T/away/one/PG_15_2022/5/1" "$root/within/PG_15_2022/5/2" \
    "$root/pg_tblspc/16401/PG_15_2022/5/3" "$root/pg_tblspc/note"
ln -s "$T/away/one" "$root/pg_tblspc/16400"
ln -s "$root/within" "$root/pg_tblspc/16402"
ln -s "$T/away/gone" "$root/pg_tblspc/16403"
walks "tablespaces: of this cluster's version, also in place, within, and lost" \
    -c PG_15_ <<END
d - pg_tblspc
d - pg_tblspc/16400 -> $T/away/one
d - pg_tblspc/16400/PG_15_2022
d - pg_tblspc/16400/PG_15_2022/5
f - pg_tblspc/16400/PG_15_2022/5/1
d - pg_tblspc/16401
d - pg_tblspc/16401/PG_15_2022
d - pg_tblspc/16401/PG_15_2022/5
f - pg_tblspc/16401/PG_15_2022/5/3
d - pg_tblspc/16402 -> $root/within
d - pg_tblspc/16402/PG_15_2022
d - pg_tblspc/16402/PG_15_2022/5
f - pg_tblspc/16402/PG_15_2022/5/2
l D pg_tblspc/16403 -> $T/away/gone
f - pg_tblspc/note
d - within
END

fresh
mkdir -p "$T/away/wal/archive_status" "$T/away/wal/summaries" "$T/away/stat" \
    "$root/base/5" "$root/base/pgsql_tmp" "$root/pg_notify" "$root/log"
touch "$T/away/wal/000000010000000000000001" "$T/away/wal/archive_status/x" \
    "$T/away/stat/global.stat" "$root/postmaster.pid" "$root/pg_notify/0000" \
    "$root/base/pgsql_tmp/pgsql_tmp1.0" "$root/log/log"
(cd "$root/base/5" && touch 1 1.1 1_fsm 2 2.1 2_fsm 2_vm 2_init 22 t3_4 2x)
ln -s "$T/away/wal" "$root/pg_wal"
ln -s "$T/away/stat" "$root/pg_stat_tmp"
ln -s nowhere "$root/recovery.signal"
walks "a base backup" -b -v 17 <<END
d - base
d - base/5
f - base/5/1
f - base/5/1.1
f - base/5/1_fsm
f - base/5/22
f - base/5/2_init
f - base/5/2x
d - log
f - log/log
d - pg_notify
d - pg_stat_tmp -> $T/away/stat
d - pg_wal -> $T/away/wal
d - pg_wal/archive_status
d - pg_wal/summaries
END
is_all()
{
	lines -v 17 | sed 's/.* -> .*/link/' | sort >"$T/got"
	grep -c '' "$T/got" >"$T/count"
	grep -qx 'f - pg_wal/000000010000000000000001' "$T/got" &&
		grep -qx 'f - base/5/2_vm' "$T/got" &&
		grep -qx 'f - postmaster.pid' "$T/got" &&
		grep -qx 'f - pg_stat_tmp/global.stat' "$T/got"
}
check "and all, where no backup is asked for" is_all
lacks_summaries()
{
	lines -b -v 16 >"$T/got" && ! grep summaries "$T/got" &&
		grep archive_status "$T/got"
}
check "before 17 there are no summaries of WAL" lacks_summaries

missing()
{
	! "$datawalk" "$T/not-there" 2>"$T/err" &&
		grep 'could not open folder ".*not-there": No such' "$T/err"
}
check "a data directory that is not there" missing
fresh
mkdir "$root/closed"
chmod 000 "$root/closed"
unreadable()
{
	if [ "$(id -u)" -eq 0 ]; then
		drop="setpriv --reuid=65534 --regid=65534 --clear-groups"
		chmod 755 "$T"
	fi
	! ${drop:-} "$datawalk" "$root" >"$T/got" 2>"$T/err" &&
		grep 'could not open folder ".*data/closed": Permission' "$T/err"
}
check "a folder that cannot be read" unreadable

# A million files need 25 MB.
fresh
files=${WALARCH_WALK_FILES:-100000}
mkdir "$root/many"
(cd "$root/many" && seq -f '%.0f_fsm' 1000000 $((1000000 + files - 1)) |
	xargs touch)
small()
{
	# shellcheck disable=SC3045 # dash has it
	(ulimit -v 60000 && "$datawalk" "$root" | tr '\0' '\n' | wc -l) \
	    >"$T/got" && [ "$(cat "$T/got")" -eq $((files + 1)) ]
}
case " ${TEST_CFLAGS:-} " in
*sanitize*) ;;
*) check "a folder of $files files needs little memory" small ;;
esac
finish
