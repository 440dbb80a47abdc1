#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""luster mix in a person's hands: styles, amounts, candidates, and luster explain."""
import json
import os

from band import band, load, track
from common import Run, case, done, expect


def mixed(folder, *words):
    run = Run("mix", folder + "/stems", "-o", folder + "/mix", "--force", *words)
    expect(run.status == 0, run)
    return load(folder + "/mix")


def decided(strip, head):
    return [d["target"] for d in strip.get("decisions", []) if d["target"].startswith(head)]


def vocals_over_bass(data):
    vox, bass = track(data, "LeadVox"), track(data, "Bass")
    return vox.get("fader_db", 0) - bass.get("fader_db", 0)


@case
def the_lead_goes_where_it_is_asked_to(folder):
    band(folder)
    usual = vocals_over_bass(mixed(folder))
    louder = vocals_over_bass(mixed(folder, "--lead", "louder"))
    softer = vocals_over_bass(mixed(folder, "--lead", "-3"))
    expect(louder > usual + 0.5 and softer < usual - 1.0, (softer, usual, louder))
    run = Run("mix", folder + "/stems", "-o", folder + "/mix2", "--lead", "huge")
    expect(run.status == 2 and "huge" in run.err and "louder" in run.err, run)


@case
def stages_can_be_left_out_and_turned_down(folder):
    band(folder)
    whole = mixed(folder)
    guitar = track(whole, "EGtr_L")
    expect(abs(guitar["pan"]) > 50 and guitar.get("sends"), guitar)
    half = track(mixed(folder, "--amount", "place=0.5"), "EGtr_L")
    expect(abs(abs(half["pan"]) - abs(guitar["pan"]) / 2) <= 5, half["pan"])
    data = mixed(folder, "--without", "place", "--without", "space")
    none = track(data, "EGtr_L")
    expect(none["pan"] == 0 and not none.get("sends"), none)
    expect(not any(b["id"] == "reverb" for b in data["buses"]), data["buses"])
    for words in (("--amount", "place=2"), ("--amount", "place"), ("--without", "reverb")):
        run = Run("mix", folder + "/stems", "-o", folder + "/mix2", *words)
        expect(run.status == 2 and words[1] in run.err, run)


@case
def what_was_asked_holds_for_the_next_run(folder):
    band(folder)
    first = mixed(folder, "--style", "hiphop", "--amount", "space=0.5", "--without", "tone")
    asked = first["assistant"]
    expect(asked == {"style": "hiphop", "space": 0.5, "tone": 0}, asked)
    session = folder + "/mix/session.json"
    expect(Run("mix", session, "--force").status == 0)
    again = load(folder + "/mix")
    expect(again["assistant"] == asked and again["tracks"] == first["tracks"], again["assistant"])
    # and what is not done any more is taken back, but for what a person holds
    track(again, "EGtr_L")["pan"] = -33
    for decision in track(again, "EGtr_R")["decisions"]:
        decision["locked"] = True
    right = track(again, "EGtr_R")["pan"]
    with open(session, "w") as file:
        json.dump(again, file)
    run = Run("mix", session, "--force", "--without", "place", "--without", "space")
    expect(run.status == 0, run)
    last = load(folder + "/mix")
    expect(track(last, "EGtr_L")["pan"] == -33 and track(last, "EGtr_R")["pan"] == right)
    expect(not track(last, "LeadVox").get("sends"), track(last, "LeadVox"))
    expect(not decided(track(last, "LeadVox"), "sends."))
    expect(track(last, "EGtr_R").get("sends"), "a locked send went")
    run = Run("mix", folder + "/stems", "-o", folder + "/mix2", "--style", "polka")
    expect(run.status == 2 and "polka" in run.err and not os.path.exists(folder + "/mix2"), run)


@case
def candidates_differ_and_are_equally_loud(folder):
    band(folder)
    mixed(folder, "--candidates", "4")
    out = folder + "/mix"
    names = ("session", "lead_forward", "wide_and_deep", "dry_and_tight")
    sessions, loudness = {}, {}
    for name in names:
        with open(f"{out}/{name}.json") as file:
            sessions[name] = json.load(file)
        wav = f"{out}/{'mix' if name == 'session' else name}.wav"
        run = Run("measure", wav, "--json")
        loudness[name] = json.loads(run.out)["files"][0]["integrated_lufs"]
        expect(os.path.exists(f"{out}/{'report' if name == 'session' else name}.html"))
    expect(max(loudness.values()) - min(loudness.values()) <= 0.2, loudness)
    expect(vocals_over_bass(sessions["lead_forward"]) > vocals_over_bass(sessions["session"]) + 0.4)
    wet = {n: track(s, "LeadVox")["sends"][0].get("level_db", 0) for n, s in sessions.items()}
    expect(wet["dry_and_tight"] < wet["session"] < wet["wide_and_deep"], wet)
    run = Run("mix", out + "/session.json", "--candidates", "2", "--force")
    expect(run.status == 2, run)


@case
def every_decision_is_explained(folder):
    band(folder)
    data = mixed(folder)
    session = folder + "/mix/session.json"
    run = Run("explain", session)
    expect(run.status == 0 and not run.err, run)
    for t in data["tracks"]:
        expect(t["name"] in run.out, t["name"])
    flat = " ".join(run.out.split())
    for t in data["tracks"]:
        for d in t["decisions"]:
            expect(" ".join(d["reason"].split()) in flat, d)
    expect(max(len(line) for line in run.out.splitlines()) <= 110)
    one = Run("explain", session, "07_leadvox")
    expect(one.status == 0 and "07_LeadVox" in one.out and "01_Kick" not in one.out, one)
    run = Run("explain", session, "tuba")
    expect(run.status == 1 and "tuba" in run.err, run)
    vox = track(data, "LeadVox")
    vox["fader_db"] = vox.get("fader_db", 0) + 2
    with open(session, "w") as file:
        json.dump(data, file)
    strips = json.loads(Run("explain", session, "--json").out)["strips"]
    edited = [(s["id"], d["target"]) for s in strips for d in s["decisions"] if d["edited"]]
    expect(edited == [(vox["id"], "fader_db")], edited)
    expect("set by you" in Run("explain", session, "07_LeadVox").out)


done()
