# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the fault tests come to, in one table with bars, and what missed them by name."""
from . import faults, summary, tools


def merge(results):
    out = {}
    for one in results:
        for key, values in one.items():
            out.setdefault(key, []).extend(values)
    return out


def number(value, digits=1):
    return "–" if value is None else f"{value:.{digits}f}"


def recovered(found, key, name, unit, bar):
    errors = [e[0] for e in found[key]]
    if not errors:
        return [name, "–", "–", "–", "0"]
    inside = 100.0 * sum(e[1] for e in found[key]) / len(errors)
    mark = "" if bar is None or tools.median(errors) <= bar else "!"
    return [name, f"{tools.median(errors):.1f} {unit}{mark}", f"{max(errors):.1f}", f"{inside:.0f} %", str(len(errors))]


def same(found, key, name):
    errors = [e[0] for e in found[key]]
    worst = max(errors, default=0.0)
    good = 100.0 * sum(e <= faults.SAME_DB for e in errors) / len(errors) if errors else 0.0
    return [name, f"{number(tools.median(errors), 2)} LU", f"{worst:.1f}" + ("!" if worst > faults.SAME_DB else ""),
            f"{good:.0f} % ≤ {faults.SAME_DB}", str(len(errors))]


def table(found):
    rows = [recovered(found, "gain", "±6, ±12 dB on a stem: its level, LU", "LU", 2.0),
            recovered(found, "tilt", "±3 dB/oct: slope left, dB/oct", "dB/oct", None),
            recovered(found, "side", "mono on one side of a stereo file: place, % of a side", "%", 5.0),
            same(found, "renamed", "other names and order: level"), same(found, "scaled", "each stem ±12 dB: level")]
    delays = [e[0] for e in found["delay"]]
    if delays:
        rows.append(["1-5 ms on one of two microphones, samples at 48 kHz", number(tools.median(delays)) + ("!" if tools.median(delays) > 2.0 else ""),
                     f"{max(delays):.1f}" + ("!" if max(delays) > 2.0 else ""), f"{100.0 * sum(e <= 2.0 for e in delays) / len(delays):.0f} % ≤ 2",
                     str(len(delays))])
    if found["harm"]:
        worst = max(e[0] for e in found["harm"])
        rows.append(["finished stems: tone changed, dB RMS", number(tools.median([e[0] for e in found["harm"]])),
                     f"{worst:.1f}" + ("!" if worst > 1.5 else ""), f"{sum(e[0] <= 1.5 for e in found['harm'])} ≤ 1.5", str(len(found["harm"]))])
    return summary.table(["", "median error", "worst", "inside", "trials"], rows)


def worst(found, key, many, form):
    return [form(e) for e in sorted(found[key], key=lambda e: -e[0])[:many]]


def notes(found):
    good = sum(p[0] for p in found["polarity"])
    missed = [f"{where}" + (f" (changed: {changed})" if changed else "") for ok, where, changed in found["polarity"] if not ok]
    lines = [f"Polarity: {good} of {len(found['polarity'])} found" + (f"; missed {', '.join(missed)}" if missed else "") + ".",
             f"Invented on stems that stand alone ({sum(found['lone_runs'])} looked at): {len(found['invented'])}"
             + (": " + ", ".join(sorted(set(found["invented"]))) if found["invented"] else "") + "."]
    changed = [f"{name} ({n} lines, {moved:.2f} LU)" for n, moved, name in found["again"] if n or moved > 0.005]
    lines.append(f"Mixed again from the session: {len(found['again']) - len(changed)} of {len(found['again'])} songs unchanged"
                 + (f"; changed {', '.join(changed)}" if changed else "") + ".")
    for key, name in (("gain", "gain"), ("tilt", "tilt"), ("side", "one side")):
        lines.append(f"Worst, {name}: " + "; ".join(worst(found, key, 5, lambda e: f"{e[2]} {e[3]}: {e[0]:.1f}")) + ".")
    for key in ("renamed", "scaled"):
        lines.append(f"Worst, {key}: " + "; ".join(worst(found, key, 6, lambda e: f"{e[1]}: {e[0]:.1f}")) + ".")
    lines.append("Delays: " + "; ".join(worst(found, "delay", 4, lambda e: f"{e[1]} {e[2]}: {e[0]:.1f}")) + ".")
    lines.append("Tone of finished stems: " + "; ".join(worst(found, "harm", 4, lambda e: f"{e[1]}: {e[0]:.1f} dB")) + ".")
    if found["lost"]:
        lines.append("Not compared: " + "; ".join(sorted(set(found["lost"]))) + ".")
    return "\n".join("* " + line for line in lines)
