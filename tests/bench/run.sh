#!/bin/sh
# Writes doc/figures.md from the rows below: a program each, which prints rows of the table. A program that fails leaves its
# row with the reason; nothing is written by hand but tests/bench/notes.md, which is put below the table.
#   BENCH="registrations" sh run.sh    only those named
top=$(cd "${SRCDIR:-.}" && pwd)
build=$(cd "${BUILDDIR:-.}" && pwd)
export SRCDIR="$top" BUILDDIR="$build"
out=$build/figures.md.tmp

# NAME COMMAND: to add a row, add a line
rows() {
	cat <<R
desks sh $top/tests/bench/desks.sh
registrations sh $top/tests/bench/registrations.sh
inside sh $top/tests/bench/inside.sh
keys sh $top/tests/bench/keys.sh
R
}

{
	echo "# Figures"
	echo
	echo "Made by \`make bench\` on $(date -u +%Y-%m-%d), commit $(git -C "$top" rev-parse --short HEAD 2> /dev/null || echo unknown)."
	echo "Machine: $(nproc) cores, $(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -1), kernel $(uname -r), load before the run $(cut -d' ' -f1 /proc/loadavg)."
	echo "Each row is from one run of the command named below the table."
	echo
	echo "| row | measured | against | ratio | to reach |"
	echo "|---|---|---|---|---|"
	rows | while read -r name command; do
		[ -n "$BENCH" ] && case " $BENCH " in *" $name "*) ;; *) continue ;; esac
		$command || echo "| $name | the program failed: run it by itself | | | |"
	done
	echo
	rows | sed "s,$top/,,; s,^\([^ ]*\) \(.*\),- \1: \`\2\`,"
	[ -f "$top/tests/bench/notes.md" ] && { echo; cat "$top/tests/bench/notes.md"; }
} > "$out" && mv "$out" "$top/doc/figures.md" && cat "$top/doc/figures.md"
