# "make bench" measures; nothing here passes or fails by the clock.
EXTRA_PROGRAMS = bench-floor bench-versus bench-million bench-walk \
	bench-reaper bench-stub
bench_floor_SOURCES = %D%/floor.c
bench_floor_CPPFLAGS = $(ZSTD_CFLAGS)
bench_floor_LDADD = $(ZSTD_LIBS)
bench_versus_SOURCES = %D%/versus.c
bench_million_SOURCES = %D%/million.c
bench_walk_SOURCES = %D%/walk.c
bench_walk_LDADD = libwalarch-all.la
bench_reaper_SOURCES = %D%/reaper.c
bench_stub_SOURCES = %D%/stub.c
EXTRA_DIST += %D%/run %D%/backup %D%/ahead
CLEANFILES += $(EXTRA_PROGRAMS)

bench: all $(EXTRA_PROGRAMS) tests/tools/mkwal tests/stage.stamp
	PATH="$(abs_builddir)/stage$(bindir):$(abs_builddir):$(abs_builddir)/tests/tools:$$PATH" \
	LD_LIBRARY_PATH="$(abs_builddir)/stage$(libdir)" \
	    $(SHELL) $(srcdir)/%D%/run

bench-backup: all tests/stage.stamp
	PATH="$(abs_builddir)/stage$(bindir):$$PATH" \
	LD_LIBRARY_PATH="$(abs_builddir)/stage$(libdir)" \
	    $(SHELL) $(srcdir)/%D%/backup

bench-ahead: all bench-reaper bench-stub bench-versus tests/stage.stamp
	PATH="$(abs_builddir)/stage$(bindir):$(abs_builddir):$$PATH" \
	LD_LIBRARY_PATH="$(abs_builddir)/stage$(libdir)" \
	    $(SHELL) $(srcdir)/%D%/ahead
.PHONY: bench bench-backup bench-ahead

EXTRA_PROGRAMS += bench-archiver
bench_archiver_SOURCES = %D%/archiver.c
bench_archiver_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/bin \
	-I$(top_srcdir)/contrib/archive_library
bench_archiver_LDADD = libarchiver.la libwalarch.la
EXTRA_DIST += %D%/archiver

bench-archive-library: all bench-archiver tests/tools/mkwal \
		tests/tools/markers tests/stage.stamp
	PATH="$(abs_builddir)/stage$(bindir):$(abs_builddir):$(abs_builddir)/tests/tools:$$PATH" \
	LD_LIBRARY_PATH="$(abs_builddir)/stage$(libdir)" \
	    $(SHELL) $(srcdir)/%D%/archiver
.PHONY: bench-archive-library
