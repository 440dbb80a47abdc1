# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listening and deciding against rendering, for a made song."""
import shutil

from . import tools

STEMS, SECONDS, QUICK_SECONDS = 32, 180, 30


def measure(kit, work, quick):
    seconds = QUICK_SECONDS if quick else SECONDS
    stems = work / "made"
    stems.mkdir(parents=True)
    kit.run([kit.program("make_stems"), stems, STEMS, seconds])
    kit.mix(stems, work / "made-mix")
    rows = []
    for threads in sorted({1, kit.threads}):
        _, found = kit.propose(stems, work / "made.json", threads)
        _, wall, cpu = tools.timed(lambda n=threads: kit.run(
            [kit.luster, "render", work / "made-mix/session.json", "-o", work / "made.wav", "--force", "-q", "-j", n]))
        rows.append((threads, found["wall_s"], found["cpu_s"], wall, cpu))
    shutil.rmtree(stems)
    return seconds, rows


def table(result, summary):
    """The ratio is of CPU seconds: others may be at work on the machine."""
    seconds, rows = result
    return f"{STEMS} stems of {seconds} s\n\n" + summary.table(
        ["threads", "listening and deciding, wall s", "CPU s", "rendering, wall s", "CPU s", "CPU ratio"],
        [[str(n), f"{wall:.1f}", f"{cpu:.1f}", f"{render:.1f}", f"{render_cpu:.1f}",
          f"{cpu / render_cpu:.2f}" + ("!" if cpu > render_cpu else "")] for n, wall, cpu, render, render_cpu in rows])
