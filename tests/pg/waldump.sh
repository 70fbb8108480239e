#!/bin/bash
# waldump.sh - every record that libwalarch's walk finds in real WAL, held
# against what the server's own pg_waldump says of the same segments, or its
# pg_walinspect; and against commit times and restore points that the server
# itself tells.  WALARCH_LONG has it done with larger segments too.
. "$(dirname "$0")/lib.sh"

: "${WALARCH_TOOLS:?names the folder of walrecords}"
ulimit -c 0

# What psql complains of.
errors=psql.err

# script NAME [OPTION-OF-PSQL...] - run what is on standard input, statement by
# statement, whatever fails.
script()
{
	local name=$1
	shift
	"$client/psql" -XAtq -h "$T" -p "${port[$name]}" "$@" \
	    2>>"$T/$errors"
}

# where_supported NAME - the same, of what some servers do not have.
where_supported()
{
	errors=unsupported script "$1" >"$T/psql.out" || :
}

keep_wal()
{
	set_up "$1" 'archive_mode = off' 'wal_level = logical' \
	    'track_commit_timestamp = on' 'max_prepared_transactions = 10' \
	    'restart_after_crash = off' 'wal_buffers = 256kB' \
	    'client_min_messages = error'
	if [ "$major" -lt 13 ]; then
		set_up "$1" 'wal_keep_segments = 10000'
	else
		set_up "$1" 'wal_keep_size = 100GB'
	fi
}

# Tables with every kind of index, filled, changed, thinned out, vacuumed.
tables()
{
	script "$1" >"$T/psql.out" <<-'EOT'
	create table t (id int, word text, list int[], spot point, filler text);
	insert into t select i, md5(i::text), array[i % 7, i % 11, i],
	    point(i % 100, i), repeat('f', 50) from generate_series(1, 3000) i;
	create unique index t_btree on t (id);
	create index t_gin on t using gin (list);
	create index t_gist on t using gist (spot);
	create index t_hash on t using hash (word);
	create index t_brin on t using brin (id) with (pages_per_range = 2);
	create index t_spgist on t using spgist (spot);
	create index t_words on t using spgist (word);
	insert into t select i, md5(i::text), array[i % 7, i % 11, i],
	    point(i % 100, i), repeat('f', 50) from generate_series(3001, 6000) i;
	update t set filler = 'hot' where id % 10 = 0;
	update t set word = 'moved' || id, list = array[id, 1] where id % 17 = 0;
	delete from t where id between 1000 and 4500;
	vacuum t;
	vacuum freeze t;
	select brin_desummarize_range('t_brin', 0);
	select brin_summarize_new_values('t_brin');
	create table big (id int, blob text);
	alter table big alter blob set storage external;
	insert into big select i, repeat(md5(i::text), 400)
	    from generate_series(1, 60) i;
	delete from big where id % 2 = 0;
	vacuum big;
	truncate big;
	create unlogged table u (i int primary key);
	insert into u values (1);
	create sequence s;
	select nextval('s'), setval('s', 1000), nextval('s');
	cluster t using t_btree;
	vacuum full pg_class;
	reindex table t;
	alter table t add column more text default 'x';
	create materialized view m as select id from t;
	refresh materialized view m;
	EOT
}

copies()
{
	script "$1" <<-EOT
	copy t to '$T/t.copy';
	create table c (like t);
	copy c from '$T/t.copy';
	begin;
	create table f (like t);
	copy f from '$T/t.copy' with (freeze);
	commit;
	\! rm '$T/t.copy'
	EOT
}

# Pages with images, of every compression the server has.
images()
{
	local how
	for how in on pglz lz4 zstd off; do
		where_supported "$1" <<-EOT
		checkpoint;
		set wal_compression = $how;
		update t set filler = '$how' where id % 3 = 0;
		insert into c select * from t limit 200;
		vacuum c;
		EOT
	done
	script "$1" <<-'EOT'
	set wal_consistency_checking = 'all';
	update t set filler = 'twice' where id < 100;
	insert into c select * from t limit 100;
	select count(*) from t \g /dev/null
	EOT
}

# What a transaction can come to.
transactions()
{
	local i
	script "$1" >"$T/psql.out" <<-'EOT'
	drop table if exists x;
	create table x (id int primary key, note text);
	create table dropped as select 1 as i;
	create table gone (id serial primary key, blob text);
	insert into x select i, 'x' from generate_series(1, 50) i;
	begin; insert into x values (100); rollback;
	begin; create table never as select * from x; rollback;
	begin; drop table gone; rollback;
	begin; drop table gone; commit;
	begin; insert into x values (101); savepoint a; insert into x values
	    (102); rollback to a; insert into x values (103); savepoint b;
	    create table sub (i int); rollback to b; commit;
	begin; select count(*) from (select * from x where id < 5 for share) l;
	    savepoint a; update x set note = 'multi' where id < 5; commit;
	begin; insert into x values (110); savepoint a; drop table dropped;
	    prepare transaction 'with a drop';
	commit prepared 'with a drop';
	begin; create table prepared_never as select * from x; savepoint a;
	    insert into x values (111); prepare transaction 'given up';
	rollback prepared 'given up';
	begin; insert into x values (112); prepare transaction 'plain';
	checkpoint;
	commit prepared 'plain';
	begin; insert into x values (113); prepare transaction 'plain too';
	rollback prepared 'plain too';
	set synchronous_commit = remote_apply;
	insert into x values (120);
	set synchronous_commit = off;
	insert into x values (121);
	do $$ begin for i in 1..200 loop begin insert into x values (1000 + i);
	    if i % 2 = 0 then raise 'undone'; end if;
	    exception when raise_exception then null; end; end loop; end $$;
	do $$ begin for i in 1..34000 loop begin insert into u values (1 + i);
	    exception when raise_exception then null; end; end loop; end $$;
	begin; do $$ begin for i in 1..100 loop begin insert into x values
	    (50000 + i); exception when raise_exception then null; end; end
	    loop; end $$; rollback;
	begin; do $$ begin for i in 1..300 loop execute 'create table many' || i
	    || ' (i int primary key)'; end loop; end $$; commit;
	begin; do $$ begin for i in 1..300 loop execute 'drop table many' || i;
	    end loop; end $$; commit;
	EOT
	for i in {1..30}; do
		echo "insert into x values ($((60000 + i)));"
		echo "update x set note = '$i' where id = $i;"
	done | script "$1"
}

messages()
{
	script "$1" >"$T/psql.out" <<-'EOT'
	select pg_logical_emit_message(true, 'small', 'transactional');
	select pg_logical_emit_message(false, 'small', 'at once');
	select pg_logical_emit_message(true, 'large', repeat('m', 3000000));
	select pg_logical_emit_message(false, 'large', repeat('n', 2500000));
	do $$ begin for i in 0..600 loop perform pg_logical_emit_message(
	    i % 2 = 0, 'p', repeat('q', i * 7)); end loop; end $$;
	select pg_replication_origin_create('elsewhere');
	select pg_replication_origin_session_setup('elsewhere');
	begin;
	insert into x values (200);
	select pg_replication_origin_xact_setup('1/23456789', '2001-01-01');
	commit;
	begin;
	insert into x values (201);
	savepoint a;
	create table with_origin (i int);
	select pg_replication_origin_xact_setup('1/2345678A', '2001-01-01');
	rollback;
	begin;
	insert into x values (202);
	drop table f;
	select pg_replication_origin_xact_setup('1/2345678B', '2001-01-01');
	prepare transaction 'of elsewhere';
	commit prepared 'of elsewhere';
	select pg_replication_origin_session_reset();
	select pg_replication_origin_advance('elsewhere', '1/33333333');
	select pg_replication_origin_drop('elsewhere');
	EOT
	where_supported "$1" <<-'EOT'
	create extension bloom;
	create index t_bloom on t using bloom (id);
	update t set id = id + 100000 where id < 50;
	EOT
	where_supported "$1" <<<'select pg_log_standby_snapshot();'
}

databases()
{
	mkdir "$T/space"
	script "$1" <<-EOT
	create database one;
	create tablespace space location '$T/space';
	create table in_space (i int) tablespace space;
	insert into in_space values (1);
	drop table in_space;
	create database two tablespace space;
	alter database one set work_mem = '1MB';
	drop database two;
	drop tablespace space;
	EOT
	where_supported "$1" <<-'EOT'
	create database three strategy file_copy;
	drop database three;
	EOT
	script "$1" <<<'drop database one;'
}

# point NAME NAME-OF-POINT - a restore point; the server says where it ends.
point()
{
	local end
	end=$(script "$1" -v "name=$2" <<<"select
	    pg_create_restore_point(:'name');")
	[ -n "$end" ] || return 1
	printf '%s/%08X %s\n' "${end%/*}" "$((0x${end#*/}))" "$2" >>"$T/points"
}

points()
{
	point "$1" plain
	point "$1" '  two  blanks, and commas, '
	point "$1" 'Grüße aus Köln ☃'
	point "$1" "it's \"quoted\" \\ %s \$HOME"
	point "$1" "$(printf '%063d' 7)"
	point "$1" 'plain'
}

switches()
{
	script "$1" >"$T/psql.out" <<-'EOT'
	insert into x values (301); select pg_switch_wal();
	insert into x values (302); select pg_switch_wal();
	select pg_switch_wal();
	checkpoint;
	EOT
}

# A record of several segments, of which a crash leaves the first one only: the
# server cannot make the next.
torn()
{
	local next
	next=$(sql "$1" 'select pg_current_wal_insert_lsn()')
	next=0/$(printf %X "$((16#${next#*/} + 2 * size * 1048576))")
	next=${data[$1]}/pg_wal/$(sql "$1" "select pg_walfile_name('$next')")
	rm -f "$next"
	mkdir "$next"
	errors=crashed script "$1" <<<"select pg_logical_emit_message(false,
	    'torn', repeat('t', 4 * $size * 1048576));" || :
	wait_until "$patience" gone "$1"
	rmdir "$next"
	start "$1"
}

# A crash amidst of work.
crash()
{
	errors=crashed script "$1" <<-'EOT' &
	insert into c select t.* from t, generate_series(1, 10);
	EOT
	sleep 0.1
	kill_hard "$1"
	wait $! || :
	start "$1"
}

# The lines of pg_waldump, and those made like them of what pg_walinspect says,
# as walrecords has them, less where a record ends.
like_ours()
{
	sed -nE '
	s#^rmgr: (\S+) +len \(rec/tot\): *([0-9]+)/ *([0-9]+),#\1 \2/\3#
	s#^(\S+ \S+) tx: +([0-9]+), lsn: (\S+), prev (\S+),#\3 \4 \1 \2#
	s#^(\S+) (\S+) (\S+) (\S+) #\1 prev \2 len \4 rmgr \3 xid #
	s#^(.* rmgr LogicalMessage xid [0-9]+ desc: ).*#\1#
	/ desc: /p' | awk '
	# How many there are in a list of a commit.
	function items(list)
	{
		if (!match(desc, "; " list ":[^;]*"))
			return 0
		return split(substr(desc, RSTART, RLENGTH), w, " ") - 2
	}
	function transaction()
	{
		split(desc, w, /[ :]/)
		out = out " " w[1] (w[1] ~ /PREPARED/ ? " " w[2] : "")
		match(desc, /[0-9]+-[0-9]+-[0-9]+ [0-9:.]+( UTC|\+00)/)
		when = substr(desc, RSTART, RLENGTH)
		sub(/( UTC|\+00)$/, "", when)
		while (length(when) < 26)
			when = when (length(when) == 19 ? "." : "0")
		out = out " time " when \
		    " rels " items("rels") " subxacts " items("subxacts")
	}
	function block(ref)
	{
		n = split(ref, w, / +/)
		sub(/:/, "", w[2])
		sub(/#/, "", w[2])
		out = out " blk " w[2]
		if (w[5] != "fork")
			w[4] = w[4] " fork main"
		for (i = 3; i <= n; i++)
			out = out " " w[i]
	}
	{
		at = index($0, " desc: ")
		out = substr($0, 1, at - 1)
		desc = substr($0, at + 7)
		if ($7 == "Transaction" && desc ~ /^(COMMIT|ABORT)/)
			transaction()
		if ($7 == "XLOG" && desc ~ /^RESTORE_POINT /)
			out = out " restore point " substr(desc, 15)
		if ($7 == "Database" && desc ~ /^DROP /)
			out = out " drop database"
		while (match(desc, "blkref #[0-9]+: rel [0-9/]+" \
		    "( fork [a-z]+)? blk [0-9]+( .?FPW( for WAL ver" \
		    "ification)?)?")) {
			ref = substr(desc, RSTART, RLENGTH)
			desc = substr(desc, RSTART + RLENGTH)
			sub(/\(/, "", ref)
			block(ref)
		}
		print out
	}'
}

# same WHAT OURS THEIRS - two files; tells the first lines that differ.
same()
{
	if cmp -s "$2" "$3"; then
		ok "$1"
	else
		not_ok "$1" "$(diff "$2" "$3" | cut -c1-300 | head -8)"
	fi
}

# part WHAT COMMAND... - what it lets through of both is the same.
part()
{
	local what=$1
	shift
	if [ "$alike" -eq 1 ]; then
		ok "$what"
		return 0
	fi
	"$@" <"$T/ours" >"$T/ours.part"
	"$@" <"$T/theirs" >"$T/theirs.part"
	same "$what" "$T/ours.part" "$T/theirs.part"
}

# compare WHAT - the records in $T/ours and $T/theirs.
compare()
{
	local what=$1 alike=0
	! cmp -s "$T/ours" "$T/theirs" || alike=1
	is "$what: as many records" "$(wc -l <"$T/ours")" \
	    "$(wc -l <"$T/theirs")"
	part "$what: where each begins" cut -d' ' -f1
	part "$what: the links back" cut -d' ' -f1-3
	part "$what: lengths, with images and without" cut -d' ' -f1,4,5
	part "$what: resource managers" cut -d' ' -f1,6,7
	part "$what: transaction ids" cut -d' ' -f1,8,9
	part "$what: commits and aborts" sed -nE \
	    's/^(\S+) .* ((COMMIT|ABORT)(_PREPARED| time).*)/\1 \2/p'
	part "$what: restore points" sed -nE \
	    's/^(\S+) .* (restore point .*)/\1 \2/p'
	part "$what: drops of databases" grep ' drop database'
	part "$what: blocks and images" sed -nE \
	    's/^(\S+) .* xid [0-9]+( blk [0-9]+ rel.*)/\1\2/p'
	same "$what: every record" "$T/ours" "$T/theirs"
}

# walk WHAT NAME TIMELINE - what walrecords says of a cluster's WAL, in
# $T/walked; the records of it in $T/ours.
walk()
{
	files=("${data[$2]}/pg_wal/$(printf '%08X' "$3")"????????????????)
	check "$1: walrecords" "$WALARCH_TOOLS/walrecords" "${files[@]}"
	mv "$T/checked" "$T/walked"
	grep -E '^[0-9A-F]+/' "$T/walked" >"$T/ours.ends" || :
	sed 's/ end [^ ]*//' "$T/ours.ends" >"$T/ours"
	echo "# $title: $1: $(wc -l <"$T/ours") records"
}

# The records are one chain, up to where there is nothing any more, and made as
# records are.
chain()
{
	is "$1: every record follows the one before it" "$(awk '
	    NR > 1 && $3 != last { print substr($0, 1, 100) }
	    { last = $1 }' "$T/ours" | head -3)" ''
	is "$1: nothing is damaged before the end" "$(awk '
	    /^damage/ { damage = damage " " $2 }
	    /^end/ && damage != "" && damage != " " $2 { print damage }
	    ' "$T/walked")" ''
	is "$1: every record is made as records are" "$(grep -E \
	    ' rmgr (\?|custom)| cut short| without a name| parts are wrong' \
	    "$T/ours" | cut -c1-200 | head -3)" ''
}

# ended WHAT - the damage is where pg_waldump found no record either.
ended()
{
	local theirs at='at ([0-9A-F]+)\/([0-9A-F]+)(:.*)?$'
	theirs=$(sed -nE "s/.*(record length|prev-link).* $at/\2 \3/p" \
	    "$T/waldump.err")
	[ -z "$theirs" ] ||
		theirs=$(printf '%s/%08X' "${theirs% *}" "0x${theirs#* }")
	is "$1: the end" "$(sed -nE 's/^damage (\S+).*/\1/p' "$T/walked")" \
	    "$theirs"
}

# Not every server comes with it.
waldump()
{
	local first=${files[0]##*/}
	[ -x "$bin/pg_waldump" ] || return 0
	"$bin/pg_waldump" -p "${files[0]%/*}" -t "$((16#${first:0:8}))" \
	    "$first" "${files[-1]##*/}" 2>"$T/waldump.err" >"$T/waldump" || :
	like_ours <"$T/waldump" >"$T/theirs"
	compare "$1"
	ended "$1"
	check "$1: a crash had cut a record" \
	    grep ' desc: OVERWRITE_CONTRECORD ' "$T/waldump"
}

# walinspect WHAT NAME - the same by pg_walinspect, which 16 and above have.
walinspect()
{
	local what="$1, by pg_walinspect" name=$2 pad="(select
	    split_part(l, '/', 1) || '/' || lpad(split_part(l, '/', 2), 8, '0')
	    from (select %s::text as l) p)"
	[ "$major" -ge 16 ] || return 0
	[ ! -x "$bin/pg_waldump" ] || [ -n "${WALARCH_LONG-}" ] || return 0
	script "$name" <<<'create extension if not exists pg_walinspect;'
	# shellcheck disable=SC2059
	script "$name" >"$T/inspected" <<-EOT
	select format('%s rmgr: %s len (rec/tot): %s/%s, tx: %s, lsn: %s, prev'
	    ' %s, desc: %s %s%s', $(printf "$pad" end_lsn), resource_manager,
	    record_length - fpi_length, record_length, xid,
	    $(printf "$pad" start_lsn), $(printf "$pad" prev_lsn), record_type,
	    case when resource_manager <> 'LogicalMessage' then description end,
	    ' ' || block_ref)
	from pg_get_wal_records_info('$(head -1 "$T/ours" | cut -d' ' -f1)',
	    '$(sed -n 's/^end //p' "$T/walked")');
	EOT
	sed 's/^[^ ]* //' "$T/inspected" | like_ours >"$T/theirs"
	compare "$what"
	# A switch ends where the next segment begins, to pg_walinspect.
	sed -nE '/desc: SWITCH/!s/^([^ ]*) .* lsn: ([^ ,]+), .*/\2 \1/p' \
	    "$T/inspected" >"$T/theirs.part"
	grep -vFf <(sed -nE 's/.* lsn: ([^ ,]+),.*desc: SWITCH.*/\1 prev/p' \
	    "$T/inspected") "$T/ours.ends" |
	    sed -E 's/^(\S+) .* end (\S+).*/\1 \2/' >"$T/ours.part"
	same "$what: where each ends" "$T/ours.part" "$T/theirs.part"
}

# The server, which was shut down, knows its last record.
last_record()
{
	local lsn
	lsn=$(sql "$2" 'select checkpoint_lsn from pg_control_checkpoint()')
	is "$1: the last record is the checkpoint of the shutdown" \
	    "$(tail -1 "$T/ours" | cut -d' ' -f1)" \
	    "$(printf '%s/%08X' "${lsn%/*}" "0x${lsn#*/}")"
}

# What the server itself remembers of its commits.  Those of an origin have the
# time that it had there.
commit_times()
{
	local what=$1 name=$2
	sed -nE -e 's/.* xid ([0-9]+) COMMIT /\1 /p' \
	    -e 's/.* COMMIT_PREPARED //p' "$T/ours" |
	    awk -v first="$first_xid" \
	    '$1 >= first { print $1, $3, $4, $8 }' >"$T/commits"
	script "$name" >"$T/psql.out" <<-EOT
	create temp table ours (xid int, at timestamp, subxacts int);
	\copy ours from program 'sed "s/ /T/2; s/ /\t/g; s/T/ /" $T/commits'
	\o $T/commits.wrong
	select *, pg_xact_commit_timestamp(xid::text::xid) from ours
	    where at is distinct from
	    pg_xact_commit_timestamp(xid::text::xid) at time zone 'UTC'
	    and pg_xact_commit_timestamp(xid::text::xid) <> '2001-01-01';
	\o $T/commits.all
	select count(*) from generate_series((select min(xid) from ours),
	    (select max(xid) from ours)) i
	    where pg_xact_commit_timestamp(i::text::xid) is not null;
	EOT
	is "$what: the times of $(wc -l <"$T/commits") commits" \
	    "$(cat "$T/commits.wrong")" ''
	is "$what: every commit, with its subtransactions" \
	    "$(awk '{ n += 1 + $4 } END { print n }' "$T/commits")" \
	    "$(cat "$T/commits.all")"
}

restore_points()
{
	sed -nE 's/.* end (\S+) restore point (.*)/\1 \2/p' "$T/ours.ends" \
	    >"$T/points.walked"
	same "$1: restore points are where the server made them" \
	    "$T/points.walked" "$T/points"
}

# managers WHAT NAME - of all that the server has there are records.
managers()
{
	local want='BRIN Btree CLOG CommitTs Database Gin Gist Hash Heap Heap2
	    LogicalMessage MultiXact RelMap ReplicationOrigin SPGist Sequence
	    Standby Storage Tablespace Transaction XLOG'
	! says "$2" "select 1 from pg_extension where extname = 'bloom'" 1 ||
		want="$want Generic"
	cut -d' ' -f7 "$T/ours" | sort -u >"$T/managers"
	# shellcheck disable=SC2086
	is "$1: every resource manager occurs" \
	    "$(printf '%s\n' $want | sort | comm -23 - "$T/managers")" ''
}

load()
{
	tables "$1"
	copies "$1"
	images "$1"
	transactions "$1"
	messages "$1"
	databases "$1"
}

# oracles WHAT NAME TIMELINE - all there are, on a cluster that has been shut
# down, and is up again afterwards.
oracles()
{
	walk "$1" "$2" "$3"
	chain "$1"
	waldump "$1"
	start "$2"
	last_record "$1" "$2"
	commit_times "$1" "$2"
	restore_points "$1"
	walinspect "$1" "$2"
}

# round SIZE - with segments of so many MB.
round()
{
	local what="$1 MB"
	size=$1
	[ "$major" -lt 11 ] || segments=("--wal-segsize=$size")
	rm -rf "${data[main]:-$T/main}" "$T/points" "$T/space"
	cluster main -k
	keep_wal main
	start main
	first_xid=$(sql main 'select txid_current()')
	load main
	points main
	backup main
	torn main
	crash main
	switches main
	stop main
	oracles "$what, timeline 1" main 1
	managers "$what, timeline 1" main
	stop main

	restore copy "$T/main.backup" \
	    "restore_command = 'cp \"${data[main]}/pg_wal/%f\" \"%p\"'"
	recover copy
	transactions copy
	: >"$T/points"
	point copy 'on timeline 2'
	torn copy
	crash copy
	stop copy
	oracles "$what, timeline 2" copy 2
	stop copy
}

sizes=1
[ "$bin" != "${PG_CLIENT-}" ] || [ -z "${WALARCH_LONG-}" ] || sizes='1 16 64'
[ "$major" -ge 11 ] || sizes=16
for size in $sizes; do
	round "$size"
done
is 'psql had nothing to complain of' "$(cat "$T/psql.err")" ''
finish
