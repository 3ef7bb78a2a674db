#!/usr/bin/python3
"""login.py - what a login gives away and what it costs: P2 one answer and one step of time, P3 tries and delays, P5 a
disabled account's sessions end. Prints TAP.

usage: login.py [P2] [P3] [P5]     BALAI_SAMPLES (12 of each kind), BALAI_RACES (6)"""
import concurrent.futures, math, os, socket, statistics, threading, time

import paramiko

import balai
from balai import Lost, Office, Refused, number, until

STEP = 0.250
_office = None


def office():
    global _office
    _office = _office or Office(daemon=True, conf="limit per-source 64\n")
    return _office


def transport(o):
    s = socket.create_connection(("127.0.0.1", o.port), timeout=20)
    t = paramiko.Transport(s)
    t.start_client(timeout=20)
    return t


def ks(a, b):
    """Probability of a Kolmogorov-Smirnov distance as large as this one, were both of one distribution."""
    both, d = sorted(a + b), 0.0
    for v in both:
        d = max(d, abs(sum(x <= v for x in a) / len(a) - sum(x <= v for x in b) / len(b)))
    n = math.sqrt(len(a) * len(b) / (len(a) + len(b)))
    x = (n + 0.12 + 0.11 / n) * d
    return min(1.0, max(0.0, 2 * sum((-1) ** (k - 1) * math.exp(-2 * k * k * x * x) for k in range(1, 60)))) if x > 0.2 else 1.0


def names_of(o, kind, n, made={}):
    """n names of a kind that nobody has tried yet."""
    out = []
    for _ in range(n):
        made[kind] = made.get(kind, 0) + 1
        name = f"{kind}{made[kind]}"
        if kind != "tiada":
            if kind == "baru":
                o.admin.ask("account_put", name=name, full_name="Belum Masuk")
            else:
                o.account(name, "operator", 0)
            if kind == "mati":
                o.admin.ask("account_set", account=o.accounts[name], state="disabled")
        out.append(name)
    return out


def failed(o, name):
    """Seconds and bytes of one refused login; the request's number is the same each time."""
    c = o.connect()
    began = time.monotonic()
    first = c.ask("login_begin", account=name)
    began = time.monotonic()
    try:
        c.ask("login_answer", secret="bukan sandi siapa pun")
        raise AssertionError("let in")
    except Refused:
        took = time.monotonic() - began
    raw = c.raw
    c.close()
    return took, (first["factors"], len(first["nonce"]), raw)


def sample(o, names):
    """Four tries of each name (a fifth would be delayed), kinds taken in turn."""
    took, told = {k: [] for k in names}, {k: set() for k in names}
    for i in range(4 * len(next(iter(names.values())))):
        for kind, list_ in names.items():
            seconds, answer = failed(o, list_[i // 4])
            took[kind].append(seconds)
            told[kind].add(answer)
    return took, told


def p2_store():
    """On the store's socket: valid, unknown, disabled, and never used accounts. Sabotage run: DUMMY hash left out of
    auth_prepare_login() and LOGIN_STEP_MS 1: the unknown ones answer 40 ms sooner."""
    o = office()
    n = max(1, number("BALAI_SAMPLES", 12) // 4)
    for attempt in (1, 2):
        took, told = sample(o, {k: names_of(o, k, n * attempt) for k in ("sah", "tiada", "mati", "baru")})
        answers = set.union(*told.values())
        assert len(answers) == 1, f"{len(answers)} different answers"
        low = min(min(v) for v in took.values())
        assert low >= STEP - 0.005, f"answered after {low * 1000:.0f} ms"
        p = {k: ks(took["sah"], v) for k, v in took.items() if k != "sah"}
        middle = {k: statistics.median(v) for k, v in took.items()}
        spread = max(middle.values()) - min(middle.values())
        if min(p.values()) > 0.01 and spread < 0.010:
            return f"{4 * n * attempt} of each of 4 kinds: same bytes, medians within {spread * 1000:.2f} ms, smallest p {min(p.values()):.2f}"
    raise AssertionError(f"medians {middle}, p {p}")


def heard(o, name, key=False):
    """Every message of the server's from the first try on."""
    t = transport(o)
    said, read = [], t.packetizer.read_message

    def listen():
        kind, m = read()
        if kind in (1, 51, 52, 53, 60):
            said.append((kind, m.asbytes()))
        return kind, m
    t.packetizer.read_message = listen
    t.auth_timeout = 20
    for i in range(2):
        try:
            if key and i == 0:
                t.auth_publickey(name, paramiko.ECDSAKey.generate() if key == "ecdsa" else paramiko.Ed25519Key.from_private_key_file(KEY))
            else:
                t.auth_password(name, "bukan sandi siapa pun", fallback=False)
        except (paramiko.SSHException, EOFError):
            pass
        if not t.is_active():
            break
    t.close()
    return tuple(said)


KEY = ""


def p2_ssh():
    """Over SSH, password and key probe: every byte the server says is the same for every kind of name.
    Sabotage: a failure that names the partial success for names the store knows (ssh/auth.c)."""
    global KEY
    o = office()
    KEY = os.path.join(o.dir, "key")
    os.spawnvp(os.P_WAIT, "ssh-keygen", ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", KEY])
    names = {k: names_of(o, k, 1)[0] for k in ("sah", "tiada", "mati", "baru")}
    for probe in (False, "ed25519"):
        heard_by = {k: heard(o, n, probe) for k, n in names.items()}
        assert all(heard_by.values()) and len(set(heard_by.values())) == 1, {k: [(t, len(b)) for t, b in v] for k, v in heard_by.items()}
    return f"4 kinds, password and key: {len(heard_by['sah'])} messages each, the same to the byte"


def p3_connection():
    """Six tries and one name a connection, on the store's socket. Sabotage: the limit of tries of server.c taken away."""
    o = office()
    c, tries = o.connect(), 0
    try:
        for _ in range(10):
            c.ask("login_begin", account="tiada-tries")
            try:
                c.ask("login_answer", secret="bukan sandi siapa pun")
            except Refused:
                tries += 1
    except (Lost, Refused):
        pass
    assert 1 <= tries <= 6, f"{tries} tries"
    c = o.connect()
    c.ask("login_begin", account="tiada-satu")
    try:
        c.ask("login_answer", secret="bukan sandi siapa pun")
    except Refused:
        pass
    try:
        c.ask("login_begin", account="tiada-dua")
        raise AssertionError("a second name was taken")
    except (Lost, Refused):
        pass
    return f"{tries} tries, one name"


def p3_delay():
    """After five failures the name waits 1, 2, 4 s ... and not even the right password passes; it counts over connections.
    Sabotage run: bar_failed() that keeps no `until`: the right password passes at once."""
    o = office()
    name = names_of(o, "sah", 1)[0]

    def fails(times):
        for _ in range(times):
            failed(o, name)

    def opens():
        try:
            o.login(name, quiet=True).close()
            return True
        except Refused:
            return False
    waits = []
    fails(5)
    for failures in (5, 6):
        began = time.monotonic()
        assert not opens(), f"the right password passed right after {failures} failures"
        if failures == 6:
            assert until(8, opens, 0.05), "stays shut"
        else:
            time.sleep(max(0.0, 1.05 - (time.monotonic() - began)))
            fails(1)
        waits.append(time.monotonic() - began)
    assert waits[1] > 1.5, f"no longer wait: {waits}"
    fails(1)
    assert opens(), "a success does not forget the failures"
    return f"shut for 1 s, then {waits[1]:.1f} s; open again by the right password"


def p3_strangers():
    """Strangers guess from many networks until nobody new is listened to: the owner's usual desk is open all the time, and a
    one-time code opens from anywhere. Sabotage run: bar_of() with nothing known (the owner is shut out); with the budget left
    out of bar_look() (the thirtieth guess is still looked at)."""
    o = office()
    name = names_of(o, "sah", 1)[0]

    def refused(secret, peer):
        c = o.connect(peer=peer)
        try:
            c.login(name, secret, True)
            return False
        except Refused:
            return True
        finally:
            c.close()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda i: refused("bukan sandi siapa pun", f"198.51.{i}.7"), range(30)))
    # the right password, from a network that is new: not looked at, or the thirty-first guess would be
    assert refused(balai.PASSWORD, "203.0.113.5"), "the strangers' budget has no end"
    c = o.connect()
    assert c.login(name, balai.PASSWORD, True)["failed_since"] == 20, "more than 20 of the guesses were looked at"
    c.close()
    c = o.connect(peer="203.0.113.5")
    c.login(name, o.admin.ask("account_reset", account=o.accounts[name])["code"])
    c.ask("password_change", new=balai.PASSWORD)
    return "30 networks: 20 guesses looked at; the usual desk stays open; a new code opens elsewhere"


def p5():
    """While an account asks on two sockets and types over SSH it is disabled: no request is answered after, the sessions
    are gone within 5 s. Sabotage run: store_unbind() left out of auth_end_sessions()."""
    o, late, slowest = office(), 0, 0.0
    races = number("BALAI_RACES", 6)
    asked = 0
    for name in names_of(o, "sah", races):
        t = transport(o)
        t.auth_password(name, balai.PASSWORD, fallback=False)
        ch = t.open_session()
        ch.get_pty("xterm", 80, 24)
        ch.invoke_shell()
        ch.settimeout(10)
        assert ch.recv(100), "no desk"
        answered, lines = [], [o.login(name, quiet=True) for _ in range(2)]

        def asks(c):
            try:
                while True:
                    began = time.monotonic()
                    c.ask("desk_show")
                    answered.append((began, time.monotonic()))
            except (Lost, Refused):
                pass
        threads = [threading.Thread(target=asks, args=(c,)) for c in lines]
        for th in threads:
            th.start()
        assert until(10, lambda: len(answered) > 4), "nothing was answered"
        o.admin.ask("account_set", account=o.accounts[name], state="disabled")
        off = time.monotonic()
        assert until(5, lambda: (ch.closed or ch.eof_received or not t.is_active())), "the desk lives on after 5 s"
        for th in threads:
            th.join(5)
            assert not th.is_alive(), "a socket is served after 5 s"
        slowest = max(slowest, time.monotonic() - off)
        late += sum(began > off for began, _ in answered)
        asked += len(answered)
        t.close()
        try:
            o.login(name)
            raise AssertionError("a disabled account came in")
        except Refused:
            pass
    assert late == 0, f"{late} requests answered after the disabling"
    return f"{races} accounts, {asked} answers before, 0 after; the last session gone after {slowest:.2f} s"


TESTS = [("P2", "one answer, one step of time", p2_store), ("P2", "one answer over SSH", p2_ssh), ("P3", "six tries, one name", p3_connection),
         ("P3", "growing delay", p3_delay), ("P3", "strangers", p3_strangers), ("P5", "disabling ends sessions", p5)]
if __name__ == "__main__":
    balai.main(TESTS)
