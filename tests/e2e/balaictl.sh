#!/bin/sh
# The administrator's command line against a real store: an office is made, worked, backed up, restored and verified. TAP.
top=$(cd "${SRCDIR:-.}" && pwd)
build=$(cd "${BUILDDIR:-.}" && pwd)
bin=$build/src
dir=$(mktemp -d "${TMPDIR:-/tmp}/balaictl.XXXXXX") || exit 1
store=
n=0
failed=0
umask 077

stop() {
	[ -n "$store" ] && kill "$store" 2> /dev/null && wait "$store" 2> /dev/null
	store=
}
trap 'stop; rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM

conf() {
	mkdir -p "$dir/$1/run"
	cat > "$dir/$1/balai.conf" <<C
office "Kabupaten Contoh"
regency 9901
zone Asia/Jakarta
dir $dir/$1/state
run $dir/$1/run
forms $top/forms
listen 127.0.0.1 2299
C
}

start() {
	"$bin/balai-store" -f "$dir/$1/balai.conf" 2> "$dir/$1/log" &
	store=$!
	i=0
	while ! grep -q ready "$dir/$1/log" && [ $i -lt 100 ]; do sleep 0.1; i=$((i + 1)); done
}

# ctl STATUS 'PATTERN' ARGUMENTS...: runs balaictl in office $office; its status and all it says are looked at
ctl() {
	want=$1 pattern=$2
	shift 2
	"$bin/balaictl" -f "$dir/$office/balai.conf" "$@" > "$dir/out" 2>&1
	got=$?
	n=$((n + 1))
	shown=$(echo "$*" | sed "s,$dir/,,g")
	if [ $got = "$want" ] && grep -q -e "$pattern" "$dir/out"; then
		echo "ok $n - $shown"
	else
		failed=1
		echo "not ok $n - $shown: status $got, expected $want and \"$pattern\""
		sed 's/^/# /' "$dir/out"
	fi
}

office=a
conf a
ctl 3 'does not answer' status
ctl 3 'not well' doctor
ctl 0 '^admin ' init
sed -n 's/^admin //p' "$dir/out" > "$dir/code"
ctl 1 '.' init
# a photo, as evidence_put leaves one behind
photo=$(printf 'a photo of a house' | sha256sum | cut -c 1-64)
sub=$(echo "$photo" | cut -c 1-2)
mkdir -p "$dir/a/state/blob/$sub"
printf 'a photo of a house' > "$dir/a/state/blob/$sub/$photo"
python3 -c 'import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("INSERT INTO blob (sha, size, made_at) VALUES (?, 18, 0)", (bytes.fromhex(sys.argv[2]),))
db.commit()' "$dir/a/state/balai.db" "$photo"
start a
echo 'kursi hijau di teras 77' > "$dir/pw"
echo 'payung biru di pasar 12' > "$dir/pw2"
ctl 2 'no command' nonsense
ctl 2 'expected: balaictl .OPTIONS. area split FILE' area split
ctl 2 'expected: balaictl .OPTIONS. status$' status --password-file "$dir/pw"
ctl 2 'read by others' --password-file "$top/README" status
ctl 0 'password is changed' --password-file "$dir/code" password change --new-password-file "$dir/pw"
ctl 1 'wrong account or password' --password-file "$dir/code" status
a="--password-file $dir/pw"
ctl 0 'writing: yes' $a status
"$bin/balai-generate" --seed 1 --households 12 --dir "$dir/data" > /dev/null
ctl 0 'new' $a area import "$dir/data"
ctl 0 'Sukamaju' $a area list 99.01.01.2001
ctl 0 '^joko ' $a account add joko 'Joko Widodo'
sed -n 's/^joko //p' "$dir/out" > "$dir/joko"
ctl 1 'taken' $a account add joko 'Joko Lain'
ctl 1 'no account' $a account disable nobody
ctl 2 'no role' $a grant give joko king 99.01
ctl 1 'no area' $a grant give joko supervisor 99.77
ctl 0 'is given' $a grant give joko supervisor 99.01
ctl 0 'supervisor in Kabupaten Contoh' $a account list joko
ctl 0 'password is changed' -a joko --password-file "$dir/joko" password change --new-password-file "$dir/pw2"
j="-a joko --password-file $dir/pw2"
ctl 1 'not touch it' $j account list
ctl 0 'waiting' $j queue
ctl 0 'version' $a form load "$top/forms/dossier/exit.form"
printf 'form x 1 {\n' > "$dir/x.form"
ctl 1 'x.form:1: { not closed' $a form load "$dir/x.form"
ctl 2 'ends in .form' $a form load "$dir/pw"
ctl 0 'import [0-9]*: [0-9]* households' $a import --form bdt2015 --area 99.01 --report "$dir/report.csv" "$dir/data/RUMAH.csv" "$dir/data/ART.csv"
import=$(sed -n 's/^import \([0-9]*\):.*/\1/p' "$dir/out")
ctl 1 'refused' $a import accept "$import"
ctl 0 'are in the register' $j import accept "$import"
printf 'old,new\n99.01.01.2001,99.01.01.2099\n' > "$dir/re.csv"
ctl 0 '1 areas have new codes' $a area recode "$dir/re.csv"
ctl 1 'no area with the code 99.01.01.2001' $a area recode "$dir/re.csv"
printf 'old,neu\n1,2\n' > "$dir/re.csv"
ctl 1 're.csv:1: no column new' $a area recode "$dir/re.csv"
printf 'old,new\n1,\033[2J\n' > "$dir/re.csv"
ctl 1 're.csv:2: column 2' $a area recode "$dir/re.csv"
ctl 2 'No such file' $a area recode "$dir/none"
printf 'old,new,name,neighbourhood,household\n99.01.01.2002,99.01.01.2050,Mekar Baru,01,\n' > "$dir/sp.csv"
ctl 0 'The new area has' $a area split "$dir/sp.csv"
ctl 0 'Mekar Baru' $a area list 99.01.01.2050
ctl 1 'no such thing' $a person erase 5 --reason 'permintaan warga'
ctl 2 'expected a number' $a person erase x --reason 'permintaan warga'
ctl 0 '^[0-9]* leaves, root [0-9a-f]\{64\}' $a journal head
ctl 0 'leaves are in' $a journal export "$dir/leaves"
ctl 1 'File exists' $a journal export "$dir/leaves"
ctl 0 'files of evidence and letters: 1, missing: 0' $a status
ctl 0 '^1 files of evidence and letters are in .*, 1 of them new' $a backup "$dir/backup"
ctl 0 'Without them no password works' $a backup "$dir/backup.2" --files "$dir/backup.blob"
ctl 0 ', 0 of them new' $a backup "$dir/backup.3" --files "$dir/backup.blob"
ctl 0 'Keep it apart' backup keys "$dir/keys"
ctl 1 'File exists' backup keys "$dir/keys"
ctl 1 'there already' $a backup "$dir/backup"
ctl 0 'differences 0' journal verify "$dir/backup"
ctl 0 'differences 0' $a journal verify
ctl 1 'is running' restore "$dir/backup"
# sabotage: drop the unlink() in ctl_backup()
n=$((n + 1))
if ls "$dir" | grep -q part; then
	failed=1
	echo "not ok $n - nothing half made is left"
else
	echo "ok $n - nothing half made is left"
fi
stop
ctl 1 'has a database already' restore "$dir/backup"

# into an empty office; the same accounts, areas and journal are there
office=b
conf b
head -c 100000 "$dir/backup" > "$dir/cut"
ctl 1 'not taken in' restore "$dir/cut"
# a pepper of its own would be taken for the old one: it asks first
ctl 1 'pepper is missing: no password works' restore "$dir/backup"
ctl 1 'no keys file' restore "$dir/backup" --keys "$dir/pw"
ctl 0 'in place' restore "$dir/backup" --keys "$dir/keys"
start b
ctl 0 'files of evidence and letters: 1, missing: 0' $a status
ctl 0 'writing: yes' $a status
ctl 0 'Mekar Baru' $a area list 99.01.01.2050
ctl 0 'differences 0' $a journal verify
ctl 0 'The account is disabled' $a account disable joko
ctl 1 'wrong account or password' $j queue

# of a program that had one schema step less: compared and taken in all the same, and what lies outside stays as it is; of a newer one
# or of another application: refused in its own words. Sabotage run: verify_main() without ERR_OLDER; schema_check() that takes it as it is
stop
office=old
conf old
python3 - "$dir/backup" "$dir/older" "$dir/newer" "$dir/other" << 'P'
import shutil, sqlite3, sys
for path in sys.argv[2:]:
    shutil.copy(sys.argv[1], path)
db = sqlite3.connect(sys.argv[2])
db.executescript("DROP INDEX journal_person_seq; DELETE FROM schema_step WHERE number >= 8; PRAGMA user_version = 7")
sqlite3.connect(sys.argv[3]).execute("PRAGMA user_version = 99")
sqlite3.connect(sys.argv[4]).execute("PRAGMA application_id = 1")
P
mkdir "$dir/tmp"
TMPDIR=$dir/tmp
export TMPDIR
older=$(sha256sum < "$dir/older")
ctl 1 'newer program' restore "$dir/newer" --keys "$dir/keys"
ctl 1 'another application' restore "$dir/other" --keys "$dir/keys"
ctl 0 'older version of Balai' journal verify "$dir/older"
ctl 0 'differences 0' journal verify "$dir/older"
# the number of a leaf's own row, changed by hand
cp "$dir/older" "$dir/forged"
python3 -c 'import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("UPDATE journal SET at = at + 1 WHERE seq = 2")
db.commit()' "$dir/forged"
ctl 1 'not taken in' restore "$dir/forged" --keys "$dir/keys"
ctl 0 'older version of Balai' restore "$dir/older" --keys "$dir/keys"
n=$((n + 1))
if [ "$older" = "$(sha256sum < "$dir/older")" ] && [ -z "$(ls "$TMPDIR")" ]; then
	echo "ok $n - the older backup is as it was, and no copy of it is left"
else
	failed=1
	echo "not ok $n - the older backup is as it was, and no copy of it is left"
fi
start old
ctl 0 'writing: yes' $a status
ctl 0 'Mekar Baru' $a area list 99.01.01.2050
ctl 0 'differences 0' $a journal verify

# without the keys: every password is void, and whoever owns the server gives out the first code; a damaged photo is left out
stop
office=c
conf c
printf x >> "$dir/backup.blob/$sub/$photo"
ctl 0 'some of its files are damaged' restore "$dir/backup" --new-keys
ctl 0 '^admin ' account recover admin
sed -n 's/^admin //p' "$dir/out" > "$dir/code"
start c
ctl 1 'wrong account or password' $a status
ctl 0 'password is changed' --password-file "$dir/code" password change --new-password-file "$dir/pw"
ctl 0 'wait for their first password' $a status
ctl 0 'letters: 1, missing: 1' $a status
ctl 1 'account recover admin' --password-file "$dir/pw2" doctor

# the manual names every command
n=$((n + 1))
missing=$("$bin/balaictl" help | sed -n 's/^  \([a-z]*\( [a-z]*\)\{0,1\}\)  .*/\1/p' | while read -r c; do
	grep -q "^\*$c\*" "$top/doc/balaictl.8.scd" || echo "$c"
done)
if [ -z "$missing" ]; then
	echo "ok $n - every command is in the manual"
else
	failed=1
	echo "not ok $n - not in the manual: $missing"
fi
echo "1..$n"
exit $failed
