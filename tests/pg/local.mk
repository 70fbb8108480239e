# Scenarios on real PostgreSQL servers: make check-pg, and with
# PG_FLAGS='--majors "15 17" pitr' some of them only.
EXTRA_DIST += %D%/ahead.sh %D%/lib.sh %D%/run %D%/fetch-postgres %D%/seed.sh \
	%D%/recover.sh \
	%D%/pitr.sh %D%/branch.sh %D%/tail.sh %D%/refuse.sh %D%/damage.sh \
	%D%/history.sh %D%/standby.sh %D%/shapes.sh %D%/byhand.sh \
	%D%/environment.sh %D%/archiver.sh %D%/check.sh %D%/waldump.sh \
	%D%/find.sh %D%/targets.sh %D%/recoverysettings.sh \
	%D%/backupmanifest.sh %D%/fromdir.sh %D%/guard.sh %D%/datadir.sh \
	%D%/sets.sh %D%/backup.sh %D%/restore.sh %D%/restoretargets.sh \
	%D%/dropped.sh %D%/delta.sh %D%/tablespaces.sh %D%/standbybackup.sh %D%/amid.sh \
	%D%/interrupted.sh %D%/ledger.sh %D%/status.sh %D%/plaindir.sh \
	%D%/ahead_get.sh %D%/byhandbackup.sh %D%/remote.sh %D%/remoteincr.sh

# The records of WAL as libwalarch's walk tells them.
check_PROGRAMS += tests/tools/walrecords
tests_tools_walrecords_SOURCES = tests/tools/walrecords.c
tests_tools_walrecords_LDADD = libwalarch-all.la

# Of the archive module.  markers leaves what a runner would leave that was very
# quick.
EXTRA_DIST += %D%/archive_library.sh
check_PROGRAMS += tests/tools/markers
tests_tools_markers_SOURCES = tests/tools/markers.c $(spool_sources) \
	$(ready_sources)
tests_tools_markers_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/bin
tests_tools_markers_LDADD = libwalarch-all.la

PG_FLAGS =

.PHONY: check-pg
check-pg: all tests/stage.stamp tests/tools/walrecords \
	tests/tools/restoreparts tests/tools/datawalk tests/tools/markers
	. tests/stage.stamp; \
	WALARCH_BIN="$$stage_bindir" WALARCH_LIB="$$stage_libdir" \
	    WALARCH_TOOLS='$(abs_builddir)/tests/tools' \
	    WALARCH_BUILD='$(abs_builddir)' \
	    bash '$(srcdir)/%D%/run' $(PG_FLAGS)
