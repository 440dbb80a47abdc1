# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hard clipping, 6 dB deep: what folds back, what rises above the ceiling between samples."""
import numpy as np

from . import saturator, signals
from .section import FFMPEG, SOX, Entry, Section, Unable, luster, swh

RATE = saturator.RATE
DEPTH = 6.0  # dB


def measure(bench, entry, options):
    tone = signals.stereo(signals.sine(997, RATE, 2.2, -0.01))
    result = bench.one(entry.program, tone, RATE, entry.make(DEPTH))
    if result.error:
        raise Unable(result.error)
    fundamental, harmonics, _ = saturator.parts(result.audio[:, 0], 997)
    row = {"thd": saturator.ratio_db(harmonics, fundamental)} | saturator.folding(bench, entry, DEPTH)
    music = np.vstack([np.zeros((RATE // 10, 2)), signals.music(RATE, 2.0) / 1.2])
    ceiling = entry.more["ceiling"]
    out = bench.one(entry.program, music, RATE, entry.make(DEPTH)).audio
    row["over"] = signals.true_peak(out) - ceiling
    quiet = signals.noise(RATE, 1.0, -50)
    same = bench.one(entry.program, quiet, RATE, entry.make(0)).audio
    part = slice(RATE // 4, RATE * 3 // 4)
    level = signals.db(signals.rms(same[part]) / signals.rms(quiet[part]))
    row["below"] = abs(float(level))
    return row


def hard_ffmpeg(times):
    """Through libsoxr: asoftclip's own oversampling lowers the level ahead of the curve."""
    curve = "asoftclip=type=hard"
    if times > 1:
        resample = "aresample={}:resampler=soxr:precision=28"
        curve = f"{resample.format(RATE * times)},{curve},{resample.format(RATE)}"
    return lambda d: f"volume={d}dB:precision=float,{curve}"


def section(tables):
    ours = []
    for quality in tables("clipper").get("quality", {}).get("labels", [None]):
        set_quality = {"quality": quality} if quality else {}
        ours.append(Entry("luster clipper" + (f", {quality}" if quality else ""), luster("clipper"),
                          lambda d, q=set_quality: {"drive": d, "ceiling": 0, "knee": 0} | q, {"ceiling": 0.0}))
    entries = ours + [
        Entry("ffmpeg asoftclip, hard", FFMPEG, hard_ffmpeg(1), {"ceiling": 0.0}),
        Entry("ffmpeg asoftclip, hard, x8", FFMPEG, hard_ffmpeg(8), {"ceiling": 0.0},
              note="between two of its resamplers"),
        Entry("swh hard limiter", swh("hardLimiter"), lambda d: {"limit_db": -d},
              {"ceiling": -DEPTH, "channels": 1},
              note="one channel, times two"),
        Entry("SoX gain into its own clip", SOX, lambda d: ["gain", d], {"ceiling": 0.0}),
    ]
    for entry in entries:
        entry.timing = (entry.make(DEPTH), 2 if entry.more.get("channels") == 1 else 1)
    return Section(
        "clipper", "Clipper",
        "A full-scale tone at 48 kHz, clipped hard 6 dB below its peak. *Folding*: as for saturators. *Over*: true peak above "
        "the ceiling on music clipped by as much. *Below*: change of the level of noise far below the ceiling.",
        [("thd", "harmonics dB", 1), ("alias1", "folding 1 kHz dB", 0), ("alias5", "5 kHz", 0),
         ("alias10", "10 kHz", 0), ("over", "over dB", 2), ("below", "below dB", 3)],
        entries, measure, bars=[("alias1", -80), ("alias5", -70), ("below", 0.001)])
