#!/bin/sh
# test_hostile.sh - clients that mean harm against a real office, while another clerk types (hostile.py says which traps).
. "$SRCDIR/tests/e2e/lib.sh"
office_make 30 >/dev/null
office_conf
/usr/bin/python3 "$top/tests/e2e/hostile.py" "$port" sari "$(password sari)" joko "$(password joko)" "$office/log" "$@"
