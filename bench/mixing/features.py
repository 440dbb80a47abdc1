# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of a mix beside what professional mixes have. See bench/README.md for what each can tell."""
import math
import re

from . import songs, tools

# p10 and p90 of third octaves re total, 20 Hz ... 16 kHz: read from the assistant's table, one place for the numbers.
BANDS = [("40-100 Hz", 3, 8), ("125-400 Hz", 8, 14), ("500 Hz-2 kHz", 14, 21), ("2.5-6.3 kHz", 21, 26), ("8-16 kHz", 26, 30)]
WIDTH = [("under 120 Hz", 0, 8, -29.0, -9.8), ("120-500 Hz", 8, 15, -15.0, -4.6), ("500 Hz-2 kHz", 15, 21, -15.0, -4.5),
         ("2-8 kHz", 21, 27, -15.0, -4.0), ("over 8 kHz", 27, 30, -23.0, -3.0)]
OCTAVES = [(63, 4, 7), (125, 7, 10), (250, 10, 13), (500, 13, 16), (1000, 16, 19), (2000, 19, 22), (4000, 22, 25), (8000, 25, 28)]
LEAD_LU, LEAD_SD = -2.7, 1.6  # [DM14]
P90 = 1.28  # of a normal distribution, in standard deviations

# Released music, medians per third octave, 40 Hz ... 16 kHz, by genre, and what makes them sum to 0 dB [LAC, C2].
GENRES = {
    "rock": (1.2, [-24.5, -20.5, -15.9, -14.3, -12.8, -11.7, -12.1, -11.4, -13.1, -13.6, -14.0, -13.9, -13.5, -14.0, -15.4, -15.7,
                   -15.7, -16.0, -16.2, -17.6, -19.6, -22.0, -24.1, -26.1, -28.5, -32.1, -38.0]),
    "pop": (1.5, [-22.2, -17.7, -13.9, -13.5, -13.1, -12.7, -13.6, -12.1, -13.2, -13.5, -13.3, -13.4, -13.5, -14.2, -15.7, -16.5,
                  -16.9, -18.3, -19.2, -20.8, -22.1, -23.8, -25.0, -26.4, -28.5, -32.3, -38.5]),
    "elec": (1.8, [-16.6, -12.3, -10.3, -12.2, -12.6, -12.6, -14.4, -14.0, -15.0, -15.4, -15.6, -16.1, -16.7, -17.3, -18.1, -18.8,
                   -19.5, -20.4, -21.2, -22.0, -22.6, -23.2, -23.6, -24.4, -25.8, -27.9, -31.8]),
    "hiphop": (1.4, [-15.2, -11.1, -10.0, -12.1, -12.6, -12.8, -14.8, -13.9, -15.0, -15.9, -14.9, -14.4, -15.6, -17.0, -17.7, -18.3,
                     -18.9, -19.5, -19.9, -20.9, -21.5, -22.1, -22.1, -23.0, -24.6, -27.8, -33.5]),
}


# Drum stems of professional mixes, medians per third octave re their power, 20 Hz ... 16 kHz [LAC, C3].
KIT = [-35.9, -31.5, -25.4, -13.9, -10.9, -9.1, -11.3, -10.6, -11.3, -13.9, -11.9, -16.6, -17.7, -18.8, -19.4, -21.0, -22.7,
       -24.2, -23.9, -24.0, -23.7, -22.8, -21.4, -20.1, -20.8, -21.3, -22.1, -23.1, -26.1, -30.2]
KIT_DB = 5.0  # ours


class Row:
    """One figure: its range is p10 ... p90 of professional mixes when `fair`, else a bar of another kind."""

    def __init__(self, name, value, low=None, high=None, fair=False, digits=1):
        self.name, self.value, self.low, self.high, self.fair, self.digits = name, value, low, high, fair, digits

    def outside(self):
        """How far outside its range, in its own unit; 0 inside; None when unknown."""
        if self.value is None or self.low is None:
            return None
        return max(self.low - self.value, self.value - self.high, 0.0)


def norms():
    text = (tools.ROOT / "src/assist/norms.c").read_text()
    table = re.search(r"luster_mix_norms_db\[3\].*?=\s*\{(.*?)\};", text, re.S).group(1)
    values = [float(x) for x in re.findall(r"-?\d+\.\d+", table)]
    return values[:30], values[30:60], values[60:90]


def balance(mix):
    rows = []
    lead = mix.sum_of(lambda role: role == "lead_vocal")
    rows.append(Row("lead while it sings, LU re mix", mix.re_mix_while(lead), LEAD_LU - P90 * LEAD_SD, LEAD_LU + P90 * LEAD_SD, True))
    for name, low, high in (("vocals", -5.6, -1.7), ("drums", -10.9, -4.3), ("bass", -11.0, -3.3), ("rest", -8.7, -2.6)):
        rows.append(Row(f"{name}, LU re mix", mix.re_mix(mix.section(name)), low, high, True))
    for role, centre, sd in (("kick", -13.2, 4.1), ("snare", -16.8, 6.2)):
        series = mix.sum_of(lambda r, role=role: songs.coarse(r) == role, "m")
        rows.append(Row(f"{role}, modified LU re mix", mix.modified_re_mix(series), centre - P90 * sd, centre + P90 * sd, True))
    return rows


def tone(mix, norm):
    bands = mix.bands()
    total = sum(bands)
    level = [max(-90.0, tools.db(b / total)) if total else -90.0 for b in bands]
    rows = []
    for name, first, last in BANDS:
        low, high = (tools.db(sum(map(tools.power, n[first:last]))) for n in (norm[0], norm[2]))
        rows.append(Row(f"{name} re total, dB", tools.db(sum(map(tools.power, level[first:last]))), low, high, True))
    inside = sum(low <= x <= high for low, x, high in list(zip(norm[0], level, norm[2]))[3:])
    rows.append(Row("third octaves outside, of 27", 27 - inside, digits=0))
    off = [x - m - 0.8 for x, m in list(zip(level, norm[1]))[3:]]
    rows.append(Row("RMS off the median mix, dB", rms(off), 0.0, 5.2))
    if mix.song.genre in GENRES:
        more, median = GENRES[mix.song.genre]
        rows.append(Row("RMS off the genre's median, dB", rms([x - m - more for x, m in zip(level[3:], median)]), 0.0, 4.6))
    else:
        rows.append(Row("RMS off the genre's median, dB", None, 0.0, 4.6))
    return rows


def kit(mix):
    """A kit recorded in pieces, against drum stems: too little bass drum or too much cymbal."""
    pieces = [p for name, p in mix.parts.items() if songs.section(mix.roles[name]) == "drums"]
    whole = any(mix.roles[name] == "drums" for name in mix.parts) or len(pieces) < 3
    bands = [sum(tools.power(p["bands_db"][b]) for p in pieces) for b in range(30)]
    rows = []
    for name, first, last in (BANDS[0], BANDS[3], BANDS[4]):
        usual = tools.db(sum(map(tools.power, KIT[first:last])) / sum(map(tools.power, KIT)))
        value = None if whole or not sum(bands) else max(-90.0, tools.db(sum(bands[first:last]) / sum(bands)))
        rows.append(Row(f"kit of tracks, {name} re total, dB", value, usual - KIT_DB, usual + KIT_DB))
    return rows


def rms(values):
    return math.sqrt(sum(max(-30.0, v) ** 2 for v in values) / len(values))


def stereo(mix):
    mid, side = mix.bands("mid_dbfs"), mix.bands("side_dbfs")
    rows = [Row("side re mid, dB", tools.db(max(1e-9, sum(side)) / max(1e-12, sum(mid))), -17.4, -6.4, True)]
    for name, first, last, low, high in WIDTH:
        m, s = sum(mid[first:last]), sum(side[first:last])
        rows.append(Row(f"... {name}", max(-60.0, tools.db(s / m)) if m > 0.0 and s > 0.0 else -60.0 if m > 0.0 else None, low, high, True))
    rows.append(Row("correlation of the sides", mix.figures["correlation"], 0.63, 0.96, True, 2))
    loss = [tools.db(sum(mid[a:b]) / (sum(mid[a:b]) + sum(side[a:b]))) for _, a, b in OCTAVES if sum(mid[a:b]) > 0.0]
    rows.append(Row("mono loss, worst octave, dB", min(loss) if loss else None, -3.0, 0.0))
    rows.append(Row("right re left, dB", mix.figures["balance_db"], -1.0, 1.0))
    return rows


def dynamics(mix):
    f = mix.figures
    lra = f["lra_lu"] if f["duration_s"] >= 60.0 else None
    return [Row("PLR, LU", f["plr_lu"], 13.3, 18.0, True), Row("PSR, LU", f["psr_lu"], 11.6, 15.3, True),
            Row("LRA (from 60 s), LU", lra, 2.5, 11.4, True), Row("crest, dB", f["crest_db"]),
            Row("reverb re dry, LU", mix.wet_re_dry(), -17.0, -12.0),
            Row("silence at the end, s", f["silence_tail_s"], 0.0, 4.0)]


def delivery(mix, ours):
    """Of luster's own mix alone, as it is delivered: the others are made without a thought to level."""
    f = mix.figures
    return [Row("loudness, LUFS", f["integrated_lufs"] if ours else None, -18.0, -13.3),
            Row("true peak, dBTP", f["true_peak_dbtp"] if ours else None, -99.0, -1.0)]


def masking(mix):
    lead, all_parts = mix.lead_masked, mix.masked()
    return [Row("lead's cells covered, %", None if lead is None else 100.0 * lead),
            Row("energy covered, mean of stems, %", None if all_parts is None else 100.0 * all_parts)]


def features(mix, norm, ours):
    return (balance(mix) + masking(mix) + tone(mix, norm) + kit(mix) + stereo(mix) + dynamics(mix)
            + delivery(mix, ours))
