#!/bin/bash
# run.sh - a database that archives asynchronously, as deployment and service
# "walarch-async-archive".
# shellcheck source=../../common.sh
. "$(dirname "$0")/../../common.sh"

secrets
apply walarch-async-archiving walarch/async-archiving walarch-async-pgdata \
    walarch-async-repo
ready walarch-async-archive
