"""walk.py - every kind of dossier on screen, through to the register: clerk, verifier, supervisor and auditor at their desks in tmux
over OpenSSH at 80x24, against an office of its own; and what each of them may not do.

Keys wait for what the screen says, never for a time. The clerk's desk does not step on by itself here (a setting of the account), so
that one Down is one question. Seen to fail without: the qsort of sandbox_enter() (repair: the verifier's session dies), marks_show()
(bulk), draft_merged() (unmerge); with lseek() in blob.c, which the store's filter has not (evidence)."""
import csv, os, re, subprocess, sys, time

sys.path.insert(0, os.path.join(os.environ.get("SRCDIR", "."), "tests/accept"))
import balai
from balai import Office, Refused, until, PASSWORD

TMUX = ["tmux", "-L", f"balai-walk-{os.getpid()}", "-f", "/dev/null"]
WAIT = 30
W = type("W", (), {})()                  # what the steps hand on


def tmux(*args):
    return subprocess.run([*TMUX, *args], capture_output=True, text=True).stdout


class Desk:
    def __init__(self, who, cols=80, rows=24):
        self.name = who
        tmux("new-session", "-d", "-s", who, "-x", str(cols), "-y", str(rows), "exec sshpass -P sandi -p '" + PASSWORD + "' " + ssh_line(who))
        self.wait("F1 Bantuan")

    def text(self):
        return tmux("capture-pane", "-p", "-t", self.name)

    def wait(self, pattern, seconds=WAIT):
        seen = until(seconds, lambda: (t := self.text()) and re.search(pattern, t, re.M) and t, 0.03)
        assert seen, f"{self.name}: no '{pattern}' on\n{self.text()}"
        return seen

    def keys(self, *keys):
        tmux("send-keys", "-t", self.name, *keys)

    def type(self, text):
        tmux("send-keys", "-t", self.name, "-l", text)

    def home(self):
        for _ in range(12):
            t = self.text()
            if re.search(r"^ (Cari NIK|Nomor pilihan)", t, re.M):
                return
            self.keys("C-g" if re.search(r"^ Keluarga (untuk|yang)", t, re.M) else "F3")
            until(5, lambda: self.text() != t)
        raise AssertionError(f"{self.name}: not home\n{self.text()}")

    # --- a form: the question at the cursor, and whose it is ---

    def at(self):
        y = int(tmux("display", "-p", "-t", self.name, "#{cursor_y}") or 0)
        lines = self.text().split("\n")
        line = lines[y] if y < len(lines) else ""
        row = next((x for x in lines if x.startswith(" > ")), "")[:34] or re.sub("[─↑↓]", "", lines[1] if len(lines) > 1 else "")
        m = re.match(r"[! ]*(.+?)(?: \*|  | _|$)", line)
        return (m.group(1) if m else line.strip(), row.strip())

    def down(self, key="Down"):
        was = self.at()
        self.keys(key)
        assert until(WAIT, lambda: self.at() != was, 0.02), f"{self.name}: {key} leads nowhere\n{self.text()}"

    def put(self, label, value, key="Down"):
        for _ in range(80):
            if self.at()[0] == label:
                break
            self.down(key)
        else:
            raise AssertionError(f"{self.name}: no question {label}\n{self.text()}")
        if value is not None:
            self.keys("C-u")
            self.type(value)

    def find(self, item, text):
        """An item of the home screen that asks for a household first; its family is opened with it."""
        self.home()
        self.keys(item, "Enter")
        self.wait(r"^ Keluarga ", 10)
        self.type(text)
        self.keys("Enter")
        self.wait("ditemukan")
        self.wait(r"^> ")
        self.keys("Enter")

    def kind(self, nik, number):
        self.find("3", nik)
        self.wait("Usulan untuk keluarga")
        self.keys(number, "Enter")

    def send(self):
        self.keys("F2")
        t = self.wait("TANDA TERIMA")
        return re.search(r"Nomor berkas +: (\d+-\d+)", t).group(1)

    # --- a queue ---

    def queue(self, item="1"):
        self.home()
        self.keys(item, "Enter")
        self.wait("Gerbang  M")

    def point(self, number):
        """Moves the mark of a list to the line of a number."""
        self.wait(number)
        for _ in range(40):
            t = self.text()
            if re.search(rf"^> {number}", t, re.M):
                return
            lines = [x[2:13] for x in t.split("\n") if re.match(r"[> ] \d{4}-\d+", x)]
            now = next((i for i, x in enumerate(t.split("\n")) if x.startswith("> ")), 0)
            want = next((i for i, x in enumerate(t.split("\n")) if x[2:13] == number), 0)
            self.keys("Down" if want > now else "Up")
            until(5, lambda: self.text() != t)
        raise AssertionError(f"{self.name}: {number} cannot be pointed at ({lines})\n{self.text()}")


def ssh_line(who):
    return (f"ssh -F none -p {W.office.port} -o UserKnownHostsFile={W.office.dir}/known_hosts -o StrictHostKeyChecking=accept-new "
            f"-o LogLevel=ERROR -o NumberOfPasswordPrompts=1 {who}@127.0.0.1")


def ssh(who, *args, data=None, ok=True):
    p = subprocess.run(["sshpass", "-P", "sandi", "-p", PASSWORD, *ssh_line(who).split(), *args], input=data, capture_output=True, timeout=60)
    assert (p.returncode == 0) == ok, f"ssh {who} {args}: {p.returncode} {p.stderr[-300:]!r}"
    return p.stdout.decode("utf-8", "replace"), p.stderr.decode("utf-8", "replace")


# --- the register, asked over the wire -------------------------------------------------------------------------------

def forms():
    """Numbers of the questionnaire's fields by name."""
    out = {}
    with open(os.path.join(balai.SRC, "forms/questionnaire/bdt2015.form")) as f:
        for line in f:
            if line.startswith("field "):
                _, number, name, *_ = line.split()
                out[name] = int(number)
    return out


def household(h):
    """A household as it is now: members by NIK, cards, state, answers."""
    r = W.boss.ask("household_show", household=h)
    number = forms()
    get = lambda name, row=0: next((a["value"] for a in r["answers"] if a["field"] == number[name] and a["row"] == row), "")
    r["get"] = get
    r["members"] = {get("nik", w["row"]): w["row"] for w in r["rows"] if get("name", w["row"])}
    return r


def families(village, size, cards=1):
    """Families of the generator in a village that are in the register, each given once."""
    for f in W.families:
        if f["used"] or f["village"] != village or len(f["members"]) < size or len({m["NUK"] for m in f["members"]}) != cards:
            continue
        if not all(len(m["NIK"]) == 16 for m in f["members"]) or f["members"][0]["Hub_KRT"] != "1":
            continue
        hits = [x for x in W.clerk.ask("person_find", text=f["members"][0]["NIK"], limit=5)["rows"] if x["household"]]
        if len(hits) != 1:
            continue
        f["used"] = True
        f["id"], f["nik"], f["head"] = hits[0]["household"], f["members"][0]["NIK"], f["members"][0]["Nama"]
        return f
    raise AssertionError("no family left")


def dossier(number, who=None):
    return (who or W.boss).ask("dossier_show", number=number)


def gate(who, number, name, state):
    d = dossier(number)
    who.ask("gate_record", dossier=d["dossier"], gate=name, state=state, on_date=W.today, ref="BA 1/2026")


# --- the walk ---------------------------------------------------------------------------------------------------------

def office():
    W.office = o = Office(households=150, daemon=True)
    rows = {}
    with open(os.path.join(o.dir, "data/RUMAH.csv"), encoding="utf-8-sig") as f:
        for r in csv.DictReader(f):
            rows[r["IDBDT"]] = {"village": r["KDWILCAPIL"], "members": [], "used": False}
    with open(os.path.join(o.dir, "data/ART.csv"), encoding="utf-8-sig") as f:
        for r in csv.DictReader(f):
            rows[r["IDBDT"]]["members"].append(r)
    W.families = list(rows.values())
    count = {}
    for f in W.families:
        count[f["village"]] = count.get(f["village"], 0) + 1
    W.village, W.other = sorted(count, key=count.get)[-1:-3:-1]
    ids = {a["code"]: a for a in o.all_areas()}
    o.account("sari", "operator", ids[W.village]["id"])
    o.account("joko", "operator", ids[W.other]["id"])
    o.account("ratna", "verifier", o.regency)
    o.account("agus", "auditor", o.regency)
    o.account("tono", "operator", ids[W.village]["id"])
    o.admin.ask("grant_put", account=o.accounts["tono"], role="verifier", area=o.regency)
    o.admin.ask("grant_put", account=o.accounts["tono"], role="supervisor", area=o.regency)
    W.other_name = ids[W.other]["name"]
    W.clerk, W.boss, W.joko = o.login("sari", quiet=True), o.login("dewi", quiet=True), o.login("joko", quiet=True)
    W.clerk.ask("setting_put", name="step_on", value="0")
    W.tono = o.login("tono", quiet=True)
    W.today = W.clerk.ask("desk_show")["today"]
    W.day = time.strftime("%d%m%Y", time.strptime(W.today, "%Y-%m-%d"))
    W.sent = {}
    W.sari, W.ratna, W.dewi = Desk("sari"), Desk("ratna"), Desk("dewi")
    return f"{len(W.families)} families, {count[W.village]} in the clerk's village"


def correction():
    f = families(W.village, 3)
    s = W.sari
    s.find("2", f["nik"])
    s.wait("Perbaikan data: " + re.escape(f["head"]))
    s.put("Alamat", "Jl. Anggrek 17")
    s.down()
    s.keys("F6")
    s.wait(r"\[2 Rumah\]")
    s.keys("F6", "F6", "F6")
    s.wait(r"\[5 Anggota\]")
    s.put("Tempat lahir", None)
    s.keys("NPage")
    s.wait(r"^ > 2 ")
    s.put("Tempat lahir", "Kota Lama")
    s.down()
    W.sent["correction"] = s.send(), f


def leaving():
    f = families(W.village, 2)
    s = W.sari
    s.find("4", f["nik"])
    s.wait("Keluar atau mundur: " + re.escape(f["head"]))
    s.put("Alasan", "3")
    s.put("Tanggal", W.day)
    W.sent["exit"] = s.send(), f


def move():
    f = families(W.village, 2)
    s = W.sari
    s.kind(f["nik"], "3")
    s.wait("Pindah dalam kabupaten: " + re.escape(f["head"]))
    s.keys("F4")
    s.wait("paling sedikit 3 huruf")
    s.type(W.other_name)
    s.wait(r"> [0-9.]+ " + re.escape(W.other_name))
    s.keys("Enter")
    s.put("Tanggal pindah", W.day)
    s.put("Alasan", "1")
    s.put("Alamat", "Jl. Nangka 5")
    s.put("RT", "2")
    s.put("RW", "1")
    W.sent["move"] = s.send(), f


def member_moves():
    f, to = families(W.village, 3), families(W.village, 2)
    s = W.sari
    s.kind(f["nik"], "4")
    s.wait("Keluarga tujuan anggota")
    s.type(to["nik"])
    s.keys("Enter")
    s.wait("1 ditemukan")
    s.wait(r"^> ")
    s.keys("Enter")
    s.wait("Anggota pindah: " + re.escape(f["head"]))
    s.put("Tanggal pindah", W.day)
    s.put("Alasan", "2")
    s.keys("F6")
    s.wait(r"\[2 Anggota\]")
    for i, m in enumerate(f["members"]):
        last = i + 1 == len(f["members"])
        s.put("Pindah", "1" if last else "2")
        s.down()
    for label, value in (("Hubungan baru dengan KRT", "8"), ("NUK pada keluarga tujuan", "1"), ("Hubungan baru dalam KK", "8")):
        s.put(label, value)
    f["to"], f["mover"] = to, f["members"][-1]["NIK"]
    W.sent["member_moves"] = s.send(), f


def head_died():
    f = families(W.village, 3)
    s = W.sari
    s.kind(f["nik"], "5")
    s.wait("Kepala keluarga meninggal: " + re.escape(f["head"]))
    s.put("Tanggal meninggal", W.day)
    s.put("Nomor KK baru", "9901011911260001")
    s.keys("F6")
    s.wait(r"\[2 Anggota\]")
    for i in range(1, len(f["members"])):
        s.put("Hubungan baru dengan KRT", "1" if i == 1 else "3")
        s.down()
        s.put("Hubungan baru dalam KK", "1" if i == 1 else "3")
        s.down()
    W.sent["head_died"] = s.send(), f


def split():
    """The second family of a household leaves as a whole: the first one is asked for nothing."""
    f = families(W.village, 3, cards=2)
    s = W.sari
    s.kind(f["nik"], "6")
    s.wait("Pecah KK: " + re.escape(f["head"]))
    s.put("Tanggal pecah KK", W.day)
    s.put("Alasan", "1")
    s.put("Nomor KK baru", "9901011811260001")
    s.put("Tetap di alamat ini", "1")
    s.keys("F6")
    s.wait(r"\[2 Anggota\]")
    first = True
    for m in f["members"]:
        goes = m["NUK"] == "2"
        s.put("Ikut KK baru", "1" if goes else "2")
        s.down()
        if goes:
            for label, value in (("Hubungan baru dengan KRT", "1" if first else "8"), ("NUK pada keluarga baru", "1"),
                                 ("Hubungan baru dalam KK", "1" if first else "8")):
                s.put(label, value)
                s.down()
            first = False
    W.sent["split"] = s.send(), f


def merge():
    f, twin = families(W.village, 2), families(W.village, 2)
    s = W.sari
    s.kind(f["nik"], "7")
    s.wait("Keluarga ganda")
    s.type(twin["nik"])
    s.keys("Enter")
    s.wait("1 ditemukan")
    s.wait(r"^> ")
    s.keys("Enter")
    s.wait("Gabung data ganda: " + re.escape(f["head"]) + " dan")
    s.put("Alasan", "1")
    s.put("Tanggal", W.day)
    s.put("Bila tidak dipilih", "1")
    s.keys("F6")
    s.wait(r"\[3 Digabung\]|\[2 Pasangan\]")
    for m in twin["members"]:
        s.put("Sama dengan nomor", "1" if m is twin["members"][0] else "0")
        s.down()
        if m is not twin["members"][0]:
            for label, value in (("Hubungan baru dengan KRT", "8"), ("NUK", "1"), ("Hubungan baru dalam KK", "8")):
                s.put(label, value)
                s.down()
    f["twin"] = twin
    W.sent["merge"] = s.send(), f


def verify_on_screen(number, gate_here=False):
    r = W.ratna
    r.queue()
    r.point(number)
    r.keys("a")
    r.wait("Anda pegang sampai")
    r.wait(rf"^> {number}")
    if not gate_here:
        gate(W.ratna_wire, number, "documents", "lengkap")
    r.keys("Enter")
    r.wait(rf"^ {number} ")
    if gate_here:
        r.wait("Setuju tertahan. Belum lengkap: dokumen")
        r.keys("g")
        r.wait("Catat gerbang " + number)
        r.put("Gerbang", "dok")
        r.put("Hasil", "1")
        r.put("Tanggal", W.day)
        r.put("Nomor surat", "KK 12/2026")
        r.keys("F2")
        r.wait(r"dokumen +lengkap")
    r.keys("s")
    r.wait(f"menunggu|Tidak ada|Setuju. Berkas {number}|{number}.*(disetujui|validasi)")


def verification():
    """Every kind is claimed and approved; the mark stays on what was claimed."""
    W.ratna_wire = W.office.login("ratna", quiet=True)
    for i, (kind, (number, _)) in enumerate(W.sent.items()):
        verify_on_screen(number, gate_here=i == 0)
        assert until(WAIT, lambda: dossier(number)["line"]["state"] == "verified"), f"{kind} {number}: {dossier(number)['line']['state']}\n{W.ratna.text()}"
    return f"{len(W.sent)} kinds"


def bulk():
    """All marked at once: the exit may not go, for nobody deliberated; the preview names it, and the others go."""
    d = W.dewi
    d.queue("2")
    for number, _ in W.sent.values():
        d.point(number)
        d.keys("Space")
        d.wait(rf"\* ?{number}|{number}.*")
    d.wait(rf"{len(W.sent)} ditandai")
    d.keys("s")
    d.wait(rf"{len(W.sent) - 1} berkas akan disetujui, 1 tidak")
    t = d.text()
    held = t[t.index("Tidak dapat disetujui"):t.index("Akan disetujui")]
    assert W.sent["exit"][0] in held and "musyawarah" in held, t
    assert not any(n in held for k, (n, _) in W.sent.items() if k != "exit"), t
    d.keys("s")
    d.wait(rf"{len(W.sent) - 1} berkas disetujui\.")
    states = {k: dossier(n)["line"]["state"] for k, (n, _) in W.sent.items()}
    assert states.pop("exit") == "verified" and set(states.values()) == {"valid"}, states
    # the minutes come in, and it goes alone
    gate(W.clerk, W.sent["exit"][0], "deliberation", "keluar")
    d.queue("2")
    d.point(W.sent["exit"][0])
    d.keys("s")
    assert until(WAIT, lambda: dossier(W.sent["exit"][0])["line"]["state"] == "valid"), d.text()


def register():
    """What the register holds afterwards, kind by kind."""
    _, f = W.sent["correction"]
    h = household(f["id"])
    assert h["get"]("address") == "Jl. Anggrek 17" and h["get"]("birth_place", h["members"][f["members"][1]["NIK"]]) == "Kota Lama"
    h = household(W.sent["exit"][1]["id"])
    assert (h["state"], h["reason"]) == ("exited", "MAMPU"), (h["state"], h["reason"])
    h = household(W.sent["move"][1]["id"])
    assert h["area"]["name"] == W.other_name and h["get"]("address") == "Jl. Nangka 5", h["area"]
    _, f = W.sent["member_moves"]
    assert f["mover"] not in household(f["id"])["members"] and f["mover"] in household(f["to"]["id"])["members"]
    _, f = W.sent["head_died"]
    h = household(f["id"])
    heads = [n for n, row in h["members"].items() if h["get"]("relation", row) == "1"]
    cards = {c["no"]: c["to_on"] for c in h["cards"]}
    assert f["nik"] not in h["members"] and heads == [f["members"][1]["NIK"]], heads
    assert cards.get("9901011911260001") == "" and cards.get(f["members"][0]["NoKK"]) == W.today, cards
    number, f = W.sent["split"]
    stay, left = household(f["id"]), household(dossier(number)["line"]["household"])
    goes = {m["NIK"] for m in f["members"] if m["NUK"] == "2"}
    assert left["household"] != f["id"] and set(left["members"]) == goes and not goes & set(stay["members"]), (goes, left["members"])
    assert [c["no"] for c in left["cards"] if not c["to_on"]] == ["9901011811260001"]
    assert [c["no"] for c in stay["cards"] if not c["to_on"]] == [f["members"][0]["NoKK"]], stay["cards"]
    _, f = W.sent["merge"]
    h, twin = household(f["id"]), household(f["twin"]["id"])
    assert twin["state"] == "merged" and twin["merged_into"] == f["id"]
    assert len(h["members"]) == len(f["members"]) + len(f["twin"]["members"]) - 1, h["members"]


def sheet():
    """The clerk sees it on the household's sheet and in its history."""
    s = W.sari
    number, f = W.sent["head_died"]
    s.home()
    s.type(f["members"][1]["NIK"])
    s.keys("Enter")
    s.wait("ditemukan")
    s.keys("Enter")
    s.wait("Keluarga " + re.escape(f["members"][1]["Nama"]))
    s.wait("9901 0119 1126 0001")
    s.wait("berakhir")
    s.keys("r")
    s.wait(f"kepala meninggal.*{number}|{number}")


def unmerge():
    """The merge was a mistake: the clerk says so on screen, and both households are as they were."""
    _, f = W.sent["merge"]
    s = W.sari
    s.kind(f["nik"], "8")
    s.wait("gabung")
    s.put("Alasan", "1")
    s.down()
    number = s.send()
    verify_on_screen(number)
    assert until(WAIT, lambda: dossier(number)["line"]["state"] == "verified"), W.ratna.text()
    W.dewi.queue("2")
    W.dewi.point(number)
    W.dewi.keys("s")
    assert until(WAIT, lambda: dossier(number)["line"]["state"] == "valid"), W.dewi.text()
    h, twin = household(f["id"]), household(f["twin"]["id"])
    assert twin["state"] == "active" and len(twin["members"]) == len(f["twin"]["members"]) and len(h["members"]) == len(f["members"])


def repair():
    """Returned with reason, field and note; the form opens at the field and says the note; the maker takes back what nobody holds."""
    f = families(W.village, 2)
    s, r = W.sari, W.ratna
    s.find("2", f["nik"])
    s.wait("Perbaikan data: ")
    s.put("Alamat", "Jl. Kenanga 1")
    s.put("RW", "7")
    s.down()
    number = s.send()
    r.queue()
    r.point(number)
    r.keys("k")
    r.wait("Alasan")
    r.put("Alasan", "alamat")
    r.down()
    r.keys("F4")
    r.wait("Ketik untuk menyaring")
    r.type("RW")
    r.wait("> .*RW")
    r.keys("Space")
    r.wait(r"\*|>\*")
    r.keys("Enter")
    r.put("Catatan", "RW keliru, lihat KK")
    r.keys("F2")
    assert until(WAIT, lambda: dossier(number)["line"]["state"] == "returned"), r.text()
    s.home()
    s.keys("F5")
    s.wait("Dikembalikan kepada Anda: 1")
    s.keys(re.search(r"(\d)  Dikembalikan kepada Anda", s.text()).group(1), "Enter")
    s.point(number)
    s.keys("Enter")
    s.wait("Dikembalikan: .*RW keliru, lihat KK")
    assert s.at()[0] == "RW", s.text()
    s.put("RW", "3")
    s.down()
    assert s.send() == number
    # what nobody holds the maker takes back, and sends again
    s.home()
    s.keys("5", "Enter")
    s.point(number)
    s.keys("Enter")
    s.wait("Ambil kembali")
    s.keys("a")
    assert until(WAIT, lambda: dossier(number)["line"]["state"] == "returned"), s.text()
    W.repaired = number, f


def own():
    """tono is clerk, verifier and supervisor at once: on his own dossier he decides nothing, by any way."""
    f, t = families(W.village, 2), W.tono
    d = t.ask("draft_open", kind="exit", household=f["id"])
    t.ask("draft_save", draft=d["draft"], saved=0, answers=[{"field": 1001, "row": 0, "value": "MAMPU"}, {"field": 1002, "row": 0, "value": W.today}])
    number = t.ask("dossier_submit", draft=d["draft"], saved=1, channel="LOKET")["number"]
    ident = dossier(number)["dossier"]
    gate(W.ratna_wire, number, "documents", "lengkap")
    for event in ("verify", "return", "reject", "validate"):
        try:
            t.ask("dossier_fire", dossier=ident, rev=dossier(number)["line"]["rev"], event=event, reason="LAIN")
        except Refused:
            continue
        raise AssertionError(event)
    try:
        t.ask("lease_set", dossier=ident, queue="verification", action="claim")
        raise AssertionError("claimed")
    except Refused:
        pass
    assert not t.ask("dossier_try", event="verify", dossiers=[{"dossier": ident}])["rows"][0]["ok"]
    assert dossier(number)["line"]["state"] == "submitted"


def elsewhere():
    """The clerk of another village finds, opens, counts and adds to nothing of it."""
    number, f = W.sent["correction"]
    assert not [h for h in W.joko.ask("person_find", text=f["nik"], limit=5)["rows"] if h["household"] == f["id"]]
    for op, args in (("household_show", {"household": f["id"]}), ("dossier_show", {"number": number}), ("draft_open", {"kind": "exit", "household": f["id"]})):
        try:
            W.joko.ask(op, **args)
        except Refused:
            continue
        raise AssertionError(op)
    there, nowhere = ssh("joko", "berkas", number, ok=False)[1], ssh("joko", "berkas", "2026-999999", ok=False)[1]
    assert there.replace(number, "N") == nowhere.replace("2026-999999", "N"), (there, nowhere)
    ssh("joko", "bukti", number, "rumah", data=b"x", ok=False)
    assert ssh("joko", "rekap")[0] != ssh("sari", "rekap")[0]


def evidence():
    """A photo sent by the command is taken; the auditor sees who looked at the household."""
    number, f = W.repaired
    out, _ = ssh("sari", "bukti", number, "rumah", data=b"\xff\xd8\xff\xe0 foto uji")
    assert number in out, out
    agus = W.office.login("agus", quiet=True)
    rows = agus.ask("journal_list", household=f["id"], limit=100)["rows"]
    assert any(r["op"] == "household_show" for r in rows), [r["op"] for r in rows]


TESTS = [("office", "an office with registered families, three desks open", office),
         ("correction", "a correction is sent", correction), ("exit", "an exit is sent", leaving), ("move", "a move to another village is sent", move),
         ("member_moves", "a member moves to another household: sent", member_moves), ("head_died", "the head died: sent", head_died),
         ("split", "a second family splits off: sent", split), ("merge", "a merge is sent", merge),
         ("verify", "the verifier claims and approves each", verification), ("bulk", "in bulk, one may not go and is named", bulk),
         ("register", "the register holds each change", register), ("sheet", "the household's sheet and history say so", sheet),
         ("unmerge", "an unmerge goes the whole way", unmerge), ("repair", "returned, repaired, taken back", repair),
         ("own", "a maker decides on nothing of his own", own), ("elsewhere", "another village sees and counts nothing", elsewhere),
         ("evidence", "evidence by the command; who looked", evidence)]

if __name__ == "__main__":
    import atexit
    atexit.register(lambda: tmux("kill-server"))
    balai.main([(i.upper(), n, f) for i, n, f in TESTS])
