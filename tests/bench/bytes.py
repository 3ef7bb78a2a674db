#!/usr/bin/python3
"""bytes.py - every TCP/IP byte of a desk over one loopback port, both ways, with headers, by the OpenSSH client.

usage: bytes.py PORT USER PASSWORD [KEYFILE ACCOUNT]
Without KEYFILE the desk of USER is behind PORT; with it, a stock sshd that lets USER in and runs a desk that asks for ACCOUNT.
Prints "login BYTES" (from the connection to the first open form), "form BYTES" (one more form of the same kind, drawn after its
key) and "key BYTES" (the median of 31 letters). Needs a packet socket (root). Headers as sent, no retransmission on a loopback.
"""
import os
import pty
import select
import socket
import statistics
import struct
import sys
import time

QUIET = 0.7      # this long without a byte ends an exchange
port = int(sys.argv[1])
sniff = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
sniff.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
sniff.bind(("lo", 0))


def start():
    argv = ["ssh", "-p", str(port), "-F", "/dev/null", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
            "-o", "IgnoreUnknown=ObscureKeystrokeTiming", "-o", "ObscureKeystrokeTiming=no", "-o", "IPQoS=none", "-o", "LogLevel=ERROR"]
    if len(sys.argv) > 4:
        argv += ["-i", sys.argv[4], "-o", "IdentitiesOnly=yes"]
    else:
        argv += ["-o", "PubkeyAuthentication=no"]
    pid, fd = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm"
        os.environ["LANG"] = "C.UTF-8"
        os.execvp("ssh", argv + [sys.argv[2] + "@127.0.0.1"])
    import fcntl
    import termios
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    return fd


class Line:
    def __init__(self):
        self.total = 0
        self.seen = b""
        self.fd = start()

    def packet(self):
        data, address = sniff.recvfrom(65536)
        # a loopback packet is seen twice, going out and coming in: count it once
        if address[2] == socket.PACKET_OUTGOING or len(data) < 40 or data[9] != 6:
            return False
        head = (data[0] & 15) * 4
        if port not in struct.unpack_from(">HH", data, head):
            return False
        self.total += struct.unpack_from(">H", data, 2)[0]
        return True

    def turn(self, timeout):
        ready, _, _ = select.select([sniff, self.fd], [], [], timeout)
        busy = False
        if sniff in ready:
            busy = self.packet()
        if self.fd in ready:
            self.seen += os.read(self.fd, 65536)
            busy = True
        return busy

    def settle(self, quiet=QUIET):
        until = time.monotonic() + quiet
        while time.monotonic() < until:
            if self.turn(max(0, until - time.monotonic())):
                until = time.monotonic() + quiet

    def expect(self, text):
        until = time.monotonic() + 20
        while text not in self.seen:
            if time.monotonic() > until:
                sys.exit("bytes.py: %r did not come; there was %r" % (text, self.seen[-400:]))
            self.turn(0.2)
        self.seen = b""

    def send(self, keys):
        self.seen = b""
        os.write(self.fd, keys)

    def take(self):
        n, self.total = self.total, 0
        return n


line = Line()
password = sys.argv[3].encode()
if len(sys.argv) > 4:
    line.expect(b"akun")
    line.send(sys.argv[5].encode() + b"\t" + password + b"\r")
else:
    line.expect(b"andi: ")
    line.send(password + b"\r")
line.expect(b"Keluarga")
line.settle()
line.send(b"1\r")
line.expect(b"Alamat")
line.settle()
print("login", line.take())
line.send(b"\033OR")       # F3: back to the home screen
line.settle()
line.take()
line.send(b"1\r")
line.expect(b"Alamat")
line.settle()
print("form", line.take())
cost = []
for letter in b"jalan mawar merah nomor tujuh a":
    line.send(bytes([letter]))
    line.settle(0.12)
    cost.append(line.take())
print("key", int(statistics.median(cost)))
