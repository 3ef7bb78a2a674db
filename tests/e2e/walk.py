"""walk.py - every kind of dossier on screen, through to the register: clerk, verifier, supervisor and auditor at their desks in tmux
over OpenSSH at 80x24, against an office of its own; and what each of them may not do.

The clerk's desk does not step on by itself here (a setting of the account), so
that one Down is one question. Seen to fail without: the qsort of sandbox_enter() (repair: the verifier's session dies), marks_show()
(bulk), draft_merged() (unmerge); with lseek() in blob.c, which the store's filter has not (evidence)."""
import csv, io, os, re, time

from desks import Desk, W, WAIT, ssh
import balai
from balai import Office, Refused, until

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
    W.office = o = Office(households=220, daemon=True)
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
    o.account("harun", "office_head", o.regency)
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
    s.wait("Anggota pindah: " + re.escape(f["head"]) + " ke " + re.escape(to["head"]))
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
    s.item("Dikembalikan kepada Anda")
    s.point(number)
    s.keys("Enter")
    s.wait("Dikembalikan: .*RW keliru, lihat KK")
    assert s.at()[0] == "RW", s.text()
    s.put("RW", "3")
    s.down()
    assert s.send() == number
    # what nobody holds the maker takes back, and sends again
    s.item("Berkas")
    s.point(number)
    s.keys("Enter")
    s.wait("Ambil kembali")
    s.keys("a")
    assert until(WAIT, lambda: dossier(number)["line"]["state"] == "returned"), s.text()
    W.repaired = number, f


def withdraw():
    """The maker withdraws what nobody holds, with a reason; the household is free for another dossier, and nothing of it happens."""
    f, s = families(W.village, 2), W.sari
    s.find("4", f["nik"])
    s.wait("Keluar atau mundur: ")
    s.put("Alasan", "3")
    s.put("Tanggal", W.day)
    number = s.send()
    s.item("Berkas")
    s.point(number)
    s.keys("Enter")
    s.wait("Tarik berkas")
    s.keys("x")
    s.wait("Alasan")
    s.put("Alasan", "1")
    s.down()
    s.keys("F2")
    assert until(WAIT, lambda: dossier(number)["line"]["state"] == "withdrawn"), s.text()
    assert household(f["id"])["state"] == "active"
    s.item("Berkas")
    s.point(number)
    s.keys("Enter")
    s.wait("ditarik: ")
    assert "Tarik berkas" not in s.text(), s.text()


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
    # on screen: he sees that it waits, and is told why not him: one by one, and among all that are marked
    d = Desk("tono")
    d.item("Antrean verifikasi")
    d.point(number)
    for key in ("a", "s"):
        d.keys(key)
        d.wait("berkasnya sendiri")
        d.item("Antrean verifikasi")
        d.point(number)
    d.keys("Space")
    d.wait("1 ditandai")
    d.keys("s")
    d.wait("0 berkas akan disetujui, 1 tidak")
    d.wait("berkasnya sendiri")
    d.keys("s")
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
    """Photos sent by the command stand on the dossier's sheet by name; what is no photo and no known kind is refused."""
    number, f = W.repaired
    s = W.sari
    out, _ = ssh("sari", "bukti", number, "rumah", data=b"\xff\xd8\xff\xe0 foto uji")
    assert number in out, out
    ssh("sari", "bukti", number, "surat", data=b"%PDF-1.4 uji")
    ssh("sari", "bukti", number, "rumah", data=b"MZ bukan foto", ok=False)
    ssh("sari", "bukti", number, "mobil", data=b"\xff\xd8\xff\xe0 foto uji", ok=False)
    s.item("Berkas")
    s.point(number)
    s.keys("Enter")
    s.wait("Bukti +foto rumah tampak depan, surat keterangan")


def auditor():
    """The auditor sees on screen who looked at the household and who changed it."""
    number, f = W.repaired
    agus = Desk("agus")
    agus.type(f["nik"])
    agus.keys("Enter")
    agus.wait("ditemukan")
    agus.wait("^> ")
    agus.keys("Enter")
    agus.wait("Keluarga " + re.escape(f["head"]))
    agus.keys("i")
    agus.wait("Siapa melihat dan mengubah keluarga ini")
    seen, page = "", ""
    while agus.text() != page:
        page = agus.text()
        seen += page
        agus.keys("NPage")
        until(2, lambda: agus.text() != page, 0.05)
    for who, what in (("agus", "melihat"), ("agus", "mencari orang"), ("sari", "mengirim"), ("sari", "membuka draf"), ("ratna", "memutus")):
        assert re.search(f"Petugas {who} +{what}", seen), (who, what, seen)


def finalise():
    """The head of office finalises on screen, sees the letter, and the printed number gives its bytes, the same each time."""
    k = Desk("harun")
    k.item("Masa usul dan surat")
    k.wait("F Finalkan|Finalkan")
    k.keys("f")
    k.wait("Finalkan masa usul")
    k.keys("F2")
    t = k.wait("Berkas dibekukan")
    valid = W.boss.ask("dossier_list", state="valid", limit=100)["total"]
    assert valid > 6 and re.search(rf"Berkas dibekukan\W+{valid}\b", t), (valid, t)
    k.keys("f")
    k.wait(r"Finalkan \d+ berkas masa usul")
    k.keys("y")
    k.wait(r"Difinalkan: \d+ berkas")
    k.keys("p")
    t = k.wait("SURAT PENGESAHAN")
    W.letter = re.search(r"Nomor: (\S.*\S)", t).group(1)
    first, again = ssh("harun", "surat", W.letter)[0], ssh("harun", "surat", f'"{W.letter}"')[0]
    assert first == again and W.letter in first, (first[:200], again[:200])
    assert len(first.split("\n")) > 66 and not re.search(r"99\d{14}", first) and "*" in first, first[:2000]
    shown = [x.rstrip() for x in t.split("\n")[2:18] if x.strip()]
    assert all(x.strip() in first for x in shown), shown
    ssh("harun", "surat", "400.9.2/99/PENGESAHAN/2026", ok=False)
    ssh("sari", "surat", W.letter, ok=False)
    states = {kind: dossier(number)["line"]["state"] for kind, (number, _) in W.sent.items()}
    assert set(states.values()) == {"closed"}, states


def recap():
    """`rekap`: byte order mark, every cell of text quoted, villages below their districts, sums that add up, no formula."""
    W.office.admin.ask("area_put", rows=[dict(code="99.01.01.2099", name="=1+1", level=4, parent_code="99.01.01")])
    text, _ = ssh("harun", "rekap")
    assert text.startswith("\ufeff\"Kode\",") and text.endswith("\r\n") and "\"'=1+1\"" in text, text
    rows = list(csv.reader(io.StringIO(text[1:])))
    numbers = lambda level: [[int(x) for x in r[2:]] for r in rows[1:] if len(r[0]) == level]
    regency, districts, villages = numbers(5), numbers(8), numbers(13)
    assert len(regency) == 1 and len(districts) > 1 and len(villages) > len(districts), text
    add = lambda lines: [sum(c) for c in zip(*lines)]
    assert add(districts) == add(villages) == regency[0] and regency[0][0] > 100 and regency[0][-1] > 6, text
    clerk = list(csv.reader(io.StringIO(ssh("sari", "rekap")[0][1:])))[1:]
    assert [r[0] for r in clerk] == ["99.01", W.village[:8], W.village] and len({tuple(r[2:]) for r in clerk}) == 1, clerk
    return f"{len(villages)} villages"


TESTS = [("office", "an office with registered families, three desks open", office),
         ("correction", "a correction is sent", correction), ("exit", "an exit is sent", leaving), ("move", "a move to another village is sent", move),
         ("member_moves", "a member moves to another household: sent", member_moves), ("head_died", "the head died: sent", head_died),
         ("split", "a second family splits off: sent", split), ("merge", "a merge is sent", merge),
         ("verify", "the verifier claims and approves each", verification), ("bulk", "in bulk, one may not go and is named", bulk),
         ("register", "the register holds each change", register), ("sheet", "the household's sheet and history say so", sheet),
         ("unmerge", "an unmerge goes the whole way", unmerge), ("repair", "returned, repaired, taken back", repair),
         ("withdraw", "the maker withdraws", withdraw),
         ("own", "a maker decides on nothing of his own", own), ("elsewhere", "another village sees and counts nothing", elsewhere),
         ("evidence", "evidence by the command stands on the sheet", evidence), ("auditor", "the auditor sees who looked", auditor),
         ("finalise", "the head of office finalises; letter on screen and by its number", finalise), ("recap", "rekap as a sheet takes it", recap)]

if __name__ == "__main__":
    balai.main([(i.upper(), n, f) for i, n, f in TESTS])
