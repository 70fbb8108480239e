EXTRA_DIST += %D%/check %D%/quickstart %D%/monitoring/README \
	%D%/monitoring/nagios.cfg %D%/monitoring/walarch-textfile \
	%D%/monitoring/walarch-textfile@.service \
	%D%/monitoring/walarch-textfile@.timer \
	%D%/monitoring/walarch.rules.yml

EXTRA_DIST += .dockerignore %D%/container/Containerfile \
	%D%/container/entrypoint %D%/container/ready %D%/container/live \
	%D%/container/archiving.sh %D%/container/backup.sh \
	%D%/container/basebackup-restore.sh %D%/container/cluster.sh \
	%D%/container/command.sh %D%/container/datadir.sh \
	%D%/container/lib.sh %D%/container/postgres.sh \
	%D%/container/restore.sh %D%/container/secrets.sh \
	%D%/container/settings.sh

EXTRA_DIST += %D%/README.md %D%/docker %D%/kubernetes
