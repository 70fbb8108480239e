#!/bin/bash
# async - asynchronous archiving, with a full backup and one upon it.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

name=walarch-async-archive

backup()
{
	in_pod "$name" walarch-backup --stanza=db "--pg1-path=/pgdata/$name" \
	    "--repo1-path=/walarch/$name-backups" --start-fast "$@"
}

flow walarch/async-archiving/run.sh
is 'the spool is beside the data' "$(in_pod "$name" ls /pgdata)" \
    "$name"$'\n'"$name-spool"
is 'the repository is in its volume' "$(in_pod "$name" ls /walarch)" \
    "$name-backups"
check 'a full backup' backup --type=full
query "$name" 'create table more (id int)' >"$T/created"
check 'a diff backup' backup --type=diff
gives 'both are listed: the full one' 0 'full backup: ' in_pod "$name" \
    walarch-info --stanza=db "--repo1-path=/walarch/$name-backups"
gives 'both are listed: the diff' 0 'diff backup: ' in_pod "$name" \
    walarch-info --stanza=db "--repo1-path=/walarch/$name-backups"
cleaned walarch/async-archiving walarch-async-pgdata walarch-async-repo

finish
