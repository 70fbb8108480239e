#!/bin/bash
# cleanup.sh - remove what run.sh made, the data and the repository.
# shellcheck source=../../common.sh
. "$(dirname "$0")/../../common.sh"

clean_up walarch-backup walarch-pgdata walarch-repo
