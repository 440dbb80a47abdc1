#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""luster mix on a terminal: asks about what it cannot tell, and only there."""
import json
import os
import pty
import select
import time

from band import band
from common import LUSTER, Run, case, done, expect


def roles(folder):
    with open(folder + "/session.json", encoding="utf-8") as file:
        return {t["name"]: t["role"] for t in json.load(file)["tracks"]}


def unnamed(folder):
    """The band, with names that say nothing."""
    stems = band(folder)
    for i, name in enumerate(sorted(os.listdir(stems)), 1):
        os.rename(f"{stems}/{name}", f"{stems}/Audio {i}.wav")
    return stems


def talk(args, answers, timeout=120):
    """Runs luster on a terminal of its own; answers in turn. What it said, and its exit status."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(LUSTER, [LUSTER, *args])
    said, at, end = "", 0, time.monotonic() + timeout
    while time.monotonic() < end:
        if not select.select([fd], [], [], 1.0)[0]:
            continue
        try:
            data = os.read(fd, 65536)
        except OSError:
            break
        if not data:
            break
        said += data.decode(errors="replace")
        while said.count("What is it?") > at:
            os.write(fd, ((answers[at] if at < len(answers) else "") + "\n").encode())
            at += 1
    _, status = os.waitpid(pid, 0)
    os.close(fd)
    return said, os.waitstatus_to_exitcode(status), at


@case
def a_terminal_is_asked(folder):
    stems = unnamed(folder)
    said, status, n = talk(["mix", stems, "-o", folder + "/a"], ["spoon", "Lead Vocal"])
    expect(status == 0, said[-2000:])
    expect(1 <= n <= 6 and "There is no role 'spoon'" in said, (n, said[-2000:]))
    expect("lead_vocal" in roles(folder + "/a").values(), roles(folder + "/a"))
    session = json.load(open(folder + "/a/session.json", encoding="utf-8"))
    expect(any("you said so" in d["measured"] for t in session["tracks"] for d in t["decisions"]))


@case
def enter_keeps_the_guess_and_yes_asks_nothing(folder):
    stems = unnamed(folder)
    said, status, n = talk(["mix", stems, "-o", folder + "/a"], [])
    expect(status == 0 and n >= 1, said[-2000:])
    said, status, n = talk(["mix", stems, "-o", folder + "/b", "--yes"], [])
    expect(status == 0 and n == 0, said[-2000:])
    expect(roles(folder + "/a") == roles(folder + "/b"))


@case
def a_pipe_is_not_asked(folder):
    stems = unnamed(folder)
    run = Run("mix", stems, "-o", folder + "/a")
    expect(run.status == 0 and "What is it?" not in run.text, run)
    expect("Not sure what" in run.text, run)


done()
