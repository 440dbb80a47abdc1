# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plots of what moves with the level: compressor, multiband, gate, limiter, transient, leveller."""
import numpy as np

from compare import signals

from . import svg
from .lab import RATE, amp, crests, db, envelope, harmonics, level_at, steps, thin
from .svg import BLACK, BLUE, COLOURS, GREEN, GREY, RED, Axis, Panel, draw


def levels_axis(label, low=-60, high=0, every=10):
    return Axis(label, low, high, list(range(low, high + 1, every)))


def compressor(lab):
    levels = np.arange(-70, 0.1, 1.0)
    audio, ends = steps(levels, 0.3)
    quick = {"threshold": -24, "knee": 0, "attack": 1, "release": 20, "hold": 1}
    down = [("2:1", quick | {"ratio": 2}), ("4:1", quick | {"ratio": 4}),
            ("4:1, knee 18 dB", quick | {"ratio": 4, "knee": 18}), ("∞:1", quick | {"ratio": 100}),
            ("FET 4:1, knee 6 dB", quick | {"ratio": 4, "knee": 6, "style": "fet"})]
    up = [("up 2:1 below −30 dB, floor −65 dB",
           quick | {"ratio": 1, "up_ratio": 2, "up_threshold": -30, "up_floor": -65, "up_range": 12}),
          ("up 2:1, down 4:1 above −24 dB, knee 6 dB",
           quick | {"ratio": 4, "knee": 6, "up_ratio": 2, "up_threshold": -36, "up_floor": -65})]
    panels = []
    for title, cases, low in (("down, threshold −24 dB", down, -50), ("up", up, -70)):
        panel = Panel(title, levels_axis("input, dBFS", low), levels_axis("output, dBFS", low))
        panel.line("", [low, 0], [low, 0], GREY, dash="2 3", width=1)
        outs = lab.play("compressor", audio, [settings for _, settings in cases])
        for (name, _), out, colour in zip(cases, outs, COLOURS):
            part = levels >= low
            panel.line(name, levels[part], level_at(out[:, 0], ends)[part], colour,
                       dash="6 3" if "FET" in name else "")
        panels.append(panel)
    return draw("Compressor: static curves, 1 kHz tone in steps", panels, 290)


def compressor_styles(lab):
    times = {"threshold": -20, "ratio": 4, "attack": 5, "release": 100}
    cases = [("clean", {}), ("automatic times", {"auto_times": "on"}), ("opto", {"style": "opto"}),
             ("fet", {"style": "fet"}), ("bus", {"style": "bus"})]
    panels = []
    for title, burst_s, shown_s, ticks in (("burst of 50 ms", 0.05, 0.75, [0, 0.2, 0.4, 0.6]),
                                           ("burst of 3 s", 3.0, 7.0, [0, 1, 2, 3, 4, 5, 6, 7])):
        level = np.full(int((0.3 + shown_s) * RATE), -46.0)
        level[int(0.3 * RATE):int((0.3 + burst_s) * RATE)] = -6
        tone, at = crests(level)
        at = at[at < len(tone)]
        panel = Panel(title, Axis("s from the start of the burst", -0.05 * shown_s / 0.75 * 0.4, shown_s, ticks),
                      Axis("gain, dB", -12, 1, [-12, -10, -8, -6, -4, -2, 0]))
        panel.line("", [burst_s, burst_s], [-12, 1], GREY, dash="2 3", width=1)
        outs = lab.play("compressor", tone, [times | more for _, more in cases])
        for (name, _), out, colour in zip(cases, outs, COLOURS):
            panel.line(name, at / RATE - 0.3, db(out[at, 0] / tone[at]), colour,
                       dash="6 3" if name == "fet" else "", width=2 if name == "clean" else 1.6)
        panels.append(panel)
    return draw("Compressor: gain over time, attack 5 ms, release 100 ms, 14 dB over the threshold", panels)


def multiband(lab):
    still = {f"b{k}_ratio": 1 for k in range(1, 5)}
    cases = [still | {f"b{k}_solo": "on"} for k in range(1, 5)] + [still | {"b1_makeup": 1e-9}]
    freqs, curves = lab.response("multiband", cases)
    panel = Panel("bands and their sum", svg.hz(), Axis("dB", -60, 4, [-60, -48, -36, -24, -12, 0]))
    for k, (curve, colour) in enumerate(zip(curves[:4], COLOURS), 1):
        panel.line(f"band {k}", *thin(freqs, curve), colour)
    panel.line("all", *thin(freqs, curves[4]), BLACK, width=2)
    impulse = np.zeros(RATE // 2)
    impulse[RATE // 4] = 0.5
    phase = Panel("a pulse of 1 ms through the crossovers", Axis("ms", -10, 20, [-10, 0, 10, 20]),
                  Axis("of the input's peak", -0.75, 1.1, [-0.5, 0, 0.5, 1]), share=0.7)
    t = (np.arange(len(impulse)) - RATE // 4) / RATE * 1000
    pulse = 0.5 * np.exp(-(t / 0.4) ** 2)
    part = np.abs(t - 5) < 16
    phase.line("input", t[part], pulse[part] / 0.5, GREY, dash="2 3")
    for name, kind, colour in (("all-pass", "all_pass", RED), ("linear", "linear", BLUE)):
        out = lab.play("multiband", pulse, [still | {"b1_makeup": 1e-9, "phase": kind}])[0][:, 0]
        phase.line(name, t[part], out[part] / 0.5, colour)
    return draw("Multiband: crossovers at 120, 600 and 5000 Hz", [panel, phase])


def gate(lab):
    up = np.arange(-70, -9.9, 1.0)
    levels = np.concatenate([up, up[::-1]])
    audio, ends = steps(levels, 0.4)
    quick = {"threshold": -40, "attack": 1, "hold": 10, "release": 20, "lookahead": 0}
    cases = [("gate, hysteresis 4 dB, range 20 dB", quick), ("2:1, range 40 dB", quick | {"ratio": 2, "range": 40})]
    outs = lab.play("gate", audio, [settings for _, settings in cases])
    curve = Panel("static, threshold −40 dB", levels_axis("input, dBFS", -70, -10),
                  levels_axis("output, dBFS", -100, -10))
    curve.line("", [-70, -10], [-70, -10], GREY, dash="2 3", width=1)
    for (name, _), out, colour in zip(cases, outs, (BLUE, RED)):
        got = level_at(out[:, 0], ends)
        curve.line(name, levels, got, colour)
    n = int(1.2 * RATE)
    t = np.arange(n) / RATE
    stroke = amp(-6) * np.sin(2 * np.pi * 200 * t) * 10 ** (-110 * np.mod(t - 0.1, 0.6) / 20) * (t > 0.1)
    bed = amp(-58) * np.random.default_rng(4).standard_normal(n)
    audio = np.stack([stroke + bed] * 2, axis=1)
    time = Panel("strokes that die away in noise", Axis("s", 0, 1.2, [0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2]),
                 levels_axis("peaks of 5 ms, dBFS", -80, 0))
    time.line("input", *envelope(stroke + bed, step_s=0.004), GREY)
    for name, more, colour in (("threshold −30, range 20 dB", {"threshold": -30}, BLUE),
                               ("hold 150 ms, release 50", {"threshold": -30, "hold": 150, "release": 50}, RED)):
        time.line(name, *envelope(lab.play("gate", audio, [more])[0][:, 0], step_s=0.004), colour)
    time.line("opens", [0, 1.2], [-30, -30], BLACK, dash="5 3", width=0.8)
    time.line("closes", [0, 1.2], [-34, -34], BLACK, dash="1 3", width=1)
    return draw("Gate: its curve, and two strokes", [curve, time], 270)


def limiter(lab):
    presets = lab.presets("limiter")
    level = np.full(int(0.9 * RATE), -3.0)
    zero = RATE // 4000  # changes at zero crossings: a jump's true peak would be more
    for start_s, end_s in ((0.2, 0.204), (0.35, 0.6)):
        level[int(start_s * RATE) + zero:int(end_s * RATE) + zero] = 5
    tone, at = crests(level)
    cases = [("default", {}), *[(name, presets[name]) for name in (
        "master_transparent", "master_loud", "master_punchy", "master_gentle")]]
    outs = lab.play("limiter", tone, [settings for _, settings in cases])
    time = Panel("gain around 4 ms and 250 ms that are 6 dB over the ceiling",
                 Axis("ms", -50, 650, [0, 100, 200, 300, 400, 500, 600]),
                 Axis("gain, dB", -7, 1, [-6, -4, -2, 0]), share=1.6)
    for (name, _), out, colour in zip(cases, outs, COLOURS):
        time.line(name, at / RATE * 1000 - 200, db(out[at, 0] / tone[at]), colour)
    bass = Panel("50 Hz, 6 dB into the ceiling", Axis("Hz", 0, 1050, [0, 250, 500, 750, 1000]),
                 Axis("dB of the tone", -160, 0, list(range(-160, 1, 40))))
    tone = signals.sine(50, RATE, 2.0)
    cases = [("samples cut", None, GREY), ("hold 0, look-ahead 5 ms", {"hold": 0, "lookahead": 5}, RED),
             ("master_loud", presets["master_loud"], GREEN), ("default: none above −160", {}, BLUE)]
    for k, (name, settings, colour) in enumerate(cases):
        out = (np.clip(tone * 2, -1, 1) if settings is None else
               lab.play("limiter", tone, [settings | {"input_gain": 5}])[0][:, 0])
        hz, line = harmonics(out, 50)
        line -= line[0]
        part = (hz < 1050) & (line > -160)
        bass.stems(name, hz[part] + 10 * (k - 1.5), line[part], colour, width=2)
    return draw("Limiter: gain of its characters, and distortion of a low tone", [time, bass])


def transient(lab):
    n = int(0.75 * RATE)
    t = np.arange(n) / RATE - 0.1
    stroke = amp(-18) * np.sin(2 * np.pi * 400 * t) * np.exp(-np.maximum(t, 0) * 11) * (t > 0)
    panels = []
    for title, setting in (("attack", "attack"), ("sustain", "sustain")):
        panel = Panel(title, Axis("ms", -30, 400, [0, 100, 200, 300, 400]),
                      levels_axis("peaks of 5 ms, dBFS", -70, 0))
        values = (6, 12, -6, -12)
        outs = lab.play("transient", stroke, [{setting: v} for v in values])
        x, level = envelope(stroke, step_s=0.003)
        panel.line("input", x * 1000 - 100, level, BLACK, width=2)
        for value, out, colour in zip(values, outs, (RED, svg.AMBER, svg.SKY, BLUE)):
            x, level = envelope(out[:, 0], step_s=0.003)
            panel.line(f"{value:+d} dB".replace("-", "−"), x * 1000 - 100, level, colour)
        panels.append(panel)
    return draw("Transient shaper: a stroke out of silence", panels)


def loudness(x, window_s=0.4):
    """Of two equal channels, over time, in LUFS, centred (BS.1770's weighting at 48 kHz)."""
    freqs = np.fft.rfftfreq(len(x), 1 / RATE)
    z = np.exp(-2j * np.pi * freqs / RATE)
    shelf = ((1.53512485958697 - 2.69169618940638 * z + 1.19839281085285 * z * z)
             / (1 - 1.69065929318241 * z + 0.73248077421585 * z * z))
    cut = (1 - 2 * z + z * z) / (1 - 1.99004745483398 * z + 0.99007225036621 * z * z)
    power = 2 * np.fft.irfft(np.fft.rfft(x) * shelf * cut, len(x)) ** 2
    total = np.concatenate([[0.0], np.cumsum(power)])
    n = int(window_s * RATE)
    at = np.arange(0, len(x) - n, RATE // 10)
    return (at + n / 2) / RATE, -0.691 + 10 * np.log10((total[at + n] - total[at]) / n + 1e-12)


PHRASES = [(0, 4, -4), (4.5, 4, 5), (9, 4, -9), (13.5, 4, 0), (18, 4, 6), (22.5, 3, -2), (25.5, 3, -13)]


def leveller(lab):
    """Noise in syllables: (start, seconds, level) of its phrases; the last begins without a pause."""
    seconds = 29
    t = np.arange(seconds * RATE) / RATE
    audio = signals.noise(RATE, seconds, -24, 5, 1)[:, 0] * (0.75 + 0.25 * np.sin(2 * np.pi * 4 * t))
    heard = np.zeros(len(t))
    for start, length, level in PHRASES:
        heard[int(start * RATE):int((start + length) * RATE)] = amp(level)
    audio *= heard + amp(-50) * (heard == 0)
    cases = [("default: range 6 dB", {}, BLUE), ("range 12 dB", {"range": 12}, RED)]
    outs = lab.play("leveller", audio, [settings for _, settings, _ in cases])
    panel = Panel("", Axis("s", 0, seconds, list(range(0, 29, 4))),
                  Axis("LUFS of 0.4 s", -40, -10, [-40, -30, -20, -10]))
    for name, x, colour in [("input", audio, GREY)] + [
            (name, out[:, 0], colour) for (name, _, colour), out in zip(cases, outs)]:
        at, level = loudness(x)
        for k, (start, length, _) in enumerate(PHRASES):
            part = (at > start + 0.2) & (at < start + length - 0.2)
            panel.line(name if k == 0 else "", at[part], level[part], colour)
    panel.line("target", [0, seconds], [-20, -20], BLACK, dash="4 4", width=0.9)
    return draw("Leveller: phrases of noise in syllables", [panel], 220)


PLOTS = {"compressor": compressor, "compressor_styles": compressor_styles, "multiband": multiband,
         "gate": gate, "limiter": limiter, "transient": transient, "leveller": leveller}
