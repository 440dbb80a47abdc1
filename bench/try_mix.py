#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The measuring of bench/mix on sounds whose figures are known, and one whole run of it. Speaks TAP.
usage: try_mix.py BENCH BUILD"""
import array
import json
import math
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, sys.argv[1])
from mixing import artist, faults, features, roles, songs, summary, tools  # noqa: E402

RATE = 48000
KIT = tools.Tools(pathlib.Path(sys.argv[2]), 1)
CASES = []


def check(name, good, seen=""):
    CASES.append((name, good))
    if not good:
        print(f"# {name}: {seen}")


def write(path, left, right=None):
    """Float WAV."""
    data = array.array("f", left if right is None else [v for pair in zip(left, right) for v in pair])
    channels = 1 if right is None else 2
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + 4 * len(data), b"WAVE", b"fmt ", 16, 3, channels, RATE,
                       RATE * 4 * channels, 4 * channels, 32, b"data", 4 * len(data))
    path.write_bytes(head + data.tobytes())
    return path


def band(low_hz, high_hz, level, seed, seconds=2.0):
    """Twelve sines of random pitch and phase in a band."""
    chance, n = random.Random(seed), int(RATE * seconds)
    out = [0.0] * n
    for _ in range(12):
        step = 2.0 * math.pi * low_hz * (high_hz / low_hz) ** chance.random() / RATE
        phase = 2.0 * math.pi * chance.random()
        for i in range(n):
            out[i] += level / 12.0 * math.sin(phase + step * i)
    return out


def mixed(*parts):
    return [sum(v) for v in zip(*parts)]


def parts(folder, lines):
    """mix_parts of [(kind, name, parent, flag, file)]."""
    text = "".join("\t".join([kind, name, parent, flag, str(folder / file)]) + "\n" for kind, name, parent, flag, file in lines)
    found = json.loads(KIT.run([KIT.program("mix_parts")], text=text))
    return found, {s["name"]: s for s in found["strips"]}


def masking(folder, low, high):
    write(folder / "low.wav", low)
    write(folder / "high.wav", high)
    write(folder / "sum.wav", mixed(low, high))
    found, strips = parts(folder, [("mix", "master", "", "-", "sum.wav"), ("part", "low", "master", "-", "low.wav"),
                                   ("part", "high", "master", "lead", "high.wav")])
    return found["lead_masked_cells"], found["lead_masked_energy"], strips["low"]["masked_energy"]


def try_masking(folder, low, high, buried):
    cells, energy, other = masking(folder, low, high)
    check("bands far apart do not cover each other", max(cells, energy, other) < 0.02, (cells, energy, other))
    cells, energy, other = masking(folder, low, buried)
    check("30 dB under the same band is covered, its cover is not", cells > 0.95 and energy > 0.95 and other < 0.02,
          (cells, energy, other))


def try_buses(folder, low, high):
    write(folder / "low.wav", low)
    write(folder / "high.wav", high)
    bus = [2.0 * v for v in low]
    write(folder / "bus.wav", bus)
    write(folder / "sum.wav", [0.25 * v for v in mixed(bus, high)])
    lines = [("mix", "master", "", "-", "sum.wav"), ("bus", "bus", "master", "-", "bus.wav"),
             ("part", "low", "bus", "-", "low.wav"), ("part", "high", "master", "-", "high.wav")]
    _, strips = parts(folder, lines)
    plain = KIT.figures([folder / "low.wav", folder / "high.wav"])
    apart = strips["low"]["lufs"] - strips["high"]["lufs"]
    expected = plain[0]["integrated_lufs"] + 6.02 - plain[1]["integrated_lufs"]
    check("a part carries what its bus does", abs(apart - expected) < 0.05, (apart, expected))
    check("all is brought to -16 LUFS", abs(strips["master"]["lufs"] + 16.0) < 0.05, strips["master"]["lufs"])
    check("parts add up to the mix", abs(tools.db(sum(tools.power(strips[n]["lufs"]) for n in ("low", "high")))
                                          - strips["master"]["lufs"]) < 0.3)


def try_faults(folder, wide):
    clean = write(folder / "clean.wav", wide)

    def spoil(*words):
        KIT.run([KIT.program("mix_fault"), clean, folder / "spoiled.wav", 0, 1e6, *words])
        return KIT.figures([folder / "spoiled.wav"])[0]

    before = KIT.figures([clean])[0]
    check("a gain is that gain", abs(spoil("gain", -6)["integrated_lufs"] - before["integrated_lufs"] + 6.0) < 0.002)
    after = spoil("tilt", 3)["spectrum_dbfs"]
    seen = faults.slope(before["spectrum_dbfs"], after)
    check("a tilt of 3 dB per octave is seen as one", seen is not None and abs(seen - 3.0) < 0.4, seen)
    check("and changes the tone", faults.tone_change(before["spectrum_dbfs"], after) > 2.0)
    check("nothing changes nothing", faults.tone_change(before["spectrum_dbfs"], spoil()["spectrum_dbfs"]) < 0.01)
    turned = spoil("invert")
    text = KIT.run([KIT.program("mix_gains"), folder / "spoiled.wav", clean])
    check("upside down is a gain of -1", abs(json.loads(text)["gains"][0][0] + 1.0) < 1e-6 and turned["n_channels"] == 1, text)
    sided = spoil("left")
    check("one side is one side", sided["n_channels"] == 2 and abs(sided["side_mid_db"]) < 1e-6, sided["side_mid_db"])
    spoil("delay", 5)
    write(folder / "late.wav", [0.0] * 240 + wide[:-240])
    text = json.loads(KIT.run([KIT.program("mix_gains"), folder / "late.wav", folder / "spoiled.wav"]))
    check("5 ms are 240 frames", abs(text["gains"][0][0] - 1.0) < 1e-6 and text["explained"][0] > 1.0 - 1e-9, text)


def try_gains(folder, stems):
    gains = [(0.5, 0.25), (2.0, 1.0), (0.1, 0.3)]
    files = [write(folder / f"g{i}.wav", stem) for i, stem in enumerate(stems)]
    sides = [mixed(*[[g[c] * v for v in stem] for g, stem in zip(gains, stems)]) for c in (0, 1)]
    write(folder / "author.wav", *sides)
    found = json.loads(KIT.run([KIT.program("mix_gains"), folder / "author.wav", *files]))
    worst = max(abs(f - g) for pair, truth in zip(found["gains"], gains) for f, g in zip(pair, truth))
    check("least squares finds the gains of a mix", worst < 1e-4 and min(found["explained"]) > 1.0 - 1e-6, found)
    off = artist.errors({"a": -10.0, "b": -14.0}, {"a": -20.0, "b": -20.0})
    check("a balance is compared without its level", off == {"a": 2.0, "b": -2.0}, off)


def try_tables():
    def column(value):
        return [features.Row("a, LU re mix", value, -5.0, -1.0, True), features.Row("b", 1.0)]

    one = {"luster": column(-3.0), "sum": column(-9.0)}
    check("a feature outside is not inside", (summary.share([one], "luster"), summary.share([one], "sum")) == (100.0, 0.0))
    unknown = {"luster": column(-3.0), "sum": column(None)}
    check("what one mix does not have counts for none", summary.share([unknown], "luster") is None)
    rows = [("lead", -1, {"luster": 2.0, "sum": 1.0}), ("inside", 1, {"luster": 90.0, "sum": 50.0})]
    text = summary.summary_table(rows)
    check("who is better is said", "Better than luster (!): lead: plain sum." in text, text)
    check("the kit's pieces are of its kind", roles.right_kind(["snare"], "snare_bottom") and not roles.right_kind(["snare"], "kick"))
    truth = json.loads((pathlib.Path(sys.argv[1]) / "mixing/truth.json").read_text())["songs"]
    known = {r["id"] for r in json.loads(KIT.run([KIT.luster, "describe", "roles", "--json"]))}
    named = {role for song in truth.values() for accepted in song["roles"].values() for role in accepted}
    check("the truth uses luster's roles", named <= known, named - known)
    check("every role has a kind", {r for r in known if songs.coarse(r) == "unknown"} <= {"unknown", "mix", "guide"})


def try_whole(folder):
    KIT.run([KIT.program("make_stems"), folder, 4, 8])
    command = [sys.executable, pathlib.Path(sys.argv[1]) / "mix", folder, "--build", sys.argv[2], "--no-build", "--quick",
               "-j", "1", "--figures", "mixes,faults", "--parts"]
    runs = [subprocess.run(command, capture_output=True, text=True, check=False) for _ in range(2)]
    text = runs[0].stdout
    check("a whole run ends well", runs[0].returncode == 0 and "## Over 1 songs" in text and "## Faults" in text,
          (runs[0].returncode, runs[0].stderr[-300:]))
    check("and gives the same again", text == runs[1].stdout)


def main():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        low, high, buried = band(200, 250, 0.5, 1), band(4000, 5000, 0.3, 2), band(200, 250, 0.5 * 10.0 ** -1.5, 3)
        wide = mixed(band(80, 800, 0.3, 4), band(800, 8000, 0.3, 5))
        try_masking(folder, low, high, buried)
        try_buses(folder, low, high)
        try_faults(folder, wide)
        try_gains(folder, [low, high, wide])
        try_tables()
        (folder / "song").mkdir()
        try_whole(folder / "song")
    for number, (name, good) in enumerate(CASES, 1):
        print(f"{'ok' if good else 'not ok'} {number} - {name}")
    print(f"1..{len(CASES)}")
    sys.exit(not all(good for _, good in CASES))


if __name__ == "__main__":
    main()
