# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a mix is compared with: sums that know less. Each is a session of faders and pans, played by luster
render. Their roles are those luster found, so that nobody knows more about the files."""
import json

MIXERS = ["luster", "sum", "equal", "table"]
ABOUT = {"luster": "luster mix", "sum": "plain sum", "equal": "every stem at one loudness", "table": "levels and pans by role table"}

# Fader dB on stems of one loudness and place (0 centre, 1 side): middles of the rule base [DMST, A6].
# `drums`, a kit in one file, has no row there: the sum of kick, snare and cymbals.
TABLE = {
    "kick": (-12.0, 0.0), "snare": (-10.5, 0.0), "snare_bottom": (-10.5, 0.0), "tom": (-10.5, 0.3),
    "percussion": (-10.5, 0.3), "hat": (-11.5, 0.7), "cymbal": (-11.5, 0.7), "overhead": (-11.5, 0.7),
    "room": (-14.0, 0.0), "drums": (-6.5, 0.0), "bass": (-10.0, 0.0), "bass_synth": (-10.0, 0.0), "guitar": (-10.0, 0.3),
    "guitar_acoustic": (-10.0, 0.3), "guitar_electric": (-10.0, 0.3), "guitar_lead": (-10.0, 0.3),
    "piano": (-11.5, 0.3), "keys": (-11.5, 0.3), "organ": (-11.5, 0.3), "synth": (-11.5, 0.3),
    "synth_lead": (-11.5, 0.3), "pad": (-11.5, 0.3), "mallet": (-11.5, 0.3), "strings": (-11.5, 0.7),
    "brass": (-11.0, 0.5), "woodwind": (-12.0, 0.7), "lead_vocal": (-7.5, 0.0), "spoken": (-7.5, 0.0),
    "vocal_double": (-9.5, 0.7), "backing_vocal": (-9.5, 0.7), "choir": (-9.5, 0.7),
}
MISC = (-14.0, 0.0)
EQUAL_LUFS = -24.0  # [RON18]


def session(name, tracks, rate_hz):
    """tracks: [(id, file, fader_db, pan)]"""
    return {"luster": 1, "title": name, "rate_hz": rate_hz, "master": {"name": "Master"}, "tracks": [
        {"id": f"t{i}", "name": stem, "output": "master", "fader_db": round(max(-144.0, gain), 2) if gain <= 24.0 else 24.0,
         "trim_db": round(gain - 24.0, 2) if gain > 24.0 else 0, "pan": round(pan, 1),
         "clips": [{"file": str(file), "start_s": 0}]} for i, (stem, file, gain, pan) in enumerate(tracks)]}


def make(kind, song, roles, figures, rate_hz):
    """figures: of the files, by stem; silent ones are left out."""
    tracks, sides = [], {}
    for stem, file in song.files.items():
        loudness = figures[stem]["integrated_lufs"]
        if loudness is None:
            continue
        role, gain, pan = roles.get(stem, "unknown"), 0.0, 0.0
        if kind != "sum":
            gain = EQUAL_LUFS - loudness
        if kind == "table":
            level, place = TABLE.get(role, MISC)
            gain += level
            if place and figures[stem]["mono"]:
                sides[role] = -sides.get(role, 1)  # neighbours of a kind stand on opposite sides
                pan = 100.0 * place * sides[role]
        tracks.append((stem, file, gain, pan))
    return session(f"{song.name} {kind}", tracks, rate_hz)


def write(kind, song, roles, figures, rate_hz, folder):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "session.json"
    path.write_text(json.dumps(make(kind, song, roles, figures, rate_hz), indent=1))
    return path


def stem_figures(kit, song):
    """What is known of the files: loudness, and whether they are mono."""
    out = {}
    for stem, figures in zip(song.files, kit.figures(song.files.values())):
        figures["mono"] = figures["n_channels"] == 1
        out[stem] = figures
    return out
