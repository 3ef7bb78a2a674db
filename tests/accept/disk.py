#!/usr/bin/python3
"""disk.py - the office's files: R6 a full disk, C5 who may read them. Prints TAP.

usage: disk.py [R6] [C5]     BALAI_CYCLES (1)

R6 needs root and a file system of its own: a tmpfs of 96 MB that is filled up."""
import os, stat, subprocess, tempfile, time

import balai, values
from balai import Office, Refused, Skip, number, until


def mount():
    """A small file system under /tmp."""
    at = tempfile.mkdtemp(prefix="balai-accept-disk-")
    if os.getuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96m,mode=0700", "balai-accept", at]).returncode != 0:
        os.rmdir(at)
        raise Skip("no file system may be mounted here")
    return at


def r6():
    """The disk is filled while a clerk works: writes are refused with a sentence, a household can be looked at (its leaf
    goes into the room the ballast gave), nothing acknowledged is lost, and with room again it goes on without a restart.
    Sabotage run: ballast_free() emptied: the display is refused."""
    at, o = mount(), None
    try:
        o = Office(households=30, dir=at)
        o.account("sari", "operator", 0)
        c = o.login("sari", quiet=True)
        homes = sorted({h["household"] for w in ("siti", "muhammad", "nur", "sri", "ahmad", "dewi") for h in c.ask("person_find", text=w, limit=50)["rows"]} - {0})
        acked, refusals, shown, slowest = [], 0, 0, 0.0
        for cycle in range(number("BALAI_CYCLES", 1)):
            pid = o.proc.pid
            for i in range(30):
                acked.append(o.admin.ask("account_put", name=f"awal{cycle}.{i}", full_name="Sebelum Penuh")["account"])
            fill = os.path.join(at, "fill")
            with open(fill, "wb", buffering=0) as f:
                try:
                    while True:
                        f.write(b"\0" * 65536)
                except OSError:
                    pass
                try:
                    while True:
                        f.write(b"\0" * 512)
                except OSError:
                    pass
            # writes until one is refused: the WAL may have room left in its last page
            code, tries = 0, 0
            while code == 0 and tries < 4000:
                tries += 1
                try:
                    acked.append(o.admin.ask("account_put", name=f"penuh{cycle}.{tries}", full_name="P" * 100)["account"])
                except Refused as e:
                    code = e.code
            assert code == 308, f"finding {code} after {tries} writes"
            for _ in range(20):
                try:
                    acked.append(o.admin.ask("account_put", name=f"lagi{cycle}.{_}", full_name="P" * 100)["account"])
                    raise AssertionError("a write passed on a full disk")
                except Refused as e:
                    assert e.code == 308, e.code
                    refusals += 1
            for h in homes[:10]:
                assert c.ask("household_show", household=h)["household"] == h
                shown += 1
            assert not os.path.exists(os.path.join(at, "state/ballast")), "the ballast was not needed: nothing was tried"
            os.unlink(fill)
            began = time.monotonic()

            def goes_on():
                try:
                    acked.append(o.admin.ask("account_put", name=f"ruang{cycle}.{int(time.monotonic() * 1000) % 10**8}", full_name="Ada Ruang")["account"])
                    return True
                except Refused as e:
                    assert e.code == 308, e.code
                    return False
            assert until(10, goes_on, 0.2), "refuses writes 10 s after there was room"
            slowest = max(slowest, time.monotonic() - began)
            assert until(20, lambda: os.path.exists(os.path.join(at, "state/ballast")), 0.2), "no new ballast"
            assert o.proc.poll() is None and o.proc.pid == pid, "the store was restarted"
        there, after = set(), 0
        while True:
            r = o.admin.ask("account_list", after=after, limit=100)
            there |= {a["id"] for a in r["rows"]}
            after = r["next"]
            if not after:
                break
        lost = [a for a in acked if a not in there]
        assert not lost, f"{len(lost)} acknowledged accounts are gone"
        said = o.ctl("journal", "verify", ok=(0, 1))
        assert "differences 0" in said, said[-300:]
        return f"{len(acked)} acknowledged, 0 lost; {refusals} refused in words, {shown} displays; writes again after {slowest:.1f} s"
    finally:
        if o:
            o.stop()
        subprocess.run(["umount", at])
        os.rmdir(at)


def read_only():
    """The write-ahead log is locked against writing under a store that works: the write in hand is not acknowledged, the log says
    which file and what to do, a desk that is open says so and stays, and when the lock is gone everything goes on by itself.
    Sabotage run: pair_again() that gives up after the first early death: the log never names the file."""
    o = Office(households=20, daemon=True)
    o.account("sari", "operator", 0)
    t = values.ssh(o, "sari")
    ch = t.open_session()
    ch.get_pty("xterm", 80, 24)
    ch.invoke_shell()
    term = values.Terminal()
    term.feed(values.all_of(ch, 1))
    wal = os.path.join(o.dir, "state/balai.db-wal")
    if os.getuid() != 0 or subprocess.run(["chattr", "+i", wal], capture_output=True).returncode != 0:
        raise Skip("no file can be locked against writing here")
    acked = []

    def write():
        try:
            c = o.login("admin", quiet=True)
            acked.append(c.ask("account_put", name=f"tulis{len(acked)}.{time.time_ns() % 10**9}", full_name="Uji")["account"])
            c.close()
            return True
        except (Refused, balai.Lost):
            return False
    try:
        assert not write(), "a write passed"
        assert until(20, lambda: f"{wal}: the file is locked against writing" in open(o.log).read()), open(o.log).read()[-500:]
        ch.send(b"siti\r")
        said = ""
        for _ in range(12):
            term.feed(values.all_of(ch, 0.5))
            said = term.text()
            if "menunggu" in said or "terputus" in said or "hubung" in said:
                break
        assert not ch.closed and t.is_active(), "the desk was ended"
        assert "menunggu" in said or "terputus" in said or "hubung" in said, f"the desk says nothing:\n{said}"
    finally:
        subprocess.run(["chattr", "-i", wal])
    began = time.monotonic()
    assert until(40, write, 0.2), "does not write again"
    took = time.monotonic() - began

    def found():
        term.feed(values.all_of(ch, 0.3))
        return "ditemukan" in term.text()
    assert until(30, found), f"the desk does not go on:\n{term.text()}"
    there = {a["id"] for a in o.login("admin", quiet=True).ask("account_list", limit=100)["rows"]}
    assert set(acked) <= there
    assert "differences 0" in o.ctl("journal", "verify", ok=(0, 1))
    t.close()
    return f"writes again after {took:.1f} s, the desk's search was answered"


def allowed(o, path):
    """Mode that a file of the office must not exceed."""
    name = os.path.basename(path)
    if os.path.isdir(path):
        return 0o700
    if name.startswith("host_key"):
        return 0o400
    return 0o600


def walk(o, roots):
    n, bad = 0, []
    for root in roots:
        for dir, dirs, files in os.walk(root):
            for path in [dir] + [os.path.join(dir, f) for f in files]:
                try:
                    st = os.lstat(path)
                except FileNotFoundError:
                    continue
                n += 1
                mode = stat.S_IMODE(st.st_mode)
                if mode & ~allowed(o, path) or st.st_uid != os.getuid() or os.path.islink(path):
                    bad.append(f"{os.path.relpath(path, o.dir)} {mode:04o} uid {st.st_uid}")
    return n, bad


def c5():
    """Every file and folder of an office, while it runs, after a backup, after a restore, after a restart under a careless
    umask. Sabotage run: chmod 0640 of balai.db-wal is found; umask(077) left out of balai-store.c."""
    o = Office(households=20, daemon=True)
    roots = [os.path.join(o.dir, "state"), os.path.join(o.dir, "run")]
    total = 0
    os.umask(0)
    copy = os.path.join(o.dir, "copy")

    def look(when):
        nonlocal total
        n, bad = walk(o, roots)
        assert not bad, f"{when}: {bad[:6]}"
        total += n
    look("running")
    o.ctl("backup", copy)
    keys = os.path.join(o.dir, "keys")
    o.ctl("backup", "keys", keys)
    assert stat.S_IMODE(os.stat(keys).st_mode) == 0o600, "the copied keys can be read by others"
    assert stat.S_IMODE(os.stat(copy).st_mode) & 0o077 == 0, "the backup can be read by others"
    look("after a backup")
    o.stop()
    o.start()
    look("after a restart under umask 0")
    with open(os.path.join(o.dir, "state/balai.db-wal"), "ab"):
        pass
    os.chmod(os.path.join(o.dir, "state/balai.db-wal"), 0o640)
    assert walk(o, roots)[1], "the control was not seen"
    o.stop()
    other = os.path.join(o.dir, "second")
    for name in ("state", "run"):
        os.makedirs(os.path.join(other, name), mode=0o700)
    with open(o.conf) as f, open(os.path.join(other, "balai.conf"), "w") as g:
        g.write(f.read().replace(o.dir, other))
    # without the keys nothing is restored: no password would work
    refused = o.run("balaictl", "-f", os.path.join(other, "balai.conf"), "restore", copy, ok=(1,))
    assert "pepper is missing" in refused and not os.path.exists(os.path.join(other, "state/balai.db")), refused[-300:]
    o.run("balaictl", "-f", os.path.join(other, "balai.conf"), "restore", copy, "--keys", keys)
    assert os.path.exists(os.path.join(other, "state/pepper")), "a restore leaves the pepper out"
    n, bad = walk(o, [os.path.join(other, "state")])
    assert not bad, f"after a restore: {bad[:6]}"
    return f"{total + n} files and folders in four states: 0 deviations; a WAL of 0640 is seen"


TESTS = [("R6", "a full disk", r6), ("R6", "a file locked against writing", read_only), ("C5", "modes and owners", c5)]
if __name__ == "__main__":
    balai.main(TESTS)
