"""registration.py - the sample household of 4 (tests/screen/household4.txt), the whole questionnaire, from search to the number: on
screen at 80x24 with the ssh client killed in the middle of a question, in line mode by `ssh -T`, and a correction at 40x15.

What is keyed is the paper's; every other question that is required gets its first choice, a no, or a zero."""
import os, re, signal, subprocess, time

from desks import Desk, W, WAIT, ssh, ssh_line, tmux
import balai
from balai import Office, PASSWORD, until


def questionnaire():
    """Fields of the questionnaire as they stand in the file: section, roster, name, label, type, choices, required."""
    section, field, fields, lists, W.sections = 0, None, [], {}, {}
    with open(os.path.join(balai.SRC, "forms/questionnaire/bdt2015.form")) as f:
        for line in f:
            word = line.split()
            if line.startswith("section "):
                section, field = int(word[1]), None
            elif section and not field and word[:2] == ["label", "id"] and section not in W.sections.values():
                W.sections[line.split('"')[1]] = section
            elif line.startswith("roster "):
                field = None
            elif line.startswith("field "):
                field = {"section": section, "name": word[2], "type": word[3], "required": False, "list": "", "yesno": ""}
                fields.append(field)
            elif field and word[:2] == ["label", "id"]:
                field["label"] = line.split('"')[1]
            elif field and word[:1] == ["required"]:
                field["required"] = True
            elif field and word[:1] == ["yesno"]:
                field["yesno"] = word[1]
            elif field and word[:2] == ["choices", "from"]:
                if word[2] not in lists:
                    with open(os.path.join(balai.SRC, f"forms/list/{word[2]}.list")) as l:
                        lists[word[2]] = next(x.split()[0] for x in l if x.startswith("\t"))
                field["list"] = lists[word[2]]
    return {(f["section"], f["label"]): f for f in fields if "label" in f}


def paper(digits):
    """(field, row): what stands on the paper. digits: other numbers for another family."""
    out = {}
    with open(os.path.join(balai.SRC, "tests/screen/household4.txt")) as f:
        for line in f:
            if line[0] != "#":
                row, name, value = line.rstrip("\n").split(" ", 2)
                out[name, int(row)] = value[:-1] + digits if name in ("nik", "card_no", "nomor_pln") else value
    return out


def answer(f, row, on_paper):
    if (f["name"], row) in on_paper:
        return on_paper[f["name"], row]
    if not f["required"] or row > 4 or f["section"] > 5:
        return ""
    return f["yesno"][1:] or f["list"] or ("0" if f["type"] in ("integer", "decimal") else "")


def office():
    W.office = o = Office(daemon=True)
    o.account("sari", "operator", o.villages[0])
    W.clerk = o.login("sari", quiet=True)
    W.clerk.ask("setting_put", name="step_on", value="0")
    W.form = questionnaire()
    return f"{len(W.form)} questions"


def where(d):
    """The question at the cursor, its section and row; None past the last one."""
    label, row = d.at()
    section = re.search(r"\[(\d) ", d.seen)
    section = int(section.group(1)) if section else 0
    row = re.search(r"\d+", row)
    return W.form.get((section, label)), 0 if section not in (5, 6, 7) else int(row.group()) if row else 1


def key_in(d, on_paper, stop=None):
    """Keys from the question at the cursor on, up to `stop` or the end. How many questions."""
    for n in range(400):
        f, row = where(d)
        if f is None or f["name"] == stop:
            return n
        was = f, row
        d.type(answer(f, row, on_paper))
        d.keys("Enter")
        if not until(WAIT, lambda: where(d) != was, 0.03):
            raise AssertionError(f"{f['name']} {row} takes no {answer(f, row, on_paper)!r}\n{d.text()}")
    raise AssertionError("the form never ends")


def cut():
    """Keyed up to Atap; the client is killed with its code typed and not ended; a new login goes on there."""
    on_paper = paper("3")
    d = Desk("sari")
    d.keys("1", "Enter")
    d.wait("Keluarga baru")
    d.wait(r"\[1 ")
    before = key_in(d, on_paper, "atap")
    assert d.at()[0] == "Atap terluas", d.text()
    d.type(on_paper["atap", 0])
    d.wait(rf"Atap terluas \* +{on_paper['atap', 0]}")
    pane = tmux("display", "-p", "-t", "sari", "#{pane_pid}").strip()
    clients = subprocess.run(["pgrep", "-P", pane, "-x", "ssh"], capture_output=True, text=True).stdout.split()
    assert len(clients) == 1, (pane, clients)
    os.kill(int(clients[0]), signal.SIGKILL)
    assert until(WAIT, lambda: "sari" not in tmux("list-sessions", "-F", "#S").split()), "the client lives"
    d = Desk("sari")
    d.wait("Lanjutkan")
    d.item("Lanjutkan draf")
    d.wait("Dilanjutkan dari draf|Atap terluas")
    assert d.at()[0] == "Atap terluas", d.text()
    d.wait(rf"Atap terluas \* +{on_paper['atap', 0]}")
    d.keys("Enter")
    until(WAIT, lambda: d.at()[0] != "Atap terluas")
    after = key_in(d, on_paper)
    number = d.send()
    W.number = number
    lines = ssh("sari", "berkas", number)[0]
    assert number in lines and "TANDA TERIMA" in lines, lines
    shown = W.clerk.ask("dossier_show", number=number)
    assert shown["line"]["head"] == "Siti Nur Aisyah" and shown["line"]["state"] == "submitted", shown["line"]
    return f"{before} questions, cut, {after} more"


class Lines:
    """A desk without a screen: `ssh -T`, one answer a line."""

    def __init__(self, who):
        self.p = subprocess.Popen(["sshpass", "-P", "sandi", "-p", PASSWORD, *ssh_line(who).replace("ssh ", "ssh -T ", 1).split()],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        os.set_blocking(self.p.stdout.fileno(), False)
        self.heard, self.all, self.section, self.row = "", "", 0, 0
        self.wait(r"bantuan\.\s*$")

    def say(self, text):
        self.heard = ""
        self.p.stdin.write(text.encode() + b"\n")
        self.p.stdin.flush()

    def wait(self, pattern):
        def look():
            got = (self.p.stdout.read() or b"").decode("utf-8", "replace").replace("\r\n", "\n")
            self.heard += got
            self.all += got
            return re.search(pattern, self.heard, re.M)
        assert until(WAIT, look, 0.005), f"no '{pattern}' in:\n{self.heard}"
        return self.heard

    def question(self):
        """The question that is asked now and its row; None when the form is at its end."""
        labels = "|".join(sorted({re.escape(l) for _, l in W.form}, key=len, reverse=True))
        t = self.wait(rf"^(?:{labels})(?: \*)?(?: \(.*\))?(?: \[.*\])?:\n\Z|^Selesai\. Enter")
        for name, number in re.findall(r"^-- (\w[^\n:]*?)(?: nomor (\d+))?(?:[.:].*)?$", t, re.M):
            if number:
                self.row = int(number)
            else:
                self.section, self.row = W.sections[name], 0
        last = t.rstrip("\n").split("\n")[-1]
        if last.startswith("Selesai"):
            return None, 0
        label = re.match(rf"({labels})(?= \*| \(| \[|:)", last).group(1)
        return W.form[self.section, label], self.row

    def kill(self):
        for client in subprocess.run(["pgrep", "-P", str(self.p.pid), "-x", "ssh"], capture_output=True, text=True).stdout.split():
            os.kill(int(client), signal.SIGKILL)
        self.p.wait(WAIT)


def lines():
    """The same by lines: a wrong answer is told and mended, the line is cut among the members, and the number comes."""
    on_paper, W.asked = paper("5"), []
    l = Lines("sari")
    l.say("1")
    told = cut = False
    for _ in range(400):
        f, row = l.question()
        if f is None:
            break
        if f["name"] == "nik" and row == 1 and not told:
            l.say("990101520780000")
            l.wait("NIK harus 16 angka")
            l.question()
            l.say("<")
            l.wait(r"^NIK \[990101520780000\]:")
            told = True
            l.section, l.row = 5, 1
        if f["name"] == "birth_place" and row == 3 and not cut:
            l.kill()
            cut = True
            l = Lines("sari")
            l.say(re.search(r"^(\d+) Lanjutkan draf", l.heard, re.M).group(1))
            again = l.question()
            assert again == (f, row), (again, f, row, l.heard)
            l.section, l.row = 5, 3
        W.asked.append((f, row))
        l.say(answer(f, row, on_paper))
    assert told and cut
    l.say("")
    t = l.wait("TANDA TERIMA")
    number = re.search(r"Nomor berkas +: (\d+-\d+)", l.wait(r"Nomor berkas +: \d+-\d+")).group(1)
    assert not re.search("[\x00-\x09\x0b-\x1f]", l.all), "control characters in " + repr(l.all)
    d = W.clerk.ask("dossier_show", number=number)
    assert d["line"]["head"] == "Siti Nur Aisyah" and d["line"]["state"] == "submitted", d["line"]
    l.kill()
    return f"{len(W.asked)} answers"


def script():
    """A file of lines sent at once, as `ssh -T ... < FILE`."""
    on_paper = paper("6")
    text = "\n".join(["1"] + [answer(f, row, on_paper) for f, row in W.asked] + ["", "<", "keluar"]) + "\n"
    out, _ = ssh("sari", "-T", data=text.encode(), ok=None)
    number = re.search(r"Nomor berkas +: (\d+-\d+)", out)
    assert number, out[-3000:]
    assert W.clerk.ask("dossier_show", number=number.group(1))["line"]["state"] == "submitted"


def telephone():
    """40x15: the household is valid by now; a correction of its second member is found, keyed and sent there."""
    o, d = W.office, W.clerk.ask("dossier_show", number=W.number)
    o.account("ratna", "verifier", o.regency)
    o.account("dewi", "supervisor", o.regency)
    today = W.clerk.ask("desk_show")["today"]
    for gate, state in (("documents", "lengkap"), ("deliberation", "layak"), ("field_visit", "selesai")):
        W.clerk.ask("gate_record", dossier=d["dossier"], gate=gate, state=state, on_date=today, ref="BA 1/2026")
    for who, event in (("ratna", "verify"), ("dewi", "validate")):
        c = o.login(who, quiet=True)
        c.ask("dossier_fire", dossier=d["dossier"], rev=c.ask("dossier_show", number=W.number)["line"]["rev"], event=event)
    tmux("kill-session", "-t", "sari")
    d = Desk("sari", 40, 15)
    d.keys("2", "Enter")
    d.wait("Keluarga untuk perbaikan")
    d.type(paper("3")["nik", 2])
    d.keys("Enter")
    d.wait("Budi Santosa")
    d.wait("^> ")
    d.keys("Enter")
    d.wait("Perbaikan data")
    for section in range(2, 6):
        d.keys("F6")
        d.wait(rf"\[{section}[ \]]|{section}/8")
    d.keys("NPage")
    d.wait("Anggota 2 dari 4: Budi Santosa")
    for _ in range(40):
        if "Tempat lahir" in d.at()[0] or "Tempat lahir" in d.above():
            break
        d.keys("Down")
        d.settled()
    d.keys("C-u")
    d.type("Kota Lama")
    d.keys("Enter")
    d.settled()
    number = d.send()
    assert re.search(r"^ +TANDA TERIMA BERKAS$", d.text(), re.M), d.text()
    changed = W.clerk.ask("dossier_show", number=number)["differences"]
    assert [(x["was"], x["proposed"]) for x in changed] == [("Contoh", "Kota Lama")], changed


TESTS = [("office", "an office and a clerk", office), ("cut", "80x24: killed in the middle of Atap, gone on there, sent", cut),
         ("lines", "ssh -T: a wrong answer, the members, a cut, the number", lines), ("script", "ssh -T: all lines at once", script),
         ("telephone", "40x15: a member is corrected and sent", telephone)]

if __name__ == "__main__":
    balai.main([(i.upper(), n, f) for i, n, f in TESTS])
