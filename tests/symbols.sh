#!/bin/sh
# symbols.sh - what the library exports is what walarch.h promises, no less and
# no more.
# shellcheck disable=SC2317 # functions are called by check
. "${TOP_SRCDIR:-$(dirname "$0")/..}/tests/lib.sh"

: "${NM:=nm}"

tr '\n' ' ' <"$TOP_SRCDIR/libwalarch/walarch.h" |
    grep -o 'WA_API [^(;]*[ *]wa_[a-z0-9_]*(' |
    sed 's/.*[ *]\(wa_[a-z0-9_]*\)($/\1/' | sort >"$T/header"
sed -n '/global:/,/local:/s/^[	 ]*\([a-z0-9_]*\);$/\1/p' \
    "$TOP_SRCDIR/libwalarch/libwalarch.map" | sort >"$T/map"
# shellcheck disable=SC2086 # it may have options
$NM -D --defined-only "$TOP_BUILDDIR/.libs/libwalarch.so" |
    awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort >"$T/library"

# A new WA_API line must not slip through the patterns above.
as_many()
{
	[ "$(grep -c '^WA_API' "$TOP_SRCDIR/libwalarch/walarch.h")" -eq \
	    "$(wc -l <"$T/header")" ]
}

check "walarch.h has functions" test -s "$T/header"
check "each WA_API is a function" as_many
check "the map names what walarch.h declares" diff "$T/header" "$T/map"
check "the library exports what the map names" diff "$T/map" "$T/library"

finish
