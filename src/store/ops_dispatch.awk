# ops_dispatch.awk - from ops.tbl: the prototype of every operation, and the table from number to function.
$1 == "op" && $2 ~ /^[0-9]+$/ { name[++n] = $3 }
END {
	print "/* made by ops_dispatch.awk from ops.tbl */"
	for (i = 1; i <= n; i++)
		printf "int op_%s(struct op_ctx *, const struct rq_%s *, struct rp_%s *);\n", name[i], name[i], name[i]
	print "#ifdef OPS_DISPATCH_TABLE"
	for (i = 1; i <= n; i++)
		printf "#pragma weak op_%s\nstatic int run_%s(struct op_ctx *cx, const void *rq, void *rp) { return op_%s(cx, rq, rp); }\n", name[i], name[i], name[i]
	print "static op_function *dispatch_find(enum op op)\n{\n\tswitch (op) {"
	for (i = 1; i <= n; i++)
		printf "\tcase OP_%s: return op_%s ? run_%s : NULL;\n", name[i], name[i], name[i]
	print "\t}\n\treturn NULL;\n}"
	print "#endif"
}
