#!/usr/bin/python3
"""screens.py - every screen a desk can reach from its first one is opened in a confined session, under every TERM, with what people do
to terminals: no session dies of it. Prints TAP.

usage: screens.py [TERM] [SCREENS] [LINES]     BALAI_SECONDS (12 for each role)

The crawl presses what the key line names, on each screen once, and goes the way again from the first screen for each key; so a new
screen with a key that leads there is opened without a line here.
Sabotage run: a refused call in receipt_build() (the session is gone, and balaid says why)."""
import os, re, threading, time

import balai, values
from balai import Office, number, until

KEYS = {"F1": b"\x1bOP", "F2": b"\x1bOQ", "F3": b"\x1bOR", "F4": b"\x1bOS", "F5": b"\x1b[15~", "F6": b"\x1b[17~", "F7": b"\x1b[18~", "F8": b"\x1b[19~",
        "F9": b"\x1b[20~", "F10": b"\x1b[21~", "Enter": b"\r", "Spasi": b" "}
TERMS = ("xterm", "xterm-256color", "vt100", "vt220", "linux", "rxvt", "rxvt-unicode-256color", "screen", "tmux-256color", "putty", "ansi",
         "dumb", "tidak-ada", "", "../../etc/passwd", "x" * 300)
ROLES = ("operator", "verifier", "supervisor", "office_head", "auditor", "admin")
# the letters of a title that are not its own: numbers, names, counts
PLAIN = re.compile(r"[0-9]+|  .*$")
# where the crawl begins: what hangs behind a search, and keys that have no room on the key line
WAYS = {
    "operator": [["@Lanjutkan draf"], ["@Dikembalikan"], ["@Berkas", "Enter", "C"], ["siti\r"], ["siti\r", "Enter"], ["siti\r", "Enter", "J"], ["siti\r", "Enter", "R"],
                 ["siti\r", "Enter", "W"], ["@Pengaturan"], ["@Ganti sandi"]],
    "verifier": [["@Antrean verifikasi"], ["@Antrean verifikasi", "Enter", "G"], ["@Antrean verifikasi", "K"], ["@Antrean verifikasi", "T"],
                 ["@Antrean verifikasi", "Enter", "U"]],
    "supervisor": [["@Antrean validasi"], ["@Masa usul dan surat"], ["@Masa usul dan surat", "F"], ["@Antrean verifikasi", "Spasi", "S"]],
    "auditor": [["@Siapa melihat"], ["@Berkas"], ["@Rekap"], ["F1", "F1"], ["F10"]],
    "admin": [["@Akun"], ["@Akun", "Enter"], ["@Akun", "Enter", "B"], ["@Akun", "T"]],
}
W = type("W", (), {})()


def office():
    if not hasattr(W, "o"):
        W.o = o = Office(households=60, daemon=True, conf="limit per-source 64\n")
        for r in ROLES:
            o.account(f"uji.{r}", r, o.regency if r == "supervisor" else 0)
        c = o.login("uji.operator", quiet=True)
        homes = sorted({h["household"] for w in ("siti", "muhammad", "nur") for h in c.ask("person_find", text=w, limit=50)["rows"]} - {0})
        today = c.ask("desk_show")["today"]
        for n, h in enumerate(homes[:6]):
            d = c.ask("draft_open", kind="exit", household=h)
            s = c.ask("draft_save", draft=d["draft"], saved=d["saved"], answers=[dict(field=1001, row=0, value="MAMPU"), dict(field=1002, row=0, value=today)])
            if n < 4:
                W.dossier = c.ask("dossier_submit", draft=d["draft"], saved=s["saved"], channel="LOKET")["dossier"]
        v = o.login("uji.verifier", quiet=True)
        rev = v.ask("dossier_show", dossier=W.dossier)["line"]["rev"]
        v.ask("dossier_fire", dossier=W.dossier, rev=rev, event="return", reason="LAIN", note="uji")
    return W.o


class Desk:
    def __init__(self, who, term="xterm", cols=80, rows=24):
        self.o = office()
        self.t = values.ssh(self.o, who)
        self.ch = self.t.open_session()
        self.ch.get_pty(term, cols, rows)
        self.ch.invoke_shell()
        self.v = values.Terminal(rows, cols)
        self.cols, self.sent = cols, []
        assert until(20, lambda: self.feed(0.1) and "F1" in self.text() or "bantuan" in self.text()), f"no desk under {term!r}:\n{self.text()}"

    def feed(self, seconds=0.04):
        data = values.all_of(self.ch, seconds)
        self.v.feed(data)
        return data

    def text(self):
        return self.v.text()

    def press(self, key):
        if isinstance(key, str) and key[0] == "@":          # a line of the menu by its words
            found = re.search(r"(?:^|\s)(\d+) +" + re.escape(key[1:]), self.text(), re.M)
            assert found, f"no {key} on\n{self.text()}"
            key = found.group(1) + "\r"
        self.sent.append(key)
        self.ch.send(KEYS.get(key, key.lower().encode() if isinstance(key, str) else key))
        until(3 if key in ("F3", "Enter") or str(key).endswith("\r") else 0.3, self.feed)
        self.feed(0.03)

    def alive(self):
        assert not self.ch.closed and not self.ch.eof_received and self.t.is_active(), f"the session ended after {self.sent[-8:]}"

    def lines(self):
        return [x for x in self.text().split("\n")]

    def title(self):
        first = next((x for x in self.lines() if x.strip()), "").strip()
        return PLAIN.sub("", first).strip()

    def named(self):
        """Keys that the last lines name, and numbers of a menu."""
        lines = [x for x in self.lines() if x.strip()]
        found = []
        for x in lines[-3:]:
            found += re.findall(r"(?:^|\s)(F\d+|Enter|Spasi|[A-Z])\s[A-Z][a-z]", x)
        found += [m.group(1) + "\r" for x in lines[2:] if (m := re.match(r" {1,2}(\d+)  ?\S", x))]
        return [k for k in dict.fromkeys(found) if k != "F3"]

    def close(self):
        self.t.close()


def crawl(role, cols, rows, seen, errors):
    """Each screen once, breadth first; the way to it is gone again for every key."""
    try:
        end = time.monotonic() + number("BALAI_SECONDS", 12)
        d = Desk(f"uji.{role}", cols=cols, rows=rows)
        known, ways, pressed = set(), [*WAYS.get(role, []), []], 0
        for way in ways:
            seen.setdefault(go(d, way).title(), set()).add(role)
            d.alive()
        while ways and time.monotonic() < end:
            way = ways.pop(0)
            for key in (None, *go(d, way).named()):
                if time.monotonic() > end:
                    break
                # accounts are looked at, not shut: the crawl is one of them
                if key in ("R", "N", "H") and "Akun" in " ".join(d.lines()[:1]):
                    continue
                if key is not None:
                    go(d, way).press(key)
                    pressed += 1
                d.alive()
                values.inert(d.text().encode(), "screen")
                title = d.title()
                if title not in known:
                    known.add(title)
                    seen.setdefault(title, set()).add(role)
                    if not title.startswith("Bantuan") and key is not None and len(way) < 5:
                        ways.append(way + [key])
        W.pressed = getattr(W, "pressed", 0) + pressed
        d.close()
    except Exception as e:
        errors.append(f"{role}: {e!r}"[:400])


def go(d, way):
    home = lambda: re.search(r"Cari NIK|Nomor pilihan", d.text()) and "F3 Keluar" in d.text()
    for _ in range(12):
        if home():
            break
        d.press("F3" if not re.search(r"^ Pertanyaan", d.text()) else "T" if "Selesai bekerja" in d.text() else "Y")
    assert home(), f"not home after {d.sent[-12:]}:\n{d.text()}"
    d.press(b"\x15")
    if way and way[0] == "siti\r":
        d.press(way[0])
        until(5, lambda: d.feed(0.1) and False or "ditemukan" in d.text())
        way = way[1:]
    for k in way:
        d.press(k)
    return d


WANTED = ("Keluarga", "Berkas", "Antrean verifikasi", "Antrean validasi", "Masa usul dan surat", "Rekap", "Akun", "Akun baru", "Beri wewenang", "Pengaturan",
          "Ganti sandi", "Bantuan", "Semua tombol", "Siapa melihat dan mengubah", "Dikembalikan kepada Anda", "Draf Anda", "Tanda terima", "Catat gerbang",
          "Finalkan masa usul", "Kembalikan", "Tolak", "Hasil pencarian", "Riwayat keluarga", "Keadaan pada tanggal", "Usulan untuk keluarga", "Pratinjau keputusan")


def screens():
    office()
    seen, errors = {}, []
    threads = [threading.Thread(target=crawl, args=(r, *((132, 43) if i % 2 else (80, 24)), seen, errors)) for i, r in enumerate(ROLES)]
    for pair in (threads[:3], threads[3:]):
        for t in pair:
            t.start()
        for t in pair:
            t.join()
    if os.environ.get("VERBOSE"):
        print("#", sorted(seen))
    assert not errors, errors[:3]
    missing = [w for w in WANTED if not any(t.startswith(w) for t in seen)]
    assert not missing, f"never opened: {missing}; opened: {sorted(seen)}"
    dead()
    return f"{len(seen)} titles, {W.pressed} keys"


def terms():
    """Under each TERM: letters of every width, half of a character, a paste of 10 kB, sizes that are none, help."""
    for n, term in enumerate(TERMS):
        d = Desk("uji.operator", term, *((132, 43), (80, 24), (40, 15))[n % 3])
        for what in ("é𝄞漢字👨‍👩‍👧".encode(), b"\xe6\xbc", b"\x15", b"\x1b[200~" + b"Jl. Melati 5 RT 02 " * 540 + b"\x1b[201~", b"\x15", b"\x1b", b"\x1b[", b"\x1b[999;999R"):
            d.press(what)
            d.alive()
        for cols, rows in ((0, 0), (10000, 10000), (1, 1), (132, 43), (40, 15), (80, 24)):
            d.ch.resize_pty(cols, rows)
            d.press(b"a")
            d.alive()
        d.press("F1")
        d.press("F1")
        d.alive()
        d.close()
    dead()
    return f"{len(TERMS)} names of terminals"


def lines():
    """Without a terminal the desk asks and answers; help, lists, numbers, nonsense and 10 kB on one line."""
    t = values.ssh(office(), "uji.operator")
    ch = t.open_session()
    ch.invoke_shell()
    out = values.all_of(ch, 1)
    for line in (b"bantuan", b"menu", b"8", b"kembali", b"siti", b"1", b"riwayat", b"kembali", b"kembali", b"x" * 10240, b"\xff\xfe\x1b[2J", "é漢".encode(), b"", b"4"):
        ch.send(line + b"\n")
        more = values.all_of(ch, 0.4)
        assert not ch.closed, f"ended at {line[:20]!r}: {out[-300:]!r}"
        out += more
    values.inert(out, "lines")
    t.close()
    dead()
    return f"{len(out)} bytes"


def dead():
    with open(W.o.log) as f:
        deaths = [x for x in f if "ended by" in x or "crashed" in x]
    assert not deaths, deaths[:3]


TESTS = [("TERM", "every name of a terminal, any size, any input", terms), ("SCREENS", "every screen that a key leads to", screens),
         ("LINES", "questions and answers", lines)]
if __name__ == "__main__":
    balai.main(TESTS)
