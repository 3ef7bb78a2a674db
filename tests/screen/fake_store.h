/* fake_store.h - a test double on the other side of struct call: answers operations from small tables of canned replies.
 * It keeps one draft (so that saving and resuming can be tested) and counts what it was asked; it checks nothing. */
#ifndef BALAI_FAKE_STORE_H
#define BALAI_FAKE_STORE_H
#include "app.h"
#include "filling.h"

struct fake_store;
struct fake_store *fake_new(const char *forms_dir);
void fake_free(struct fake_store *);
/* Works off what the app has sent. held: answers are kept back until the next call without it. */
void fake_pump(struct fake_store *, struct app *, bool held);
const struct filling *fake_draft(const struct fake_store *);
const char *fake_open_text(const struct fake_store *);
size_t fake_count(const struct fake_store *, enum op);
void fake_refuse(struct fake_store *, enum op, enum finding_code, const char *arg);      /* the next request of op is refused */
void fake_event(struct fake_store *, struct app *, enum wire_event, int64_t object, const char *text);
const char *fake_setting(const struct fake_store *, unsigned *n);  /* "name=value" kept last, and how many were kept */
int64_t fake_previewed(const struct fake_store *);                 /* the area of the last finalisation that was looked at */
const char *fake_channel(const struct fake_store *);              /* of the dossier sent last */
/* A login as the session would hand it over: role is one word of role_name(). */
void fake_login(struct app *, const char *role);
void fake_role(struct fake_store *, const char *role);            /* what desk_show says of it */
void fake_draft_kept(struct fake_store *, const char *kind);      /* desk_show shows the kept draft */
void fake_row(struct fake_store *, uint32_t roster, uint32_t row, int64_t subject);     /* into the kept draft */
void fake_value(struct fake_store *, uint32_t field, uint32_t row, const char *value);

#endif
