/* role.c - the names of the roles. */
#include "config.h"
#include "wire.h"

#include <string.h>

static const struct { enum role role; const char *name; } role_table[] = {
	{ ROLE_OPERATOR, "operator" }, { ROLE_VERIFIER, "verifier" }, { ROLE_SUPERVISOR, "supervisor" },
	{ ROLE_OFFICE_HEAD, "office_head" }, { ROLE_ADMIN, "admin" }, { ROLE_AUDITOR, "auditor" },
	{ ROLE_OBSERVER, "observer" }, { ROLE_COMPANION, "companion" }, { ROLE_KIOSK, "kiosk" },
};

enum role role_parse(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof role_table / sizeof role_table[0]; i++)
		if (strcmp(role_table[i].name, name) == 0)
			return role_table[i].role;
	return 0;
}

const char *role_name(enum role role)
{
	size_t i;

	for (i = 0; i < sizeof role_table / sizeof role_table[0]; i++)
		if (role_table[i].role == role)
			return role_table[i].name;
	return "";
}
