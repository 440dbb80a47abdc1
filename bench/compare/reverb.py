# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reverbs: decay per octave against the setting, echo density, correlation of the sides, the mono sum,
single modes that ring. Impulses to the left and to the right."""
import numpy as np

from . import signals
from .programs import Job
from .section import SOX, Entry, Section, Unable, calf, luster, lv2, swh

RATE, SECONDS = 48000, 5.0
OCTAVES = (125, 250, 500, 1000, 2000, 4000, 8000)
AT = 24000  # frame of the impulse: settings glide before it


def responses(bench, entry):
    """[from left, from right] -> [frames, 2]"""
    jobs, outs = [], []
    for side in range(2):
        audio = np.zeros((AT + int(SECONDS * RATE), 2))
        audio[AT, side] = 0.5
        if entry.more.get("channels") == 1:
            audio = audio[:, :1] if side == 0 else audio[:, 1:]
        jobs.append(Job(audio, RATE, entry.make()))
    for result in bench.run(entry.program, jobs):
        if result.error:
            raise Unable(result.error)
        out = result.audio[AT:] / 0.5
        outs.append(np.repeat(out, 2, axis=1) if out.shape[1] == 1 else out[:, :2])
    if max(np.max(np.abs(out)) for out in outs) < 1e-6:
        raise Unable("is silent")
    return outs


def octave(x, centre, width=1.0):
    """Butterworth of order 4 on both sides, zero phase; by spectrum."""
    n = 1 << int(np.ceil(np.log2(len(x) * 1.2)))
    freqs = np.fft.rfftfreq(n, 1 / RATE)
    edge = 2 ** (width / 2)
    with np.errstate(divide="ignore"):
        power = 1 / (1 + (centre / edge / np.maximum(freqs, 1e-9)) ** 8) / (1 + (freqs / (centre * edge)) ** 8)
    return np.fft.irfft(np.fft.rfft(x, n) * np.sqrt(power), n)[:len(x)]


def t30(energy):
    """Seconds for 60 dB from the fit between -5 and -35 dB of Schroeder's integral; None where it does
    not fall that far."""
    left = np.cumsum(energy[::-1])[::-1]
    level = 10 * np.log10(np.maximum(left / left[0], 1e-12))
    a, b = np.argmax(level <= -5), np.argmax(level <= -35)
    if b <= a:
        return None
    t = np.arange(a, b) / RATE
    slope = np.polyfit(t, level[a:b], 1)[0]
    return float(-60 / slope)


def density(h, centre_s):
    half, at = RATE // 100, int(centre_s * RATE)
    part = h[max(0, at - half):at + half]
    sigma = np.sqrt(np.mean(part ** 2))
    return float(np.mean(np.abs(part) > sigma) / 0.317310507863) if sigma > 0 else 0.0


def start_of(outs):
    """First frame above -50 dB of the strongest: pre-delay does not count against a reverb."""
    peak = max(np.max(np.abs(out)) for out in outs)
    return min(int(np.argmax(np.max(np.abs(out), axis=1) > peak * 0.003)) for out in outs)


def ringing(outs, first, seconds):
    """How much longer the longest-lived half percent of bands of 1.5 Hz rings than the median of its
    third octave, 200 Hz to 5 kHz: slopes of the level over the time of a decay by 80 dB at most."""
    size = 1 << 15
    window = np.hanning(size)
    last = min(1.3 * seconds, SECONDS - size / RATE)
    frames = [first + int(t * RATE) for t in np.arange(0.1, max(last, 0.6), 0.1)]
    energy = np.array([sum(np.abs(np.fft.rfft(out[f:f + size, c] * window, size)) ** 2
                           for out in outs for c in range(2)) for f in frames])
    level = 10 * np.log10(energy + 1e-30)
    t = np.array(frames) / RATE
    centred = t - t.mean()
    slope = centred @ (level - level.mean(axis=0)) / np.sum(centred ** 2)
    hz = np.fft.rfftfreq(size, 1 / RATE)
    worst = 0.0
    for centre in 200 * 2 ** (np.arange(14) / 3):
        part = (hz > centre / 2 ** (1 / 6)) & (hz < centre * 2 ** (1 / 6))
        decay = 60 / np.maximum(-slope[part], 1.0)
        worst = max(worst, float(np.percentile(decay, 99.5) / np.median(decay)))
    return worst


def correlation(outs, centre, late, seconds):
    """Of the sides in an octave, with the decay taken out so that all of the time counts alike."""
    rise = 10 ** (3 * np.arange(late.stop - late.start) / RATE / seconds)
    product = power = 0.0
    for out in outs:
        a, b = (octave(out[:, c], centre)[late] * rise for c in range(2))
        product += np.sum(a * b)
        power += np.sqrt(np.sum(a * a) * np.sum(b * b))
    return abs(float(product / max(power, 1e-30)))


def measure(bench, entry, options):
    outs = responses(bench, entry)
    first = start_of(outs)
    row, errors = {}, []
    for centre in OCTAVES:
        energy = sum(octave(out[first:, c], centre) ** 2 for out in outs for c in range(2))
        row[f"t{centre}"] = found = t30(energy)
        if found is not None and 250 <= centre <= 4000:
            errors.append(found)
    asked = entry.more.get("asked")
    row["rt"] = "/".join("–" if row[f"t{c}"] is None else f"{row[f't{c}']:.2f}" for c in (250, 1000, 4000))
    if asked and row["t1000"]:
        row["rt_error"] = abs(row["t1000"] / asked - 1) * 100
    row["worst_rt"] = max(abs(e / asked - 1) * 100 for e in errors) if asked and errors else None
    row["density50"] = float(np.mean([density(out[first:, c], 0.05) for out in outs for c in range(2)]))
    dense = [density(out[first:, c], 0.02) for out in outs for c in range(2)]
    row["density20"] = float(np.mean(dense))
    late = slice(first + int(0.3 * RATE), first + int(1.3 * RATE))
    seconds = row["t1000"] or 2.0
    row["correlation"] = max(correlation(outs, c, late, seconds) for c in (500, 1000, 2000, 4000))
    total = sum(np.sum(out[late] ** 2) for out in outs)
    mono = sum(np.sum(((out[late, 0] + out[late, 1]) / np.sqrt(2)) ** 2) for out in outs)
    row["mono_loss"] = float(-10 * np.log10(2 * mono / total / 2)) if mono > 0 else None
    row["ringing"] = ringing(outs, first, seconds)
    return row


def section(tables):
    ours = []
    for kind in tables("reverb").get("type", {}).get("labels", ["hall"]):
        ours.append(Entry(f"luster reverb, {kind}", luster("reverb"),
                          lambda kind=kind: {"type": kind, "decay": 2, "high_decay": 1, "low_decay": 1,
                                             "mix": 100, "pre_delay": 0, "low_cut": 20, "high_cut": 20000},
                          {"asked": 2.0}))
    dragonfly = {"dry_level": 0, "decay": 2.0, "low_cut": 0, "high_cut": 16000}
    entries = ours + [
        Entry("Dragonfly Hall", lv2("https://github.com/michaelwillis/dragonfly-reverb"),
              lambda: dragonfly | {"low_mult": 1, "high_mult": 1, "delay": 0, "diffuse": 100, "late_level": 40,
                                   "early_level": 20}, {"asked": 2.0}),
        Entry("Dragonfly Room", lv2("urn:dragonfly:room"),
              lambda: {"dry_level": 0, "decay": 2.0, "in_low_cut": 0, "in_high_cut": 16000, "early_damp": 16000,
                       "late_damp": 16000, "low_boost": 0, "predelay": 0, "diffuse": 100, "late_level": 40,
                       "early_level": 20}, {"asked": 2.0}),
        Entry("Dragonfly Plate", lv2("urn:dragonfly:plate"),
              lambda: dragonfly | {"early_damp": 16000, "early_level": 50}, {"asked": 2.0}),
        Entry("Calf Reverb", calf("Reverb"),
              lambda: {"decay_time": 2.0, "hf_damp": 20000, "dry": 0, "amount": 1, "bass_cut": 20,
                       "treble_cut": 20000, "diffusion": 1, "room_size": 4}, {"asked": 2.0},
              note="diffusion 1, large/smooth"),
        Entry("ZamVerb", lv2("urn:zamaudio:ZamVerb"), lambda: {"wetdry": 100, "room": 3},
              note="recorded rooms, no setting of the decay"),
        Entry("swh GVerb", swh("gverb"),
              lambda: {"roomsize": 50, "revtime": 2.0, "damping": 0, "inputbandwidth": 1,
                       "earlylevel": -6, "taillevel": 0}, {"asked": 2.0, "channels": 1}, note="one channel in"),
        Entry("swh Plate", swh("plate"), lambda: {"time": 2.0, "damping": 0, "wet": 1},
              {"asked": 2.0, "channels": 1}, note="one channel in"),
        Entry("mda Ambience", lv2("http://drobilla.net/plugins/mda/Ambience"),
              lambda: {"size": 0.9, "hf_damp": 0, "mix": 1}, note="no setting of the decay"),
        Entry("SoX reverb", SOX, lambda: ["reverb", "-w", 50, 0, 100, 100, 0, 0],
              note="reverberance 50 %, without a unit"),
    ]
    for entry in entries:
        entry.timing = (entry.make(), 1)
    return Section(
        "reverb", "Reverb",
        "Set to 2 s at all frequencies as far as a program lets one, no pre-delay, only the reverberation, 48 kHz. "
        "*RT*: T30 by Schroeder's integral in the octaves of 250 Hz, 1 and 4 kHz, and the largest error of those from 250 Hz to 4 kHz against "
        "the 2 s (where the setting is in seconds). *Density* [AH06] 20 and 50 ms after the first sound: 1 is as dense as noise. "
        "*Correlation* of the sides from 0.3 to 1.3 s, worst octave of 500 Hz to 4 kHz. *Mono*: what a mono sum loses. *Ringing*: decay "
        "of the longest-lived half percent of narrow bands against their third octave's median.",
        [("rt", "RT 250/1k/4k s", None), ("worst_rt", "worst error %", 1), ("density20", "density 20 ms", 2),
         ("density50", "50 ms", 2), ("correlation", "correlation", 2), ("mono_loss", "mono dB", 1),
         ("ringing", "ringing", 2)],
        entries, measure,
        bars=[("worst_rt", 5), ("correlation", 0.1), ("mono_loss", 3.1), ("ringing", 1.3)],
        at_least=[("density50", 0.9)])
