# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compressors: the static curve against the law that was set, times against what they say, distortion
of a bass tone, the stereo image."""
import numpy as np

from . import signals
from .programs import Job
from .section import FFMPEG, SOX, Entry, Section, Unable, calf, luster, lsp, lv2, swh, x42

RATE = 48000
LEVELS = list(range(-36, -1, 2))


# ---- the programs: settings of a law; detector is "peak", "rms" or "best" (what keeps a bass tone cleanest)

def luster_comp(threshold, ratio, knee, attack, release, detector="peak"):
    made = {"threshold": threshold, "ratio": ratio, "knee": knee, "attack": attack, "release": release,
            "detector": "rms" if detector == "rms" else "peak"}
    return made | ({"hold": 12.5} if detector == "best" else {})


def lsp_comp(threshold, ratio, knee, attack, release, detector="peak"):
    return {"al": signals.amp(threshold), "cr": ratio, "kn": signals.amp(-knee / 2), "at": attack,
            "rt": release, "scm": {"peak": 0, "rms": 1, "best": 3}[detector], "scs": 5,
            "scr": 20 if detector == "best" else 10}


def calf_comp(threshold, ratio, knee, attack, release, detector="peak"):
    if detector == "best":
        raise Unable("nothing else")
    return {"threshold": signals.amp(threshold), "ratio": ratio, "knee": max(1.0, signals.amp(knee)),
            "attack": attack, "release": release, "detection": 1 if detector == "peak" else 0,
            "stereo_link": 1}


def ffmpeg_comp(threshold, ratio, knee, attack, release, detector="peak"):
    if detector == "best":
        raise Unable("nothing else")
    return (f"acompressor=threshold={signals.amp(threshold)}:ratio={ratio}:knee="
            f"{max(1.0, signals.amp(knee))}:attack={attack}:release={release}:detection={detector}"
            ":link=maximum")


def zam_comp(threshold, ratio, knee, attack, release, detector="peak"):
    if detector != "peak":
        raise Unable("nothing else")
    return {"thr": threshold, "rat": ratio, "kn": min(knee, 8), "att": attack, "rel": release,
            "stereodet": 1}


def darc(threshold, ratio, knee, attack, release, detector="rms"):
    if detector == "peak":
        raise Unable("RMS only")
    if detector == "best":
        raise Unable("nothing else")
    return {"threshold": np.clip(threshold, -50, -10), "Ratio": 1 - 1 / ratio,
            "attack": attack / 1000, "release": release / 1000}


def sc4(threshold, ratio, knee, attack, release, detector="peak"):
    if detector == "best":
        raise Unable("nothing else")
    return {"rms_peak": 1 if detector == "peak" else 0, "attack": attack, "release": release,
            "threshold": np.clip(threshold, -30, 0), "ratio": ratio, "knee": np.clip(knee / 2, 1, 10)}


def sox_comp(threshold, ratio, knee, attack, release, detector="peak"):
    if detector != "peak":
        raise Unable("nothing else")
    top = threshold - threshold / ratio
    return ["compand", f"{attack / 1000},{release / 1000}",
            f"{max(knee, 0.01)}:-120,-120,{threshold},{threshold},0,{top}", "0", "-120"]


# ---- measures

def stepped_gains(bench, entry, settings):
    """Gain in dB of a 1 kHz tone at each level, at the end of a second."""
    one = RATE
    tone = np.concatenate([signals.sine(1000, RATE, 1.0, level) for level in LEVELS])
    result = bench.one(entry.program, signals.stereo(tone), RATE, settings)
    if result.error:
        raise Unable(result.error)
    gains = []
    for k in range(len(LEVELS)):
        part = slice(k * one + 4 * one // 5, k * one + 19 * one // 20)
        gains.append(float(signals.db(signals.rms(result.audio[part, 0]) / signals.rms(tone[part]))))
    return np.array(gains)


def law(x, threshold, knee):
    """What a slope multiplies: quadratic inside the knee."""
    over = x - threshold
    bend = (over + knee / 2) ** 2 / (2 * knee) if knee > 0 else over
    return np.where(over <= -knee / 2, 0.0, np.where(over < knee / 2, bend, over))


def fit_law(levels, gains):
    """(largest error, threshold, ratio, knee) of the law that fits best."""
    best = (1e9, 0, 0, 0)
    for step, span, knees in ((0.5, 9, np.arange(0, 20, 1.0)), (0.05, 0.5, None), (0.01, 0.06, None)):
        centre = -20.0 if best[0] > 1e8 else best[1]
        near = np.arange(-1, 1.01, 0.25) if step == 0.05 else np.arange(-0.2, 0.21, 0.05)
        width = knees if knees is not None else np.maximum(0, best[3] + near)
        for threshold in np.arange(centre - span, centre + span + 1e-9, step):
            for knee in width:
                basis = np.stack([law(levels, threshold, knee), np.ones_like(levels)], axis=1)
                slope, makeup = np.linalg.lstsq(basis, gains, rcond=None)[0]
                error = float(np.max(np.abs(basis @ [slope, makeup] - gains)))
                if error < best[0]:
                    best = (error, float(threshold), float(1 / (1 + slope)), float(knee))
    return best


def static_curve(bench, entry, detector):
    levels = np.array(LEVELS, float)
    gains = stepped_gains(bench, entry, entry.make(-20, 4, 0, 5, 100, detector))
    if gains[0] - gains[-1] < 3:
        raise Unable("does not compress")
    as_set = min(float(np.max(np.abs(gains - gains[0] + 0.75 * law(levels + offset, -20, 0))))
                 for offset in (0.0, -3.0103, 3.0103))
    return fit_law(levels, gains), as_set


def times(bench, entry, attack, release, detector):
    """ms in which 63 % of a step of the gain in dB is done. A tone at a quarter of the rate and 45
    degrees has samples of one magnitude, so the gain can be read at each."""
    n = np.arange(RATE * 5)
    tone = np.sqrt(2) * np.sin(np.pi / 2 * n + np.pi / 4)
    level = np.where((n >= RATE) & (n < 3 * RATE), signals.amp(-8), signals.amp(-30))
    result = bench.one(entry.program, signals.stereo(tone * level), RATE,
                       entry.make(-20, 4, 0, attack, release, detector))
    gain = signals.db(result.audio[:, 0] / (tone * level))
    if entry.program.kind != "luster":
        # others may step their gain in blocks or let it ripple
        gain = np.convolve(gain, np.ones(4) / 4, "same")
    rest, full = float(np.median(gain[RATE * 3 // 4:RATE - 10])), float(np.median(
        gain[RATE * 5 // 2:RATE * 3 - 10]))
    if rest - full < 3:
        raise Unable("does not compress")
    down = np.argmax(gain[RATE:] <= rest + 0.632 * (full - rest))
    up = np.argmax(gain[3 * RATE:] >= full + 0.632 * (rest - full))
    return down / RATE * 1000, up / RATE * 1000


def bass_thd(bench, entry, detector, more=None, hz=50):
    """THD+N of a tone at 2:1, 5/50 ms, with the threshold at which the mean reduction is 10 dB below
    the gain of a quiet tone (some add gain by themselves)."""
    quiet = signals.sine(hz, RATE, 1.0, -66)
    tone = np.concatenate([quiet, signals.sine(hz, RATE, 4.0, -4)])
    audio = signals.stereo(tone)
    before, steady = slice(RATE // 2, RATE), slice(3 * RATE, 5 * RATE - RATE // 10)
    low, high = -50.0, -4.0
    for _ in range(6):
        tries = list(np.linspace(low, high, 5))
        made = [entry.make(t, 2, 0, 5, 50, detector) for t in tries]
        made = [m | more for m in made] if more else made
        results = bench.run(entry.program, [Job(audio, RATE, m) for m in made])
        gains = [float(signals.db(signals.rms(r.audio[steady, 0]) / signals.rms(tone[steady]))
                       - signals.db(signals.rms(r.audio[before, 0]) / signals.rms(tone[before])))
                 for r in results]
        near = int(np.argmin([abs(g + 10) for g in gains]))
        width = (high - low) / 4
        low, high = tries[near] - width, tries[near] + width
        if abs(gains[near] + 10) < 0.02:
            break
    if abs(gains[near] + 10) > 0.5:
        raise Unable(f"reduces by {-gains[near]:.1f} dB at most")
    return signals.thd_n(results[near].audio[steady, 0], hz, RATE)


def image_shift(bench, entry, detector):
    """dB by which a loud left side moves the balance."""
    left, right = signals.sine(997, RATE, 3.0, -8), signals.sine(1499, RATE, 3.0, -30)
    result = bench.one(entry.program, signals.stereo(left, right), RATE,
                       entry.make(-20, 4, 0, 5, 100, detector))
    part = slice(RATE, 3 * RATE - 100)
    _, l = signals.without_sine(result.audio[part, 0], 997, RATE)
    _, r = signals.without_sine(result.audio[part, 1], 1499, RATE)
    return abs(float(signals.db(l) + 8 - signals.db(r) - 30))


def maybe(function, *words):
    try:
        return function(*words)
    except Unable:
        return None


def measure(bench, entry, options):
    detector = entry.more.get("detector", "peak")
    (error, threshold, ratio, knee), as_set = static_curve(bench, entry, detector)
    attack, release = times(bench, entry, 10, 100, detector)
    row = {"static": error, "as_set": as_set, "attack": attack, "release": release,
           "law": f"{threshold:.1f} dB, {ratio:.2f}:1, {knee:.1f} dB",
           "thd_peak": maybe(bass_thd, bench, entry, "peak"),
           "thd_rms": maybe(bass_thd, bench, entry, "rms"),
           "thd_best": maybe(bass_thd, bench, entry, "best"),
           "thd_43": maybe(lambda: bass_thd(bench, entry, "best", hz=43)),
           "image": image_shift(bench, entry, detector)}
    if entry.ours:
        row["thd_auto"] = bass_thd(bench, entry, "peak", {"auto_times": "on"})
        row["attack_error"], row["release_error"] = abs(attack / 10 - 1) * 100, abs(release / 100 - 1) * 100
    return row


def section(tables):
    entries = [
        Entry("luster compressor", luster("compressor"), luster_comp,
              note="cleanest: with 12.5 ms of hold"),
        Entry("LSP compressor", lsp("compressor_stereo"), lsp_comp,
              note="cleanest: mean over 20 ms, one period of the tone"),
        Entry("Calf Compressor", calf("Compressor"), calf_comp),
        Entry("ZamCompX2", lv2("urn:zamaudio:ZamCompX2"), zam_comp),
        Entry("x42 darc", x42("darc#stereo"), darc, {"detector": "rms"},
              note="its ratio is a number without unit, 0 to 1, taken as 1 - 1/R; threshold -10 dB at most"),
        Entry("swh SC4", swh("sc4"), sc4, note="knee of 1 dB at least"),
        Entry("ffmpeg acompressor", FFMPEG, ffmpeg_comp),
        Entry("SoX compand", SOX, sox_comp, note="a table of levels"),
    ]
    for entry in entries:
        detector = entry.more.get("detector", "peak")
        entry.timing = (entry.make(-24, 3, 6, 10, 120, detector), 1)
    return Section(
        "compressor", "Compressor",
        "*Static*: largest error of the gain of a 1 kHz tone in 2 dB steps (-20 dB, 4:1, no knee, 5/100 ms, peak "
        "detector where there is one), against the law that fits best (threshold, ratio and knee free) and "
        "against the one that was set (read as peak or as RMS, as fits). *Times*: 63 % of a step of the gain in dB, 10 and "
        "100 ms set; programs mean different things by a time, which is why they stand beside the distortion. "
        "*THD+N*: 50 Hz, 2:1, 5/50 ms set, threshold set so that 10 dB are taken off; *cleanest*: the detector that does best at these "
        "times (one that averages over just a period is perfect at one pitch only, hence 43 Hz as well). "
        "*Image*: by how much a left side 22 dB louder moves the balance, linked.",
        [("static", "static, fitted, dB", 4), ("as_set", "static, as set, dB", 3),
         ("law", "law found", None), ("attack", "attack 10 ms", 1), ("release", "release 100 ms", 1),
         ("thd_peak", "THD+N peak dB", 0), ("thd_rms", "RMS", 0), ("thd_best", "cleanest", 0),
         ("thd_43", "cleanest, 43 Hz", 0),
         ("thd_auto", "automatic times", 0), ("image", "image dB", 2)],
        entries, measure,
        bars=[("static", 0.05), ("as_set", 0.1), ("attack_error", 5), ("release_error", 5),
              ("thd_peak", -44), ("thd_best", -110), ("thd_43", -90), ("thd_auto", -90), ("image", 0.01)])
