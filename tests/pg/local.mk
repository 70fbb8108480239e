# Scenarios on real PostgreSQL servers: make check-pg, and with
# PG_FLAGS='--majors "15 17" pitr' some of them only.
EXTRA_DIST += %D%/lib.sh %D%/run %D%/fetch-postgres %D%/recover.sh \
	%D%/pitr.sh %D%/branch.sh %D%/tail.sh %D%/refuse.sh %D%/damage.sh \
	%D%/history.sh %D%/standby.sh %D%/shapes.sh %D%/byhand.sh \
	%D%/environment.sh %D%/archiver.sh %D%/check.sh

PG_FLAGS =
pg_stage = $(abs_builddir)/%D%/stage

.PHONY: check-pg
check-pg: all
	rm -rf '$(pg_stage)'
	$(MAKE) $(AM_MAKEFLAGS) install DESTDIR='$(pg_stage)' >/dev/null
	WALARCH_BIN='$(pg_stage)$(bindir)' WALARCH_LIB='$(pg_stage)$(libdir)' \
	    bash '$(srcdir)/%D%/run' $(PG_FLAGS); \
	    status=$$?; rm -rf '$(pg_stage)'; exit $$status
