# lists.awk - NAME.list files to C tables of struct sandbox_rule.
FNR == 1 { n = split(FILENAME, part, "/"); sub(/\.list$/, "", part[n]); if (open) print "};"; open = 1
	printf "static const struct sandbox_rule %s_rules[] = {\n", part[n] }
{ sub(/#.*/, "") }
NF == 0 { next }
NF == 1 { printf "\t{ \"%s\", -1, 0, 0, { 0 }, 0 },\n", $1; next }
$3 == "&" && NF == 4 { printf "\t{ \"%s\", %d, %s, 0, { 0 }, 0 },\n", $1, $2, $4; next }
$3 == "<" && NF == 4 { printf "\t{ \"%s\", %d, 0, %s, { 0 }, 0 },\n", $1, $2, $4; next }
$3 == "=" && NF >= 4 && NF <= 9 {
	printf "\t{ \"%s\", %d, 0, 0, { ", $1, $2
	for (i = 4; i <= NF; i++) printf "%s%s", $i, i < NF ? ", " : " "
	printf "}, %d },\n", NF - 3; next
}
{ printf "%s:%d: not a rule: %s\n", FILENAME, FNR, $0 > "/dev/stderr"; exit bad = 1 }
END { if (!bad) print "};" }
