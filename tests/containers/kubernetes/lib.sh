# lib.sh - for the scenarios beside it to source: contrib/kubernetes's scripts,
# with the driver beside this file in kubectl's place.
#
# WALARCH_KUBE_CACHE is where fetch-tools keeps what it fetches.
# shellcheck shell=bash disable=SC2034

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

kube=$here/kubernetes
title=kubernetes-$title
flows=$contrib/kubernetes
tools=${WALARCH_KUBE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/walarch-kubernetes}

# What is to be run needs podman; manifests.sh sets only_manifests.
if [ -z "${only_manifests:-}" ] && ! "$cli" --version 2>&1 | grep -q podman
then
	skip "$cli is not podman"
	finished=1
	exit 0
fi
if ! "$kube/fetch-tools" "$tools" 2>"$T/fetched"; then
	skip "$(tail -1 "$T/fetched")"
	finished=1
	exit 0
fi
python3 -c 'import yaml' 2>"$T/fetched" || {
	skip "$(tail -1 "$T/fetched")"
	finished=1
	exit 0
}

# What secures the containers is in the manifests, and nowhere else.
export WALARCH_TEST_SOFT=1
export KUBE_STATE=$T/kube KUBE_KUSTOMIZE=$tools/kubectl
export WALARCH_CLI=$kube/kubectl WALARCH_TIMEOUT=$job_patience
unset WALARCH_STORAGE_CLASS WALARCH_STORAGE_PATH WALARCH_NFS_IP \
    WALARCH_STORAGE_CAPACITY WALARCH_STORAGE_MODE WALARCH_TIMESTAMP \
    WALARCH_BACKUP_PATH CCP_BACKREST_TIMESTAMP

# As OpenShift: a random user, and oc.
openshift()
{
	ln -s "$kube/kubectl" "$T/oc"
	export WALARCH_CLI=$T/oc KUBE_OPENSHIFT=1
}

kubectl()
{
	"$WALARCH_CLI" -n "$WALARCH_NAMESPACE" "$@"
}

# in_pod DEPLOYMENT COMMAND..., query DEPLOYMENT SQL
in_pod()
{
	kubectl exec "deployment/$1" -- "${@:2}"
}

query()
{
	in_pod "$1" psql -XAtq -v ON_ERROR_STOP=1 -c "$2"
}

# flow SCRIPT - it succeeds.
flow()
{
	check "$1" "$flows/$1"
}

# paused DEPLOYMENT - its recovery is at its target, and nothing can be written;
# resumed, it can.
paused()
{
	wait_until "$patience" answer "$1" 'select pg_is_wal_replay_paused()' t ||
		:
	is "$1 is paused" "$(query "$1" \
	    'select pg_is_in_recovery(), pg_is_wal_replay_paused()')" 't|t'
	gives "$1 takes no writes" 1 \
	    'cannot execute CREATE TABLE in a read-only transaction' \
	    query "$1" 'create table foo (id int)'
}

resumed()
{
	query "$1" 'select pg_wal_replay_resume()' >"$T/resumed"
	wait_until "$patience" answer "$1" 'select pg_is_in_recovery()' f || :
	check "$1 takes writes when resumed" query "$1" \
	    'create table foo (id int)'
}

answer()
{
	[ "$(query "$1" "$2" 2>"$T/answer")" = "$3" ]
}

# present DEPLOYMENT TABLE, absent
present()
{
	gives "$1: $2 is there" 0 '^\(0 rows\)' in_pod "$1" psql -c "table $2"
}

absent()
{
	gives "$1: $2 is not there" 1 "^ERROR: +relation \"$2\" does not exist" \
	    in_pod "$1" psql -c "table $2"
}

ended_job()
{
	[ -n "$(kubectl get job "$1" -o 'jsonpath={.status.succeeded}')" ] ||
		[ -n "$(kubectl get job "$1" -o 'jsonpath={.status.failed}')" ]
}

# scheduled JOB CRONJOB - run what the cron job would run, now.
scheduled()
{
	kubectl create job "$1" --from="cronjob/$2" >"$T/created"
	wait_until "$job_patience" ended_job "$1" || :
	if [ "$(kubectl get job "$1" -o 'jsonpath={.status.succeeded}')" = 1 ]
	then
		ok "the cron job $2 makes a backup"
	else
		not_ok "the cron job $2 makes a backup" \
		    "$(kubectl logs "job/$1" --tail=5)"
	fi
}

# A claim's folder, as the pods see it.
claim()
{
	echo "$KUBE_STATE/claims/$WALARCH_NAMESPACE/$1"
}

# cleaned FLOW CLAIM... - its cleanup.sh, twice, and its claims are gone.
cleaned()
{
	local flow=$1 name
	shift
	flow "$flow/cleanup.sh"
	check "$flow/cleanup.sh again" "$flows/$flow/cleanup.sh"
	for name; do
		is "$flow/cleanup.sh removes $name" \
		    "$(kubectl get pvc "$name" -o name --ignore-not-found)" ''
	done
}

kept()
{
	local name
	for name; do
		is "$name is kept" "$(kubectl get pvc "$name" -o name)" \
		    "persistentvolumeclaim/$name"
	done
}

# The backup example, with a full backup: what the restores begin with.
backed_up()
{
	flow walarch/backup/run.sh
	check 'a full backup is made' in_pod walarch walarch-backup \
	    --stanza=db --pg1-path=/pgdata/walarch \
	    --repo1-path=/walarch/walarch-backups --type=full --start-fast
}
