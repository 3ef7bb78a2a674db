# lib.sh - a real office for a test: balaid on a free loopback port, its accounts, and screens in tmux. Prints TAP.
#
# use:   . "$SRCDIR/tests/e2e/lib.sh"; plan N; office_make; ... ; check "what" COMMAND; done_testing is not needed.
# Nothing sleeps for a fixed time: wait_for COMMAND SECONDS polls, screen_wait polls the screen for a text.
# Everything lives under $office and is gone at the end, whatever happened.

umask 077
bin=$(cd "${BUILDDIR:-.}/src" && pwd)
top=$(cd "${SRCDIR:-.}" && pwd)
forms=$top/forms
test_no=0
balaid_pid=
office=

plan() { echo "1..$1"; }

# check NAME COMMAND... : ok when the command succeeds
check() {
	_name=$1
	shift
	test_no=$((test_no + 1))
	if "$@"; then echo "ok $test_no - $_name"; else echo "not ok $test_no - $_name"; fi
}

bail() {
	echo "Bail out! $*"
	[ -n "$office" ] && [ -f "$office/log" ] && tail -20 "$office/log" | sed 's/^/# /'
	exit 1
}

# wait_for SECONDS COMMAND... : polls twenty times a second
wait_for() {
	_left=$(($1 * 20))
	shift
	while ! "$@" 2>/dev/null; do
		[ $_left -gt 0 ] || return 1
		_left=$((_left - 1))
		sleep 0.05
	done
}

office_end() {
	[ -n "$office" ] || return 0
	tmux -L "balai-$$" kill-server 2>/dev/null
	if [ -n "$balaid_pid" ] && kill "$balaid_pid" 2>/dev/null; then
		wait_for 12 office_stopped || kill -9 "$balaid_pid"
	fi
	rm -rf "$office"
	office=
}
office_stopped() { ! kill -0 "$balaid_pid" 2>/dev/null; }
trap office_end EXIT
trap 'exit 1' INT TERM HUP

office_conf() {
	cat >"$office/balai.conf" <<-CONF
		office "Kabupaten Contoh"
		regency 9901
		zone Asia/Jakarta
		dir $office/state
		run $office/run
		forms $forms
		log $office/log
		listen 127.0.0.1 ${port:-0}
		notice "Kantor uji. Semua orang di dalamnya rekaan."
		$office_more
	CONF
}

office_up() { [ -s "$office/run/listen" ] && grep -q 'balaid.* ready$' "$office/log" && grep -q 'balai-store.* ready' "$office/log"; }

# starts (or starts again) balaid on the same port
office_run() {
	: >"$office/log"
	"$bin/balaid" -f "$office/balai.conf" 2>"$office/start" &
	balaid_pid=$!
	wait_for 15 office_up || bail "balaid does not start: $(cat "$office/start")"
	port=$(sed -n 's/^127.0.0.1 //p' "$office/run/listen")
	office_conf
}

# password NAME : of an account of the office
password() { sed -n "s/^$1  *\([^ ]*\) .*/\1/p" "$office/ACCOUNTS"; }

# office_make [HOUSEHOLDS] : a small office with areas, periods and the demo's accounts; nobody registered unless asked
office_make() {
	office=$(mktemp -d "${TMPDIR:-/tmp}/balai-e2e-XXXXXX")
	mkdir "$office/state" "$office/run" "$office/period"
	office_conf
	"$bin/balaid" -f "$office/balai.conf" --make-host-keys >"$office/keys" || bail "no host keys"
	_code=$("$bin/balaictl" -f "$office/balai.conf" init 2>"$office/init" | sed -n 's/^admin //p')
	[ -n "$_code" ] || bail "no office: $(cat "$office/init")"
	office_run
	"$bin/balaid" -f "$office/balai.conf" --show-host-keys | sed "s/^/[127.0.0.1]:$port /" >"$office/known_hosts"
	_demo="$bin/balai-demo -s $office/run/store.sock -d $office -f $forms"
	$_demo admin "$_code" >"$office/make" 2>&1 || bail "demo admin: $(cat "$office/make")"
	password admin >"$office/admin"
	_ctl="$bin/balaictl -f $office/balai.conf -a admin --password-file $office/admin"
	for _step in "$bin/balai-generate --seed 1 --households ${1:-30} --dir $office/data" "$_ctl area import $office/data" \
		"$_demo accounts" "$_demo periods" "$_ctl period load $office/period/demo.period"; do
		$_step >"$office/make" 2>&1 || bail "$_step: $(cat "$office/make")"
	done
}

# ssh_as NAME [ARGUMENTS] : OpenSSH with the password typed in
ssh_as() {
	_who=$1
	shift
	timeout 30 sshpass -p "${PW:-$(password "$_who")}" -P sandi ssh -F none -p "$port" -o UserKnownHostsFile="$office/known_hosts" \
		-o StrictHostKeyChecking=yes -o LogLevel=${LOGLEVEL:-ERROR} -o PreferredAuthentications=publickey,keyboard-interactive -o NumberOfPasswordPrompts=1 "$_who@127.0.0.1" "$@"
}

# screen_open PANE NAME [COLUMNS ROWS [ssh options]] : a desk in tmux
screen_open() {
	_pane=$1 _who=$2 _cols=${3:-80} _rows=${4:-24}
	[ $# -ge 4 ] && shift 4 || shift $#
	tmux -L "balai-$$" -f /dev/null new-session -d -s "$_pane" -x "$_cols" -y "$_rows" \
		"exec sshpass -p '$(password "$_who")' -P sandi ssh -F none -p $port -o UserKnownHostsFile=$office/known_hosts \
		-o StrictHostKeyChecking=yes $* $_who@127.0.0.1; " 2>/dev/null || return 1
	tmux -L "balai-$$" set-option -t "$_pane" remain-on-exit on >/dev/null
}
screen_text() { tmux -L "balai-$$" capture-pane -p -t "$1"; }
screen_has() { screen_text "$1" | grep -q -- "$2"; }
# screen_wait PANE TEXT [SECONDS]
screen_wait() {
	wait_for "${3:-10}" screen_has "$1" "$2" && return 0
	screen_text "$1" | sed 's/^/# /'
	return 1
}
screen_keys() { _pane=$1; shift; tmux -L "balai-$$" send-keys -t "$_pane" "$@"; }
screen_gone() { [ "$(tmux -L "balai-$$" display -p -t "$1" '#{pane_dead}')" = 1 ]; }

# pids of this office's processes by name
pids_of() { for _p in $(pgrep -f "$office/balai.conf"); do [ "$(cat "/proc/$_p/comm" 2>/dev/null)" = "$1" ] && echo "$_p"; done; }
