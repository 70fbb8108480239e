#!/bin/bash
# manifests - what the scripts apply is valid, and fits together: with each kind
# of storage, on OpenShift, and without the scripts.
only_manifests=1
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

scripts='primary/run.sh pgbasebackup/backup/run.sh pgbasebackup/full/run.sh
pgbasebackup/full/post-restore.sh pgbasebackup/pitr/run-pitr.sh
pgbasebackup/pitr/run-backup-pitr.sh pgbasebackup/pitr/run-restore-pitr.sh
pgbasebackup/pitr/post-restore.sh walarch/backup/run.sh walarch/full/run.sh
walarch/full/post-restore.sh walarch/pitr/run.sh walarch/pitr/post-restore.sh
walarch/delta/run.sh walarch/delta/post-restore.sh
walarch/async-archiving/run.sh'

everything="{'ConfigMap': 4, 'CronJob': 3, 'Deployment': 9, 'Job': 7, \
'PersistentVolumeClaim': 12, 'Service': 9}"

# recorded NAME [VARIABLE=VALUE...] - all that the scripts apply, in $T/NAME.
recorded()
{
	local name=$1 script
	shift
	mkdir "$T/$name"
	ln -sf "$kube/record" "$T/kubectl"
	ln -sf "$kube/record" "$T/oc"
	for script in $scripts; do
		env RECORD="$T/$name" WALARCH_CLI="$T/kubectl" \
		    WALARCH_TIMESTAMP="it's 2026-11-21 21:00:00.123456+00" \
		    WALARCH_IMAGE=registry.example:5000/team/walarch:1.0 "$@" \
		    "$flows/$script" >"$T/recorded" 2>&1 ||
			not_ok "$name: $script" "$(tail -5 "$T/recorded")"
	done
}

# fits NAME [OPTION]
fits()
{
	check "$1: every field is Kubernetes's" \
	    "$kube/validate" "$tools" "$T/$1"/*.yaml
	check "$1: the manifests fit together" \
	    "$kube/crosscheck" ${2:+"$2"} "$T/$1"/*.yaml
}

says()
{
	check "$1: $2" grep -qrE -- "$2" "$T/$1"
}

recorded default
fits default
gives 'all flows are there' 0 "$everything" \
    "$kube/crosscheck" "$T"/default/*.yaml
says default 'image: registry.example:5000/team/walarch:1.0$'
says default "WALARCH_TARGET: it's 2026-11-21 21:00:00.123456\\+00"
is 'all images are the one named' "$(grep -ho 'image: .*' \
    "$T"/default/*.yaml | sort -u | wc -l)" 1
is 'all is in the namespace' "$(grep -c '^  namespace:' \
    "$T"/default/*.yaml | awk -F : '{ n += $2 } END { print n }')" 44
is 'no volume is made for the default class' "$(grep -rhE \
    '^kind: PersistentVolume$|storageClassName' "$T/default" || :)" ''

recorded class WALARCH_STORAGE_CLASS=fast WALARCH_STORAGE_CAPACITY=7Gi \
    WALARCH_STORAGE_PATH=/data
fits class
is 'all claims are of the class' \
    "$(grep -rh 'storageClassName: fast$' "$T/class" | wc -l)" 12
is 'all claims have the size' \
    "$(grep -rh 'storage: 7Gi$' "$T/class" | wc -l)" 12

recorded nfs WALARCH_NFS_IP=192.0.2.7 WALARCH_STORAGE_PATH=/export \
    WALARCH_STORAGE_MODE=ReadWriteMany
fits nfs
says nfs "path: /export/$WALARCH_NAMESPACE-walarch-repo"
is 'all claims have a volume on the server' \
    "$(grep -rh 'server: 192.0.2.7$' "$T/nfs" | wc -l)" 12
is 'all are shared' "$(grep -rh -- '- ReadWriteMany$' "$T/nfs" | wc -l)" 24

recorded path WALARCH_STORAGE_PATH=/nowhere
fits path
says path "path: /nowhere/$WALARCH_NAMESPACE-walarch-repo"

recorded digest WALARCH_IMAGE="walarch@sha256:$(printf '%064d' 0)"
says digest 'image: walarch@sha256:0{64}$'

recorded openshift WALARCH_CLI="$T/oc"
fits openshift --openshift
gives 'without the component OpenShift would refuse' 1 'asks for a user' \
    "$kube/crosscheck" --openshift "$T"/default/*.yaml

# By itself, as a user of kustomize has it.
mkdir "$T/plain"
find "$flows" -name kustomization.yaml | while read -r file; do
	! grep -q '^kind: Component' "$file" || continue
	folder=${file%/*}
	name=${folder#"$flows/"}
	"$KUBE_KUSTOMIZE" kustomize "$folder" >"$T/plain/${name//\//_}.yaml"
done
fits plain
gives 'NFS needs a path' 1 \
    'WALARCH_STORAGE_PATH environment variable is not set, aborting' \
    env RECORD="$T/plain" WALARCH_CLI="$T/kubectl" WALARCH_NFS_IP=192.0.2.7 \
    "$flows/primary/run.sh"

# Faults that were made before, one by one: each must be found.
# planted WHAT FILE SED PATTERN
planted()
{
	rm -rf "$T/planted"
	cp -R "$T/plain" "$T/planted"
	sed -i -E "$3" "$T/planted/$2.yaml"
	if cmp -s "$T/plain/$2.yaml" "$T/planted/$2.yaml"; then
		not_ok "planted: $1" 'the file is as it was'
		return
	fi
	gives "planted: $1" 1 "$4" sh -c \
	    "'$kube/validate' '$tools' '$T'/planted/*.yaml &&
	    '$kube/crosscheck' '$T'/planted/*.yaml"
}

planted 'a misspelt field' walarch_backup \
    's/fsGroupChangePolicy:/fsGroupChangePolitic:/' \
    'Deployment walarch: .*fsGroupChangePolitic: unknown field'
planted 'a misspelt field at the top' walarch_pitr 's/^spec:/specs:/' \
    '/specs: unknown field'
planted 'a number in quotes' primary 's/(failureThreshold: )6/\1"6"/' \
    'failureThreshold type'
planted 'a beta of Deployment' primary 's/^(apiVersion: )apps\/v1/\1extensions\/v1beta1/' \
    'no schema of extensions/v1beta1'
planted 'a deployment on the original directory' walarch_pitr_restored \
    's/^( *)hostname: .*/\1hostname: walarch/' \
    'serves /pgdata/walarch, restored is /pgdata/walarch-pitr-restored'
planted 'a restored pod with the label of the primary' \
    pgbasebackup_full_restored \
    's/app: pgbasebackup-full-restored/app: primary/' \
    'Deployment primary: selects the pods of pgbasebackup-full-restored'
planted 'a selector that is not the label' primary \
    '/matchLabels/,/app/s/app: .*/app: other/' 'does not select its pods'
planted 'a claim that nobody makes' pgbasebackup_full \
    's/claimName: backup-volume/claimName: backup-pgdata/' \
    'no claim backup-pgdata'
planted 'a mount without a volume' walarch_full 's/^( *)- name: repo$/\1- name: repository/' \
    '/walarch has no volume'
planted 'a repository that a restore can write' walarch_full \
    '/readOnly: true/d' '/walarch can be written'
planted 'a probe that ends long recoveries' walarch_full_restored \
    's/failureThreshold: 720/failureThreshold: 8/' \
    'ended before an hour of recovery'
planted 'a privileged container' primary \
    's/^( *)readOnlyRootFilesystem: true/&\n\1privileged: true/' privileged
planted 'a password in a manifest' primary \
    's/WALARCH_APP_USER/WALARCH_APP_PASSWORD/' 'PASSWORD is a variable'
planted 'variables out of services' walarch_backup \
    's/enableServiceLinks: false/enableServiceLinks: true/' \
    'services become variables'
planted 'another class for the group' walarch_backup \
    '/fsGroupChangePolicy/d' 'all files change their group'

finish
