# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every processor has a page with figures, and doc/processors/README.md lists it. usage: pages.py LUSTER ROOT"""
import json
import pathlib
import subprocess
import sys

luster, root = sys.argv[1], pathlib.Path(sys.argv[2]) / "doc/processors"
described = json.loads(subprocess.run([luster, "describe", "--json"], check=True, capture_output=True).stdout)
index = (root / "README.md").read_text()
ids = [proc["id"] for proc in described["processors"]]
bad = [f"{name}: no doc/processors/{name}.md" for name in ids if not (root / f"{name}.md").is_file()]
bad += [f"{name}: not in doc/processors/README.md" for name in ids if f"[{name}]({name}.md)" not in index]
bad += [f"{name}: its page has no figures" for name in ids
        if (root / f"{name}.md").is_file() and "## Figures" not in (root / f"{name}.md").read_text()]
bad += [f"{page.name}: no such processor" for page in sorted(root.glob("*.md"))
        if page.stem not in ids + ["README"]]
print("1..1")
for line in bad:
    print("#", line)
print("not ok 1 - pages" if bad else f"ok 1 - {len(ids)} processors have their pages")
sys.exit(bool(bad))
