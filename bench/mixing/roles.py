# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What luster takes the stems for, by their names and by their sound alone, against the truth of their names."""
import random

from . import songs, summary


def by_sound(kit, song, work):
    """Roles of the same files called Audio 1 …, in an order that says nothing; None for silent ones."""
    order = list(song.files)
    random.Random(song.name).shuffle(order)
    names = {stem: f"Audio {i}" for i, stem in enumerate(order, 1)}
    folder = song.link(work / "unnamed" / "song", {s: names[s] + song.files[s].suffix for s in order})
    session, _ = kit.propose(folder, work / "unnamed.json")
    found = {t["name"]: (t["role"], t.get("confidence", 0.0)) for t in session["tracks"]}
    figures = kit.figures(song.files.values())
    silent = {stem for stem, f in zip(song.files, figures) if f["integrated_lufs"] is None}
    return {stem: (None, 0.0) if stem in silent else found.get(names[stem], ("unknown", 0.0)) for stem in order}


def judge(song, named, heard):
    """[(stem, accepted roles, by name, by sound, confidence)] of stems whose names tell the truth."""
    return [(stem, accepted, named.get(stem, "unknown"), *heard[stem]) for stem, accepted in song.roles.items()
            if accepted and stem in song.files]


def right(accepted, role):
    return role in accepted


def right_kind(accepted, role):
    return songs.coarse(role) in {songs.coarse(a) for a in accepted}


def percent(rows, column, test):
    rows = [r for r in rows if r[column]]  # a silent stem has no sound to tell it by
    return f"{100.0 * sum(test(r[1], r[column]) for r in rows) / len(rows):.0f}" if rows else "–"


def table(judged):
    """judged: {song: rows}"""
    lines = []
    for name, rows in list(judged.items()) + [("all", [r for rows in judged.values() for r in rows])]:
        sure = [r for r in rows if r[4] >= 0.6]
        lines.append([name, str(len(rows)), percent(rows, 2, right), percent(rows, 2, right_kind),
                      str(sum(r[3] is not None for r in rows)), percent(rows, 3, right),
                      percent(rows, 3, right_kind), f"{percent(sure, 3, right_kind)} of {len(sure)}"])
    return summary.table(["roles right, %", "stems", "by name", "… its kind", "that sound", "by sound", "… its kind", "… when 60 % sure"], lines)


def misses(judged):
    names = [f"{song}/{r[0]}: {r[2]}" for song, rows in judged.items() for r in rows if not right(r[1], r[2])]
    sounds = [f"{song}/{r[0]}: {r[3]} ({100.0 * r[4]:.0f} %)" for song, rows in judged.items() for r in rows
              if r[3] and not right_kind(r[1], r[3])]
    return ("* Wrong by name: " + ("; ".join(names) or "none") + ".\n* Wrong kind by sound: " + ("; ".join(sounds) or "none") + ".")
