# Scenarios in containers of contrib/container's image: make check-containers,
# and with CONTAINERS_FLAGS='--unshare smoke' some of them only.
EXTRA_DIST += %D%/run %D%/scenarios %D%/lib.sh %D%/image %D%/cli-podman \
	%D%/image-unshare %D%/cli-unshare %D%/unshare.sh %D%/unshare-box \
	%D%/smoke.sh

CONTAINERS_FLAGS =

.PHONY: check-containers
check-containers: all tests/stage.stamp
	. tests/stage.stamp; WALARCH_STAGE="$$stage_prefix" \
	    bash '$(srcdir)/%D%/run' $(CONTAINERS_FLAGS)
