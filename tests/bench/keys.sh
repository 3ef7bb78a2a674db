#!/bin/sh
# Keys per household: the test of the screens measures them on the committed sample (tests/screen/household4.txt).
"${BUILDDIR:-.}/tests/screen/test_keys" 2>&1 | awk '/keys per household:/ { for (i = 1; i < NF; i++) { if ($i == "keys" && $(i + 1) == "/") k = $(i - 1); if ($i == "characters") c = $(i - 1) } }
	END { if (c == 0) exit 1
	printf "| keys per household (sample household of 4, whole questionnaire, every key pressed) over its digits, codes and letters | %d keys | %d characters | %.3f | <= 1.25 |\n", k, c, k / c }'
