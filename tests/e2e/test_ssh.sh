#!/bin/sh
# test_ssh.sh - the office from outside: OpenSSH, plink and dbclient, screen and line mode, commands, and every process killed.
. "$SRCDIR/tests/e2e/lib.sh"
plan 39
office_make 30 >"$(mktemp -u)" 2>&1 || bail "no office"

# --- coming in -----------------------------------------------------------------------------------------------------
screen_open sari sari
check "OpenSSH: notice and home screen" screen_wait sari "Cari NIK"
banner() { LOGLEVEL=INFO ssh_as hendra rekap 2>&1 >/dev/null | grep -q "Kantor uji"; }
check "the notice is shown before the password" banner

wrong() { PW=salah-sekali-bukan ssh_as "$1" rekap >"$office/wrong.$1" 2>&1; [ $? -ne 0 ]; }
check "a wrong password is refused" wrong dewi
check "an unknown name is refused" wrong tidak-ada
same_text() { sed 's/dewi/X/' "$office/wrong.dewi" >"$office/a"; sed 's/tidak-ada/X/' "$office/wrong.tidak-ada" | cmp -s - "$office/a"; }
check "with the same text" same_text
old_algorithms() { ! ssh_as hendra -o KexAlgorithms=ecdh-sha2-nistp256 rekap >/dev/null 2>&1 && ! ssh_as hendra -o MACs=hmac-sha1 -o Ciphers=aes128-ctr rekap >/dev/null 2>&1; }
check "no NIST curve, no encrypt-and-MAC" old_algorithms

# --- commands and line mode -------------------------------------------------------------------------------------------
recap() { ssh_as hendra rekap >"$office/rekap.csv" 2>"$office/err" && head -c 3 "$office/rekap.csv" | od -An -tx1 | grep -q "ef bb bf" && grep -q '^"99.01' "$office/rekap.csv"; }
check "rekap: CSV with byte order mark, exit status 0" recap
usage() { ssh_as hendra berkas >"$office/out" 2>"$office/err"; [ $? -eq 2 ] && grep -q "^pakai: berkas NOMOR" "$office/err" && [ ! -s "$office/out" ]; }
check "a command without its argument: usage on stderr, status 2" usage
no_such() { ssh_as hendra berkas 2026-999999 >"$office/out" 2>"$office/err"; [ $? -eq 1 ] && grep -q "^balai: berkas 2026-999999 tidak ada, atau bukan wewenang Anda$" "$office/err"; }
check "a number that does not exist: one sentence, status 1" no_such
# hendra is a supervisor: quotes of the user's own shell, quotes that come through, and the digits of an id
no_letter() { for _n in "400.9.2/99/PENGESAHAN/2026" "'400.9.2 / 99'" 12; do ssh_as hendra surat "$_n" >"$office/out" 2>"$office/err"; [ $? -eq 1 ] && grep -q "^balai: surat [0-9./ A-Z]* tidak ada, atau bukan wewenang Anda$" "$office/err" && [ ! -s "$office/out" ] || return 1; done; }
check "surat takes the number as it is printed, and says plainly when there is none" no_letter
foreign() { ! ssh_as hendra id >/dev/null 2>&1 && ! ssh_as hendra 'rekap; id' >/dev/null 2>&1 && ! ssh_as hendra -s sftp >/dev/null 2>&1 && ! ssh_as hendra -s balai >/dev/null 2>&1; }
check "no foreign command, no subsystem" foreign
lines() { printf '?\nkeluar\n' | ssh_as hendra -T >"$office/lines" 2>"$office/err" && grep -q "^1 " "$office/lines" && ! grep -q "$(printf '\033')" "$office/lines"; }
check "ssh -T: lines, no escape sequence, exit status 0" lines
dumb() { printf 'keluar\n' | TERM=dumb ssh_as hendra -tt 2>"$office/err" >"$office/dumb"; grep -q "^1 " "$office/dumb" && ! grep -q "$(printf '\033')" "$office/dumb"; }
check "TERM=dumb: lines" dumb

# --- other clients ---------------------------------------------------------------------------------------------------
if command -v plink >/dev/null; then
	plink_lines() {
		_fp=$(ssh-keygen -lf "$office/state/host_key" | awk '{print $2}')
		printf 'keluar\n' | HOME=$office timeout 20 plink -ssh -batch -T -P "$port" -hostkey "$_fp" -pw "$(password hendra)" hendra@127.0.0.1 2>"$office/err" | grep -q "^1 "
	}
	check "plink (PuTTY)" plink_lines
else
	echo "ok $((test_no = test_no + 1)) - plink # SKIP not installed"
fi
if command -v dbclient >/dev/null; then
	dropbear_lines() { printf 'keluar\n' | DROPBEAR_PASSWORD=$(password hendra) HOME=$office timeout 20 dbclient -y -y -T -p "$port" hendra@127.0.0.1 2>"$office/err" | grep -q "^1 "; }
	check "dbclient (dropbear)" dropbear_lines
else
	echo "ok $((test_no = test_no + 1)) - dbclient # SKIP not installed"
fi

# --- the screen ---------------------------------------------------------------------------------------------------------
screen_keys sari 99
check "typed text is shown" screen_wait sari "nama  99_"
beside() { ssh_as sari rekap >/dev/null 2>&1 && screen_has sari "nama  99_" && ! screen_has sari "tempat lain"; }
check "a command of the same account leaves the open desk alone" beside
tmux -L "balai-$$" resize-window -t sari -x 40 -y 15
check "40x15 in the middle of a field: the text stays" screen_wait sari "99"
tmux -L "balai-$$" resize-window -t sari -x 132 -y 43
screen_keys sari 01
check "132x43, and typing goes on" screen_wait sari "9901_"

# --- kills ----------------------------------------------------------------------------------------------------------------
store_pid=$(pids_of balai-store)
kill -9 "$store_pid"
screen_keys sari 0112
check "typing while the store is dead" screen_wait sari "99010112"
store_back() { _p=$(pids_of balai-store); [ -n "$_p" ] && [ "$_p" != "$store_pid" ] && [ -S "$office/run/store.sock" ]; }
check "the store comes back" wait_for 10 store_back
screen_keys sari Enter
check "and the desk goes on, logged in, without a new password" screen_wait sari "0 ditemukan" 15

screen_open joko joko
check "a second clerk" screen_wait joko "Cari NIK"
newest() { pgrep -n -f "balai-session -f $office/balai.conf"; }
template_pid() { for _p in $(pids_of balai-session); do grep -q "^Seccomp:.0" "/proc/$_p/status" && echo "$_p"; done; }
before=$(template_pid)
victim=$(newest)
kill -SEGV "$victim"
renewed() { _t=$(template_pid); [ -n "$_t" ] && [ "$_t" != "$before" ]; }
check "a crashed session: the template is made anew" wait_for 10 renewed
screen_keys sari Escape
screen_keys sari C-g
check "and nobody else notices" screen_wait sari "Cari NIK"

# A store that hangs is no restart: who comes in is told, and nobody waits for ever. Sabotage run: ANSWER_MS 0 in session_login.c.
store_pid=$(pids_of balai-store)
kill -STOP "$store_pid"
hangs() {
	_began=$(date +%s)
	LOGLEVEL=INFO ssh_as hendra rekap >"$office/out" 2>"$office/err" && return 1
	[ $(($(date +%s) - _began)) -lt 28 ] && grep -q "Server belum siap" "$office/err"
}
check "a store that hangs: a command ends within half a minute and says why" hangs
kill -CONT "$store_pid"
check "and works when the store goes on" recap

# --- takeover, disabling -----------------------------------------------------------------------------------------------------
screen_open again sari
check "a second login of the same account comes in" screen_wait again "Cari NIK"
check "and the first is told, and ended" screen_wait sari "masuk di tempat lain" 5
screen_open ratna ratna
screen_wait ratna "F1 Bantuan" >/dev/null
"$bin/balaictl" -f "$office/balai.conf" -a admin --password-file "$office/admin" account disable ratna >"$office/make" 2>&1
check "a disabled account is out within 5 s, with a sentence" screen_wait ratna "dinonaktifkan" 5

# --- a line that dies -----------------------------------------------------------------------------------------------------------
screen_keys again 1 Enter
screen_wait again "Alamat" >/dev/null
screen_keys again "Jl. Melati 7"
screen_wait again "Melati 7" >/dev/null
tmux -L "balai-$$" kill-session -t again
screen_open again sari
check "a line cut in the middle of a field: the next login offers to go on" screen_wait again "Lanjutkan"
screen_keys again 5 Enter
screen_wait again "draf" >/dev/null
check "and the field is as it was left" screen_wait again "Melati 7\|Lanjutkan"

# --- the end --------------------------------------------------------------------------------------------------------------------
kill -TERM "$balaid_pid"
check "SIGTERM: every desk hears why" screen_wait again "Server dihentikan" 5
check "and balaid ends within 10 s" wait_for 10 office_stopped
office_run
screen_open joko2 joko
screen_wait joko2 "Cari NIK" >/dev/null
kill -9 "$balaid_pid"
alone() { [ -z "$(pids_of balai-store)$(pids_of balai-session)$(pids_of balai-hash)" ]; }
check "kill -9 of balaid: its children are gone within 2 s" wait_for 2 alone
office_run
screen_open joko3 joko
check "the next start serves again" screen_wait joko3 "Cari NIK"

# --- a key that admits ------------------------------------------------------------------------------------------------------------
kill -TERM "$balaid_pid"
wait_for 12 office_stopped
mkdir "$office/keys.d"
ssh-keygen -q -t ed25519 -N '' -f "$office/id" && ssh-keygen -q -t ed25519 -N '' -f "$office/other"
cp "$office/id.pub" "$office/keys.d/hendra"
office_more="authorized-keys $office/keys.d"
office_conf
office_run
no_key() { ! ssh_as hendra rekap >"$office/out" 2>&1 && ! ssh_as hendra -i "$office/other" rekap >"$office/out" 2>&1; }
check "an account with a key on file: the password alone, or with a stranger's key, does not admit" no_key
with_key() { ssh_as hendra -i "$office/id" -o IdentitiesOnly=yes rekap >"$office/out" 2>&1 && grep -q '^"99.01"' "$office/out"; }
check "the key and then the password do" with_key
others() { ssh_as dewi rekap >/dev/null 2>&1; }
check "accounts without a key on file come in as before" others
