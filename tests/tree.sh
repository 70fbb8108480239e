#!/bin/sh
# tree.sh - the rules the sources keep: which layer may include which, that
# calls to the system go through base/sys.c, and that everything is documented.
# shellcheck disable=SC2317 # functions are called by check
. "${TOP_SRCDIR:-$(dirname "$0")/..}/tests/lib.sh"

cd "$TOP_SRCDIR" || exit 99

# included FILE - what it includes in quotes.
included()
{
	sed -n 's/^[ 	]*#[ 	]*include[ 	]*"\([^"]*\)".*/\1/p' "$1"
}

# code FILE - without comments and the insides of strings, a line a line.
code()
{
	awk '{
		line = $0
		out = ""
		while (line != "") {
			if (inside) {
				end = index(line, "*/")
				if (end == 0)
					break
				line = substr(line, end + 2)
				inside = 0
			} else if (match(line, /"([^"\\]|\\.)*"|\/\*/) == 0) {
				out = out line
				break
			} else if (substr(line, RSTART, 2) == "/*") {
				out = out substr(line, 1, RSTART - 1)
				line = substr(line, RSTART + 2)
				inside = 1
			} else {
				out = out substr(line, 1, RSTART - 1) "\"\""
				line = substr(line, RSTART + RLENGTH)
			}
		}
		print out
	}' "$1"
}

# below LAYER - the layers it may include.
below()
{
	case $1 in
	base) echo "base" ;;
	pg) echo "base pg" ;;
	stream) echo "base stream" ;;
	storage) echo "base stream storage" ;;
	repo) echo "base pg stream storage repo" ;;
	esac
}

includes_point_down()
{
	wrong=0
	for file in libwalarch/"$1"/*.[ch]; do
		for name in $(included "$file"); do
			case $name in
			config.h | walarch.h) continue ;;
			esac
			case " $(below "$1") " in
			*" ${name%%/*} "*) [ -f "libwalarch/$name" ] &&
				continue ;;
			esac
			echo "$file includes \"$name\""
			wrong=1
		done
	done
	return "$wrong"
}

for layer in base pg stream storage repo; do
	check "$layer includes $(below $layer) only" includes_point_down $layer
done

layers_are_known()
{
	for folder in libwalarch/*/; do
		folder=${folder#libwalarch/}
		[ -n "$(below "${folder%/}")" ] || {
			echo "libwalarch/$folder is no layer"
			return 1
		}
	done
}
check "every folder of the library is a layer" layers_are_known

programs_use_the_api()
{
	wrong=0
	for file in bin/*.[ch]; do
		[ -f "$file" ] || continue
		for name in $(included "$file"); do
			case $name in
			config.h | walarch.h) continue ;;
			*/*) ;;
			*) [ -f "bin/$name" ] && continue ;;
			esac
			echo "$file includes \"$name\""
			wrong=1
		done
		grep -nE '#[ 	]*include[ 	]*<(zstd|lz4|xxhash|ini)' \
		    "$file" /dev/null && wrong=1
	done
	return "$wrong"
}
check "bin includes walarch.h and nothing else of the library" \
    programs_use_the_api

# calls WORDS FILE... - where one of the functions is called.
calls()
{
	words=$1
	shift
	for file in "$@"; do
		code "$file" |
		    grep -nE "(^|[^A-Za-z0-9_.>])($words)[ 	]*\\(" |
		    sed "s,^,$file:,"
	done
}

system="open|openat|openat2|creat|close|read|write|pread|pwrite|readv|writev"
system="$system|fsync|fdatasync|sync|syncfs|link|linkat|rename|renameat"
system="$system|renameat2|unlink|unlinkat|remove|mkdir|mkdirat|rmdir|symlink"
system="$system|stat|lstat|fstat|fstatat|access|faccessat|truncate|ftruncate"
system="$system|fallocate|posix_fallocate|fopen|fdopen|fread|fwrite|fclose"
system="$system|fgets|getline|opendir|fdopendir|readdir|closedir|scandir"
system="$system|malloc|calloc|realloc|reallocarray|free|strdup|strndup"
system="$system|asprintf|vasprintf|getrandom|time|gettimeofday"
system="$system|clock_gettime|mmap|munmap|sleep|usleep|nanosleep"

through_the_seam()
{
	set --
	for file in libwalarch/*/*.[ch]; do
		[ "$file" = libwalarch/base/sys.c ] || set -- "$@" "$file"
	done
	calls "$system" "$@" >"$T/calls"
	! grep -v '^libwalarch/base/sys\.h:' "$T/calls"
}
check "calls to the system go through base/sys.c" through_the_seam

finds_calls()
{
	printf '%s\n' 'int x = open("a");' '/* read(2) */ s->close(f);' \
	    '/* long' 'write() */ f("free(x)"); wa_sys_free(x); (*read)(x);' \
	    >"$T/x.c"
	[ "$(calls "$system" "$T/x.c")" = "$T/x.c:1:int x = open(\"\");" ]
}
check "and this test finds those that do not" finds_calls

keeps_to_itself()
{
	noise="printf|fprintf|vprintf|vfprintf|puts|fputs|putchar|perror"
	noise="$noise|exit|_exit|abort|assert|fork|vfork|system|popen|execv"
	noise="$noise|execve|execvp|execl|pthread_create|signal|sigaction"
	noise="$noise|raise|kill|setenv|putenv|chdir|umask|setlocale"
	calls "$noise" libwalarch/*/*.[ch] >"$T/calls"
	! grep . "$T/calls"
}
check "the library prints nothing, never exits, forks or takes signals" \
    keeps_to_itself

every_source_is_built()
{
	wrong=0
	for file in libwalarch/*/*.[ch]; do
		grep -qF "%D%/${file#libwalarch/}" libwalarch/local.mk || {
			echo "$file is not in libwalarch/local.mk"
			wrong=1
		}
	done
	return "$wrong"
}
check "every file of the library is in its local.mk" every_source_is_built

design_names_every_file()
{
	wrong=0
	for file in libwalarch/*/*.c; do
		stem=$(basename "$file" .c)
		grep -qw -- "$stem" libwalarch/DESIGN || {
			echo "libwalarch/DESIGN does not name $file"
			wrong=1
		}
	done
	return "$wrong"
}
check "DESIGN names every file of the library" design_names_every_file

settings_are_documented()
{
	sed -n 's/^	{ { "\([a-z0-9-]*\)",.*/\1/p' \
	    libwalarch/base/settings.c >"$T/settings"
	if [ ! -s "$T/settings" ] || [ ! -f man/walarch.conf.5 ]; then
		echo "there is no man/walarch.conf.5, or no setting"
		return 1
	fi
	sed 's/\\//g' man/walarch.conf.5 >"$T/conf.5"
	wrong=0
	while read -r name; do
		grep -qE "(^|[^a-z0-9-])$name([^a-z0-9-]|\$)" "$T/conf.5" || {
			echo "man/walarch.conf.5 does not tell of $name"
			wrong=1
		}
	done <"$T/settings"
	return "$wrong"
}
check "every setting is in walarch.conf(5)" settings_are_documented

programs_have_pages()
{
	wrong=0
	names=$(sed -e ':a' -e '/\\$/{N;s/\\\n//;ba' -e '}' bin/local.mk |
	    sed -n 's/^bin_PROGRAMS *+*= *//p')
	[ -n "$names" ] || {
		echo "bin/local.mk names no programs"
		return 1
	}
	for name in $names; do
		[ -f "man/$name.1" ] || {
			echo "there is no man/$name.1"
			wrong=1
		}
	done
	return "$wrong"
}
check "every program has a man page" programs_have_pages

finish
