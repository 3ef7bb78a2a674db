#!/bin/sh
# accept.sh - the acceptance list of tests/accept.tbl.
# usage: accept.sh              holds the table to its word: every item that is asked for has a row, a program that runs in
#                               `make check`, and a control. Prints TAP.
#        accept.sh short|full ID   runs one item
# Sabotage: a row taken out of the table; a program taken out of TESTS.
: "${SRCDIR:=.}" "${BUILDDIR:=.}"
export SRCDIR BUILDDIR LC_ALL=C.UTF-8
table=$SRCDIR/tests/accept.tbl
asked="R1 R4 R6 R8 D1 D2 D3 D5 D7 C1 C5 Z1 Z2 Z3 P2 P3 P5 I1 I2 I3 U1 U7 F1 S1"

# column ID N: of the row, 1 program, 2 environment, 3 control
column() { awk -F'"' -v id="$1" -v n="$2" '/^#/ { next } { split($1, w, " ") } w[1] == id { print $(2 * n); exit }' "$table"; }
program_of() { set -- $(column "$1" 1); echo "$1"; }

if [ $# -eq 2 ]; then
	row=$(column "$2" 1)
	[ -n "$row" ] || { echo "accept.sh: no item $2 in tests/accept.tbl" >&2; exit 2; }
	program=${row%% *} arguments=
	[ "$program" = "$row" ] || arguments=${row#* }
	[ "$1" = full ] && [ -n "$(column "$2" 2)" ] && export $(column "$2" 2)
	at=$BUILDDIR/$program
	[ -x "$at" ] || at=$SRCDIR/$program
	exec "$at" $arguments
fi

run=$(awk '/^TESTS = / { on = 1 } on { print } on && !/\\$/ { exit }' "$BUILDDIR/Makefile" | tr -d '\\' | sed 's/\$(EXEEXT)//g')
n=0
echo "1..$(echo $asked | wc -w)"
for id in $asked; do
	n=$((n + 1))
	program=$(program_of "$id") fault=
	if [ -z "$program" ]; then
		fault="no row"
	elif [ ! -x "$SRCDIR/$program" ] && [ ! -x "$BUILDDIR/$program" ]; then
		fault="$program is not there"
	elif [ -z "$(column "$id" 3)" ]; then
		fault="no control"
	else
		case " $(echo $run) " in *" $program "*) ;; *) fault="$program does not run in make check" ;; esac
	fi
	if [ -z "$fault" ]; then echo "ok $n - $id: $program"; else echo "not ok $n - $id: $fault"; fi
done
