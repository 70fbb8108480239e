#!/bin/bash
# settings.sh - configuration: where values come from, and what is refused.
# shellcheck disable=SC2016,SC2119,SC2317
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

unset WALARCH_CONFIG
cd "$T" || exit 99
file=$T/walarch.conf

# takes NAME WANTED COMMAND... - which repository does it try to open?
takes() {
	local name=$1 want=$2

	shift 2
	check "$name" 1 "could not open repository \"$want\"" -- "$@"
}

config() {
	printf '%b' "$1" >"$file"
	chmod 640 "$file"
}

info=(walarch-info --config="$file")
config '[global]\nrepo1-path=/by/file\n'
takes 'the file' /by/file "${info[@]}"
takes 'the environment wins over the file' /by/env \
	env WALARCH_REPO1_PATH=/by/env "${info[@]}"
takes 'the command line wins over the environment' /by/line \
	env WALARCH_REPO1_PATH=/by/env "${info[@]}" --repo1-path=/by/line
takes 'the file may be named by the environment' /by/file \
	env WALARCH_CONFIG="$file" walarch-info
takes 'without the 1, in the environment' /by/env \
	env WALARCH_REPO_PATH=/by/env "${info[@]}"
takes 'without the 1, on the command line' /by/line \
	"${info[@]}" --repo-path=/by/line
config '[global]\nrepo-path=/by/file\n'
takes 'without the 1, in the file' /by/file "${info[@]}"
config '[global]\nrepo1-path=/g\n[db]\nrepo1-path=/s\n[global:info]\nrepo1-path=/gc\n[db:info]\nrepo1-path=/sc\n'
takes '[STANZA:command] wins in the file' /sc "${info[@]}"
takes 'for this command only' /s \
	walarch-push --config="$file" x
takes 'and this stanza only' /gc "${info[@]}" --stanza=other
takes 'then [global]' /g walarch-push --stanza=other --config="$file" x
config '[db:info]\nrepo1-path=/sc\n[global:info]\nrepo1-path=/gc\n[db]\nrepo1-path=/s\n[global]\nrepo1-path=/g\n'
takes 'whatever their order in the file' /sc "${info[@]}"
config '[global]\nrepo1-path=/g\nstanza=two\n[two]\nrepo1-path=/two\n'
takes 'the stanza may be named in [global]' /two "${info[@]}"
takes 'and on the command line otherwise' /g "${info[@]}" --stanza=db
config '[global]\nrepo1-path=/g\n[global:archive-push]\nrepo1-path=/p\n'
takes "pgBackRest's names of commands are known" /p \
	walarch-push --config="$file" x
takes 'and are not those of others' /g "${info[@]}"
config '# a comment\n; another\n\n[global]\n  \nrepo1-path = /a b/c  \n'
takes 'comments, empty lines and blanks' '/a b/c' "${info[@]}"
config '\357\273\277[global]\nrepo1-path=/bom\n'
takes 'a byte order mark' /bom "${info[@]}"
config '[global]\r\nrepo1-path=/crlf\r\n'
takes 'lines as Windows ends them' /crlf "${info[@]}"
config ''
takes 'an empty file' /var/lib/walarch "${info[@]}"
config '[global]\nrepo1-path=/no/newline'
takes 'a file that does not end in a newline' /no/newline "${info[@]}"

# What is wrong is told, with where and what instead.
bad() {
	local name=$1 text=$2

	shift 2
	config "$text"
	check "$name" 1 "configuration file \"$file\": " "$@" -- "${info[@]}"
	check "$name, to walarch-push" 1 "$@" -- walarch-push \
		--config="$file" x
	check "$name, to walarch-get" 255 "$@" -- walarch-get \
		--config="$file" "$(name 1)" "$T/never"
}
bad 'an unknown setting' '[global]\nrepo1-pth=/x\n' 'line 2' \
	'unknown setting "repo1-pth"' 'hint: Perhaps you meant "repo1-path"'
bad 'an unknown setting of another stanza' '[other]\ncompres-type=zstd\n' \
	'unknown setting "compres-type"' 'meant "compress-type"'
bad 'an unknown setting of another command' '[db:check]\npg1-prt=5\n' \
	'"pg1-prt"' 'meant "pg1-port"'
bad 'a value of the wrong kind' '[global]\ncompress-type=gzip\n' 'line 2' \
	'invalid value for setting "compress-type": "gzip"' \
	'hint: It takes one of zstd.lz4.none'
bad 'a number out of range' '[global]\ncompress-level=23\n' '"23"' \
	'a number from 0 to 22'
bad 'a number that is none' '[global]\npg1-port=x\n' 'from 1 to 65535'
bad 'a time that is none' '[global]\narchive-timeout=1 week\n' \
	'a time such as 60s, 5m or 500ms'
bad 'a time of more than a day' '[global]\narchive-timeout=2d\n' 'at most a day'
bad 'a negative time' '[global]\narchive-timeout=-1\n' 'a time such as'
bad 'an empty path' '[global]\nrepo1-path=\n' 'a path that begins with "/"'
bad 'a relative path' '[global]\nrepo1-path=x/y\n' '"x/y"' \
	'a path that begins with "/"'
bad 'a stanza with a slash' '[global]\nstanza=a/b\n' '"a/b"' 'up to 64 letters'
bad 'a stanza that hides' '[global]\nstanza=.a\n' 'up to 64 letters'
bad 'a stanza of 65 letters' "[global]\nstanza=$(printf 'a%.0s' {1..65})\n" \
	'up to 64 letters'
bad 'a setting before the first section' 'repo1-path=/x\n' \
	'before the first section' 'Begin with a line'
bad 'a section of no command' '[db:pusch]\nrepo1-path=/x\n' \
	'"\[db:pusch\]" names no command'
bad 'a setting twice' '[global]\nstanza=a\nstanza=b\n' 'line 3' 'given twice'
bad 'a setting twice, once without the 1' \
	'[global]\nrepo-path=/a\nrepo1-path=/b\n' 'given twice'
bad 'config in the file' '[global]\nconfig=/x\n' 'cannot stand in the conf'
bad 'a line that is nothing' '[global]\nrubbish\n' \
	'line 2 is neither a section nor a setting' 'name=value'
bad 'a section that does not end' '[global\nstanza=a\n' 'line 1'
bad 'a NUL byte' '[global]\nstanza=a\0b\n' 'NUL byte'
bad 'a line of 300 characters' "[global]\nrepo1-path=/$(printf 'a%.0s' \
	{1..300})\n" 'line 2 is longer than'
config '[global]\n'
chmod 666 "$file"
for who in o+w a+rwx; do
	chmod $who "$file"
	check "a file that everybody may write to ($who)" 1 \
		'everybody may write to it .mode 0' 'hint: Use "chmod o-w"' -- \
		"${info[@]}"
	check "also to walarch-get ($who)" 255 'everybody may write' -- \
		walarch-get --config="$file" "$(name 1)" "$T/never"
done
chmod 640 "$file"
for what in /no/where "$T" /dev/null /dev/zero; do
	check "$what as the configuration" 1 'configuration file' -- \
		walarch-info --config="$what"
done
mkfifo "$T/fifo"
chmod 600 "$T/fifo"
check 'a fifo as the configuration does not block' 1 'not a regular file' -- \
	timeout 5 walarch-info --config="$T/fifo"
ln -s loop "$T/loop"
check 'a symbolic link to itself' 1 'Too many levels' -- \
	walarch-info --config="$T/loop"
ln -s walarch.conf "$T/link"
config '[global]\nrepo1-path=/linked\n'
takes 'a symbolic link to a file' /linked walarch-info --config="$T/link"
(printf '[global]\n'; yes '# comment' | head -c 1500000) >"$file"
check 'a file of more than a megabyte' 1 'larger than 1048576 bytes' -- \
	"${info[@]}"
config '[global]\n'
chmod 000 "$file"
check 'an unreadable file' 1 \
	"could not open configuration file \"$file\": Permission denied" -- \
	as_user "${info[@]}"
check 'an unreadable file, to walarch-get' 255 'Permission denied' -- \
	as_user walarch-get --config="$file" "$(name 1)" "$T/never"
chmod 640 "$file"

# The environment.
check 'a mistyped variable, to walarch-info' 1 \
	'in the environment: unknown setting "repo1-pth"' \
	'meant "repo1-path"' -- env WALARCH_REPO1_PTH=/x "${info[@]}"
check 'a mistyped variable, to walarch-push' 1 \
	'in the environment: unknown setting "repo1-pth"' \
	'meant "repo1-path"' -- env WALARCH_REPO1_PTH=/x walarch-push x
check 'a mistyped variable' 255 'unknown setting "repo1-pat"' -- \
	env WALARCH_REPO1_PAT=/x walarch-get "$(name 1)" "$T/never"
check 'a variable with a value of the wrong kind' 1 \
	'in the environment: invalid value for setting "compress-level": "x"' -- \
	env WALARCH_COMPRESS_LEVEL=x walarch-push x
check 'an empty variable' 1 'in the environment: invalid value' -- \
	env WALARCH_REPO1_PATH= walarch-push x
takes "another program's variable does not matter" /by/env env \
	WALARCH_OPERATOR_IMAGE=x WALARCH_REPO1_PATH=/by/env "${info[@]}"

# The command line.
check 'a setting the program does not take' 1 'unknown option "--pg1-port"' '!geheim' -- \
	walarch-push --pg1-port=geheim x
check 'a value for an option without one' 1 \
	'option "--dry-run" takes no value' '!geheim' -- \
	walarch-expire --dry-run=geheim
check 'a value of the wrong kind on the command line' 1 \
	'invalid value for setting "compress-type": "gzip"' 'one of zstd' -- \
	walarch-push --compress-type=gzip x
check 'the last of two on the command line counts' 1 '"/two"' -- \
	walarch-push --repo1-path=/one --repo1-path=/two --config="$file" x
assert 'nothing was ever fetched' is_absent "$T/never"
finish
