#!/usr/bin/env python3
"""Checks that the modules of src/ know only whom src/modules.txt lets them know, and that each outside part stays
in the module that wraps it.

    tools/check_modules.py src

A module includes another's public header (`facts/facts.h`) and nothing behind it. `base` is the exception: it has
several small public headers. main.cpp sees everything.
"""
import pathlib
import re
import sys

# Outside headers that only one module may touch (DESIGN: only facts knows DuckDB, only control knows SOCI, only net
# opens sockets). Reading the wall clock is base's alone.
PARTS = {
    r"duckdb\.h": "facts",
    r"soci/|sqlite3\.h|libpq-fe\.h": "control",
    r"boost/(asio|beast)|sys/socket\.h|sys/un\.h|netinet/|netdb\.h|curl/": "net",
}
CLOCK = re.compile(r"\b(system_clock|gettimeofday|clock_gettime|time\s*\(\s*(nullptr|NULL|0)\s*\))")


def graph(path):
    uses = {}
    for line in path.read_text().splitlines():
        line = line.split("#")[0].strip()
        if not line:
            continue
        name, _, rest = line.partition(":")
        for used in rest.split():
            if used not in uses:
                sys.exit(f"{path}: {name} names {used}, which does not stand above it")
        uses[name] = rest.split()
    return uses


def problems(src, uses):
    for file in sorted(src.rglob("*")):
        if file.suffix not in (".h", ".cpp") or file.parent == src:
            continue
        module = file.relative_to(src).parts[0]
        if module not in uses:
            yield f"{file}: the folder {module} is not in modules.txt"
            continue
        test = file.stem.endswith("_test")
        for number, line in enumerate(file.read_text().splitlines(), 1):
            where = f"{file}:{number}"
            if module != "base" and not test and CLOCK.search(line):
                yield f"{where}: only base reads the wall clock (base/clock.h)"
            match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            if not match:
                continue
            header = match.group(2)
            for pattern, owner in PARTS.items():
                if re.match(pattern, header) and module != owner:
                    yield f"{where}: only {owner} may include <{header}>"
            if match.group(1) == "<":
                continue
            parts = header.split("/")
            if len(parts) < 2 or parts[0] == module or parts[0] not in uses:
                continue
            if parts[0] not in uses[module]:
                yield f"{where}: {module} may not know {parts[0]} (src/modules.txt)"
            elif parts[0] != "base" and header != f"{parts[0]}/{parts[0]}.h":
                yield f"{where}: {header} is behind the front door; include {parts[0]}/{parts[0]}.h"


def main():
    src = pathlib.Path(sys.argv[1])
    found = list(problems(src, graph(src / "modules.txt")))
    print("\n".join(found), file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
