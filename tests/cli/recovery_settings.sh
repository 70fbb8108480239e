#!/bin/bash
# recovery_settings.sh - what walarch-restore tells a restored server, as text.
# shellcheck disable=SC2001,SC2012,SC2016
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@"
# shellcheck source=tests/cli/lib.sh
. "${0%/*}/lib.sh"

PARTS=$TOP_BUILDDIR/tests/tools/restoreparts
D=$T/data

fresh() {
	rm -rf "$D"
	mkdir "$D"
	chmod "${1:-700}" "$D"
}

# said_by ARGUMENT... - write, and keep what stands there in $lines, without
# comments and with "; " between.
lines=
said_by() {
	run "$PARTS" settings "$D" "set=repo1-path=/repo" "$@"
	lines=$(cat "$D"/recovery.conf "$D"/postgresql.auto.conf 2>/dev/null |
		sed '/^#/d' | tr '\n' ';')
	lines=${lines%;} lines=${lines//;/; }
}

command="restore_command = '/usr/bin/walarch-get --repo1-path=/repo"
command="$command --stanza=db %f \"%p\"'"

# Each type, on a major without and one with signal files: what stands there
# but for restore_command, and the files.
empty='recovery_target_time recovery_target_xid recovery_target_lsn
recovery_target_name'
while IFS='|' read -r version arguments wanted; do
	fresh
	IFS=, read -ra list <<<"$arguments"
	said_by "version=$version" "${list[@]}"
	got=${lines/"$command"/CMD}
	# Those that are emptied come first; their number says enough here.
	emptied=$(grep -o "= ''" <<<"$got" | wc -l)
	got=$(sed "s/recovery_target[a-z_]* = ''; //g" <<<"$got")
	files=$(cd "$D" && echo ./*)
	is "$version $arguments" "$status $emptied $got ($files)" "0 $wanted"
done <<'END'
10|type=default|0 CMD (./recovery.conf)
11|type=default,timeline=latest|0 CMD; recovery_target_timeline = 'latest' (./recovery.conf)
11|type=default,timeline=current|0 CMD (./recovery.conf)
11|type=default,timeline=7|0 CMD; recovery_target_timeline = '7' (./recovery.conf)
906|type=xid,target=12|0 CMD; recovery_target_xid = '12'; recovery_target_inclusive = 'true'; recovery_target_action = 'pause' (./recovery.conf)
10|type=lsn,target=A/FF,exclusive=1,action=shutdown|0 CMD; recovery_target_lsn = 'A/FF'; recovery_target_inclusive = 'false'; recovery_target_action = 'shutdown' (./recovery.conf)
11|type=immediate|0 CMD; recovery_target = 'immediate'; recovery_target_action = 'pause' (./recovery.conf)
11|kind=standby,timeline=latest|0 CMD; recovery_target_timeline = 'latest'; standby_mode = 'on' (./recovery.conf)
11|type=default,risky=1|0 CMD (./recovery.conf)
11|kind=none|0  (./*)
11|kind=preserve|0  (./*)
12|type=default|5 CMD; recovery_target_timeline = 'latest' (./postgresql.auto.conf ./recovery.signal)
12|type=default,timeline=current|5 CMD; recovery_target_timeline = 'current' (./postgresql.auto.conf ./recovery.signal)
15|type=default,timeline=0x1f|5 CMD; recovery_target_timeline = '31' (./postgresql.auto.conf ./recovery.signal)
13|type=immediate,action=promote|4 CMD; recovery_target = 'immediate'; recovery_target_action = 'promote'; recovery_target_timeline = 'latest' (./postgresql.auto.conf ./recovery.signal)
13|type=time,target=2026-11-21 03:15:00.123456+01|4 CMD; recovery_target_time = '2026-11-21 02:15:00.123456+00'; recovery_target_inclusive = 'true'; recovery_target_action = 'pause'; recovery_target_timeline = 'latest' (./postgresql.auto.conf ./recovery.signal)
13|type=time,target=1999-12-31 23:59:59Z,exclusive=1|4 CMD; recovery_target_time = '1999-12-31 23:59:59.000000+00'; recovery_target_inclusive = 'false'; recovery_target_action = 'pause'; recovery_target_timeline = 'latest' (./postgresql.auto.conf ./recovery.signal)
17|type=xid,target=4294967295|4 CMD; recovery_target_xid = '4294967295'; recovery_target_inclusive = 'true'; recovery_target_action = 'pause'; recovery_target_timeline = 'latest' (./postgresql.auto.conf ./recovery.signal)
18|type=lsn,target=1A/FF000028|4 CMD; recovery_target_lsn = '1A/FF000028'; recovery_target_inclusive = 'true'; recovery_target_action = 'pause'; recovery_target_timeline = 'latest' (./postgresql.auto.conf ./recovery.signal)
18|type=name,target=it's a \d ü %f|4 CMD; recovery_target_name = 'it''s a \\d ü %f'; recovery_target_action = 'pause'; recovery_target_timeline = 'latest' (./postgresql.auto.conf ./recovery.signal)
14|type=default,risky=1|5 CMD; recovery_target_timeline = 'latest' (./postgresql.auto.conf ./recovery.signal)
15|type=default,risky=1|5 CMD; recovery_target_timeline = 'latest'; recovery_prefetch = 'off' (./postgresql.auto.conf ./recovery.signal)
15|type=default,archive-off=1|5 CMD; recovery_target_timeline = 'latest'; archive_mode = 'off' (./postgresql.auto.conf ./recovery.signal)
15|kind=standby|5 CMD; recovery_target_timeline = 'latest' (./postgresql.auto.conf ./standby.signal)
15|kind=none|0  (./*)
15|kind=preserve|0  (./*)
15|kind=none,archive-off=1|0 archive_mode = 'off' (./postgresql.auto.conf)
15|type=default,options=recovery-min-apply-delay=5min|5 CMD; recovery_target_timeline = 'latest'; recovery_min_apply_delay = '5min' (./postgresql.auto.conf ./recovery.signal)
15|type=default,options=restore-command=cp x|5 restore_command = 'cp x'; recovery_target_timeline = 'latest' (./postgresql.auto.conf ./recovery.signal)
11|type=default,options=Recovery-Target-Action=promote|0 CMD; Recovery_Target_Action = 'promote' (./recovery.conf)
END

fresh
said_by version=15 type=xid target=5
for name in $empty; do
	[ "$name" = recovery_target_xid ] ||
		assert "$name is emptied before the target is set" \
			grep -qz "$name = ''.*recovery_target_xid = '5'" \
			"$D/postgresql.auto.conf"
done
said_by version=15 type=default \
	options=$'primary_conninfo=host=a\nprimary-slot-name=b\n'
assert 'options go on several lines' grep -qz \
	"primary_conninfo = 'host=a'.primary_slot_name = 'b'" \
	"$D/postgresql.auto.conf"

# The command, quoted for a shell, for its percent signs, and for PostgreSQL.
fresh
said_by version=15 "set=repo1-path=/a b/it's 100% ü\\" set=stanza=main \
	set=archive-timeout=5m set=config=/etc/x.conf 'get=/opt/w a/walarch-get'
want="'/opt/w a/walarch-get' --config=/etc/x.conf"
want="$want --repo1-path='/a b/it'\\''s 100%% ü\\' --stanza=main"
want="$want --archive-timeout=5m %f \"%p\""
want=${want//\\/\\\\} want=${want//\'/\'\'}
is 'what has to be quoted is' "${lines%%; recovery_target_timeline*}" \
	"$(sed "s/; restore_command.*//" <<<"$lines"); restore_command = '$want'"
cd "$T" || exit 99
said_by version=11 set=config=x.conf
assert 'a relative configuration file is made absolute' \
	grep -q -- "--config=$T/x.conf " "$D/recovery.conf"

# What an earlier restore has left.
fresh
cat >"$D/postgresql.auto.conf" <<'END'
# Do not edit this file manually!
work_mem = '5MB'
restore_command = 'cp /a/%f %p'
  RECOVERY_TARGET_XID='12'
recovery_target_action = 'promote'
recovery_targets.mine = 'stays'
archive_mode = 'on'
END
printf "recovery_target = 'immediate'" >>"$D/postgresql.auto.conf"
touch "$D/standby.signal"
said_by version=15 type=time target='2026-11-21 00:00:00Z' archive-off=1
when='20[0-9-]*T[0-9:]*Z'
for line in "restore_command = 'cp /a/%f %p'" "  RECOVERY_TARGET_XID='12'" \
	"recovery_target_action = 'promote'" "archive_mode = 'on'" \
	"recovery_target = 'immediate'"; do
	assert "\"$line\" has become a comment" grep -qx \
		"# Removed by walarch-restore on $when: $line" \
		"$D/postgresql.auto.conf"
done
is 'the others have not' "${lines%%; recovery_target =*}" \
	"work_mem = '5MB'; recovery_targets.mine = 'stays'"
is 'the signal is the new one' "$(cd "$D" && echo ./*)" \
	'./postgresql.auto.conf ./recovery.signal'
said_by version=15 type=default
is 'once more: nothing stands there twice' \
	"$(sed '/^#/d;s/ =.*//' "$D/postgresql.auto.conf" | sort | uniq -d)" ''
cp "$D/postgresql.auto.conf" "$T/before"
said_by version=15 kind=none
assert 'none leaves it' cmp "$D/postgresql.auto.conf" "$T/before"
is 'and no signal' "$(cd "$D" && echo ./*)" ./postgresql.auto.conf
touch "$D/standby.signal"
said_by version=15 kind=preserve archive-off=1
is 'preserve keeps the signal' "$(cd "$D" && echo ./*)" \
	'./postgresql.auto.conf ./standby.signal'
rest() {
	grep -Ev "archive_mode = 'off'|Written by" "$1"
}
is 'and all lines' "$(rest "$D/postgresql.auto.conf")" "$(rest "$T/before")"

fresh
echo "primary_conninfo = 'host=old'" >"$D/recovery.conf"
said_by version=11 kind=preserve
is 'preserve keeps recovery.conf' "$lines" "primary_conninfo = 'host=old'"
said_by version=11 type=default
is 'else it is replaced' "$lines" "$command"
said_by version=11 kind=none
is 'or removed' "$(ls -A "$D")" ''

# Modes, and links.
for mode in 700:600 750:640; do
	fresh "${mode%:*}"
	said_by version=15 type=default
	is "in a folder of mode ${mode%:*}" \
		"$(cd "$D" && stat -c %a ./* | sort -u)" "${mode#*:}"
done
fresh
ln -s "$T/elsewhere" "$D/recovery.signal"
ln -s "$T/elsewhere" "$D/postgresql.auto.conf.tmp"
said_by version=15 type=default
is 'links are not followed' "$status $(ls "$T/elsewhere" 2>&1 | wc -l) $(
	find "$D" -type l)" '0 1 '
rm "$D/postgresql.auto.conf"
ln -s "$T/elsewhere" "$D/postgresql.auto.conf"
check 'nor read through' 1 'could not open "postgresql.auto.conf"' -- \
	"$PARTS" settings "$D" set=repo1-path=/repo

# What is refused, before anything changes.
fresh
while IFS='|' read -r what arguments message; do
	IFS=, read -ra list <<<"$arguments"
	said_by "${list[@]}"
	said "$what" 1 "error 4: .*$message"
	is "$what: nothing is written" "$(ls -A "$D")" ''
done <<'END'
archive-mode off before 12|version=11,archive-off=1|PostgreSQL 11 cannot .* not to archive
a position before 10|version=906,type=lsn,target=0/1|recover to a position|
an action there is not|type=immediate,action=pulse|"pulse" is nothing
an option that is none|options=foo|no "NAME=VALUE"
an option without a name|options==x|"" is no name of a setting
an option with a bad name|options=a b=x|"a b" is no name
a name that begins with a digit|options=9a=x|"9a" is no name
a target as an option|options=recovery-target-xid=5|"recovery_target_xid" is no recovery option
the target as an option|options=recovery_target=immediate|is no recovery option
END
said_by version=15 "set=repo1-path=/a"$'\n'b
said 'a newline' 1 'has a newline'
said_by version=15 check=1
is 'to look writes nothing' "$status $(ls -A "$D")" '0 '
finish
