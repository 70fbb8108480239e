# Scenarios in containers of contrib/container's image: make check-containers,
# and with CONTAINERS_FLAGS='--unshare smoke' some of them only.
EXTRA_DIST += %D%/run %D%/scenarios %D%/lib.sh %D%/image %D%/cli-podman \
	%D%/image-unshare %D%/cli-unshare %D%/unshare.sh %D%/unshare-box \
	%D%/smoke.sh %D%/docker %D%/docker_async.sh \
	%D%/docker_basebackup.sh %D%/docker_basebackup_pitr.sh \
	%D%/docker_compose.sh %D%/docker_scripts.sh %D%/docker_walarch.sh \
	%D%/kubernetes

CONTAINERS_FLAGS =

.PHONY: check-containers
check-containers: all tests/stage.stamp
	. tests/stage.stamp; WALARCH_STAGE="$$stage_prefix" \
	    bash '$(srcdir)/%D%/run' $(CONTAINERS_FLAGS)
