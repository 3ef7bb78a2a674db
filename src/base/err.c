/* err.c - names of the failures. */
#include "config.h"
#include "err.h"

const char *err_name(int err)
{
	static const char *const name[] = {
		"ok", "no memory", "i/o error", "no space", "read-only", "too long", "malformed", "protocol broken", "closed",
		"not now", "not found", "busy", "other version", "corrupt", "out of range", "older version",
	};
	if (err > 0 || (unsigned)-err >= sizeof name / sizeof name[0])
		return "unknown";
	return name[-err];
}
