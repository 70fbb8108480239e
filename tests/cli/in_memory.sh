# in_memory.sh - to source before lib.sh: the test's folder is in memory, where
# that is possible, for its many fsyncs.
# shellcheck shell=bash
if [ -z "${TMPDIR-}" ] && [ -w /dev/shm ] &&
    printf '#!/bin/sh\n' >/dev/shm/walarch-test.$$ 2>/dev/null; then
	chmod 700 /dev/shm/walarch-test.$$
	! /dev/shm/walarch-test.$$ 2>/dev/null || export TMPDIR=/dev/shm
	rm -f /dev/shm/walarch-test.$$
fi
