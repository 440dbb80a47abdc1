#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""luster render: same bytes, parts, stems, edits, and errors a musician understands."""
import json
import os

from common import (Run, case, done, expect, noise, peak, read_bytes, read_wav, session, tone,
                    write_wav)


def song(folder, **more):
    """Three tracks of half a second at two rates, buses, a send, effects and automation."""
    write_wav(folder + "/a.wav", [noise(1, 0.5), noise(2, 0.5)], bits=24)
    write_wav(folder + "/b.wav", [tone(440, 0.5, 44100)], rate=44100)
    write_wav(folder + "/c.wav", [noise(3, 0.4)], bits=32)
    tracks = [
        {"id": "a", "clips": [{"file": "a.wav"}], "fader_db": -6, "output": "group",
         "inserts": [{"processor": "eq", "set": {"b1_type": "low_cut", "b1_freq": 80,
                                                 "b2_type": "bell", "b2_freq": 3000, "b2_gain": 4}},
                     {"processor": "compressor", "set": {"threshold": -30, "ratio": 4}}],
         "automation": [{"target": "fader_db", "points": [[0, -60], [0.2, -6]]}]},
        {"id": "b", "clips": [{"file": "b.wav", "start_s": 0.05}], "pan": -40, "output": "group",
         "sends": [{"to": "room", "level_db": -10}]},
        {"id": "c", "clips": [{"file": "c.wav", "fade_out_s": 0.1}], "pan": 60,
         "inserts": [{"processor": "compressor", "key": "a",
                      "set": {"threshold": -40, "ratio": 8, "lookahead": 5}}]},
    ]
    buses = [{"id": "group"},
             {"id": "room", "inserts": [{"processor": "reverb", "set": {"mix": 100}}]}]
    return session(folder, tracks, buses=buses, rate_hz=48000, **more)


def render(path, out, *args, **kwargs):
    run = Run("render", path, "-o", out, *args, **kwargs)
    expect(run.status == 0, run)
    return read_bytes(out)


@case
def same_bytes_for_any_threads_blocks_and_instruction_set(folder):
    path = song(folder)
    want = render(path, folder + "/want.wav")
    expect(len(want) > 100000)
    for i, args in enumerate((["-j", 1], ["-j", 2], ["-j", 3], ["--block", 1, "-j", 1],
                              ["--block", 64], ["--block", 1000], ["--block", 8192])):
        expect(render(path, f"{folder}/{i}.wav", *args) == want, args)
    for level in ("sse2", "avx2", "avx512"):
        run = Run("render", path, "-o", f"{folder}/{level}.wav", env={"LUSTER_CPU": level})
        if run.status == 2 and "no instruction-set level" in run.err:
            continue
        expect(run.status == 0 and read_bytes(f"{folder}/{level}.wav") == want, level)


@case
def a_part_sounds_as_in_the_whole(folder):
    path = song(folder)
    render(path, folder + "/whole.wav", "--bits", "float")
    render(path, folder + "/part.wav", "--bits", "float", "--from", 0.2, "--to", 0.3)
    whole, part = read_wav(folder + "/whole.wav")[1], read_wav(folder + "/part.wav")[1]
    expect(len(part[0]) == 4800, len(part[0]))
    expect(all(part[c] == whole[c][9600:14400] for c in (0, 1)))


@case
def an_edit_changes_what_it_says_and_nothing_else(folder):
    path = song(folder)
    render(path, folder + "/before.wav", "--bits", "float")
    with open(path) as file:
        data = json.load(file)
    data["tracks"][1]["mute"] = True
    with open(path, "w") as file:
        json.dump(data, file)
    render(path, folder + "/muted.wav", "--bits", "float")
    # b alone, by solo, is what went missing: direct sound and its reverb
    song(folder)
    render(path, folder + "/solo.wav", "--bits", "float", "--solo", "b")
    before, muted, solo = (read_wav(f"{folder}/{n}.wav")[1] for n in ("before", "muted", "solo"))
    worst = max(abs(before[c][i] - muted[c][i] - solo[c][i])
                for c in (0, 1) for i in range(min(len(muted[c]), len(solo[c]), 24000)))
    expect(worst < 1e-6, worst)
    expect(peak(solo) > 0.01)


@case
def stems_add_up_to_the_mix(folder):
    path = song(folder)
    run = Run("render", path, "--stems", folder + "/stems", "--bits", "float")
    expect(run.status == 0, run)
    expect(sorted(os.listdir(folder + "/stems")) ==
           ["a.wav", "b.wav", "c.wav", "group.wav", "master.wav", "room.wav"])
    mix = read_wav(folder + "/stems/master.wav")[1]
    parts = [read_wav(f"{folder}/stems/{n}.wav")[1] for n in ("c", "group", "room")]
    worst = max(abs(mix[c][i] - sum(p[c][i] for p in parts))
                for c in (0, 1) for i in range(0, len(mix[c]), 7))
    expect(worst < 1e-6, worst)
    render(path, folder + "/group.wav", "--bus", "group", "--bits", "float")
    expect(read_wav(folder + "/group.wav")[1][0][:20000] == parts[1][0][:20000])


@case
def unity_returns_the_recording_bit_for_bit(folder):
    write_wav(folder + "/a.wav", [noise(1, 0.3), noise(2, 0.3)], bits=24)
    path = session(folder, [{"id": "a", "clips": [{"file": "a.wav"}]}])
    render(path, folder + "/out.wav", "--bits", 24)
    expect(read_wav(folder + "/out.wav")[1] == read_wav(folder + "/a.wav")[1])


@case
def formats_and_names(folder):
    path = song(folder)
    for name, bits in (("o.wav", 16), ("o24.wav", 24), ("o32.wav", 32), ("f.wav", "float"),
                       ("o.flac", 16), ("o24.flac", 24), ("o.aiff", 24)):
        render(path, f"{folder}/{name}", "--bits", bits)
    run = Run("render", path, "-o", folder + "/o.flac", "--bits", "float", "--force")
    expect(run.status == 2 and "FLAC" in run.err, run)
    run = Run("render", path, "-o", folder + "/o.xyz")
    expect(run.status == 2 and ".xyz" in run.err, run)


@case
def an_output_that_is_there_is_kept(folder):
    path = song(folder)
    with open(folder + "/out.wav", "w") as file:
        file.write("precious")
    run = Run("render", path, "-o", folder + "/out.wav")
    expect(run.status == 1 and "out.wav" in run.err and "--force" in run.err, run)
    expect(read_bytes(folder + "/out.wav") == b"precious")
    render(path, folder + "/out.wav", "--force")
    expect(not [n for n in os.listdir(folder) if "part" in n])


@case
def files_of_inserts_are_beside_the_session(folder):
    import os
    os.mkdir(folder + "/rooms")
    write_wav(folder + "/a.wav", [noise(1, 0.3)], bits=24)
    write_wav(folder + "/rooms/hall.wav", [noise(2, 0.1), noise(3, 0.1)], bits=24)

    def with_file(file):
        return session(folder, [{"id": "a", "clips": [{"file": "a.wav"}], "inserts": [
            {"processor": "convolution", "files": {"ir": file}, "set": {"mix": 50}}]}])
    path = with_file("rooms/hall.wav")
    want = render(path, folder + "/want.wav", "-j", 1)
    expect(render(path, folder + "/more.wav", "-j", 2, "--block", 100) == want)
    left, right = read_wav(folder + "/want.wav")[1]
    expect(left != right)  # a mono track in a stereo space
    # a curve in the session and the same in a file sound the same
    with open(folder + "/curve.csv", "w") as file:
        file.write("100, 3\n1000, -6\n")
    outs = [render(session(folder, [{"id": "a", "clips": [{"file": "a.wav"}], "inserts": [
        dict({"processor": "match"}, **given)]}]), folder + "/match.wav", "--force") for given in
        ({"curves": {"target": [[100, 3], [1000, -6]]}}, {"files": {"target": "curve.csv"}}, {})]
    expect(outs[0] == outs[1] != outs[2])
    run = Run("render", with_file("rooms/none.wav"), "-o", folder + "/bad.wav")
    expect(run.status == 1 and "rooms/none.wav" in run.err, run)
    expect(not os.path.exists(folder + "/bad.wav"))


@case
def wrong_sessions_are_refused_with_the_place(folder):
    path = song(folder)
    with open(path) as file:
        good = json.load(file)

    def refused(change, *words):
        data = json.loads(json.dumps(good))
        change(data)
        with open(path, "w") as file:
            json.dump(data, file, indent=1)
        run = Run("render", path, "-o", folder + "/out.wav")
        expect(run.status == 1 and not os.path.exists(folder + "/out.wav"), run)
        for word in words:
            expect(word in run.err, (word, run))

    refused(lambda d: d["tracks"][0].update(fadr_db=1), "session.json:", "fadr_db", "fader_db")
    refused(lambda d: d["tracks"][0].update(fader_db="loud"), "session.json:", "fader_db", "loud")
    refused(lambda d: d["tracks"][0].update(fader_db=99), "session.json:", "fader_db", "99", "24")
    refused(lambda d: d["tracks"][0]["inserts"][0]["set"].update(b1_freq=1e6), "b1_freq", "Hz")
    refused(lambda d: d["tracks"][0].update(output="nowhere"), "nowhere")
    refused(lambda d: d["buses"][0].update(output="room") or
            d["buses"][1].update(output="group"), "group", "room", "->")
    refused(lambda d: d["tracks"][0]["clips"][0].update(file="missing.wav"), "missing.wav")
    refused(lambda d: d["tracks"][0].update(id="b"), "b")
    refused(lambda d: d["tracks"][0]["inserts"][0].update(processor="autotune"), "autotune")


@case
def wrong_use_is_exit_2(folder):
    path = song(folder)
    for args in (["render"], ["render", path, "--nonsense"], ["render", path, "extra"],
                 ["render", path, "--from", "x"], ["render", path, "-j", "0"], ["nonsense"], [],
                 ["render", path, "--bits", "17"], ["render", path, "-o"]):
        run = Run(*args)
        expect(run.status == 2, (args, run))
    run = Run("render", path, "--solo", "nobody", "-o", folder + "/o.wav")
    expect(run.status == 1 and "nobody" in run.err, run)
    for name in ("render", "fx", "describe", "measure"):
        run = Run(name, "--help")
        expect(run.status == 0 and "Options" in run.out, run)
    expect(Run("--version").status == 0)


done()
