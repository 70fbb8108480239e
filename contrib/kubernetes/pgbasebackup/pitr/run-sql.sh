#!/bin/bash
# run-sql.sh - three restore points in "pitr", and a table between them.
# shellcheck source=../../common.sh
. "$(dirname "$0")/../../common.sh"

running pitr ||
	fail 'The pitr database must be running: see run-pitr.sh.'
cli exec deployment/pitr -- psql -v ON_ERROR_STOP=1 \
    -c "select pg_create_restore_point('beforechanges')" \
    -c 'create table pitrtest (id int)' \
    -c "select pg_create_restore_point('afterchanges')" \
    -c "select pg_create_restore_point('nomorechanges')" \
    -c 'checkpoint'
