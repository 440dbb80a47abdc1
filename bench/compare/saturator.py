# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Saturation: what folds back. The harmonics are wanted and differ by taste, so every program is driven
until its distortion of a 1 kHz tone is that of tanh at +12 dB; then what is no harmonic counts."""
import numpy as np

from . import signals
from .programs import Job
from .section import FFMPEG, SOX, Entry, Section, Unable, calf, luster, lv2, swh

RATE = 48000


def parts(x, hz):
    """(fundamental, harmonics, all else), powers from 20 Hz to 20 kHz; hz divides the second."""
    x = x[RATE:2 * RATE]
    spectrum = np.abs(np.fft.rfft(x)) ** 2
    kind = np.full(len(spectrum), 2)
    for k in range(1, 24000 // hz + 1):
        kind[max(0, k * hz - 2):k * hz + 3] = 1 if k > 1 else 0
    kind[:20] = kind[20001:] = 3
    return [max(float(np.sum(spectrum[kind == k])), 1e-30) for k in range(3)]


def ratio_db(part, of):
    return 10 * float(np.log10(part / of))


def wanted_thd(shape):
    tone = signals.sine(997, RATE, 2.0)
    fundamental, harmonics, _ = parts(shape(tone), 997)
    return ratio_db(harmonics, fundamental)


def drive_to(bench, entry, want):
    """The drive at which a 997 Hz tone has the wanted harmonics, and those it has."""
    tone = signals.stereo(signals.sine(997, RATE, 2.2, -0.01))
    tries, best = entry.more["drives"], None
    for _ in range(4):
        results = bench.run(entry.program, [Job(tone, RATE, entry.make(d)) for d in tries])
        for drive, result in zip(tries, results):
            if result.error:
                raise Unable(result.error)
            fundamental, harmonics, _ = parts(result.audio[:, 0], 997)
            thd = ratio_db(harmonics, fundamental)
            if best is None or abs(thd - want) < abs(best[1] - want):
                best = (drive, thd)
        if len(tries) == 1 or abs(best[1] - want) < 0.2:
            break
        at, sorted_tries = best[0], sorted(tries)
        place = sorted_tries.index(at) if at in sorted_tries else 0
        low = sorted_tries[max(0, place - 1)]
        high = sorted_tries[min(len(sorted_tries) - 1, place + 1)]
        tries = list(np.linspace(low, high, 7))
    return best


def folding(bench, entry, drive):
    row = {}
    for key, hz in (("alias1", 997), ("alias5", 4999), ("alias10", 9973)):
        tone = signals.stereo(signals.sine(hz, RATE, 2.2, -0.01))
        result = bench.one(entry.program, tone, RATE, entry.make(drive))
        fundamental, _, rest = parts(result.audio[:, 0], hz)
        row[key] = ratio_db(rest, fundamental)
    return row


def measure(bench, entry, options):
    want = wanted_thd(lambda x: np.tanh(signals.amp(12) * x))
    drive, thd = drive_to(bench, entry, want)
    return {"thd": thd, "off": abs(thd - want), "drive": f"{drive:.3g}"} | folding(bench, entry, drive)


def tanh_ffmpeg(times):
    """Through libsoxr: asoftclip's own oversampling lowers the level ahead of the curve."""
    curve = "asoftclip=type=tanh"
    if times > 1:
        resample = "aresample={}:resampler=soxr:precision=28"
        curve = f"{resample.format(RATE * times)},{curve},{resample.format(RATE)}"
    return lambda d: f"volume={d}dB:precision=float,{curve}"


def section(tables):
    gains, unit = list(np.linspace(0, 36, 13)), list(np.linspace(0.05, 1, 12))
    curves = tables("saturator").get("curve", {}).get("labels", ["soft"])
    ours = [Entry(f"luster saturator, {curve}", luster("saturator"),
                  lambda d, curve=curve: {"curve": curve, "drive": d, "level_match": "off"},
                  {"drives": gains, "no_bars": curve == "diode"},
                  note="a creative curve, here at the end of its drive" if curve == "diode" else "")
            for curve in curves]
    if "quality" in tables("saturator"):
        ours.append(Entry("luster saturator, soft, high quality", luster("saturator"),
                          lambda d: {"curve": "soft", "drive": d, "level_match": "off", "quality": "high"},
                          {"drives": gains}))
    entries = ours + [
        Entry("ffmpeg asoftclip, tanh", FFMPEG, tanh_ffmpeg(1), {"drives": gains}),
        Entry("ffmpeg asoftclip, tanh, x8", FFMPEG, tanh_ffmpeg(8), {"drives": gains},
              note="between two of its resamplers"),
        Entry("Calf Saturator", calf("Saturator"), lambda d: {"drive": d, "blend": 0},
              {"drives": list(np.linspace(0.1, 10, 12))}, note="blend 0"),
        Entry("Calf Tape Simulator", calf("TapeSimulator"),
              lambda d: {"level_in": signals.amp(d), "noise": 0, "mechanical": 0, "lowpass": 20000},
              {"drives": list(np.linspace(-12, 36, 13))}, note="noise and mechanics off"),
        Entry("ZamTube", lv2("urn:zamaudio:ZamTube"), lambda d: {"tubedrive": d},
              {"drives": list(np.linspace(0.1, 11, 12)), "channels": 1},
              note="one channel, times two; its tone stack stays in"),
        Entry("ZamAutoSat", lv2("urn:zamaudio:ZamAutoSat"), lambda d: {}, {"drives": [0], "channels": 1},
              note="no controls; one channel, times two"),
        Entry("swh Valve", swh("valve"), lambda d: {"q_p": d, "dist_p": 0.5},
              {"drives": unit, "channels": 1}, note="one channel, times two"),
        Entry("mda Overdrive", lv2("http://drobilla.net/plugins/mda/Overdrive"),
              lambda d: {"drive": d, "muffle": 0}, {"drives": unit}),
        Entry("SoX overdrive", SOX, lambda d: ["gain", "-1", "overdrive", d, 0],
              {"drives": list(np.linspace(0, 60, 13))}),
    ]
    for entry in entries:
        middle = entry.more["drives"][len(entry.more["drives"]) // 3]
        entry.timing = (entry.make(middle), 2 if entry.more.get("channels") == 1 else 1)
    return Section(
        "saturator", "Saturator",
        f"A full-scale tone at 48 kHz; each program driven until a 1 kHz tone has harmonics of "
        f"{wanted_thd(lambda x: np.tanh(signals.amp(12) * x)):.1f} dB re the fundamental, as tanh has at +12 dB, or as near as it "
        "gets. *Folding*: power from 20 Hz to 20 kHz that is neither fundamental nor harmonic, dB re the fundamental. "
        "LSP 1.2.5 and x42 have no saturator.",
        [("thd", "harmonics dB", 1), ("alias1", "folding 1 kHz dB", 0), ("alias5", "5 kHz", 0),
         ("alias10", "10 kHz", 0), ("drive", "drive", None)],
        entries, measure, bars=[("alias1", -100), ("alias5", -100), ("alias10", -80)])
