#!/bin/sh
# The generator of the operation table: the document in the tree is current, and what is wrong in a table is refused with
# its line. TAP.
top=${SRCDIR:-.}
awk=${AWK:-awk}
gen="$top/src/wire/ops.awk"
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
n=0

tell() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}

$awk -f "$gen" -v out=md "$top/src/wire/ops.tbl" > "$dir/md" && cmp -s "$dir/md" "$top/doc/operations.md"
tell $? "doc/operations.md is current (else: make operations)"
for out in h c dispatch json; do
	$awk -f "$gen" -v out=$out "$top/src/wire/ops.tbl" > "$dir/$out" && [ -s "$dir/$out" ]
	tell $? "$out is made"
done

# bad LINE 'WHAT IT SAYS' < TABLE
bad() {
	cat > "$dir/t"
	if $awk -f "$gen" -v out=h "$dir/t" > "$dir/out" 2> "$dir/err"; then
		tell 1 "refused: $2"
	else
		grep -q "^[^ ]*:$1: .*$2" "$dir/err" && [ ! -s "$dir/out" ]
		tell $? "refused: line $1: $2"
	fi
}

bad 1 'phase "see"' <<'T'
op 1 a see all none "x"
T
bad 1 'no role "king"' <<'T'
op 1 a look king none "x"
T
bad 1 'anybody' <<'T'
op 1 a look anybody none "x"
T
bad 1 'scope "where"' <<'T'
op 1 a look all where "x"
T
bad 1 'no field b' <<'T'
op 1 a look all area(b) "x"
T
bad 1 'is no int' <<'T'
op 1 a look all area(b) "x"
  > 1 b text 5
T
bad 1 'no kind of object "house"' <<'T'
op 1 a look all object(house,b) "x"
  > 1 b int
T
bad 3 'key 1 repeated' <<'T'
op 1 a look all none "x"
  > 1 b int
  > 1 c int
T
bad 3 'field b repeated' <<'T'
op 1 a look all none "x"
  > 1 b int
  > 2 b int
T
bad 3 'keys ascend' <<'T'
op 1 a look all none "x"
  > 2 b int
  > 1 c int
T
bad 2 'number 1 repeated' <<'T'
op 1 a look all none "x"
op 1 b look all none "x"
T
bad 2 'numbers ascend' <<'T'
op 2 a look all none "x"
op 1 b look all none "x"
T
bad 2 'operation a repeated' <<'T'
op 1 a look all none "x"
op 2 a look all none "x"
T
bad 2 'no type or record "thing"' <<'T'
op 1 a look all none "x"
  > 1 b rows thing 5
T
bad 2 'no type or record "float"' <<'T'
op 1 a look all none "x"
  > 1 b float
T
bad 2 'size "" is not a number' <<'T'
op 1 a look all none "x"
  > 1 b text
T
bad 2 'key "64"' <<'T'
op 1 a look all none "x"
  > 64 b int
T
bad 2 'only a field of a request' <<'T'
op 1 a look all none "x"
  < 1 b int !
T
bad 2 'word of C' <<'T'
op 1 a look all none "x"
  < 1 short int
T
bad 2 'after the type' <<'T'
op 1 a look all none "x"
  > 1 b int 5
T
bad 2 'holds itself' <<'T'
record a "x"
  1 b rows a 3
op 1 a look all none "x"
  > 1 b rows a 3
T
bad 10 'nests deeper' <<'T'
record a "x"
  1 v int
record b "x"
  1 v rows a 1
record c "x"
  1 v rows b 1
record d "x"
  1 v rows c 1
op 1 e look all none "x"
  > 1 v rows d 1
T
bad 1 'has no field' <<'T'
record a "x"
op 1 a look all none "x"
T
bad 3 'expected record, op' <<'T'
op 1 a look all none "x"
  > 1 b int
  ? 1 c int
T
bad 1 'quote not closed' <<'T'
op 1 a look all none "x
T
bad 1 'no operation' <<'T'
# nothing
T
# used before it is defined
cat > "$dir/t" <<'T'
op 1 a look all none "x"
  < 1 b rows late 3
  < 2 c late
record late "x"
  1 v int
T
$awk -f "$gen" -v out=h "$dir/t" > "$dir/out" 2>&1 && grep -q '^struct w_late {' "$dir/out"
tell $? "a record may be used before it is defined"
echo "1..$n"
