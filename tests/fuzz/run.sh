#!/bin/sh
# Runs the fuzz targets of `targets`, or those named, each FUZZ_SECONDS (default 3). TAP.
#
# With clang the target and its layers are compiled with libFuzzer and the sanitizers; what a run finds new is kept in the
# build folder, a crash stands in tests/fuzz/crash/. Without clang the build's compiler and replay.c do it, blind.
top=$(cd "${SRCDIR:-.}" && pwd)
build=$(cd "${BUILDDIR:-.}" && pwd)
seconds=${FUZZ_SECONDS:-3}
work=$build/tests/fuzz
mkdir -p "$work/crash" || exit 1
n=0

if command -v clang > /dev/null 2>&1 && echo 'int LLVMFuzzerTestOneInput(const char *p, unsigned long n); int LLVMFuzzerTestOneInput(const char *p, unsigned long n) { return p && n > 99; }' |
   clang -x c -fsanitize=fuzzer,address,undefined -o "$work/try" - 2> /dev/null; then
	cc=clang how=libFuzzer
	flags="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined"
	link="-fsanitize=fuzzer,address,undefined"
else
	cc=${CC:-cc} how=replay flags= link=
fi

# The -I and libraries of a comma list of layers.
layer_flags() {
	for l in $(echo "$1" | tr , ' '); do echo "-I$top/src/$l -I$build/src/$l"; done
}
layer_libs() {
	for l in $(echo "$1" | tr , ' '); do
		case $l in
		base) pkg-config --libs libsodium libutf8proc libseccomp ;;
		wire) pkg-config --libs libcbor ;;
		store) pkg-config --libs sqlite3 libuv ;;
		ui) pkg-config --libs ncursesw ;;
		ssh) pkg-config --libs libssh libcrypto ;;
		exchange) echo -lcsv ;;
		esac
	done
}

# compile OBJECT SOURCE FLAGS: only when a source or header is newer
compile() {
	if [ ! -f "$1" ] || [ "$2" -nt "$1" ] || [ -n "$(find "$top/src" "$build/src" "$top/tests" -name '*.[h]' -newer "$1" -print -quit)" ]; then
		mkdir -p "$(dirname "$1")" && $cc -std=gnu11 -g -O1 -D_GNU_SOURCE $flags -I"$build" -I"$top/tests" -I"$top/tests/fuzz" $3 -c -o "$1" "$2"
	fi
}

# build NAME LAYERS MORE
build_target() {
	objects=
	inc=$(layer_flags "$2")
	for l in $(echo "$2" | tr , ' '); do
		for s in "$top/src/$l"/*.c "$build/src/$l"/*.c; do
			[ -f "$s" ] || continue
			[ "$top" = "$build" ] && case " $objects " in *" $work/obj-$how/$l/$(basename "$s" .c).o "*) continue ;; esac
			o=$work/obj-$how/$l/$(basename "$s" .c).o
			compile "$o" "$s" "$inc" || return 1
			objects="$objects $o"
		done
	done
	more="tests/fuzz/fuzz_$1.c $(echo "$3" | tr , ' ')"
	[ $how = replay ] && more="$more tests/fuzz/replay.c"
	for s in $more; do
		o=$work/obj-$how/$1/$(basename "$s" .c).o
		compile "$o" "$top/$s" "$inc" || return 1
		objects="$objects $o"
	done
	$cc $link -pthread -o "$work/fuzz_$1" $objects $(layer_libs "$2") -lm
}

run_target() {
	seeds=
	for d in "tests/fuzz/corpus/$1" $(echo "$2" | tr , ' '); do
		[ -d "$top/$d" ] && seeds="$seeds $top/$d"
	done
	if [ $how = libFuzzer ]; then
		mkdir -p "$work/found/$1"
		"$work/fuzz_$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=65536 -len_control=20 -print_final_stats=1 \
			-artifact_prefix="$work/crash/$1-" "$work/found/$1" $seeds
	else
		"$work/fuzz_$1" -t "$seconds" $seeds
	fi
}

rows=$(grep -v '^#' "$top/tests/fuzz/targets")
echo "1..$(echo "$rows" | grep -c .)"
echo "$rows" | while read -r name layers more seeds; do
	[ -n "$name" ] || continue
	[ "$more" = - ] && more=
	n=$((n + 1))
	if [ $# -gt 0 ]; then
		case " $* " in *" $name "*) ;; *) echo "ok $n - $name # SKIP not named"; continue ;; esac
	fi
	if build_target "$name" "$layers" "$more" > "$work/$name.log" 2>&1 && run_target "$name" "$seeds" >> "$work/$name.log" 2>&1; then
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p; s/^\([0-9]*\) runs$/\1/p' "$work/$name.log")
		echo "ok $n - $name ($how, $seconds s, $runs runs)"
	else
		tail -25 "$work/$name.log" | sed 's/^/# /'
		echo "not ok $n - $name ($how; see tests/fuzz/$name.log)"
	fi
done
