#!/usr/bin/python3
"""kills.py - R1 for the others: hasher, session and balaid are killed while clerks write and type (the store: tests/fault/test_kill).
Prints TAP.

usage: kills.py [R1]     BALAI_KILLS (3 of each)"""
import os, random, signal, socket, threading, time

import paramiko

import balai
from balai import Lost, Office, number, until

KILLS = number("BALAI_KILLS", 3)
W = type("W", (), {})()


def processes():
    """This office's programs: (pid, parent, name)."""
    out = []
    for p in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{p}/cmdline", "rb") as f:
                if W.o.conf.encode() not in f.read().split(b"\0"):
                    continue
            with open(f"/proc/{p}/stat") as f:
                name, rest = f.read().split("(", 1)[1].rsplit(")", 1)
            if rest.split()[0] != "Z":
                out.append((int(p), int(rest.split()[1]), name))
        except OSError:
            pass
    return out


def child(name):
    return next((p for p, parent, n in processes() if n == name and parent == W.o.proc.pid), 0)


class Writer(threading.Thread):
    """Gives grants with a key each and saves a draft again and again; asks with the same key until it is answered."""

    def __init__(self, name):
        super().__init__(daemon=True)
        self.who, self.stop, self.error, self.acked, self.value = name, False, None, {}, 0
        self.c = W.o.login(name, quiet=True)
        self.ticket = self.c.ticket
        self.draft = self.c.ask("draft_open", kind="exit", household=W.homes.pop())["draft"]
        self.saved = 0
        self.start()

    def again(self, f):
        """f(connection) until it is answered."""
        while True:
            try:
                if self.c is None:
                    self.c = W.o.connect()
                    self.c.ask("login_resume", ticket=self.ticket)
                return f(self.c)
            except Lost:
                self.c = None
                time.sleep(0.02)

    def save(self, c):
        """A save is not an act and has no key: one that was done unheard shows in the draft's number."""
        d = c.ask("draft_open", draft=self.draft, kind="exit")
        kept = next((a["value"] for a in d["answers"] if a["field"] == 1003), "0")
        if d["saved"] < self.saved or int(kept) < self.value:
            raise AssertionError(f"draft at {d['saved']} with {kept}, acknowledged {self.saved} with {self.value}")
        value = int(kept) + 1
        self.saved = c.ask("draft_save", draft=self.draft, saved=d["saved"], answers=[dict(field=1003, row=0, value=str(value))])["saved"]
        self.value = value

    def run(self):
        try:
            while not self.stop:
                key = balai.new_key()
                grant = self.again(lambda c: c.ask("grant_put", key=key, account=W.subject, role="auditor", area=0)["grant"])
                self.acked[key] = grant
                self.again(self.save)
        except Exception as e:
            self.error = f"{self.who}: {e!r}"


class Typist(threading.Thread):
    """A desk over SSH: a letter, its echo, and back."""

    def __init__(self, name):
        super().__init__(daemon=True)
        before = {p for p, _, n in processes() if n == "balai-session"}
        self.t = paramiko.Transport(socket.create_connection(("127.0.0.1", W.o.port), timeout=20))
        self.t.start_client(timeout=20)
        self.t.auth_timeout = 20
        self.t.auth_password(name, balai.PASSWORD, fallback=False)
        self.ch = self.t.open_session()
        self.ch.get_pty("xterm", 80, 24)
        self.ch.invoke_shell()
        self.ch.settimeout(20)
        while b"F1" not in self.ch.recv(65536):
            pass
        new = {p for p, parent, n in processes() if n == "balai-session" and parent != W.o.proc.pid} - before
        assert len(new) == 1, new
        self.pid, self.typed, self.slowest, self.stop, self.over = new.pop(), 0, 0.0, False, False
        self.start()

    def run(self):
        try:
            while not self.stop:
                began = time.monotonic()
                self.ch.send(b"a" if self.typed % 2 == 0 else b"\x7f")
                if not self.ch.recv(65536):
                    break
                self.slowest = max(self.slowest, time.monotonic() - began)
                self.typed += 1
                time.sleep(0.02)
        except (OSError, EOFError, paramiko.SSHException):
            pass
        self.over = True


def office():
    W.o = o = Office(households=40, daemon=True, conf="limit per-source 64\n")
    W.subject = o.account("saksi", "operator", 0)
    for i in range(3):
        o.account(f"klerk{i}", "operator", 0)
        o.admin.ask("grant_put", account=o.accounts[f"klerk{i}"], role="admin", area=0)
    o.account("sari", "operator", 0)
    o.account("joko", "operator", 0)
    c = o.login("sari", quiet=True)
    W.homes = sorted({h["household"] for w in ("siti", "muhammad", "nur", "sri", "ahmad") for h in c.ask("person_find", text=w, limit=50)["rows"]} - {0})
    W.today = c.ask("desk_show")["today"]
    c.close()
    W.writers = [Writer(f"klerk{i}") for i in range(3)]
    assert until(10, working()), "nobody works"


def working():
    """A condition: each writer got two more answers."""
    at = [len(w.acked) + 2 for w in W.writers]
    return lambda: any(w.error for w in W.writers) or all(len(w.acked) >= n for w, n in zip(W.writers, at))


def goes_on():
    assert until(30, working()), "the writers do not go on"
    assert not any(w.error for w in W.writers), [w.error for w in W.writers if w.error]


def hasher():
    """The store ends with it and both come again: clerks see a pause."""
    for _ in range(KILLS):
        time.sleep(random.random() * 0.2)
        was = child("balai-hash"), child("balai-store")
        os.kill(was[0], signal.SIGKILL)
        assert until(15, lambda: child("balai-hash") not in (0, was[0]) and child("balai-store") not in (0, was[1])), "not started again"
        goes_on()
        assert until(15, lambda: can_log_in()), "nobody can log in"
    return f"{KILLS} kills"


def can_log_in():
    try:
        W.o.login("sari", quiet=True).close()
        return True
    except Lost:
        return False


def session():
    """One desk dies; the other one types on, the store is the same, and balaid's log tells of it."""
    joko, slowest = Typist("joko"), 0.0
    store = child("balai-store")
    for i in range(KILLS):
        sari = Typist("sari")
        assert until(10, lambda: sari.typed > 3)
        typed = joko.typed
        os.kill(sari.pid, signal.SIGKILL)
        assert until(5, lambda: sari.over), "the killed desk's line is still there"
        assert until(5, lambda: joko.typed > typed + 10) and not joko.over, "the other clerk was disturbed"
        assert until(5, lambda: f"session {sari.pid} ended by signal 9" in open(W.o.log).read()), "no line in the log"
        slowest = max(slowest, joko.slowest)
    assert child("balai-store") == store, "the store was started again"
    goes_on()
    joko.stop = True
    assert slowest < 2, f"an echo took {slowest:.2f} s"
    return f"{KILLS} kills, the other desk's slowest echo {slowest * 1000:.0f} ms"


def refused():
    """A session that its filter ended is told of as that, and the next one comes from a new template.
    Sabotage run: signal_why() that says nothing; crashed() without SIGSYS."""
    sari = Typist("sari")
    template = next(parent for p, parent, n in processes() if p == sari.pid)
    os.kill(sari.pid, signal.SIGSYS)
    want = f"session {sari.pid} ended by signal 31 (SIGSYS)"
    assert until(5, lambda: want in open(W.o.log).read()), "no line in the log"
    assert until(10, lambda: child("balai-session") not in (0, template)), "the template is still the old one"
    Typist("sari").stop = True
    goes_on()


def supervisor():
    """All children end by themselves within 2 s; the next start has every acknowledged write and every draft.
    Sabotage run: proc_die_with_parent() left out of balai-store.c and balai-hash.c: both live on. Left out of the store alone it
    is not seen: the end of the hasher takes the store along."""
    slowest = 0.0
    for _ in range(KILLS):
        joko = Typist("joko")
        time.sleep(random.random() * 0.3)
        W.o.proc.kill()
        began = time.monotonic()
        W.o.proc.wait()
        assert until(2, lambda: not [p for p in processes() if p[0] != W.o.proc.pid]), f"after 2 s there are {processes()}"
        slowest = max(slowest, time.monotonic() - began)
        W.o.start()
        goes_on()
        joko.stop = True
    return f"{KILLS} kills, all children gone after {slowest:.2f} s at most"


def history():
    """What was acknowledged is there once, and the journal agrees with the tables."""
    for w in W.writers:
        w.stop = True
    for w in W.writers:
        w.join(20)
        assert not w.error, w.error
    W.o.admin = W.o.login("admin", quiet=True)
    grants = [g for w in W.writers for g in w.acked.values()]
    assert len(set(grants)) == len(grants), "two keys share a grant"
    for w in W.writers:                                # the same keys again: the same receipts
        for key, grant in list(w.acked.items())[-5:]:
            assert w.again(lambda c: c.ask("grant_put", key=key, account=W.subject, role="auditor", area=0))["grant"] == grant
    W.o.account("agus", "auditor", 0)
    agus, made, after = W.o.login("agus", quiet=True), 0, 0
    while True:
        r = agus.ask("journal_list", from_on=W.today, to_on=agus.ask("desk_show")["today"], after=after, limit=200)
        made += sum(1 for x in r["rows"] if x["op"] == "grant_put")
        after = r["next"]
        if not after:
            break
    others = len(W.o.accounts) + 3                     # the roles of the accounts themselves, the clerks have two
    assert made == len(grants) + others, f"{made} grants in the journal, {len(grants)} acknowledged, {others} made before"
    assert "differences 0" in W.o.ctl("journal", "verify", ok=(0, 1))
    return f"{len(grants)} grants, {sum(w.value for w in W.writers)} saves acknowledged: 0 lost, 0 doubled"


TESTS = [("R1", n, f) for n, f in (("clerks at work", office), ("the hasher killed", hasher), ("a session killed", session),
         ("a session ended by its filter", refused), ("balaid killed", supervisor), ("nothing lost, nothing doubled", history))]
if __name__ == "__main__":
    balai.main(TESTS)
