# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gates: strokes with a bass tail into noise; how often they open per stroke, what of the stroke's start
they take, how deep they close, and times against what they say."""
import numpy as np

from . import signals
from .section import FFMPEG, Entry, Section, Unable, calf, luster, lsp, lv2

RATE, STROKES = 48000, 20
THRESHOLD, RANGE = -30.0, 40.0  # dB


def luster_gate(attack, release):
    return {"threshold": THRESHOLD, "range": RANGE, "attack": attack, "release": release}


def lsp_gate(attack, release):
    return {"gt": signals.amp(THRESHOLD), "gr": signals.amp(-RANGE), "at": attack, "rt": release,
            "gh": 1, "ht": signals.amp(-4), "scm": 0, "scs": 5, "sla": 1}


def calf_gate(attack, release):
    return {"threshold": signals.amp(THRESHOLD), "range": signals.amp(-RANGE), "ratio": 20, "knee": 1,
            "attack": attack, "release": release, "detection": 1, "stereo_link": 1}


def zam_gate(attack, release):
    return {"thr": THRESHOLD, "close": -RANGE, "att": attack, "rel": release}


def ffmpeg_gate(attack, release):
    return (f"agate=threshold={signals.amp(THRESHOLD)}:range={signals.amp(-RANGE)}:ratio=9000:knee=1:"
            f"attack={attack}:release={release}:detection=peak:link=maximum")


def strokes():
    t = np.arange(RATE // 2) / RATE
    one = 0.7 * np.sin(2 * np.pi * 62 * t) * np.exp(-t / 0.08) * np.minimum(1, t / 0.001)
    audio = np.tile(one, STROKES) + signals.noise(RATE, STROKES / 2, -50, seed=9)[:, 0]
    return np.concatenate([np.zeros(RATE // 2), audio])


def times(bench, entry, attack, release):
    n = np.arange(RATE * 4)
    tone = np.sqrt(2) * np.sin(np.pi / 2 * n + np.pi / 4)
    level = np.where((n >= RATE) & (n < 2 * RATE), signals.amp(-8), signals.amp(-56))
    audio = signals.stereo(tone * level)
    if entry.more.get("channels") == 1:
        audio = audio[:, :1]
    result = bench.one(entry.program, audio, RATE, entry.make(attack, release))
    if result.error:
        raise Unable(result.error)
    gain = np.convolve(signals.db(result.audio[:, 0] / (tone * level), -120), np.ones(4) / 4, "same")
    shut, opened = float(np.median(gain[RATE // 2:RATE - 100])), float(np.median(gain[2 * RATE - 4000:2 * RATE - 100]))
    if opened - shut < 3:
        raise Unable("does not gate")
    up = RATE - 500 + np.argmax(gain[RATE - 500:] >= shut + 0.632 * (opened - shut)) - RATE
    down = np.argmax(gain[2 * RATE:] <= opened + 0.632 * (shut - opened))
    return shut, up / RATE * 1000, down / RATE * 1000


def measure(bench, entry, options):
    row = {}
    row["shut"], row["attack"], row["release"] = times(bench, entry, 5, 100)
    audio = strokes()
    stereo = signals.stereo(audio)
    if entry.more.get("channels") == 1:
        stereo = stereo[:, :1]
    out = bench.one(entry.program, stereo, RATE, entry.make(1, 100)).audio[:, 0]
    # the gain, from the levels of 4 ms
    hop = RATE // 250
    part = slice(RATE // 2, RATE // 2 + STROKES * RATE // 2)
    power = [np.sum(x[part].reshape(-1, hop) ** 2, axis=1) for x in (audio, out)]
    gain = 10 * np.log10((power[1] + 1e-20) / (power[0] + 1e-20))
    state, opened = False, 0
    for g in gain:
        if not state and g > -8:
            state, opened = True, opened + 1
        elif state and g < -12:
            state = False
    row["openings"] = opened / STROKES
    first = np.arange(RATE // 2, RATE // 2 + STROKES * RATE // 2, RATE // 2)
    heads = [sum(float(np.sum(x[f:f + RATE // 200] ** 2)) for f in first[1:]) for x in (audio, out)]
    row["head"] = 10 * float(np.log10(heads[1] / heads[0]))
    row["lost"] = -row["head"]
    return row


def section(tables):
    entries = [
        Entry("luster gate", luster("gate"), luster_gate),
        Entry("LSP gate", lsp("gate_stereo"), lsp_gate, note="hysteresis 4 dB, look-ahead 1 ms"),
        Entry("Calf Gate", calf("Gate"), calf_gate),
        Entry("ZamGateX2", lv2("urn:zamaudio:ZamGateX2"), zam_gate),
        Entry("ffmpeg agate", FFMPEG, ffmpeg_gate),
    ]
    for entry in entries:
        entry.timing = (entry.make(1, 100), 2 if entry.more.get("channels") == 1 else 1)
    return Section(
        "gate", "Gate",
        "Threshold -30 dB, 40 dB of range, hysteresis of 4 dB and 1 ms of look-ahead where a program has them. *Shut*: gain on a tone far below. "
        "*Opens* and *shuts*: 63 % of the way in dB, 5 and 100 ms set (a hold comes on top of shutting, look-ahead goes off opening). "
        "20 strokes of 62 Hz that die into noise: *openings* per stroke, more than 1 is chatter; *start*: what the first 5 ms lose.",
        [("shut", "shut dB", 1), ("attack", "opens 5 ms", 1), ("release", "shuts 100 ms", 1),
         ("openings", "openings", 2), ("lost", "start loses dB", 2)],
        entries, measure, bars=[("openings", 1.0), ("lost", 1.0)])
