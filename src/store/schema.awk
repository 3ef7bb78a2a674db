# schema.awk - schema/NNNN-name.sql into C: one string per step, SQL comments and blank lines kept out.
FNR == 1 {
	if (n) print "\t;"
	f = FILENAME; sub(/.*\//, "", f)
	step[++n] = f
	printf "static const char schema_sql_%d[] =\n\t\"\"\n", n
}
{
	sub(/^[ \t]+/, ""); sub(/[ \t]*--.*$/, "")
	if ($0 == "") next
	gsub(/\\/, "\\\\"); gsub(/"/, "\\\"")
	printf "\t\"%s\\n\"\n", $0
}
END {
	print "\t;"
	print "static const struct { int number; const char *name, *sql; } schema_steps[] = {"
	for (i = 1; i <= n; i++)
		printf "\t{ %d, \"%s\", schema_sql_%d },\n", i, step[i], i
	print "};"
}
