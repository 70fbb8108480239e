#!/bin/bash
# run.sh - end "walarch", and restore it to a moment, into a new folder of its
# volume, by the job "walarch-pitr-restore-job".
#
#   WALARCH_TIMESTAMP    the moment, as current_timestamp shows it
# shellcheck source=../../common.sh
. "$(dirname "$0")/../../common.sh"

timestamp=${WALARCH_TIMESTAMP:-${CCP_BACKREST_TIMESTAMP:-}}
[ -n "$timestamp" ] ||
	fail 'Please provide a valid timestamp for the PITR using variable WALARCH_TIMESTAMP.'
need_running walarch
remove deployment walarch-pitr-restored
end_primary
parameter WALARCH_TARGET "$timestamp"
run_job walarch-pitr-restore-job walarch-pitr walarch/pitr
