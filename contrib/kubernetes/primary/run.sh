#!/bin/bash
# run.sh - a database, as deployment and service "primary".
# shellcheck source=../common.sh
. "$(dirname "$0")/../common.sh"

secrets
apply primary primary primary-pgdata
ready primary
