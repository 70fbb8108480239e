# What PostgreSQL calls (walarch-push, walarch-get) links libc alone; the
# workers link libwalarch; libpq and libjansson are for those that need them.
bin_PROGRAMS += walarch walarch-push walarch-get walarch-init walarch-info \
	walarch-check
pkglibexec_PROGRAMS += walarch-push-worker walarch-get-worker

# From $(bindir) to the workers, where both are moved together.
front_CPPFLAGS = $(AM_CPPFLAGS) -DWORKERS='"$(pkglibexecdir)"' \
	-DWORKERS_FROM_BIN='"../libexec/$(PACKAGE)"'
front_sources = %D%/front.c %D%/front.h
cli_sources = %D%/cli.c %D%/cli.h %D%/message.c %D%/message.h \
	%D%/process.c %D%/process.h
cluster_sources = %D%/cluster.c %D%/cluster.h
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
	$(cli_sources)
walarch_info_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
walarch_info_LDADD = libwalarch.la $(JANSSON_LIBS)

walarch_check_SOURCES = %D%/check.c %D%/check_report.c %D%/check_report.h \
	%D%/server.c %D%/server.h $(cli_sources) $(cluster_sources)
walarch_check_CPPFLAGS = $(AM_CPPFLAGS) $(PQ_CFLAGS)
walarch_check_LDADD = libwalarch.la $(PQ_LIBS)
