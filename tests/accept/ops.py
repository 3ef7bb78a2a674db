#!/usr/bin/python3
"""ops.py - every row of ops.tbl is driven with success over the wire against a confined store, and nobody dies of it. Prints TAP.

A filter that lacks a call kills the store on the one path nobody tried; a row that is only ever refused was not tried. So the
table is held against what was answered: a new operation without a line here fails.
Sabotages run: `ftruncate` taken out of store.list (the backup ends the store); a step left out (its row is named)."""
import hashlib, os

import balai
from balai import Office, Store

driven = set()
ask_wire = Store.ask


def ask(self, op, **values):
    r = ask_wire(self, op, **values)
    driven.add(op)
    return r


Store.ask = ask
PDF = b"%PDF-1.4\n" + b"uji " * 20000             # more than one chunk
W = type("W", (), {})()


def office():
    W.o = o = Office(households=40, daemon=True)
    W.pid = store_pid(o)
    for name, role in (("sari", "operator"), ("ratna", "verifier"), ("agus", "auditor"), ("kadis", "office_head"), ("wati", "admin")):
        o.account(name, role, 0)
        setattr(W, name, o.login(name, quiet=True))
    W.dewi = o.login("dewi", quiet=True)
    homes = {h["household"] for w in ("siti", "muhammad", "nur", "sri", "ahmad", "dewi", "agus") for h in W.sari.ask("person_find", text=w, limit=50)["rows"]}
    W.homes = sorted(homes - {0})
    W.today = W.sari.ask("desk_show")["today"]
    return f"{len(W.homes)} households"


def store_pid(o):
    """The store is the child of balaid with that name."""
    for p in os.listdir("/proc"):
        try:
            with open(f"/proc/{p}/stat") as f:
                name, rest = f.read().split("(", 1)[1].rsplit(")", 1)
            if name == "balai-store" and int(rest.split()[1]) == o.proc.pid:
                return int(p)
        except (OSError, IndexError):
            pass
    raise AssertionError("balaid has no store")


def login():
    c = W.o.connect()
    c.ask("login_resume", ticket=W.sari.ticket)
    assert c.ask("password_check", secret=balai.PASSWORD)["ok"] is True
    c.ask("setting_put", name="step_on", value="0")
    c.ask("desk_take")
    c.ask("logout")
    W.sari = W.o.login("sari", quiet=True)
    assert W.sari.ask("form_get", name="bdt2015")["version"] >= 1
    assert W.sari.ask("list_get", name="bukti")["body"]


def send(home):
    """An exit, sent; its number in the table."""
    c = W.sari
    d = c.ask("draft_open", kind="exit", household=home)
    s = c.ask("draft_save", draft=d["draft"], saved=d["saved"], answers=[dict(field=1001, row=0, value="MAMPU"), dict(field=1002, row=0, value=W.today)])
    return c.ask("dossier_submit", draft=d["draft"], saved=s["saved"], channel="LOKET")["dossier"]


def gate(who, dossier, name, state):
    who.ask("gate_record", dossier=dossier, gate=name, state=state, on_date=W.today, ref="BA 1/2026")


def claimed(who, queue):
    """The next of a queue, prolonged once; what the decision needs."""
    n = who.ask("queue_next", queue=queue)
    assert n["dossier"], f"nothing waits in {queue}"
    who.ask("lease_set", dossier=n["dossier"], queue=queue, action="prolong", fence=n["fence"])
    rev = who.ask("dossier_show", dossier=n["dossier"])["line"]["rev"]
    return dict(dossier=n["dossier"], rev=rev, fence=n["fence"])


def dossiers():
    c = W.sari
    drop = c.ask("draft_open", kind="exit", household=W.homes[0])
    c.ask("draft_drop", draft=drop["draft"])
    first, second = send(W.homes[1]), send(W.homes[2])
    sha, offset = hashlib.sha256(PDF).digest(), 0
    while offset < len(PDF):
        offset = c.ask("evidence_put", dossier=first, kind="rumah", sha=sha, offset=offset, total=len(PDF), chunk=PDF[offset:offset + 49152])["have"]
    back = b""
    while len(back) < len(PDF):
        back += W.ratna.ask("evidence_get", dossier=first, kind="rumah", offset=len(back))["chunk"]
    assert back == PDF, "the file came back changed"
    assert "TANDA TERIMA" in c.ask("receipt_show", dossier=first)["text"]
    assert c.ask("dossier_list", mine=True)["total"] == 2
    for d in (first, second):
        gate(W.ratna, d, "documents", "lengkap")
        gate(c, d, "deliberation", "keluar")
    assert W.ratna.ask("queue_list", queue="verification")["total"] == 2
    held = W.ratna.ask("lease_set", dossier=first, queue="verification", action="claim")
    W.ratna.ask("lease_set", dossier=first, queue="verification", action="release", fence=held["fence"])
    for _ in range(2):
        W.ratna.ask("dossier_fire", event="verify", **claimed(W.ratna, "verification"))
    tried = W.dewi.ask("dossier_try", event="validate", dossiers=[dict(id=first), dict(id=second)])["rows"]
    assert all(t["ok"] for t in tried), tried
    for _ in range(2):
        assert W.dewi.ask("dossier_fire", event="validate", **claimed(W.dewi, "validation"))["state"] == "valid"
    assert W.sari.ask("household_show", household=W.homes[1])["state"] == "exited"
    assert W.agus.ask("journal_list", household=W.homes[1])["total"] > 0
    W.shas = [sha]


def batch():
    c = W.dewi
    period = c.ask("period_list")["rows"][0]["name"]
    assert c.ask("batch_preview", period=period, area=W.o.regency)["lines"] == 2
    made = c.ask("batch_finalise", period=period, area=W.o.regency)
    assert made["lines"] == 2
    letter = c.ask("letter_make", batch=made["batch"])
    text = c.ask("letter_get", number=letter["number"])["chunk"]
    assert letter["number"].encode() in text and c.ask("letter_get", letter=letter["letter"])["chunk"] == text
    assert c.ask("batch_list")["rows"][0]["digest"] == made["digest"]
    assert c.ask("recap_list", area=0)["rows"] and c.ask("recap_list", batch=made["batch"])["rows"]


def accounts():
    a = W.o.admin
    who = W.o.account("bekas", "operator", 0)
    a.ask("account_set", account=who, state="disabled")
    a.ask("account_set", account=who, state="active")
    line = next(x for x in a.ask("account_list", text="bekas")["rows"] if x["id"] == who)
    a.ask("grant_end", grant=line["grants"][0]["id"])
    assert a.ask("account_reset", account=who)["code"]


def areas():
    a = W.o.admin
    village = next(x for x in W.o.all_areas() if x["level"] == 4)
    a.ask("area_put", rows=[dict(code="99.01.01.2099", name="Desa Uji", level=4, parent_code="99.01.01")])
    assert a.ask("area_recode", rows=[dict(old="99.01.01.2099", new="99.01.01.2098")], on_date=W.today)["changed"] == 1
    home = next(h for h in W.homes[3:] if W.sari.ask("household_show", household=h)["area"]["id"] == village["id"])
    r = a.ask("area_split", area=village["id"], code="99.01.01.2097", name="Desa Baru", on_date=W.today, parts=[dict(household=home)])
    assert r["households"] == 1 and W.sari.ask("household_show", household=home)["area"]["id"] == r["area"]


def imports():
    """A household as the register holds it, under new numbers: tried, sent, refused once, accepted by a second account."""
    c, row = W.o.admin, W.sari.ask("household_show", household=W.homes[4])
    made = c.ask("import_begin", sha=os.urandom(32), form=row["form"], channel="PRELIST_PUSAT", area=W.o.regency, total=2)
    number_of = fields("bdt2015")
    fresh = {number_of["nik"]: lambda i: f"99010141018{i:05d}", number_of["card_no"]: lambda i: f"99010101012{i:05d}"}
    answers = [dict(x, value=fresh[x["field"]](70000 + x["row"]) if x["field"] in fresh else x["value"]) for x in row["answers"]]
    kw = dict(area=row["area"]["code"], answers=answers, rows=[dict(x, subject=0) for x in row["rows"]])
    kw["import"] = made["import"]
    dry = c.ask("import_row", line=1, dry=True, **kw)
    assert dry["accepted"] is True, dry["findings"]
    assert c.ask("import_row", line=1, **kw)["dossier"]
    c.ask("import_row", line=2, refused=True, **kw)
    done = W.dewi.ask("import_accept", **{"import": made["import"]})
    assert (done["applied"], done["left"], done["refused"]) == (1, 0, 1), done


def fields(name):
    out = {}
    with open(os.path.join(balai.SRC, f"forms/questionnaire/{name}.form")) as f:
        for line in f:
            if line.startswith("field "):
                _, n, word, *_ = line.split()
                out[word] = int(n)
    return out


def erase():
    person = next(h["person"] for h in W.sari.ask("person_find", text="siti", limit=50)["rows"] if h["person"])
    assert W.o.admin.ask("person_erase", person=person, reason="Permintaan yang bersangkutan")["state"] == "asked"
    assert W.wati.ask("person_erase", person=person, reason="Permintaan yang bersangkutan")["state"] == "erased"


def health():
    a = W.o.admin
    assert a.ask("status_show")["lines"] and a.ask("journal_head")["size"] > 0
    assert list(balai.leaves(a))
    for _ in range(5):                                # the oldest of them make room
        made = a.ask("backup_make")
    sha, at = hashlib.sha256(), 0
    while at < made["total"]:
        chunk = a.ask("backup_get", name=made["name"], offset=at)["chunk"]
        sha.update(chunk)
        at += len(chunk)
    assert sha.digest() == made["sha"], "the copy came out changed"
    listed = [x["sha"] for x in a.ask("blob_list")["rows"]]
    assert W.shas[0] in listed, "the evidence is not listed"
    assert hashlib.sha256(b"".join(chunks(a, W.shas[0]))).digest() == W.shas[0]


def chunks(c, sha):
    at = 0
    while True:
        chunk = c.ask("blob_get", sha=sha, offset=at)["chunk"]
        yield chunk
        at += len(chunk)
        if not chunk or at >= len(PDF):
            return


def all_driven():
    left = [n for n in balai.OPS if n not in driven]
    assert not left, "never answered with success: " + " ".join(left)
    return f"{len(driven)} of {len(balai.OPS)} operations"


def alive():
    """The store is the one that began, and the log tells of no death."""
    assert store_pid(W.o) == W.pid, "the store was started again"
    with open(W.o.log) as f:
        deaths = [x for x in f if "ended by signal" in x or "crashed" in x or "filter" in x]
    assert not deaths, deaths[:3]


TESTS = [("OPS", n, f) for n, f in (("an office", office), ("around the login", login), ("a dossier's whole way", dossiers),
         ("batch, letter, recap", batch), ("accounts", accounts), ("import", imports), ("erasure", erase), ("areas", areas),
         ("health, backup, files", health), ("every row of the table answered", all_driven), ("nobody died", alive))]
if __name__ == "__main__":
    balai.main(TESTS)
