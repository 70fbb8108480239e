/*
 * floor.c - the least a push can cost: map the file, compress it with zstd -1
 * and a checksum, write, fsync, link, fsync the folder.  It checks nothing.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

static int
pack(int to, const char *data, size_t size)
{
	static char buffer[1 << 17];
	ZSTD_CCtx *context = ZSTD_createCCtx();
	ZSTD_inBuffer in = { data, size, 0 };
	size_t left;

	(void)ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 1);
	(void)ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
	(void)ZSTD_CCtx_setPledgedSrcSize(context, size);
	do {
		ZSTD_outBuffer out = { buffer, sizeof(buffer), 0 };

		left = ZSTD_compressStream2(context, &out, &in, ZSTD_e_end);
		if (ZSTD_isError(left) ||
		    write(to, buffer, out.pos) != (ssize_t)out.pos)
			return -1;
	} while (left > 0);
	return 0;
}

int
main(int argc, char **argv)
{
	char temporary[4096], final[4096];
	struct stat st;
	int from, to, folder;
	char *data;

	if (argc != 4)
		return 64;
	(void)snprintf(
	    temporary, sizeof(temporary), "%s/.%s", argv[2], argv[3]);
	(void)snprintf(final, sizeof(final), "%s/%s", argv[2], argv[3]);
	from = open(argv[1], O_RDONLY);
	to = open(temporary, O_WRONLY | O_CREAT | O_EXCL, 0600);
	folder = open(argv[2], O_RDONLY | O_DIRECTORY);
	if (from < 0 || to < 0 || folder < 0 || fstat(from, &st) < 0)
		return 1;
	data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, from, 0);
	if (data == MAP_FAILED || pack(to, data, (size_t)st.st_size) < 0 ||
	    fsync(to) < 0 || link(temporary, final) < 0 ||
	    unlink(temporary) < 0 || fsync(folder) < 0)
		return 1;
	return 0;
}
