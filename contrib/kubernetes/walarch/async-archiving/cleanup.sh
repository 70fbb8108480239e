#!/bin/bash
# cleanup.sh - remove what run.sh made, the data and the repository.
# shellcheck source=../../common.sh
. "$(dirname "$0")/../../common.sh"

clean_up walarch-async-archiving walarch-async-pgdata walarch-async-repo
