#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the ladder of ARCHITECTURE.md: an #include runs down it only, clients see only public
headers, and the lower rooms neither open files nor print. Speaks TAP. usage: ladder.py ROOT"""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
LADDER = ["base", "simd", "dsp", "proc", "session", "engine", "analysis", "assist", "io",
          "deliver", "report", "desk"]
CLIENTS = ["cli", "lv2"]
# rooms that also run inside an audio thread: no files, no words, no clock
QUIET = ["base", "simd", "dsp", "proc", "session", "engine"]
FORBIDDEN = re.compile(r"(?<![\w.>])(fopen|fread|fwrite|printf|puts|fprintf|open|time|getenv|"
                       r"clock_gettime|gettimeofday|srand|rand)\s*\(")
# the C library's own differ between processors in the last bit
TRANSCENDENTAL = re.compile(
    r"(?<![\w.>])((?:sin|cos|tan|exp|exp2|log|log2|log10|pow|tanh|sinh|cosh|atan|atan2|asin|acos|"
    r"cbrt|hypot|expm1|log1p)f?)\s*\(")
VECTORS = re.compile(r"\b(vector_size|__builtin_ia32\w*|_mm\d*_\w+)\b")
DEFINITION = re.compile(r"^(static |void |int |bool |LusterStatus |double |float )")
results = []


def code_of(path):
    """The file without comments and strings, line for line."""
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), path.read_text(), flags=re.S)
    text = re.sub(r"//[^\n]*", "", text)
    return re.sub(r'(#include[^\n]*)|"(\\.|[^"\\\n])*"', lambda m: m.group(1) or '""', text)


def case(name, faults):
    for fault in faults:
        print("# " + fault)
    results.append(not faults)
    print(f"{'not ok' if faults else 'ok'} {len(results)} - {name}")


def files(*folders):
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.[ch]"))


def includes(folder, refused):
    faults = []
    for path in files(folder):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = re.match(r'\s*#include "(([a-z0-9]+)/[^"]*)"', line)
            if match and refused(match.group(2)):
                faults.append(f"{path.relative_to(ROOT)}:{number}: includes {match.group(1)}")
    return faults


def above(room):
    return lambda other: other in LADDER and LADDER.index(other) > LADDER.index(room)


def matches(rooms, pattern):
    faults = []
    for path in files(*rooms):
        for number, line in enumerate(code_of(path).splitlines(), 1):
            match = pattern.search(line)
            # a function of that name that is defined here is not the C library's
            if match and not DEFINITION.match(line):
                faults.append(f"{path.relative_to(ROOT)}:{number}: {match.group(1)}")
    return faults


def rooms(names):
    return ["src/" + name for name in names]


case("arrows run down the ladder",
     [f for room in LADDER for f in includes("src/" + room, above(room))])
case("clients see public headers only",
     [f for client in CLIENTS for f in includes(client, lambda other: other != "luster")])
case("the lower rooms open no files, print nothing and read no clock",
     matches(rooms(QUIET), FORBIDDEN))
case("no transcendental function of the C library", matches(rooms(LADDER), TRANSCENDENTAL))
case("vector extensions only in src/simd",
     matches(rooms(r for r in LADDER if r != "simd") + ["cli"], VECTORS))
case("every file names its licence",
     [str(p.relative_to(ROOT)) for p in files("src", "include", "cli", "test", "bench", "fuzz")
      if "SPDX-License-Identifier: GPL-3.0-or-later" not in p.read_text()[:300]])
case("no file has grown past 600 lines",
     [f"{p.relative_to(ROOT)}: {len(p.read_text().splitlines())} lines"
      for p in files("src", "include", "cli") if len(p.read_text().splitlines()) > 600 and "Generated: " not in p.read_text()[:300]])
print(f"1..{len(results)}")
sys.exit(0 if all(results) else 1)
