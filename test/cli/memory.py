#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory stays under 300 MB for 200 tracks of one hour, and does not grow with time."""
import os
import resource
import struct
import sys

from common import LUSTER, case, done, expect, session

HOUR = 3600 * 48000  # frames


def hour_long(path):
    """An hour of 16-bit stereo; the silence takes no room on the disk, every minute has a hit."""
    size = HOUR * 4
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, 2, 48000,
                       192000, 4, 16, b"data", size)
    hit = struct.pack("<4800h", *(int(20000 * (1 - i / 4800) * (-1) ** (i // 40))
                                  for i in range(4800)))
    with open(path, "wb") as file:
        file.write(head)
        for minute in range(60):
            file.seek(44 + minute * 60 * 48000 * 4)
            file.write(hit)
        file.truncate(44 + size)


def peak_megabytes(*args):
    """Largest memory of one run of luster."""
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(null, 1)
        os.execv(LUSTER, [LUSTER, *map(str, args)])
    _, status, usage = os.wait4(child, 0)
    expect(status == 0, f"exit {status}")
    return usage.ru_maxrss / 1024


@case
def two_hundred_tracks_of_an_hour(folder):
    hour_long(folder + "/hour.wav")
    tracks = []
    for i in range(200):
        os.link(folder + "/hour.wav", f"{folder}/{i}.wav")
        tracks.append({"id": f"t{i}", "clips": [{"file": f"{i}.wav"}], "output": f"b{i % 8}",
                       "inserts": [{"processor": "compressor"}]})
    path = session(folder, tracks, buses=[{"id": f"b{i}"} for i in range(8)])
    short = peak_megabytes("render", path, "-o", folder + "/short.wav", "--to", 1, "-j", 2)
    longer = peak_megabytes("render", path, "-o", folder + "/long.wav", "--to", 8, "-j", 2)
    print(f"# {short:.0f} MB after 1 s, {longer:.0f} MB after 8 s")
    expect(longer < 300, f"{longer:.0f} MB")
    expect(longer < short + 20, f"{short:.0f} MB became {longer:.0f} MB")


if "sanitize" in os.environ.get("LUSTER_BUILD", ""):
    print("ok 1 - memory # SKIP a sanitizer's own memory counts too")
    print("1..1")
    sys.exit(0)
resource.setrlimit(resource.RLIMIT_NOFILE, (1024, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
done()
