#!/bin/bash
# run-sql.sh - have the server "pitr", which must be running, do cmds.sql: the
# restore points beforechanges, afterchanges and nomorechanges, and the table
# pitrtest between the first two.
. "$(dirname "$0")/../../common.sh"

need_example pitr pitr
"$cli" exec --interactive "$(name pitr)" psql -X -v ON_ERROR_STOP=1 \
    <"$(dirname "$0")/cmds.sql"
