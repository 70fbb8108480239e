#!/bin/bash
# environment.sh - a restored server needs nothing from its environment: what
# it asks for stands in its settings and in the file these name.
. "$(dirname "$0")/lib.sh"

cluster main
walarch-init --pg1-path="${data[main]}" 2>"$T/init.out"
start main
ledger main
commit main before
backup main
committed main one >"$T/one"
stop main fast

# Where the programs are not installed yet, the loader is told of the library.
bare=(env -i "LD_LIBRARY_PATH=$WALARCH_LIB")

place nothing
launch=("${bare[@]}")
conf=$WALARCH_CONFIG
restore nothing "$T/main.backup" 'archive_mode = on' \
    "restore_command = '$WALARCH_BIN/walarch-get --config=$conf %f \"%p\"'" \
    "archive_command = '$WALARCH_BIN/walarch-push --config=$conf %p'"
recover nothing
is 'it recovers with an empty environment' "$state" up
is 'to the end' "$(rows nothing)" 'before one'
check 'and archives' committed nothing two
is 'nothing has failed' \
    "$(sql nothing 'select failed_count from pg_stat_archiver')" 0
stop nothing fast

restore nothing "$T/main.backup" \
    "restore_command = '$WALARCH_BIN/walarch-get --repo1-path=$repo %f \"%p\"'"
recover nothing
is 'or with everything on the command line' "$(rows nothing)" 'before one two'
stop nothing fast

# What the environment says of other clusters does not lead astray.
launch=("${bare[@]}" "WALARCH_PG1_PATH=$T/nowhere" "HOME=/nowhere" \
    "TZ=Asia/Kathmandu" "LC_ALL=tr_TR.UTF-8" "PATH=/nowhere" "TMPDIR=/nowhere")
restore nothing "$T/main.backup" \
    "restore_command = '$WALARCH_BIN/walarch-get --config=$conf %f \"%p\"'"
recover nothing
is 'or with one that is of no use' "$(rows nothing)" 'before one two'
stop nothing fast
finish
