#!/usr/bin/env python3
"""Runs one step of a longer job so that a log of it reads well: no spinner, and the end of a failure in sight.

    tools/step.py LOG COMMAND…

All output goes to LOG. Of a build's `[12/90]` lines one per tenth is shown, of the rest nothing; when the command
fails its last lines are shown. The exit status is the command's.
"""
import collections
import pathlib
import re
import subprocess
import sys
import time

COUNTER = re.compile(r"^\[(\d+)/(\d+)\]")
QUIET_SECONDS = 10  # a step that is over sooner says nothing of how far it is
TAIL = 60


def main():
    log_path, command = pathlib.Path(sys.argv[1]), sys.argv[2:]
    log_path.parent.mkdir(parents=True, exist_ok=True)
    started, shown, tail = time.monotonic(), 0, collections.deque(maxlen=TAIL)
    with log_path.open("w", encoding="utf-8") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   encoding="utf-8", errors="replace")
        for line in process.stdout:
            log.write(line)
            log.flush()
            tail.append(line)
            match = COUNTER.match(line)
            if not match or time.monotonic() - started < QUIET_SECONDS:
                continue
            done, total = int(match.group(1)), int(match.group(2))
            if done * 10 // total != shown:
                shown = done * 10 // total
                print(f"   {done} of {total} after {time.monotonic() - started:.0f} s", flush=True)
        status = process.wait()
    if status != 0:
        sys.stdout.writelines("   | " + line.rstrip("\n") + "\n" for line in tail)
        print(f"   failed with status {status}; all of it is in {log_path}", flush=True)
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
