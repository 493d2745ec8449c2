#!/usr/bin/env python3
"""Tests of the tools, since the house relies on them: what they must catch, and what they must let pass."""
import contextlib
import io
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import check_modules  # noqa: E402
import once  # noqa: E402
import tally  # noqa: E402
import tidy  # noqa: E402


class Folder(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path


class Tally(Folder):
    def closing_line(self, steps):
        self.write("steps", steps)
        said = io.StringIO()
        sys.argv = ["tally.py", str(self.folder)]
        with contextlib.redirect_stdout(said):
            self.status = tally.main()
        return said.getvalue().splitlines()[-1]

    def ctest(self, status, output=""):
        self.write("unit.junit.xml", f'<testsuite><testcase name="facts" status="{status}">'
                   f"<system-out>{output}</system-out></testcase></testsuite>")

    def test_counts_cases_not_programs(self):
        self.ctest("run")
        self.write("unit/facts.xml", """<testsuites><testsuite>
          <testcase status="run" result="completed"/><testcase status="run" result="completed"/>
          <testcase status="run" result="skipped"><skipped/></testcase><testcase status="notrun"/>
          </testsuite></testsuites>""")
        self.assertEqual(self.closing_line("ctest unit 0\n"), "2 passed, 0 failed, 1 skipped")
        self.assertEqual(self.status, 0)

    def test_a_crash_after_good_cases_is_a_failure(self):
        self.ctest("fail")
        self.write("unit/facts.xml", '<testsuites><testcase status="run" result="completed"/></testsuites>')
        self.assertEqual(self.closing_line("ctest unit 8\n"), "1 passed, 1 failed")
        self.assertEqual(self.status, 1)

    def test_a_program_without_cases_counts_by_its_closing_line(self):
        self.ctest("run", "something\n5 passed, 0 failed\n")
        self.assertEqual(self.closing_line("ctest unit 0\n"), "5 passed, 0 failed")

    def test_a_missing_result_is_a_failure(self):
        self.assertEqual(self.closing_line("vitest web-unit 0\n"), "0 passed, 1 failed")

    def test_a_broken_build_is_a_failure_and_a_good_one_is_no_test(self):
        self.write("journeys.log", "journeys: 3 passed, 0 failed\n")
        self.assertEqual(self.closing_line("build a 0\nlines journeys 0\n"), "3 passed, 0 failed")
        self.assertEqual(self.closing_line("build a 1\nlines journeys 0\n"), "3 passed, 1 failed")

    def test_nothing_at_all_is_no_success(self):
        self.closing_line("build a 0\n")
        self.assertEqual(self.status, 1)


class Once(Folder):
    def setUp(self):
        super().setUp()
        self.program = self.write("program", "#!/bin/sh\necho ran >>ran\ncat told\nexit $(cat status)\n")
        self.program.chmod(0o755)
        self.write("tests/golden", "1")
        self.write("told", "3 passed, 0 failed\n")
        self.write("status", "0")

    def run_once(self, *words, **variables):
        own = {name: value for name, value in os.environ.items() if not name.startswith(("SOCIOMETER_", "GTEST_"))}
        done = subprocess.run([sys.executable, once.__file__, *words, "--", "./program"], cwd=self.folder, text=True,
                              env={**own, "SOCIOMETER_PASSED": str(self.folder / "passed"),
                                   "SOCIOMETER_REUSED": str(self.folder / "reused"), **variables},
                              capture_output=True, check=False)
        return done.returncode, done.stdout.splitlines()[-1]

    def times(self):
        return (self.folder / "ran").read_text().count("ran")

    def test_what_passed_is_not_run_again_and_says_the_same(self):
        self.assertEqual([self.run_once(), self.run_once()], [(0, "3 passed, 0 failed")] * 2)
        self.assertEqual(self.times(), 1)
        self.assertEqual((self.folder / "reused").read_text(), "program\n")

    def test_it_is_run_again_when_something_that_it_reads_changes(self):
        self.run_once("--reads", "told")
        for change in [lambda: self.write("tests/golden", "2"), lambda: self.write("tests/new", ""),
                       lambda: self.write("told", "4 passed, 0 failed\n"),
                       lambda: self.program.write_text(self.program.read_text() + "\n")]:
            before = self.times()
            change()
            self.run_once("--reads", "told")
            self.assertEqual(self.times(), before + 1)
        self.run_once("--reads", "told", SOCIOMETER_KILLS="7")
        self.assertEqual(self.times(), 6)

    def test_each_part_of_a_program_is_told_which_it_is(self):
        self.program.write_text("#!/bin/sh\necho $GTEST_SHARD_INDEX of $GTEST_TOTAL_SHARDS, $GTEST_OUTPUT\n")
        said = [self.run_once("--as", f"part_{i}", "--part", f"{i}/2", GTEST_OUTPUT="xml:cases/") for i in (1, 2)]
        self.assertEqual(said, [(0, "0 of 2, xml:cases/part_1.xml"), (0, "1 of 2, xml:cases/part_2.xml")])

    def test_what_failed_is_run_again(self):
        self.write("status", "3")
        self.assertEqual([self.run_once()[0], self.run_once()[0]], [3, 3])
        self.assertEqual(self.times(), 2)


class Modules(Folder):
    uses = {"base": [], "facts": ["base"], "metrics": ["base", "facts"]}

    def problems(self, name, text):
        self.write(name, text)
        return list(check_modules.problems(self.folder, self.uses))

    def test_the_front_door_is_open_downwards(self):
        self.assertEqual(self.problems("metrics/plan.cpp", '#include "facts/facts.h"\n#include "base/time.h"\n'), [])

    def test_upwards_behind_the_door_and_foreign_parts_are_not(self):
        for name, text in [("facts/a.cpp", '#include "metrics/metrics.h"\n'),
                           ("metrics/b.cpp", '#include "facts/engine.h"\n'),
                           ("metrics/c.cpp", "#include <duckdb.h>\n"),
                           ("metrics/d.cpp", "auto now = std::chrono::system_clock::now();\n")]:
            with self.subTest(name):
                self.assertEqual(len(self.problems(name, text)), 1)
                (self.folder / name).unlink()


class Tidy(unittest.TestCase):
    def wrong(self, name, line):
        return [problem.split(": ")[1] for problem in tidy.line_problems(pathlib.Path(name), [line])]

    def test_what_it_catches(self):
        for name, line in [("a.cpp", "\tx"), ("a.md", "x "), ("a.sh", "cd /home/" + "me"),
                           ("a.h", "using namespace x;"), ("a.ts", "// TO" + "DO later"), ("a.cpp", "x" * 121)]:
            with self.subTest(line):
                self.assertEqual(len(self.wrong(name, line)), 1)

    def test_what_it_lets_pass(self):
        for name, line in [("a.cpp", "x" * 120), ("a.ts", "// TO" + "DO issue 12"), ("a.cpp", '"$HOME/tmp/x"'),
                           ("a.md", "x" * 300)]:
            with self.subTest(line):
                self.assertEqual(self.wrong(name, line), [])

    def test_names_that_say_nothing(self):
        for path in ["src/facts/utils.h", "web/src/common/a.ts", "src/helpers.cpp"]:
            self.assertTrue(tidy.BANNED_NAMES.search(path), path)
        self.assertFalse(tidy.BANNED_NAMES.search("src/facts/shared_lock.h"))


if __name__ == "__main__":
    result = unittest.main(exit=False, verbosity=1).result
    broken = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - broken} passed, {broken} failed")
    sys.exit(1 if broken else 0)
