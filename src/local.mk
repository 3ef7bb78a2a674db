# the programs: one main each
