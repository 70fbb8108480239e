#!/bin/bash
# openshift - as on OpenShift: the namespace's user and group, which nobody knows
# beforehand, and group 0.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

export KUBE_OPENSHIFT=1
gives 'what kubectl applies is refused' 1 'security context constraint' \
    "$flows/primary/run.sh"
gives 'nothing was started' 1 'no pods of' in_pod primary true
flow primary/cleanup.sh

openshift
flow primary/run.sh
is 'the user is the random one' "$(in_pod primary id -u)" 1000650000
is 'and its group is 0' "$(in_pod primary id -g)" 0
gives 'who is not in /etc/passwd' 1 'exit code 1$' in_pod primary \
    grep 1000650000 /etc/passwd
gives 'psql needs no options' 0 '^postgres$' \
    in_pod primary psql -Atc 'select current_user'
query primary 'create table kept (id int)' >"$T/created"
flow pgbasebackup/backup/run.sh
flow pgbasebackup/full/run.sh
flow pgbasebackup/full/post-restore.sh
present pgbasebackup-full-restored kept
cleaned pgbasebackup/full pgbasebackup-full-pgdata
cleaned pgbasebackup/backup backup-volume
cleaned primary primary-pgdata

backed_up
scheduled now-weekly walarch-backup-weekly
query walarch 'create table walarch_test_table (id int)' >"$T/created"
flow walarch/full/run.sh
flow walarch/full/post-restore.sh
present walarch-full-restored walarch_test_table
check 'it archives' in_pod walarch-full-restored walarch-check
cleaned walarch/full walarch-new-pgdata
cleaned walarch/backup walarch-pgdata walarch-repo

finish
