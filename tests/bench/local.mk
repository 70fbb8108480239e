# "make bench" measures; nothing here passes or fails by the clock.
EXTRA_PROGRAMS = bench-floor bench-versus bench-million
bench_floor_SOURCES = %D%/floor.c
bench_floor_CPPFLAGS = $(ZSTD_CFLAGS)
bench_floor_LDADD = $(ZSTD_LIBS)
bench_versus_SOURCES = %D%/versus.c
bench_million_SOURCES = %D%/million.c
EXTRA_DIST += %D%/run
CLEANFILES += $(EXTRA_PROGRAMS)

bench: all $(EXTRA_PROGRAMS) tests/stage.stamp
	PATH="$(abs_builddir)/stage$(bindir):$(abs_builddir):$$PATH" \
	LD_LIBRARY_PATH="$(abs_builddir)/stage$(libdir)" \
	    $(SHELL) $(srcdir)/%D%/run
.PHONY: bench
