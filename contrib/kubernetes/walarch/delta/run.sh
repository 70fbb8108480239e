#!/bin/bash
# run.sh - end "walarch", and restore it to a moment, in its own folder, where
# what is right is kept, by the job "walarch-delta-restore-job".
#
#   WALARCH_TIMESTAMP    the moment, as current_timestamp shows it
# shellcheck source=../../common.sh
. "$(dirname "$0")/../../common.sh"

timestamp=${WALARCH_TIMESTAMP:-${CCP_BACKREST_TIMESTAMP:-}}
[ -n "$timestamp" ] ||
	fail 'Please provide a valid timestamp for the PITR using variable WALARCH_TIMESTAMP.'
need_running walarch
remove deployment walarch-delta-restored
end_primary
parameter WALARCH_TARGET "$timestamp"
run_job walarch-delta-restore-job walarch-delta walarch/delta
