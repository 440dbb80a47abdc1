# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Multiband compressors in four bands: is the sum flat at rest, and does one band's work stay in it."""
import numpy as np

from . import signals
from .section import FFMPEG, SOX, Entry, Section, Unable, calf, luster, lsp, lv2

RATE = 48000
SPLITS = (120, 1000, 6000)
REST = [(0.0, 1.0)] * 4  # (threshold dB, ratio) per band
AT_WORK = [(-24.0, 2.0)] * 4
LOW_ONLY = [(-30.0, 10.0)] + [(0.0, 1.0)] * 3


def luster_multi(phase):
    def make(bands):
        made = {"bands": 4, "phase": phase} | {f"xover{k + 1}": hz for k, hz in enumerate(SPLITS)}
        for k, (threshold, ratio) in enumerate(bands, 1):
            made |= {f"b{k}_threshold": threshold, f"b{k}_ratio": ratio, f"b{k}_knee": 0,
                     f"b{k}_attack": 20, f"b{k}_release": 150}
        return made
    return make


def lsp_multi(mode):
    def make(bands):
        made = {"mode": mode} | {f"sf_{2 * k + 2}": hz for k, hz in enumerate(SPLITS)}
        for k, (threshold, ratio) in enumerate(bands):
            b = 2 * k
            made |= {f"al_{b}": signals.amp(threshold), f"cr_{b}": ratio, f"kn_{b}": 1, f"at_{b}": 20,
                     f"rt_{b}": 150}
        return made
    return make


def calf_multi(bands):
    made = {f"freq{k}": hz for k, hz in enumerate(SPLITS)} | {"mode": 0}
    for k, (threshold, ratio) in enumerate(bands):
        made |= {f"threshold{k}": signals.amp(threshold), f"ratio{k}": ratio, f"knee{k}": 1,
                 f"attack{k}": 20, f"release{k}": 150, f"bypass{k}": 0}
    return made


def zam_multi(bands):
    made = {"xover1": SPLITS[0], "xover2": SPLITS[2]}
    for k, (threshold, ratio) in enumerate((bands[0], bands[1], bands[3]), 1):
        made |= {f"thr{k}": threshold, f"rat{k}": ratio, f"att{k}": 20, f"rel{k}": 150, f"toggle{k}": 1}
    return made


def ffmpeg_multi(bands):
    parts = "".join(f"[b{k}]" for k in range(4))
    chains = [f"acrossover=split={' '.join(map(str, SPLITS))}:order=4th{parts}"]
    for k, (threshold, ratio) in enumerate(bands):
        chains.append(f"[b{k}]acompressor=threshold={signals.amp(threshold)}:ratio={ratio}:knee=1:"
                      f"attack=20:release=150[c{k}]")
    return ";".join(chains) + ";" + "".join(f"[c{k}]" for k in range(4)) + "amix=inputs=4:normalize=0"


def sox_multi(bands):
    words = ["mcompand"]
    for k, (threshold, ratio) in enumerate(bands):
        top = threshold - threshold / ratio
        words.append(f"0.02,0.15 -120,-120,{threshold - 0.01},{threshold - 0.01},0,{top}" if ratio > 1
                     else "0.02,0.15 -120,-120,0,0")
        words += [SPLITS[k]] if k < 3 else []
    return words


def heard(bench, entry, audio, bands):
    result = bench.one(entry.program, audio, RATE, entry.make(bands))
    if result.error:
        raise Unable(result.error)
    return result.audio


def measure(bench, entry, options):
    impulse = np.zeros(RATE * 3 // 2)
    impulse[RATE // 2] = 0.1
    out = heard(bench, entry, signals.stereo(impulse), REST)[:, 0]
    part = out[RATE // 2 - 4000:]
    level = signals.db(np.fft.rfft(part) / 0.1)
    hz = np.fft.rfftfreq(len(part), 1 / RATE)
    row = {"flat": float(np.max(np.abs(level[(hz >= 20) & (hz <= 20000)])))}
    low, mid = signals.sine(50, RATE, 3.0, -8), signals.sine(3001, RATE, 3.0, -40)
    steady = slice(RATE, 3 * RATE - 500)
    levels = []
    for audio, tone in ((low + mid, 3001), (mid, 3001), (low + mid, 50)):
        got = heard(bench, entry, signals.stereo(audio), LOW_ONLY)[steady, 0]
        levels.append(float(signals.db(signals.without_sine(got, tone, RATE)[1])))
    row["bleed"] = abs(levels[0] - levels[1])
    row["reduction"] = -8 - levels[2]
    if row["reduction"] < 3:
        raise Unable("its low band does not compress")
    return row


def section(tables):
    multi = lsp("mb_compressor_stereo")
    entries = [
        Entry("luster multiband", luster("multiband"), luster_multi("all_pass")),
        Entry("luster multiband, linear phase", luster("multiband"), luster_multi("linear")),
        Entry("LSP multiband, modern", multi, lsp_multi(1)),
        Entry("LSP multiband, classic", multi, lsp_multi(0)),
        Entry("Calf Multiband Compressor", calf("MultibandCompressor"), calf_multi),
        Entry("ZaMultiCompX2", lv2("urn:zamaudio:ZaMultiCompX2"), zam_multi, note="three bands"),
        Entry("ffmpeg acrossover, acompressor, amix", FFMPEG, ffmpeg_multi),
        Entry("SoX mcompand", SOX, sox_multi),
    ]
    for entry in entries:
        entry.timing = (entry.make(AT_WORK), 1)
    return Section(
        "multiband", "Multiband compressor",
        "Four bands, split at 120 Hz, 1 and 6 kHz, 24 dB/octave where there is a choice. *Sum*: largest deviation from 20 Hz to 20 kHz with "
        "ratios of 1. *Bleed*: by how much a 3 kHz tone moves while the low band takes 10:1 off a 50 Hz tone. "
        "Time: four bands at work.",
        [("flat", "sum dB", 3), ("bleed", "bleed dB", 3), ("reduction", "50 Hz down dB", 1)],
        entries, measure, bars=[("flat", 0.01), ("bleed", 0.05)])
