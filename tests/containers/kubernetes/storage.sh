#!/bin/bash
# storage - volumes that are folders of the node, and what a group has to do with
# them.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

mkdir "$T/volumes"
chmod 755 "$T" "$T/volumes"
folder=$T/volumes/$WALARCH_NAMESPACE-walarch
export WALARCH_STORAGE_PATH=$T/volumes

flow walarch/backup/run.sh
check 'the data is in its folder' test -f "$folder-pgdata/walarch/PG_VERSION"
check 'the repository is in its own' test -d "$folder-repo/walarch-backups"
is 'the group can write' "$(stat -c '%g %a' "$folder-pgdata")" '26 2770'
is 'nobody else has the data' "$(find "$folder-pgdata/walarch" \
    -maxdepth 0 -user 26 ! -perm /077)" "$folder-pgdata/walarch"
check 'the volume is there' kubectl get persistentvolume \
    "$WALARCH_NAMESPACE-walarch-repo"
touch "$T/volumes/another"
cleaned walarch/backup walarch-pgdata walarch-repo
is 'the folders are gone, and only these' "$(ls "$T/volumes")" another
gives 'the volumes, too' 1 NotFound \
    kubectl get persistentvolume "$WALARCH_NAMESPACE-walarch-repo"

finish
