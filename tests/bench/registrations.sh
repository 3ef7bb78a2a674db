#!/bin/sh
# Two rows of the figures: registrations through the store's socket against every caller opening SQLite itself, and against
# a bare engine. Prints rows of a Markdown table. BENCH_CALLERS (60; the table asks for 500) and BENCH_SECONDS (8) change its size.
top=$(cd "${SRCDIR:-.}" && pwd)
build=$(cd "${BUILDDIR:-.}" && pwd)
bin=$build/src
bench=$build/tests/bench
callers=${BENCH_CALLERS:-60}
seconds=${BENCH_SECONDS:-8}
dir=$(mktemp -d "${BENCH_DIR:-/var/tmp}/balai-bench.XXXXXX") || exit 1
store=
umask 077
say() { echo "registrations: $*" >&2; }
die() { say "$*"; tail -5 "$dir/log" >&2; exit 1; }
stop() {
	[ -n "$store" ] && kill "$store" 2> /dev/null && wait "$store" 2> /dev/null
	store=
}
trap 'stop; rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM
start() {
	: > "$dir/log"
	"$bin/balai-store" -f "$dir/balai.conf" 2>> "$dir/log" &
	store=$!
	i=0
	until grep -q ready "$dir/log"; do
		i=$((i + 1))
		[ $i -lt 100 ] || die "the store does not start"
		sleep 0.1
	done
}
value() { sed -n "s/^$2 //p" "$dir/$1"; }

mkdir "$dir/run" "$dir/period"
cat > "$dir/balai.conf" <<C
office "Kabupaten Contoh"
regency 9901
zone WIB
dir state
run run
forms $top/forms
listen 127.0.0.1 2299
limit sessions 2000
C
code=$("$bin/balaictl" -f "$dir/balai.conf" init 2> "$dir/log" | sed -n 's/^admin //p')
[ -n "$code" ] || die "no office"
start
demo="$bin/balai-demo -s $dir/run/store.sock -d $dir -f $top/forms"
ctl="$bin/balaictl -f $dir/balai.conf -a admin --password-file $dir/admin"
$demo admin "$code" || die "admin"
sed -n 's/^admin  *\([^ ]*\) .*/\1/p' "$dir/ACCOUNTS" > "$dir/admin"
"$bin/balai-generate" --seed 1 --households 60 --dir "$dir/data" > /dev/null || die "generate"
{ $ctl area import "$dir/data" && $demo periods && $ctl period load "$dir/period/demo.period" &&
  $ctl import --form bdt2015 --area 99.01 --report "$dir/report.csv" "$dir/data/RUMAH.csv" "$dir/data/ART.csv"; } > "$dir/out" 2>&1 || { cat "$dir/out" >&2; die "data"; }
say "making $callers accounts"
$demo bench "$callers" || die "accounts"
stop
cp "$dir/state/balai.db" "$dir/before.db"
start
say "$callers callers for $seconds s"
"$bench/store_load" -s "$dir/run/store.sock" -f "$top/forms" -P bench -p ukur-ukur-cepat-99 -n "$callers" -t "$seconds" > "$dir/load" || { kill -0 "$store" 2> /dev/null || { wait "$store"; say "the store ended with status $?"; store=; }; cat "$dir/load" >&2; die "load"; }
stop
cp "$dir/state/balai.db" "$dir/after.db"
# The most the store can put into one commit: each caller waits for one request, and a registration is three of them. The average
# since the store's start would be less, logins included, and flatter us.
per=$(( (callers + 2) / 3 ))
say "bare engine, $per registrations to a commit"
cp "$dir/before.db" "$dir/copy.db"
"$bench/bare_engine" "$dir/before.db" "$dir/after.db" "$dir/copy.db" -b "$per" > "$dir/bare" || die "bare"
say "every caller its own SQLite"
rm -f "$dir"/copy.db*
cp "$dir/before.db" "$dir/copy.db"
"$bench/bare_engine" "$dir/before.db" "$dir/after.db" "$dir/copy.db" -c "$callers" -t "$seconds" > "$dir/own" || die "own"

for name in load bare own; do
	[ -n "$(value "$name" per_s)" ] || { cat "$dir/$name" >&2; die "$name gave no rate"; }
done
awk -v callers="$callers" -v per="$per" -v s="$(value load per_s)" -v sp="$(value load p99_ms)" -v s50="$(value load p50_ms)" \
	-v b="$(value bare per_s)" -v rows="$(value bare rows_each)" -v o="$(value own per_s)" -v op="$(value own p99_ms)" 'BEGIN {
	printf "| registrations/s and p99, %d closed-loop callers on the store'\''s socket (p50 %.0f ms) | %.0f/s, %.0f ms | every caller opening SQLite itself, same rows: %.0f/s, %.0f ms | rate %.2fx, p99 %.2fx | >= 4x, p99 <= 1/15 |\n", callers, s50, s, sp, o, op, s / o, sp / op
	printf "| the same (journal, commitments and receipts included) | %.0f/s | bare engine: one process, same rows (%.1f each), %d to a commit: %.0f/s | %.2f | >= 0.5 |\n", s, rows, per, b, s / b
}'
