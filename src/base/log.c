/* log.c - one event, one line. */
#include "config.h"
#include "log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <utf8proc.h>

#include "clock.h"

#define LOG_LINE_MAX 1000u      /* bytes of a line with its end: one write, one message of a control socket */
#define LOG_ESCAPE_MAX 4u       /* "\xNN" */

static char log_ident[32] = "balai";
static int log_fd = -1;
static pid_t log_pid;           /* for log_signal(): a hasher may not even ask for it */
static enum log_level log_level = LOG_LV_INFO;

void log_init(const char *ident, int fd)
{
	snprintf(log_ident, sizeof log_ident, "%s", ident);
	log_fd = fd;
	log_pid = getpid();
}

void log_set_level(enum log_level level)
{
	log_level = level;
}

static bool log_is_plain(utf8proc_int32_t c)
{
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_CC: case UTF8PROC_CATEGORY_CF: case UTF8PROC_CATEGORY_CS: case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_CN: case UTF8PROC_CATEGORY_ZL: case UTF8PROC_CATEGORY_ZP: case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC: case UTF8PROC_CATEGORY_ME:
		return false;
	default:
		return true;
	}
}

/* Copies n bytes of src; what is not a plain character becomes \xNN, byte by byte; with quotes set also " and \.
 * Ends with "..." when it does not fit. */
static size_t log_escape(char *dst, size_t size, const char *src, size_t n, bool quotes)
{
	static const char digit[] = "0123456789abcdef";
	const utf8proc_uint8_t *s = (const utf8proc_uint8_t *)src;
	size_t i = 0, out = 0, mark = 0;

	while (i < n) {
		utf8proc_int32_t c;
		utf8proc_ssize_t len = utf8proc_iterate(s + i, (utf8proc_ssize_t)(n - i), &c);
		bool plain = len > 0 && log_is_plain(c);
		size_t need;

		if (len <= 0)
			len = 1;
		need = plain ? (size_t)len + (quotes && (c == '"' || c == '\\')) : LOG_ESCAPE_MAX * (size_t)len;
		if (out + 3 < size)
			mark = out;         /* the last place where "..." still fits */
		if (out + need >= size) {
			out = mark;
			while (size > 0 && out + 1 < size && out < mark + 3)
				dst[out++] = '.';
			break;
		}
		if (plain) {
			if (need > (size_t)len)
				dst[out++] = '\\';
			memcpy(dst + out, s + i, (size_t)len);
			out += (size_t)len;
			i += (size_t)len;
			continue;
		}
		for (; len > 0; len--, i++) {
			dst[out++] = '\\';
			dst[out++] = 'x';
			dst[out++] = digit[s[i] >> 4];
			dst[out++] = digit[s[i] & 15];
		}
	}
	if (size > 0)
		dst[out] = '\0';
	return out;
}

const char *log_quote(char *dst, unsigned long size, const char *src)
{
	log_escape(dst, size, src == NULL ? "" : src, src == NULL ? 0 : strlen(src), true);
	return dst;
}

/* Paths are told from src/ on, wherever the build directory stands. */
static const char *log_file(const char *file)
{
	const char *at, *found = NULL;

	for (at = strstr(file, "src/"); at != NULL; at = strstr(at + 1, "src/"))
		found = at;
	return found != NULL ? found : file;
}

static void log_write(enum log_level level, const char *file, int line, const char *fmt, va_list ap)
{
	char text[LOG_LINE_MAX], out[LOG_LINE_MAX], when[32];
	int64_t now = clock_now_ms();
	time_t seconds = (time_t)(now / 1000);
	struct tm tm;
	size_t n;
	int fd = log_fd < 0 ? STDERR_FILENO : log_fd, saved = errno, r;

	gmtime_r(&seconds, &tm);
	strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%S", &tm);
	vsnprintf(text, sizeof text, fmt, ap);
	r = snprintf(out, sizeof out, "<%d> %s.%03dZ %s[%d] %s:%d ", (int)level, when, (int)(now % 1000), log_ident,
		(int)getpid(), log_file(file), line);
	n = r < 0 ? 0 : (size_t)r < sizeof out - 2 ? (size_t)r : sizeof out - 2;
	n += log_escape(out + n, sizeof out - 1 - n, text, strlen(text), false);
	out[n++] = '\n';
	/* A log that cannot be written must not stop the work: nothing to do about a failure here. */
	while (write(fd, out, n) < 0 && errno == EINTR)
		;
	errno = saved;
}

void log_line(enum log_level level, const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	if (level > log_level)
		return;
	va_start(ap, fmt);
	log_write(level, file, line, fmt, ap);
	va_end(ap);
}

static char *put_number(char *at, long n, int digits)
{
	char d[20];
	int i = 0;

	for (; n > 0 || i < digits; n /= 10)
		d[i++] = (char)('0' + n % 10);
	while (i > 0)
		*at++ = d[--i];
	return at;
}

static char *put_text(char *at, const char *s, size_t most)
{
	while (*s != '\0' && most-- > 0)
		*at++ = *s++;
	return at;
}

/* gmtime() takes a lock that the interrupted thread may hold. Days from 1 March 0000, as in Hinnant's civil_from_days. */
static char *put_time(char *at, int64_t ms)
{
	static const char mark[] = "--T::.Z";
	long seconds = (long)(ms / 1000), day = seconds / 86400 + 719468, left = seconds % 86400;
	long era = day / 146097, doe = day % 146097, yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	long doy = doe - (365 * yoe + yoe / 4 - yoe / 100), m = (5 * doy + 2) / 153;
	const long part[7] = { yoe + era * 400 + (m >= 10), m < 10 ? m + 3 : m - 9, doy - (153 * m + 2) / 5 + 1,
	                       left / 3600, left / 60 % 60, left % 60, (long)(ms % 1000) };

	for (int i = 0; i < 7; i++) {
		at = put_number(at, part[i], i == 0 ? 4 : i == 6 ? 3 : 2);
		*at++ = mark[i];
	}
	return at;
}

void log_signal(const char *file, int line, const char *text, long number)
{
	char out[400], *at = put_text(out, "<3> ", 4);

	at = put_time(at, clock_now_ms());
	*at++ = ' ';
	at = put_text(at, log_ident, sizeof log_ident);
	*at++ = '[';
	at = put_number(at, (long)log_pid, 1);
	at = put_text(at, "] ", 2);
	at = put_text(at, log_file(file), 100);
	*at++ = ':';
	at = put_number(at, line, 1);
	*at++ = ' ';
	at = put_text(at, text, 150);
	*at++ = ' ';
	at = put_number(at, number, 1);
	*at++ = '\n';
	if (write(log_fd < 0 ? STDERR_FILENO : log_fd, out, (size_t)(at - out)) < 0)
		return;                  /* the wait status still tells of the signal */
}

_Noreturn void log_die(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_write(LOG_LV_ERR, file, line, fmt, ap);
	va_end(ap);
	abort();
}
