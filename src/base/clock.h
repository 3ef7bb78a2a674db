/* clock.h - the one source of time.
 *
 * Layer: base. Moments are UTC milliseconds since 1970 (int64). Days are days since 1970-01-01 in the office's zone.
 * Order is never taken from the wall clock (security.md T19): use journal numbers. Waiting uses clock_mono_ms().
 * clock_fix() and clock_step() exist for tests only; nothing in a program's environment can reach them. */
#ifndef BALAI_CLOCK_H
#define BALAI_CLOCK_H
#include <stdint.h>

int64_t clock_now_ms(void);
int64_t clock_mono_ms(void);              /* CLOCK_BOOTTIME */
void    clock_fix(int64_t now_ms);        /* tests: both clocks stand still at this moment */
void    clock_step(int64_t ms);           /* tests: both go on by ms */
void    clock_free(void);                 /* tests: back to the machine's clock */

/* Zone of the office: "Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura" have no daylight saving, so an offset in
 * minutes is exact. ERR_NOTFOUND for a name that is none of WIB, WITA, WIT or those three. */
int     clock_zone_minutes(const char *name, int *minutes);
int32_t clock_day(int64_t ms, int zone_minutes);   /* days since 1970-01-01 */

#endif
