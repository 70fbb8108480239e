# archive_library = 'walarch'.  libarchiver.la is what does not depend on the
# server's major.
noinst_LTLIBRARIES += libarchiver.la
libarchiver_la_SOURCES = %D%/archiver.c %D%/archiver.h bin/errors.c \
	bin/errors.h bin/push_ahead.c bin/push_ahead.h bin/push_level.c \
	bin/push_level.h $(ready_sources) \
	$(runner_sources)
libarchiver_la_CPPFLAGS = $(front_CPPFLAGS) -I$(top_srcdir)/bin

# The server says what its callbacks are given.
module_cflags = -std=gnu11 $(WARN_CFLAGS) $(HARDEN_CFLAGS) \
	-Wno-unused-parameter
module_cppflags = -I$(top_srcdir)/bin -I$(top_srcdir)/libwalarch
EXTRA_DIST += %D%/module.c

if HAVE_PG_HEADERS
pgmoduleexec_LTLIBRARIES = walarch.la
walarch_la_SOURCES = %D%/module.c
walarch_la_CPPFLAGS = $(module_cppflags) -isystem $(PG_INCLUDEDIR)
walarch_la_CFLAGS = $(module_cflags)
walarch_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared
walarch_la_LIBADD = libarchiver.la libwalarch.la
# In a variable, where automake does not take it for the whole rule.
install_module = install-pgmoduleexecLTLIBRARIES
$(install_module): install-libLTLIBRARIES

# PostgreSQL has no use for the .la file.
install-exec-hook:
	rm -f '$(DESTDIR)$(pgmoduleexecdir)/walarch.la'
uninstall-hook:
	rm -f '$(DESTDIR)$(pgmoduleexecdir)/walarch.so'
endif

# For another server, out of this tree as it is built:
# make archive-library INCLUDEDIR=`pg_config --includedir-server` MODULE=FILE
archive-library: libarchiver.la libwalarch.la
	$(AM_V_CCLD)$(CC) $(module_cppflags) -isystem '$(INCLUDEDIR)' \
	    $(module_cflags) $(CFLAGS) -fPIC -shared $(AM_LDFLAGS) $(LDFLAGS) \
	    -o '$(MODULE)' $(srcdir)/%D%/module.c .libs/libarchiver.a \
	    -L.libs -lwalarch
.PHONY: archive-library
