/* fuzz.h - what a fuzz target has: libFuzzer's three functions, of which the first must be there.
 *
 * A target is a file fuzz_NAME.c and a row of `targets`; see run.sh. Where there is no clang the same file is run by
 * replay.c: every file of the corpus, then random changes of them. */
#ifndef BALAI_FUZZ_H
#define BALAI_FUZZ_H
#include <stddef.h>
#include <stdint.h>

/* Tries one input; aborts when something that must hold does not. Always 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* May be there: makes a new input of data in place, for inputs that blind changes would not reach. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);
/* Given by libFuzzer or replay.c: a random change. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

#endif
