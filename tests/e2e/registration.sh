#!/bin/sh
# registration.sh - a household of 4 with the whole questionnaire over OpenSSH: on screen with the line cut, in line mode, on a telephone.
exec /usr/bin/python3 "${SRCDIR:-.}/tests/e2e/registration.py" "$@"
