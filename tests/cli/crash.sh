#!/bin/bash
# crash.sh - power cuts: what walarch-push called stored is there, and whole,
# after a file system lost all that it had not synced.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

is_root || skip_all 'power cuts' 'this needs root'
command -v xfs_io >/dev/null || skip_all 'power cuts' 'xfs_io is not installed'
command -v strace >/dev/null || skip_all 'power cuts' 'strace is not installed'

rounds=12
[ -z "${WALARCH_LONG-}" ] || rounds=60
RANDOM=1515

new_repo
cd "$PG" || exit 99
rmdir "$OUT"
template=$T/template
mv "$REPO" "$template"
mkdir "$REPO"

# begin TYPE [OPTION] - a fresh file system in a file, with the repository.
begin() {
	rm -f "$T/image"
	truncate -s 320M "$T/image"
	case $1 in
	ext4)	mkfs.ext4 -q -F "${@:2}" "$T/image" ;;
	ext2)	mkfs.ext4 -q -F -O ^has_journal "$T/image" ;;
	xfs)	mkfs.xfs -q -f "$T/image" ;;
	esac || return
	mount -o loop "$T/image" "$REPO" || return
	mounted "$REPO"
	cp -a "$template/." "$REPO"
	sync -f "$REPO"
}

# cut - the power, and mount again.
cut() {
	xfs_io -x -c shutdown "$REPO" >/dev/null || return
	unmounted "$REPO"
	mount -o loop "$T/image" "$REPO" || return
	mounted "$REPO"
}

end() {
	unmounted "$REPO"
	rm -f "$T/image"
}

# lost FILE... - of those that walarch-push said it stored.
lost() {
	local f

	for f; do
		is_stored "$f" "$WAL/$f" >/dev/null 2>&1 || echo "$f"
	done
	find "$REPO" -type f ! -name '.*' ! -name walarch.repo \
		! -path "$REPO/db/system/*" -printf '%f\n' |
	while read -r f; do
		is_stored "$f" "$WAL/$f" >/dev/null 2>&1 || echo "torn: $f"
	done
}

for n in $(seq 1 12); do
	segment "$(name "$n")"
	segment "$(name $((n + 4096)))"
done

for type in ext4 xfs; do
	if ! command -v mkfs.$type >/dev/null; then
		skip "power cuts on $type" "mkfs.$type is not installed"
		continue
	fi
	if ! begin $type 2>"$T/why"; then
		skip "power cuts on $type" "$(head -n 1 "$T/why")"
		continue
	fi
	# What is not synced must be gone, or nothing is proved here.
	head -c 10000 /dev/zero >"$REPO/unsynced"
	cut || { skip "power cuts on $type" 'no shutdown'; end; continue; }
	if [ -e "$REPO/unsynced" ] &&
	    [ "$(stat -c %s "$REPO/unsynced")" -eq 10000 ]; then
		skip "power cuts on $type" 'nothing gets lost here'
		end
		continue
	fi
	rm -f "$REPO/unsynced"
	wrong=
	for ((r = 0; r < rounds; r++)); do
		# A new folder each time, then an old one.
		files=("$(name $((1 + r % 12)))" "$(name $((4097 + r % 12)))")
		for f in "${files[@]}"; do
			walarch-push "$WAL/$f" 2>"$T/err" || wrong="$wrong $r: $(cat "$T/err")"
		done
		cut || die 'could not cut the power'
		wrong=$wrong$(lost "${files[@]}")
		rm -rf "$REPO/db/wal"
		sync -f "$REPO"
	done
	is "$type: stored is stored, $rounds power cuts" "$wrong" ''

	# The first one dies before it has synced the names: the second says
	# that it is stored already, identical, and that must be true then.
	wrong="" counted=0
	for ((r = 1; r <= rounds; r++)); do
		f=$(name "$r")
		n=$((1 + (r - 1) % 6))
		strace -f -qq -o /dev/null -e trace=fsync \
			-e inject=fsync:signal=KILL:when=$n \
			walarch-push "$WAL/$f" >/dev/null 2>&1
		[ ! -e "$(object "$f")" ] || counted=$((counted + 1))
		walarch-push "$WAL/$f" 2>"$T/err" || wrong="$wrong $r: $(cat "$T/err")"
		cut || die 'could not cut the power'
		wrong=$wrong$(lost "$f")
		rm -rf "$REPO/db/wal"
		sync -f "$REPO"
	done
	is "$type: killed at the Nth fsync, pushed again, power cut, $rounds \
times" "$wrong" ''
	assert "$type: of these some had their name already ($counted)" \
		test $counted -gt 0

	# A cut in the middle: whole or not there.  Only what was said before the
	# power went counts as said: a file system that was shut down may answer
	# the fsync(2) under way with success, and here somebody is left to hear it.
	wrong=
	for ((r = 1; r <= rounds; r++)); do
		f=$(name "$r")
		: >"$T/status"
		{ walarch-push "$WAL/$f" 2>/dev/null; echo $? >"$T/status"; } &
		pid=$!
		sleep 0.0$((RANDOM % 3))$((RANDOM % 9))
		status=$(cat "$T/status")
		xfs_io -x -c shutdown "$REPO" >/dev/null
		wait $pid
		unmounted "$REPO"
		mount -o loop "$T/image" "$REPO" || die 'could not mount'
		mounted "$REPO"
		[ "$status" != 0 ] || wrong=$wrong$(lost "$f")
		wrong=$wrong$(lost)
		walarch-push "$WAL/$f" 2>"$T/err" || wrong="$wrong $r: $(cat "$T/err")"
		rm -rf "$REPO/db/wal"
		sync -f "$REPO"
	done
	is "$type: a power cut in the middle, $rounds times: whole or not there" \
		"$wrong" ''

	# walarch-init.
	walarch-init --stanza=two --pg1-path="$PG" 2>/dev/null
	cut || die 'could not cut the power'
	check "$type: a registration survives a power cut" 0 'registered already' \
		-- walarch-init --stanza=two --pg1-path="$PG"
	end
done
finish
