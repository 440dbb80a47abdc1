# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Limiters: how far the true peak passes the ceiling, what a bass tone suffers, and what music does at
-9 LUFS, split into distortion and gain movement."""
import numpy as np

from . import signals
from .programs import Job
from .section import FFMPEG, SOX, Entry, Section, Unable, calf, luster, lsp, lv2, swh, x42

RATE = 48000
CEILING = -1.0
TARGETS = (-12.0, -9.0)  # LUFS
GAINS = (0, 4, 8, 12, 16, 20, 24)  # dB; what every limiter here can be driven by


# ---- the programs: gain in dB, ceiling in dB -> settings

def luster_limiter(more):
    return lambda gain, ceiling: {"input_gain": gain, "ceiling": ceiling} | more


def lsp_limiter(more):
    return lambda gain, ceiling: {"g_in": signals.amp(gain), "th": signals.amp(ceiling), "boost": 0} | more


def dpl(more):
    return lambda gain, ceiling: {"gain": gain, "threshold": ceiling, "truepeak": 1} | more


def calf_limiter(gain, ceiling):
    return {"level_in": signals.amp(gain), "limit": signals.amp(ceiling), "auto_level": 0,
            "oversampling": 4}


def zamaxim(gain, ceiling):
    return {"thresh": ceiling - gain, "ceil": ceiling}


def alimiter(gain, ceiling):
    return f"alimiter=level_in={signals.amp(gain)}:limit={signals.amp(ceiling)}:level=0:asc=1:latency=1"


def alimiter_4x(gain, ceiling):
    return (f"aresample={4 * RATE}:resampler=soxr:precision=28,{alimiter(gain, ceiling)},"
            f"aresample={RATE}:resampler=soxr:precision=28")


def swh_limiter(gain, ceiling):
    return {"ingain": gain, "limit": ceiling}


def sox_limiter(gain, ceiling):
    return ["gain", "-l", gain - ceiling, "gain", ceiling]


# ---- stimuli: peaks of 0 dBFS or less, so that fixed point can take them

def quarter_tones():
    parts = []
    for k in range(16):
        tone = np.sin(np.pi / 2 * np.arange(RATE // 8) + np.pi * k / 32)
        parts += [0.98 * tone, np.zeros(RATE // 40)]
    return signals.stereo(np.concatenate(parts))


def clipped_music():
    return np.concatenate([np.clip(drive * signals.music(RATE, 1.0), -0.98, 0.98)
                           for drive in (2, 4, 8)])


def pulses():
    out, at = np.zeros(2 * RATE), 0
    rng = np.random.default_rng(5)
    while at < len(out):
        out[at] = rng.choice([-0.98, 0.98])
        at += int(rng.choice([3, 4, 7, 12, 40, 300, 2000]))
    return signals.stereo(out)


def loud_noise():
    return np.clip(signals.noise(RATE, 2.0, -10, seed=7), -0.98, 0.98)


STIMULI = (("over_tones", quarter_tones), ("over_clipped", clipped_music), ("over_pulses", pulses),
           ("over_noise", loud_noise))


# ---- measures

def find_lag(bench, entry):
    """Frames of lag that a program does not own up to, and what it does to the level of noise far
    below the ceiling."""
    audio = 0.05 * signals.noise(RATE, 0.5, 0, seed=3)
    audio -= np.mean(audio)
    result = bench.one(entry.program, audio, RATE, entry.make(0, CEILING))
    if result.error:
        raise Unable(result.error)
    frames = signals.lag(audio[:, 0], result.audio[:, 0], RATE // 10)
    aligned = signals.advanced(result.audio, frames)
    part = slice(RATE // 8, RATE // 3)
    level = float(signals.db(signals.rms(aligned[part]) / signals.rms(audio[part])))
    if abs(level) > 3:
        raise Unable(f"changes sound below its ceiling by {level:.1f} dB")
    return frames, level


def overs(bench, entry, quick):
    row = {}
    for key, make in STIMULI:
        audio = np.vstack([np.zeros((RATE // 10, 2)), make()])
        jobs = [Job(audio, RATE, entry.make(gain, CEILING)) for gain in ((6,) if quick else (0, 6, 12))]
        peaks = [signals.true_peak(r.audio) for r in bench.run(entry.program, jobs)]
        row[key] = max(peaks) - CEILING
    return row


def bass_thd(bench, entry, reduction):
    tone = signals.stereo(signals.sine(50, RATE, 4.0, -1))
    result = bench.one(entry.program, tone, RATE, entry.make(reduction, CEILING))
    return signals.thd_n(result.audio[2 * RATE:4 * RATE - RATE // 10, 0], 50, RATE)


def harm(before, after, rate):
    """(distortion dB, movement dB), as test/proc/harm.h has them: a gain is fitted in Hann windows of
    10 ms, four per window, straight lines between; what it does not explain is distortion, its 95th
    less its 5th percentile, where there is sound, is movement."""
    hop = int(rate / 100 / 4)
    size, count = 4 * hop, len(before) // hop + 2
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)
    pads = ((size // 2, size + hop), (0, 0))
    sums = []
    for product in (before * after, before * before):
        padded = np.pad(product, pads).sum(axis=1)
        rows = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop][:count]
        sums.append(rows @ window)
    power = sums[1]
    gains = np.where(power > 0, sums[0] / np.maximum(power, 1e-300), 0.0)
    smooth = np.interp(np.arange(len(before)), np.arange(count) * hop, gains)[:, None] * before
    moved = signals.db(np.maximum(gains[power > 1e-4 * np.max(power)], 1e-3))
    distortion = signals.db(signals.rms(after - smooth) / signals.rms(smooth))
    return float(distortion), float(np.percentile(moved, 95) - np.percentile(moved, 5))


def play(bench, entry, audio, gains):
    """[(gain, loudness, output)]"""
    results = bench.run(entry.program, [Job(audio, RATE, entry.make(g, CEILING)) for g in gains])
    for result in results:
        if result.error:
            raise Unable(result.error)
    outs = [result.audio for result in results]
    return list(zip(gains, bench.loudness(outs, RATE), outs))


def at_targets(bench, entry, audio):
    """[(gain, loudness, output)] per target: the least gain that reaches it, to 0.05 LU, or the
    loudest there is."""
    known = play(bench, entry, audio, GAINS)
    found = []
    for target in TARGETS:
        above = next((k for k in range(1, len(known)) if known[k][1] >= target), None)
        if above is None:
            found.append(max(known, key=lambda k: k[1]))
            continue
        low, high = known[above - 1], known[above]
        for _ in range(4):
            share = np.clip((target - low[1]) / max(high[1] - low[1], 1e-3), 0.05, 0.95)
            middle = play(bench, entry, audio, [float(low[0] + share * (high[0] - low[0]))])[0]
            low, high = (middle, high) if middle[1] < target else (low, middle)
            if abs(middle[1] - target) < 0.05:
                break
        found.append(middle)
    return found


def on_songs(bench, entry, frames, quick):
    songs = bench.songs or [("made music", signals.music(RATE, 10.0))]
    row, each, highest = {}, [], -400.0
    for name, audio in songs[:1] if quick else songs:
        for target, (gain, loud, out) in zip(TARGETS, at_targets(bench, entry, audio)):
            out = signals.advanced(out, frames)
            distortion, movement = harm(audio * signals.amp(gain), out, RATE)
            highest = max(highest, signals.true_peak(out) - CEILING)
            each.append({"song": name, "target": target, "lufs": loud, "gain": gain,
                         "distortion": distortion, "movement": movement})
    for target in TARGETS:
        here = [e for e in each if e["target"] == target]
        reached = [e for e in here if abs(e["lufs"] - target) < 0.2]
        tag = f"{-target:.0f}"
        row["reached" + tag] = f"{len(reached)}/{len(here)}"
        if len(reached) == len(here):  # a mean over the easy ones would flatter
            row["distortion" + tag] = float(np.mean([e["distortion"] for e in here]))
            row["movement" + tag] = float(np.mean([e["movement"] for e in here]))
        row["loudest" + tag] = float(np.mean([e["lufs"] for e in here]))
    return row | {"over_songs": highest, "each": each}


def measure(bench, entry, options):
    frames, level = find_lag(bench, entry)
    row = {"lag": frames, "below": abs(level)}
    row |= overs(bench, entry, options.quick)
    row["thd3"], row["thd6"] = bass_thd(bench, entry, 3), bass_thd(bench, entry, 6)
    return row | on_songs(bench, entry, frames, options.quick)


def plot(rows, folder):
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    figure, axes = pyplot.subplots(1, 2, figsize=(12, 5))
    for axis, target in zip(axes, TARGETS):
        tag = f"{-target:.0f}"
        for row in rows:
            if row.get("distortion" + tag) is not None:
                at = (row["movement" + tag], row["distortion" + tag])
                axis.plot(*at, "D" if row["ours"] else "o", markersize=10 if row["ours"] else 6)
                axis.annotate(row["label"], at, fontsize=7, xytext=(5, 3), textcoords="offset points")
        axis.set_xlabel("gain movement, dB")
        axis.set_ylabel("distortion, dB re the signal")
        axis.set_title(f"At {target:g} LUFS: nearer to the lower left corner is better", fontsize=9)
        axis.grid(alpha=0.3)
    figure.tight_layout()
    path = folder / "limiter.svg"
    figure.savefig(path)
    pyplot.close(figure)
    return [path]


def section(tables):
    ours = [Entry("luster limiter", luster("limiter"), luster_limiter({}))]
    for name in ("character", "style"):
        for label in tables("limiter").get(name, {}).get("labels", []):
            if label != tables("limiter")[name].get("default"):
                ours.append(Entry(f"luster limiter, {label}", luster("limiter"),
                                  luster_limiter({name: label})))
    wide = lsp("limiter_stereo")
    entries = ours + [
        Entry("LSP limiter", wide, lsp_limiter({}), note="as it comes: level regulation on, no oversampling"),
        Entry("LSP limiter, half x8", wide, lsp_limiter({"ovs": 10, "alr": 0}),
              note="level regulation off, peaks found at eight times the rate"),
        Entry("LSP limiter, half x8, wide", wide,
              lsp_limiter({"ovs": 10, "alr": 0, "mode": 1, "lk": 20, "at": 20, "rt": 20}),
              note="the same with its longest look-ahead, attack and release"),
        Entry("LSP limiter, full x8", wide, lsp_limiter({"ovs": 20, "alr": 0}),
              note="level regulation off, all of it at eight times the rate"),
        Entry("x42 dpl", x42("dpl#stereo"), dpl({}), note="true peak on"),
        Entry("x42 dpl, 200 ms", x42("dpl#stereo"), dpl({"release": 0.2}), note="release 200 ms"),
        Entry("Calf Limiter", calf("Limiter"), calf_limiter, note="oversampled four times"),
        Entry("ZaMaximX2", lv2("urn:zamaudio:ZaMaximX2"), zamaxim),
        Entry("swh fast lookahead", swh("fastLookaheadLimiter"), swh_limiter),
        Entry("ffmpeg alimiter", FFMPEG, alimiter),
        Entry("ffmpeg alimiter at 4 times the rate", FFMPEG, alimiter_4x),
        Entry("SoX gain -l", SOX, sox_limiter),
    ]
    for entry in entries:
        entry.timing = (entry.make(9, CEILING), 1)
    return Section(
        "limiter", "Limiter",
        "Ceiling -1 dB(TP), 48 kHz, input gains 0, 6 and 12 dB. *Over*: the highest true peak over the ceiling by a meter of "
        "32 readings per frame and 160 taps: tones at a quarter of the rate in 16 phases, hard-clipped music, "
        "pulses, noise. *THD+N*: 50 Hz with 3 and 6 dB of reduction, as the limiter comes. *Songs* (made music unless "
        "given) from -16 to -12 and to -9 LUFS, means: a gain is fitted to each 10 ms; what it does not explain is "
        "distortion (dB re the signal), its spread (95th less 5th percentile) is movement (dB); figures are given where all songs get that loud. *Unsaid lag*: frames by which the output comes later than the program "
        "declares. Time: music, 9 dB of drive.",
        [("over_tones", "over: tones dB", 2), ("over_clipped", "clipped", 2), ("over_pulses", "pulses", 2),
         ("over_noise", "noise", 2), ("thd3", "THD+N 3 dB", 0), ("thd6", "6 dB", 0),
         ("distortion12", "songs, -12 LUFS: distortion dB", 1), ("movement12", "movement dB", 2),
         ("distortion9", "-9 LUFS: distortion dB", 1), ("movement9", "movement dB", 2),
         ("reached9", "that loud", None), ("over_songs", "songs: over", 2), ("below", "noise below ceiling dB", 2), ("lag", "unsaid lag", 0)],
        entries, measure,
        bars=[("over_tones", 0.05), ("over_clipped", 0.05), ("over_pulses", 0.05), ("over_noise", 0.05),
              ("over_songs", 0.05), ("thd3", -110), ("thd6", -110),
              ("below", 0.001), ("lag", 0)], plot=plot)
