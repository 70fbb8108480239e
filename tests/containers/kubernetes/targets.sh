#!/bin/bash
# targets - restores to a moment: into a new folder, and, delta, into the
# database's own.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# original FLOW - a deployment that starts the original directory, as it was once
# made: the table tells.
original()
{
	cp -R "$flows" "$T/planted"
	sed -i 's/^\( *hostname: \).*/\1walarch/' \
	    "$T/planted/walarch/$1/restored/database.yaml"
	check 'planted: a deployment on the original directory' \
	    "$T/planted/walarch/$1/post-restore.sh"
	present "walarch-$1-restored" walarch_test_table
}

# moment FLOW FOLDER - the flow of the document, from its beginning.
moment()
{
	local flow=walarch/$1 restored=walarch-$1-restored stamp

	backed_up
	absent walarch walarch_test_table
	stamp=$(query walarch 'select current_timestamp')
	query walarch 'create table walarch_test_table (id int)' >"$T/created"
	present walarch walarch_test_table

	gives "$1: no timestamp" 1 'Please provide a valid timestamp' \
	    "$flows/$flow/run.sh"
	check "$1: the primary still answers" query walarch 'select 1'
	check "$1: restored" env WALARCH_TIMESTAMP="$stamp" "$flows/$flow/run.sh"
	gives "$1: the job is complete" 0 "^walarch-$1-restore-job +1/1" \
	    kubectl get jobs
	flow "$flow/post-restore.sh"
	is "$1: it serves what was restored" \
	    "$(query "$restored" 'show data_directory')" "/pgdata/$2"
	absent "$restored" walarch_test_table
	paused "$restored"
	resumed "$restored"
	absent "$restored" walarch_test_table
	[ "$1" = delta ] || original "$1"

	cleaned "$flow"
	kept walarch-pgdata walarch-repo
	cleaned walarch/backup walarch-pgdata walarch-repo
}

moment pitr walarch-pitr-restored
moment delta walarch
is 'nothing runs any more' "$(kubectl get pods -o name)" ''

finish
