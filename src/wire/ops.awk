# ops.awk - makes from ops.tbl what the rest of the program needs of it.
#
#   awk -f ops.awk -v out=h|c|dispatch|md|json ops.tbl
#     h         ops_gen.h: enum op, a struct for every record, request and reply
#     c         ops_gen.c: the descriptors of those structs and op_info_table
#     dispatch  ops_dispatch.h: prototypes of all op_ functions and the table that calls them
#     md        doc/operations.md
#     json      the table for tests in another language
#
# Errors are one line each, "FILE:LINE: what", and end it with status 1; nothing is guessed. Records may be used before
# they are defined, so everything is read first and looked at in END. Plain POSIX awk.

BEGIN {
	KEY_MAX = 63                     # one bit each in `has`
	DEPTH_MAX = 8                    # WIRE_DEPTH
	NUMBER_MAX = 999999              # below enum wire_kind
	split("uint int bool text bytes record rows", t, " ")
	for (i in t) reserved[t[i]] = 1
	split("auto break case char const continue default do double else enum extern float for goto if inline int long " \
	      "register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while " \
	      "bool has key", t, " ")
	for (i in t) keyword[t[i]] = 1
	split("operator verifier supervisor office_head admin auditor observer companion kiosk", role_list, " ")
	for (i in role_list) role[role_list[i]] = 1
	split("login look read act quiet", t, " ")
	for (i in t) phase[t[i]] = 1
	split("person household dossier draft batch letter account", t, " ")
	for (i in t) object[t[i]] = 1
}

function fail(line, what) {
	printf "%s:%d: %s\n", FILENAME == "" ? "ops.tbl" : FILENAME, line, what > "/dev/stderr"
	failed = 1
}

# The quoted text at the end of a line; the words before it stand in w[1..n].
function split_line(s,    at) {
	text = ""
	at = index(s, "\"")
	if (at > 0) {
		text = substr(s, at + 1)
		s = substr(s, 1, at - 1)
		if (text !~ /"[ \t]*$/) fail(FNR, "quote not closed, or text after it")
		sub(/"[ \t]*$/, "", text)
		if (text ~ /["\\]/) fail(FNR, "a quote or backslash inside a purpose")
	}
	nw = split(s, w, " ")
}

function check_name(name, what) {
	if (name !~ /^[a-z][a-z0-9_]*$/) fail(FNR, what " \"" name "\" is not a lower-case name")
	else if (name in keyword) fail(FNR, what " \"" name "\" is a word of C or of the generated structs")
}

function number(s, max, what) {
	if (s !~ /^[1-9][0-9]*$/ || s + 0 > max) {
		fail(FNR, what " \"" s "\" is not a number from 1 to " max)
		return 1
	}
	return s + 0
}

# KEY NAME TYPE [!] from w[first..nw] becomes a field of group g.
function add_field(g, first,    i, k, type) {
	if (nw < first + 2) { fail(FNR, "expected KEY NAME TYPE"); return }
	i = ++nfield[g]
	fline[g, i] = FNR
	k = fkey[g, i] = number(w[first], KEY_MAX, "key")
	if ((g, k) in key_seen) fail(FNR, "key " k " repeated, first on line " key_seen[g, k])
	else if (i > 1 && k < fkey[g, i - 1]) fail(FNR, "key " k " after " fkey[g, i - 1] ": keys ascend")
	key_seen[g, k] = FNR
	fname[g, i] = w[first + 1]
	check_name(w[first + 1], "field")
	if ((g, w[first + 1]) in name_seen) fail(FNR, "field " w[first + 1] " repeated, first on line " name_seen[g, w[first + 1]])
	name_seen[g, w[first + 1]] = FNR
	at_name[g, w[first + 1]] = i
	type = w[first + 2]
	first += 3
	fmax[g, i] = 0
	frec[g, i] = ""
	if (type == "uint" || type == "int" || type == "bool") {
		ftype[g, i] = type
	} else if (type == "text" || type == "bytes") {
		ftype[g, i] = type
		fmax[g, i] = number(w[first++], 1000000, "size")
	} else if (type == "rows") {
		ftype[g, i] = "rows"
		frec[g, i] = w[first++]
		fmax[g, i] = number(w[first++], 10000, "rows")
	} else {
		ftype[g, i] = "record"
		frec[g, i] = type
	}
	freq[g, i] = 0
	if (first <= nw && w[first] == "!") {
		if (g !~ /^rq_/) fail(FNR, "only a field of a request can be required")
		freq[g, i] = 1
		first++
	}
	if (first <= nw) fail(FNR, "\"" w[first] "\" after the type")
}

/^[ \t]*$/ { next }
/^# ---/ {
	title = $0
	gsub(/^# -+ *| *-+ *$/, "", title)
	next
}
/^#/ { next }

{ split_line($0) }

w[1] == "record" {
	if (nw != 2 || text == "") fail(FNR, "expected: record NAME \"what one row is\"")
	check_name(w[2], "record")
	if (w[2] in reserved) fail(FNR, "record " w[2] " has the name of a type")
	if (w[2] in record_line) fail(FNR, "record " w[2] " repeated, first on line " record_line[w[2]])
	record_line[w[2]] = FNR
	record_name[++nrecord] = w[2]
	record_text[w[2]] = text
	group = "w_" w[2]
	in_op = 0
	next
}

w[1] == "op" {
	if (nw != 6 || text == "") { fail(FNR, "expected: op NUMBER NAME PHASE ROLES SCOPE \"purpose\""); next }
	o = ++nop
	op_line[o] = FNR
	op_number[o] = number(w[2], NUMBER_MAX, "operation number")
	op_name[o] = w[3]
	check_name(w[3], "operation")
	if (op_number[o] in number_seen) fail(FNR, "number " op_number[o] " repeated, first on line " number_seen[op_number[o]])
	number_seen[op_number[o]] = FNR
	if (o > 1 && op_number[o] < op_number[o - 1]) fail(FNR, "number " op_number[o] " after " op_number[o - 1] ": numbers ascend")
	if (w[3] in op_seen) fail(FNR, "operation " w[3] " repeated, first on line " op_seen[w[3]])
	op_seen[w[3]] = FNR
	op_phase[o] = w[4]
	if (!(w[4] in phase)) fail(FNR, "phase \"" w[4] "\": expected login, look, read, act or quiet")
	op_roles[o] = w[5]
	if ((w[5] == "anybody") != (w[4] == "login")) fail(FNR, "roles `anybody` go with phase `login`")
	if (w[5] != "anybody" && w[5] != "all") {
		n = split(w[5], t, ",")
		for (i = 1; i <= n; i++)
			if (!(t[i] in role)) fail(FNR, "no role \"" t[i] "\"")
	}
	op_scope[o] = w[6]
	op_text[o] = text
	op_title[o] = title
	in_op = 1
	next
}

(w[1] == ">" || w[1] == "<") && in_op { add_field((w[1] == ">" ? "rq_" : "rp_") op_name[nop], 2); next }
w[1] ~ /^[0-9]+$/ && !in_op && group != "" { add_field(group, 1); next }
{ fail(FNR, "expected record, op, a field (KEY NAME TYPE, in an operation after > or <), or a comment") }

# Scope of operation o into scope_kind[o], scope_object[o], scope_field[o].
function check_scope(o,    s, inner, part, n, g) {
	s = op_scope[o]
	g = "rq_" op_name[o]
	scope_object[o] = scope_field[o] = ""
	if (s == "none" || s == "self" || s == "office" || s == "rows") { scope_kind[o] = s; return }
	if (s ~ /^area\([a-z_]+\)$/) {
		scope_kind[o] = "area"
		scope_field[o] = substr(s, 6, length(s) - 6)
	} else if (s ~ /^object\([a-z_]+,[a-z_]+\)$/) {
		scope_kind[o] = "object"
		inner = substr(s, 8, length(s) - 8)
		n = split(inner, part, ",")
		scope_object[o] = part[1]
		scope_field[o] = part[2]
		if (!(part[1] in object)) fail(op_line[o], "no kind of object \"" part[1] "\"")
	} else {
		fail(op_line[o], "scope \"" s "\": expected none, self, office, rows, area(FIELD) or object(KIND,FIELD)")
		return
	}
	if (!((g, scope_field[o]) in at_name)) fail(op_line[o], "scope: no field " scope_field[o] " in the request")
	else if (ftype[g, at_name[g, scope_field[o]]] != "int") fail(op_line[o], "scope: field " scope_field[o] " is no int")
}

# Levels of nesting a group needs (a map counts one, its rows another), 0 for a cycle already told.
function depth_of(g, trail,    i, d, deepest) {
	if (g in depth) return depth[g]
	deepest = 1
	for (i = 1; i <= nfield[g]; i++) {
		if (frec[g, i] == "" || !(frec[g, i] in record_line)) continue
		if (index(trail, " w_" frec[g, i] " ")) {
			fail(fline[g, i], "record " frec[g, i] " holds itself")
			continue
		}
		d = depth_of("w_" frec[g, i], trail " w_" frec[g, i] " ") + 1 + (ftype[g, i] == "rows")
		if (d > deepest) deepest = d
	}
	return depth[g] = deepest
}

function check_group(g,    i) {
	for (i = 1; i <= nfield[g]; i++)
		if (frec[g, i] != "" && !(frec[g, i] in record_line))
			fail(fline[g, i], "no type or record \"" frec[g, i] "\"")
	# one level more for the frame's array
	if (depth_of(g, " " g " ") + 1 > DEPTH_MAX)
		fail(nfield[g] > 0 ? fline[g, 1] : 1, g " nests deeper than " DEPTH_MAX)
}

function c_type(g, i,    type) {
	type = ftype[g, i]
	if (type == "uint") return "uint64_t " fname[g, i]
	if (type == "int") return "int64_t " fname[g, i]
	if (type == "bool") return "bool " fname[g, i]
	if (type == "text") return "const char *" fname[g, i]
	if (type == "bytes") return "struct wbytes " fname[g, i]
	if (type == "record") return "struct w_" frec[g, i] " " fname[g, i]
	return "struct { struct w_" frec[g, i] " *v; size_t n; } " fname[g, i]
}

function spec(g, i,    s) {
	if (ftype[g, i] == "record") s = frec[g, i]
	else if (ftype[g, i] == "rows") s = "rows " frec[g, i] " " fmax[g, i]
	else s = ftype[g, i] (fmax[g, i] > 0 ? " " fmax[g, i] : "")
	return s
}

# A record held by value has to be complete before: it is written first.
function put_struct(g, keyed,    i) {
	if (g in written) return
	written[g] = 1
	for (i = 1; i <= nfield[g]; i++)
		if (ftype[g, i] == "record") put_struct("w_" frec[g, i], 0)
	printf "struct %s {\n", g
	if (keyed) printf "\tuint8_t key[16];\n"
	for (i = 1; i <= nfield[g]; i++) printf "\t%s;\n", c_type(g, i)
	printf "\tuint64_t has;\n};\n"
}

function put_h(    i, r, o) {
	printf "/* Made from ops.tbl by ops.awk: edit those. */\n#ifndef BALAI_OPS_GEN_H\n#define BALAI_OPS_GEN_H\n"
	printf "#define WIRE_DEPTH %d\n\nstruct wire_desc;\n\nenum op {\n", DEPTH_MAX
	for (o = 1; o <= nop; o++) printf "\tOP_%s = %d,\n", op_name[o], op_number[o]
	printf "};\n\n"
	for (r = 1; r <= nrecord; r++) printf "struct w_%s;\n", record_name[r]
	for (r = 1; r <= nrecord; r++) {
		printf "\n/* %s */\n", record_text[record_name[r]]
		put_struct("w_" record_name[r], 0)
	}
	for (o = 1; o <= nop; o++) {
		printf "\n/* %s: %s */\n", op_name[o], op_text[o]
		put_struct("rq_" op_name[o], op_phase[o] == "act")
		put_struct("rp_" op_name[o], 0)
	}
	printf "\n"
	for (r = 1; r <= nrecord; r++) printf "extern const struct wire_desc wire_desc_%s;\n", record_name[r]
	printf "\n#endif\n"
}

function put_desc(g, name, how, keyed,    i, n, max) {
	n = nfield[g] + keyed
	if (n > 0) {
		printf "static const struct wire_field field_%s[] = {\n", g
		if (keyed) printf "\t{ 0, W_KEY, true, offsetof(struct %s, key), 16, NULL, \"key\" },\n", g
		for (i = 1; i <= nfield[g]; i++) {
			printf "\t{ %d, W_%s, %s, offsetof(struct %s, %s), %d, %s, \"%s\" },\n", fkey[g, i], toupper(ftype[g, i]), \
				freq[g, i] ? "true" : "false", g, fname[g, i], fmax[g, i], \
				frec[g, i] == "" ? "NULL" : "&wire_desc_" frec[g, i], fname[g, i]
		}
		printf "};\n"
	}
	printf "%sconst struct wire_desc wire_desc_%s = { \"%s\", sizeof(struct %s), offsetof(struct %s, has), %d, %s };\n", how, name, \
		name, g, g, n, (n > 0 ? "field_" g : "NULL")
}

function roles_c(s,    t, n, i, c) {
	if (s == "anybody") return "0"
	if (s == "all") return "ROLE_ALL"
	n = split(s, t, ",")
	for (i = 1; i <= n; i++) c = c (i > 1 ? " | " : "") "ROLE_" toupper(t[i])
	return c
}

function put_c(    r, o, g, offset) {
	printf "/* Made from ops.tbl by ops.awk: edit those. */\n#include \"config.h\"\n#include \"wire.h\"\n\n"
	for (r = 1; r <= nrecord; r++) put_desc("w_" record_name[r], record_name[r], "", 0)
	for (o = 1; o <= nop; o++) {
		put_desc("rq_" op_name[o], "rq_" op_name[o], "static ", op_phase[o] == "act")
		put_desc("rp_" op_name[o], "rp_" op_name[o], "static ", 0)
	}
	printf "\nconst struct op_info op_info_table[] = {\n"
	for (o = 1; o <= nop; o++) {
		g = "rq_" op_name[o]
		offset = scope_field[o] == "" ? "0" : "offsetof(struct " g ", " scope_field[o] ")"
		printf "\t{ OP_%s, \"%s\", PHASE_%s, %s, SCOPE_%s, %s, %s, %s,\n\t\t%s, &wire_desc_%s, &wire_desc_rp_%s,\n\t\t\"%s\" },\n", \
			op_name[o], op_name[o], toupper(op_phase[o]), roles_c(op_roles[o]), toupper(scope_kind[o]), \
			scope_object[o] == "" ? "NULL" : "\"" scope_object[o] "\"", offset, scope_number(o) ? "true" : "false", \
			scope_number(o) ? "offsetof(struct " g ", number)" : "0", g, op_name[o], op_text[o]
	}
	printf "};\nconst size_t op_info_count = sizeof op_info_table / sizeof op_info_table[0];\n"
}

# The object may be named by its printed number instead of its id: the request has a text `number` beside the id.
function scope_number(o,    g) {
	g = "rq_" op_name[o]
	return scope_kind[o] == "object" && ((g, "number") in at_name) && ftype[g, at_name[g, "number"]] == "text"
}

function put_dispatch(    o) {
	printf "/* Made from ops.tbl by ops.awk: edit those.\n * Prototypes of all operations; with OPS_DISPATCH_TABLE defined also op_run_table, in the order of op_info_table. */\n"
	printf "#ifndef BALAI_OPS_DISPATCH_H\n#define BALAI_OPS_DISPATCH_H\n#include \"op.h\"\n\n"
	printf "typedef int op_run(struct op_ctx *, const void *rq, void *rp);\n\n"
	for (o = 1; o <= nop; o++)
		printf "int op_%s(struct op_ctx *, const struct rq_%s *, struct rp_%s *);\n", op_name[o], op_name[o], op_name[o]
	printf "\n#ifdef OPS_DISPATCH_TABLE\n"
	for (o = 1; o <= nop; o++)
		printf "static int op_run_%s(struct op_ctx *cx, const void *rq, void *rp)\n{\n\treturn op_%s(cx, rq, rp);\n}\n", op_name[o], op_name[o]
	printf "static op_run *const op_run_table[] = {\n"
	for (o = 1; o <= nop; o++) printf "\top_run_%s,\n", op_name[o]
	printf "};\n#endif\n\n#endif\n"
}

function md_fields(g, keyed,    i, out) {
	if (keyed) printf "| 0 | `key` | bytes 16 | yes |\n"
	for (i = 1; i <= nfield[g]; i++) {
		out = frec[g, i] == "" ? spec(g, i) : (ftype[g, i] == "rows" ? "up to " fmax[g, i] " " : "") "[" frec[g, i] "](#record-" frec[g, i] ")"
		printf "| %d | `%s` | %s | %s |\n", fkey[g, i], fname[g, i], out, freq[g, i] ? "yes" : ""
	}
}

function md_table(g, head, keyed) {
	if (nfield[g] + keyed == 0) { printf "%s: none.\n\n", head; return }
	printf "%s:\n\n| key | field | type | required |\n|---|---|---|---|\n", head
	md_fields(g, keyed)
	printf "\n"
}

function put_md(    o, r, last) {
	printf "# Operations\n\nMade from `src/wire/ops.tbl` by `make operations`; edit the table, not this file.\n\n"
	printf "Everything that can be asked of the store. A frame is a 32-bit big-endian length and a CBOR array\n`[version, request id, kind, map]`; "
	printf "the map's keys are the numbers below. Texts and bytes name their greatest\nlength in bytes. An optional field that is zero or empty is left out.\n\n"
	printf "Phases: **login** before an account is bound to the socket; **look** answered by a reader, nothing of a person in it;\n"
	printf "**read** shows persons, answered after the journal has it; **act** changes something, carries an idempotency key and\n"
	printf "leaves a leaf in the journal and a receipt; **quiet** changes what is nobody's record yet.\n\n"
	printf "Scopes: **none**; **self** the account; **office** a grant over the whole office; **area(F)** the area named by field F; **object(KIND,F)** the area of the object\nnamed by F; **rows** only rows of the account's areas come back.\n\n"
	printf "| number | operation | phase | roles | purpose |\n|---|---|---|---|---|\n"
	for (o = 1; o <= nop; o++) {
		r = op_roles[o]
		gsub(/,/, ", ", r)
		printf "| %d | [%s](#%s) | %s | %s | %s |\n", op_number[o], op_name[o], op_name[o], op_phase[o], r, op_text[o]
	}
	last = ""
	for (o = 1; o <= nop; o++) {
		if (op_title[o] != last) {
			last = op_title[o]
			printf "\n## %s%s\n", toupper(substr(last, 1, 1)), substr(last, 2)
		}
		r = op_roles[o]
		gsub(/,/, ", ", r)
		printf "\n### %s\n\n%s%s.\n\nNumber %d, phase %s, roles: %s, scope: %s.\n\n", op_name[o], toupper(substr(op_text[o], 1, 1)), \
			substr(op_text[o], 2), op_number[o], op_phase[o], r, op_scope[o]
		md_table("rq_" op_name[o], "Request", op_phase[o] == "act")
		md_table("rp_" op_name[o], "Reply", 0)
	}
	printf "## Records\n"
	for (r = 1; r <= nrecord; r++) {
		printf "\n### record %s\n\n%s%s.\n\n", record_name[r], toupper(substr(record_text[record_name[r]], 1, 1)), substr(record_text[record_name[r]], 2)
		printf "| key | field | type | |\n|---|---|---|---|\n"
		md_fields("w_" record_name[r], 0)
	}
}

function json_fields(g, keyed,    i) {
	printf "["
	if (keyed) printf "{\"key\":0,\"name\":\"key\",\"type\":\"bytes\",\"max\":16,\"required\":true}%s", (nfield[g] > 0 ? "," : "")
	for (i = 1; i <= nfield[g]; i++) {
		printf "{\"key\":%d,\"name\":\"%s\",\"type\":\"%s\",\"max\":%d,\"required\":%s", fkey[g, i], fname[g, i], ftype[g, i], fmax[g, i], \
			freq[g, i] ? "true" : "false"
		if (frec[g, i] != "") printf ",\"record\":\"%s\"", frec[g, i]
		printf "}%s", (i < nfield[g] ? "," : "")
	}
	printf "]"
}

function put_json(    o, r) {
	printf "{\"version\":1,\"depth\":%d,\n\"kinds\":{\"done\":0,\"refused\":1000001,\"unknown\":1000002,\"event\":1000003},\n\"records\":{\n", DEPTH_MAX
	for (r = 1; r <= nrecord; r++) {
		printf "\"%s\":", record_name[r]
		json_fields("w_" record_name[r], 0)
		printf "%s\n", (r < nrecord ? "," : "")
	}
	printf "},\n\"ops\":[\n"
	for (o = 1; o <= nop; o++) {
		printf "{\"number\":%d,\"name\":\"%s\",\"phase\":\"%s\",\"roles\":\"%s\",\"scope\":\"%s\",\"purpose\":\"%s\",\n \"request\":", op_number[o], \
			op_name[o], op_phase[o], op_roles[o], op_scope[o], op_text[o]
		json_fields("rq_" op_name[o], op_phase[o] == "act")
		printf ",\n \"reply\":"
		json_fields("rp_" op_name[o], 0)
		printf "}%s\n", (o < nop ? "," : "")
	}
	printf "]}\n"
}

END {
	for (r = 1; r <= nrecord; r++) {
		if (nfield["w_" record_name[r]] == 0) fail(record_line[record_name[r]], "record " record_name[r] " has no field")
		check_group("w_" record_name[r])
	}
	for (o = 1; o <= nop; o++) {
		check_scope(o)
		check_group("rq_" op_name[o])
		check_group("rp_" op_name[o])
	}
	if (nop == 0 && !failed) fail(1, "no operation")
	if (failed) exit 1
	if (out == "h") put_h()
	else if (out == "c") put_c()
	else if (out == "dispatch") put_dispatch()
	else if (out == "md") put_md()
	else if (out == "json") put_json()
	else { print "ops.awk: -v out=h|c|dispatch|md|json" > "/dev/stderr"; exit 2 }
}
