#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The generated man pages are clean roff, the completion valid bash. Speaks TAP.
usage: man.py DOCGEN"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

cases = []


def case(name, fault):
    for line in fault.splitlines():
        print("# " + line)
    cases.append(not fault)
    print(f"{'not ok' if fault else 'ok'} {len(cases)} - {name}")


with tempfile.TemporaryDirectory() as folder:
    subprocess.run([sys.argv[1], "man", folder], check=True)
    subprocess.run([sys.argv[1], "bash", folder + "/bash"], check=True)
    pages = sorted(pathlib.Path(folder).glob("*.1"))
    case("every command has a page", "" if len(pages) >= 4 else f"only {len(pages)} pages")
    if shutil.which("mandoc"):
        for page in pages:
            done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", str(page)],
                                  capture_output=True, text=True)
            case(page.name, done.stdout + done.stderr)
    else:
        cases.append(True)
        print(f"ok {len(cases)} - mandoc # SKIP mandoc is not here")
    done = subprocess.run(["bash", "-n", folder + "/bash"], capture_output=True, text=True)
    case("completion is valid bash", done.stderr)
print(f"1..{len(cases)}")
sys.exit(0 if all(cases) else 1)
