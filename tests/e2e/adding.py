#!/usr/bin/python3
"""adding.py - follows doc/adding.md to the letter: applies its blocks to a copy of the tree, builds, runs what it says.

usage: adding.py SOURCE. Prints TAP, one line for each part of the document.
Sabotage: a wrong column name in the document's screen row must fail part "A screen".
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile


def blocks(text):
    """Yields (part, word, file, body) in the order of the document."""
    part, word = "", None
    for line in text.splitlines():
        if word is None and line.startswith("## "):
            part = line[3:]
        elif word is None and (m := re.match(r"```(\w+)(?: (\S+))?$", line)):
            word, file, body = m.group(1), m.group(2), []
        elif word is not None and line == "```":
            yield part, word, file, "\n".join(body) + "\n"
            word = None
        elif word is not None:
            body.append(line)


def apply(tree, word, file, body):
    path = os.path.join(tree, file)
    old = "" if word == "file" else open(path, encoding="utf-8").read()
    if word == "append":
        new = old + body
    elif word == "file":
        new = body
    else:
        where, text = body.split("---\n", 1)
        where = where.rstrip("\n")
        at = old.find(where)
        if at < 0:
            raise ValueError(f"{file} has no line {where!r}")
        if word == "before":
            new = old[:at] + text + old[at:]
        else:
            new = old[:at] + text.rstrip("\n") + old[at + len(where):]
    with open(path, "w", encoding="utf-8") as f:
        f.write(new)


def main():
    source = os.path.abspath(sys.argv[1])
    with open(os.path.join(source, "doc/adding.md"), encoding="utf-8") as f:
        todo = list(blocks(f.read()))
    parts = list(dict.fromkeys(part for part, *_ in todo))
    print(f"1..{len(parts)}", flush=True)
    top = tempfile.mkdtemp(prefix="balai-adding-")
    tree, build = os.path.join(top, "tree"), os.path.join(top, "build")
    log = open(os.path.join(top, "log"), "w+", encoding="utf-8")
    failed = 0
    try:
        shutil.copytree(source, tree, symlinks=True, ignore=shutil.ignore_patterns("build*[!-]", ".git", "autom4te.cache", "*.tar.xz"))
        shutil.copytree(os.path.join(source, "build-aux"), os.path.join(tree, "build-aux"), dirs_exist_ok=True)
        subprocess.run(["chmod", "-R", "u+w", tree], check=True)
        fault = ""
        for part, word, file, body in todo:
            if word not in ("run", "sh"):
                try:
                    apply(tree, word, file, body)
                except (OSError, ValueError) as e:
                    fault = f"{part}: {e}"
        os.mkdir(build)
        # Only what the document's commands need is built, without optimising: it is the text that is under test.
        for command in ([os.path.join(tree, "bootstrap")], [os.path.join(tree, "configure"), "CFLAGS=-O0"],
                        ["make", "generated"], ["make", "-j2", "src/balaictl"]):
            if not fault and subprocess.run(command, cwd=build, stdout=log, stderr=log).returncode != 0:
                fault = " ".join(command)
        for n, part in enumerate(parts, 1):
            wrong = fault
            for p, word, _, body in todo:
                if p != part or word != "run" or wrong:
                    continue
                for line in body.splitlines():
                    line = line.replace("SOURCE", tree).replace("balaictl", "src/balaictl", 1) if line.startswith("balaictl") else line
                    env = dict(os.environ, SRCDIR=tree, BUILDDIR=build)
                    if subprocess.run(["sh", "-c", line], cwd=build, stdout=log, stderr=log, env=env).returncode != 0:
                        wrong = line
                        break
            print(f"{'not ok' if wrong else 'ok'} {n} - {part}", flush=True)
            if wrong:
                failed = 1
                log.flush()
                log.seek(0)
                print("# " + wrong)
                print("# " + "\n# ".join(log.read().splitlines()[-12:]), flush=True)
    finally:
        log.close()
        shutil.rmtree(top, ignore_errors=True)
    return failed


sys.exit(main())
