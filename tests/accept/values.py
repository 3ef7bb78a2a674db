#!/usr/bin/python3
"""values.py - hostile values: I1 through every way in they are refused or inert, I2 tables for spreadsheets, I3 the log.
Prints TAP.

usage: values.py [I1] [I2] [I3]     BALAI_VALUES (180 over SSH and its like; each text field of each operation gets all kinds)"""
import csv, ctypes, glob, io, os, random, re, socket, sqlite3, sys, time, unicodedata

import paramiko

import balai
from balai import BIN, Lost, Office, Raw, Refused, number, until

KINDS = {
    "nul": "\0", "bell": "\a", "backspace": "\b\b", "newline": "\r\n", "shift out": "\x0e", "delete": "\x7f",
    "colour": "\x1b[31m", "clear": "\x1b[2J\x1b[H", "title": "\x1b]0;judul\a", "icon": "\x1b]2;judul\x1b\\", "link": "\x1b]8;;http://x\a",
    "clipboard": "\x1b]52;c;aGFp\a", "dcs": "\x1bP$qm\x1b\\", "status": "\x1b[6n", "attributes": "\x1b[c", "mode": "\x1b[?1000h",
    "apc": "\x1b_x\x1b\\", "c1 csi": "\x9b31m", "c1 osc": "\x9d0;j\x9c", "override": "\u202e", "isolate": "\u2066", "mark": "\u200f",
    "zero width": "\u200b", "joiner": "\u200d", "bom": "\ufeff", "tag": "\U000e0041", "private": "\ue000", "private 16": "\U00100000",
    "unassigned": "\u0378", "line separator": "\u2028", "emoji": "\U0001f600", "filler": "\u3164", "marks": "a" + "\u0301" * 64,
    "long": "A" * 10240, "raw c1": b"\x9b31m", "surrogate": b"\xed\xa0\x80", "overlong": b"\xc0\xaf", "beyond": b"\xf5\x80\x80\x80",
    "cut": b"\xe2\x80", "byte": b"\xff\xfe",
}
VALUES = {k: Raw(b"Zq" + (v if isinstance(v, bytes) else v.encode()) + b"qZ") for k, v in KINDS.items()}
_office = None


def office():
    global _office
    if _office is None:
        _office = Office(households=40, daemon=True, conf="limit per-source 64\n")
        for name in ("sari", "korban"):
            _office.account(name, "operator", 0)
        for role in ("verifier", "supervisor", "office_head", "admin", "auditor"):
            _office.admin.ask("grant_put", account=_office.accounts["sari"], role=role, area=0)
    return _office


def unclean(text):
    """What must not stand in a text: by Unicode's own classes, not by the program's table."""
    return [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") and c not in "\n"]


def texts(fields, at=()):
    """Paths to every text of a request."""
    for f in fields:
        if f["type"] == "text":
            yield at + (f["name"],)
        elif f["type"] == "rows" or f.get("record"):
            yield from texts(balai.TABLE["records"][f["record"]], at + (f["name"],))


def request(o, op, path, value, things):
    def build(fields, path):
        out = {}
        for f in fields:
            if path and f["name"] == path[0]:
                out[f["name"]] = value if f["type"] == "text" else [build(balai.TABLE["records"][f["record"]], path[1:])]
            elif f["name"] == "key":
                continue
            elif f["name"] in things and f["type"] in ("int", "uint"):
                out[f["name"]] = things[f["name"]]
            elif f["required"]:
                out[f["name"]] = {"text": "uji", "uint": 1, "int": 1, "bool": True, "bytes": b"x" * 32, "rows": []}[f["type"]]
        return out
    return build(balai.OPS[op]["request"], path)


def i1_operations():
    """Each text field of each operation, each kind of value; then not one text of the file, nor of a screen's answers, is
    unclean. Sabotage: text_clean() that admits the class Cf (text.c): the tags and the zero widths are in the file."""
    o, asked, refused, cut, done = office(), 0, 0, 0, 0
    c = o.login("sari", quiet=True)
    ticket = c.ticket
    home = c.ask("person_find", text="siti", limit=5)["rows"][0]["household"]
    draft = c.ask("draft_open", kind="exit", household=home)
    things = dict(draft=draft["draft"], household=home, account=o.accounts["korban"], area=o.villages[0], saved=draft["saved"])
    for name, op in balai.OPS.items():
        if name.startswith("password") or name in ("logout", "hello", "login_begin", "login_answer", "login_resume", "desk_take"):
            continue
        for path in texts(op["request"]):
            for kind, value in VALUES.items():
                if name == "draft_save":
                    things["field"] = 1004
                try:
                    asked += 1
                    c.ask(name, **request(o, name, path, value, things))
                    done += 1
                    if name == "draft_drop":
                        things["draft"] = c.ask("draft_open", kind="exit", household=home)["draft"]
                except Refused as e:
                    refused += 1
                except Lost:
                    cut += 1
                    c = o.connect()
                    c.ask("login_resume", ticket=ticket)
    for op, field in (("hello", "program"), ("hello", "peer"), ("login_begin", "account")):
        for value in VALUES.values():
            asked += 1
            try:
                d = o.connect()
                d.ask(op, **{"version": 1, field: value})
                done += 1
            except Refused:
                refused += 1
            except Lost:
                cut += 1
    bad = stored(o)
    assert not bad, f"{len(bad)} unclean texts in the file: {bad[:5]}"
    assert o.proc.poll() is None and refused > asked // 2, (asked, refused, cut, done)
    return f"{asked} requests: {refused} refused, {cut} lines ended, {done} answered; no unclean text in the file"


def stored(o):
    """Unclean texts of the database, columns and the texts within its blobs."""
    bad = []
    db = sqlite3.connect(f"file:{o.dir}/state/balai.db?mode=ro", uri=True)
    db.text_factory = bytes
    for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'").fetchall():
        table = table.decode()
        if table == "data":
            continue
        for row in db.execute(f"SELECT * FROM {table}"):
            for v in row:
                if not isinstance(v, bytes) or b"Zq" not in v:
                    continue
                for piece in re.findall(rb"Zq(.{0,80}?)qZ", v, re.S):
                    try:
                        faults = unclean(piece.decode())
                    except UnicodeDecodeError:
                        faults = ["bytes"]
                    if faults:
                        bad.append((table, piece[:20]))
    db.close()
    return bad


# --- what a terminal makes of it ----------------------------------------------------------------------------------------

vt = ctypes.CDLL(next(iter(glob.glob("/usr/lib/*/libvterm.so.0")), "libvterm.so.0"))
vt.vterm_new.restype = vt.vterm_obtain_screen.restype = ctypes.c_void_p
vt.vterm_output_get_buffer_current.restype = vt.vterm_screen_get_text.restype = ctypes.c_size_t
PROP = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
BELL = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)


class Callbacks(ctypes.Structure):
    _fields_ = [(n, ctypes.c_void_p) for n in ("damage", "moverect", "movecursor")] + [("settermprop", PROP), ("bell", BELL)] + \
               [(n, ctypes.c_void_p) for n in ("resize", "push", "pop", "clear")]


class Rect(ctypes.Structure):
    _fields_ = [(n, ctypes.c_int) for n in ("r0", "r1", "c0", "c1")]


class Terminal:
    """libvterm, which tells what was done to it: properties set, bells, answers to queries."""

    def __init__(self, rows=24, cols=80):
        self.v = ctypes.c_void_p(vt.vterm_new(rows, cols))
        vt.vterm_set_utf8(self.v, 1)
        self.screen = ctypes.c_void_p(vt.vterm_obtain_screen(self.v))
        vt.vterm_screen_enable_altscreen(self.screen, 1)
        self.props, self.bells = set(), 0
        self.cb = Callbacks(settermprop=PROP(self.prop), bell=BELL(self.bell))
        vt.vterm_screen_set_callbacks(self.screen, ctypes.byref(self.cb), None)
        vt.vterm_screen_reset(self.screen, 1)
        self.props.clear()
        self.rows, self.cols = rows, cols

    def prop(self, prop, value, user):
        self.props.add(prop)
        return 1

    def bell(self, user):
        self.bells += 1
        return 1

    def feed(self, data):
        vt.vterm_input_write(self.v, data, ctypes.c_size_t(len(data)))

    def answers(self):
        return vt.vterm_output_get_buffer_current(self.v)

    def text(self):
        buf = ctypes.create_string_buffer(self.rows * self.cols * 8)
        n = vt.vterm_screen_get_text(self.screen, buf, ctypes.c_size_t(len(buf)), Rect(0, self.rows, 0, self.cols))
        return buf.raw[:n].decode("utf-8", "replace")


TITLE, ICON, REVERSE, SHAPE, MOUSE = 4, 5, 6, 7, 8
ALLOWED = re.compile(rb"\x1b\[[?]?[0-9;]*[A-HJKLMPSTX@dfghlmrsu]|\x1b[()][0AB]|\x1b[=>78M]|[\r\n\b\x0e\x0f\x07\t]")


def inert(data, where):
    """Nothing in the bytes but text, and the sequences that painting needs."""
    rest = ALLOWED.sub(b"", data)
    try:
        faults = unclean(rest.decode("utf-8"))
    except UnicodeDecodeError as e:
        faults = [str(e)]
    assert not faults, f"{where}: {[repr(f) for f in faults[:3]]} in {rest[max(0, rest.find(b'Zq')):][:60]!r}"
    assert not re.search(rb"\x1b\[\??(1000|1001|1002|1003|1005|1006|1015|2004)[hl]", data) or b"2004" in data, f"{where}: a mouse mode"


def all_of(ch, seconds=0.6):
    out = b""
    ch.settimeout(seconds)
    try:
        while chunk := ch.recv(65536):
            out += chunk
    except socket.timeout:
        pass
    return out


def ssh(o, user, password=balai.PASSWORD):
    t = paramiko.Transport(socket.create_connection(("127.0.0.1", o.port), timeout=20))
    t.start_client(timeout=20)
    t.auth_timeout = 20
    t.auth_password(user, password, fallback=False)
    return t


def plant(o, values):
    """Puts values where a clerk's screens, receipts and tables take their texts from, past the store, in the file: a name of
    a person, a village, a head of a dossier each, in turn."""
    o.stop()
    db = sqlite3.connect(os.path.join(o.dir, "state/balai.db"))
    for table, column, where in (("account", "full_name", "name = 'sari'"), ("area", "name", "level >= 2"), ("person", "name", "1"),
                                 ("household", "address", "1")):
        for i, (row,) in enumerate(db.execute(f"SELECT id FROM {table} WHERE {where}").fetchall()):
            text = values[i % len(values)].decode().replace("\0", "")
            db.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (text, row))
    db.commit()
    db.close()
    o.start()
    o.admin = o.login("admin", quiet=True)


def i1_screens():
    """The values are written into the file past the store, as names of people, villages and the clerk; what a clerk's
    desk, receipt and recap then send is text and painting only, and leaves a terminal as the letter x does.
    Sabotage run: text_show() that copies its source (text.c)."""
    o, seen, size = office(), {}, 0
    c = o.login("sari", quiet=True)
    hostile = [v[:60] for k, v in VALUES.items() if isinstance(KINDS[k], str) and k not in ("long", "marks")] + [VALUES["marks"][:59]]
    dossier = c.ask("dossier_list", limit=1)["rows"]
    for kind, values in {"x": [b"x" * 12], "hostile": hostile, "hostile again": hostile[5:] + hostile[:5]}.items():
        plant(o, values)
        t = ssh(o, "sari")
        ch = t.open_session()
        ch.get_pty("xterm", 80, 24)
        ch.invoke_shell()
        data = all_of(ch)
        assert len(data) > 400, f"{kind}: no screen"
        for keys in (b"siti\r", b"\x1b[B\r", b"\x1b[6~", b"\x1b[21~"):
            ch.send(keys)
            data += all_of(ch, 0.4)
        term = Terminal()
        term.feed(data)
        inert(data, f"screen, {kind}")
        assert kind == "x" or b"Zq" in data, "no planted value is on the screen"
        t.close()
        size += len(data)
        seen[kind] = (term.props & {TITLE, ICON, REVERSE, SHAPE, MOUSE}, term.answers(), term.bells)
        assert seen[kind] == seen["x"] and seen["x"][:2] == (set(), 0), f"{kind}: the terminal was changed: {seen}"
        for command in ["rekap"] + [f"berkas {d['number']}" for d in dossier]:
            t = ssh(o, "sari")
            ch = t.open_session()
            ch.exec_command(command)
            out = all_of(ch, 5)
            t.close()
            if command == "rekap":
                assert kind == "x" or b"Zq" in out, "no planted value is in the recap"
                out = out.replace(b"\xef\xbb\xbf", b"", 1)
            inert(out, f"{command}, {kind}")
            size += len(out)
    return f"{len(hostile)} values, {size} bytes of desk, recap and receipt: nothing but text and painting; the terminal as with x"


def i1_ssh():
    """User names, TERM, the client's version line and what is typed. Sabotage: text_show() that copies its source."""
    o, n, rnd = office(), 0, random.Random(balai.SEED)
    values = list(VALUES.values())
    rnd.shuffle(values)
    for value in values[:number("BALAI_VALUES", 180) // 12]:
        t = paramiko.Transport(socket.create_connection(("127.0.0.1", o.port), timeout=20))
        t.start_client(timeout=20)
        t.auth_timeout = 20
        try:
            t.auth_password(bytes(value), "bukan sandi siapa pun", fallback=False)
            raise AssertionError("let in")
        except (paramiko.SSHException, EOFError, OSError):
            pass
        t.close()
        with socket.create_connection(("127.0.0.1", o.port), timeout=5) as s:
            s.sendall(b"SSH-2.0-" + bytes(value) + b"\r\n")
        n += 2
    t = ssh(o, "sari")
    ch = t.open_session()
    ch.get_pty("xterm\x1b[2J", 80, 24)
    ch.invoke_shell()
    all_of(ch)
    for value in VALUES.values():
        ch.send(b"\x15" + bytes(value)[:400])
        n += 1
    data = all_of(ch)
    inert(data, "typed")
    t.close()
    return f"{n} values as user name, version and keys: refused or inert"


def i1_import():
    """The same as addresses in a file to import: those rows are refused, the report is safe, the file holds none.
    Sabotage: set_cell() of exchange/import.c without text_clean()."""
    o = office()
    folder = os.path.join(o.dir, "hostile")
    balai_data = os.path.join(o.dir, "data")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(balai_data, "RUMAH.csv"), "rb") as f:
        text = f.read()
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig")), delimiter=";" if b";" in text.split(b"\n")[0] else ","))
    out = []
    for i, (kind, value) in enumerate(VALUES.items()):
        if i + 1 >= len(rows):
            break
        row = list(rows[i + 1])
        at = next(k for k, h in enumerate(rows[0]) if h.upper() == "ALAMAT")
        row[at] = bytes(value).decode("utf-8", "surrogateescape").replace("\0", "").replace("\r\n", "\x01")
        out.append(row)
    path = os.path.join(folder, "RUMAH.csv")
    with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as f:
        csv.writer(f, delimiter=";" if b";" in text.split(b"\n")[0] else ",").writerows([rows[0]] + out)
    report = os.path.join(folder, "report.csv")
    p = o.run("balaictl", "-f", o.conf, "-a", "admin", "--password-file", o.secret, "import", "--area", "99.01", "--report", report,
              path, os.path.join(balai_data, "ART.csv"), ok=(0, 1, 2, 3))
    assert not unclean(p.replace("\r", "")), f"balaictl says {p!r}"
    if os.path.exists(report):
        with open(report, "rb") as f:
            inert(f.read().replace(b"\xef\xbb\xbf", b"", 1), "report")
    bad = stored(o)
    assert not bad, f"{bad[:4]} in the file"
    assert o.proc.poll() is None
    refused = int((re.search(r"(\d+) refused", p) or [0, 0])[1])
    assert refused >= len(out) - 2, f"{refused} of {len(out)} rows refused: {p}"
    return f"{len(out)} rows, {refused} refused; {p.strip().splitlines()[-1][:90] if p.strip() else 'refused'}"


# --- tables and the log ---------------------------------------------------------------------------------------------------

FORMULAS = ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20A1", "=cmd|'/C calc'!A0", "\"=1\"", "a\"b", "a,b", " =1"]


def i2():
    """Names of villages that a spreadsheet would take for formulas, in the recap; cells of an import in its report.
    Every cell comes back by Python's csv, none begins as a formula. Sabotage run: cell_text() of
    session_exec.c without the apostrophe."""
    o, cells, unsafe, kept = office(), 0, [], 0
    for formula in FORMULAS:
        o.stop()
        db = sqlite3.connect(os.path.join(o.dir, "state/balai.db"))
        db.execute("UPDATE area SET name = ? || id WHERE level >= 2", (formula,))
        db.commit()
        db.close()
        o.start()
        t = ssh(o, "sari")
        ch = t.open_session()
        ch.exec_command("rekap")
        out = all_of(ch, 5)
        t.close()
        assert out.startswith(b"\xef\xbb\xbf"), out[:60]
        table = list(csv.reader(io.StringIO(out.decode("utf-8-sig"), newline=""), strict=True))
        assert len(table) > 2 and len({len(r) for r in table}) == 1, f"{formula!r}: rows of different lengths"
        for row in table:
            for cell in row:
                cells += 1
                kept += formula.strip() in cell
                if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20"):
                    unsafe.append(cell)
        assert any(formula.strip()[-2:] in cell for row in table for cell in row), f"{formula!r} is not in the recap at all"
    assert not unsafe, unsafe[:5]
    o.admin = o.login("admin", quiet=True)
    return f"{len(FORMULAS)} formulas, {cells} cells: none begins one; rows keep their length"


LINE = re.compile(r"^<\d> \S+ [\w.-]+\[\d+\] [\w./-]+\.c:\d+ .*$")


def i3():
    """After all of the above and a storm of frames that are none: each line of the log is one event of the documented form,
    without a control byte or a text that was sent. Nothing from outside is written there at all; that the log escapes what
    it is given is shown by tests/unit/test_base, which fails when log_escape() takes everything for plain."""
    o = office()
    with open(o.log, "rb") as f:
        before = len(f.read().splitlines())
    events = max(20, number("BALAI_VALUES", 180) // 6)
    values = list(VALUES.values())
    for i in range(events):
        with socket.socket(socket.AF_UNIX) as s:          # a frame that is none: one event each
            s.connect(o.socket)
            bad = bytes(values[i % len(values)])[:200]
            s.sendall(len(bad).to_bytes(4, "big") + bad)
            s.settimeout(5)
            try:
                while s.recv(4096):
                    pass
            except OSError:
                pass
    def told():
        with open(o.log, "rb") as f:
            return len(f.read().splitlines()) >= before + events
    assert until(5, told), "events without a line"
    with open(o.log, "rb") as f:
        raw = f.read()
    lines = raw.split(b"\n")[:-1]
    for line in lines:
        text = line.decode("utf-8")
        assert not unclean(text), f"raw bytes in {line!r}"
        assert LINE.match(text), f"not of the form: {text!r}"
        assert "Zq" not in text, f"a typed name in {text!r}"
    storm = len(lines) - before
    assert events <= storm <= events + 4, f"{storm} lines for {events} events"
    return f"{len(lines)} lines, {events} events in the storm and {storm} lines"


TESTS = [("I1", "each text of each operation", i1_operations), ("I1", "import", i1_import), ("I1", "names, keys, TERM", i1_ssh),
         ("I1", "screens, receipt, recap", i1_screens), ("I2", "tables for spreadsheets", i2), ("I3", "the log", i3)]
if __name__ == "__main__":
    balai.main(TESTS)
