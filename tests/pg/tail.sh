#!/bin/bash
# tail.sh - what a cluster had not archived when it ended: a fast stop leaves
# nothing, a crash what walarch-push --all-ready brings into the repository.
. "$(dirname "$0")/lib.sh"

cluster main
walarch-init --pg1-path="${data[main]}" 2>"$T/init.out"
start main
ledger main
commit main before
backup main
committed main archived >"$T/archived"
commit main stopped
stop main fast
restore copy "$T/main.backup"
recover copy
is 'a fast stop leaves nothing behind' "$(rows copy)" 'before archived stopped'
halt copy

# Two segments wait to be archived, and one was never finished.
set_up main "archive_command = 'false'"
start main
for note in waiting too; do
	commit main $note
	sql main 'select pg_switch_wal()' >"$T/switched"
done
commit main unfinished
last=$(sql main 'select pg_walfile_name(pg_current_wal_lsn())')
gives 'of a running server only what is ready is pushed' 1 \
    'may be running.*left out' walarch-push --all-ready "${data[main]}"
restore copy "$T/main.backup"
recover copy
is 'and recovered' "$(rows copy)" 'before archived stopped waiting too'
halt copy
commit main last
sql main 'select pg_switch_wal()' >"$T/switched"
commit main crash
kill_hard main
everything='before archived stopped waiting too unfinished last crash'

restore copy "$T/main.backup"
recover copy
is 'a crash loses what was not archived' "$(rows copy)" \
    'before archived stopped waiting too'
halt copy

gives 'walarch-push --all-ready stores what is left' 0 'all are stored' \
    walarch-push --all-ready "${data[main]}"
check 'the segment that was finished' stored "$last"
partial=$(cd "$(dirname "$(object "$last")")" && echo *.partial)
check 'and the one that was not' stored "$partial"
gives 'again, it finds all of it stored' 0 'all are stored' \
    walarch-push --all-ready "${data[main]}"
cp -a "${data[main]}" "$T/main.crashed"

restore copy "$T/main.backup"
recover copy
is 'then every row that was committed is recovered' "$(rows copy)" \
    "$everything"
logged copy "\"${partial%.partial}\" was never finished: here is"
check 'and the server takes writes' commit copy more
stop copy

# The crashed server comes back and finishes what the repository has a part of.
set_up main "archive_command = 'walarch-push %p'"
start main
is 'the crashed server itself has every row' "$(rows main)" "$everything"
segment=$(committed main after)
is 'and finishes the segment' "$segment" "${partial%.partial}"
is 'which is archived without a failure' "$(sql main 'select failed_count
    from pg_stat_archiver')" 0
stop main fast
restore copy "$T/main.backup"
recover copy
is 'the whole segment goes before its part' "$(rows copy)" "$everything after"
halt copy

finish
