"""balai.py - what the acceptance tests share: the wire in Python, an office of its own, and TAP.

The wire is written a second time here, from ops.json and design's words, so that the C codec is not its own witness.
An Office is a directory, balai-store as a process (or balaid with all of its children), accounts, areas, a period that is
open today and some registered households. Everything is gone at the end, whatever happened."""
import atexit, json, logging, os, random, shutil, signal, socket, struct, subprocess, sys, tempfile, time, uuid

SRC = os.path.abspath(os.environ.get("SRCDIR", "."))
BUILD = os.path.abspath(os.environ.get("BUILDDIR", "."))
BIN = os.path.join(BUILD, "src")
SEED = int(os.environ.get("BALAI_SEED", "7"))
DONE, REFUSED, UNKNOWN, EVENT = 0, 1000001, 1000002, 1000003
PASSWORD = "gunung tinggi biru 71"

with open(os.path.join(BUILD, "src/wire/ops.json")) as _f:
    TABLE = json.load(_f)
OPS = {o["name"]: o for o in TABLE["ops"]}


# --- CBOR, the few kinds the wire has -------------------------------------------------------------------------------

def head(major, n):
    if n < 24:
        return bytes([major << 5 | n])
    for size, mark in ((1, 24), (2, 25), (4, 26), (8, 27)):
        if n < 1 << (8 * size):
            return bytes([major << 5 | mark]) + n.to_bytes(size, "big")
    raise ValueError(n)


def put(v):
    if isinstance(v, bool):
        return b"\xf5" if v else b"\xf4"
    if isinstance(v, int):
        return head(0, v) if v >= 0 else head(1, -1 - v)
    if isinstance(v, Raw):                       # a text whose bytes are not to be looked at
        return head(3, len(v)) + bytes(v)
    if isinstance(v, (bytes, bytearray)):
        return head(2, len(v)) + bytes(v)
    if isinstance(v, str):
        b = v.encode("utf-8", "surrogateescape")
        return head(3, len(b)) + b
    if isinstance(v, list):
        return head(4, len(v)) + b"".join(map(put, v))
    return head(5, len(v)) + b"".join(put(k) + put(v[k]) for k in sorted(v))


class Raw(bytes):
    pass


def take(b, i=0):
    major, n = b[i] >> 5, b[i] & 31
    i += 1
    if major == 7:
        return n == 21, i
    if n >= 24:
        size = 1 << (n - 24)
        n, i = int.from_bytes(b[i:i + size], "big"), i + size
    if major == 0:
        return n, i
    if major == 1:
        return -1 - n, i
    if major == 2:
        return b[i:i + n], i + n
    if major == 3:
        return b[i:i + n].decode("utf-8"), i + n
    if major == 4:
        out = []
        for _ in range(n):
            v, i = take(b, i)
            out.append(v)
        return out, i
    out = {}
    for _ in range(n):
        k, i = take(b, i)
        out[k], i = take(b, i)
    return out, i


def to_map(fields, values):
    out = {}
    for f in fields:
        if f["name"] in values and values[f["name"]] is not None:
            v = values[f["name"]]
            if f["type"] == "rows":
                v = [to_map(TABLE["records"][f["record"]], r) for r in v]
            out[f["key"]] = v
    return out


def from_map(fields, m):
    out = {}
    for f in fields:
        if f["key"] in m:
            v = m[f["key"]]
            if f["type"] == "rows":
                v = [from_map(TABLE["records"][f["record"]], r) for r in v]
            elif f.get("record"):
                v = from_map(TABLE["records"][f["record"]], v)
            out[f["name"]] = v
        else:
            out[f["name"]] = [] if f["type"] == "rows" else "" if f["type"] == "text" else 0
    return out


FINDINGS = TABLE["records"]["finding"]


class Refused(Exception):
    def __init__(self, findings):
        super().__init__(f"refused {[(f['code'], f['field']) for f in findings]}")
        self.findings, self.code = findings, findings[0]["code"] if findings else 0


class Lost(Exception):
    """The line is gone: what became of the request is not known."""


def frame(request, op, values):
    o = OPS[op]
    body = to_map(o["request"], values)
    if o["phase"] == "act":
        body[0] = values.get("key") or new_key()
    b = put([1, request, o["number"], body])
    return struct.pack(">I", len(b)) + b


def new_key():
    """A UUID of version 7."""
    b = bytearray(int(time.time() * 1000).to_bytes(6, "big") + os.urandom(10))
    b[6], b[8] = b[6] & 15 | 0x70, b[8] & 63 | 0x80
    return bytes(b)


class Store:
    """A client on the store's socket."""

    def __init__(self, path, program="uji", timeout=20, peer="uji"):
        self.s = socket.socket(socket.AF_UNIX)
        self.s.settimeout(timeout)
        self.n, self.events, self.raw = 0, [], b""
        try:
            self.s.connect(path)
        except OSError as e:
            raise Lost(str(e))
        self.ask("hello", version=1, program=program, peer=peer)

    def read(self, n):
        out = b""
        while len(out) < n:
            try:
                chunk = self.s.recv(n - len(out))
            except OSError as e:
                raise Lost(str(e))
            if not chunk:
                raise Lost("closed")
            out += chunk
        return out

    def reply(self):
        self.raw = self.read(struct.unpack(">I", self.read(4))[0])
        (_, request, kind, body), end = take(self.raw)
        assert end == len(self.raw), "bytes behind a reply"
        return request, kind, body

    def ask(self, op, **values):
        self.n += 1
        try:
            self.s.sendall(frame(self.n, op, values))
        except OSError as e:
            raise Lost(str(e))
        while True:
            request, kind, body = self.reply()
            if kind == EVENT:
                self.events.append(body)
            elif request == self.n:
                break
        if kind == UNKNOWN:
            raise Lost("unknown")
        if kind == REFUSED:
            raise Refused([from_map(FINDINGS, f) for f in body.get(1, [])])
        return from_map(OPS[op]["reply"], body)

    def login(self, account, secret, quiet=False):
        self.ask("login_begin", account=account)
        r = self.ask("login_answer", secret=secret, quiet=quiet or None)
        self.ticket = r["ticket"]
        return r

    def close(self):
        self.s.close()


def until(seconds, what, step=0.02):
    """Polls; what it answered when that was true, else None."""
    end = time.monotonic() + seconds
    while True:
        r = what()
        if r or time.monotonic() > end:
            return r or None
        time.sleep(step)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Office:
    def __init__(self, households=0, daemon=False, dir=None, conf=""):
        self.dir = dir or tempfile.mkdtemp(prefix="balai-accept-")
        self.port, self.daemon, self.proc = free_port(), daemon, None
        self.conf, self.socket, self.log = (os.path.join(self.dir, n) for n in ("balai.conf", "run/store.sock", "log"))
        atexit.register(self.remove)
        os.umask(0o077)
        for name in ("run", "state"):
            os.makedirs(os.path.join(self.dir, name), exist_ok=True)
        with open(self.conf, "w") as f:
            f.write(f'office "Kabupaten Contoh"\nregency 9901\nzone Asia/Jakarta\ndir {self.dir}/state\nrun {self.dir}/run\n'
                    f'forms {SRC}/forms\nlog {self.log}\nlisten 127.0.0.1 {self.port}\nnotice "Kantor uji."\n{conf}')
        if daemon:
            self.run("balaid", "-f", self.conf, "--make-host-keys")
        code = self.run("balai-store", "-f", self.conf, "--init").split()
        assert code[0] == "admin", code
        self.start()
        self.admin = self.connect("balaictl")
        self.admin.login("admin", code[1], quiet=True)      # balaictl may come and go beside it
        self.admin.ask("password_change", new=PASSWORD)
        self.secret = os.path.join(self.dir, "secret")
        with open(self.secret, "w") as f:
            f.write(PASSWORD + "\n")
        self.accounts, self.villages, self.households = {}, [], []
        if households >= 0:
            self.areas()
        if households > 0:
            self.register(households)

    def run(self, program, *args, ok=(0,)):
        p = subprocess.run([os.path.join(BIN, program), *args], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if p.returncode not in ok:
            raise AssertionError(f"{program} {' '.join(args)}: status {p.returncode}: {p.stdout[-300:]} {p.stderr[-500:]}")
        return p.stdout

    def ctl(self, *args, account="admin", ok=(0,)):
        return self.run("balaictl", "-f", self.conf, "-a", account, "--password-file", self.secret, *args, ok=ok)

    def start(self):
        log = open(self.log, "a")
        with open(self.log) as f:
            f.seek(0, 2)
            began = f.tell()
        program = "balaid" if self.daemon else "balai-store"
        self.proc = subprocess.Popen([os.path.join(BIN, program), "-f", self.conf], stderr=log, stdout=log, stdin=subprocess.DEVNULL)
        log.close()

        def up():
            assert self.proc.poll() is None, "ended at once: " + open(self.log).read()[-500:]
            try:
                with socket.socket(socket.AF_UNIX) as s:
                    s.connect(self.socket)
                if self.daemon:
                    socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                    return "balaid" in open(self.log).read()[began:]
                return True
            except OSError:
                return False
        assert until(20, up), "the office does not start: " + open(self.log).read()[-800:]

    def stop(self, sig=signal.SIGTERM):
        if self.proc and self.proc.poll() is None:
            self.proc.send_signal(sig)
            try:
                self.proc.wait(15)
            except subprocess.TimeoutExpired:
                self.proc.kill()
                self.proc.wait()

    def remove(self):
        self.stop()
        if not os.environ.get("KEEP"):
            shutil.rmtree(self.dir, ignore_errors=True)

    def connect(self, program="uji", **kw):
        return Store(self.socket, program, **kw)

    def login(self, account, password=PASSWORD, quiet=False, program="uji"):
        c = self.connect(program)
        c.login(account, password, quiet)
        return c

    def account(self, name, role, area=0):
        """A new account with its password chosen; its id."""
        r = self.admin.ask("account_put", name=name, full_name=f"Petugas {name}")
        self.admin.ask("grant_put", account=r["account"], role=role, area=area)
        c = self.connect()
        c.login(name, r["code"])
        c.ask("password_change", new=PASSWORD)
        c.close()
        self.accounts[name] = r["account"]
        return r["account"]

    def areas(self):
        rows = [("99", "Provinsi Contoh", 1, ""), ("99.01", "Kabupaten Contoh", 2, "99"), ("99.01.01", "Kecamatan Satu", 3, "99.01")]
        rows += [(f"99.01.01.200{i}", f"Desa {n}", 4, "99.01.01") for i, n in ((1, "Sukamaju"), (2, "Sukamundur"))]
        known = {a["code"]: a["id"] for a in self.all_areas()}
        self.admin.ask("area_put", rows=[dict(code=c, name=n, level=v, parent_code=p) for c, n, v, p in rows if c not in known])
        known = {a["code"]: a["id"] for a in self.all_areas()}
        self.regency = known["99.01"]
        self.villages = [known["99.01.01.2001"], known["99.01.01.2002"]]
        self.admin.ask("data_load", sort="period", name="uji", body=period_text())

    def all_areas(self, parent=0):
        out = []
        rows = self.admin.ask("area_list", parent=parent, limit=500)["rows"]
        for a in rows:
            out += [a] + (self.all_areas(a["id"]) if a["id"] != parent else [])
        return out

    def register(self, n):
        """Households of the generator, imported by the administrator, accepted by a second account."""
        data = os.path.join(self.dir, "data")
        self.run("balai-generate", "--seed", str(SEED), "--households", str(n), "--dir", data)
        self.ctl("area", "import", data)
        self.ctl("import", "--area", "99.01", "--report", os.path.join(data, "report.csv"),
                 os.path.join(data, "RUMAH.csv"), os.path.join(data, "ART.csv"))
        self.account("dewi", "supervisor", 0)
        s = self.login("dewi")
        first = 9901 * 10 ** 11
        done = None
        for i in range(first + 1, first + 4):
            try:
                while (done := s.ask("import_accept", **{"import": i}))["left"]:
                    pass
                break
            except Refused:
                pass
        assert done, "nothing to accept"
        s.close()
        self.villages = [a["id"] for a in self.all_areas() if a["level"] == 4]

    def find(self, clerk, text="99", **kw):
        return clerk.ask("person_find", text=text, limit=50, **kw)["rows"]


def period_text():
    """A window that is open today."""
    day = lambda n: time.strftime("%Y-%m-%d", time.gmtime(time.time() + n * 86400))
    return (f'period usulan-uji {{\n\ttitle "Masa uji"\n\tproduct usulan\n\tarea 99.01\n'
            f"\topens-on {day(-30)}\n\tcloses-on {day(30)}\n\tfinalise-by {day(40)}\n}}\n")


def leaves(client):
    """Every journal leaf, decoded: version, seq, epoch, time, operation, ..."""
    after = 0
    while True:
        r = client.ask("journal_export", after=after, limit=200)
        for row in r["rows"]:
            yield take(row["bytes"])[0]
        after = r["next"]
        if not after:
            return


# --- TAP --------------------------------------------------------------------------------------------------------------

class Skip(Exception):
    """What cannot be tried here; tests/skips must list the line."""


class Tap:
    """Tests are functions; what one returns is told beside its name."""

    def __init__(self):
        self.failed = 0

    def run(self, tests):
        print(f"1..{len(tests)}", flush=True)
        print(f"# seed {SEED}", flush=True)
        for i, (name, f) in enumerate(tests, 1):
            began = time.monotonic()
            try:
                said = f()
                print(f"ok {i} - {name}: {said} ({time.monotonic() - began:.1f} s)", flush=True)
            except Skip as e:
                print(f"ok {i} - {name} # SKIP {e}", flush=True)
            except Exception as e:
                self.failed += 1
                print(f"not ok {i} - {name}: {type(e).__name__}: {str(e)[:600]}".replace("\n", " "), flush=True)
                if os.environ.get("VERBOSE"):
                    import traceback
                    traceback.print_exc()
        return self.failed


def main(tests):
    """tests: (ID, name, function). Arguments choose by ID; none means all."""
    wanted = [a.upper() for a in sys.argv[1:]]
    chosen = [(f"{i} {n}", f) for i, n, f in tests if not wanted or i in wanted]
    if not chosen:
        print("Bail out! no such test")
        sys.exit(1)
    failed = Tap().run(chosen)
    sys.exit(failed != 0)


def number(name, otherwise):
    return int(os.environ.get(name, otherwise))


random.seed(SEED)
logging.getLogger("paramiko").setLevel(logging.CRITICAL)
