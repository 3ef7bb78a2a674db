# data files of forms/
EXTRA_DIST += forms/flow/README forms/flow/dtks-2021.flow forms/period/README
