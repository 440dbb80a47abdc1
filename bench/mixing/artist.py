# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far the balance lies from the artist's own, where the material has the artist's mix. The stems are moved by
known gains first: they may still carry the artist's faders."""
import json
import random

from . import baselines, measure, tools


def gains_db(kit, song):
    """Of the artist, per stem, and the share of the mix that is explained by them."""
    found = json.loads(kit.run([kit.program("mix_gains"), song.author, *song.files.values()]))
    gains = {stem: tools.db(0.5 * (left * left + right * right)) for stem, (left, right) in zip(song.files, found["gains"])}
    return gains, tools.mean(found["explained"])


def errors(levels, target):
    """Per stem, LU, after the mean is taken out."""
    known = [stem for stem in target if levels.get(stem) is not None and target[stem] > -60.0]
    off = {stem: levels[stem] - target[stem] for stem in known}
    level = tools.mean(off.values())
    return {stem: value - level for stem, value in off.items()}


def compare(kit, song, work):
    """{mixer: {stem: error}}, and the share explained."""
    gains, explained = gains_db(kit, song)
    own = baselines.stem_figures(kit, song)
    target = {stem: own[stem]["integrated_lufs"] + gains[stem] for stem in song.files}
    folder = work / "moved" / song.name
    folder.mkdir(parents=True)
    chance = random.Random(song.name)
    for stem, file in song.files.items():
        kit.run([kit.program("mix_fault"), file, folder / (stem + ".wav"), 0, 1e6, "gain", round(chance.uniform(-12.0, 12.0), 2)])
    moved = type(song)(folder, song.name)
    session = kit.mix(folder, work / "luster")
    roles = {t["name"]: t["role"] for t in session["tracks"]}
    figures = baselines.stem_figures(kit, moved)
    out = {}
    for kind in baselines.MIXERS:
        path = work / kind / "session.json"
        if kind != "luster":
            baselines.write(kind, moved, roles, figures, session["rate_hz"], work / kind)
        mix = measure.Mix(kit, moved, path, roles, work / kind / "parts")
        out[kind] = errors({stem: mix.level(stem) for stem in song.files}, target)
    return out, explained


def row(results):
    """For the summary: median distance, LU."""
    values = {m: [abs(e) for found, _ in results.values() for e in found[m].values()] for m in baselines.MIXERS}
    return ("distance from the artist's balance, LU", -1, {m: tools.median(v) for m, v in values.items()})


def table(results, summary):
    lines = []
    for name, (found, explained) in results.items():
        for stem in found["luster"]:
            lines.append([f"{name}/{stem}"] + [f"{found[m][stem]:+.1f}" if stem in found[m] else "–" for m in baselines.MIXERS])
        lines.append([f"{name}: median of the distances; {100.0 * explained:.1f} % explained"]
                     + [f"{tools.median(abs(e) for e in found[m].values()):.1f}" for m in baselines.MIXERS])
    return summary.table(["level re the artist's, LU"] + baselines.MIXERS, lines)
