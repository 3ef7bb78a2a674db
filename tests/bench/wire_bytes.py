#!/usr/bin/python3
"""wire_bytes.py - counts every TCP/IP byte of one loopback port, both ways, with headers.

usage: wire_bytes.py PORT   Each line read from standard input is a mark; for each the bytes and segments since the last mark are
printed as "MARK bytes segments". Needs a packet socket (root). The loopback's segments are as large as the sender makes
them, so figures are of payload and headers as sent, without retransmission.
"""
import select
import socket
import struct
import sys


def main():
    port = int(sys.argv[1])
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
    sock.bind(("lo", 0))
    total = segments = 0
    while True:
        ready, _, _ = select.select([sock, sys.stdin], [], [])
        if sock in ready:
            packet, address = sock.recvfrom(65536)
            # A loopback packet is seen twice: going out (4) and coming in. Count it once.
            if address[2] == socket.PACKET_OUTGOING or len(packet) < 40 or packet[9] != 6:
                continue
            head = (packet[0] & 15) * 4
            ports = struct.unpack_from(">HH", packet, head)
            if port in ports:
                total += struct.unpack_from(">H", packet, 2)[0]
                segments += 1
            continue
        mark = sys.stdin.readline()
        if not mark:
            return
        print(mark.strip(), total, segments, flush=True)
        total = segments = 0


main()
