#!/bin/bash
# docker_scripts.sh - contrib/docker's scripts themselves: what each says of
# itself, and how they fail.
# shellcheck source=docker/lib.sh disable=SC2016,SC2317	# what is passed on
. "$(dirname "$0")/docker/lib.sh"

mapfile -t scripts < <(cd "$contrib/docker" &&
	find . -name '*.sh' -perm -u+x | sed 's,^\./,,; s,\.sh$,,' | sort)

is 'there are all of them' "${#scripts[@]}" 26
for name in "${scripts[@]}"; do
	gives "$name --help" 0 "^$(basename "$name")\.sh - " \
	    "$contrib/docker/$name.sh" --help
	check "$name --help tells of the environment" \
	    grep -q '^  CONTAINER_CLI ' "$T/said"
	gives "$name with an argument" 2 '^usage: ' \
	    "$contrib/docker/$name.sh" now
done
check 'none asks for a terminal or another user' bash -c \
    "! grep -rnE -- 'exec -[a-z]*t|--tty|sudo|docker (run|exec)' \
    --include='*.sh' '$contrib/docker' | grep -v ':#'"
if command -v shellcheck >"$T/path"; then
	cd "$contrib/docker" || exit
	check 'shellcheck finds nothing' shellcheck -x -P SCRIPTDIR \
	    "${scripts[@]/%/.sh}"
	cd "$T" || exit
else
	skip 'shellcheck is missing'
fi

gives 'a command that is not there' 1 'is of no use here' \
    env CONTAINER_CLI="$T/none" "$contrib/docker/primary/run.sh"
gives 'an image that is not there' 125 '' \
    env WALARCH_IMAGE=walarch:none "$contrib/docker/primary/run.sh"
check 'all that is removed' script primary/cleanup

# ---- a server that does not come up

volume primary-pgdata
shell -v primary-pgdata:/pgdata -- 'mkdir -m 700 /pgdata/primary
    echo 9.0 >/pgdata/primary/PG_VERSION'
gives 'a server that ends' 1 'ERROR: .*-primary has ended, with status 1' \
    script primary/run
check 'its log is shown' grep -Eq 'ERROR: .*(PG_VERSION|version|9\.0)' "$T/said"
check 'primary/cleanup.sh' script primary/cleanup
gives 'a server that is too slow' 1 \
    'ERROR: .*-primary is not ready after 0 seconds' \
    env WALARCH_WAIT=0 "$contrib/docker/primary/run.sh"
check 'it is left alone' ready primary
cleaned primary
nothing_left

finish
