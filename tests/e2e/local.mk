# e2e tests
TESTS += tests/e2e/balaictl.sh
dist_check_SCRIPTS += tests/e2e/balaictl.sh
