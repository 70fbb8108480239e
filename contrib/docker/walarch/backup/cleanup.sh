#!/bin/bash
# cleanup.sh - remove the container walarch, and the volumes walarch-pgdata and,
# with all backups in it, walarch-repo.
. "$(dirname "$0")/../../common.sh"

cleanup walarch -- walarch-pgdata walarch-repo
