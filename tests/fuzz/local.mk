# Parsers, given anything.  "make check" replays the corpus, and a few changes
# of each of its files; "make fuzz" looks for more, with clang's libFuzzer, for
# WALARCH_FUZZ_SECONDS a target.
fuzz_programs = %D%/backup_label %D%/codec %D%/control %D%/frame %D%/history \
	%D%/label %D%/manifest %D%/name %D%/records %D%/segment %D%/walk %D%/when
check_PROGRAMS += $(fuzz_programs)
TESTS += %D%/replay.sh
EXTRA_DIST += %D%/replay.sh %D%/run %D%/corpus
%D%/replay.log: $(fuzz_programs)

fuzz_support = %D%/walk_check.c $(test_support)
check_LTLIBRARIES = %D%/libfuzz.la
%C%_libfuzz_la_SOURCES = %D%/fuzz.h %D%/replay.c %D%/walk_check.h \
	$(fuzz_support)

# Each is made of the source of its name.
fuzz_libs = %D%/libfuzz.la libwalarch-all.la
%C%_backup_label_LDADD = $(fuzz_libs)
%C%_codec_LDADD = $(fuzz_libs)
%C%_control_LDADD = $(fuzz_libs)
%C%_frame_LDADD = $(fuzz_libs)
%C%_history_LDADD = $(fuzz_libs)
%C%_label_LDADD = $(fuzz_libs)
%C%_manifest_LDADD = $(fuzz_libs)
%C%_name_LDADD = $(fuzz_libs)
%C%_records_LDADD = $(fuzz_libs)
%C%_segment_LDADD = $(fuzz_libs)
%C%_walk_LDADD = $(fuzz_libs)
%C%_when_LDADD = $(fuzz_libs)

fuzz:
	TOP_SRCDIR='$(abs_top_srcdir)' TOP_BUILDDIR='$(abs_top_builddir)' \
	FUZZ_SOURCES='$(libwalarch_sources) $(fuzz_support)' \
	FUZZ_CFLAGS='$(libwalarch_all_la_CFLAGS)' \
	FUZZ_LIBS='$(libwalarch_all_la_LIBADD)' \
	    $(SHELL) $(srcdir)/%D%/run $(fuzz_programs)
.PHONY: fuzz
clean-local:
	rm -rf '$(abs_builddir)/%D%/found'
