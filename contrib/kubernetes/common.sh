# common.sh - for the flows' scripts to source.
# shellcheck shell=bash
#
# A flow's manifests are not edited: a kustomization in a temporary folder names
# them, with the namespace, the image, the storage and this run's parameters,
# and that is applied.
#
#   WALARCH_CLI              kubectl, or oc for OpenShift
#   WALARCH_NAMESPACE        the namespace; without it, the context's
#   WALARCH_IMAGE            the image, walarch:latest
#   WALARCH_TIMEOUT          how many seconds a job or a recovery may take
#   WALARCH_STORAGE_...      where the volumes come from: see storage.sh

set -Eeu
shopt -s inherit_errexit
: "${WALARCH_CLI:=kubectl}" "${WALARCH_IMAGE:=walarch:latest}"
: "${WALARCH_NAMESPACE:=}" "${WALARCH_TIMEOUT:=3900}"

kubernetes=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=storage.sh
. "$kubernetes/storage.sh"

fail()
{
	printf '%s\n' "$@" >&2
	exit 1
}

cli()
{
	"$WALARCH_CLI" ${WALARCH_NAMESPACE:+-n "$WALARCH_NAMESPACE"} "$@"
}

work=$(mktemp -d "${TMPDIR:-/tmp}/walarch-kubernetes.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# parameter NAME [VALUE] - for the flow's job; without a value, the
# environment's, if it has one.
parameter()
{
	local value=${2-${!1-}}
	case $value in
	*$'\n'*) fail "$1 must be one line" ;;
	esac
	[ -z "$value" ] || printf '%s=%s\n' "$1" "$value" >>"$work/parameters"
}

image_of()
{
	printf 'images:\n  - name: walarch\n    newName: "%s"\n    %s: "%s"\n' \
	    "$@"
}

# Of an image its name, and the tag or the digest.
image()
{
	local name=$WALARCH_IMAGE
	case ${name##*/} in
	*@*) image_of "${name%@*}" digest "${name#*@}" ;;
	*:*) image_of "${name%:*}" newTag "${name##*:}" ;;
	*) image_of "$name" newTag latest ;;
	esac
}

# The parameters go before those that the flow itself has.
parameters()
{
	local behavior=create
	! grep -q '^configMapGenerator' "$kubernetes/$2/kustomization.yaml" ||
		behavior=merge
	cat <<-EOT
	generatorOptions:
	  disableNameSuffixHash: true
	configMapGenerator:
	  - name: $1-parameters
	    behavior: $behavior
	    options:
	      labels:
	        walarch.flow: $1
	    envs:
	      - parameters
	EOT
}

# kustomization FLOW FOLDER CLAIM...
kustomization()
{
	local flow=$1 folder=$2
	shift 2
	echo 'apiVersion: kustomize.config.k8s.io/v1beta1'
	echo 'kind: Kustomization'
	[ -z "$WALARCH_NAMESPACE" ] || echo "namespace: \"$WALARCH_NAMESPACE\""
	echo 'resources:'
	echo "  - kubernetes/$folder"
	[ ! -s "$work/volumes.yaml" ] || echo '  - volumes.yaml'
	[ "$(basename "$WALARCH_CLI")" != oc ] ||
		printf 'components:\n  - kubernetes/openshift\n'
	image
	[ ! -s "$work/parameters" ] || parameters "$flow" "$folder"
	[ $# -eq 0 ] || claim_patches "$@"
}

# apply FLOW FOLDER [CLAIM...] - the claims are those that the folder brings.
apply()
{
	[ -e "$work/kubernetes" ] || cp -R "$kubernetes" "$work/kubernetes"
	: >"$work/volumes.yaml"
	[ $# -eq 2 ] || volumes "$1" "${@:3}" >"$work/volumes.yaml"
	kustomization "$@" >"$work/kustomization.yaml"
	cli apply -k "$work"
}

# The passwords, in a Secret of the namespace; one that is there is kept.
secrets()
{
	local key options=()
	[ -z "$(cli get secret walarch-secrets -o name --ignore-not-found)" ] ||
		return 0
	mkdir -m 700 "$work/secrets"
	for key in app-password replication-password superuser-password; do
		head -c 24 /dev/urandom | base64 | tr -d '\n=+/' \
		    >"$work/secrets/$key"
		options+=("--from-file=$key=$work/secrets/$key")
	done
	cli create secret generic walarch-secrets "${options[@]}"
}

# Of the server of a deployment, or of a job: its pods are gone.
gone()
{
	[ -z "$(cli get pods -l "app=$1" -o name)" ] ||
		cli wait --for=delete pods -l "app=$1" --timeout=300s
}

# remove KIND NAME... - with their pods.
remove()
{
	local kind=$1 name
	shift
	cli delete "$kind" "$@" --ignore-not-found --cascade=foreground
	for name; do
		gone "$name"
	done
}

# ready DEPLOYMENT - wait until its server takes connections.
ready()
{
	cli rollout status "deployment/$1" --timeout="${WALARCH_TIMEOUT}s" &&
		return
	cli logs "deployment/$1" --tail=20 || :
	fail "The deployment $1 did not become ready."
}

failures()
{
	cli get job "$1" -o 'jsonpath={.status.failed}'
}

# complete JOB - wait for its end, show its log, and fail when it failed.
complete()
{
	local end=$((SECONDS + WALARCH_TIMEOUT)) failed=
	until cli wait --for=condition=complete "job/$1" --timeout=2s \
	    >"$work/wait" 2>&1; do
		failed=$(failures "$1")
		[ "${failed:-0}" -eq 0 ] || break
		if [ "$SECONDS" -ge "$end" ]; then
			cat "$work/wait" >&2
			failed=1
			break
		fi
	done
	cli logs "job/$1" || :
	[ "${failed:-0}" -eq 0 ] || fail "The job $1 failed."
	cli get job "$1"
}

# run_job JOB FLOW FOLDER [CLAIM...] - anew: a job cannot be changed.
run_job()
{
	remove job "$1"
	apply "${@:2}"
	complete "$1"
}

# running DEPLOYMENT - does its server answer?
running()
{
	cli exec "deployment/$1" -- psql -Atqc 'select 1' >"$work/answer" 2>&1
}

# The flow's predecessor, for those that restore.
need_running()
{
	running "$1" ||
		fail 'The backup example must be running prior to using this example.'
}

need_complete()
{
	local succeeded
	succeeded=$(cli get job "$1" --ignore-not-found \
	    -o 'jsonpath={.status.succeeded}')
	[ "${succeeded:-0}" -eq 1 ] ||
		fail "The job $1 must have completed prior to running this script."
}

# The server of the backup flow ends, and what would start it or back it up:
# its claims stay.
end_primary()
{
	cli delete deployment,service,cronjob -l walarch.flow=walarch-backup \
	    --ignore-not-found --cascade=foreground
	gone walarch
}

# clean_up FLOW CLAIM... - all that has the flow's label, twice if need be.
clean_up()
{
	local flow=$1
	shift
	cli delete cronjob,job,deployment -l "walarch.flow=$flow" \
	    --ignore-not-found --cascade=foreground
	cli delete service,configmap,persistentvolumeclaim \
	    -l "walarch.flow=$flow" --ignore-not-found
	remove_volumes "$@"
}
