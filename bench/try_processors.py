#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two kinds of bench/processors without the other programs, so that it does not rot. Speaks TAP.
usage: try_processors.py PROCESSORS BUILD"""
import json
import subprocess
import sys

PYTHON = "/usr/bin/python3"  # for which Debian's numpy is
if subprocess.run([PYTHON, "-c", "import numpy"], capture_output=True, check=False).returncode:
    print("1..0 # SKIP needs python3-numpy")
    sys.exit(0)
done = subprocess.run([PYTHON, sys.argv[1], "--build", sys.argv[2], "--no-build", "--ours", "--quick",
                       "--only", "compressor,gate", "--json"], capture_output=True, text=True, check=False)
print("".join(f"# {line}\n" for line in done.stderr.splitlines()), end="")
sections = json.loads(done.stdout)["sections"] if done.stdout.startswith("{") else {}
compressor = (sections.get("compressor", {}).get("rows") or [{}])[0]
gate = (sections.get("gate", {}).get("rows") or [{}])[0]
cases = [
    ("runs both kinds", set(sections) == {"compressor", "gate"}),
    ("a compressor compresses in its times",
     9 < compressor.get("attack", 0) < 11 and 95 < compressor.get("release", 0) < 105),
    ("a gate shuts", gate.get("shut", 0) < -39 and gate.get("openings") == 1.0),
    ("time is taken", compressor.get("ns", 0) > 0),
]
for number, (name, good) in enumerate(cases, 1):
    print(f"{'ok' if good else 'not ok'} {number} - {name}")
print(f"1..{len(cases)}")
sys.exit(not all(good for _, good in cases))
