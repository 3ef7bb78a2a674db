#!/usr/bin/python3
"""hostile.py - clients that mean harm, against a running office. Prints TAP.

usage: hostile.py PORT USER PASSWORD OTHER_USER PASSWORD LOG [NAME ...]

Names are those of the traps in ssh-and-ncurses.md 2. USER attacks, OTHER_USER works on: whatever is done to one
session, the other's echo must come back. Sabotage of each test stands at the test."""
import os, random, re, socket, struct, sys, threading, time

import paramiko

PORT, USER, PASSWORD, OTHER, OTHER_PASSWORD, LOG = int(sys.argv[1]), *sys.argv[2:7]
WANTED = sys.argv[7:]
BUDGET = {"banner": 10, "kex": 45, "login": 120}


def transport():
    s = socket.create_connection(("127.0.0.1", PORT), timeout=10)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    t = paramiko.Transport(s)
    t.start_client(timeout=15)
    return t


def login(user=None, password=None):
    t = transport()
    t.auth_password(user or USER, password or PASSWORD, fallback=False)
    return t


def screen(t, cols=80, rows=24, term="xterm", **kw):
    ch = t.open_session(**kw)
    ch.get_pty(term, cols, rows)
    ch.invoke_shell()
    ch.settimeout(10)
    return ch


def read_some(ch, seconds=1.0):
    """What comes until nothing has come for a while."""
    out, ch_timeout = b"", ch.gettimeout()
    ch.settimeout(seconds)
    try:
        while True:
            chunk = ch.recv(65536)
            if not chunk:
                break
            out += chunk
    except socket.timeout:
        pass
    ch.settimeout(ch_timeout)
    return out


def gone(t, seconds):
    """Seconds until the transport is dead; None if it lives on."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if not t.is_active():
            return time.monotonic() - began
        time.sleep(0.05)
    return None


def sessions():
    """Pids of the sessions of this office's balaid, not of its templates, with kB of memory."""
    found = {}
    with open(LOG) as f:
        templates = set(re.findall(r"started balai-session template (\d+)", f.read()))
    conf = os.path.join(os.path.dirname(LOG), "balai.conf").encode()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as f:
                if conf not in f.read().split(b"\0") or pid in templates:
                    continue
            with open(f"/proc/{pid}/status") as f:
                text = f.read()
            if re.search(r"^Name:\tbalai-session", text, re.M):
                found[int(pid)] = int(re.search(r"^VmRSS:\s+(\d+)", text, re.M).group(1))
        except (OSError, AttributeError):
            pass
    return found


def cpu(pid):
    """Seconds of processor time of a process; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/stat") as f:
            user, system = f.read().rsplit(")", 1)[1].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    except OSError:
        return 0


class Clerk(threading.Thread):
    """Another clerk: types a letter and waits for its echo, again and again; keeps the slowest."""

    def __init__(self):
        super().__init__(daemon=True)
        self.t = login(OTHER, OTHER_PASSWORD)
        self.ch = screen(self.t)
        read_some(self.ch)
        self.slowest, self.typed, self.stop, self.error = 0.0, 0, False, None

    def run(self):
        try:
            while not self.stop:
                began = time.monotonic()
                self.ch.send(b"a" if self.typed % 2 == 0 else b"\x7f")
                self.ch.recv(65536)
                self.slowest = max(self.slowest, time.monotonic() - began)
                self.typed += 1
                time.sleep(0.02)
        except Exception as e:
            self.error = e

    def end(self):
        self.stop = True
        self.join(10)
        self.t.close()
        if self.error:
            raise AssertionError(f"the other clerk was disturbed: {self.error!r}")
        return self.slowest


def with_clerk(attack, slowest=2.0):
    clerk = Clerk()
    clerk.start()
    try:
        said = attack()
    finally:
        worst = clerk.end()
    assert clerk.typed > 3, "the other clerk typed nothing"
    assert worst < slowest, f"the other clerk waited {worst:.2f} s"
    return f"{said}; the other clerk's slowest echo of {clerk.typed} {worst * 1000:.0f} ms"


# --- traps ------------------------------------------------------------------------------------------------------------

def trap01():
    """Maximum packet size 10: ssh_channel_write() of libssh 0.10 never returns. The spinning session ends within 5 s.
    Sabotage: spin_guard() of ssh/server.c and watch_sample() of balaid_watch.c emptied: it spins for ever."""
    def attack():
        before = sessions()
        t = login()
        t._sanitize_packet_size = lambda n: n
        began = time.monotonic()
        try:
            ch = t.open_session(max_packet_size=10)
            ch.get_pty("xterm", 80, 24)
            ch.invoke_shell()
            ch.send(b"abc")
        except (paramiko.SSHException, EOFError, OSError):
            pass
        # on a machine that has no time for it the session spins slowly: three seconds of its own are too many in any case
        while gone(t, 1) is None:
            took, spun = time.monotonic() - began, sum(cpu(p) for p in sessions() if p not in before)
            assert took < 6 or spun < 3 and took < 60, f"still there after {took:.1f} s, {spun:.1f} s of them on a processor"
        return f"ended after {time.monotonic() - began:.1f} s"
    return with_clerk(attack)


def trap02():
    """Silence at each stage is ended by its deadline: no version line 10 s, version line only 45 s.
    Sabotage: the stage deadlines of server_turn() left out."""
    def silent(first):
        s = socket.create_connection(("127.0.0.1", PORT), timeout=10)
        s.sendall(first)
        s.settimeout(60)
        began = time.monotonic()
        try:
            while s.recv(4096):
                pass
        except ConnectionError:
            pass
        return time.monotonic() - began
    took = {}
    cases = {"banner": b"", "kex": b"SSH-2.0-silent\r\n"}
    if os.environ.get("BALAI_LONG") is None:
        del cases["kex"]             # 45 s: with BALAI_LONG=1 only
    threads = []
    for name, first in cases.items():
        th = threading.Thread(target=lambda n=name, f=first: took.__setitem__(n, silent(f)))
        th.start()
        threads.append(th)
    for th in threads:
        th.join(60)
    for name in cases:
        assert name in took and BUDGET[name] - 1 <= took[name] <= BUDGET[name] + 2, f"{name}: {took.get(name)}"
    return ", ".join(f"{n} {s:.1f} s" for n, s in took.items())


def trap03():
    """A key of a type that is not taken is answered or not, but the connection goes on to a password.
    Sabotage: on_pubkey() without its check of the type."""
    t = transport()
    for key in (paramiko.RSAKey.generate(2048), paramiko.ECDSAKey.generate()):
        try:
            t.auth_timeout = 3
            t.auth_publickey(USER, key)
            raise AssertionError("a stranger's key was taken")
        except (paramiko.BadAuthenticationType, paramiko.AuthenticationException, paramiko.SSHException):
            pass
        if not t.is_active():
            t = transport()
    t.auth_password(USER, PASSWORD, fallback=False)
    t.close()
    return "password still works"


def trap10():
    """A client that never reads costs one screen of memory and nothing else.
    Sabotage: server_write() without the window and without server_unsent()."""
    def attack():
        before = sessions()
        t = login()
        ch = t.open_session(window_size=32768)
        ch.get_pty("xterm", 300, 100)
        ch._window_adjust = None
        ch.in_window_threshold = 1 << 40        # never gives window back
        ch.invoke_shell()
        pid = next(p for p in sessions() if p not in before)
        time.sleep(0.5)
        first = sessions()[pid]
        for i in range(400):
            ch.send(b"\x0c" + bytes([97 + i % 26]))      # redraw everything, every time
            if i % 50 == 0:
                time.sleep(0.1)
        time.sleep(1)
        now = sessions()
        assert pid in now, "the session ended"
        assert now[pid] - first < 2048, f"memory grew by {now[pid] - first} kB"
        t.close()
        return f"memory grew by {now[pid] - first} kB over 400 redraws"
    return with_clerk(attack)


def trap12():
    """All output and the exit status arrive, whatever the size of the window.
    Sabotage: server_finish() that goes straight to SERVER_OVER."""
    for window in (32768, 2 << 20):
        t = login()
        ch = t.open_session(window_size=window)
        ch.exec_command("rekap")
        ch.settimeout(10)
        data = b""
        while True:
            chunk = ch.recv(7)
            if not chunk:
                break
            data += chunk
            time.sleep(0.0005)
        status = ch.recv_exit_status()
        assert status in (0, 1), f"status {status}"
        if status == 0:
            assert data.endswith(b"\r\n") and data.startswith(b"\xef\xbb\xbf"), data[-40:]
        t.close()
    return f"{len(data)} bytes and status {status}"


def trap15():
    """Environment, agent, X11, forwarding, subsystems, foreign commands: all refused, the session goes on.
    Sabotage: on_env() returns 0."""
    for name, value in (("TERMINFO", "/tmp/evil"), ("LD_PRELOAD", "x"), ("LINES", "9999")):
        t = login()
        ch = t.open_session()
        m = paramiko.Message()
        m.add_byte(paramiko.common.cMSG_CHANNEL_REQUEST)
        m.add_int(ch.remote_chanid)
        m.add_string("env")
        m.add_boolean(True)
        m.add_string(name)
        m.add_string(value)
        try:
            ch._event_pending()
            t._send_user_message(m)
            ch._wait_for_event()
            raise AssertionError("env was taken")
        except paramiko.SSHException:
            pass
    t.close()
    t = login()
    ch = t.open_session()
    for what in (lambda: ch.invoke_subsystem("sftp"), lambda: ch.request_x11(), lambda: ch.exec_command("sh -c id")):
        try:
            what()
            raise AssertionError("was taken")
        except paramiko.SSHException:
            pass
        t.close()
        t = login()
        ch = t.open_session()
    try:
        t.request_port_forward("127.0.0.1", 0)
        raise AssertionError("forwarding was taken")
    except paramiko.SSHException:
        pass
    try:
        t.open_channel("direct-tcpip", ("127.0.0.1", 22), ("127.0.0.1", 1))
        raise AssertionError("direct-tcpip was taken")
    except paramiko.SSHException:
        pass
    ch.get_pty("../../../../etc/passwd", 0, 0)
    ch.invoke_shell()
    assert read_some(ch), "no screen after the refusals"
    t.close()
    return "8 requests refused"


def trap23():
    """Six tries and one name a connection (agus: an account that nobody else needs here). Sabotage: server_end() left out of answer() and admit() in ssh/auth.c."""
    t = transport()
    tries = 0
    try:
        for _ in range(20):
            try:
                t.auth_password("agus", "salah-sekali", fallback=False)
            except paramiko.AuthenticationException:
                # paramiko says the same when the server hung up instead of answering: that is no try
                if not t.is_active():
                    break
                tries += 1
    except (paramiko.SSHException, EOFError):
        pass
    assert gone(t, 5) is not None, "still connected"
    assert tries <= 6, f"{tries} tries"
    t = transport()
    try:
        t.auth_password("orang-lain", "salah-sekali", fallback=False)
    except paramiko.AuthenticationException:
        pass
    try:
        t.auth_password(USER, PASSWORD, fallback=False)
    except (paramiko.SSHException, EOFError):
        pass
    assert not t.is_authenticated(), "in under a second name"
    t.close()
    return f"{tries} tries, then the door"


def trap24():
    """A client that ignores the window it was given: 120 MB at a session; it ends, memory does not grow.
    Sabotage: on_data() without SERVER_SURPLUS, with SERVER_INPUT of 1 GB."""
    def attack():
        t = login()
        ch = screen(t)
        read_some(ch, 0.3)
        ch.out_window_size = 1 << 40
        sent, most, block = 0, 0, b"a" * 30000
        began = time.monotonic()
        try:
            while sent < 120_000_000 and time.monotonic() - began < 10:
                m = paramiko.Message()
                m.add_byte(paramiko.common.cMSG_CHANNEL_DATA)
                m.add_int(ch.remote_chanid)
                m.add_string(block)
                t._send_message(m)
                sent += len(block)
                if sent % 3_000_000 == 0:
                    most = max([most, *sessions().values()])
                if not t.is_active():
                    break
        except (OSError, EOFError, paramiko.SSHException):
            pass
        most = max([most, *sessions().values()])
        assert most < 32 << 10, f"a session grew to {most} kB"
        t.close()
        return f"{sent / 1e6:.1f} MB sent in {time.monotonic() - began:.1f} s, largest session {most} kB"
    return with_clerk(attack)


def trap25():
    """One channel a session; 3,000 asked for. Sabotage: channel_open() without its check of s->channel."""
    def attack():
        t = login()
        ch = screen(t)
        refused = 0
        for _ in range(300):
            try:
                t.open_session(timeout=5)
                raise AssertionError("a second channel was opened")
            except paramiko.ChannelException:
                refused += 1
        read_some(ch, 0.3)
        ch.send(b"z")
        assert ch.recv(4096), "the first channel is dead"
        t.close()
        return f"{refused} refused"
    return with_clerk(attack)


def winstorm():
    """10,000 window changes: drawn a few times, never beyond 100 x 300. Sabotage: on_window() without clamp."""
    def attack():
        t = login()
        ch = screen(t)
        read_some(ch, 0.3)
        for i in range(10000):
            m = paramiko.Message()
            m.add_byte(paramiko.common.cMSG_CHANNEL_REQUEST)
            m.add_int(ch.remote_chanid)
            m.add_string("window-change")
            m.add_boolean(False)
            for n in (60000 - i, 10000 + i, 0, 0):
                m.add_int(n)
            t._send_message(m)
        read_some(ch, 0.5)
        ch.resize_pty(80, 24)
        ch.send(b"k")
        assert read_some(ch, 0.5), "no echo after the storm"
        assert max(sessions().values()) < 32 << 10, f"{max(sessions().values())} kB"
        t.close()
        return f"largest session {max(sessions().values())} kB"
    return with_clerk(attack)


def stopped():
    """A stopped session is killed by balaid within 5 s (D7). Sabotage: watch_sample() without the state."""
    before = set(sessions())
    t = login()
    screen(t)
    pid = next(p for p in sessions() if p not in before)
    os.kill(pid, 19)
    began = time.monotonic()
    while time.monotonic() - began < 6 and os.path.exists(f"/proc/{pid}"):
        time.sleep(0.05)
    took = time.monotonic() - began
    assert took < 5.2, f"lives after {took:.1f} s"
    return f"killed after {took:.1f} s"


def three_descriptors():
    """A session holds its TCP socket, the store's, balaid's, no environment but one constant of balaid's, and nothing else (C3)."""
    before = set(sessions())
    t = login()
    ch = screen(t)
    read_some(ch, 0.3)
    pid = next(p for p in sessions() if p not in before)
    fds = [os.readlink(f"/proc/{pid}/fd/{n}") for n in os.listdir(f"/proc/{pid}/fd")]
    assert len(fds) == 3 and all(f.startswith("socket:") for f in fds), fds
    env = open(f"/proc/{pid}/environ", "rb").read()
    assert env.strip(b"\0") == b"LD_BIND_NOW=1", env      # nothing of who started the office
    t.close()
    return "3 sockets, nothing in the environment but how names are bound"


def fuzzed():
    """Random and mangled messages after login, FUZZ_SECONDS long: no session crashes, the other clerk types on.
    Sabotage: a read past the end in any channel callback; the log's signal 11, 6 or 31 is what is looked for."""
    seed = int(os.environ.get("FUZZ_SEED", "1"))
    seconds = float(os.environ.get("FUZZ_SECONDS", "6"))
    rnd = random.Random(seed)
    with open(LOG) as f:
        before = len(re.findall(r"session \d+ crashed", f.read()))

    def blob():
        return bytes(rnd.randrange(256) for _ in range(rnd.choice((0, 1, 3, 8, 40, 300))))

    def message(chan):
        m = paramiko.Message()
        kind = rnd.randrange(8)
        if kind == 0:
            m.add_bytes(bytes([rnd.choice([*range(1, 8), *range(20, 22), 50, 80, 81, *range(90, 101), 127, 192, 255])]) + blob())
        elif kind < 5:
            m.add_byte(paramiko.common.cMSG_CHANNEL_REQUEST)
            m.add_int(rnd.choice((chan, chan, chan, rnd.getrandbits(32))))
            m.add_string(rnd.choice(("pty-req", "window-change", "env", "exec", "shell", "subsystem", "signal", "break",
                                     "x11-req", "auth-agent-req@openssh.com", "keepalive@openssh.com", blob())))
            m.add_boolean(rnd.random() < 0.5)
            for _ in range(rnd.randrange(6)):
                if rnd.random() < 0.5:
                    m.add_string(blob())
                else:
                    m.add_int(rnd.choice((0, 1, 80, 24, 65535, 0x7fffffff, 0xffffffff)))
        elif kind == 5:
            m.add_byte(paramiko.common.cMSG_CHANNEL_DATA)
            m.add_int(rnd.choice((chan, rnd.getrandbits(32))))
            m.add_string(blob() + rnd.choice((b"", b"\x1b[", b"\x1b[200~", b"\xff\xfe", b"\x1b[999999999999;1H")))
        elif kind == 6:
            m.add_byte(paramiko.common.cMSG_CHANNEL_WINDOW_ADJUST)
            m.add_int(chan)
            m.add_int(rnd.choice((0, 1, 0x7fffffff, 0xffffffff)))
        else:
            m.add_byte(paramiko.common.cMSG_GLOBAL_REQUEST)
            m.add_string(rnd.choice(("tcpip-forward", "hostkeys-00@openssh.com", blob())))
            m.add_boolean(rnd.random() < 0.5)
            m.add_bytes(blob())
        return m

    def attack():
        began, logins, sent = time.monotonic(), 0, 0
        while time.monotonic() - began < seconds:
            try:
                t = login()
                logins += 1
                ch = t.open_session(timeout=5)
                if rnd.random() < 0.7:
                    ch.get_pty("xterm", 80, 24)
                    ch.invoke_shell()
                for _ in range(rnd.randrange(1, 60)):
                    t._send_message(message(ch.remote_chanid))
                    sent += 1
                    if not t.is_active():
                        break
            except (paramiko.SSHException, EOFError, OSError):
                pass
            finally:
                t.close()
        with open(LOG) as f:
            crashed = len(re.findall(r"session \d+ crashed", f.read())) - before
        assert crashed == 0, f"{crashed} sessions crashed (seed {seed})"
        assert logins > 3, "too few logins"
        return f"0 crashes in {sent} messages over {logins} logins, seed {seed}"
    return with_clerk(attack)


TESTS = [trap01, trap02, trap03, trap10, trap12, trap15, trap23, trap24, trap25, winstorm, stopped, three_descriptors, fuzzed]


def main():
    chosen = [f for f in TESTS if not WANTED or f.__name__ in WANTED]
    print(f"1..{len(chosen)}")
    bad = 0
    for i, f in enumerate(chosen, 1):
        began = time.monotonic()
        try:
            said = f()
            print(f"ok {i} - {f.__name__}: {said} ({time.monotonic() - began:.1f} s)", flush=True)
        except Exception as e:
            bad += 1
            print(f"not ok {i} - {f.__name__}: {e!r}", flush=True)
    return bad != 0


if __name__ == "__main__":
    import logging
    logging.getLogger("paramiko").setLevel(logging.CRITICAL)
    sys.exit(main())
