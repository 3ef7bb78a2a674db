/* hint.c - how an action is called for: by its key on a screen, by its word in line mode. The only place that knows, so that no text
 * names a key its reader does not have. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "screen.h"

const char *key_letter(char letter)
{
	static const char letters[] = "A\0B\0C\0D\0E\0F\0G\0H\0I\0J\0K\0L\0M\0N\0O\0P\0Q\0R\0S\0T\0U\0V\0W\0X\0Y\0Z";
	static const char digits[] = "1\0" "2\0" "3\0" "4\0" "5\0" "6\0" "7\0" "8\0" "9";

	if (letter >= 'a' && letter <= 'z')
		return &letters[2 * (letter - 'a')];
	if (letter >= 'A' && letter <= 'Z')
		return &letters[2 * (letter - 'A')];
	if (letter >= '1' && letter <= '9')
		return &digits[2 * (letter - '1')];
	return letter == ' ' ? "Spasi" : letter == '/' ? "/" : letter == '?' ? "?" : "";
}

const char *key_name(const struct action_info *a)
{
	static const char *const fkeys[] = { "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10" };

	if (a->fkey >= KEY_F1_ && a->fkey <= KEY_F10_)
		return fkeys[a->fkey - KEY_F1_];
	return a->fkey == KEY_ENTER_ ? "Enter" : a->fkey == KEY_CANCEL_ ? "Esc" : key_letter(a->letter);
}

const char *action_help(const struct screen *s, enum action a)
{
	if (a == ACT_back && s->row->id == SCREEN_fill)
		return "ke layar sebelumnya; yang diketik tetap disimpan sebagai draf";
	return action_table[a].help;
}

const char *key_said(const struct app *app, enum action a)
{
	if (!app->config.plain)
		return key_name(&action_table[a]);
	return a == ACT_open || a == ACT_choose ? "nomor" : action_table[a].word;
}

size_t screen_hints(struct screen *s, struct hint *h, size_t max)
{
	size_t n = 0;

	if (s->popup.open && max >= 3) {      /* only what counts now */
		const struct field *d = s->popup.what == POPUP_CHOICES && s->fill != NULL ? fill_field(s->fill) : NULL;

		snprintf(h[n++].text, sizeof(h[0].text), "%s %s", key_name(&action_table[ACT_choose]), action_table[ACT_choose].label);
		if (d != NULL && d->type == FIELD_MANY)
			snprintf(h[n++].text, sizeof(h[0].text), "%s %s", key_name(&action_table[ACT_mark]), action_table[ACT_mark].label);
		snprintf(h[n++].text, sizeof(h[0].text), "%s %s", key_name(&action_table[ACT_cancel]), "Tutup");
		return n;
	}
	for (size_t i = 0; i < s->ndynamic && n < max; i++, n++)
		snprintf(h[n].text, sizeof(h[n].text), "%s %s", key_letter(s->dynamic[i].letter), s->dynamic[i].label);
	for (size_t i = 0; i < s->naction && n < max; i++) {
		const struct action_info *a = &action_table[s->action[i]];

		if (!screen_valid(s, s->action[i]) || ((s->row->kind == KIND_FORM || s->has_input) && a->fkey == KEY_NONE_))
			continue;
		snprintf(h[n++].text, sizeof(h[0].text), "%s %s", key_name(a), a->label);
	}
	return n;
}
