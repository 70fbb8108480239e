/* stub.c - the least a program on libc alone can do that looks at one file. */
#include <sys/stat.h>

int
main(int argc, char **argv)
{
	struct stat st;

	return argc == 2 && stat(argv[1], &st) == 0 ? 0 : 1;
}
