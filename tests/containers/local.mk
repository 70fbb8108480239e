# Scenarios in containers of contrib/container's image: make check-containers,
# and with CONTAINERS_FLAGS='--unshare smoke' some of them only.
EXTRA_DIST += %D%/run %D%/scenarios %D%/lib.sh %D%/image %D%/cli-podman \
	%D%/image-unshare %D%/cli-unshare %D%/unshare.sh %D%/unshare-box \
	%D%/smoke.sh %D%/docker %D%/docker_async.sh \
	%D%/docker_basebackup.sh %D%/docker_basebackup_pitr.sh \
	%D%/docker_compose.sh %D%/docker_scripts.sh %D%/docker_walarch.sh \
	%D%/kubernetes %D%/plain %D%/plain_backup.sh %D%/plain_branch.sh \
	%D%/plain_lock.sh %D%/plain_pitr.sh %D%/plain_restore.sh \
	%D%/plain_secrets.sh %D%/plain_start.sh %D%/plain_user.sh %D%/plain_variables.sh \
	%D%/plain_volumes.sh %D%/repo %D%/repo_alias.sh %D%/repo_async.sh \
	%D%/repo_command.sh %D%/repo_damage.sh %D%/repo_delta.sh \
	%D%/repo_enable.sh %D%/repo_override.sh %D%/repo_pitr.sh \
	%D%/repo_restore.sh %D%/repo_stop.sh %D%/wal_archive.sh \
	%D%/wal_tail.sh

CONTAINERS_FLAGS =

.PHONY: check-containers
check-containers: all tests/stage.stamp
	. tests/stage.stamp; WALARCH_STAGE="$$stage_prefix" \
	    bash '$(srcdir)/%D%/run' $(CONTAINERS_FLAGS)
