# e2e tests
TESTS += tests/e2e/balaictl.sh
dist_check_SCRIPTS += tests/e2e/balaictl.sh
TESTS += tests/e2e/adding.sh
dist_check_SCRIPTS += tests/e2e/adding.sh
EXTRA_DIST += tests/e2e/adding.py doc/adding.md
TESTS += tests/e2e/import.sh
dist_check_SCRIPTS += tests/e2e/import.sh
# a real office on a free loopback port; lib.sh says how
dist_check_SCRIPTS += tests/e2e/test_ssh.sh tests/e2e/test_hostile.sh tests/e2e/hardening.sh
dist_check_SCRIPTS += tests/e2e/start.sh
TESTS += tests/e2e/start.sh
TESTS += tests/e2e/test_ssh.sh tests/e2e/test_hostile.sh tests/e2e/hardening.sh
EXTRA_DIST += tests/e2e/lib.sh tests/e2e/hostile.py
dist_check_SCRIPTS += tests/e2e/walk.sh
TESTS += tests/e2e/walk.sh
EXTRA_DIST += tests/e2e/walk.py tests/e2e/desks.py
dist_check_SCRIPTS += tests/e2e/registration.sh
TESTS += tests/e2e/registration.sh
EXTRA_DIST += tests/e2e/registration.py
