# Every test program prints TAP. tests/unit/LAYER.mk lists the unit tests of a layer; the other kinds have a file each.
INC_TEST = -I$(srcdir)/tests $(CMOCKA_CFLAGS)
TESTS += tests/layers.sh
EXTRA_DIST += tests/store_fixture.h
# an office in this process: sources a store test adds to its own
STORE_FIXTURE = tests/store_fixture.c tests/store_fixture.h
include tests/unit/base.mk
include tests/unit/model.mk
include tests/unit/form.mk
include tests/unit/wire.mk
include tests/unit/store.mk
include tests/unit/desk.mk
include tests/unit/ui.mk
include tests/unit/line.mk
include tests/unit/ssh.mk
include tests/unit/exchange.mk
include tests/screen/local.mk
include tests/e2e/local.mk
include tests/fault/local.mk
include tests/fuzz/local.mk
include tests/accept/local.mk
include tests/bench/local.mk
