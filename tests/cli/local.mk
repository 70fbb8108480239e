# The tests of the programs, which need no PostgreSQL.  They, and those of
# tests/pg, run a staged installation: its stamp is also a shell fragment that
# says where things are.
tests/stage.stamp: $(bin_PROGRAMS) $(pkglibexec_PROGRAMS) $(lib_LTLIBRARIES)
	@$(MKDIR_P) tests
	@rm -rf '$(abs_builddir)/stage' $@
	$(AM_V_GEN)$(MAKE) $(AM_MAKEFLAGS) install \
		DESTDIR='$(abs_builddir)/stage' >$@.log 2>&1 || \
		{ cat $@.log; exit 1; }
	@rm -f $@.log
	@{ echo "stage_prefix='$(abs_builddir)/stage$(prefix)'"; \
	   echo "stage_bindir='$(abs_builddir)/stage$(bindir)'"; \
	   echo "stage_libdir='$(abs_builddir)/stage$(libdir)'"; \
	   echo "stage_pkglibexecdir='$(abs_builddir)/stage$(pkglibexecdir)'"; \
	 } >$@

CLEANFILES += tests/stage.stamp
mostlyclean-local:
	rm -rf '$(abs_builddir)/stage'

check_PROGRAMS += tests/tools/mkwal
tests_tools_mkwal_SOURCES = tests/tools/mkwal.c

check_PROGRAMS += tests/tools/mkset
tests_tools_mkset_SOURCES = tests/tools/mkset.c
tests_tools_mkset_LDADD = libwalarch-all.la

check_PROGRAMS += tests/tools/restoreparts
tests_tools_restoreparts_SOURCES = tests/tools/restoreparts.c \
	tests/tools/restoreparts.h tests/tools/manifestparts.c \
	tests/tools/guardparts.c $(recovery_sources) \
	$(pg_manifest_sources) $(from_dir_sources) \
	$(timeline_guard_sources) $(pool_sources) bin/errors.c bin/errors.h \
	bin/message.c bin/message.h bin/process.c bin/process.h
tests_tools_restoreparts_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/bin \
	$(JANSSON_CFLAGS) $(CRYPTO_CFLAGS)
tests_tools_restoreparts_CFLAGS = $(AM_CFLAGS) -pthread
tests_tools_restoreparts_LDADD = libwalarch-all.la $(JANSSON_LIBS) \
	$(CRYPTO_LIBS)

# Backup sets out of a description.
check_PROGRAMS += tests/tools/rawset
tests_tools_rawset_SOURCES = tests/tools/rawset.c
tests_tools_rawset_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_tools_rawset_LDADD = libwalarch-all.la $(JANSSON_LIBS)

# The walk through a data directory as a program.
check_PROGRAMS += tests/tools/datawalk
tests_tools_datawalk_SOURCES = tests/tools/datawalk.c $(walk_sources) \
	bin/errors.c bin/errors.h bin/message.c bin/message.h
tests_tools_datawalk_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/bin
tests_tools_datawalk_LDADD = libwalarch-all.la

cli_tests = \
	%D%/ahead.sh \
	%D%/ahead_killed.sh \
	%D%/ahead_race.sh \
	%D%/ahead_spool.sh \
	%D%/backup_remote.sh \
	%D%/basebackup.sh \
	%D%/crash.sh \
	%D%/damaged.sh \
	%D%/dropped.sh \
	%D%/environment.sh \
	%D%/expire.sh \
	%D%/files.sh \
	%D%/find.sh \
	%D%/from_dir.sh \
	%D%/full.sh \
	%D%/get.sh \
	%D%/get_ahead.sh \
	%D%/get_ahead_killed.sh \
	%D%/get_ahead_markers.sh \
	%D%/get_ahead_spool.sh \
	%D%/hostile.sh \
	%D%/info.sh \
	%D%/init.sh \
	%D%/objects.sh \
	%D%/push.sh \
	%D%/race.sh \
	%D%/ready.sh \
	%D%/recovery_settings.sh \
	%D%/repository.sh \
	%D%/retry.sh \
	%D%/segments.sh \
	%D%/settings.sh \
	%D%/status.sh \
	%D%/symlinks.sh \
	%D%/target.sh \
	%D%/timeline_guard.sh \
	%D%/usage.sh \
	%D%/verify.sh \
	%D%/walk.sh
TESTS += $(cli_tests)
EXTRA_DIST += %D%/ahead_lib.sh %D%/get_ahead_lib.sh %D%/in_memory.sh %D%/lib.sh \
	tests/tools/liar.py $(cli_tests)
$(cli_tests:.sh=.log): tests/stage.stamp

# Every system call of the shipped programs fails in turn; WALARCH_LONG=1
# tries all there is to try.
sweep_tests = tests/sweep/ahead.sh tests/sweep/order.sh tests/sweep/push.sh tests/sweep/get.sh \
	tests/sweep/restore.sh tests/sweep/set.sh \
	tests/sweep/expire.sh
TESTS += $(sweep_tests)
EXTRA_DIST += tests/sweep/lib.sh $(sweep_tests)
$(sweep_tests:.sh=.log): tests/stage.stamp
