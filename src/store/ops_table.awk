# ops_table.awk - ops.tbl and src/store/*.c: the switch from number to function.
# An operation whose function stands nowhere yet is answered like one that does not exist.
$1 == "op" && $2 ~ /^[0-9]+$/ { name[++n] = $3 }
/^int op_[a-z_]+\(struct op_ctx/ { f = $2; sub(/\(.*/, "", f); sub(/^op_/, "", f); there[f] = 1 }
END {
	print "/* made by ops_table.awk from ops.tbl and the sources */"
	for (i = 1; i <= n; i++)
		if (name[i] in there)
			printf "static int run_%s(struct op_ctx *cx, const void *rq, void *rp) { return op_%s(cx, rq, rp); }\n", name[i], name[i]
	print "static op_function *dispatch_find(enum op op)\n{\n\tswitch (op) {"
	for (i = 1; i <= n; i++)
		if (name[i] in there)
			printf "\tcase OP_%s: return run_%s;\n", name[i], name[i]
	print "\tdefault: return NULL;\n\t}\n}"
}
