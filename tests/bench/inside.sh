#!/bin/sh
# Rows of the figures from inside the store: look-ups against the bare statements, and disk per person.
# BENCH_PERSONS (10000; the table asks for 100000), BENCH_HOUSEHOLDS (250).
build=$(cd "${BUILDDIR:-.}" && pwd)
persons=${BENCH_PERSONS:-10000}
households=${BENCH_HOUSEHOLDS:-250}
out=$(mktemp -d) || exit 1
trap 'rm -rf "$out"' EXIT
LC_ALL=C.UTF-8
export LC_ALL
v() { sed -n "s/^$2 //p" "$out/$1"; }
"$build/tests/bench/store_inside" look "$persons" > "$out/look" || exit 1
"$build/tests/bench/store_inside" disk "$households" > "$out/disk" || exit 1
cat "$out/disk" >&2
awk -v n="$(v look persons)" -v f="$(v look find_us)" -v fb="$(v look find_bare_us)" -v fs="$(v look find_statements)" \
	-v q="$(v look next_us)" -v qb="$(v look next_bare_us)" -v qs="$(v look next_statements)" \
	-v h="$households" -v r="$(v disk registration)" -v d="$(v disk display)" -v c="$(v disk change)" -v all="$(v disk all)" 'BEGIN {
	printf "| NIK look-up inside the store at %d persons, without leaf and commit | %.0f us | the same %d statements on a bare connection: %.0f us | %.2fx | <= 3x |\n", n, f, fs, fb, f / fb
	printf "| queue next, the same | %.0f us | the same %d statements: %.0f us | %.2fx | <= 3x |\n", q, qs, qb, q / qb
	printf "| disk per person after registration, one display per person and one change per household (%d households of 4) | %.2f kB | %.2f + %.2f + %.2f kB | - | <= 2.5 kB |\n", h, all / 1000, r / 1000, d / 1000, c / 1000
}'
