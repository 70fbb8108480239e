# What PostgreSQL calls (walarch-push, walarch-get) links libc alone; the
# workers link libwalarch; libpq and libjansson are for those that need them.
bin_PROGRAMS += walarch walarch-push walarch-get walarch-init walarch-info \
	walarch-check walarch-find walarch-verify walarch-backup
pkglibexec_PROGRAMS += walarch-push-worker walarch-get-worker

# From $(bindir) to the workers, where both are moved together.
front_CPPFLAGS = $(AM_CPPFLAGS) -DWORKERS='"$(pkglibexecdir)"' \
	-DWORKERS_FROM_BIN='"../libexec/$(PACKAGE)"'
front_sources = %D%/front.c %D%/front.h
cli_sources = %D%/cli.c %D%/cli.h %D%/errors.c %D%/errors.h %D%/message.c %D%/message.h \
	%D%/process.c %D%/process.h
cluster_sources = %D%/cluster.c %D%/cluster.h
size_sources = %D%/size.c %D%/size.h
pool_sources = %D%/pool.c %D%/pool.h %D%/progress.c %D%/progress.h \
	$(size_sources)
standby_sources = %D%/standby.c %D%/standby.h

walarch_SOURCES = %D%/walarch.c

walarch_push_SOURCES = %D%/push.c $(front_sources)
walarch_push_CPPFLAGS = $(front_CPPFLAGS)
walarch_push_worker_SOURCES = %D%/push_worker.c %D%/ready.c %D%/ready.h \
	$(cli_sources) $(cluster_sources)
walarch_push_worker_LDADD = libwalarch.la

walarch_get_SOURCES = %D%/get.c $(front_sources) $(standby_sources)
walarch_get_CPPFLAGS = $(front_CPPFLAGS)
walarch_get_worker_SOURCES = %D%/get_worker.c %D%/get_range.c \
	%D%/get_range.h %D%/get_retry.c %D%/get_retry.h $(cli_sources) \
	$(cluster_sources) $(standby_sources)
walarch_get_worker_LDADD = libwalarch.la

walarch_init_SOURCES = %D%/init.c %D%/histories.c %D%/histories.h \
	$(cli_sources) $(cluster_sources)
walarch_init_LDADD = libwalarch.la

walarch_info_SOURCES = %D%/info.c %D%/info_json.c %D%/info_report.c \
	%D%/info_report.h %D%/info_text.c %D%/info_line.c %D%/info_line.h \
	%D%/info_target.c %D%/info_target.h %D%/info_words.c \
	%D%/info_words.h %D%/info_words_json.c %D%/info_words_json.h \
	$(size_sources) $(cli_sources)
walarch_info_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
walarch_info_LDADD = libwalarch.la $(JANSSON_LIBS)

walarch_check_SOURCES = %D%/check.c $(server_sources) $(cli_sources) \
	$(cluster_sources)
walarch_check_CPPFLAGS = $(AM_CPPFLAGS) $(PQ_CFLAGS)
walarch_check_LDADD = libwalarch.la $(PQ_LIBS)

walarch_find_SOURCES = %D%/find.c %D%/find.h %D%/find_archive.c \
	%D%/find_archive.h %D%/find_begin.c %D%/find_begin.h \
	%D%/find_hits.c %D%/find_hits.h %D%/find_json.c \
	%D%/find_labels.c %D%/find_labels.h %D%/find_lsn.c %D%/find_lsn.h \
	%D%/find_near.c %D%/find_near.h %D%/find_nothing.c \
	%D%/find_nothing.h %D%/find_parallel.c %D%/find_parallel.h \
	%D%/find_print.h %D%/find_restore.c %D%/find_restore.h \
	%D%/find_text.c %D%/find_wish.c %D%/find_wish.h $(cli_sources) \
	$(pool_sources)
walarch_find_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
walarch_find_CFLAGS = $(AM_CFLAGS) -pthread
walarch_find_LDADD = libwalarch.la $(JANSSON_LIBS)

walarch_verify_SOURCES = %D%/verify.c %D%/verify_json.c %D%/verify_report.h \
	%D%/verify_select.c %D%/verify_select.h %D%/verify_state.c \
	%D%/verify_state.h %D%/verify_system.c %D%/verify_system.h \
	%D%/verify_text.c %D%/verify_timeline.c %D%/verify_work.c \
	%D%/verify_work.h %D%/rate.c %D%/rate.h $(pool_sources) \
	$(cli_sources)
walarch_verify_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
walarch_verify_CFLAGS = $(AM_CFLAGS) -pthread
walarch_verify_LDADD = libwalarch.la $(JANSSON_LIBS)

walk_sources = %D%/folder_names.c %D%/folder_names.h %D%/walk.c \
	%D%/walk.h %D%/walk_inside.c %D%/walk_inside.h
server_sources = %D%/check_report.c %D%/check_report.h %D%/server.c \
	%D%/server.h

walarch_backup_SOURCES = %D%/backup.c %D%/backup_check.c %D%/backup_check.h \
	%D%/backup_emit.c %D%/backup_emit.h %D%/backup_flow.c \
	%D%/backup_flow.h %D%/backup_item.c %D%/backup_item.h \
	%D%/backup_local.c %D%/backup_local.h %D%/backup_pack.c \
	%D%/backup_pack.h %D%/backup_prior.c %D%/backup_prior.h \
	%D%/backup_repo.c %D%/backup_repo.h %D%/backup_server.c \
	%D%/backup_server.h %D%/backup_upon.c %D%/backup_upon.h \
	%D%/backup_wal.c %D%/backup_wal.h %D%/owner.c %D%/owner.h \
	%D%/tar_header.c %D%/tar_header.h $(walk_sources) $(server_sources) \
	$(pool_sources) $(cli_sources)
walarch_backup_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(PQ_CFLAGS) \
	$(LIBARCHIVE_CFLAGS)
walarch_backup_CFLAGS = $(AM_CFLAGS) -pthread
walarch_backup_LDADD = libwalarch.la $(JANSSON_LIBS) $(PQ_LIBS) \
	$(LIBARCHIVE_LIBS)
