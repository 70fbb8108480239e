dist_man_MANS += %D%/libwalarch.3 %D%/walarch.1 %D%/walarch.7 \
	%D%/walarch-archive-library.7 %D%/walarch-backup.1 \
	%D%/walarch-check.1 %D%/walarch-expire.1 \
	%D%/walarch-find.1 %D%/walarch-get.1 %D%/walarch-info.1 \
	%D%/walarch-init.1 %D%/walarch-push.1 %D%/walarch-repository.5 \
	%D%/walarch-restore.1 %D%/walarch-verify.1 %D%/walarch.conf.5
