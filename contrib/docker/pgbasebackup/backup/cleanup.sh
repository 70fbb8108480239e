#!/bin/bash
# cleanup.sh - remove the container backup and, with all backups in it, the
# volume backup-volume.
. "$(dirname "$0")/../../common.sh"

cleanup backup -- backup-volume
