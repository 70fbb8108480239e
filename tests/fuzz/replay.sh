#!/bin/sh
# replay.sh - the targets of libFuzzer take their corpus, and a few changes of
# each of its files, without failing.
# shellcheck disable=SC2317 # functions are called by check
. "${TOP_SRCDIR:-$(dirname "$0")/../..}/tests/lib.sh"

changes=20
[ -z "${WALARCH_LONG:-}" ] || changes=2000

for corpus in "$TOP_SRCDIR"/tests/fuzz/corpus/*/; do
	target=$(basename "$corpus")
	check "$target takes its corpus" \
	    "$TOP_BUILDDIR/tests/fuzz/$target" "$corpus" "$changes"
done

every_target_has_a_corpus()
{
	for source in "$TOP_SRCDIR"/tests/fuzz/*.c; do
		grep -q '^LLVMFuzzerTestOneInput' "$source" || continue
		[ -d "$TOP_SRCDIR/tests/fuzz/corpus/$(basename "$source" .c)" ] ||
			return 1
	done
}
check "every target has a corpus" every_target_has_a_corpus

finish
