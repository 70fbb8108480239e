/*
 * versus.c - time commands side by side: round after round, each once, so
 * that what slows the machine down meets them all.
 *
 *   versus [-ls] [-n ROUNDS] [-w WARM-UP] FILE... < TABLE
 *
 * A line of TABLE is "name | shell commands to prepare, untimed | command".
 * Each round takes the next FILE; %p stands for its path, %f for its name.
 * Printed: medians of wall time and processor time, the peak memory, and
 * both times relative to the first line's.  With -l, of the wall time the
 * median and the 99th percentile.  With -s the command is sh's, as PostgreSQL's
 * are.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_LINES 16
#define MAX_ROUNDS 1000
#define MAX_WORDS 64

struct line {
	char text[2048];
	const char *name, *prepare, *command;
	double wall[MAX_ROUNDS], cpu[MAX_ROUNDS];
	long peak_kb;
};

static struct line lines[MAX_LINES];
static int count;
static int through_sh;

static char *
trim(char *text)
{
	size_t n;

	text += strspn(text, " \t");
	for (n = strlen(text); n > 0 && strchr(" \t\n", text[n - 1]); n--)
		text[n - 1] = '\0';
	return text;
}

static int
read_table(void)
{
	while (count < MAX_LINES &&
	    fgets(lines[count].text, sizeof(lines[count].text), stdin) !=
		NULL) {
		struct line *l = &lines[count];
		char *rest = l->text;
		char *parts[3] = { NULL, NULL, NULL };
		int i;

		for (i = 0; i < 3 && rest != NULL; i++)
			parts[i] = trim(strsep(&rest, "|"));
		if (parts[2] == NULL)
			continue;
		l->name = parts[0];
		l->prepare = parts[1];
		l->command = parts[2];
		count++;
	}
	return count > 0;
}

static void
substitute(char *out, size_t size, const char *text, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t used = 0;

	for (; *text != '\0' && used + 1 < size; text++) {
		const char *with = NULL;

		if (text[0] == '%' && text[1] == 'p')
			with = path;
		if (text[0] == '%' && text[1] == 'f')
			with = slash == NULL ? path : slash + 1;
		if (with == NULL) {
			out[used++] = *text;
			continue;
		}
		used += (size_t)snprintf(out + used, size - used, "%s", with);
		text++;
	}
	out[used < size ? used : size - 1] = '\0';
}

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
execute(char *command)
{
	char *words[MAX_WORDS + 1], *word;
	int n = 0;

	if (through_sh)
		(void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	while (n < MAX_WORDS && (word = strsep(&command, " ")) != NULL)
		if (*word != '\0')
			words[n++] = word;
	words[n] = NULL;
	(void)execvp(words[0], words);
	_exit(127);
}

static int
run(struct line *l, const char *path, int round)
{
	char prepare[4096], command[4096];
	struct rusage used;
	double begin;
	int status;
	pid_t child;

	substitute(prepare, sizeof(prepare), l->prepare, path);
	substitute(command, sizeof(command), l->command, path);
	if (*prepare != '\0' && system(prepare) != 0)
		return -1;
	begin = now();
	child = fork();
	if (child == 0)
		execute(command);
	if (wait4(child, &status, 0, &used) < 0 || status != 0) {
		(void)fprintf(stderr, "versus: failed: %s\n", command);
		return -1;
	}
	if (round < 0)
		return 0;
	l->wall[round] = now() - begin;
	l->cpu[round] =
	    (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e3 +
	    (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e3;
	if (used.ru_maxrss > l->peak_kb)
		l->peak_kb = used.ru_maxrss;
	return 0;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
median(double *values, int n)
{
	qsort(values, (size_t)n, sizeof(*values), by_value);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static void
report(int rounds)
{
	double wall0 = 0, cpu0 = 0;
	int i;

	(void)printf("%-34s %9s %9s %9s %7s %7s\n", "", "wall ms", "cpu ms",
	    "peak MiB", "wall", "cpu");
	for (i = 0; i < count; i++) {
		double wall = median(lines[i].wall, rounds);
		double cpu = median(lines[i].cpu, rounds);

		if (i == 0) {
			wall0 = wall;
			cpu0 = cpu;
		}
		(void)printf("%-34s %9.2f %9.2f %9.1f %7.2f %7.2f\n",
		    lines[i].name, wall, cpu, (double)lines[i].peak_kb / 1024,
		    wall / wall0, cpu0 > 0 ? cpu / cpu0 : 0);
	}
}

/* The values are in order. */
static double
percentile(const double *values, int n, int percent)
{
	int i = (n * percent + 99) / 100 - 1;

	return values[i < 0 ? 0 : i];
}

static void
report_latency(int rounds)
{
	double wall0 = 0, last0 = 0;
	int i;

	(void)printf("%-34s %9s %9s %9s %7s %7s\n", "", "median ms", "p99 ms",
	    "least ms", "median", "p99");
	for (i = 0; i < count; i++) {
		double wall = median(lines[i].wall, rounds);
		double last = percentile(lines[i].wall, rounds, 99);

		if (i == 0) {
			wall0 = wall;
			last0 = last;
		}
		(void)printf("%-34s %9.2f %9.2f %9.2f %7.2f %7.2f\n",
		    lines[i].name, wall, last, lines[i].wall[0], wall / wall0,
		    last / last0);
	}
}

int
main(int argc, char **argv)
{
	int rounds = 20, warm = 2, latency = 0, option, round, i, files;

	while ((option = getopt(argc, argv, "lsn:w:")) != -1) {
		latency |= option == 'l';
		through_sh |= option == 's';
		if (option == 'n')
			rounds = atoi(optarg);
		if (option == 'w')
			warm = atoi(optarg);
	}
	files = argc - optind;
	if (files < 1 || rounds < 1 || rounds > MAX_ROUNDS || !read_table())
		return 64;
	for (round = -warm; round < rounds; round++)
		for (i = 0; i < count; i++)
			if (run(&lines[i],
				argv[optind + (round + warm) % files],
				round) < 0)
				return 1;
	if (latency)
		report_latency(rounds);
	else
		report(rounds);
	return 0;
}
