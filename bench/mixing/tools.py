# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running luster and the measuring programs, and a little arithmetic."""
import json
import math
import pathlib
import resource
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
AUDIO = {".wav", ".flac", ".aif", ".aiff", ".w64", ".rf64", ".caf", ".ogg", ".mp3"}
INF = math.inf


class Failed(Exception):
    """A program did not do what was asked; the song is left out and named."""


class Tools:
    """Where the programs are, and how many threads they may use."""

    def __init__(self, build, threads):
        self.build, self.threads = pathlib.Path(build), threads
        self.luster = str(self.build / "cli/luster")

    def program(self, name):
        return str(self.build / "bench" / name)

    def run(self, command, text=None):
        done = subprocess.run([str(c) for c in command], input=text, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failed(f"{' '.join(map(str, command[:3]))}: {done.stderr.strip()[-300:]}")
        return done.stdout

    def mix(self, stems, out, extra=()):
        """luster mix; gives the session. Files it cannot use are its business to name."""
        self.run([self.luster, "mix", stems, "-o", out, "--force", "-q", "-f", "wav", "-b", "float",
                  "-j", self.threads, "--allow-unusable", *extra])
        return json.loads((pathlib.Path(out) / "session.json").read_text())

    def propose(self, stems, session, threads=None):
        """What the assistant decides for the files in a folder, without playing it; and how long that took."""
        files = sorted(f for f in pathlib.Path(stems).iterdir() if f.suffix.lower() in AUDIO)
        took = json.loads(self.run([self.program("mix_propose"), threads or self.threads, session, *files]))
        return json.loads(pathlib.Path(session).read_text()), took

    def render_parts(self, session, folder):
        self.run([self.luster, "render", session, "--stems", folder, "-b", "float", "-q", "--force",
                  "-j", self.threads])

    def figures(self, files):
        text = self.run([self.program("mix_figures"), *files])
        return [json.loads(line) for line in text.splitlines()]


def timed(call):
    """What `call` gives, its wall seconds, and the CPU seconds of the programs it ran."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    result = call()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return result, time.monotonic() - start, cpu


def db(power):
    return 10.0 * math.log10(power) if power > 0.0 else -INF


def power(level_db):
    return 10.0 ** (level_db / 10.0) if level_db is not None and level_db > -190.0 else 0.0


def lufs(mean_square):
    return db(mean_square) - 0.691


def windows(series, width):
    """Moving means over `width` steps of 100 ms."""
    if len(series) < width:
        return []
    out, total = [], sum(series[:width])
    for i in range(len(series) - width + 1):
        if i:
            total += series[i + width - 1] - series[i - 1]
        out.append(max(0.0, total) / width)
    return out


def gated(series, width=4):
    """Mean power of a 100 ms series by both gates of BS.1770, and which windows pass."""
    level = windows(series, width)
    live = [i for i, p in enumerate(level) if lufs(p) > -70.0]
    if not live:
        return 0.0, []
    gate = 0.1 * sum(level[i] for i in live) / len(live)
    on = [i for i in live if level[i] > gate]
    return sum(level[i] for i in on) / len(on), on


def add(series):
    """Sum of power series of any lengths."""
    n = max((len(s) for s in series), default=0)
    return [sum(s[i] for s in series if i < len(s)) for i in range(n)]


def median(values):
    values = sorted(values)
    if not values:
        return None
    half = len(values) // 2
    return values[half] if len(values) % 2 else 0.5 * (values[half - 1] + values[half])


def mean(values):
    values = list(values)
    return sum(values) / len(values) if values else None
