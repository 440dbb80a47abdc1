# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables: each song's figures for all mixers, and what they come to over all songs."""
from . import baselines, features, tools

# Summary figures where less is better: name, and what of a song's rows it is the mean of.
DISTANCES = [
    ("lead's distance from -2.7 LU", "lead while it sings, LU re mix", lambda r: abs(r.value - features.LEAD_LU)),
    ("lead's cells covered, %", "lead's cells covered, %", lambda r: r.value),
    ("energy covered, mean of stems, %", "energy covered, mean of stems, %", lambda r: r.value),
    ("third octaves outside, of 27", "third octaves outside, of 27", lambda r: r.value),
    ("RMS off the median mix, dB", "RMS off the median mix, dB", lambda r: r.value),
    ("RMS off the genre's median, dB", "RMS off the genre's median, dB", lambda r: r.value),
    # within these bars nothing is gained: a mix in mono would win both
    ("right against left over 1 dB", "right re left, dB", lambda r: max(0.0, abs(r.value) - 1.0)),
    ("mono loss over 3 dB, worst octave, dB", "mono loss, worst octave, dB", lambda r: max(0.0, -3.0 - r.value)),
]
GROUPS = {"balance": ("LU re mix",), "tone": ("re total",), "width": ("side re mid", "...", "correlation"),
          "dynamics": ("PLR", "PSR", "LRA")}


def fair_rows(columns):
    """Indices of rows with a range of professional mixes that have a value in every mix of the song."""
    first = next(iter(columns.values()))
    return [i for i, row in enumerate(first) if row.fair and all(c[i].value is not None for c in columns.values())]


def show(row):
    if row.value is None:
        return "–"
    outside = row.outside()
    return f"{row.value:.{row.digits}f}" + ("!" if outside is not None and outside > 0.0 else "")


def show_range(row):
    return "" if row.low is None else f"{row.low:.{row.digits}f} … {row.high:.{row.digits}f}" + ("" if row.fair else " *")


def table(head, rows):
    width = [max(len(str(r[i])) for r in [head] + rows) for i in range(len(head))]
    lines = ["| " + " | ".join(str(c).ljust(w) if not i else str(c).rjust(w) for i, (c, w) in enumerate(zip(r, width))) + " |"
             for r in [head] + rows]
    rule = "|" + "|".join("-" * (w + 1) + (":" if i else "-") for i, w in enumerate(width)) + "|"
    return "\n".join([lines[0], rule] + lines[1:])


def song_table(columns):
    mixers = list(columns)
    rows = [[row.name, show_range(row)] + [show(columns[m][i]) for m in mixers] for i, row in enumerate(columns[mixers[0]])]
    fair = fair_rows(columns)
    rows.append(["inside p10 … p90", f"of {len(fair)}"] + [str(sum(not columns[m][i].outside() for i in fair)) for m in mixers])
    return table(["", "norm"] + mixers, rows)


def share(songs, mixer, words=None):
    """Percent of features inside their ranges, over songs [{mixer: rows}]."""
    good = known = 0
    for columns in songs:
        for i in fair_rows(columns):
            row = columns[mixer][i]
            if words and not any(w in row.name for w in words):
                continue
            known += 1
            good += not row.outside()
    return 100.0 * good / known if known else None


def figures(songs, extra):
    """[(name, better: 1 more or -1 less, {mixer: value})] over songs; `extra` of the same kind is added."""
    out = []
    mixers = [m for m in baselines.MIXERS if all(m in c for c in songs)]
    out.append(("features inside p10 … p90, %", 1, {m: share(songs, m) for m in mixers}))
    for name, words in GROUPS.items():
        out.append((f"… {name}", 1, {m: share(songs, m, words) for m in mixers}))
    for name, row_name, distance in DISTANCES:
        values = {m: [] for m in mixers}
        for columns in songs:
            rows = {m: next(r for r in columns[m] if r.name == row_name) for m in mixers}
            if all(r.value is not None for r in rows.values()):
                for m in mixers:
                    values[m].append(distance(rows[m]))
        out.append((name, -1, {m: tools.mean(v) for m, v in values.items()}))
    return out + extra


def summary_table(rows):
    """With who is better than luster marked: the bar is that nobody is."""
    lines, behind = [], []
    for name, sign, values in rows:
        ours = values.get("luster")
        better = [m for m, v in values.items()
                  if m != "luster" and v is not None and ours is not None and sign * (v - ours) > 0.05]
        behind += [f"{name}: {baselines.ABOUT[m]}" for m in better]
        lines.append([name, "more" if sign > 0 else "less"]
                     + ["–" if v is None else f"{v:.1f}" + ("!" if m in better else "") for m, v in values.items()])
    mixers = list(rows[0][2])
    text = table(["", "better is"] + mixers, lines)
    verdict = ("luster is better than, or equal to, each baseline on every figure." if not behind else
               "Better than luster (!): " + "; ".join(behind) + ".")
    return text + "\n\n" + verdict


def wins(songs):
    """Feature by feature: which mixes lie further outside."""
    names = [r.name for r in songs[0]["luster"] if r.fair]
    lines = []
    for name in names:
        line = [name]
        for other in [m for m in songs[0] if m != "luster"]:
            won = lost = both = 0
            for columns in songs:
                i = next(i for i, r in enumerate(columns["luster"]) if r.name == name)
                ours, theirs = columns["luster"][i].outside(), columns[other][i].outside()
                if ours is None or theirs is None:
                    continue
                won += ours < theirs - 0.05
                lost += theirs < ours - 0.05
                both += abs(ours - theirs) <= 0.05
            line.append(f"{won} / {both} / {lost}")
        lines.append(line)
    return table(["nearer / alike / further than"] + [m for m in songs[0] if m != "luster"], lines)


def leads(columns):
    """The lead of every song that has one, against -2.7 +-2 LU."""
    name = "lead while it sings, LU re mix"
    lines = []
    for song, mixers in columns.items():
        values = {m: next(r.value for r in rows if r.name == name) for m, rows in mixers.items()}
        if values["luster"] is not None:
            lines.append([song] + [f"{v:.1f}" + ("!" if abs(v - features.LEAD_LU) > 2.0 else "") for v in values.values()])
    return table(["lead, LU re mix (-2.7 ±2)"] + list(next(iter(columns.values()))), lines) if lines else ""
