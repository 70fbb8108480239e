#!/bin/bash
# cleanup.sh - remove the container primary and the volume primary-pgdata.
. "$(dirname "$0")/../common.sh"

cleanup primary -- primary-pgdata
