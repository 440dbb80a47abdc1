# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plots of rooms, echoes, modulation and stereo."""
import numpy as np

from compare import reverb as room
from compare import signals

from . import svg
from .lab import RATE, amp, band_level, db, thin
from .svg import BLACK, BLUE, COLOURS, GREY, RED, Axis, Panel, draw

AT = RATE // 4  # frame of the impulses


def impulse(seconds, side=None):
    audio = np.zeros((AT + int(seconds * RATE), 2))
    audio[AT, [0, 1] if side is None else [side]] = 0.5
    return audio


def decay_db(h, octave):
    """Schroeder's backward integral of both sides, dB, every 10 ms."""
    energy = sum(room.octave(h[:, c], octave) ** 2 for c in range(2))
    left = np.cumsum(energy[::-1])[::-1]
    every = slice(None, None, RATE // 100)
    return np.arange(len(left))[every] / RATE, 10 * np.log10(left[every] / left[0] + 1e-12)


def reverb(lab):
    cases = [("hall, decay 2.4 s", {"type": "hall", "decay": 2.4}, 3.0),
             ("room, decay 0.5 s", {"type": "room", "decay": 0.5}, 0.75)]
    panels = []
    for title, settings, seconds in cases:
        audio = impulse(seconds)
        out = lab.play("reverb", audio, [settings | {"mix": 100, "pre_delay": 0}])[0]
        h = out[AT:] / 0.5
        panel = Panel(title, Axis("s", 0, seconds, list(np.linspace(0, seconds, 4))),
                      Axis("dB of energy left", -60, 0, list(range(-60, 1, 10))))
        for octave, colour in zip((125, 500, 2000, 4000, 8000), COLOURS):
            name = f"{octave // 1000} kHz" if octave >= 1000 else f"{octave} Hz"
            panel.line(name, *decay_db(h, octave), colour)
        panels.append(panel)
    return draw("Reverb: decay per octave, high_decay 0.4 above 7 kHz", panels)


def reverb_echoes(lab):
    panels = []
    for title, settings in (("hall", {"type": "hall"}), ("room", {"type": "room", "decay": 0.5})):
        out = lab.play("reverb", impulse(0.4, side=0), [settings | {"mix": 100, "pre_delay": 0}])[0]
        panel = Panel(title, Axis("ms", 0, 120, [0, 20, 40, 60, 80, 100, 120]),
                      Axis("dB of the impulse, largest of 1 ms", -60, 0, list(range(-60, 1, 10))))
        each = RATE // 1000
        h = np.abs(out[AT:AT + 120 * each] / 0.5).reshape(120, each, 2).max(axis=1)
        ms = np.arange(120)
        panel.stems("left", ms, db(h[:, 0]), BLUE, width=1.3)
        panel.stems("right", ms + 0.5, db(h[:, 1]), RED, width=1.3)
        panels.append(panel)
    return draw("Reverb: first echoes of an impulse at the left", panels, 220)


def echoes(panel, out, seconds):
    """Peaks of every 5 ms."""
    each = RATE // 200
    n = int(seconds * 200)
    h = np.abs(out[AT:AT + n * each] / 0.5).reshape(n, each, 2).max(axis=1)
    ms = np.arange(n) * 5
    for name, side, colour, shift in (("left", 0, BLUE, -4), ("right", 1, RED, 4)):
        level = db(h[:, side])
        part = level > -60
        panel.stems(name, ms[part] + shift, level[part], colour, width=2.5)
    return panel


def delay(lab):
    common = {"time": 250, "feedback": 60, "mix": 50}
    panels = []
    for title, more in (("straight, offset 20 ms", {"offset": 20}), ("ping-pong", {"ping_pong": "on"})):
        out = lab.play("delay", impulse(1.7), [common | more])[0]
        panels.append(echoes(Panel(title, Axis("ms", -50, 1600, [0, 500, 1000, 1500]),
                                   Axis("peaks, dB of the impulse", -60, 0, list(range(-60, 1, 10)))), out, 1.7))
    freqs = np.fft.rfftfreq(RATE // 4, 1 / RATE)
    out = lab.play("delay", impulse(1.7), [common | {"feedback": 100, "mix": 100}])[0]
    tone = Panel("repeats, feedback 100 %",
                 Axis("Hz", 50, 20000, [100, 1000, 10000], log=True),
                 Axis("dB", -30, 6, [-30, -24, -18, -12, -6, 0, 6]), share=0.8)
    for k, colour in zip((1, 2, 4), COLOURS):
        start = AT + int((0.25 * k - 0.02) * RATE)
        tone.line(f"{k}.", *thin(freqs, db(np.fft.rfft(out[start:start + RATE // 4, 0]) / 0.5), low=50), colour)
    return draw("Delay: echoes of an impulse, 250 ms, feedback 60 %", panels + [tone], 210)


def chorus(lab):
    """Where each copy stands: the peaks of what follows each pulse of a train."""
    panels, gap = [], int(0.04 * RATE)
    for title, settings in (("2 voices", {"voices": 2}), ("4 voices, depth 4 ms", {"voices": 4, "depth": 4})):
        train = np.zeros(int(2.5 * RATE))
        train[::gap] = 0.5
        out = lab.play("chorus", train, [settings | {"mix": 100, "low_cut": 20, "high_cut": 20000}])[0]
        panel = Panel(title, Axis("s", 0, 2.4, [0, 0.4, 0.8, 1.2, 1.6, 2.0, 2.4]),
                      Axis("delay, ms", 0, 24, [0, 4, 8, 12, 16, 20, 24]))
        for name, side, colour in (("left", 0, BLUE), ("right", 1, RED)):
            x, y = [], []
            for start in range(0, len(train) - gap, gap):
                part = np.abs(out[start:start + gap, side])
                tall = [i for i in range(1, gap - 1) if part[i] > 0.3 * part.max()
                        and part[i] == part[max(0, i - 8):i + 9].max()]
                x += [start / RATE] * len(tall)
                y += [i / RATE * 1000 for i in tall]
            panel.dots(name, x, y, colour, width=3)
        panels.append(panel)
    return draw("Chorus: where its copies are", panels, 220)


def instants(lab, processor, settings, at_s, seconds=0.25):
    """Response of the left side at moments: by an impulse each."""
    freqs, curves = np.fft.rfftfreq(int(seconds * RATE), 1 / RATE), []
    for at in at_s:
        audio = np.zeros(int((at + seconds) * RATE))
        start = int(at * RATE)
        audio[start - 48] = 0.5
        out = lab.play(processor, audio, [settings])[0]
        curves.append(db(np.fft.rfft(out[start - 96:start - 96 + len(freqs) * 2 - 2, 0], 2 * len(freqs) - 2) / 0.5))
    return freqs, curves


def flanger(lab):
    panels = []
    for title, settings in (("feedback 30 %", {}), ("feedback −70 %, invert", {"feedback": -70, "invert": "on"})):
        panel = Panel(title, svg.hz(100, 5000),
                      Axis("dB", -24, 12, [-24, -18, -12, -6, 0, 6, 12]))
        freqs, curves = instants(lab, "flanger", settings | {"rate": 0.25}, (1.0, 3.0))
        for name, curve, colour in zip(("after 1 s", "after 3 s"), curves, (BLUE, RED)):
            panel.line(name, *thin(freqs, curve, low=100, high=5000, n=700), colour, width=1.2)
        panels.append(panel)
    return draw("Flanger: its comb at two moments of a sweep of 4 s", panels)


def phaser(lab):
    panels = []
    for title, settings in (("6 stages, feedback 30 %", {}), ("12 stages, feedback 0", {"stages": 12, "feedback": 0})):
        panel = Panel(title, svg.hz(50, 20000), Axis("dB", -36, 6, [-36, -30, -24, -18, -12, -6, 0, 6]))
        freqs, curves = instants(lab, "phaser", settings | {"rate": 0.4}, (0.7, 1.9))
        for name, curve, colour in zip(("after 0.7 s", "after 1.9 s"), curves, (BLUE, RED)):
            panel.line(name, *thin(freqs, curve, low=50, n=900), colour)
        panels.append(panel)
    return draw("Phaser: its notches at two moments of a sweep of 2.5 s", panels)


def stereo(lab):
    side = np.zeros((RATE, 2))
    side[RATE // 2] = 0.5, -0.5
    freqs = np.fft.rfftfreq(RATE, 1 / RATE)
    cases = [("lows 0 %", {"width_low": 0}), ("middle 50 %", {"width_mid": 50}), ("highs 200 %", {"width_high": 200}),
             ("mono_bass 120 Hz", {"mono_bass": "on"})]
    width = Panel("level of the side", svg.hz(), Axis("dB", -36, 9, [-36, -30, -24, -18, -12, -6, 0, 6]))
    for (name, _), out, colour in zip(cases, lab.play("stereo", side, [s for _, s in cases]), COLOURS):
        width.line(name, *thin(freqs, db(np.fft.rfft((out[:, 0] - out[:, 1]) / 2) / 0.5)), colour)
    mono = signals.noise(RATE, 8, -20, 6, 1)[:, 0]
    centres = 1000 * 2.0 ** (np.arange(-16, 13) / 3)
    wide = Panel("mono sound, decorrelate from 300 Hz", svg.hz(),
                 Axis("correlation of the sides", -0.1, 1.05, [0, 0.25, 0.5, 0.75, 1]))
    amounts = (25, 50, 75, 100)
    for amount, out, colour in zip(amounts, lab.play("stereo", mono, [{"decorrelate": a} for a in amounts]), COLOURS):
        powers = [10 ** (band_level(x, centres, 1 / 3) / 10) for x in (
            out[:, 0] + out[:, 1], out[:, 0] - out[:, 1], out[:, 0], out[:, 1])]
        wide.line(f"{amount} %", centres, (powers[0] - powers[1]) / 4 / np.sqrt(powers[2] * powers[3]), colour)
    return draw("Stereo: width per band, and width made from mono", [width, wide])


def pan(lab):
    tone = 0.25 * np.sin(2 * np.pi * 1000 * np.arange(RATE // 5) / RATE)
    places = np.arange(-100, 101, 5)
    part = slice(RATE // 10, None)

    def levels(audio, more):
        outs = lab.play("pan", audio, [more | {"pan": p} for p in places])
        return [db(np.array([signals.rms(out[part, c]) for out in outs]) / signals.rms(tone[part]), -100)
                for c in range(2)]

    laws = Panel("a mono source, mode mono", Axis("pan, %", -100, 100, [-100, -50, 0, 50, 100]),
                 Axis("dB", -24, 3, [-24, -18, -12, -6, -3, 0]))
    for name, law, colour in (("−3 dB", "minus_3_db", BLUE), ("−4.5 dB", "minus_4_5_db", svg.GREEN),
                              ("−6 dB", "minus_6_db", RED)):
        left, right = levels(tone, {"mode": "mono", "law": law})
        laws.line(name + " left", places, left, colour)
        laws.line("right", places, right, colour, dash="5 3")
    modes = Panel("a source at the left only, law −3 dB", Axis("pan, %", -100, 100, [-100, -50, 0, 50, 100]),
                  Axis("dB", -24, 3, [-24, -18, -12, -6, -3, 0]))
    only = np.stack([tone, np.zeros(len(tone))], axis=1)
    for name, colour in (("balance", svg.GREEN), ("stereo", BLUE), ("rotate", RED)):
        left, right = levels(only, {"mode": name})
        modes.line(name + " left", places, left, colour, width=4 if name == "balance" else 1.6)
        modes.line("right", places, right, colour, dash="5 3")
    return draw("Pan: its laws and modes", [laws, modes])


PLOTS = {"reverb": reverb, "reverb_echoes": reverb_echoes, "delay": delay, "chorus": chorus, "flanger": flanger,
         "phaser": phaser, "stereo": stereo, "pan": pan}
