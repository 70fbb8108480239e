#!/bin/bash
# secrets.sh - make the Secret with the passwords, which the flows' pods wait
# for; run.sh does it too, this is for who applies the manifests himself.
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

secrets
