#!/bin/sh
# hardening.sh - what the linker made of each program (security.md S1), and which libraries each may link (S3).
# Sabotage: LDFLAGS=-no-pie, or -Wl,-z,execstack, or libssh in the store's LDADD.
bin=$(cd "${BUILDDIR:-.}/src" && pwd)
programs="balaid balai-store balai-hash balai-session balai-job balai balaictl"
test_no=0
echo 1..$(($(echo $programs | wc -w) * 2))

say() { test_no=$((test_no + 1)); if [ -z "$2" ]; then echo "ok $test_no - $1"; else echo "not ok $test_no - $1:$2"; fi; }

# the libraries of libraries.md 2: what only some may link
only() {
	case $2 in
	libssh.so*) [ "$1" = balai-session ] ;;
	libsqlite3*|libuv*) [ "$1" = balai-store ] ;;
	libncurses*|libtinfo*) [ "$1" = balai-session ] || [ "$1" = balai ] ;;
	libcsv*) [ "$1" = balai-job ] || [ "$1" = balaictl ] ;;
	*) true ;;
	esac
}

for p in $programs; do
	f=$bin/$p
	if [ ! -x "$f" ]; then
		say "$p hardened" " is not there"
		say "$p libraries" " is not there"
		continue
	fi
	bad=
	readelf -hW "$f" | grep -q 'Type: *DYN' || bad="$bad no PIE"
	readelf -lW "$f" | grep -q GNU_RELRO || bad="$bad no RELRO"
	readelf -dW "$f" | grep -q 'FLAGS.*NOW' || bad="$bad no BIND_NOW"
	readelf -lW "$f" | grep 'GNU_STACK' | grep -q ' RW ' || bad="$bad executable stack"
	readelf -dW "$f" | grep -Eq 'RPATH|RUNPATH|TEXTREL' && bad="$bad RPATH or TEXTREL"
	readelf -sW "$f" | grep -Eq '__stack_chk_fail|__asan_' || bad="$bad no stack canary"
	if ! readelf -sW "$f" | grep -q __asan_; then
		readelf -sW "$f" | grep -Eq '__[a-z]+_chk(@| |$)' || bad="$bad no FORTIFY"
	fi
	readelf -sW "$f" | grep -Eq ' dlopen| system@| popen@' && bad="$bad dlopen, system or popen"
	say "$p: PIE, RELRO, NOW, NX, canary, FORTIFY" "$bad"
	bad=
	for lib in $(readelf -dW "$f" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p'); do
		only "$p" "$lib" || bad="$bad $lib"
	done
	say "$p: no library it must not have" "$bad"
done
