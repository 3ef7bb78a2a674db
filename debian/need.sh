# need.sh - sourced by ./start and ./check: makes sure the packages of debian/need.list are there.
# need_packages build        or        need_packages build test
# As root it installs what is missing; as anybody else it names it in one line and ends.
need_packages() {
	want=$(awk -v kinds=" $* " '!/^#/ && NF == 2 && index(kinds, " " $1 " ") { print $2 }' debian/need.list)
	missing=
	for p in $want; do
		dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
	done
	[ -z "$missing" ] && return 0
	if [ "$(id -u)" != 0 ]; then
		echo "Missing packages; as root run: apt-get install --no-install-recommends$missing" >&2
		exit 1
	fi
	echo "Installing:$missing" >&2
	log=$(mktemp)
	if ! { apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends $missing; } \
		>"$log" 2>&1 </dev/null; then
		tail -5 "$log" >&2
		rm -f "$log"
		echo "Could not install the packages above. Check the network and the package sources, then try again." >&2
		exit 1
	fi
	rm -f "$log"
}

# Configures and builds in ./build what has changed. Quiet; the log is build/build.log.
build_all() {
	for d in . build build/src; do
		[ ! -e $d ] || [ -w $d ] || { echo "$PWD/$d belongs to $(stat -c %U $d): run this as that user, or in a clone of your own" >&2; exit 1; }
	done
	if [ ! -x configure ] || [ ! -f Makefile.in ]; then
		./bootstrap >bootstrap.log 2>&1 || { tail -5 bootstrap.log >&2; echo "bootstrap failed: see bootstrap.log" >&2; exit 1; }
		rm -f bootstrap.log
	fi
	mkdir -p build
	[ -f build/Makefile ] || (cd build && ../configure >configure.log 2>&1) || {
		tail -5 build/configure.log >&2; echo "configure failed: see build/configure.log" >&2; exit 1; }
	make -C build -j"$(nproc)" "$@" >build/build.log 2>&1 || {
		grep -E 'error|warning|\*\*\*' build/build.log | head -20 >&2; echo "build failed: see build/build.log" >&2; exit 1; }
}
