# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A subtractive and FM synthesizer, drum machine and noises: what soundfonts have too little of."""
import numpy as np
from scipy import signal

from .music import LENGTH_S, drum_pattern, events_of
from .sound import RATE, cut

N = int((LENGTH_S + 1) * RATE)


def saw(phase, step):
    """Polynomial band-limited step at each wrap."""
    y = 2 * phase - 1
    a, b = phase < step, phase > 1 - step
    ta, tb = phase[a] / step, (phase[b] - 1) / step
    y[a] -= 2 * ta - ta * ta - 1
    y[b] -= tb * tb + 2 * tb + 1
    return y


def oscillator(kind, hz, n, rng):
    """hz: number or array."""
    f = np.broadcast_to(np.asarray(hz, dtype=float), (n,))
    ph = np.cumsum(f) / RATE + rng.random()
    step = float(np.mean(f)) / RATE
    if kind == "sine":
        return np.sin(2 * np.pi * ph)
    if kind == "triangle":
        return 2 * np.abs(2 * (ph % 1) - 1) - 1
    if kind == "square":
        w = rng.uniform(0.2, 0.5)
        return 0.5 * (saw(ph % 1, step) - saw((ph + w) % 1, step))
    if kind == "supersaw":
        y = np.zeros(n)
        for _ in range(5):
            d = 2 ** (rng.uniform(-25, 25) / 1200)
            p = ph * d + rng.random()
            y += saw(p % 1, step * d) / 3
        return y
    if kind == "fm":
        ratio, index = float(rng.choice((1, 2, 3, 0.5, 1.41, 3.5))), rng.uniform(0.5, 5)
        env = np.exp(-np.arange(n) / RATE / rng.uniform(0.1, 1.5))
        return np.sin(2 * np.pi * ph + index * env * np.sin(2 * np.pi * ph * ratio))
    return saw(ph % 1, step)


def sweep_filter(x, cutoffs):
    """A low-pass whose corner moves every 128 frames, two poles."""
    y, zi = np.empty_like(x), np.zeros((1, 2))
    n = 256
    for i in range(0, len(x), n):
        sos = signal.butter(2, float(np.clip(cutoffs[i], 40, 18000)), fs=RATE, output="sos")
        y[i:i + n], zi = signal.sosfilt(sos, x[i:i + n], zi=zi)
    return y


def patch(kind, rng):
    osc = ("saw", "square", "supersaw", "fm", "triangle", "sine")
    p = {"osc": str(rng.choice(osc, p=(.27, .2, .2, .15, .1, .08))),
         "attack": rng.uniform(0.002, 0.02), "release": rng.uniform(0.03, 0.3),
         "decay": 10 ** rng.uniform(-1.2, 0.5), "sustain": rng.uniform(0.0, 0.9),
         "cut": 300 * 2 ** rng.uniform(0, 5), "env": rng.uniform(0, 4), "drive": rng.random() < 0.3,
         "lfo": rng.uniform(0.1, 8), "lfo_depth": rng.uniform(0, 1.5) * (rng.random() < 0.3),
         "glide": rng.random() < 0.2, "vibrato": rng.uniform(0, 30) * (rng.random() < 0.3)}
    if kind == "pad":
        p.update(attack=rng.uniform(0.1, 1.2), release=rng.uniform(0.4, 2), sustain=1.0,
                 cut=300 * 2 ** rng.uniform(0, 4), env=rng.uniform(0, 1))
    if kind == "bass_synth":
        p.update(osc=str(rng.choice(("saw", "square", "sine", "triangle", "fm", "supersaw"),
                                    p=(.25, .2, .25, .1, .1, .1))), cut=80 * 2 ** rng.uniform(0, 4))
    return p


def note(p, hz, length, n_chord, rng, last):
    n = int((length + p["release"]) * RATE)
    t = np.arange(n) / RATE
    f = hz * 2 ** (p["vibrato"] / 1200 * np.sin(2 * np.pi * 5.5 * t) * (t > 0.2))
    if p["glide"] and last:
        f = f * (last / hz) ** np.exp(-t / 0.03)
    x = oscillator(p["osc"], f, n, rng)
    env = np.minimum(1, t / p["attack"]) * (p["sustain"] + (1 - p["sustain"]) * np.exp(
        -t / p["decay"]))
    env *= np.where(t < length, 1, np.exp(-(t - length) / (p["release"] / 5)))
    if p["osc"] not in ("sine", "fm"):
        lfo = p["lfo_depth"] * np.sin(2 * np.pi * p["lfo"] * t)
        x = sweep_filter(x, p["cut"] * 2 ** (p["env"] * np.exp(-t / p["decay"]) + lfo))
    if p["drive"]:
        x = np.tanh(2 * x)
    return x * env / n_chord


def play(kind, rng):
    """kind: synth, pad, bass_synth."""
    styles = {"synth": ("arp", "line", "riff", "stabs", "melody", "chords"),
              "pad": ("long", "long", "hold"), "bass_synth": ("bass", "eighths", "bass", "hold")}
    low, high = {"synth": (45, 90), "pad": (40, 80), "bass_synth": (26, 48)}[kind]
    style, p, out, last = str(rng.choice(styles[kind])), patch(kind, rng), np.zeros(N), None
    notes = events_of(style, rng, low, high)
    if kind == "bass_synth" and style == "hold":
        notes = [(t, length, pitch, v) for t, length, pitch, v in notes if pitch <= 40] or notes[:1]
    for t, length, pitch, v in notes:
        hz = 440 * 2 ** ((pitch - 69) / 12)
        x = note(p, hz, min(length, 6.0), 1.0, rng, last) * (v / 127)
        a = int(t * RATE)
        n = min(len(x), N - a)
        out[a:a + n] += x[:n]
        last = hz
    return out


def machine_hit(piece, rng):
    """Maker of one hit of a drum machine."""
    a, b, c, d = (rng.uniform() for _ in range(4))

    def hit():
        n = int({"kick": 0.6, "snare": 0.35, "hat": 0.3, "tom": 0.6, "cymbal": 1.5,
                 "percussion": 0.3}[piece] * RATE)
        t = np.arange(n) / RATE
        noise = rng.standard_normal(n)
        if piece in ("kick", "tom"):
            base = 38 + 25 * a if piece == "kick" else 75 + 150 * a
            f = base * (1 + (1 + 5 * b) * np.exp(-t / (0.01 + 0.03 * c)))
            tone = np.sin(2 * np.pi * np.cumsum(f) / RATE) * np.exp(-t / (0.06 + 0.25 * d))
            return np.tanh(tone * (1 + 2 * c)) + 0.15 * b * noise * np.exp(-t / 0.004)
        if piece == "snare":
            body = np.sin(2 * np.pi * (150 + 120 * a) * t) * np.exp(-t / (0.03 + 0.08 * b))
            return (0.2 + 0.8 * c) * body + cut(noise, 400 + 2500 * d, "high", 2) * np.exp(
                -t / (0.03 + 0.12 * a))
        if piece in ("hat", "cymbal"):
            metal = sum(np.sign(np.sin(2 * np.pi * f * (0.8 + 0.5 * a) * t)) for f in (
                205, 304, 369, 523, 540, 800)) / 6
            x = cut(metal * b + noise * (1 - b), 4500 + 4500 * c, "high", 3)
            length = 0.015 + 0.1 * d * d if piece == "hat" else 0.3 + 0.6 * d
            return x * np.exp(-t / length)
        if a < 0.4:  # clap
            env = sum((t > k * 0.011) * np.exp(-np.maximum(0, t - k * 0.011) / (
                0.006 if k < 3 else 0.03 + 0.08 * b)) for k in range(4))
            return signal.lfilter(*signal.butter(1, (700 + 500 * c, 3000 + 2000 * d), "band",
                                                 fs=RATE), noise) * env
        if a < 0.7:  # shaker
            return cut(noise, 3000 + 4000 * b, "high", 3) * (t / 0.02) * np.exp(-t / (
                0.015 + 0.03 * c))
        return np.sin(2 * np.pi * (400 + 2200 * b) * t) * np.exp(-t / (0.01 + 0.05 * c))
    return hit


def machine(kind, rng):
    beat, out = 60.0 / rng.uniform(70, 175), np.zeros(N)
    for piece in (kind,) if kind != "kit" else ("kick", "snare", "hat", "percussion"):
        hit, gain = machine_hit(piece, rng), 0.4 if kind == "kit" and piece in (
            "hat", "percussion") else 1.0
        for t, v in drum_pattern(piece, rng, beat):
            x, a = hit(), int(t * RATE)
            n = min(len(x), N - a)
            out[a:a + n] += gain * (v / 127) ** 1.5 * x[:n]
    return out


def effect(rng):
    """Sweeps, risers, impacts, beds of noise, sirens, beeps."""
    t, out = np.arange(N) / RATE, np.zeros(N)
    what = str(rng.choice(("riser", "wind", "impact", "siren", "beeps", "tape")))
    noise = rng.standard_normal(N)
    if what in ("riser", "wind"):
        span = rng.uniform(2, 10)
        x = (t % span) / span
        if rng.random() < 0.4:
            x = 1 - x
        shape = x if what == "riser" else 0.5 + 0.4 * np.sin(2 * np.pi * t / span)
        c = 200 * 2 ** (6 * shape)
        out = sweep_filter(noise, c) * (x ** rng.uniform(0.5, 2) if what == "riser" else 1)
        if rng.random() < 0.5:
            out = cut(out, rng.uniform(100, 1500), "high")
    elif what == "impact":
        for s in np.arange(rng.uniform(0, 2), LENGTH_S - 2, rng.uniform(2, 5)):
            a = int(s * RATE)
            k = t[:N - a]
            out[a:] += (cut(noise[:N - a], rng.uniform(200, 6000), "low") * 3 + np.sin(
                2 * np.pi * np.cumsum(30 + 60 * np.exp(-k / 0.3)) / RATE)) * np.exp(
                    -k / rng.uniform(0.3, 1.5))
    elif what == "siren":
        f = rng.uniform(200, 1500) * 2 ** (rng.uniform(0.3, 2) * np.sin(
            2 * np.pi * rng.uniform(0.1, 3) * t) + rng.uniform(-0.2, 0.3) * t)
        out = oscillator(str(rng.choice(("sine", "saw", "square"))), np.minimum(f, 9000), N, rng)
        out *= (t % rng.uniform(2, 6)) < rng.uniform(1, 3)
    elif what == "beeps":
        for s in np.arange(0, LENGTH_S - 1, rng.uniform(0.1, 1.0)):
            if rng.random() < 0.6:
                a, n = int(s * RATE), int(rng.uniform(0.02, 0.4) * RATE)
                k = np.arange(n) / RATE
                f = rng.uniform(300, 6000) * 2 ** (rng.uniform(-30, 30) * k)
                x = np.sin(2 * np.pi * np.cumsum(np.clip(f, 20, 15000)) / RATE)
                out[a:a + n] += x * np.exp(-k / rng.uniform(0.02, 0.3))
    else:  # tape, vinyl: hiss and crackle
        out = cut(noise, rng.uniform(2000, 9000), "low") * 0.1
        for a in rng.integers(0, N - 50, int(rng.integers(20, 400))):
            out[a:a + 40] += rng.uniform(-1, 1) * np.exp(-np.arange(40) / 8.0)
    return out
