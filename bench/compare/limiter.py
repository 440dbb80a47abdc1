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
TARGET_LUFS = -9.0


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
    """(distortion dB, movement dB): a gain is fitted in 10 ms steps (Hann windows of 20 ms, straight
    lines between); what it does not explain is distortion, its spread is movement."""
    hop = rate // 100
    window = np.hanning(2 * hop)[:, None]
    count = len(before) // hop - 1
    gains, loud = np.zeros(count), np.zeros(count, bool)
    floor = signals.rms(before) * 1e-2
    for k in range(count):
        part = slice(k * hop, k * hop + 2 * hop)
        power = float(np.sum(window * before[part] ** 2))
        loud[k] = power / (2 * hop) > floor ** 2
        gains[k] = np.sum(window * before[part] * after[part]) / power if power > 0 else 0.0
    gains = np.maximum(gains, 1e-6)
    at = (np.arange(count) + 1) * hop
    smooth = np.interp(np.arange(len(before)), at, gains)[:, None]
    rest = after - smooth * before
    moved = signals.db(gains[loud])
    return float(signals.db(signals.rms(rest) / signals.rms(after))), float(np.std(moved))


def at_target(bench, entry, audio, frames):
    """The song at -9 LUFS: (input gain, output in step, loudness)."""
    start = bench.loudness([audio], RATE)[0]
    gain, known = TARGET_LUFS - start + 1.0, []
    for _ in range(6):
        result = bench.one(entry.program, audio, RATE, entry.make(gain, CEILING))
        if result.error:
            raise Unable(result.error)
        loud = bench.loudness([result.audio], RATE)[0]
        known.append((gain, loud, result.audio))
        if abs(loud - TARGET_LUFS) < 0.05:
            break
        slope = 0.6
        if len(known) > 1 and abs(known[-1][0] - known[-2][0]) > 1e-6:
            slope = np.clip((known[-1][1] - known[-2][1]) / (known[-1][0] - known[-2][0]), 0.2, 1.2)
        gain += float(np.clip((TARGET_LUFS - loud) / slope, -6, 6))
    gain, loud, out = min(known, key=lambda k: abs(k[1] - TARGET_LUFS))
    return gain, signals.advanced(out, frames), loud


def on_songs(bench, entry, frames, quick):
    songs = bench.songs or [("made music", signals.music(RATE, 10.0))]
    found = []
    for _, audio in songs[:1] if quick else songs:
        gain, out, loud = at_target(bench, entry, audio, frames)
        distortion, movement = harm(audio * signals.amp(gain), out, RATE)
        over = signals.true_peak(out) - CEILING
        found.append((distortion, movement, over, loud))
    mean = np.mean(found, axis=0)
    reached = max(abs(f[3] - TARGET_LUFS) for f in found) < 0.3
    return {"distortion": float(mean[0]) if reached else None,
            "movement": float(mean[1]) if reached else None,
            "over_songs": float(np.max(found, axis=0)[2]), "loudness": float(mean[3]),
            "each": [dict(zip(("distortion", "movement", "over", "lufs"), f)) for f in found]}


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
    figure, axis = pyplot.subplots(figsize=(7, 5))
    for row in rows:
        if row.get("distortion") is not None:
            axis.plot(row["movement"], row["distortion"], "D" if row["ours"] else "o",
                      markersize=10 if row["ours"] else 6)
            axis.annotate(row["label"], (row["movement"], row["distortion"]), fontsize=7,
                          xytext=(5, 3), textcoords="offset points")
    axis.set_xlabel("gain movement, dB")
    axis.set_ylabel("distortion, dB re the signal")
    axis.set_title("At -9 LUFS: nearer to the lower left corner is better", fontsize=9)
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
        "given) at -9 LUFS, means: a gain is fitted to each 10 ms; what it does not explain is distortion (dB re "
        "the signal), its spread is movement (dB). *Unsaid lag*: frames by which the output comes later than the program "
        "declares. Time: music, 9 dB of drive.",
        [("over_tones", "over: tones dB", 2), ("over_clipped", "clipped", 2), ("over_pulses", "pulses", 2),
         ("over_noise", "noise", 2), ("thd3", "THD+N 3 dB", 0), ("thd6", "6 dB", 0),
         ("distortion", "songs: distortion dB", 1), ("movement", "movement dB", 2),
         ("over_songs", "over", 2), ("loudness", "LUFS", 1), ("below", "noise below ceiling dB", 2), ("lag", "unsaid lag", 0)],
        entries, measure,
        bars=[("over_tones", 0.05), ("over_clipped", 0.05), ("over_pulses", 0.05), ("over_noise", 0.05),
              ("over_songs", 0.05), ("thd3", -110), ("thd6", -110),
              ("below", 0.001), ("lag", 0)], plot=plot)
