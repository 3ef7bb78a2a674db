/* clock.c - the one source of time. */
#include "config.h"
#include "clock.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "err.h"

#define DAY_MS INT64_C(86400000)

static atomic_bool clock_fixed;
static _Atomic int64_t clock_fixed_now;    /* while fixed: the wall clock */
static _Atomic int64_t clock_fixed_mono;   /* while fixed: the other one */

static int64_t clock_read(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t clock_now_ms(void)
{
	return clock_fixed ? clock_fixed_now : clock_read(CLOCK_REALTIME);
}

int64_t clock_mono_ms(void)
{
	return clock_fixed ? clock_fixed_mono : clock_read(CLOCK_BOOTTIME);
}

void clock_fix(int64_t now_ms)
{
	clock_fixed_mono = clock_mono_ms();
	clock_fixed_now = now_ms;
	clock_fixed = true;
}

void clock_step(int64_t ms)
{
	if (!clock_fixed)
		clock_fix(clock_now_ms());
	clock_fixed_now += ms;
	clock_fixed_mono += ms;
}

void clock_free(void)
{
	clock_fixed = false;
}

int clock_zone_minutes(const char *name, int *minutes)
{
	static const struct { const char *name; int minutes; } zone[] = {
		{ "WIB", 7 * 60 }, { "Asia/Jakarta", 7 * 60 },
		{ "WITA", 8 * 60 }, { "Asia/Makassar", 8 * 60 },
		{ "WIT", 9 * 60 }, { "Asia/Jayapura", 9 * 60 },
	};
	size_t i;

	for (i = 0; i < sizeof zone / sizeof zone[0]; i++)
		if (strcmp(name, zone[i].name) == 0) {
			*minutes = zone[i].minutes;
			return 0;
		}
	return ERR_NOTFOUND;
}

int32_t clock_day(int64_t ms, int zone_minutes)
{
	int64_t local = ms + (int64_t)zone_minutes * 60000;
	int64_t day = local / DAY_MS;

	if (local % DAY_MS < 0)
		day--;
	return (int32_t)day;
}
