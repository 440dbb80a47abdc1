#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every C file is as clang-format 14 leaves it. Speaks TAP. usage: format.py ROOT"""
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(sys.argv[1])
tool = shutil.which("clang-format-14") or shutil.which("clang-format")
version = subprocess.run([tool, "--version"], capture_output=True, text=True).stdout if tool else ""
if " 14." not in version:
    print("ok 1 - format # SKIP clang-format 14 is not here\n1..1")
    sys.exit(0)
paths = [str(p) for d in ("src", "include", "cli", "test", "bench", "fuzz")
         for p in sorted((ROOT / d).rglob("*.[ch]"))]
done = subprocess.run([tool, "--dry-run", "--Werror", *paths], capture_output=True, text=True)
for line in [x for x in done.stderr.splitlines() if "error:" in x][:40]:
    print("# " + line.replace(str(ROOT) + "/", ""))
print(f"{'not ok' if done.returncode else 'ok'} 1 - {len(paths)} files are formatted\n1..1")
sys.exit(done.returncode != 0)
