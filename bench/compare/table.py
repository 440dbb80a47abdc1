# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results as Markdown: a table per kind of processor, quality and speed in one row."""


def text(value, digits):
    if value is None:
        return "–"
    if isinstance(value, str) or digits is None:
        return str(value)
    return f"{value:.{digits}f}"


def bars_of(section, row):
    """[(words, met)] of a row of luster's."""
    found = []
    if row.get("no_bars"):
        return found
    titles = {key: title for key, title, _ in section.columns}
    digits = {key: d for key, _, d in section.columns}
    for sign, bars in (("at most", section.bars), ("at least", section.at_least)):
        for key, bar in bars:
            value = row.get(key)
            if value is None:
                continue
            met = value <= bar if sign == "at most" else value >= bar
            words = f"{titles.get(key, key)} {sign} {bar:g}"
            found.append((words + f": {text(value, digits.get(key, 2))}", met))
    return found


def table(section, rows):
    heads = ["", *[title for _, title, _ in section.columns], "ns per frame", "bars"]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for row in rows:
        if row.get("error"):
            lines.append(f"| {row['label']} | " + f"cannot be measured: {row['error']}"
                         + " |" * (len(heads) - 1))
            continue
        cells = [text(row.get(key), digits) for key, _, digits in section.columns]
        bars = bars_of(section, row) if row["ours"] else []
        missed = [words for words, met in bars if not met]
        said = "" if not bars else "missed: " + "; ".join(missed) if missed else f"{len(bars)} met"
        label = f"**{row['label']}**" if row["ours"] else row["label"]
        lines.append("| " + " | ".join([label, *cells, text(row.get("ns"), 1), said]) + " |")
    return lines


def section_text(section, rows):
    lines = [f"### {section.title}", "", section.about, ""]
    lines += table(section, rows)
    notes = [f"{row['label']}: {row['note']}." for row in rows if row.get("note")]
    if section.bars or section.at_least:
        titles = {key: title for key, title, _ in section.columns}
        bars = [f"{titles.get(k, k)} ≤ {b:g}" for k, b in section.bars]
        bars += [f"{titles.get(k, k)} ≥ {b:g}" for k, b in section.at_least]
        lines += ["", "luster's bars: " + "; ".join(bars) + "."]
    if notes:
        lines += ["", " ".join(notes)]
    return lines + [""]
