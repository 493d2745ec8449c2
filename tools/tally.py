#!/usr/bin/env python3
"""Counts test cases over all runners and closes with one line, `N passed, N failed` or `N passed, N failed, N skipped`.

    tools/tally.py FOLDER      FOLDER is what scripts/test wrote

FOLDER/steps holds one line per step, `kind name status`. What a kind counts:

    build     nothing; 1 failed when it failed
    check     1 test
    ctest     of each test in FOLDER/name.junit.xml the cases in FOLDER/name/TEST.xml (GoogleTest, tools/once.py); one
              without such a file counts by its own closing line, else as 1
    vitest    the cases in FOLDER/name.json
    lines     the closing line in FOLDER/name.log

A step that failed although none of its cases did (a crash, a sanitizer's finding, a missing result) counts as 1 failed,
so that a failure is never lost. FOLDER/reused names what tools/once.py did not run again: its cases count as when it
passed. The exit status is 1 when anything failed.
"""
import collections
import json
import pathlib
import re
import sys
import xml.etree.ElementTree as xml

Count = collections.namedtuple("Count", "passed failed skipped")
CLOSING = re.compile(r"^(?:[\w-]+: )?(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", re.MULTILINE)


def add(a, b):
    return Count(*(x + y for x, y in zip(a, b)))


def closing_line(text):
    found = CLOSING.findall(text)
    return Count(*(int(part or 0) for part in found[-1])) if found else None


def gtest_cases(path):
    count = Count(0, 0, 0)
    for case in xml.parse(path).getroot().iter("testcase"):
        if case.get("status") == "notrun":
            continue
        if case.find("failure") is not None:
            count = add(count, (0, 1, 0))
        elif case.get("result") == "skipped":
            count = add(count, (0, 0, 1))
        else:
            count = add(count, (1, 0, 0))
    return count


def ctest_cases(folder, name):
    total = Count(0, 0, 0)
    for case in xml.parse(folder / f"{name}.junit.xml").getroot().iter("testcase"):
        passed = case.get("status") == "run"
        said = closing_line(case.findtext("system-out") or "")
        cases = folder / name / f"{case.get('name')}.xml"
        if cases.exists():
            count = gtest_cases(cases)
        elif said:
            count = said
        else:
            count = Count(1, 0, 0) if passed else Count(0, 1, 0)
        if not passed and count.failed == 0:
            count = add(count, (0, 1, 0))
        total = add(total, count)
    return total


def vitest_cases(folder, name):
    result = json.loads((folder / f"{name}.json").read_text())
    return Count(result["numPassedTests"], result["numFailedTests"],
                 result["numPendingTests"] + result["numTodoTests"])


def lines_cases(folder, name):
    return closing_line((folder / f"{name}.log").read_text(errors="replace"))


def cases_of(folder, kind, name, status):
    if kind == "build":
        return Count(0, 0, 0)
    if kind == "check":
        return Count(1, 0, 0) if status == 0 else Count(0, 1, 0)
    readers = {"ctest": ctest_cases, "vitest": vitest_cases, "lines": lines_cases}
    try:
        return readers[kind](folder, name)
    except (OSError, ValueError, KeyError, xml.ParseError) as error:
        print(f"{name}: no result to count ({error})")
        return None


def main():
    folder = pathlib.Path(sys.argv[1])
    total = Count(0, 0, 0)
    for line in (folder / "steps").read_text().splitlines():
        kind, name, status = line.split()
        count = cases_of(folder, kind, name, int(status))
        lost = count is None or (int(status) != 0 and count.failed == 0)
        total = add(total, add(count or Count(0, 0, 0), (0, 1 if lost else 0, 0)))
        if count and any(count):
            print(f"{name:<24} {count.passed:>5} passed {count.failed:>4} failed {count.skipped:>4} skipped")
        if lost:
            print(f"{name:<24} the step itself failed; see {folder / name}.log")
    if (folder / "reused").exists():
        names = ", ".join((folder / "reused").read_text().split())
        print(f"not run again, as nothing they read has changed since they passed: {names} (scripts/test --again does)")
    skipped = f", {total.skipped} skipped" if total.skipped else ""
    print(f"{total.passed} passed, {total.failed} failed{skipped}", flush=True)
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    sys.exit(main())
