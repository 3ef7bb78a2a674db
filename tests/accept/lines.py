#!/usr/bin/python3
"""lines.py - cut lines and killed stores: R8 exactly once, U7 nothing shown without its leaf. Prints TAP.

usage: lines.py [R8] [U7]     BALAI_SUBMISSIONS (120), BALAI_DISPLAYS (1500), BALAI_KILLS (6)"""
import collections, os, random, signal, socket, sys, threading, time

import balai
from balai import Lost, Office, Refused, Store, leaves, number, until


class Relay:
    """A Unix socket before the store's that cuts each connection after a random number of bytes, counted both ways."""

    def __init__(self, path, target, most):
        self.path, self.target, self.most, self.cuts, self.lines = path, target, most, 0, 0
        self.random, self.stop = random.Random(balai.SEED), False
        self.s = socket.socket(socket.AF_UNIX)
        self.s.bind(path)
        self.s.listen(64)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while not self.stop:
            try:
                c, _ = self.s.accept()
            except OSError:
                return
            self.lines += 1
            threading.Thread(target=self.line, args=(c, self.random.randrange(self.most), self.random.randrange(self.most)), daemon=True).start()

    def line(self, c, up, down):
        t = socket.socket(socket.AF_UNIX)
        ends = (c, t)

        def cut():
            for s in ends:
                try:
                    s.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

        def pump(a, b, left):
            try:
                while chunk := a.recv(min(4096, left)):
                    b.sendall(chunk)
                    left -= len(chunk)
                    if left <= 0:
                        self.cuts += 1
                        break
            except OSError:
                pass
            cut()
        try:
            t.connect(self.target)
            if up and down:
                other = threading.Thread(target=pump, args=(t, c, down), daemon=True)
                other.start()
                pump(c, t, up)
                other.join()
            else:
                self.cuts += 1
        except OSError:
            pass
        for s in ends:
            s.close()


def r8():
    """Every submission with a key of its own, through a relay that cuts at a random byte, asked again with the same key
    until it is answered. Sabotage run: receipt_find() answering 0 - the second ask is refused, for the draft is gone.

    Hello, resume and a submission are some 200 bytes each way: with cuts below 500 most submissions meet one."""
    wanted, clerks = number("BALAI_SUBMISSIONS", 120), 4
    o = office()
    relay = Relay(os.path.join(o.dir, "relay"), o.socket, 500)
    answers, faults, asked = {}, [], collections.Counter()
    lock = threading.Lock()
    names = [f"klerk{i}" for i in range(clerks)]
    for n in names:
        o.account(n, "operator", 0)

    def clerk(me):
        try:
            direct = o.login(names[me], quiet=True)
            ticket = o.login(names[me], quiet=True).ticket
            for n in range(wanted // clerks):
                d = direct.ask("draft_open", kind="exit", household=homes[(me + n * clerks) % len(homes)])
                key = balai.new_key()
                body = dict(key=key, draft=d["draft"], saved=fill(direct, d), channel="LOKET")
                while True:
                    try:
                        line = Store(relay.path, timeout=20)
                        line.ask("login_resume", ticket=ticket)
                        asked[key] += 1
                        r = line.ask("dossier_submit", **body)
                        line.close()
                        break
                    except Lost:
                        continue
                again = direct.ask("dossier_submit", **body)
                with lock:
                    answers[key] = r
                    if again != r:
                        faults.append(f"{r['number']} and then {again['number']}")
        except Exception as e:
            faults.append(repr(e))
    homes = households(o.login(names[0], quiet=True))
    before = sum(1 for l in leaves(o.admin) if l[4] == balai.OPS["dossier_submit"]["number"])
    threads = [threading.Thread(target=clerk, args=(i,)) for i in range(clerks)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not faults, faults[:3]
    relay.stop = True
    sent = wanted // clerks * clerks
    numbers = {r["number"] for r in answers.values()}
    assert len(numbers) == sent, f"{len(numbers)} numbers for {sent} submissions"
    found = sum(1 for l in leaves(o.admin) if l[4] == balai.OPS["dossier_submit"]["number"]) - before
    assert found == sent, f"{found} leaves for {sent} submissions"
    total = o.login(names[0]).ask("dossier_list", limit=1)["total"]
    assert total >= sent, f"{total} dossiers for {sent} submissions"
    twice = sum(1 for n in asked.values() if n > 1)
    assert relay.cuts > sent // 4 and twice > 0, f"only {relay.cuts} cuts: nothing was tried"
    return f"{sent} submissions over {relay.lines} lines, {relay.cuts} cut, {twice} asked more than once: 0 lost, 0 doubled"


def households(c):
    """Some households of the register, found by the names people have."""
    words = ("siti", "muhammad", "nur", "sri", "ahmad", "dewi", "agus", "eko", "budi", "ratna", "abdul", "wahyu", "tri", "dwi")
    found = sorted({h["household"] for w in words for h in c.ask("person_find", text=w, limit=50)["rows"]} - {0})
    assert len(found) > 5, "nobody is in the register"
    return found


def fill(c, draft):
    """A household that leaves at its own wish."""
    saved = c.ask("draft_save", draft=draft["draft"], saved=draft["saved"], answers=[
        dict(field=1001, row=0, value="MUNDUR"), dict(field=1002, row=0, value=time.strftime("%Y-%m-%d", time.gmtime(time.time() - 86400)))])
    return saved["saved"]


def u7():
    """The store is killed while clerks look at households; each display received must have its leaf afterwards.
    Sabotage run: readers that answer before the leaf is committed (jobs of PHASE_READ sent from reader.c)."""
    wanted, kills = number("BALAI_DISPLAYS", 1500), number("BALAI_KILLS", 6)
    o = office()
    o.account("auditor", "auditor", 0)
    shown, errors, stop = collections.Counter(), [], threading.Event()
    names = ["baca0", "baca1", "baca2"]
    for n in names:
        o.account(n, "operator", 0)
    homes = households(o.login(names[0], quiet=True))

    def reader(name):
        rnd = random.Random(name)
        try:
            c = o.login(name, quiet=True)
            ticket = c.ticket
            while not stop.is_set():
                h = rnd.choice(homes)
                try:
                    if c is None:
                        c = o.connect()
                        c.ask("login_resume", ticket=ticket)
                    c.ask("household_show", household=h)
                    shown[name, h] += 1
                except Lost:
                    c = None
                    time.sleep(0.01)
        except Exception as e:
            errors.append(f"{name}: {e!r}")
    threads = [threading.Thread(target=reader, args=(n,)) for n in names]
    for t in threads:
        t.start()
    for k in range(kills):
        assert until(60, lambda: errors or sum(shown.values()) >= wanted * (k + 1) // (kills + 1), 0.003), "nothing is shown any more"
        o.stop(signal.SIGKILL)
        o.start()
    until(60, lambda: errors or sum(shown.values()) >= wanted)
    stop.set()
    for t in threads:
        t.join()
    assert not errors, errors[:2]
    auditor, missing, lines = o.login("auditor", quiet=True), 0, 0
    o.admin = o.login("admin", quiet=True)
    seen = collections.Counter()
    for h in homes:
        after = 0
        while True:
            r = auditor.ask("journal_list", household=h, after=after, limit=200)
            for row in r["rows"]:
                if row["op"] == "household_show":
                    seen[h] += 1
            after = r["next"]
            if not after:
                break
    for h in homes:
        n = sum(shown[name, h] for name in names)
        missing += max(0, n - seen[h])
        lines += n
    assert lines >= wanted and missing == 0, f"{missing} of {lines} displays without a leaf"
    spare = sum(seen.values()) - lines
    assert spare <= kills * len(names), f"{spare} leaves more than displays"
    return f"{lines} displays, {kills} kills: 0 without leaf, {spare} leaves whose answer did not arrive"


_office = None


def office():
    global _office
    _office = _office or Office(households=60)
    return _office


TESTS = [("R8", "exactly once through cut lines", r8), ("U7", "no display without its leaf", u7)]
if __name__ == "__main__":
    balai.main(TESTS)
