#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""luster mix: the main job, on a small band made of arithmetic, and what can go wrong with it."""
import hashlib
import json
import os

from band import SECONDS, band, load, track
from common import (Run, case, done, expect, hits, noise, peak, read_bytes, read_wav, tone,
                    write_wav)


def fingerprints(folder):
    return {n: (hashlib.sha256(read_bytes(os.path.join(folder, n))).hexdigest(),
                os.stat(os.path.join(folder, n)).st_mtime_ns) for n in sorted(os.listdir(folder))}


@case
def a_folder_becomes_a_mix_a_session_and_a_report(folder):
    stems = band(folder)
    before = fingerprints(stems)
    run = Run("mix", stems)
    expect(run.status == 0, run)
    expect(fingerprints(stems) == before, "a source was touched")
    out = folder + "/stems-mix"
    expect(sorted(os.listdir(out)) == ["mix.wav", "report.html", "session.json"], os.listdir(out))
    for name in ("mix.wav", "report.html", "session.json"):
        expect(name in run.out, run)
    rate, mix = read_wav(out + "/mix.wav")
    expect(rate == 48000 and len(mix) == 2 and len(mix[0]) >= SECONDS * 48000)
    expect(0.05 < peak(mix) < 1.0, peak(mix))
    data = load(out)
    expect(len(data["tracks"]) == 7)
    roles = {t["role"] for t in data["tracks"]}
    expect({"kick", "snare", "bass", "lead_vocal"} <= roles, roles)
    vox = track(data, "LeadVox")
    expect(any(d["target"] == "fader_db" and d["reason"] and d["measured"]
               for d in vox["decisions"]), vox["decisions"])
    page = read_bytes(out + "/report.html").decode()
    expect("<svg" in page and "LeadVox" in page and "http://" not in page.replace(
        "http://www.w3.org/2000/svg", ""), "the report is not self-contained")
    # what is in the session is what was written
    again = Run("render", out + "/session.json", "-o", folder + "/again.wav")
    expect(again.status == 0 and read_bytes(folder + "/again.wav") == read_bytes(out + "/mix.wav"))


@case
def threads_do_not_show(folder):
    stems = band(folder)
    for n in (1, 2, 3):
        run = Run("mix", stems, "-o", f"{folder}/mix{n}", "-j", n)
        expect(run.status == 0, run)
    for name in ("mix.wav", "session.json", "report.html"):
        expect(read_bytes(f"{folder}/mix1/{name}") == read_bytes(f"{folder}/mix2/{name}") ==
               read_bytes(f"{folder}/mix3/{name}"), name)


@case
def what_a_person_changed_stays(folder):
    stems = band(folder)
    out = folder + "/mix"
    expect(Run("mix", stems, "-o", out).status == 0)
    data = load(out)
    vox, kick = track(data, "LeadVox"), track(data, "Kick")
    vox["fader_db"] = vox.get("fader_db", 0) + 3.3
    for decision in kick["decisions"]:
        decision["locked"] = True
    kick_before = json.dumps(kick, sort_keys=True)
    with open(out + "/session.json", "w") as file:
        json.dump(data, file)
    run = Run("mix", out + "/session.json", "--force")
    expect(run.status == 0, run)
    after = load(out)
    expect(abs(track(after, "LeadVox")["fader_db"] - vox["fader_db"]) < 1e-9)
    expect(track(after, "Kick").get("fader_db", 0) == kick.get("fader_db", 0), kick_before)


@case
def roles_can_be_said(folder):
    stems = band(folder)
    run = Run("mix", stems, "-o", folder + "/mix", "--role", "04_Bass=synth")
    expect(run.status == 0, run)
    expect(track(load(folder + "/mix"), "Bass")["role"] == "synth")
    run = Run("mix", stems, "-o", folder + "/mix2", "--role", "04_Bass=kazoo")
    expect(run.status == 2 and "kazoo" in run.err and not os.path.exists(folder + "/mix2"), run)


@case
def a_swapped_microphone_is_turned_round(folder):
    stems = band(folder)
    expect(Run("mix", stems, "-o", folder + "/mix").status == 0)
    data = load(folder + "/mix")
    top, bottom = track(data, "SnareTop"), track(data, "SnareBottom")
    expect(bottom.get("polarity", False) != top.get("polarity", False), bottom)


@case
def nothing_is_skipped_in_silence(folder):
    stems = band(folder)
    with open(stems + "/08_Notes.wav", "w") as file:
        file.write("tune the guitars\n" * 50)
    with open(stems + "/09_Empty.wav", "w"):
        pass
    with open(stems + "/lyrics.txt", "w") as file:
        file.write("la la la\n")
    write_wav(stems + "/10_Silence.wav", [[0.0] * 48000])
    write_wav(stems + "/11_OneSample.wav", [[0.5]])
    bad = noise(9, 2)
    bad[1000] = float("nan")
    write_wav(stems + "/12_Shaker.wav", [bad], bits=32)
    write_wav(stems + "/13_Pad.wav", [tone(300, 2, 8000)], rate=8000)
    absurd = noise(10, 1)
    absurd[500] = 1e38
    write_wav(stems + "/15_Synth.wav", [absurd], bits=32)
    write_wav(stems + "/14_FX.wav", [tone(500, 1, 192000)], rate=192000, bits=24)
    run = Run("mix", stems, "-o", folder + "/mix")
    expect(run.status == 1, run)
    for name in ("08_Notes.wav", "09_Empty.wav", "lyrics.txt", "10_Silence.wav", "15_Synth.wav"):
        expect(name in run.text, (name, run))
    data = load(folder + "/mix")
    expect(len(data["tracks"]) == 12, [t["id"] for t in data["tracks"]])
    expect(track(data, "10_Silence").get("mute"), "a silent file plays")
    expect(peak(read_wav(folder + "/mix/mix.wav")[1]) < 1.0)
    page = read_bytes(folder + "/mix/report.html").decode()
    expect("08_Notes.wav" in page)
    run = Run("mix", stems, "-o", folder + "/mix2", "--allow-unusable")
    expect(run.status == 0, run)


@case
def nothing_to_mix_is_an_error(folder):
    os.makedirs(folder + "/empty")
    run = Run("mix", folder + "/empty")
    expect(run.status == 1 and "empty" in run.err, run)
    expect(sorted(os.listdir(folder)) == ["empty"], os.listdir(folder))
    run = Run("mix", folder + "/missing")
    expect(run.status == 1 and "missing" in run.err, run)
    with open(folder + "/empty/only.wav", "w") as file:
        file.write("text")
    run = Run("mix", folder + "/empty")
    expect(run.status == 1 and "only.wav" in run.err, run)
    expect(sorted(os.listdir(folder)) == ["empty"], os.listdir(folder))


@case
def outputs_that_are_there_are_kept(folder):
    stems = band(folder)
    os.makedirs(folder + "/mix")
    with open(folder + "/mix/session.json", "w") as file:
        file.write("mine")
    run = Run("mix", stems, "-o", folder + "/mix")
    expect(run.status == 1 and "session.json" in run.err, run)
    expect(read_bytes(folder + "/mix/session.json") == b"mine")
    expect(os.listdir(folder + "/mix") == ["session.json"])


@case
def one_file_and_stems_in_folders_work(folder):
    stems = band(folder)
    os.makedirs(stems + "/Drums")
    for name in ("01_Kick.wav", "02_SnareTop.wav", "03_SnareBottom.wav"):
        os.rename(f"{stems}/{name}", f"{stems}/Drums/{name}")
    run = Run("mix", ".", "-o", "mix", cwd=stems)
    expect(run.status == 0, run)
    expect(len(load(stems + "/mix")["tracks"]) == 7)
    # the outputs lie among the stems; a second run does not take them for stems
    run = Run("mix", ".", "-o", "mix", "--force", cwd=stems)
    expect(run.status == 0 and len(load(stems + "/mix")["tracks"]) == 7, run)
    # nor does a run that writes elsewhere
    run = Run("mix", stems, "-o", folder + "/elsewhere")
    expect(run.status == 0 and len(load(folder + "/elsewhere")["tracks"]) == 7, run)
    expect(stems + "/mix" in run.err, run)
    run = Run("mix", stems + "/04_Bass.wav", "-o", folder + "/solo")
    expect(run.status == 0 and len(load(folder + "/solo")["tracks"]) == 1, run)


done()
