#!/usr/bin/env python3
"""House rules that a formatter does not know, over every file of the repository; prints what breaks them.

    tools/tidy.py

The rules are the table RULES below and three about whole files; CONTRIBUTING.md says why.
"""
import pathlib
import re
import subprocess
import sys

CPP = {".h", ".cpp"}
CODE = CPP | {".py", ".sh", ".cmake", ".ts", ".mjs", ".svelte", ".css", ".sql"}
TEXT = CODE | {".md", ".yaml", ".yml", ".json", ".html", ".txt", ".svg", ""}
LINE_LENGTH = 120
FUNCTION_LINES = 100  # a screen; most are a third of it

# Recorded files are kept as they came, as are the seeds of fuzzers, and lock files are written by their tools.
UNTOUCHED = re.compile(r"(^|/)(package-lock\.json|LICENSE)$|^tests/fuzz/seeds/"
                       r"|^tests/.*\.(csv|txt|json|golden|facts|rows|http)$")
BANNED_NAMES = re.compile(r"(^|/)(common|utils?|helpers?|misc|shared|core|legacy|v2)(\.[a-z]+)?(/|$)")

# pattern, kinds of files, what is wrong
RULES = [
    (re.compile(r"\t"), TEXT - {""}, "a tab"),
    (re.compile(r"[ \t]+$"), TEXT, "blanks at the end of the line"),
    (re.compile(r"\r"), TEXT, "a carriage return"),
    (re.compile(r"(?<![\w.$~})-])/(work|tmp|home|Users)/\w"), TEXT, "a path of one machine"),
    (re.compile(r"\b(registry\.npmjs|registry\.yarnpkg|(deb|ftp)\.debian)\.org"), TEXT, "a registry's host"),
    (re.compile(r"\b(TODO|FIXME)\b(?!.*(#|issue )\d+)"), CODE - {".py"}, "an intention without its issue's number"),
    (re.compile(r"^\s*using namespace (?!.*literals)"), {".h"}, "using namespace in a header"),
]


def files():
    """Tracked files and those about to be; without git, whatever lies there."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            capture_output=True, text=True)
    if listed.returncode == 0:
        names = sorted(set(filter(None, listed.stdout.split("\0"))))
        return [pathlib.Path(name) for name in names if pathlib.Path(name).is_file()]
    skipped = {".git", "build", "node_modules", "dist"}
    return [p for p in sorted(pathlib.Path(".").rglob("*")) if p.is_file() and not skipped & set(p.parts)]


def line_problems(path, lines):
    for number, line in enumerate(lines, 1):
        for pattern, kinds, wrong in RULES:
            if path.suffix in kinds and pattern.search(line):
                yield f"{path}:{number}: {wrong}"
        if path.suffix in CPP | {".py", ".sh", ".cmake"} and len(line) > LINE_LENGTH:
            yield f"{path}:{number}: {len(line)} characters, more than {LINE_LENGTH}"


def header_problems(path, lines):
    if path.suffix != ".h":
        return
    if not lines or not lines[0].startswith("// "):
        yield f"{path}:1: a header begins with what it is for"
    if "#pragma once" not in lines:
        yield f"{path}:1: no #pragma once"


def function_problems(path, lines):
    """Long functions, by the formatter's shape: a body opens at the end of an unindented line and closes with `}`."""
    if path.suffix != ".cpp":
        return
    start = None
    for number, line in enumerate(lines, 1):
        if line.endswith(("{", ";")) and not line.startswith((" ", "}", "namespace")):
            start = number if line.endswith(") {") else None
        elif line == "}":
            if start and number - start > FUNCTION_LINES:
                yield f"{path}:{start}: a function of {number - start} lines does not fit a screen"
            start = None


def problems():
    for path in files():
        if BANNED_NAMES.search(str(path)):
            yield f"{path}: a name that says nothing about what is inside"
        if path.suffix not in TEXT or UNTOUCHED.search(str(path)):
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        lines = text.split("\n")
        yield from line_problems(path, lines)
        yield from header_problems(path, lines)
        yield from function_problems(path, lines)
        if text and not text.endswith("\n"):
            yield f"{path}: no newline at the end"


def main():
    found = list(problems())
    print("\n".join(found) or "nothing found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
