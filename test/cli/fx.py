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
def files_of_processors(folder):
    write_wav(folder + "/in.wav", [noise(1, 0.3), noise(2, 0.3)], bits=32)
    write_wav(folder + "/echo.wav", [[0.0] * 480 + [1.0] + [0.0] * 10], bits=32)
    write_wav(folder + "/an echo, mono | old.wav", [[0.0] * 480 + [1.0] + [0.0] * 10], bits=32)
    settings = ",mix=100,trim=off"
    for chain in (f"convolution:ir={folder}/echo.wav{settings}",
                  f'utility | convolution: mix=100, ir = "{folder}/an echo, mono | old.wav" , trim=off'):
        run = Run("fx", chain, folder + "/in.wav", folder + "/out.wav", "--force", "--bits", "float")
        expect(run.status == 0, run)
        before, after = (read_wav(f"{folder}/{n}.wav")[1] for n in ("in", "out"))
        expect(max(abs(after[1][i + 480] - before[1][i]) for i in range(13000)) < 1e-5)
    # four channels: the left goes right and the right left
    cross = [[0.0] * 10, [1.0] + [0.0] * 9, [1.0] + [0.0] * 9, [0.0] * 10]
    write_wav(folder + "/cross.wav", cross, bits=32)
    run = Run("fx", f"convolution:ir={folder}/cross.wav{settings}", folder + "/in.wav",
              folder + "/out.wav", "--force", "--bits", "float")
    expect(run.status == 0, run)
    after = read_wav(folder + "/out.wav")[1]
    expect(max(abs(after[0][i] - before[1][i]) for i in range(13000)) < 1e-5)
    # another rate is resampled
    write_wav(folder + "/at44.wav", [[1.0] + [0.0] * 440], rate=44100, bits=32)
    run = Run("fx", f"convolution:ir={folder}/at44.wav", folder + "/in.wav", folder + "/out.wav",
              "--force")
    expect(run.status == 0, run)


@case
def a_curve_is_a_text(folder):
    write_wav(folder + "/in.wav", [tone(1000, 0.5)], bits=32)
    for text in ("1000, -6\n", "# of a microphone\n\n20 -6\n20000;-6 # end\n"):
        with open(folder + "/curve.csv", "w") as file:
            file.write(text)
        run = Run("fx", f"match:target={folder}/curve.csv,phase=minimum", folder + "/in.wav",
                  folder + "/out.wav", "--force")
        expect(run.status == 0, run)
        before, after = (read_wav(f"{folder}/{n}.wav")[1] for n in ("in", "out"))
        ratio = peak([after[0][12000:20000]]) / peak([before[0][12000:20000]])
        expect(abs(ratio - 10 ** (-6 / 20)) < 0.001, ratio)
    for text, words in (("", "no points"), ("100, 1\n90, 2\n", "curve.csv:2:"),
                        ("Hz, dB\n", "curve.csv:1:"), ("100, 1e9\n", "-100 to 100 dB"),
                        ("100, nan\n", "curve.csv:1:"), ("0, 1\n", "200000 Hz")):
        with open(folder + "/curve.csv", "w") as file:
            file.write(text)
        run = Run("fx", f"match:target={folder}/curve.csv", folder + "/in.wav",
                  folder + "/out.wav", "--force")
        expect(run.status == 1 and words in run.err, (text, run))


@case
def files_that_cannot_be_used_are_named(folder):
    write_wav(folder + "/in.wav", [noise(1, 0.1)])
    write_wav(folder + "/three.wav", [[0.1] * 10] * 3)
    write_wav(folder + "/empty.wav", [[]] * 4)
    write_wav(folder + "/nan.wav", [[0.1, float("nan")]], bits=32)
    write_wav(folder + "/nan4.wav", [[0.1, float("nan")]] * 4, bits=32)
    write_wav(folder + "/cut.wav", [[0.1] * 1000])
    with open(folder + "/cut.wav", "r+b") as file:
        file.truncate(1000)
    write_wav(folder + "/long.wav", [[0.1] * 8000 * 31], rate=8000)
    with open(folder + "/text.wav", "w") as file:
        file.write("no sound\n" * 10)
    for name, word in (("none.wav", "none.wav"), ("three.wav", "3 channels"), ("long.wav", "31.0 s"),
                       ("text.wav", "text.wav"), ("empty.wav", "no sound"), ("nan.wav", "numbers"),
                       ("nan4.wav", "numbers"), ("cut.wav", "cut short")):
        run = Run("fx", f"convolution:ir={folder}/{name}", folder + "/in.wav", folder + "/out.wav")
        expect(run.status == 1 and name in run.err and word in run.err, run)
    for chain, word in (("convolution:ir=", "ir="), ('convolution:ir="x', "quote")):
        run = Run("fx", chain, folder + "/in.wav", folder + "/out.wav")
        expect(run.status in (1, 2) and word in run.err, run)


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
