# The tests.  A program runs through criterion-run, a script through sh.
TEST_EXTENSIONS = .sh
LOG_COMPILER = $(SHELL) $(top_srcdir)/%D%/criterion-run
SH_LOG_COMPILER = $(SHELL)
AM_TESTS_ENVIRONMENT = \
	TOP_SRCDIR='$(abs_top_srcdir)'; export TOP_SRCDIR; \
	TOP_BUILDDIR='$(abs_top_builddir)'; export TOP_BUILDDIR; \
	CC='$(CC)'; export CC; CXX='$(CXX)'; export CXX; \
	NM='$(NM)'; export NM; \
	TEST_CFLAGS='$(CFLAGS) $(HARDEN_CFLAGS)'; export TEST_CFLAGS;

TESTS += %D%/header.sh %D%/symbols.sh %D%/tree.sh
EXTRA_DIST += %D%/criterion-run %D%/lib.sh %D%/header.sh %D%/symbols.sh \
	%D%/tree.sh %D%/report.sh %D%/copy-sources

# What fails, and what happens then: plain programs.
fault_programs = %D%/fault/flips %D%/fault/sweep

test_support = %D%/unit/support.c %D%/unit/support.h %D%/unit/memory.c \
	%D%/unit/walmaker.c %D%/unit/walmaker.h
test_cppflags = $(AM_CPPFLAGS) -I$(top_srcdir)/%D%/unit

check_PROGRAMS += $(fault_programs)
TESTS += $(fault_programs)
%C%_fault_flips_SOURCES = %D%/fault/flips.c $(test_support)
%C%_fault_flips_CPPFLAGS = $(test_cppflags)
%C%_fault_flips_LDADD = libwalarch-all.la
%C%_fault_sweep_SOURCES = %D%/fault/sweep.c %D%/fault/sweep.h \
	%D%/fault/sweep_dropped.c %D%/fault/sweep_sets.c $(test_support)
%C%_fault_sweep_CPPFLAGS = $(test_cppflags)
%C%_fault_sweep_LDADD = libwalarch-all.la

# One program a layer, one suite a module, in a file of the module's name.
EXTRA_DIST += \
	%D%/unit/pg/data/10 %D%/unit/pg/data/11 %D%/unit/pg/data/12 \
	%D%/unit/pg/data/13 %D%/unit/pg/data/14 %D%/unit/pg/data/15 \
	%D%/unit/pg/data/16 %D%/unit/pg/data/17 %D%/unit/pg/data/18 \
	%D%/unit/pg/data/19

base_tests = %D%/unit/base/conf.c %D%/unit/base/conffile.c \
	%D%/unit/base/crc32c.c %D%/unit/base/digest.c %D%/unit/base/error.c \
	%D%/unit/base/file.c %D%/unit/base/names.c %D%/unit/base/newfile.c \
	%D%/unit/base/settings.c %D%/unit/base/sys.c %D%/unit/base/text.c \
	%D%/unit/base/when.c

pg_tests = %D%/unit/pg/backup_label.c %D%/unit/pg/checksum.c \
	%D%/unit/pg/control.c %D%/unit/pg/datadir.c \
	%D%/unit/pg/facts.c %D%/unit/pg/history.c %D%/unit/pg/lsn.c \
	%D%/unit/pg/name.c %D%/unit/pg/page.c %D%/unit/pg/record.c \
	%D%/unit/pg/segment.c %D%/unit/pg/walk.c %D%/unit/pg/xact.c \
	%D%/unit/pg/samples.c %D%/unit/pg/samples.h

stream_tests = %D%/unit/stream/codec.c %D%/unit/stream/file.c \
	%D%/unit/stream/label.c %D%/unit/stream/label_frame.c \
	%D%/unit/stream/memory.c %D%/unit/stream/pack.c

storage_tests = %D%/unit/storage/posix.c %D%/unit/storage/posix_random.c

repo_tests = %D%/unit/repo/cluster.c %D%/unit/repo/hole.c \
	%D%/unit/repo/key.c %D%/unit/repo/path.c %D%/unit/repo/repo.c \
	%D%/unit/repo/backup.c %D%/unit/repo/part.c \
	%D%/unit/repo/set_begun.c %D%/unit/repo/set_damage.c \
	%D%/unit/repo/set_label.c %D%/unit/repo/set_line.c \
	%D%/unit/repo/set_list.c %D%/unit/repo/set_read.c \
	%D%/unit/repo/set_write.c %D%/unit/repo/sets.c \
	%D%/unit/repo/sets.h \
	%D%/unit/repo/retention.c %D%/unit/repo/retention_model.c \
	%D%/unit/repo/retention_world.c %D%/unit/repo/retention_world.h \
	%D%/unit/repo/set_sort.c %D%/unit/repo/stanza.c %D%/unit/repo/target.c \
	%D%/unit/repo/wal_dropped.c %D%/unit/repo/wal_facts.c %D%/unit/repo/wal_get.c \
	%D%/unit/repo/wal_intake.c %D%/unit/repo/wal_list.c \
	%D%/unit/repo/wal_neighbour.c %D%/unit/repo/wal_push.c \
	%D%/unit/repo/wal_verify.c %D%/unit/repo/window.c \
	%D%/unit/repo/world.c %D%/unit/repo/world.h

# Of the programs, what can be tried without a server.
bin_tests = %D%/unit/bin/basebackup_command.c \
	%D%/unit/bin/push_level.c %D%/unit/bin/push_notes.c \
	%D%/unit/bin/get_slots.c %D%/unit/bin/get_window.c \
	%D%/unit/bin/nagios.c %D%/unit/bin/pace.c \
	%D%/unit/bin/prometheus.c %D%/unit/bin/remote_incr.c \
	%D%/unit/bin/sent_files.c %D%/unit/bin/span.c \
	%D%/unit/bin/tarstream.c
bin_tested = bin/basebackup_command.c bin/clock.c bin/errors.c bin/get_slots.c \
	bin/get_window.c bin/message.c bin/parent.c bin/nagios.c bin/pace.c \
	bin/prometheus.c bin/size.c bin/span.c bin/utf8.c \
	bin/process.c bin/push_level.c bin/push_notes.c \
	bin/pg_checksum.c bin/remote_incr.c bin/sent_files.c bin/tarstream.c

# What works ahead.
bin_tests += %D%/unit/bin/marker.c %D%/unit/bin/ready_names.c \
	%D%/unit/bin/runner.c %D%/unit/bin/spool.c
bin_tested += bin/failure.c bin/marker.c bin/ready_names.c bin/runner.c \
	bin/spool.c

if HAVE_CRITERION
unit_programs = %D%/unit/test-base %D%/unit/test-pg %D%/unit/test-stream \
	%D%/unit/test-storage %D%/unit/test-repo %D%/unit/test-bin
check_PROGRAMS += $(unit_programs)
TESTS += $(unit_programs)

unit_cflags = $(AM_CFLAGS) $(CRITERION_CFLAGS)
unit_libs = libwalarch-all.la $(CRITERION_LIBS)

%C%_unit_test_base_SOURCES = $(base_tests) $(test_support)
%C%_unit_test_base_CPPFLAGS = $(test_cppflags)
%C%_unit_test_base_CFLAGS = $(unit_cflags)
%C%_unit_test_base_LDADD = $(unit_libs)
%C%_unit_test_pg_SOURCES = $(pg_tests) $(test_support)
%C%_unit_test_pg_CPPFLAGS = $(test_cppflags) \
	-DSAMPLES='"$(abs_top_srcdir)/%D%/unit/pg/data"'
%C%_unit_test_pg_CFLAGS = $(unit_cflags)
%C%_unit_test_pg_LDADD = $(unit_libs)
%C%_unit_test_stream_SOURCES = $(stream_tests) $(test_support)
%C%_unit_test_stream_CPPFLAGS = $(test_cppflags)
%C%_unit_test_stream_CFLAGS = $(unit_cflags)
%C%_unit_test_stream_LDADD = $(unit_libs)
%C%_unit_test_storage_SOURCES = $(storage_tests) $(test_support)
%C%_unit_test_storage_CPPFLAGS = $(test_cppflags)
%C%_unit_test_storage_CFLAGS = $(unit_cflags)
%C%_unit_test_storage_LDADD = $(unit_libs)
%C%_unit_test_repo_SOURCES = $(repo_tests) $(test_support)
%C%_unit_test_repo_CPPFLAGS = $(test_cppflags)
%C%_unit_test_repo_CFLAGS = $(unit_cflags) $(JANSSON_CFLAGS)
%C%_unit_test_repo_LDADD = $(unit_libs)
%C%_unit_test_bin_SOURCES = $(bin_tests) $(bin_tested) $(test_support)
%C%_unit_test_bin_CPPFLAGS = $(test_cppflags) -I$(top_srcdir)/bin \
	$(CRYPTO_CFLAGS) $(JANSSON_CFLAGS) $(LIBARCHIVE_CFLAGS)
%C%_unit_test_bin_CFLAGS = $(unit_cflags) -pthread
%C%_unit_test_bin_LDADD = $(unit_libs) $(CRYPTO_LIBS) $(JANSSON_LIBS) \
	$(LIBARCHIVE_LIBS)
else
EXTRA_DIST += $(base_tests) $(pg_tests) $(stream_tests) $(storage_tests) \
	$(repo_tests) $(bin_tests)
endif
