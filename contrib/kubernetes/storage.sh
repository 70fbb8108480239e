# storage.sh - where the claims' volumes come from, for common.sh to source.
# shellcheck shell=bash
#
#   WALARCH_STORAGE_CLASS       volumes of that class; else
#   WALARCH_NFS_IP              a server of NFS, and
#   WALARCH_STORAGE_PATH        what it exports; without WALARCH_NFS_IP, a
#                               folder of the only node; without both, the
#                               default class
#   WALARCH_STORAGE_CAPACITY    1Gi
#   WALARCH_STORAGE_MODE        ReadWriteOnce
#   WALARCH_STORAGE_GROUP       whose the folders are: 26, on OpenShift 0
#
# A volume on NFS or on the node is the folder NAMESPACE-CLAIM.  Kubernetes does
# not give such folders to the pods' group; where the path can be reached from
# here, they are made so that the group can write in them.

: "${WALARCH_STORAGE_CAPACITY:=1Gi}" "${WALARCH_STORAGE_MODE:=ReadWriteOnce}"
: "${WALARCH_STORAGE_CLASS:=}" "${WALARCH_STORAGE_PATH:=}" "${WALARCH_NFS_IP:=}"
case $(basename "$WALARCH_CLI") in
oc) : "${WALARCH_STORAGE_GROUP:=0}" ;;
*) : "${WALARCH_STORAGE_GROUP:=26}" ;;
esac

own_volumes()
{
	[ -z "$WALARCH_STORAGE_CLASS" ] || return 1
	if [ -n "$WALARCH_NFS_IP" ] && [ -z "$WALARCH_STORAGE_PATH" ]; then
		fail 'WALARCH_STORAGE_PATH environment variable is not set, aborting.'
	fi
	[ -n "$WALARCH_STORAGE_PATH" ]
}

volume_name()
{
	echo "${WALARCH_NAMESPACE:-default}-$1"
}

make_folder()
{
	[ -w "$WALARCH_STORAGE_PATH" ] || return 0
	mkdir -p "$1"
	chgrp "$WALARCH_STORAGE_GROUP" "$1" && chmod 2770 "$1"
}

# volume FLOW CLAIM
volume()
{
	local name path
	name=$(volume_name "$2")
	path=$WALARCH_STORAGE_PATH/$name
	make_folder "$path"
	cat <<-EOT
	---
	apiVersion: v1
	kind: PersistentVolume
	metadata:
	  name: $name
	  labels:
	    walarch.flow: $1
	spec:
	  capacity:
	    storage: $WALARCH_STORAGE_CAPACITY
	  accessModes:
	    - $WALARCH_STORAGE_MODE
	  persistentVolumeReclaimPolicy: Retain
	  storageClassName: ""
	EOT
	if [ -n "$WALARCH_NFS_IP" ]; then
		printf '  nfs:\n    server: %s\n    path: %s\n' \
		    "$WALARCH_NFS_IP" "$path"
	else
		printf '  hostPath:\n    path: %s\n    type: Directory\n' "$path"
	fi
}

# volumes FLOW CLAIM...
volumes()
{
	local flow=$1 name
	shift
	own_volumes || return 0
	for name; do
		volume "$flow" "$name"
	done
}

# claim_patches CLAIM...
claim_patches()
{
	local name
	echo 'patches:'
	for name; do
		cat <<-EOT
		  - target:
		      kind: PersistentVolumeClaim
		      name: $name
		    patch: |
		      apiVersion: v1
		      kind: PersistentVolumeClaim
		      metadata:
		        name: $name
		      spec:
		        accessModes:
		          - $WALARCH_STORAGE_MODE
		        resources:
		          requests:
		            storage: $WALARCH_STORAGE_CAPACITY
		EOT
		if [ -n "$WALARCH_STORAGE_CLASS" ]; then
			echo "        storageClassName: $WALARCH_STORAGE_CLASS"
		elif own_volumes; then
			echo '        storageClassName: ""'
			echo "        volumeName: $(volume_name "$name")"
		fi
	done
}

# remove_volumes CLAIM... - of claims that are gone, with the folders.
remove_volumes()
{
	local name volume
	own_volumes || return 0
	for name; do
		volume=$(volume_name "$name")
		cli delete persistentvolume "$volume" --ignore-not-found
		if [ -d "$WALARCH_STORAGE_PATH" ]; then
			rm -rf "${WALARCH_STORAGE_PATH:?}/$volume"
		fi
	done
}

# renew CLAIM... - the next that asks for it gets an empty one.
renew()
{
	cli delete persistentvolumeclaim "$@" --ignore-not-found
	remove_volumes "$@"
}
