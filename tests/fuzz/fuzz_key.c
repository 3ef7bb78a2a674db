/* fuzz_key.c - the bytes of any terminal, in pieces and with pauses. What is typed must be a character that may be shown. */
#include "config.h"
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "key.h"

#define MUST(x) do { if (!(x)) abort(); } while (0)

static void take(struct keydecode *d)
{
	struct key k;

	while (keydecode_next(d, &k) == 1) {
		MUST(k.code != KEY_NONE_);
		if (k.code == KEY_TEXT)
			MUST(k.ch >= 0x20 && k.ch != 0x7f && (k.ch < 0x80 || k.ch >= 0xa0) && k.ch <= 0x10ffff);
		if (k.code == KEY_PASTE)
			for (size_t i = 0; i < k.n; i++)
				MUST((unsigned char)k.text[i] >= 0x20 && k.text[i] != 0x7f);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct keydecode *d = keydecode_new();
	int64_t now = 1000;

	if (d == NULL)
		abort();
	while (size > 0) {
		/* a byte says how long the piece is and how long the pause after it */
		size_t n = (size_t)(data[0] & 15) + 1;

		now += (data[0] >> 4) * 90;
		data++;
		size--;
		n = n < size ? n : size;
		keydecode_bytes(d, data, n, now);
		take(d);
		if (keydecode_due(d) != 0 && keydecode_due(d) <= now + 300) {
			now = keydecode_due(d) > now ? keydecode_due(d) : now;
			keydecode_tick(d, now);
			take(d);
		}
		data += n;
		size -= n;
	}
	/* after a long silence nothing is left to wait for */
	for (int i = 0; i < 8 && keydecode_due(d) != 0; i++) {
		now += 5000;
		keydecode_tick(d, now);
		take(d);
	}
	MUST(keydecode_due(d) == 0);
	keydecode_free(d);
	return 0;
}
