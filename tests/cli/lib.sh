# lib.sh - for the tests of the programs to source.
#
# Each check prints a line "ok - name", "not ok - name" or "skip - name: why".
# The programs are those of the staged installation (tests/stage.stamp), $T is
# a folder of the test's own, and nothing outside it is touched.
# shellcheck shell=bash disable=SC2032,SC2033,SC2034,SC2154

set -u
set +o posix
export LC_ALL=C
umask 077

TOP_BUILDDIR=${TOP_BUILDDIR:-$PWD}
SYS=7431170312345678901		# what mkwal takes for the system identifier
OTHER=6999999999999999999
LIMIT=60			# seconds a command may take
checks=0 failed=0 skipped=0
status=0

die() {
	printf '%s\n' "$*" >&2
	exit 99
}

[ -r "$TOP_BUILDDIR/tests/stage.stamp" ] ||
	die "run \"make tests/stage.stamp\" first, then this in the build folder"
# shellcheck disable=SC1091
. "$TOP_BUILDDIR/tests/stage.stamp"
MKWAL=$TOP_BUILDDIR/tests/tools/mkwal
MKSET=$TOP_BUILDDIR/tests/tools/mkset

T=$(mktemp -d "${TMPDIR:-/tmp}/walarch-cli.XXXXXX") || exit 99
chmod 755 "$T"
mounts=()

cleanup() {
	local m

	cd / || exit 99
	for m in "${mounts[@]}"; do
		umount "$m" 2>/dev/null || umount -l "$m" 2>/dev/null
	done
	chmod -R u+rwx "$T" 2>/dev/null
	rm -rf "$T"
}
trap cleanup EXIT
trap 'exit 99' HUP INT TERM

# The programs come along, so that another user can run them, too.
mkdir "$T/inst"
cp -R "$stage_prefix/." "$T/inst"
BIN=$T/inst/${stage_bindir#"$stage_prefix"/}
LIBEXEC=$T/inst/${stage_pkglibexecdir#"$stage_prefix"/}
export LD_LIBRARY_PATH=$T/inst/${stage_libdir#"$stage_prefix"/}
export PATH=$BIN:$PATH
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1}
chmod -R go=u,go-w "$T/inst"

for name in $(compgen -e WALARCH_); do
	[ "$name" = WALARCH_LONG ] || unset "$name"
done
unset name

# ---- results ---------------------------------------------------------------

ok() {
	checks=$((checks + 1))
	printf 'ok - %s\n' "$1"
}

# not_ok NAME [LINE...]
not_ok() {
	local line

	checks=$((checks + 1)) failed=$((failed + 1))
	printf 'not ok - %s\n' "$1"
	shift
	for line in "$@"; do
		printf '%s\n' "$line" | sed 's/^/# /'
	done
}

# skip NAME WHY
skip() {
	skipped=$((skipped + 1))
	printf 'skip - %s: %s\n' "$1" "$2"
}

# skip_all NAME WHY - nothing of the script can be run here.
skip_all() {
	skip "$1" "$2"
	exit 77
}

finish() {
	printf '%d checks, %d failed, %d skipped\n' "$checks" "$failed" \
		"$skipped"
	[ "$failed" -eq 0 ] && [ "$checks" -gt 0 ]
	exit
}

# run COMMAND... - what it says goes to $T/out and $T/err, its status to
# $status; 128+N when signal N ended it.
run() {
	if [ "$1" = as_user ]; then
		shift
		set -- "${other_user[@]}" "$@"
	fi
	timeout -k 5 "$LIMIT" "$@" >"$T/out" 2>"$T/err" </dev/null
	status=$?
}

# said NAME STATUS [TEXT...] - did the command just run end so, and say each
# TEXT (an extended regular expression; one after "!" must not be there)?
said() {
	local name=$1 want=$2 text why=

	shift 2
	[ "$status" = "$want" ] || why="status $status, not $want"
	for text in "$@"; do
		case $text in
		'!'*)	grep -Eqe "${text#!}" "$T/out" "$T/err" &&
				why="$why${why:+; }said: ${text#!}" ;;
		*)	grep -Eqe "$text" "$T/out" "$T/err" ||
				why="$why${why:+; }did not say: $text" ;;
		esac
	done
	grep -Eqe 'Sanitizer|runtime error' "$T/err" &&
		why="$why${why:+; }a sanitizer spoke"
	if [ -z "$why" ]; then
		ok "$name"
	else
		not_ok "$name" "$why" "$(head -c 1500 "$T/out")" \
			"$(head -c 3000 "$T/err")"
	fi
}

# check NAME STATUS [TEXT...] -- COMMAND...
check() {
	local expected=()

	while [ "$1" != -- ]; do
		expected+=("$1")
		shift
	done
	shift
	run "$@"
	said "${expected[@]}"
}

# assert NAME COMMAND... - a fact, which the command finds true.
assert() {
	local name=$1

	shift
	if "$@" >"$T/fact" 2>&1; then
		ok "$name"
	else
		not_ok "$name" "$*" "$(head -c 2000 "$T/fact")"
	fi
}

# is NAME GOT WANTED
is() {
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1" "got    \"$2\"" "wanted \"$3\""
	fi
}

# ---- clusters and repositories ---------------------------------------------

# new_repo [OPTION...] - an empty $REPO, a cluster $PG of mkwal's (with its
# OPTIONs), registered as stanza db; the configuration $WALARCH_CONFIG, and a
# folder $OUT.  The working directory is theirs.
new_repo() {
	local where=$T/set$((sets = ${sets:-0} + 1))

	mkdir "$where"
	chmod 755 "$where"
	REPO=$where/repo PG=$where/pg WAL=$where/pg/pg_wal
	export WALARCH_CONFIG=$where/walarch.conf
	printf '[global]\nrepo1-path=%s\narchive-timeout=0\n' "$REPO" \
		>"$WALARCH_CONFIG"
	chmod 644 "$WALARCH_CONFIG"
	"$MKWAL" "$@" cluster "$PG" || die "mkwal failed"
	cd "$where" || exit 99
	run walarch-init --pg1-path="$PG"
	[ "$status" -eq 0 ] || die "walarch-init failed: $(cat "$T/err")"
	mkdir "$where/get"
	OUT=$where/get
}

# name N [TIMELINE] - of segment number N, of 1 MB.
name() {
	printf '%08X%08X%08X' "${2:-1}" $(($1 / 4096)) $(($1 % 4096))
}

# segment NAME [OPTION...] - make it in the cluster's pg_wal.
segment() {
	local name=$1

	shift
	"$MKWAL" "$@" segment "$name" "$WAL/$name" || die "mkwal failed"
}

# object NAME [SYSTEM] - where the repository keeps it.
object() {
	local folder=${1:0:16}

	case $1 in
	*.history)	folder=history ;;
	esac
	printf '%s/db/wal/%s/%s/%s' "$REPO" "${2:-$SYS}" "$folder" "$1"
}

# is_stored NAME FILE [SYSTEM] - is the object there, whole, and the file?
is_stored() {
	zstd -dcq "$(object "$1" "${3:-$SYS}")" 2>&1 | cmp - "$2"
}

is_absent() {
	! [ -e "$1" ] && ! [ -L "$1" ]
}

# visible FOLDER - every file below that a user of the repository would see,
# with its content's digest.
visible() {
	(cd "$1" && find . -name '.?*' -prune -o ! -type d -print0 | sort -z |
		xargs -0r xxh128sum 2>/dev/null)
}

# It draws on standard error while it works.
xxh128sum() {
	command xxh128sum "$@" 2>/dev/null
}

# hidden FOLDER - what is left over below it.
hidden() {
	find "$1" -mindepth 1 -name '.*' -print
}

is_empty() {
	[ -z "$(ls -A "$1")" ]
}

# ---- other users -----------------------------------------------------------

is_root() {
	[ "$(id -u)" -eq 0 ]
}

# as_user COMMAND... - run it without root's rights.  run and check know it.
other_user=()
if is_root; then
	other_user=(setpriv --reuid=65534 --regid=65534 --clear-groups --)
fi

as_user() {
	"${other_user[@]}" "$@"
}

# give PATH... - to the user of as_user.
give() {
	if is_root; then
		chown -R 65534:65534 "$@"
	fi
}

# can_mount - and will it be undone at the end?
can_mount() {
	is_root || return 1
	mkdir -p "$T/probe"
	mount -t tmpfs -o size=64k tmpfs "$T/probe" 2>/dev/null || return 1
	umount "$T/probe"
}

# mounted PATH - remember to unmount it.
mounted() {
	mounts=("$1" "${mounts[@]}")
}

unmounted() {
	local m kept=()

	umount "$1" || die "could not unmount $1"
	for m in "${mounts[@]}"; do
		[ "$m" = "$1" ] || kept+=("$m")
	done
	mounts=("${kept[@]}")
}
