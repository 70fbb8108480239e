/* get.c - walarch-get, as restore_command calls it. */
#include "config.h"

#include <unistd.h>

#include "front.h"
#include "standby.h"

#define PROGRAM "walarch-get"

int
main(int argc, char **argv)
{
	const char *path;

	if (front_version(PROGRAM, argc, argv))
		return 0;
	path = front_worker("walarch-get-worker");
	(void)execv(path, argv);
	front_complain(PROGRAM, path);
	return is_standby() ? 1 : 255;
}
