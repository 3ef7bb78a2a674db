/* balaictl.c - the administrator's command line: a client of the store's socket like any other. */
#include "config.h"
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "err.h"
#include "log.h"

#define CTL_WORDS_MAX 2

struct ctl_command {
	const char *name, *args, *purpose, *help;
	int least, most;               /* arguments; most -1: any number */
	unsigned need;
	ctl_run *run;
};

static ctl_run ctl_help;

static const struct ctl_command ctl_table[] = {
	{ "help", "[COMMAND]", "lists the commands, or explains one", "", 0, 2, CTL_NOTHING, ctl_help },
	{ "init", "", "makes a new office",
	  "Makes the state directory, the database and the keys of the office that the configuration describes, loads every form,\n"
	  "list, flow and period of its forms folder, and prints the first administrator's one-time code as `admin CODE`.\n"
	  "Log in with that code once and choose a password: balaictl password change.",
	  0, 0, CTL_CONF, ctl_init },
	{ "own", "", "gives the office's files to the store's system account",
	  "For an office that was made or copied under another account. To be run as root while the office does not run.",
	  0, 0, CTL_CONF, ctl_own },
	{ "status", "", "what the store is doing", "", 0, 0, CTL_LOGIN, ctl_status },
	{ "doctor", "", "says in words what is wrong with an office",
	  "Looks at the configuration, the directories, the free space and the socket, then asks the store how it is.\n"
	  "Works without a running store and then says so.",
	  0, 0, CTL_CONF, ctl_doctor },
	{ "form check", "FILE", "reads a form and says what is wrong with it", "", 1, 1, CTL_NOTHING, ctl_form_check },
	{ "form show", "FILE", "prints a form as a questionnaire on paper", "", 1, 1, CTL_NOTHING, ctl_form_show },
	{ "form eval", "EXPRESSION [NAME:TYPE=VALUE ...] [--today DATE]", "evaluates an expression of the form language",
	  "Types are number, string, date; NAME:TYPE[]=V|V|V gives the rows of a roster. Prints TYPE<tab>VALUE.",
	  1, -1, CTL_NOTHING, ctl_form_eval },
	{ "form load", "FILE", "loads a form as a new version", "", 1, 1, CTL_LOGIN, ctl_form_load },
	{ "list load", "FILE", "loads a list of choices or reasons as a new version", "", 1, 1, CTL_LOGIN, ctl_list_load },
	{ "flow check", "FILE", "reads a flow and says what is wrong with it",
	  "Reason lists are looked for in the folder list beside the flow's own.", 1, 1, CTL_NOTHING, ctl_flow_check },
	{ "flow load", "FILE", "loads a flow with its queues as a new version", "", 1, 1, CTL_LOGIN, ctl_flow_load },
	{ "period load", "FILE", "loads periods and their windows", "", 1, 1, CTL_LOGIN, ctl_period_load },
	{ "period list", "", "lists the periods and their windows", "", 0, 0, CTL_LOGIN, ctl_period_list },
	{ "area list", "[CODE or NAME]", "lists areas", "", 0, 1, CTL_LOGIN, ctl_area_list },
	{ "area import", "DIR [--regency CODE]", "adds areas from the CSV set of idn-area-data", "", 1, -1, CTL_LOGIN, ctl_area_import },
	{ "area recode", "FILE [--on DATE]", "gives areas new codes; no household is touched",
	  "FILE is CSV with the header line old,new.", 1, 3, CTL_LOGIN, ctl_area_recode },
	{ "area split", "FILE [--on DATE]", "makes a new area out of a part of an old one",
	  "FILE is CSV with the header line old,new,name,neighbourhood,household: the codes of the old and the new area, the new\n"
	  "area's name, and what goes there: a neighbourhood as it stands in the register, or the number of one household.\n"
	  "old, new and name are the same on every line.", 1, 3, CTL_LOGIN, ctl_area_split },
	{ "import", "--area CODE [--dry-run] [--form NAME] [--channel CODE] [--report FILE] RUMAH.csv ART.csv", "imports households",
	  "Every row that is refused, and why, goes to the report (import-report.csv). The file is for the area of --area; its\n"
	  "questionnaire is --form (bdt2015), and --channel says how the rows came (PRELIST_PUSAT). --dry-run reads and reports only.",
	  1, -1, CTL_LOGIN, ctl_import },
	{ "import accept", "NUMBER", "accepts an imported file, as a second account", "", 1, 1, CTL_LOGIN, ctl_import_accept },
	{ "person erase", "PERSON --reason TEXT", "erases a person on request",
	  "PERSON is the number of the person in the register. The first account asks for it, a second one gives the same command\n"
	  "and carries it out.", 3, 3, CTL_LOGIN, ctl_person_erase },
	{ "account list", "[TEXT]", "lists accounts with their grants", "", 0, 1, CTL_LOGIN, ctl_account_list },
	{ "account add", "NAME FULL-NAME", "makes an account and prints its one-time code", "", 2, 2, CTL_LOGIN, ctl_account_add },
	{ "account enable", "NAME", "lets an account log in again", "", 1, 1, CTL_LOGIN, ctl_account_enable },
	{ "account disable", "NAME", "shuts an account out and ends its sessions", "", 1, 1, CTL_LOGIN, ctl_account_disable },
	{ "account reset", "NAME", "voids the password and prints a new one-time code", "", 1, 1, CTL_LOGIN, ctl_account_reset },
	{ "account recover", "NAME", "a new one-time code for an account nobody can log in to",
	  "For the server's own administrator, as root or as the user of the state directory, with the office stopped: the password\n"
	  "is void, a disabled account is active again, and the journal says that it was done on the server. The first\n"
	  "login must choose a password. The same as balai-store -f CONF --reset-account NAME.", 1, 1, CTL_CONF, ctl_account_recover },
	{ "grant give", "ACCOUNT ROLE AREA [--from DATE] [--to DATE]", "gives an account a role in an area and all below it",
	  "ROLE: operator verifier supervisor office_head admin auditor observer companion kiosk. AREA is the area's code.",
	  3, 7, CTL_LOGIN, ctl_grant_give },
	{ "grant end", "NUMBER", "ends a grant; its number stands in account list", "", 1, 1, CTL_LOGIN, ctl_grant_end },
	{ "password change", "[--new-password-file FILE]", "chooses a new password for the account that logs in",
	  "After a one-time code this is the only command that works.", 0, 2, CTL_STORE, ctl_password_change },
	{ "backup", "FILE [--files DIR]", "copies the database and its files, while desks work",
	  "FILE gets a consistent copy of the database; photos, scans and letters go to FILE.blob, or to DIR, where those that are\n"
	  "there already are not fetched again. The keys are not in it: see backup keys.", 1, 3, CTL_LOGIN, ctl_backup },
	{ "backup keys", "FILE", "copies the keys of the office, to be kept apart",
	  "As root, on the server. FILE gets pepper, receipt.key and the host keys. They are in no backup, so that a lost backup\n"
	  "gives no passwords away; without the pepper no password works after a restore.", 1, 1, CTL_CONF, ctl_backup_keys },
	{ "restore", "FILE [--files DIR] [--keys FILE | --new-keys]", "puts a backup into an empty office",
	  "The office must not run and must have no database yet: nothing is ever overwritten. Files come from FILE.blob, or DIR.\n"
	  "Keys come from a file of backup keys, unless they are in the state directory; --new-keys goes on without them: all\n"
	  "passwords are void then, and account recover gives out the first code. A backup of an older version is brought to this one;\n"
	  "one of a newer version is refused.", 1, 6, CTL_CONF, ctl_restore },
	{ "journal head", "", "prints the size and the root of the journal's tree", "", 0, 0, CTL_LOGIN, ctl_journal_head },
	{ "journal export", "FILE", "writes the leaves of the journal to FILE, one a line in hexadecimal", "", 1, 1, CTL_LOGIN, ctl_journal_export },
	{ "journal verify", "[FILE]", "checks a backup, or the running office, against its journal",
	  "Derives the tree from the leaves and compares every row with its commitment. Without FILE a backup is made, checked and\n"
	  "removed again. A backup of an older version stays as it is: a copy of it in TMPDIR, or /var/tmp, is brought to this\n"
	  "version and checked.", 0, 1, CTL_CONF, ctl_journal_verify },
	{ "queue", "[NAME]", "what waits in the queues of the account", "", 0, 1, CTL_LOGIN, ctl_queue },
};
#define CTL_COMMANDS (sizeof ctl_table / sizeof ctl_table[0])

static void ctl_synopsis(FILE *to)
{
	fputs("usage: balaictl [-f balai.conf | -s SOCKET] [-a ACCOUNT] [--password-file FILE] COMMAND [ARGUMENTS]\n", to);
}

/* The row whose name the first words of argv are; the longest name wins. *words: how many they are. */
static const struct ctl_command *ctl_find(int argc, char **argv, int *words)
{
	char name[64];
	size_t i;
	int n;

	for (n = argc < CTL_WORDS_MAX ? argc : CTL_WORDS_MAX; n > 0; n--) {
		if (n == 1)
			snprintf(name, sizeof name, "%s", argv[0]);
		else
			snprintf(name, sizeof name, "%s %s", argv[0], argv[1]);
		for (i = 0; i < CTL_COMMANDS; i++)
			if (strcmp(ctl_table[i].name, name) == 0) {
				*words = n;
				return &ctl_table[i];
			}
	}
	return NULL;
}

static int ctl_help(struct ctl *c, int argc, char **argv)
{
	const struct ctl_command *cmd;
	size_t i;
	int words;

	(void)c;
	if (argc > 0) {
		if ((cmd = ctl_find(argc, argv, &words)) == NULL)
			return ctl_usage("there is no command %s; `balaictl help` lists them", argv[0]);
		printf("balaictl %s %s\n\n%s.\n", cmd->name, cmd->args, cmd->purpose);
		if (*cmd->help != '\0')
			printf("%s\n", cmd->help);
		return CTL_DONE;
	}
	ctl_synopsis(stdout);
	putchar('\n');
	for (i = 0; i < CTL_COMMANDS; i++)
		printf("  %-16s %s\n", ctl_table[i].name, ctl_table[i].purpose);
	puts("\nExit status: 0 done, 1 refused, 2 wrong arguments, 3 the store cannot be reached.");
	return CTL_DONE;
}

static int ctl_run_command(struct ctl *c, int argc, char **argv)
{
	const struct ctl_command *cmd;
	int words, e = CTL_DONE;
	char **args;

	if ((cmd = ctl_find(argc, argv, &words)) == NULL)
		return ctl_usage("there is no command %s; `balaictl help` lists them", argv[0]);
	argc -= words;
	args = argv + words;
	if (argc < cmd->least || (cmd->most >= 0 && argc > cmd->most))
		return ctl_usage("expected: balaictl [OPTIONS] %s%s%s", cmd->name, cmd->args[0] != 0 ? " " : "", cmd->args);
	if ((cmd->need & CTL_CONF) != 0 || ((cmd->need & (CTL_STORE | CTL_LOGIN)) != 0 && c->socket == NULL))
		e = ctl_read_conf(c);
	if (e == CTL_DONE && (cmd->need & (CTL_STORE | CTL_LOGIN)) != 0)
		e = ctl_connect(c);
	if (e == CTL_DONE && (cmd->need & CTL_LOGIN) != 0)
		e = ctl_login(c, false);
	return e == CTL_DONE ? cmd->run(c, argc, args) : e;
}

int main(int argc, char **argv)
{
	enum { OPT_PASSWORD_FILE = 256, OPT_VERSION };
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'f' }, { "socket", required_argument, NULL, 's' },
		{ "account", required_argument, NULL, 'a' }, { "password-file", required_argument, NULL, OPT_PASSWORD_FILE },
		{ "help", no_argument, NULL, 'h' }, { "version", no_argument, NULL, OPT_VERSION }, { NULL, 0, NULL, 0 },
	};
	struct ctl c = { .conf_path = SYSCONFDIR "/balai/balai.conf", .account = "admin", .self = argv[0], .line = { .fd = -1 } };
	int option, e;

	setlocale(LC_ALL, "C.UTF-8");
	log_init("balaictl", -1);
	log_set_level(LOG_LV_WARN);
	while ((option = getopt_long(argc, argv, "+f:s:a:h", options, NULL)) != -1) {
		switch (option) {
		case 'f':
			c.conf_path = optarg;
			break;
		case 's':
			c.socket = optarg;
			break;
		case 'a':
			c.account = optarg;
			break;
		case OPT_PASSWORD_FILE:
			c.password_file = optarg;
			break;
		case 'h':
			return ctl_help(&c, argc - optind, argv + optind);
		case OPT_VERSION:
			puts("balaictl " PACKAGE_VERSION);
			return CTL_DONE;
		default:
			ctl_synopsis(stderr);
			return CTL_USAGE;
		}
	}
	if (optind == argc) {
		ctl_synopsis(stderr);
		fputs("`balaictl help` lists the commands.\n", stderr);
		return CTL_USAGE;
	}
	e = ctl_run_command(&c, argc - optind, argv + optind);
	ctl_close(&c);
	if (fflush(stdout) != 0 || ferror(stdout))
		return CTL_REFUSED;
	return e;
}
