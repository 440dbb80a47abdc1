#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Some plots of bench/curves, twice, and the links to all of them, so that it does not rot. Speaks TAP.
usage: try_curves.py CURVES BUILD ROOT"""
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.dom.minidom

PYTHON = "/usr/bin/python3"  # for which Debian's numpy is
if subprocess.run([PYTHON, "-c", "import numpy"], capture_output=True, check=False).returncode:
    print("1..0 # SKIP needs python3-numpy")
    sys.exit(0)
NAMES = ["eq_dynamic", "pan", "flanger"]
pages = pathlib.Path(sys.argv[3]) / "doc/processors"
drawn = []
with tempfile.TemporaryDirectory() as folder:
    for run in "ab":
        out = pathlib.Path(folder) / run
        done = subprocess.run([PYTHON, sys.argv[1], "--build", sys.argv[2], "--no-build", "-o", out, "--only",
                               ",".join(NAMES)], capture_output=True, text=True, check=False)
        print("".join(f"# {line}\n" for line in done.stderr.splitlines()), end="")
        drawn.append({path.stem: path.read_text() for path in sorted(out.glob("*.svg"))})
linked = {name for page in pages.glob("*.md")
          for name in re.findall(r"!\[[^\]]*\]\(curves/(\w+)\.svg\)", page.read_text())}
cases = [
    ("draws all that were asked for", sorted(drawn[0]) == sorted(NAMES)),
    ("they are XML with curves in them", all(
        len(xml.dom.minidom.parseString(text).getElementsByTagName("path")) > 3 for text in drawn[0].values())),
    ("no value is missing", not any("nan" in text or "inf" in text for text in drawn[0].values())),
    ("the second run has the same bytes", drawn[0] == drawn[1]),
    ("each plot is linked, each link is there", linked == {path.stem for path in (pages / "curves").glob("*.svg")}),
]
for number, (name, good) in enumerate(cases, 1):
    print(f"{'ok' if good else 'not ok'} {number} - {name}")
print(f"1..{len(cases)}")
sys.exit(not all(good for _, good in cases))
