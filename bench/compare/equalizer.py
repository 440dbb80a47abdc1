# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Equalizers against the analogue curves of the cookbook: impulses in, magnitudes out. Others define
Q in their own ways, so the Q that comes nearest is searched for, besides the one that is given."""
import numpy as np

from . import signals
from .programs import Job
from .section import FFMPEG, SOX, Entry, Section, Unable, calf, luster, lsp, lv2, x42

FLAT_Q = 0.7071

# type, Hz, dB, Q
BELLS = [("bell", *row) for row in (
    (30, 6, 1), (100, -12, 4), (1000, 12, 0.7), (1000, 18, 20), (1000, -6, 0.3), (5000, 6, 0.7),
    (5000, -12, 1.4), (8000, 18, 0.3), (10000, 6, 0.7), (10000, 12, 0.7), (10000, 12, 4),
    (12000, -9, 2), (15000, 6, 1.4), (15000, 12, 4), (16000, 3, 0.7), (18000, -6, 1),
    (20000, 6, 0.7), (20000, -18, 20))]
SHELVES = [("high_shelf", f, g, FLAT_Q) for f, g in
           ((3000, 6), (10000, 3), (10000, 12), (12000, -6), (15000, 6))]
SHELVES += [("low_shelf", f, g, FLAT_Q) for f, g in ((100, 6), (250, -12))]
CUTS = [("low_cut", f, 0, FLAT_Q) for f in (30, 120)]
CUTS += [("high_cut", f, 0, FLAT_Q) for f in (8000, 12000, 16000)]


def prototype_db(kind, hz, gain_db, q, freqs):
    """The cookbook's analogue magnitudes."""
    s = 1j * freqs / hz
    a = 10 ** (gain_db / 40)
    if kind == "bell":
        h = (s * s + s * a / q + 1) / (s * s + s / (a * q) + 1)
    elif kind == "high_shelf":
        h = a * (a * s * s + s * np.sqrt(a) / q + 1) / (s * s + s * np.sqrt(a) / q + a)
    elif kind == "low_shelf":
        h = a * (s * s + s * np.sqrt(a) / q + a) / (a * s * s + s * np.sqrt(a) / q + 1)
    elif kind == "low_cut":
        h = s * s / (s * s + s / q + 1)
    else:
        h = 1 / (s * s + s / q + 1)
    return signals.db(h)


# ---- the programs: (type, Hz, dB, Q) -> settings; Unable where a control does not reach

def within(what, value, low, high):
    if not low <= value <= high:
        raise Unable(f"{what} ends at {low:g} and {high:g}")
    return value


def luster_eq(kind, hz, gain_db, q, band=1):
    b = f"b{band}_"
    return {b + "type": kind, b + "freq": hz, b + "gain": gain_db, b + "q": q}


def lsp_eq(mode):
    types = {"bell": 1, "low_cut": 2, "high_shelf": 3, "high_cut": 4, "low_shelf": 5}

    def make(kind, hz, gain_db, q, band=0):
        return {f"ft_{band}": types[kind], f"fm_{band}": mode, f"f_{band}": hz,
                f"g_{band}": signals.amp(gain_db), f"q_{band}": q}
    return make


def calf_eq(kind, hz, gain_db, q, band=1):
    level = signals.amp(gain_db)
    if kind == "bell":
        p = f"p{band}_"
        return {p + "active": 1, p + "level": level, p + "freq": hz, p + "q": within("Q", q, 0.1, 100)}
    within("Q", q, 0.1, 10)
    if kind.endswith("shelf"):
        p = "hs_" if kind == "high_shelf" else "ls_"
        return {p + "active": 1, p + "level": level, p + "freq": hz, p + "q": q}
    p = "lp_" if kind == "high_cut" else "hp_"
    return {p + "active": 1, p + "freq": hz, p + "mode": 0, p + "q": q}


def fil4(kind, hz, gain_db, q, band=None):
    within("gain", gain_db, -18, 18)
    if kind == "bell":
        low, high = {1: (20, 2000), 2: (40, 4000), 3: (100, 10000), 4: (200, 20000)}[band or (
            4 if hz > 2000 else 1)]
        n = band or (4 if hz > 2000 else 1)
        return {f"sec{n}": 1, f"freq{n}": within("frequency", hz, low, high), f"gain{n}": gain_db,
                f"q{n}": within("bandwidth", 1 / q, 0.0625, 4)}
    if kind == "high_shelf":
        return {"HSfreq": within("shelf", hz, 1000, 16000), "HSgain": gain_db,
                "HSq": within("bandwidth", 1.4142 * FLAT_Q / q, 0.0625, 4)}
    if kind == "low_shelf":
        return {"LSfreq": within("shelf", hz, 25, 400), "LSgain": gain_db,
                "LSq": within("bandwidth", 1.4142 * FLAT_Q / q, 0.0625, 4)}
    p, low, high = ("LP", 500, 20000) if kind == "high_cut" else ("HP", 5, 1250)
    return {"LowPass" if p == "LP" else "HighPass": 1, p + "freq": within("cut", hz, low, high),
            p + "Q": within("resonance", 0.7 * q / FLAT_Q, 0, 1.4)}


def zam_eq(kind, hz, gain_db, q, band=1):
    within("frequency", hz, 20, 14000)
    if kind == "bell":
        octaves = 2 / np.log(2) * np.arcsinh(1 / (2 * q))
        return {f"boost{band}": gain_db, f"f{band}": hz, f"bw{band}": within("bandwidth", octaves, 0.1, 6)}
    if kind == "high_shelf":
        return {"boosth": gain_db, "fh": hz}
    if kind == "low_shelf":
        return {"boostl": gain_db, "fl": hz}
    raise Unable("has no cuts")


def ffmpeg_eq(kind, hz, gain_db, q):
    name = {"bell": "equalizer", "high_shelf": "highshelf", "low_shelf": "lowshelf",
            "low_cut": "highpass", "high_cut": "lowpass"}[kind]
    gain = "" if kind.endswith("cut") else f":g={gain_db}"
    return f"{name}=f={hz}:t=q:w={q}{gain}:r=f64"


def sox_eq(kind, hz, gain_db, q):
    if kind == "bell":
        return ["equalizer", hz, f"{q}q", gain_db]
    if kind.endswith("shelf"):
        return ["treble" if kind == "high_shelf" else "bass", gain_db, hz, f"{q}q"]
    return ["lowpass" if kind == "high_cut" else "highpass", hz, f"{q}q"]


# ---- measures

def curves_db(bench, entry, asked, rate, shape):
    """Magnitudes of each asked setting; None where it cannot be set."""
    n, wait = (1 << 15) * (2 if rate > 50000 else 1), rate // 2
    impulse = np.zeros(wait + n)
    impulse[wait] = 2.0 ** -5 if entry.program.kind == "sox" else 0.25
    audio = impulse if shape == 1 else signals.stereo(impulse)
    jobs, at = [], []
    for k, setting in enumerate(asked):
        try:
            jobs.append(Job(audio, rate, entry.make(*setting)))
            at.append(k)
        except Unable:
            pass
    curves = [None] * len(asked)
    for k, result in zip(at, bench.run(entry.program, jobs)):
        if result.error:
            raise Unable(result.error)
        curves[k] = signals.db(np.fft.rfft(result.audio[wait:, 0]) / impulse[wait])
    return curves, np.fft.rfftfreq(n, 1 / rate)


def errors(curve, freqs, setting, top_hz):
    part = (freqs >= 20) & (freqs <= top_hz)
    want = prototype_db(*setting, freqs[part])
    heard = want > -60
    return float(np.max(np.abs(curve[part] - want)[heard]))


def compare(bench, entry, settings, rate, fit):
    """[(error to 16 kHz, error to 20 kHz)] per setting, None where it cannot be set. `fit`: the Q
    that brings the least error to 20 kHz is searched for, by octaves, then finer."""
    shape = entry.more.get("channels", 2)
    best = [(None, None, None)] * len(settings)
    steps = [[1.0]]
    if fit:
        steps += [list(2.0 ** np.linspace(-5, 4, 19)), [0.77, 0.84, 0.92, 1.09, 1.19, 1.3],
                  [0.96, 0.98, 1.02, 1.04]]
    for factors in steps:
        centres = [b[2] or 1.0 for b in best]
        asked = [(s[0], s[1], s[2], s[3] * c * f) for s, c in zip(settings, centres) for f in factors]
        curves, freqs = curves_db(bench, entry, asked, rate, shape)
        for k, setting in enumerate(settings):
            for j, factor in enumerate(factors):
                curve = curves[k * len(factors) + j]
                if curve is None:
                    continue
                to20 = errors(curve, freqs, setting, 20000)
                if best[k][1] is None or to20 < best[k][1]:
                    best[k] = (errors(curve, freqs, setting, 16000), to20, centres[k] * factor)
    return best


def worst(found, which):
    """(largest error, settings that can be set)"""
    values = [f[which] for f in found if f[which] is not None]
    return (max(values) if values else None), len(values)


def hears_neutral(bench, entry):
    """A 0 dB bell must do nothing: otherwise the wrong thing is being measured."""
    curves, freqs = curves_db(bench, entry, [("bell", 1000, 0.0, 1.0)], 48000,
                              entry.more.get("channels", 2))
    part = (freqs > 20) & (freqs < 20000)
    return float(np.max(np.abs(curves[0][part])))


def residual_db(bench, entry):
    """A 997 Hz tone of -1 dBFS through a bell at 40 Hz, +12 dB, 96 kHz: RMS of what is not the tone."""
    rate = 96000
    tone = signals.sine(997, rate, 3.0, -13 if entry.program.kind == "sox" else -1)
    audio = tone if entry.more.get("channels") == 1 else signals.stereo(tone)
    result = bench.one(entry.program, audio, rate, entry.make("bell", 40, 12, 1))
    rest, level = signals.without_sine(result.audio[2 * rate:, 0], 997, rate)
    return float(signals.db(signals.rms(rest) / level)) - 1


def splatter_db(bench, entry, which):
    """Automation in steps of 512 frames, as hosts give it, on a 1 kHz tone of -6 dBFS."""
    if entry.program.kind in ("ffmpeg", "sox"):
        return None
    rate, n = 48000, 48000 * 2
    tone = signals.sine(1000, rate, 2.0, -12)
    audio = tone if entry.more.get("channels") == 1 else signals.stereo(tone)
    moves, band = [], entry.more.get("band", 1)
    base = entry.make("bell", 1000, -6, 1, band)
    for at in range(rate // 2, n - rate // 2, 512):
        part = (at - rate / 2) / rate
        made = entry.make("bell", 1000 if which == "gain" else 500 * 8 ** part,
                          -6 + 12 * part if which == "gain" else 6, 1, band)
        moves += [(at, name, value) for name, value in made.items() if value != base[name]]
        base = base | made
    first = entry.make("bell", 1000 if which == "gain" else 500, -6 if which == "gain" else 6, 1, band)
    result = bench.one(entry.program, audio, rate, first, moves=moves)
    return signals.splatter(result.audio[rate // 4:, 0], rate, 6000)


def measure(bench, entry, options):
    neutral = hears_neutral(bench, entry)
    if neutral > 0.1:
        raise Unable(f"a bell of 0 dB changes the sound by {neutral:.2f} dB")
    row = {}
    bells = BELLS[::3] if options.quick else BELLS
    for rate in (44100, 96000):
        fitted = compare(bench, entry, bells, rate, not entry.ours)
        row[f"bells16_{rate}"], _ = worst(fitted, 0)
        row[f"bells20_{rate}"], count = worst(fitted, 1)
        row[f"median_{rate}"] = float(np.median([f[1] for f in fitted if f[1] is not None]))
        row["settable"] = f"{count}/{len(bells)}"
        row[f"curve_{rate}"] = [f[1] for f in fitted]
    own = compare(bench, entry, bells, 44100, False)
    row["own20_44100"], _ = worst(own, 1)
    row["shelves20_44100"], _ = worst(compare(bench, entry, SHELVES, 44100, not entry.ours), 1)
    row["cuts20_44100"], _ = worst(compare(bench, entry, CUTS, 44100, not entry.ours), 1)
    row["residual"] = residual_db(bench, entry)
    row["gain_move"] = splatter_db(bench, entry, "gain")
    row["freq_move"] = splatter_db(bench, entry, "freq")
    return row


def four_bells(entry):
    """For the time: four bells at work, as in bench/console."""
    rows = [(110, -2.5, 1.0), (420, 1.5, 1.4), (2100, 2.0, 0.9), (7200, -1.5, 0.7)]
    if entry.program.kind == "ffmpeg":
        return ",".join(entry.make("bell", *row) for row in rows)
    if entry.program.kind == "sox":
        return [word for row in rows for word in entry.make("bell", *row)]
    first = entry.more.get("first", 1)
    made = [entry.make("bell", *row, first + k) for k, row in enumerate(rows[:entry.more.get("bands", 4)])]
    return {name: value for part in made for name, value in part.items()} | entry.more.get("set", {})


def plot(rows, folder):
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    figure, axis = pyplot.subplots(figsize=(9, 4.5))
    for row in rows:
        if row.get("curve_44100"):
            points = [(i, e) for i, e in enumerate(row["curve_44100"]) if e]
            axis.semilogy([p[0] for p in points], [p[1] for p in points],
                          "o-", linewidth=2.5 if row["ours"] else 1, label=row["label"])
    axis.set_ylabel("largest error to 20 kHz, dB; 44.1 kHz, best Q")
    if len(rows[0].get("curve_44100") or []) == len(BELLS):
        axis.set_xticks(range(len(BELLS)), [f"{f:g} Hz {g:+g} Q{q:g}" for _, f, g, q in BELLS],
                        rotation=70, fontsize=7)
    axis.legend(fontsize=7)
    axis.grid(alpha=0.3)
    figure.tight_layout()
    path = folder / "equalizer.svg"
    figure.savefig(path)
    pyplot.close(figure)
    return [path]


def section(tables):
    para = lsp("para_equalizer_x16_stereo")
    entries = [
        Entry("luster eq", luster("eq"), luster_eq),
        Entry("LSP parametric, RLC (MT)", para, lsp_eq(1), {"first": 0}),
        Entry("LSP parametric, RLC (BT)", para, lsp_eq(0), {"first": 0}),
        Entry("LSP parametric, APO (DR)", para, lsp_eq(6), {"first": 0}),
        Entry("x42 fil4", x42("fil4#stereo"), fil4, {"band": 3}),
        Entry("Calf Equalizer 8 Band", calf("Equalizer8Band"), calf_eq),
        Entry("ZamEQ2", lv2("urn:zamaudio:ZamEQ2"), zam_eq, {"channels": 1, "bands": 2},
              note="mono, two bells; time times four"),
        Entry("ffmpeg equalizer", FFMPEG, ffmpeg_eq),
        Entry("SoX equalizer", SOX, sox_eq, note="fixed point inside"),
    ]
    for entry in entries:
        entry.timing = (four_bells(entry), 4 if "bands" in entry.more else 1)
    return Section(
        "equalizer", "Equalizer",
        "Largest error in dB against the analogue prototype, 20 Hz up to 16 or 20 kHz, of 18 bells "
        "(30 Hz to 20 kHz, -18 to +18 dB, Q 0.3 to 20), 7 shelves and 5 cuts of 12 dB/octave (where the "
        "curve is above -60 dB). Others with the Q that comes nearest to the prototype in each case; "
        "*as set*: with Q as it is given. *Residual*: what is not the tone, a 40 Hz bell of +12 dB, a 997 Hz tone at "
        "-1 dBFS, 96 kHz. *Moves*: the loudest 20 ms above 6 kHz while a bell on a 1 kHz tone moves from "
        "-6 to +6 dB, or from 500 Hz to 4 kHz, within a second. Time: four bells.",
        [("bells16_44100", "bells, 44.1 kHz: largest to 16 k", 3), ("bells20_44100", "largest to 20 k", 3),
         ("median_44100", "median, to 20 k", 3), ("own20_44100", "largest as set", 3),
         ("bells20_96000", "bells, 96 kHz, to 20 k", 3),
         ("shelves20_44100", "shelves, 44.1 kHz", 3), ("cuts20_44100", "cuts, 44.1 kHz", 3),
         ("settable", "can be set", None), ("residual", "residual dBFS", 0),
         ("gain_move", "gain move dBFS", 0), ("freq_move", "freq. move dBFS", 0)],
        entries, measure,
        bars=[("bells20_44100", 0.1), ("bells20_96000", 0.05), ("shelves20_44100", 0.1),
              ("cuts20_44100", 0.1), ("residual", -140), ("gain_move", -90), ("freq_move", -90)],
        plot=plot)
