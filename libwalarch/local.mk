# libwalarch-all.la is everything, with nothing hidden, for the tests;
# libwalarch.la is the same behind the map.
include_HEADERS = %D%/walarch.h
pkgconfig_DATA = %D%/libwalarch.pc
EXTRA_DIST += %D%/libwalarch.map %D%/DESIGN

libwalarch_headers = \
	%D%/base/bytes.h %D%/base/conf.h %D%/base/conffile.h \
	%D%/base/crc32c.h %D%/base/error.h %D%/base/file.h \
	%D%/base/names.h %D%/base/newfile.h %D%/base/settings.h \
	%D%/base/sys.h %D%/base/tempfile.h %D%/base/text.h %D%/base/when.h \
	%D%/pg/backup_label.h %D%/pg/checksum.h %D%/pg/control.h %D%/pg/facts.h \
	%D%/pg/format.h %D%/pg/history.h %D%/pg/lsn.h %D%/pg/name.h \
	%D%/pg/page.h %D%/pg/record.h %D%/pg/segment.h %D%/pg/walk.h \
	%D%/pg/xact.h \
	%D%/stream/codec.h %D%/stream/file.h %D%/stream/frame.h \
	%D%/stream/label.h %D%/stream/memory.h %D%/stream/stream.h \
	%D%/storage/posix_path.h %D%/storage/storage.h \
	%D%/repo/archive.h %D%/repo/expired.h %D%/repo/hole.h %D%/repo/key.h %D%/repo/moment.h \
	%D%/repo/path.h %D%/repo/repo.h %D%/repo/retention.h \
	%D%/repo/retention_line.h %D%/repo/retention_sets.h \
	%D%/repo/retention_wal.h %D%/repo/set_label.h %D%/repo/set_line.h \
	%D%/repo/set_merge.h %D%/repo/set_sort.h %D%/repo/stanza.h \
	%D%/repo/timeline.h %D%/repo/wal_compare.h %D%/repo/wal_facts.h \
	%D%/repo/wal_intake.h %D%/repo/wal_list.h %D%/repo/wal_neighbour.h %D%/repo/wal_object.h \
	%D%/repo/wal_origin.h %D%/repo/wal_scan.h %D%/repo/wal_source.h

libwalarch_sources = \
	%D%/base/conf.c %D%/base/conffile.c %D%/base/confload.c \
	%D%/base/crc32c.c \
	%D%/base/digest.c %D%/base/error.c %D%/base/file.c %D%/base/names.c \
	%D%/base/newfile.c %D%/base/settings.c %D%/base/sys.c %D%/base/tempfile.c \
	%D%/base/text.c \
	%D%/base/when.c \
	%D%/pg/backup_label.c %D%/pg/checksum.c %D%/pg/control.c \
	%D%/pg/datadir.c %D%/pg/event.c \
	%D%/pg/facts.c %D%/pg/format.c %D%/pg/history.c %D%/pg/lsn.c \
	%D%/pg/name.c %D%/pg/page.c %D%/pg/record.c %D%/pg/segment.c \
	%D%/pg/walk.c %D%/pg/xact.c \
	%D%/stream/codec.c %D%/stream/file.c %D%/stream/label.c \
	%D%/stream/label_frame.c %D%/stream/lz4.c %D%/stream/memory.c \
	%D%/stream/pack.c %D%/stream/raw.c \
	%D%/stream/stream.c %D%/stream/zstd.c \
	%D%/storage/posix.c %D%/storage/posix_path.c %D%/storage/storage.c \
	%D%/repo/archive.c %D%/repo/backup.c %D%/repo/cluster.c \
	%D%/repo/hole.c %D%/repo/key.c %D%/repo/moment.c \
	%D%/repo/expire_plan.c %D%/repo/expired.c \
	%D%/repo/part.c %D%/repo/path.c %D%/repo/repo.c \
	%D%/repo/retention.c %D%/repo/retention_line.c \
	%D%/repo/retention_sets.c %D%/repo/retention_wal.c \
	%D%/repo/retention_why.c %D%/repo/set_keep.c %D%/repo/set_remove.c \
	%D%/repo/set_begun.c %D%/repo/set_label.c %D%/repo/set_line.c %D%/repo/set_list.c \
	%D%/repo/set_merge.c %D%/repo/set_read.c %D%/repo/set_sort.c \
	%D%/repo/set_write.c \
	%D%/repo/stanza.c %D%/repo/target.c %D%/repo/target_check.c \
	%D%/repo/timeline.c %D%/repo/wal_compare.c \
	%D%/repo/wal_dropped.c %D%/repo/wal_facts.c %D%/repo/wal_get.c %D%/repo/wal_list.c \
	%D%/repo/stray.c %D%/repo/wal_files.c \
	%D%/repo/wal_intake.c %D%/repo/wal_neighbour.c %D%/repo/wal_object.c \
	%D%/repo/wal_origin.c %D%/repo/wal_push.c %D%/repo/wal_scan.c \
	%D%/repo/wal_remove.c %D%/repo/wal_source.c %D%/repo/wal_verify.c %D%/repo/window.c

# Settings and names alone, for the programs that load no other library.
noinst_LTLIBRARIES = libwalarch-all.la libsettings.la
libsettings_la_SOURCES = %D%/base/conf.c %D%/base/conffile.c \
	%D%/base/confload.c %D%/base/crc32c.c %D%/base/error.c \
	%D%/base/file.c %D%/base/names.c %D%/base/settings.c %D%/base/sys.c \
	%D%/base/text.c %D%/pg/lsn.c %D%/pg/name.c
libsettings_la_CPPFLAGS = $(AM_CPPFLAGS) -DWA_NO_CPUID
libsettings_la_CFLAGS = $(AM_CFLAGS) $(INIH_CFLAGS)

libwalarch_all_la_SOURCES = %D%/walarch.h $(libwalarch_headers) \
	$(libwalarch_sources)
libwalarch_all_la_CFLAGS = $(AM_CFLAGS) $(ZSTD_CFLAGS) $(LZ4_CFLAGS) \
	$(XXHASH_CFLAGS) $(INIH_CFLAGS) $(JANSSON_CFLAGS)
libwalarch_all_la_LIBADD = $(ZSTD_LIBS) $(LZ4_LIBS) $(XXHASH_LIBS) \
	$(INIH_LIBS) $(JANSSON_LIBS)

lib_LTLIBRARIES = libwalarch.la
libwalarch_la_SOURCES =
libwalarch_la_LIBADD = libwalarch-all.la
libwalarch_la_LDFLAGS = $(AM_LDFLAGS) -version-info 0:0:0 \
	-Wl,--version-script=$(srcdir)/%D%/libwalarch.map
libwalarch_la_DEPENDENCIES = libwalarch-all.la %D%/libwalarch.map
