#!/bin/sh
# layers.sh - system headers stay in their folder: sqlite3 in src/store, curses in src/ui, libssh in src/ssh; and no
# unbounded string function or shell anywhere.
# Sabotage: an #include <curses.h> in src/desk/app.c must make case 2 fail.
src=${SRCDIR:-.}/src
n=0 bad=0
echo 1..4
only() { # description, pattern, folder
	n=$((n + 1))
	hits=$(grep -rnE --include='*.[ch]' "$2" "$src" | grep -v "^$src/$3/" || true)
	if [ -z "$hits" ]; then echo "ok $n - $1"; else echo "not ok $n - $1"; echo "$hits" | sed 's/^/# /'; bad=1; fi
}
inc='^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]'
only "sqlite3 only in store" "${inc}sqlite3" store
only "curses only in ui" "${inc}(n?curses|ncursesw/|panel|term\.h)" ui
only "libssh only in ssh" "${inc}libssh/" ssh
n=4
hits=$(grep -rnE --include='*.[ch]' '(^|[^[:alnum:]_])(strcpy|strcat|v?sprintf|gets|system|popen|tmpnam|mktemp)[[:space:]]*\(' "$src" | grep -vE '^[^:]*:[0-9]+:[[:space:]]*(/?\*|//)' || true)
if [ -z "$hits" ]; then echo "ok 4 - no unbounded string function, no shell"; else echo "not ok 4 - unbounded string function or shell"; echo "$hits" | sed 's/^/# /'; bad=1; fi
exit $bad
