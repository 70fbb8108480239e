#!/bin/bash
# cleanup.sh - remove what run.sh and post-restore.sh made; the data is in the
# backup example's volume, and goes with its cleanup.sh.
# shellcheck source=../../common.sh
. "$(dirname "$0")/../../common.sh"

clean_up walarch-delta
