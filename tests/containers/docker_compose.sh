#!/bin/bash
# docker_compose.sh - contrib/docker/compose.yaml: it is what docker compose
# takes, it is complete in itself, and it says the same as the scripts beside it.
# No container is started.
# shellcheck source=docker/lib.sh disable=SC2016,SC2317	# what is passed on
. "$(dirname "$0")/docker/lib.sh"

file=$contrib/docker/compose.yaml
python=
for candidate in /usr/bin/python3 python3; do
	! "$candidate" -c 'import yaml' 2>"$T/err" || { python=$candidate; break; }
done

# valid FILE - but for the project's name, which the old docker-compose does not
# know.
valid()
{
	sed '/^name:/d' "$1" >"$T/compose.yaml"
	"${compose[@]}" -f "$T/compose.yaml" config -q
}

if docker compose version >"$T/out" 2>&1; then
	compose=(docker compose)
elif docker-compose version >"$T/out" 2>&1; then
	compose=(docker-compose)
else
	compose=()
	skip 'neither docker compose nor docker-compose is there'
fi
if [ "${#compose[@]}" -gt 0 ]; then
	check 'it is valid' valid "$file"
	sed 's/stop_grace_period/stop_grace_periods/' "$file" >"$T/wrong.yaml"
	gives 'with a mistyped key it is not' 1 'stop_grace_periods' \
	    valid "$T/wrong.yaml"
fi

# ---- the same volumes, ports and targets as the scripts

is 'the volumes are those of the scripts' \
    "$(sed -n '/^volumes:/,$s/^  \(.*\):$/\1/p' "$file" | sort)" \
    "$(grep -rhoE '^[^#]*\<volume [a-z]+[a-z-]* /' --include='*.sh' \
    "$contrib/docker" | sed 's/.*volume \(.*\) .*/\1/' | sort -u)"
is 'so are the ports' "$(grep -oE '120[0-9]{2}' "$file" | sort)" \
    "$(grep -rhE '^[^#]*(server|restored) ' --include='*.sh' \
    "$contrib/docker" | grep -oE '120[0-9]{2}' | sort)"

# ---- what belongs together

if [ -z "$python" ]; then
	skip 'python3 has no yaml'
	finish
fi
cross()
{
	"$python" "$here/docker/compose-check" "$1"
}

check 'it is complete in itself' cross "$file"

# amiss SAYS SED - what is changed so is found out.
amiss()
{
	sed "$2" "$file" >"$T/changed.yaml"
	gives "else it is told: $1" 1 "$1" cross "$T/changed.yaml"
}

amiss 'walarch-pitr-restored is not on what' \
    '/^  walarch-pitr-restored:/,/ports:/s/DIR: .*/DIR: walarch/'
amiss 'walarch-full-restored is on another volume' \
    '/^  walarch-full-restored:/,/ports:/s/new-pgdata/pgdata/'
amiss 'walarch-full-restore can write /walarch' \
    's,walarch-repo:/walarch:ro,walarch-repo:/walarch,'
amiss 'pgbasebackup-full-restore can write /backup' 's,/backup:ro,/backup,'
amiss 'no volume pitr-wal' 's/^  pitr-wal:$//'
amiss 'declared and not used' 's/^  pitr-wal:$/&\n  more:/'
amiss 'primary has no profile' '/profiles: .primary.$/d'
amiss 'primary is open to all' 's/127.0.0.1:\(.*12000\)/\1/'
amiss 'walarch may not recover long' 's/start_period: 1h/start_period: 60s/'
amiss 'backup keeps capabilities' 's/- ALL/- CHOWN/'
amiss 'backup depends on secrets of another' \
    's/\(profiles: .primary, \)backup, /\1/'

finish
