#!/usr/bin/python3
"""procs.py - what a process and all below it use.

usage: procs.py PID...   prints "PSS_KB CPU_US PROCESSES" of the trees of PIDs; only processes that are there now.
       procs.py -c PID...     prints "CPU_US" of the same: quick, for memory takes a moment to count.
       procs.py -e PID...     prints "CPU_MS" of the PIDs themselves and of all their descendants that have ended (10 ms steps).
"""
import os
import sys


def children():
    below = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/stat" % name) as f:
                    below.setdefault(int(f.read().rsplit(")", 1)[1].split()[1]), []).append(int(name))
            except OSError:
                pass
    return below


def tree(roots):
    below, todo, found = children(), list(roots), []
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo.extend(below.get(pid, []))
    return found


def pss(pid):
    with open("/proc/%d/smaps_rollup" % pid) as f:
        return next(int(line.split()[1]) for line in f if line.startswith("Pss:"))


def cpu_ns(pid):
    with open("/proc/%d/schedstat" % pid) as f:
        return int(f.read().split()[0])


def ended_ms(pid):
    with open("/proc/%d/stat" % pid) as f:
        words = f.read().rsplit(")", 1)[1].split()
    return sum(int(w) for w in words[11:15]) * 1000 // os.sysconf("SC_CLK_TCK")


def main():
    if sys.argv[1] == "-e":
        print(sum(ended_ms(int(p)) for p in sys.argv[2:]))
        return
    if sys.argv[1] == "-c":
        print(sum(cpu_ns(p) for p in tree(int(p) for p in sys.argv[2:])) // 1000)
        return
    pids = tree(int(p) for p in sys.argv[1:])
    memory = cpu = count = 0
    for pid in pids:
        try:
            memory, cpu, count = memory + pss(pid), cpu + cpu_ns(pid) // 1000, count + 1
        except (OSError, StopIteration):
            pass
    print(memory, cpu, count)


main()
