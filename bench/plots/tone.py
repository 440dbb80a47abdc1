# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plots of what changes the tone: equalizers, match, dehum, clipper, saturator, de-esser."""
import numpy as np

from compare import equalizer, signals

from . import svg
from .lab import RATE, amp, band_level, db, harmonics, largest, level_at, spectrum, steps, thin
from .svg import BLACK, BLUE, COLOURS, GREY, RED, Axis, Panel, draw

NEAR_NYQUIST = [  # type, Hz, dB, Q
    ("bell", 16000, 12, 1.4), ("bell", 5000, -12, 2), ("high_shelf", 10000, 6, 0.7071),
    ("high_cut", 16000, 0, 0.7071)]


def cookbook_db(hz, gain_db, q, freqs, rate):
    """The usual bell: the bilinear transform, which reaches 0 dB at Nyquist."""
    warped = np.tan(np.pi * np.minimum(freqs, rate / 2 - 1) / rate) / np.tan(np.pi * hz / rate)
    return equalizer.prototype_db("bell", 1.0, gain_db, q, warped)


def eq(lab):
    rate = 44100
    freqs, curves = lab.response("eq", [equalizer.luster_eq(*s) for s in NEAR_NYQUIST], rate)
    panel = Panel("", Axis("Hz", 1000, 22050, [1000, 2000, 5000, 10000, 20000], log=True),
                  Axis("dB", -15, 15, [-12, -6, 0, 6, 12]))
    x = np.geomspace(1000, 22040, 300)
    for setting, curve, colour in zip(NEAR_NYQUIST, curves, COLOURS):
        kind, hz, gain, q = setting
        name = f"{kind.replace('_', ' ')} {hz / 1000:g} kHz" + (f" {gain:+d} dB" if gain else "")
        name += f", Q {q}" if kind == "bell" else ""
        panel.line(name.replace("-", "−"), *thin(freqs, curve, low=1000, high=22040), colour, width=2.2)
        panel.line("", x, equalizer.prototype_db(*setting, x), BLACK, dash="3 4", width=1.2)
    panel.line("the first bell by bilinear transform", x, cookbook_db(*NEAR_NYQUIST[0][1:], x, rate), GREY,
               dash="2 2")
    panel.line("analogue prototypes", [], [], BLACK, dash="3 4", width=1.2)
    return draw("Equalizer at 44.1 kHz: measured over the analogue prototypes", [panel])


def eq_dynamic(lab):
    levels = np.arange(-60, 0.1, 1.5)
    cases = [("above −30 dB, 3:1, range −8 dB", BLUE, -8, 3, "above"),
             ("above −30 dB, 1.5:1, range +6 dB", RED, 6, 1.5, "above"),
             ("below −30 dB, 2:1, range +10 dB", svg.GREEN, 10, 2, "below")]
    audio, ends = steps(levels, 0.5)
    outs = lab.play("eq", audio, [
        {"b1_type": "bell", "b1_freq": 1000, "b1_range": r, "b1_threshold": -30, "b1_ratio": ratio,
         "b1_when": when, "b1_release": 50} for _, _, r, ratio, when in cases])
    panel = Panel("", Axis("level of a 1 kHz tone, dBFS", -60, 0, list(range(-60, 1, 10))),
                  Axis("gain of the band, dB", -10, 12, [-8, -4, 0, 4, 8, 12]))
    for (name, colour, span, ratio, when), out in zip(cases, outs):
        panel.line(name, levels, level_at(out[:, 0], ends) - levels, colour, width=2.2)
        over = (levels + 30) * (1 if when == "above" else -1)
        knee, slope = 6.02, 1 - 1 / ratio
        asked = np.where(over > knee / 2, slope * over,
                         slope * np.maximum(over + knee / 2, 0) ** 2 / (2 * knee))
        panel.line("", levels, np.sign(span) * np.minimum(asked, abs(span)), BLACK, dash="3 4", width=1.2)
    panel.line("stated curve", [], [], BLACK, dash="3 4", width=1.2)
    return draw("Equalizer: a dynamic bell's gain over the level", [panel], 220)


def eq_linear(lab):
    settings = {"b1_type": "low_cut", "b1_freq": 80, "b1_slope": "24"}
    at, n = int(0.3 * RATE), int(0.6 * RATE)
    impulse = np.zeros(n)
    impulse[at] = 0.5
    panel = Panel("", Axis("ms from the impulse", -40, 60, [-40, -20, 0, 20, 40, 60]),
                  Axis("‰ of the impulse", -30, 10, [-30, -20, -10, 0, 10]))
    t = (np.arange(n) - at) / RATE * 1000
    part = np.abs(t) < 61
    for name, processor, colour in (("eq_linear: as much before as after", "eq_linear", BLUE),
                                    ("eq: only after", "eq", RED)):
        out = lab.play(processor, impulse, [settings])[0][:, 0]
        panel.line(name, t[part], ((out - impulse) / 0.5 * 1000)[part], colour)
    return draw("Low cut 80 Hz, 24 dB/octave: what it adds to an impulse", [panel], 220)


def match(lab):
    hz = [30, 60, 120, 250, 500, 1000, 2000, 4000, 8000, 12000, 16000]
    db_asked = [4, 3, -2, -4, -1, 2, 0, -3, 3, 5, 4]
    file = lab.folder / "curve.csv"
    file.write_text("".join(f"{f}, {g}\n" for f, g in zip(hz, db_asked)))
    impulse = np.zeros((RATE, 1))
    at = RATE // 2
    impulse[at] = 0.5
    freqs = np.fft.rfftfreq(RATE, 1 / RATE)
    panel = Panel("response", svg.hz(), Axis("dB", -6, 6, [-6, -3, 0, 3, 6]))
    outs = {}
    for name, more, colour in (("amount 100 %", "amount=100", BLUE), ("amount 50 %", "amount=50", RED),
                               ("smoothing 1 octave", "amount=100,smoothing=1", svg.GREEN)):
        out = lab.chain(f"match:target={file},{more}", impulse)[:, 0]
        outs[name] = out
        panel.line(name, *thin(freqs, db(np.fft.rfft(out) / 0.5)), colour, width=2)
    panel.dots("the curve's points", hz, db_asked, BLACK, width=6)
    times = Panel("impulse response, amount 100 %", Axis("ms", -40, 40, [-40, -20, 0, 20, 40]),
                  Axis("dB of the impulse, largest of 1 ms", -140, 0, [-140, -120, -100, -80, -60, -40, -20, 0]),
                  share=0.7)
    linear = lab.chain(f"match:target={file},amount=100,phase=linear", impulse)[:, 0]
    for name, out, colour in (("minimum phase", outs["amount 100 %"], BLUE), ("linear", linear, RED)):
        part = out[at - 1944:at + 1944].reshape(-1, 48)
        ms = np.arange(len(part)) - 40
        times.line(name, np.repeat(ms, 2) + np.tile([0, 1], len(ms)),
                   np.repeat(db(np.max(np.abs(part), axis=1) / 0.5), 2), colour)
    return draw("Match: a curve, what is made of it, and its two phases", [panel, times])


def pauses(t):
    """1.3 s of silence after every 3 s."""
    return np.clip(0.5 + 4 * (np.abs(np.mod(t, 4.3) - 3.65) - 0.65), 0, 1)


def phrases(seconds):
    """Made music with pauses."""
    return 0.3 * signals.music(RATE, seconds)[:, 0] * pauses(np.arange(seconds * RATE) / RATE)


def dehum(lab):
    audio = phrases(16)
    t = np.arange(len(audio)) / RATE
    hum = sum(amp(-40 - 3 * k) * np.sin(2 * np.pi * 50.08 * k * t + k) for k in range(1, 13))
    outs = lab.play("dehum", audio + hum, [{}])
    panel = Panel("", svg.hz(30, 1000), Axis("dBFS", -110, -10, list(range(-110, 0, 20))))
    last = slice(-6 * RATE, None)
    for name, x, colour in (("music with hum of 50.08 Hz", audio + hum, RED), ("after dehum", outs[0][:, 0], BLUE),
                            ("the music itself", audio, BLACK)):
        freqs, level = spectrum(x[last])
        more = {"dash": "2 3", "width": 0.9} if colour == BLACK else {"width": 1.2}
        panel.line(name, *largest(freqs, level, 30, 1000), colour, **more)
    return draw("Dehum: spectrum of the last 6 of 16 s, music with pauses", [panel])


def denoise(lab):
    music = phrases(16)
    t = np.arange(len(music)) / RATE
    note = amp(-24) * pauses(t) * sum(np.sin(2 * np.pi * 330 * k * t + k * k) / k ** 1.5 for k in range(1, 40))
    hiss = amp(-50) * np.random.default_rng(7).standard_normal(len(t))
    time = Panel("level of music, 50 ms", Axis("s", 8, 14, [8, 9, 10, 11, 12, 13, 14]),
                 Axis("dBFS", -90, -10, list(range(-90, 0, 20))))
    tone = Panel("a held note of 330 Hz, twelfths of an octave", svg.hz(100),
                 Axis("dBFS", -110, -20, list(range(-110, -10, 20))))
    centres = 330 * 2.0 ** (np.arange(-20, 70) / 12)
    n = RATE // 20
    for panel, audio in ((time, music), (tone, note)):
        outs = lab.play("denoise", audio + hiss, [{"reduction": r} for r in (12, 24)])
        for name, x, colour in (("with hiss of −50 dBFS", audio + hiss, RED), ("reduction 12 dB", outs[0][:, 0], BLUE),
                                ("24 dB", outs[1][:, 0], svg.GREEN), ("without hiss", audio, BLACK)):
            more = {"dash": "2 3", "width": 1.1} if colour == BLACK else {}
            if panel is time:
                level = 10 * np.log10(np.mean(x[:len(x) // n * n].reshape(-1, n) ** 2, axis=1) + 1e-12)
                time.line(name, (np.arange(len(level)) + 0.5) / 20, level, colour, **more)
                continue
            part = x[int(8.8 * RATE):int(11.4 * RATE)]
            level = band_level(part * np.hanning(len(part)), centres, 1 / 12) + 4.26  # the window's power
            tone.line(name, centres, level, colour, **more)
    return draw("Denoise: pauses, and what is between the partials of a note", [time, tone])


def fold(panel, name, x, colour, shift, base_hz=5000, step=1000, floor=-160):
    """Stems of a tone's harmonics and of what folds to other multiples of the step."""
    at, level = harmonics(x, step)
    level -= level[at == base_hz][0]
    heard = (at <= 20000) & (level > floor)
    panel.stems(name, at[heard] / 1000 + shift, level[heard], colour, width=3)


def transfer(lab, processor, settings, hz=500):
    """Output over input, from the least to the largest sample of one period out of silence."""
    n = RATE // 10
    t = (np.arange(2 * n) - n) / RATE
    wave = np.sin(2 * np.pi * hz * t) * (np.abs(t) <= 0.5 / hz)
    part = np.abs(t) <= 0.25 / hz
    return [(wave[part], out[part, 0]) for out in lab.play(processor, wave, settings)]


def clipper(lab):
    curve = Panel("curve", Axis("input, 1 = full scale", -2, 2, [-2, -1, 0, 1, 2]),
                  Axis("output", -1.25, 1.25, [-1, -0.5, 0, 0.5, 1]), share=0.7)
    t = np.arange(RATE // 2) / RATE
    slow = 2 * np.sin(2 * np.pi * 20 * t)
    part = slice(RATE // 4 - 600, RATE // 4 + 601)
    knees = (0, 3, 12)
    outs = lab.play("clipper", slow, [{"knee": k, "ceiling": 0} for k in knees])
    for knee, out, colour in zip(knees, outs, COLOURS):
        curve.line(f"knee {knee} dB", slow[part], out[part, 0], colour, width=2)
    folds = Panel("5 kHz tone, 6 dB into the ceiling, 48 kHz", Axis("kHz", 0, 20.5, [0, 5, 10, 15, 20]),
                  Axis("dB of the tone", -140, 0, list(range(-140, 1, 20))))
    tone = signals.sine(5000, RATE, 2.0)
    out = lab.play("clipper", tone, [{"knee": 0, "drive": 6, "ceiling": 0}])[0][:, 0]
    fold(folds, "samples cut", np.clip(tone * amp(6), -1, 1), RED, 0.15)
    fold(folds, "clipper, knee 0", out, BLUE, -0.15)
    return draw("Clipper: its curve, and what folds back", [curve, folds])


def saturator(lab):
    kinds = ("tape", "tube", "transistor", "soft", "diode")
    drive = {"drive": 12, "level_match": "off"}
    curve = Panel("curves, drive 12 dB", Axis("input, 1 = full scale", -1, 1, [-1, -0.5, 0, 0.5, 1]),
                  Axis("output", -2.2, 2.2, [-2, -1, 0, 1, 2]), share=0.7)
    found = transfer(lab, "saturator", [drive | {"curve": k} for k in kinds])
    for kind, (x, y), colour in zip(kinds, found, COLOURS):
        curve.line(kind, x, y, colour)
    folds = Panel("5 kHz tone, transistor, drive 12 dB, 48 kHz", Axis("kHz", 0, 20.5, [0, 5, 10, 15, 20]),
                  Axis("dB of the tone", -140, 0, list(range(-140, 1, 20))))
    tone = signals.sine(5000, RATE, 2.0)
    out = lab.play("saturator", tone, [drive | {"curve": "transistor"}])[0][:, 0]
    fold(folds, "tanh of each sample", np.tanh(tone * amp(12)), RED, 0.15)
    fold(folds, "saturator", out, BLUE, -0.15)
    return draw("Saturator: its curves, and what folds back", [curve, folds])


def voice(seconds=6.0):
    """Harmonics of 140 Hz in syllables, through which bursts of noise from 6 to 9 kHz sound."""
    t = np.arange(int(seconds * RATE)) / RATE
    syllable = np.sin(np.pi * np.mod(t, 0.3) / 0.3) ** 2
    tone = sum(np.sin(2 * np.pi * 140 * k * t + k * k) / k for k in range(1, 30)) * syllable * 0.15
    lines = np.fft.rfft(np.random.default_rng(3).standard_normal(len(t)))
    freqs = np.fft.rfftfreq(len(t), 1 / RATE)
    lines[(freqs < 6000) | (freqs > 9000)] = 0
    hiss = np.fft.irfft(lines, len(t))
    burst = np.mod(t + 0.05, 0.6) < 0.08
    soft = np.convolve(burst, np.hanning(480) / np.sum(np.hanning(480)), "same")
    return tone + hiss * soft * 0.15 / np.std(hiss), soft


def deesser(lab):
    audio, soft = voice()
    cases = [("defaults", {}), ("threshold −20 dB, 20:1, range 24 dB", {"freq": 4500, "threshold": -20, "ratio": 20,
                                                                  "range": 24})]
    outs = lab.play("deesser", audio, [settings for _, settings in cases])
    centres = 1000 * 2.0 ** (np.arange(-18, 27) / 6)
    after = Panel("third octaves while it hisses", svg.hz(100, 20000),
                  Axis("dBFS", -70, -10, [-70, -60, -50, -40, -30, -20, -10]))
    gain = Panel("level of the sibilants over time", Axis("s", 3.0, 4.2, [3, 3.3, 3.6, 3.9, 4.2]),
                 Axis("dBFS, 6 to 9 kHz", -60, -10, [-60, -50, -40, -30, -20, -10]))
    mask = soft ** 2  # without edges that would spread
    for name, x, colour in [("input", audio, GREY)] + [
            (name, out[:, 0], c) for (name, _), out, c in zip(cases, outs, (RED, BLUE))]:
        after.line(name, centres, band_level(x * mask, centres, 1 / 3) - 10 * np.log10(np.mean(mask ** 2)), colour)
        lines = np.fft.rfft(x)
        freqs = np.fft.rfftfreq(len(x), 1 / RATE)
        lines[(freqs < 6000) | (freqs > 9000)] = 0
        power = np.convolve(np.fft.irfft(lines, len(x)) ** 2, np.full(240, 1 / 240), "same")
        times = np.arange(len(x)) / RATE
        part = slice(3 * RATE, int(4.2 * RATE), 60)
        gain.line("", times[part], 10 * np.log10(power[part] + 1e-12), colour)
    return draw("De-esser: a made voice with bursts of noise", [after, gain])


PLOTS = {"eq": eq, "eq_dynamic": eq_dynamic, "eq_linear": eq_linear, "match": match, "dehum": dehum,
         "denoise": denoise, "clipper": clipper, "saturator": saturator, "deesser": deesser}
