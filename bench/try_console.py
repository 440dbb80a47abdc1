#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two seconds of bench/console without the other programs, so that it does not rot. Speaks TAP.
usage: try_console.py CONSOLE BUILD"""
import json
import subprocess
import sys

done = subprocess.run([sys.executable, sys.argv[1], "--build", sys.argv[2], "--seconds", "2", "--runs",
                       "1", "--stems", "8", "--only", "luster,floor-luster,floor", "--json"],
                      capture_output=True, text=True)
print("".join(f"# {line}\n" for line in done.stderr.splitlines()), end="")
programs = json.loads(done.stdout)["programs"] if done.returncode == 0 else {}
floors = [programs.get(name, {}).get("rms_dbfs", 0.0) for name in ("floor-luster", "floor")]
full = programs.get("luster", {})
cases = [
    ("runs", done.returncode == 0 and len(programs) == 3),
    ("both floors are the same sum", -60 < floors[0] < -6 and abs(floors[0] - floors[1]) < 0.02),
    ("the console plays music under its ceiling of -1 dBTP",
     -40 < full.get("rms_dbfs", 0.0) < -6 and full.get("peak_dbfs", 0.0) < -0.9),
    ("time and memory are counted", full.get("cpu_s", 0) > 0 and full.get("memory_mib", 0) > 1),
]
for number, (name, good) in enumerate(cases, 1):
    print(f"{'ok' if good else 'not ok'} {number} - {name}")
print(f"1..{len(cases)}")
sys.exit(not all(good for _, good in cases))
