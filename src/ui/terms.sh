#!/bin/sh
# terms.sh FILE.ti - compiles the terminal entries and prints them as a C table of what TERMINFO may hold.
set -e
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
tic -x -o "$tmp" "$1"
echo '/* made from terms.ti by terms.sh */'
echo 'static const struct { const char *name, *body; } terms[] = {'
sed -n 's/^\([a-z][a-z0-9]*\)|.*/\1/p' "$1" | while read -r name; do
	printf '\t{ "%s", "%s" },\n' "$name" "$(infocmp -A "$tmp" -0 -q -Q2 "$name" | tr -d '\n')"
done
echo '};'
