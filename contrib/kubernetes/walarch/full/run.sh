#!/bin/bash
# run.sh - end "walarch", and restore it to the end of its WAL into a new
# volume, by the job "walarch-full-restore-job".
# shellcheck source=../../common.sh
. "$(dirname "$0")/../../common.sh"

need_running walarch
remove deployment walarch-full-restored
remove job walarch-full-restore-job
renew walarch-new-pgdata
end_primary
run_job walarch-full-restore-job walarch-full walarch/full walarch-new-pgdata
