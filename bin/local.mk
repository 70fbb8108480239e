# What PostgreSQL calls (walarch-push, walarch-get) loads libc alone; the workers
# link libwalarch; libpq and libjansson are for those that need them.
bin_PROGRAMS += walarch walarch-push walarch-get walarch-init walarch-info \
	walarch-check walarch-find walarch-verify walarch-backup walarch-restore \
	walarch-expire
pkglibexec_PROGRAMS += walarch-push-worker walarch-push-runner \
	walarch-get-worker walarch-get-runner

# From $(bindir) to the workers, where both are moved together.
front_CPPFLAGS = $(AM_CPPFLAGS) -DWORKERS='"$(pkglibexecdir)"' \
	-DWORKERS_FROM_BIN='"../libexec/$(PACKAGE)"'
front_sources = %D%/front.c %D%/front.h %D%/front_config.c \
	%D%/front_config.h %D%/message.c %D%/message.h $(spool_sources)
spool_sources = %D%/errors.c %D%/errors.h %D%/marker.c %D%/marker.h \
	%D%/spool.c %D%/spool.h
parent_sources = %D%/parent.c %D%/parent.h
clock_sources = %D%/clock.c %D%/clock.h
runner_sources = $(parent_sources) $(clock_sources) %D%/failure.c %D%/failure.h %D%/marker.c %D%/marker.h \
	%D%/runner.c %D%/runner.h %D%/spool.c %D%/spool.h
cli_sources = %D%/cli.c %D%/cli.h %D%/errors.c %D%/errors.h %D%/message.c %D%/message.h \
	%D%/process.c %D%/process.h
cluster_sources = %D%/cluster.c %D%/cluster.h
size_sources = %D%/size.c %D%/size.h
pool_sources = %D%/pool.c %D%/pool.h %D%/progress.c %D%/progress.h \
	$(size_sources)
push_queue_sources = %D%/push_level.c %D%/push_level.h %D%/push_notes.c \
	%D%/push_notes.h %D%/push_queue.c %D%/push_queue.h
dropped_sources = %D%/dropped.c %D%/dropped.h
standby_sources = %D%/standby.c %D%/standby.h

walarch_SOURCES = %D%/walarch.c

get_ahead_sources = %D%/get_ahead.c %D%/get_ahead.h %D%/place.c \
	%D%/place.h
ready_sources = %D%/ready_names.c %D%/ready_names.h
walarch_push_SOURCES = $(parent_sources) %D%/push.c %D%/push_ahead.c %D%/push_ahead.h \
	$(front_sources)
walarch_push_CPPFLAGS = $(front_CPPFLAGS)
walarch_push_LDADD = libsettings.la $(INIH_STATIC_LIBS)
walarch_push_LDFLAGS = $(AM_LDFLAGS) $(FRONT_LDFLAGS)
walarch_push_worker_SOURCES = %D%/push_worker.c %D%/push_ahead.c \
	%D%/push_ahead.h %D%/push_async.c %D%/push_async.h %D%/ready.c \
	%D%/ready.h $(push_queue_sources) $(ready_sources) \
	$(runner_sources) $(cli_sources) $(cluster_sources)
walarch_push_worker_CFLAGS = $(AM_CFLAGS) -pthread
walarch_push_worker_LDADD = libwalarch.la
walarch_push_runner_SOURCES = %D%/push_order.c %D%/push_order.h %D%/push_runner.c %D%/runner_open.c \
	%D%/runner_open.h %D%/push_task.c \
	%D%/push_task.h %D%/push_level.c %D%/push_level.h $(ready_sources) $(runner_sources) $(pool_sources) \
	$(cli_sources)
walarch_push_runner_CFLAGS = $(AM_CFLAGS) -pthread
walarch_push_runner_LDADD = libwalarch.la

walarch_get_SOURCES = %D%/get.c $(get_ahead_sources) $(front_sources) $(standby_sources)
walarch_get_CPPFLAGS = $(front_CPPFLAGS)
walarch_get_LDADD = libsettings.la $(INIH_STATIC_LIBS)
walarch_get_LDFLAGS = $(AM_LDFLAGS) $(FRONT_LDFLAGS)
walarch_get_worker_SOURCES = %D%/get_worker.c %D%/get_async.c \
	%D%/get_async.h %D%/get_next.c %D%/get_next.h %D%/get_range.c \
	%D%/get_range.h %D%/get_retry.c %D%/get_retry.h \
	$(get_ahead_sources) $(runner_sources) $(cli_sources) \
	$(cluster_sources) $(standby_sources)
walarch_get_worker_LDADD = libwalarch.la
walarch_get_runner_SOURCES = %D%/get_runner.c %D%/runner_open.c \
	%D%/runner_open.h %D%/get_crew.c \
	%D%/get_crew.h %D%/get_fetch.c %D%/get_fetch.h %D%/get_follow.c \
	%D%/get_follow.h %D%/get_next.c %D%/get_next.h %D%/get_slots.c \
	%D%/get_slots.h %D%/get_tidy.c %D%/get_tidy.h %D%/get_watch.c \
	%D%/get_watch.h %D%/get_window.c %D%/get_window.h \
	$(runner_sources) $(pool_sources) $(cli_sources)
walarch_get_runner_CFLAGS = $(AM_CFLAGS) -pthread
walarch_get_runner_LDADD = libwalarch.la

walarch_init_SOURCES = %D%/init.c $(real_path_sources) %D%/histories.c %D%/histories.h \
	$(cli_sources) $(cluster_sources)
walarch_init_LDADD = libwalarch.la

# How archiving does, without the server and the repository.
status_sources = %D%/archive_notes.c %D%/archive_notes.h %D%/pace.c %D%/pace.h \
	%D%/span.c %D%/span.h %D%/status.c %D%/status.h \
	%D%/status_ahead.c %D%/status_ahead.h $(ready_sources) \
	$(runner_sources) \
	$(cluster_sources) $(size_sources)

walarch_info_SOURCES = %D%/info.c %D%/info_json.c %D%/info_report.c \
	%D%/info_report.h %D%/info_text.c %D%/info_line.c %D%/info_line.h \
	%D%/info_sets.c %D%/info_sets.h %D%/info_sets_json.c \
	%D%/info_sets_print.h %D%/info_sets_text.c \
	%D%/info_target.c %D%/info_target.h %D%/info_words.c \
	%D%/info_words.h %D%/info_words_json.c %D%/info_words_json.h \
	%D%/prometheus.c %D%/prometheus.h %D%/status_json.c \
	%D%/status_prometheus.c %D%/status_run.c %D%/status_text.c \
	$(dropped_sources) $(utf8_sources) $(status_sources) $(cli_sources)
walarch_info_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
walarch_info_LDADD = libwalarch.la $(JANSSON_LIBS)

walarch_check_SOURCES = %D%/check.c %D%/check_backup.c \
	%D%/check_backup.h %D%/check_nagios.c %D%/check_nagios.h \
	%D%/check_dropped.c %D%/check_dropped.h $(dropped_sources) \
	%D%/nagios.c %D%/nagios.h $(server_sources) $(status_sources) \
	$(cli_sources)
walarch_check_CPPFLAGS = $(AM_CPPFLAGS) $(PQ_CFLAGS)
walarch_check_LDADD = libwalarch.la $(PQ_LIBS)

walarch_find_SOURCES = $(dropped_sources) %D%/find.c %D%/find.h %D%/find_archive.c \
	%D%/find_archive.h %D%/find_begin.c %D%/find_begin.h \
	%D%/find_dropped.c %D%/find_dropped.h \
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
	%D%/verify_select.c %D%/verify_select.h %D%/verify_set_wal.c \
	%D%/verify_set_wal.h %D%/verify_set_work.c %D%/verify_set_work.h \
	%D%/verify_sets.c %D%/verify_sets.h %D%/verify_state.c \
	%D%/verify_state.h %D%/verify_system.c %D%/verify_system.h \
	%D%/verify_text.c %D%/verify_timeline.c %D%/verify_work.c \
	%D%/verify_work.h %D%/rate.c %D%/rate.h $(pool_sources) \
	$(cli_sources)
walarch_verify_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
walarch_verify_CFLAGS = $(AM_CFLAGS) -pthread
walarch_verify_LDADD = libwalarch.la $(JANSSON_LIBS)

expire_sources = %D%/expire_run.c %D%/expire_run.h %D%/expire_words.c \
	%D%/expire_words.h
walarch_expire_SOURCES = %D%/expire.c %D%/expire_json.c \
	%D%/expire_print.h %D%/expire_text.c $(expire_sources) \
	$(size_sources) $(cli_sources)
walarch_expire_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
walarch_expire_LDADD = libwalarch.la $(JANSSON_LIBS)

real_path_sources = %D%/real_path.c %D%/real_path.h
digests_sources = %D%/digests.c %D%/digests.h
walk_sources = %D%/folder_names.c %D%/folder_names.h %D%/walk.c \
	%D%/walk.h %D%/walk_entry.c %D%/walk_entry.h \
	%D%/walk_inside.c %D%/walk_inside.h
server_sources = %D%/check_report.c %D%/check_report.h %D%/server.c \
	%D%/server.h

walarch_backup_SOURCES = %D%/backup.c %D%/backup_check.c %D%/backup_check.h \
	%D%/backup_emit.c %D%/backup_emit.h %D%/backup_flow.c \
	%D%/backup_flow.h %D%/backup_header.c \
	%D%/backup_here.c %D%/backup_item.c %D%/backup_item.h \
	%D%/backup_local.c %D%/backup_local.h %D%/backup_pack.c \
	%D%/backup_pack.h %D%/backup_prior.c %D%/backup_prior.h \
	%D%/backup_remote.c %D%/backup_remote_header.c \
	%D%/backup_remote.h %D%/backup_repo.c %D%/backup_repo.h \
	%D%/backup_run.h %D%/backup_server.c \
	%D%/backup_server.h %D%/backup_upon.c %D%/backup_upon.h \
	%D%/backup_wal.c %D%/backup_wal.h $(clock_sources) %D%/file_copy.c %D%/file_copy.h %D%/owner.c %D%/owner.h \
	%D%/rate.c %D%/rate.h \
	%D%/tar_header.c %D%/tar_header.h $(expire_sources) \
	$(real_path_sources) \
	$(walk_sources) $(server_sources) \
	$(digests_sources) $(pool_sources) $(cli_sources)
walarch_backup_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(PQ_CFLAGS) \
	$(LIBARCHIVE_CFLAGS)
walarch_backup_CFLAGS = $(AM_CFLAGS) -pthread
walarch_backup_LDADD = libwalarch.la $(JANSSON_LIBS) $(PQ_LIBS) \
	$(LIBARCHIVE_LIBS)

# Parts of walarch-restore.
utf8_sources = %D%/utf8.c %D%/utf8.h
recovery_sources = %D%/recovery_command.c %D%/recovery_command.h \
	%D%/recovery_file.c %D%/recovery_file.h %D%/recovery_lines.c \
	%D%/recovery_lines.h %D%/recovery_settings.c \
	%D%/recovery_settings.h
pg_manifest_sources = %D%/pg_checksum.c %D%/pg_checksum.h \
	%D%/pg_manifest.c %D%/pg_manifest.h %D%/pg_manifest_read.c \
	%D%/pg_manifest_read.h $(utf8_sources)
from_dir_sources = %D%/from_dir.c %D%/from_dir.h %D%/from_dir_copy.c \
	%D%/from_dir_copy.h %D%/from_dir_places.c %D%/from_dir_places.h \
	%D%/from_dir_read.c %D%/from_dir_scan.c %D%/from_dir_scan.h \
	%D%/from_dir_verify.c %D%/from_dir_verify.h
timeline_guard_sources = %D%/timeline_guard.c %D%/timeline_guard.h

walarch_restore_SOURCES = %D%/restore.c %D%/restore_choose.c \
	%D%/restore_choose.h %D%/restore_database.c %D%/restore_database.h \
	%D%/restore_dir.c %D%/restore_dir.h %D%/restore_files.c \
	%D%/restore_files.h %D%/restore_flow.c %D%/restore_flow.h \
	%D%/restore_item.c %D%/restore_item.h %D%/restore_job.c \
	%D%/restore_job.h $(real_path_sources) \
	%D%/restore_place.c %D%/restore_place.h \
	%D%/restore_remove.c %D%/restore_remove.h %D%/restore_root.c \
	%D%/restore_root.h %D%/restore_scan.c \
	%D%/restore_scan.h %D%/restore_sync.c %D%/restore_sync.h \
	%D%/restore_target.c %D%/restore_target.h %D%/restore_words.c \
	%D%/restore_words.h %D%/restore_write.c %D%/restore_write.h \
	%D%/file_copy.c %D%/file_copy.h %D%/info_words.c %D%/info_words.h \
	%D%/owner.c %D%/owner.h %D%/tar_header.c %D%/tar_header.h \
	$(walk_sources) $(digests_sources) $(recovery_sources) \
	$(pg_manifest_sources) $(from_dir_sources) $(timeline_guard_sources) \
	$(pool_sources) $(cli_sources)
walarch_restore_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) \
	$(LIBARCHIVE_CFLAGS) $(CRYPTO_CFLAGS)
walarch_restore_CFLAGS = $(AM_CFLAGS) -pthread
walarch_restore_LDADD = libwalarch.la $(JANSSON_LIBS) $(LIBARCHIVE_LIBS) \
	$(CRYPTO_LIBS)

# Over the network.
walarch_backup_SOURCES += %D%/basebackup.c %D%/basebackup.h \
	%D%/basebackup_command.c %D%/basebackup_parts.c \
	%D%/basebackup_wire.c %D%/basebackup_wire.h %D%/plain_dir.c \
	%D%/plain_dir.h %D%/plain_place.c %D%/plain_place.h \
	%D%/plain_write.c %D%/plain_write.h %D%/remote_files.c \
	%D%/remote_files.h %D%/remote_incr.c %D%/remote_incr.h \
	%D%/remote_pages.c %D%/remote_pages.h %D%/remote_prior.c \
	%D%/remote_prior.h %D%/remote_upon.c %D%/remote_upon.h \
	%D%/sent_files.c \
	%D%/sent_files.h %D%/tarstream.c %D%/tarstream.h \
	%D%/pg_checksum.c %D%/pg_checksum.h %D%/pg_manifest.c \
	%D%/pg_manifest.h $(utf8_sources)
walarch_backup_CPPFLAGS += $(CRYPTO_CFLAGS)
walarch_backup_LDADD += $(CRYPTO_LIBS)
