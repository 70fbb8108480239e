#!/bin/bash
# run.sh - a database with a repository, as deployment and service "walarch",
# and a backup over the network every day.
# shellcheck source=../../common.sh
. "$(dirname "$0")/../../common.sh"

secrets
apply walarch-backup walarch/backup walarch-pgdata walarch-repo
ready walarch
