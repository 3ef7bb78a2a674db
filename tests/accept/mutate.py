#!/usr/bin/python3
"""mutate.py - Z2: each `if` of the authorisation module is taken out or turned round, and the matrix of tests/unit/test_scope.c
must notice. Prints TAP.

usage: mutate.py     BALAI_MUTANTS (4 of them, by seed; 1000: all)

A condition that only asks whether memory or the disk failed cannot be told by a matrix; such are counted and left out of
the first kind. Control: test_scope with its table emptied kills next to none (its cases are the table's)."""
import os, random, re, subprocess, sys

import balai

SOURCE = os.path.join(balai.SRC, "src/store/scope.c")
PLACE = os.path.join(balai.BUILD, "tests/accept/mutant_scope.c")
FAULT = re.compile(r"NULL|\b(r|id) < 0|n == size")


def conditions(text):
    """(offset, end) of what stands between the parentheses of every if."""
    for m in re.finditer(r"\bif \(", text):
        depth, i = 1, m.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(text[i], 0)
            i += 1
        yield m.end(), i - 1


def build(text):
    env = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    with open(PLACE, "w") as f:
        f.write(text)
    p = subprocess.run(["make", "-s", "tests/accept/mutant", "AM_CFLAGS=-std=c11 -w"], cwd=balai.BUILD, env=env, capture_output=True, text=True)
    assert p.returncode == 0, p.stderr[-600:]


def killed():
    env = dict(os.environ, SRCDIR=balai.SRC)
    try:
        return subprocess.run([os.path.join(balai.BUILD, "tests/accept/mutant")], env=env, capture_output=True, timeout=120, cwd=balai.BUILD).returncode != 0
    except subprocess.TimeoutExpired:
        return True


def z2():
    os.makedirs(os.path.dirname(PLACE), exist_ok=True)
    with open(SOURCE) as f:
        text = f.read()
    mutants, spared = [], 0
    for a, b in conditions(text):
        line = text.count("\n", 0, a) + 1
        cond = text[a:b]
        mutants.append((f"{line}: !({cond})", text[:a] + f"!({cond})" + text[b:]))
        if FAULT.search(cond):
            spared += 1
        else:
            mutants.append((f"{line}: without if ({cond})", text[:a] + f"0 && ({cond})" + text[b:]))
    build(text)
    assert not killed(), "the module as it is fails the matrix"
    wanted = balai.number("BALAI_MUTANTS", 4)
    chosen = mutants if wanted >= len(mutants) else random.Random(balai.SEED).sample(mutants, wanted)
    alive = []
    for name, body in chosen:
        build(body)
        if not killed():
            alive.append(name)
            print(f"# lives: {name}", flush=True)
    try:
        assert len(chosen) - len(alive) >= 0.98 * len(chosen), f"{len(alive)} of {len(chosen)} live: {alive}"
    finally:
        os.unlink(PLACE)
    return f"{len(chosen) - len(alive)} of {len(chosen)} killed, of {len(mutants)} there are ({spared} fault handlers not taken out){'; alive ' + str(alive) if alive else ''}"


if __name__ == "__main__":
    balai.main([("Z2", "mutations of the authorisation module", z2)])
