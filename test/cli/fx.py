#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""luster fx and luster describe."""
import json

from common import Run, case, done, expect, noise, peak, read_wav, tone, write_wav


@case
def a_chain_works_and_stays_in_step(folder):
    write_wav(folder + "/in.wav", [tone(1000, 0.5), tone(1000, 0.5)], bits=24)
    run = Run("fx", "eq:b1_type=bell,b1_freq=1000,b1_gain=-6,b1_q=1 | limiter:ceiling=-1",
              folder + "/in.wav", folder + "/out.wav")
    expect(run.status == 0, run)
    before, after = (read_wav(f"{folder}/{n}.wav")[1] for n in ("in", "out"))
    expect(len(before[0]) == len(after[0]))
    ratio = peak([after[0][12000:20000]]) / peak([before[0][12000:20000]])
    expect(abs(ratio - 10 ** (-6 / 20)) < 0.001, ratio)
    worst = max(abs(after[0][i] - ratio * before[0][i]) for i in range(12000, 20000))
    expect(worst < 1e-3, worst)  # a frame of delay would be 0.03


@case
def neutral_processors_return_the_file(folder):
    write_wav(folder + "/in.wav", [noise(1, 0.3)], bits=24)
    run = Run("fx", "utility | eq | compressor:ratio=1", folder + "/in.wav", folder + "/out.wav")
    expect(run.status == 0, run)
    expect(read_wav(folder + "/in.wav")[1] == read_wav(folder + "/out.wav")[1])


@case
def wrong_chains_say_what_would_be_right(folder):
    write_wav(folder + "/in.wav", [noise(1, 0.1)])
    for chain, words in (("eqq", ["eqq"]), ("eq:b1_frq=3", ["b1_frq"]),
                         ("eq:b1_freq=9e9", ["b1_freq", "Hz"]), ("eq:b1_type=wah", ["wah", "bell"]),
                         ("eq:b1_freq", ["b1_freq"]), ("eq |", [])):
        run = Run("fx", chain, folder + "/in.wav", folder + "/out.wav")
        expect(run.status in (1, 2), (chain, run))
        for word in words:
            expect(word in run.err, (chain, run))


@case
def describe_shows_every_processor(folder):
    run = Run("describe", "--json")
    expect(run.status == 0, run)
    data = json.loads(run.out)
    ids = [p["id"] for p in data["processors"]]
    for name in ("utility", "eq", "compressor", "gate", "limiter", "delay", "reverb", "stereo"):
        expect(name in ids, name)
    for proc in data["processors"]:
        run = Run("describe", proc["id"])
        expect(run.status == 0, run)
        for row in proc["parameters"]:
            expect(row["doc"] and row["min"] <= row["default"] <= row["max"], row)
            if not row["id"].startswith("b"):
                expect(row["id"] in run.out, row["id"])
        listed = Run("describe", proc["id"], "--presets")
        expect(listed.status == 0 and all(p["reason"] in " ".join(listed.out.split())
                                          for p in proc["presets"]), proc["id"])
    expect(Run("describe", "strip").status == 0)
    expect(Run("describe", "--presets").status == 2)
    expect(Run("describe", "nonsense", "--presets").status == 1)
    expect(Run("describe", "nonsense").status == 1)
    schema = json.loads(Run("describe", "--schema").out)
    expect(schema["$schema"].startswith("https://json-schema.org/draft/2020-12"))


done()
