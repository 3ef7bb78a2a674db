/* auth.c - admission: one name, six tries, one answer for every kind of failure.
 *
 * Password and keyboard-interactive put the same question to the owner. A public key is admission before that, never a
 * login by itself: this libssh shows neither session id nor signed bytes, so nobody else could check it (trap 32). */
#include "config.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "server_in.h"

/* Authentication requests of any kind on one connection; a client with many keys asks often. */
#define ASKED_MAX 40

/* Every request passes here first. False: refuse it. */
static bool admit(struct server *s, const char *user)
{
	if (s->drop)
		return false;
	if (++s->asked > ASKED_MAX) {
		server_end(s, "too many requests to log in");
		return false;
	}
	if (user == NULL)
		return s->user_known;
	if (!s->user_known) {
		if (strlen(user) >= sizeof s->user) {
			server_end(s, "user name too long");
			return false;
		}
		memcpy(s->user, user, strlen(user) + 1);
		s->user_known = true;
	} else if (strcmp(s->user, user) != 0) {
		/* libssh would let one connection try as many names as it likes (trap 23) */
		server_end(s, "user name changed");
		return false;
	}
	if (!s->notice_sent) {
		const char *text = s->hooks.notice(s->hooks.arg);
		ssh_string banner;

		s->notice_sent = true;
		if (text[0] != '\0' && (banner = ssh_string_from_char(text)) != NULL) {
			ssh_send_issue_banner(s->session, banner);
			ssh_string_free(banner);
		}
	}
	return true;
}

static int answer(struct server *s, const char *secret)
{
	bool missing = keylist_needs(s->keylist, s->user) && !s->key_shown;
	enum server_verdict verdict = s->hooks.ask(s->hooks.arg, s->user, secret, missing);

	if (verdict == SERVER_YES && !missing) {
		s->welcome = true;
		return SSH_AUTH_SUCCESS;
	}
	if (verdict == SERVER_END) {
		ssh_session_set_disconnect_message(s->session, "Server sedang tidak siap. Coba lagi sebentar.");
		server_end(s, "the office ended the login");
	} else if (++s->wrong >= SERVER_TRIES) {
		server_end(s, "too many wrong answers");
	}
	return SSH_AUTH_DENIED;
}

static int on_none(ssh_session session, const char *user, void *arg)
{
	(void)session;
	admit(arg, user);
	return SSH_AUTH_DENIED;
}

static int on_password(ssh_session session, const char *user, const char *password, void *arg)
{
	struct server *s = arg;

	(void)session;
	if (!admit(s, user) || password == NULL)
		return SSH_AUTH_DENIED;
	return answer(s, password);
}

/* The probe (state NONE) is answered by the key alone, so that it tells nothing about the name. */
static int on_pubkey(ssh_session session, const char *user, struct ssh_key_struct *key, char state, void *arg)
{
	struct server *s = arg;

	(void)session;
	if (!admit(s, user) || key == NULL || ssh_key_type(key) != SSH_KEYTYPE_ED25519)
		return SSH_AUTH_DENIED;
	if (state == SSH_PUBLICKEY_STATE_NONE)
		return keylist_has(s->keylist, NULL, key) ? SSH_AUTH_SUCCESS : SSH_AUTH_DENIED;
	if (state != SSH_PUBLICKEY_STATE_VALID || !keylist_has(s->keylist, s->user, key))
		return SSH_AUTH_DENIED;
	s->key_shown = true;
	ssh_set_auth_methods(s->session, SSH_AUTH_METHOD_PASSWORD | SSH_AUTH_METHOD_INTERACTIVE);
	return SSH_AUTH_PARTIAL;
}

static int interactive(struct server *s, ssh_message message)
{
	/* Constants: clients differ in what they escape. */
	static const char *const prompt[1] = { "Kata sandi: " };
	static char echo[1] = { 0 };
	const char *secret;

	if (!ssh_message_auth_kbdint_is_response(message)) {
		const char *list[1] = { prompt[0] };

		if (!admit(s, ssh_message_auth_user(message)))
			return 1;
		ssh_message_auth_interactive_request(message, "", "", 1, list, echo);
		return 0;
	}
	if (!admit(s, NULL) || ssh_userauth_kbdint_getnanswers(s->session) != 1 ||
	    (secret = ssh_userauth_kbdint_getanswer(s->session, 0)) == NULL)
		return 1;
	if (answer(s, secret) != SSH_AUTH_SUCCESS)
		return 1;
	ssh_message_auth_reply_success(message, 0);
	return 0;
}

/* What no callback of 0.10 is for. 1 lets libssh give its default answer: yes to the service, no to all else. */
static int on_message(ssh_session session, ssh_message message, void *arg)
{
	struct server *s = arg;

	(void)session;
	if (ssh_message_type(message) == SSH_REQUEST_AUTH &&
	    ssh_message_subtype(message) == SSH_AUTH_METHOD_INTERACTIVE && !s->welcome)
		return interactive(s, message);
	return 1;
}

void auth_init(struct server *s)
{
	s->cb.userdata = s;
	s->cb.auth_none_function = on_none;
	s->cb.auth_password_function = on_password;
	s->cb.auth_pubkey_function = on_pubkey;
	s->cb.channel_open_request_session_function = channel_open;
	ssh_callbacks_init(&s->cb);
	ssh_set_server_callbacks(s->session, &s->cb);
	ssh_set_message_callback(s->session, on_message, s);
	ssh_set_auth_methods(s->session, SSH_AUTH_METHOD_PASSWORD | SSH_AUTH_METHOD_INTERACTIVE |
	                     (s->keylist->n > 0 ? SSH_AUTH_METHOD_PUBLICKEY : 0));
}
