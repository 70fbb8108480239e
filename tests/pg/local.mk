# Scenarios on real PostgreSQL servers: make check-pg, and with
# PG_FLAGS='--majors "15 17" pitr' some of them only.
EXTRA_DIST += %D%/lib.sh %D%/run %D%/fetch-postgres %D%/recover.sh \
	%D%/pitr.sh %D%/branch.sh %D%/tail.sh %D%/refuse.sh %D%/damage.sh \
	%D%/history.sh %D%/standby.sh %D%/shapes.sh %D%/byhand.sh \
	%D%/environment.sh %D%/archiver.sh %D%/check.sh

PG_FLAGS =

.PHONY: check-pg
check-pg: all tests/stage.stamp
	. tests/stage.stamp; \
	WALARCH_BIN="$$stage_bindir" WALARCH_LIB="$$stage_libdir" \
	    bash '$(srcdir)/%D%/run' $(PG_FLAGS)
