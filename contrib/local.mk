EXTRA_DIST += %D%/check %D%/quickstart %D%/monitoring/README \
	%D%/monitoring/nagios.cfg %D%/monitoring/walarch-textfile \
	%D%/monitoring/walarch-textfile@.service \
	%D%/monitoring/walarch-textfile@.timer \
	%D%/monitoring/walarch.rules.yml
