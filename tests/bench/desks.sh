#!/bin/sh
# Rows of the figures that compare desks over balaid with the same program under a stock sshd: memory, processor per key and per
# login, echo, bytes. Needs root (sshd lets root in by a key made here; a packet socket counts the bytes); loopback only.
# BENCH_DESKS (200: memory), BENCH_TYPISTS (500: keys and echo), BENCH_RATE (200 keys/s), BENCH_TYPE (15 s), BENCH_LOGINS (20),
# BENCH_LOGIN_ROUNDS (5), BENCH_ROUNDS (1: of memory and typing). Six minutes on two cores that have nothing else to do.
row=desks
. "${SRCDIR:-.}/tests/bench/office.sh"
n=${BENCH_DESKS:-200}
typists=${BENCH_TYPISTS:-500}
rate=${BENCH_RATE:-200}
seconds=${BENCH_TYPE:-15}
logins=${BENCH_LOGINS:-20}
login_rounds=${BENCH_LOGIN_ROUNDS:-5}
rounds=${BENCH_ROUNDS:-1}
[ "$typists" -ge "$n" ] || typists=$n
sshd=$(command -v sshd || echo /usr/sbin/sshd)
[ "$(id -u)" = 0 ] || die "needs root, for sshd and for a packet socket"
[ -x "$sshd" ] || die "no sshd"
stock=
load=
at_end() {
	exec 9>&- 2> /dev/null
	[ -n "$load" ] && kill "$load" 2> /dev/null
	[ -n "$stock" ] && kill "$stock" 2> /dev/null
}

office_make "$typists"
[ "$logins" -le "$typists" ] || logins=$typists
template=$(office_pid balai-session)
hash=$(office_pid balai-hash)
port2=$(free_port)
ssh-keygen -q -t ed25519 -N '' -f "$dir/host" && ssh-keygen -q -t ed25519 -N '' -f "$dir/key" && cp "$dir/key.pub" "$dir/keys" || die "keys"
[ -d /run/sshd ] || mkdir -m 755 /run/sshd
cat > "$dir/sshd_config" <<C
ListenAddress 127.0.0.1:$port2
HostKey $dir/host
AuthorizedKeysFile $dir/keys
StrictModes no
UsePAM no
UseDNS no
PasswordAuthentication no
PermitRootLogin yes
MaxStartups 1000
PidFile none
PrintMotd no
PrintLastLog no
LogLevel ERROR
# a plain shell: nothing that the account running the bench has put into its start-up files
SetEnv "HOME=$dir" SHLVL=2
ForceCommand exec $bin/balai -s $dir/run/store.sock
C
"$sshd" -D -f "$dir/sshd_config" -E "$dir/sshd.log" &
stock=$!
sleep 0.5
kill -0 "$stock" 2> /dev/null || die "sshd: $(cat "$dir/sshd.log")"

# ssh_load against ours or sshd's with the first screen, or up to an open form
ours="-p $port -u bench%d -w $password"
theirs="-p $port2 -u root -k $dir/key"
enter="akun bench%d\\t$password\\r Keluarga"
form="1\\r Alamat"
pids() { if [ "$1" = ours ]; then echo "$office_sessions"; else echo "$stock"; fi; }
office_sessions=$template
median() { sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# --- logins: from the connection to the first screen and the hang-up, one after the other; all processes have ended then
cpu_login() {
	before=$(python3 "$top/tests/bench/procs.py" -e "$2")
	before_hash=$(python3 "$top/tests/bench/procs.py" -e "$hash")
	shift 2
	"$bench/ssh_load" -n "$logins" -c "$@" > "$dir/login" 2>> "$dir/log" || die "logins"
	sleep 1.5
}
for i in $(seq "$login_rounds"); do
	say "logins, round $i"
	cpu_login ours "$template" $ours Keluarga
	after=$(python3 "$top/tests/bench/procs.py" -e "$template")
	echo "$before $after $logins" | awk '{ print ($2 - $1) / $3 }' >> "$dir/login_ours"
	echo "$before_hash $(python3 "$top/tests/bench/procs.py" -e "$hash") $logins" | awk '{ print ($2 - $1) / $3 }' >> "$dir/hash_ours"
	cpu_login theirs "$stock" $theirs $enter
	after=$(python3 "$top/tests/bench/procs.py" -e "$stock")
	echo "$before $after $logins" | awk '{ print ($2 - $1) / $3 }' >> "$dir/login_theirs"
	echo "$before_hash $(python3 "$top/tests/bench/procs.py" -e "$hash") $logins" | awk '{ print ($2 - $1) / $3 }' >> "$dir/hash_theirs"
done

# --- n desks with an open form: memory; then as many as type: processor and echo
# waits for the load's LINES-th line
load_said() {
	until [ "$(wc -l < "$dir/typing")" -ge "$1" ]; do
		kill -0 "$load" 2> /dev/null || die "desks of $who"
		sleep 0.2
	done
}
typing() {
	who=$1 pid=$2
	shift 2
	rm -f "$dir/go" && mkfifo "$dir/go" || die "fifo"
	: > "$dir/typing"
	"$bench/ssh_load" -n "$typists" -m "$n" -r "$rate" -s "$seconds" "$@" < "$dir/go" >> "$dir/typing" 2>> "$dir/log" &
	load=$!
	exec 9> "$dir/go"
	load_said 1
	sleep 3                 # both sides give back what a login took
	set -- $(python3 "$top/tests/bench/procs.py" "$pid")
	awk -v k="$1" -v n="$n" 'BEGIN { print k / n }' >> "$dir/pss_$who"
	echo "$3" > "$dir/processes_$who"
	echo >&9
	load_said 2
	sleep 3
	set -- $(python3 "$top/tests/bench/procs.py" -c "$pid")
	cpu=$1
	echo >&9
	load_said 3
	set -- $(python3 "$top/tests/bench/procs.py" -c "$pid")
	cpu=$(($1 - cpu))
	set -- $(sed -n 3p "$dir/typing")
	[ "$5" -gt 0 ] && [ "$6" -le $((typists / 50)) ] || die "$who: $5 keys came back, $6 did not"
	echo "$cpu $5" | awk '{ print $1 / $2 }' >> "$dir/key_$who"
	echo "$3" >> "$dir/echo50_$who"
	echo "$4" >> "$dir/echo99_$who"
	exec 9>&-
	wait "$load"
	load=
	sleep 3
}
for i in $(seq "$rounds"); do
	say "$n desks, then $typists, round $i"
	typing ours "$template" $ours Keluarga $form
	typing theirs "$stock" $theirs $enter $form
done

# --- bytes, by the OpenSSH client
say "bytes"
python3 "$top/tests/bench/bytes.py" "$port" bench1 "$password" > "$dir/bytes_ours" || die "bytes"
python3 "$top/tests/bench/bytes.py" "$port2" root "$password" "$dir/key" bench1 > "$dir/bytes_theirs" || die "bytes under sshd"

m() { median < "$dir/$1"; }
v() { sed -n "s/^$2 //p" "$dir/bytes_$1"; }
awk -v n="$n" -v typists="$typists" -v rate="$rate" -v logins="$logins" -v rounds="$login_rounds" \
	-v po="$(m pss_ours)" -v pt="$(m pss_theirs)" -v no="$(cat "$dir/processes_ours")" -v nt="$(cat "$dir/processes_theirs")" \
	-v ko="$(m key_ours)" -v kt="$(m key_theirs)" -v lo="$(m login_ours)" -v lt="$(m login_theirs)" \
	-v ho="$(m hash_ours)" -v ht="$(m hash_theirs)" -v e5o="$(m echo50_ours)" -v e5t="$(m echo50_theirs)" \
	-v e9o="$(m echo99_ours)" -v e9t="$(m echo99_theirs)" \
	-v ob1="$(v ours login)" -v tb1="$(v theirs login)" -v ob2="$(v ours form)" -v tb2="$(v theirs form)" \
	-v ob3="$(v ours key)" -v tb3="$(v theirs key)" 'BEGIN {
	printf "| memory per logged-in session with an open form (PSS, all processes of the server side but store and hash), %d sessions | %.0f K (%d processes) | stock sshd running balai on a pty: %.0f K (%d processes) | %.2f | <= 450 K and <= 1/5 |\n", n, po, no, pt, nt, po / pt
	printf "| CPU per keystroke, %d sessions, %d keys/s | %.0f us | same: %.0f us | %.2f | <= 0.80 |\n", typists, rate, ko, kt, ko / kt
	printf "| CPU of login to first screen and hang-up, median of %d times %d logins (password hash beside: %.0f ms; %.0f ms) | %.2f ms | same: %.1f ms | 1/%.1f | <= 1/8 |\n", rounds, logins, ho, ht, lo, lt, lt / lo
	printf "| echo p50 / p99, %d sessions, %d keys/s | %.2f / %.2f ms | same: %.2f / %.2f ms | %.2f / %.2f | not above |\n", typists, rate, e5o / 1000, e9o / 1000, e5t / 1000, e9t / 1000, e5o / e5t, e9o / e9t
	printf "| bytes on the wire (all TCP/IP bytes): login to first form | %d B | same: %d B | %.2f | < 9 kB |\n", ob1, tb1, ob1 / tb1
	printf "| a form drawn | %d B | same: %d B | %.2f | < 1.4 kB |\n", ob2, tb2, ob2 / tb2
	printf "| a key | %d B | same: %d B | %.2f | < 260 B |\n", ob3, tb3, ob3 / tb3
}'
