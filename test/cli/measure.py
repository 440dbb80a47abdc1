#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""luster measure: what it prints, what a program reads, and files that are not as they should be."""
import json
import os

from common import Run, case, done, expect, noise, read_bytes, tone, write_wav

# Names and units are promised to programs.
KEYS = {
    "file", "channels", "length_frames", "rate_hz", "duration_s", "integrated_lufs",
    "momentary_max_lufs", "short_term_max_lufs", "lra_lu", "lra_1s_lu", "true_peak_dbtp",
    "true_peak_channel_dbtp", "sample_peak_dbfs", "sample_peak_channel_dbfs", "plr_lu", "psr_lu",
    "crest_db", "rms_dbfs", "rms_channel_dbfs", "dc_offset", "correlation", "mid_dbfs",
    "side_dbfs", "side_mid_db", "balance_db", "silence_head_s", "silence_tail_s", "clipped_runs",
    "clipped_samples", "longest_clipped_run_samples", "bad_samples", "cut_short_s",
    "spectrum_third_octave_hz", "spectrum_third_octave_dbfs",
}


def no_constant(word):
    raise AssertionError(f"{word} is not JSON")


def measure(*paths, status=0):
    run = Run("measure", "--json", *paths)
    expect(run.status == status, run)
    data = json.loads(run.out, parse_constant=no_constant)
    expect(set(data) == {"files", "album"} and len(data["files"]) == len(paths), data)
    return data, run


@case
def a_sine_reads_as_it_was_made(folder):
    left = tone(997, 5.0, level=0.1)  # -20 dBFS peak; BS.1770: -20 LUFS in both channels
    write_wav(folder + "/sine.wav", [left, left], bits=24)
    data, run = measure(folder + "/sine.wav")
    expect(run.err == "" and data["album"] is None)
    m = data["files"][0]
    expect(set(m) == KEYS, set(m) ^ KEYS)
    expect(m["file"] == folder + "/sine.wav" and m["channels"] == 2 and m["rate_hz"] == 48000)
    expect(m["length_frames"] == 240000 and m["duration_s"] == 5)
    for key, value, tolerance in (
            ("integrated_lufs", -20, 0.1), ("momentary_max_lufs", -20, 0.1),
            ("short_term_max_lufs", -20, 0.1), ("lra_lu", 0, 0.1), ("true_peak_dbtp", -20, 0.1),
            ("sample_peak_dbfs", -20, 0.01), ("rms_dbfs", -23.01, 0.01), ("crest_db", 3.01, 0.01),
            ("correlation", 1, 1e-4), ("balance_db", 0, 1e-3), ("plr_lu", 0, 0.1)):
        expect(abs(m[key] - value) <= tolerance, (key, m[key]))
    expect(m["side_dbfs"] is None and m["clipped_runs"] == 0 and m["bad_samples"] == 0)
    expect(len(m["true_peak_channel_dbtp"]) == 2)
    bands = dict(zip(m["spectrum_third_octave_hz"], m["spectrum_third_octave_dbfs"]))
    expect(len(bands) == 31 and max(bands, key=lambda hz: bands[hz] or -999) == 1000, bands)


@case
def mono_counts_as_one_channel(folder):
    write_wav(folder + "/mono.wav", [tone(997, 5.0, level=0.1)])
    m = measure(folder + "/mono.wav")[0]["files"][0]
    expect(m["channels"] == 1 and abs(m["integrated_lufs"] + 23) < 0.1, m["integrated_lufs"])
    expect(len(m["true_peak_channel_dbtp"]) == 1 and m["correlation"] == 1)
    run = Run("measure", folder + "/mono.wav")
    expect("mono" in run.out and "Correlation" not in run.out, run)


@case
def silence_and_a_single_sample_are_null_not_infinite(folder):
    write_wav(folder + "/silence.wav", [[0.0] * 96000] * 2)
    write_wav(folder + "/one.wav", [[0.5]])
    data, run = measure(folder + "/silence.wav", folder + "/one.wav")
    silence, one = data["files"]
    for key in ("integrated_lufs", "momentary_max_lufs", "true_peak_dbtp", "sample_peak_dbfs",
                "rms_dbfs", "plr_lu", "crest_db", "correlation"):
        expect(silence[key] is None, key)
    expect(silence["silence_head_s"] == 2 and silence["clipped_runs"] == 0)
    expect(one["length_frames"] == 1 and one["integrated_lufs"] is None)
    expect(abs(one["sample_peak_dbfs"] + 6.02) < 0.01)
    expect(data["album"]["integrated_lufs"] is None and run.err == "", run)
    run = Run("measure", folder + "/silence.wav")
    expect(run.status == 0 and "-inf LUFS" in run.out and "nan" not in run.out, run)


@case
def faults_are_counted_and_named(folder):
    loud = [max(-1.0, min(0.99997, 4 * x)) for x in tone(100, 1.0, level=0.5)]
    write_wav(folder + "/clipped.wav", [loud])
    bad = noise(1, 1.0)
    bad[1000], bad[2000], bad[3000] = float("nan"), float("inf"), -float("inf")
    write_wav(folder + "/nan.wav", [bad], bits=32)
    write_wav(folder + "/whole.wav", [noise(2, 1.0)])
    with open(folder + "/short.wav", "wb") as file:
        file.write(read_bytes(folder + "/whole.wav")[:44 + 48000])
    data, run = measure(*(f"{folder}/{n}.wav" for n in ("clipped", "nan", "short", "whole")))
    clipped, nan, short, whole = data["files"]
    expect(150 <= clipped["clipped_runs"] <= 200, clipped["clipped_runs"])
    expect(clipped["clipped_samples"] > 10000 and clipped["longest_clipped_run_samples"] > 50)
    expect(nan["bad_samples"] == 3 and nan["integrated_lufs"] is not None)
    expect(short["cut_short_s"] == 0.5 and short["length_frames"] == 24000, short["cut_short_s"])
    expect(whole["cut_short_s"] == 0 and whole["bad_samples"] == whole["clipped_runs"] == 0)
    for words in ("short.wav is cut short: 0.50 s", "nan.wav has 3 broken samples"):
        expect(words in run.err, run)
    expect("whole.wav" not in run.err)
    expect("Cut short by" in Run("measure", folder + "/short.wav").out)
    expect("Broken samples" in Run("measure", folder + "/nan.wav").out)


@case
def several_files_with_bad_ones_among_them(folder):
    write_wav(folder + "/quiet.wav", [tone(997, 4.0, level=0.01)] * 2)
    write_wav(folder + "/loud.wav", [tone(997, 4.0, level=0.1)] * 2)
    with open(folder + "/text.wav", "w") as file:
        file.write("no sound\n" * 9)
    open(folder + "/empty.wav", "w").close()
    names = [f"{folder}/{n}.wav" for n in ("quiet", "text", "loud", "empty", "missing")]
    run = Run("measure", *names)
    expect(run.status == 1, run)
    for name in ("text.wav", "empty.wav", "missing.wav"):
        expect(name in run.err and name not in run.out, run)
    lines = run.out.splitlines()
    expect(len(lines) == 5 and "quiet.wav" in lines[2] and "loud.wav" in lines[3], run)
    expect("album" in lines[4] and "LUFS" in lines[1])
    data, run = measure(*names, status=1)
    expect([("error" in f) for f in data["files"]] == [False, True, False, True, True], data)
    expect("text" in data["files"][1]["error"])
    # the gate of BS.1770 leaves out what is 10 LU under the rest: the album is as loud as its song
    expect(abs(data["album"]["integrated_lufs"] - data["files"][2]["integrated_lufs"]) < 0.1)
    alone = Run("measure", names[1])
    expect(alone.status == 1 and alone.out == "" and "text.wav" in alone.err, alone)
    expect("Spectrum" in Run("measure", "--full", names[0], names[2]).out)


@case
def threads_do_not_show(folder):
    names = []
    for i in range(5):
        names.append(f"{folder}/{i}.wav")
        write_wav(names[-1], [noise(i, 0.5 + 0.1 * i), noise(9 + i, 0.5 + 0.1 * i)])
    runs = [Run("measure", "--json", *names, "-j", n).out for n in (1, 2, 3)]
    expect(runs[0] == runs[1] == runs[2] and len(runs[0]) > 1000)


@case
def names_and_use(folder):
    strange = folder + "/é \"q\" \n.wav"
    write_wav(strange, [noise(1, 0.1)])
    expect(measure(strange)[0]["files"][0]["file"] == strange)
    latin = os.fsencode(folder) + b"/lat\xfcin.wav"
    os.link(strange, latin)
    run = Run("measure", "--json", os.fsdecode(latin))
    expect(run.status == 0 and "lat?in.wav" in json.loads(run.out)["files"][0]["file"], run)
    for args in ([], ["--nonsense", strange], ["-j", "0", strange], ["-j", "x", strange]):
        run = Run("measure", *args)
        expect(run.status == 2 and "--help" in run.err, (args, run))
    with open("/dev/full", "w") as full:
        import subprocess
        from common import LUSTER
        child = subprocess.run([LUSTER, "measure", strange], stdout=full, stderr=subprocess.PIPE)
    expect(child.returncode == 1 and b"luster: " in child.stderr, child)


done()
