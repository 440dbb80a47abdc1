# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small band made of arithmetic, and what luster mix makes of it."""
import json
import os

from common import expect, hits, noise, tone, write_wav

SECONDS = 6


def singer(seconds):
    """Phrases with vibrato and harmonics, with rests between them."""
    import math
    out, phase = [], 0.0
    for i in range(int(seconds * 48000)):
        t = i / 48000
        f = (220, 262, 294, 247)[int(t * 2) % 4] * (1 + 0.01 * math.sin(2 * math.pi * 5.5 * t))
        phase += f / 48000
        on = 1.0 if (t % 3.0) < 2.2 else 0.0
        out.append(on * 0.1 * sum(math.sin(2 * math.pi * k * phase) / k for k in range(1, 9)))
    return out


def band(folder):
    stems = folder + "/stems"
    os.makedirs(stems)
    kick = hits(SECONDS, 0.5, 55, level=0.9)
    snare = hits(SECONDS, 1.0, 190, level=0.2, at=0.5, seed=2)
    write_wav(stems + "/01_Kick.wav", [kick])
    write_wav(stems + "/02_SnareTop.wav", [snare])
    write_wav(stems + "/03_SnareBottom.wav", [[-0.6 * x for x in snare]])
    bass = [x + 0.5 * y for x, y in zip(tone(55, SECONDS, level=0.02), tone(110, SECONDS, level=0.02))]
    write_wav(stems + "/04_Bass.wav", [bass], bits=24)
    left, right = noise(5, SECONDS, level=0.05), noise(6, SECONDS, level=0.05)
    chord = [sum(z) for z in zip(tone(330, SECONDS, level=0.1), tone(415, SECONDS, level=0.1),
                                 tone(494, SECONDS, level=0.1))]
    write_wav(stems + "/05_EGtr_L.wav", [[a + b for a, b in zip(chord, left)]], rate=48000)
    write_wav(stems + "/06_EGtr_R.wav", [[a + b for a, b in zip(chord, right)]], rate=48000)
    write_wav(stems + "/07_LeadVox.wav", [singer(SECONDS)], bits=32)
    return stems


def load(folder):
    with open(folder + "/session.json") as file:
        return json.load(file)


def track(data, word):
    found = [t for t in data["tracks"] if any(word in c["file"] for c in t["clips"])]
    expect(len(found) == 1, (word, [t["id"] for t in data["tracks"]]))
    return found[0]
