"""desks.py - desks on screen over OpenSSH in tmux, for the walks: keys, the question at the cursor, lists, and `ssh host COMMAND`.

Keys wait for what the screen says, never for a time. W.office is the office (tests/accept/balai.py) that the desks log in to."""
import atexit, os, re, subprocess, sys, time

sys.path.insert(0, os.path.join(os.environ.get("SRCDIR", "."), "tests/accept"))
from balai import PASSWORD, until

TMUX = ["tmux", "-L", f"balai-walk-{os.getpid()}", "-f", "/dev/null"]
WAIT = 30
W = type("W", (), {})()                  # what the steps of a test hand on


def tmux(*args):
    return subprocess.run([*TMUX, *args], capture_output=True, text=True).stdout


class Desk:
    def __init__(self, who, cols=80, rows=24):
        self.name = who
        tmux("new-session", "-d", "-s", who, "-x", str(cols), "-y", str(rows), "exec sshpass -P sandi -p '" + PASSWORD + "' " + ssh_line(who))
        self.wait("F1 ")

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

    def item(self, label):
        """An item of the home screen by its words: its number depends on what waits there."""
        self.home()
        self.keys("F5")
        t = self.wait(rf"\d+  {label}")
        self.keys(*re.search(rf"(\d+)  {label}", t).group(1), "Enter")

    # --- a form: the question at the cursor, and whose it is ---

    def at(self):
        cursor, _, self.seen = tmux("display", "-p", "-t", self.name, "#{cursor_y}", ";", "capture-pane", "-p", "-t", self.name).partition("\n")
        y, lines = int(cursor or 0), self.seen.split("\n")
        line = lines[y] if y < len(lines) else ""
        row = next((x for x in lines if x.startswith(" > ")), "")[:34] or re.sub("[─↑↓]", "", lines[1] if len(lines) > 1 else "")
        m = re.match(r"[! ]*(.+?)(?: \*|  | _|$)", line)
        return (m.group(1) if m else line.strip(), row.strip())

    def above(self):
        """The line above the cursor: on a narrow screen the question stands there."""
        cursor, _, text = tmux("display", "-p", "-t", self.name, "#{cursor_y}", ";", "capture-pane", "-p", "-t", self.name).partition("\n")
        return text.split("\n")[max(int(cursor or 0) - 1, 0)]

    def settled(self):
        """Waits until the cursor's line stays as it is for a tenth of a second."""
        was, since = None, 0
        for _ in range(200):
            now = self.at()
            since = since + 1 if now == was else 0
            if since == 4:
                return
            was = now
            time.sleep(0.025)

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
    assert ok is None or (p.returncode == 0) == ok, f"ssh {who} {args}: {p.returncode} {p.stderr[-300:]!r}"
    return p.stdout.decode("utf-8", "replace"), p.stderr.decode("utf-8", "replace")


atexit.register(lambda: tmux("kill-server"))
tmux("start-server", ";", "set-option", "-s", "exit-empty", "off")       # else the last desk that ends takes the server along
