#!/bin/bash
# cleanup.sh - remove what run.sh made, and its data.
# shellcheck source=../common.sh
. "$(dirname "$0")/../common.sh"

clean_up primary primary-pgdata
