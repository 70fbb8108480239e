EXTRA_DIST += %D%/check %D%/quickstart
