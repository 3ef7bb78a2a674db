#!/bin/sh
# walk.sh - every kind of dossier on screen through to the register, over OpenSSH in tmux (walk.py says how and names its sabotage).
exec /usr/bin/python3 "${SRCDIR:-.}/tests/e2e/walk.py" "$@"
