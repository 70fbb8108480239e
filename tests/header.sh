#!/bin/sh
# header.sh - walarch.h stands alone, in C and in C++, and what it declares can
# be linked.
# shellcheck disable=SC2317 # functions are called by check
. "${TOP_SRCDIR:-$(dirname "$0")/..}/tests/lib.sh"

: "${CC:=cc}" "${CXX:=c++}" "${TEST_CFLAGS:=}"
include=$TOP_SRCDIR/libwalarch
strict="-pedantic -Wall -Wextra -Werror -fsyntax-only"

printf '#include <walarch.h>\nextern int end_of_file;\n' >"$T/alone.c"
cp "$T/alone.c" "$T/alone.cc"

# Nothing but the folder it is installed in is on the way.
mkdir "$T/include"
cp "$include/walarch.h" "$T/include"

# shellcheck disable=SC2086 # options are words
alone()
{
	for standard in c99 c11 gnu11; do
		check "walarch.h is $standard by $1" \
		    $1 -std=$standard $strict -I"$T/include" "$T/alone.c"
	done
	check "walarch.h has prototypes only by $1" $1 -std=c99 $strict \
	    -Wstrict-prototypes -I"$T/include" "$T/alone.c"
}

# shellcheck disable=SC2086
alone_in_cxx()
{
	for standard in c++11 c++17; do
		check "walarch.h is $standard by $1" \
		    $1 -std=$standard $strict -I"$T/include" "$T/alone.cc"
	done
}

alone "$CC"
command -v "${CXX%% *}" >/dev/null 2>&1 && alone_in_cxx "$CXX"
command -v clang >/dev/null 2>&1 && alone clang
command -v clang++ >/dev/null 2>&1 && alone_in_cxx clang++

cat >"$T/use.c" <<'END'
#include <stdio.h>
#include <string.h>
#include <walarch.h>

int
main(void)
{
	wa_error err = WA_ERROR_INIT;
	wa_config *cfg = NULL;
	char name[WA_SEGMENT_NAME_SIZE];

	if (wa_version_number() != WALARCH_VERSION_NUMBER)
		return 2;
	if (wa_config_new(&cfg, &err) < 0)
		return 3;
	if (wa_config_set(cfg, "no-such-setting", "", &err) != WA_EUSAGE ||
	    err.code != WA_EUSAGE || err.text[0] == '\0')
		return 4;
	wa_config_free(cfg);
	wa_segment_format(name, 1, 0xAFF, 1u << 24);
	if (strcmp(name, "000000010000000A000000FF") != 0)
		return 5;
	puts(WALARCH_VERSION);
	return 0;
}
END
cp "$T/use.c" "$T/use.cc"

# shellcheck disable=SC2086
linked()
{
	$1 $TEST_CFLAGS -I"$T/include" "$2" -o "$T/use" \
	    -L"$TOP_BUILDDIR/.libs" -lwalarch &&
	    LD_LIBRARY_PATH=$TOP_BUILDDIR/.libs "$T/use"
}

check "a C program links and runs" linked "$CC" "$T/use.c"
command -v "${CXX%% *}" >/dev/null 2>&1 &&
	check "a C++ program links and runs" linked "$CXX" "$T/use.cc"

version()
{
	text=$(sed -n 's/^#define WALARCH_VERSION[	 ]*"\(.*\)"/\1/p' \
	    "$include/walarch.h")
	number=$(awk '$2 == "WALARCH_VERSION_NUMBER" { print $3 }' \
	    "$include/walarch.h")
	[ "$(echo "$text" | awk -F. '{ print $1 * 10000 + $2 * 100 + $3 }')" \
	    = "$number" ] &&
	    grep -q "AC_INIT(\[walarch\], \[$text\]" \
	    "$TOP_SRCDIR/configure.ac"
}
check "the version is the same in text, in number and in configure.ac" version

finish
