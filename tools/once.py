#!/usr/bin/env python3
"""Runs a test program, unless it passed before and nothing that it reads has changed since.

    tools/once.py [--as NAME] [--part I/N] [--reads PATH]… -- COMMAND…

What it reads: the command's words, the program and the libraries it is linked to, the folders `tests` and `docs`,
../shared/data, every --reads, the variables SOCIOMETER_*, the program that SOCIOMETER_BINARY names, and the day, since
a test may look at the calendar. Without SOCIOMETER_PASSED, the folder that remembers, the command is simply run. The
exit status is the command's.

Where GTEST_OUTPUT names a folder, the cases of a GoogleTest program are written to NAME.xml there. With --part only the
Ith of N parts of its cases runs, so that parts can run side by side.

Of a program that passed its result file and last line are kept, and given again in its place; its name is added to
SOCIOMETER_REUSED, a file that says what was not run.
"""
import argparse
import datetime
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys

READ_BY_ALL = ("tests", "docs")
REAL_FILES = pathlib.Path("../shared/data")


def stamp(path):
    """Large and never edited in place: its name, size and time say enough."""
    about = path.stat()
    return f"{path} {about.st_size} {about.st_mtime_ns}"


def content(path):
    digest = hashlib.blake2b(digest_size=20)
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return f"{path} {digest.hexdigest()}"


def files_under(path):
    if path.is_file():
        return [path]
    found = []
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if name not in ("node_modules", "__pycache__", ".svelte-kit"))
        found += [pathlib.Path(folder) / name for name in sorted(names)]
    return [file for file in found if file.is_file()]


def libraries(program):
    """What the loader finds for it; nothing for a script."""
    said = subprocess.run(["ldd", program], capture_output=True, text=True, check=False).stdout
    words = [word for line in said.splitlines() for word in line.split() if word.startswith("/")]
    return [stamp(pathlib.Path(word)) for word in words if os.path.exists(word)]


def key_of(command, reads):
    program = shutil.which(command[0]) or command[0]
    parts = [*command, content(pathlib.Path(program)), *libraries(program), os.environ.get("GTEST_TOTAL_SHARDS", "")]
    parts += [str(datetime.date.today()), str(os.getuid())]
    for path in map(pathlib.Path, [*READ_BY_ALL, *reads]):
        parts += [content(file) for file in files_under(path)]
    parts += [stamp(file) for file in files_under(REAL_FILES)] if REAL_FILES.exists() else []
    if tried := os.environ.get("SOCIOMETER_BINARY"):
        parts.append(content(pathlib.Path(tried)))
    own = ("SOCIOMETER_PASSED", "SOCIOMETER_REUSED")
    parts += [f"{name}={value}" for name, value in sorted(os.environ.items())
              if name.startswith("SOCIOMETER_") and name not in own]
    return hashlib.blake2b("\n".join(parts).encode(errors="surrogateescape"), digest_size=20).hexdigest()


def result_file(name):
    """Where the program is to write its cases, said in its environment; None where nobody wants them."""
    output = os.environ.get("GTEST_OUTPUT", "")
    if not output.startswith("xml:"):
        return None
    file = pathlib.Path(output[len("xml:"):]) / f"{name}.xml"
    os.environ["GTEST_OUTPUT"] = f"xml:{file}"
    return file


def choose_part(part):
    index, count = map(int, part.split("/"))
    os.environ.update(GTEST_SHARD_INDEX=str(index - 1), GTEST_TOTAL_SHARDS=str(count))


def run(command):
    """The exit status and the last line said; all of it is said on."""
    last = ""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
                               errors="replace")
    for line in process.stdout:
        sys.stdout.write(line)
        sys.stdout.flush()
        last = line.strip() or last
    status = process.wait()
    return (status if status >= 0 else 128 - status), last


def once(name, command, reads, folder, result):
    kept, kept_result = folder / f"{name}.json", folder / f"{name}.xml"
    key = key_of(command, reads)
    known = json.loads(kept.read_text()) if kept.exists() else {}
    if known.get("key") == key and (result is None or kept_result.exists()):
        if result:
            result.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(kept_result, result)
        if reused := os.environ.get("SOCIOMETER_REUSED"):
            with open(reused, "a", encoding="utf-8") as file:
                file.write(f"{name}\n")
        print(f"{name} passed before, and nothing that it reads has changed since.\n{known['last']}")
        return 0
    kept.unlink(missing_ok=True)
    status, last = run(command)
    if status == 0 and (result is None or result.exists()):
        folder.mkdir(parents=True, exist_ok=True)
        if result:
            shutil.copyfile(result, kept_result)
        kept.write_text(json.dumps({"key": key, "last": last}))
    return status


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--as", dest="name")
    parser.add_argument("--part")
    parser.add_argument("--reads", action="append", default=[])
    parser.add_argument("command", nargs="+")
    told = parser.parse_args()
    name = told.name or pathlib.Path(told.command[0]).name
    result = result_file(name)
    if told.part:
        choose_part(told.part)
    folder = os.environ.get("SOCIOMETER_PASSED")
    if not folder:
        os.execvp(told.command[0], told.command)
    return once(name, told.command, told.reads, pathlib.Path(folder), result)


if __name__ == "__main__":
    sys.exit(main())
