/* log.h - one event, one line: "<level> time ident[pid] file:line text key=value ..."
 *
 * Layer: base. Never a NIK, a name, a password. Every value is escaped (control bytes, quotes, invalid UTF-8) here.
 * balaid writes to its file and stderr; its children send lines over their control socket or stderr (see log_init).
 * log_fatal() is for bugs: it logs and aborts. */
#ifndef BALAI_LOG_H
#define BALAI_LOG_H

enum log_level { LOG_LV_ERR = 3, LOG_LV_WARN = 4, LOG_LV_INFO = 6, LOG_LV_DEBUG = 7 };

void log_init(const char *ident, int fd);     /* fd: where lines go, -1 for stderr */
void log_set_level(enum log_level);
void log_line(enum log_level, const char *file, int line, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
_Noreturn void log_die(const char *file, int line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The same line out of a signal handler: digits by hand, no stdio, no locale, no zone, nothing a broken heap could turn. */
void log_signal(const char *file, int line, const char *text, long number);
/* Escapes what came from outside into dst ("user=" values); always terminated, never more than size bytes. Returns dst. */
const char *log_quote(char *dst, unsigned long size, const char *src);

#define log_err(...)   log_line(LOG_LV_ERR, __FILE__, __LINE__, __VA_ARGS__)
#define log_warn(...)  log_line(LOG_LV_WARN, __FILE__, __LINE__, __VA_ARGS__)
#define log_info(...)  log_line(LOG_LV_INFO, __FILE__, __LINE__, __VA_ARGS__)
#define log_debug(...) log_line(LOG_LV_DEBUG, __FILE__, __LINE__, __VA_ARGS__)
#define log_fatal(...) log_die(__FILE__, __LINE__, __VA_ARGS__)

#endif
