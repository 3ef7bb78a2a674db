#!/bin/sh
# adding.sh - doc/adding.md, followed. Sabotage is named in adding.py.
exec /usr/bin/python3 "${SRCDIR:-.}/tests/e2e/adding.py" "${SRCDIR:-.}"
