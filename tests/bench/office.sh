# Read by the rows that need an office: office_make N, office_run, office_end. Sets dir, bin, bench, demo, ctl, port; the caller has set row.
# An office of 60 synthetic households, their dossiers in the window, N clerks bench1..benchN with one password.
top=$(cd "${SRCDIR:-.}" && pwd)
build=$(cd "${BUILDDIR:-.}" && pwd)
bin=$build/src
bench=$build/tests/bench
password=ukur-ukur-cepat-99
office=
umask 077
say() { echo "$row: $*" >&2; }
die() { say "$*"; tail -5 "$dir/log" >&2; exit 1; }
dir=$(mktemp -d "${BENCH_DIR:-/var/tmp}/balai-bench.XXXXXX") || exit 1
office_end() {
	[ -n "$office" ] && kill "$office" 2> /dev/null && wait "$office" 2> /dev/null
	office=
}
at_end() { :; }
trap 'at_end; office_end; rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM
# a port of the loopback nobody listens on
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
# balaid with its store, hash and template
office_run() {
	: > "$dir/log"
	"$bin/balaid" -f "$dir/balai.conf" 2>> "$dir/log" &
	office=$!
	i=0
	until [ -S "$dir/run/store.sock" ] && python3 -c "import socket; socket.create_connection(('127.0.0.1', $port), 1).recv(8)" 2> /dev/null; do
		kill -0 "$office" 2> /dev/null || die "the office does not start"
		i=$((i + 1))
		[ $i -lt 100 ] || die "the office does not answer"
		sleep 0.2
	done
}
office_make() {
	port=$(free_port)
	mkdir "$dir/run" "$dir/period" "$dir/hostkeys"
	cat > "$dir/balai.conf" <<-C
		office "Kabupaten Contoh"
		regency 9901
		zone WIB
		dir state
		run run
		forms $top/forms
		listen 127.0.0.1 $port
		host-key hostkeys/key
		host-key-next hostkeys/next
		limit sessions 2000
	C
	"$bin/balaid" -f "$dir/balai.conf" --make-host-keys > /dev/null 2>> "$dir/log" || die "host keys"
	code=$("$bin/balaictl" -f "$dir/balai.conf" init 2>> "$dir/log" | sed -n 's/^admin //p')
	[ -n "$code" ] || die "no office"
	office_run
	demo="$bin/balai-demo -s $dir/run/store.sock -d $dir -f $top/forms"
	ctl="$bin/balaictl -f $dir/balai.conf -a admin --password-file $dir/admin"
	$demo admin "$code" || die "admin"
	sed -n 's/^admin  *\([^ ]*\) .*/\1/p' "$dir/ACCOUNTS" > "$dir/admin"
	"$bin/balai-generate" --seed 1 --households 60 --dir "$dir/data" > /dev/null || die "generate"
	{ $ctl area import "$dir/data" && $demo periods && $ctl period load "$dir/period/demo.period" &&
	  $ctl import --form bdt2015 --area 99.01 --report "$dir/report.csv" "$dir/data/RUMAH.csv" "$dir/data/ART.csv"; } > "$dir/out" 2>&1 || { cat "$dir/out" >&2; die "data"; }
	say "making $1 accounts"
	$demo bench "$1" || die "accounts"
}
# the processes of this office: office_pid balai-hash
office_pid() { pgrep -P "$office" -x "$1" | head -1; }
