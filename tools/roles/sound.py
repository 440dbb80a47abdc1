# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading and writing sound, and what happens to it between an instrument and a file: amplifier,
equalizer, compressor, room, bleed, noise, silence."""
import subprocess
import wave

import numpy as np
from scipy import signal

RATE = 44100


def read_sound(path):
    """Mono, at RATE, by sox."""
    raw = subprocess.run(["sox", path, "-t", "f32", "-r", str(RATE), "-c", "1", "-"], check=True,
                         capture_output=True).stdout
    return np.frombuffer(raw, dtype="<f4").astype(np.float64)


def write_sound(path, x, rate):
    peak = float(np.max(np.abs(x))) or 1.0
    data = np.round(np.clip(x / max(peak, 1e-9) * 0.7, -1, 1) * 32767).astype("<i2")
    with wave.open(path, "wb") as w:
        w.setnchannels(1)
        w.setsampwidth(2)
        w.setframerate(rate)
        w.writeframes(data.tobytes())


def rms(x):
    return float(np.sqrt(np.mean(x * x))) + 1e-12


def loud(x):
    """Level of what is heard: RMS of the louder half of 50 ms pieces."""
    n = RATE // 20
    p = np.sort(np.mean(x[:len(x) // n * n].reshape(-1, n) ** 2, axis=1))
    return float(np.sqrt(np.mean(p[len(p) // 2:]))) + 1e-12


def peaking(x, hz, q, db):
    a, w = 10 ** (db / 40), 2 * np.pi * hz / RATE
    al = np.sin(w) / (2 * q)
    b = [1 + al * a, -2 * np.cos(w), 1 - al * a]
    c = [1 + al / a, -2 * np.cos(w), 1 - al / a]
    return signal.lfilter(np.array(b) / c[0], np.array(c) / c[0], x)


def cut(x, hz, kind, order=2):
    return signal.sosfilt(signal.butter(order, min(hz, RATE * 0.45), kind, fs=RATE, output="sos"), x)


def tilt(x, db):
    """First-order tilt around 1 kHz."""
    low = signal.lfilter(*signal.butter(1, 1000, fs=RATE), x)
    return low * 10 ** (-db / 40) + (x - low) * 10 ** (db / 40)


def compress(x, ratio, depth_db, attack_s, release_s):
    n = 64
    m = len(x) // n * n
    level = np.sqrt(np.mean(x[:m].reshape(-1, n) ** 2, axis=1)) + 1e-9
    a, r = np.exp(-n / RATE / attack_s), np.exp(-n / RATE / release_s)
    env = np.empty_like(level)
    e = 0.0
    for i, v in enumerate(level):
        c = a if v > e else r
        e = c * e + (1 - c) * v
        env[i] = e
    top = 20 * np.log10(np.max(env))
    over = np.maximum(20 * np.log10(env + 1e-9) - (top - depth_db), 0)
    gain = np.repeat(10 ** (-over * (1 - 1 / ratio) / 20), n)
    return x[:m] * np.interp(np.arange(m), np.arange(0, m, 1), gain[:m])


def drive(x, db):
    y = x / (np.max(np.abs(x)) + 1e-9) * 10 ** (db / 20)
    up = signal.resample_poly(y, 2, 1)
    return signal.resample_poly(np.tanh(up), 1, 2)[:len(x)]


def cabinet(x, rng):
    x = cut(x, rng.uniform(60, 110), "high", 2)
    x = peaking(x, rng.uniform(100, 180), 1.2, rng.uniform(1, 6))
    x = peaking(x, rng.uniform(1800, 3200), 1.0, rng.uniform(2, 8))
    x = peaking(x, rng.uniform(400, 800), 0.8, rng.uniform(-6, 0))
    return cut(x, rng.uniform(3800, 6000), "low", 4)


def room(x, rng, t60, wet_db):
    n = int(min(t60, 2.5) * RATE)
    ir = rng.standard_normal(n) * 10 ** (-3 * np.arange(n) / RATE / t60)
    ir = cut(ir, rng.uniform(2500, 9000), "low", 1)
    ir = cut(ir, rng.uniform(80, 400), "high", 1)
    delay = int(rng.uniform(0.002, 0.03) * RATE)
    y = signal.fftconvolve(x, ir)[:len(x)]
    y = np.concatenate([np.zeros(delay), y])[:len(x)]
    return x + y * rms(x) / rms(y) * 10 ** (wet_db / 20)


def gaps(x, rng):
    """Silence where the part rests: whole seconds, faded."""
    y, n = np.zeros_like(x), len(x) // RATE
    for s in range(0, n, int(rng.integers(1, 4))):
        if rng.random() < 0.6:
            a, b = s * RATE, min(len(x), (s + int(rng.integers(1, 4))) * RATE)
            w = np.ones(b - a)
            k = min(400, (b - a) // 2)
            w[:k] *= np.linspace(0, 1, k)
            w[-k:] *= np.linspace(1, 0, k)
            y[a:b] = np.maximum(0, w) * x[a:b]
    return y if rms(y) > 0.1 * rms(x) else x


MICS = ("kick", "snare", "hat", "tom", "cymbal", "kit")


def studio(x, kind, rng, bleed):
    """One way a sound may reach the file. bleed: sounds of other players."""
    x = x + 0.0
    if kind in ("guitar_electric", "guitar_dist") and rng.random() < 0.7:
        low, high = (3, 22) if kind == "guitar_electric" else (15, 45)
        x = cabinet(drive(x, rng.uniform(low, high)), rng)
    elif kind in ("bass", "organ", "keys", "synth", "bass_synth") and rng.random() < 0.35:
        x = drive(x, rng.uniform(0, 22))
        x = cabinet(x, rng) if rng.random() < 0.5 and kind != "bass_synth" else x
    elif rng.random() < 0.15:
        x = drive(x, rng.uniform(0, 14))
    for _ in range(int(rng.integers(0, 5))):
        x = peaking(x, 60 * 2 ** rng.uniform(0, 7.3), rng.uniform(0.5, 3), rng.uniform(-8, 7))
    if rng.random() < 0.5:
        x = tilt(x, rng.uniform(-7, 7))
    if rng.random() < 0.35 and kind not in ("kick", "bass", "bass_synth", "kit"):
        x = cut(x, rng.uniform(50, 200), "high", int(rng.integers(1, 4)))
    if rng.random() < 0.25:
        x = cut(x, 3500 * 2 ** rng.uniform(0, 2.2), "low", int(rng.integers(1, 5)))
    if rng.random() < 0.45:
        x = compress(x, rng.uniform(2, 8), rng.uniform(8, 25), rng.uniform(0.001, 0.03),
                     rng.uniform(0.05, 0.4))
    if rng.random() < 0.12:
        d = int(rng.uniform(0.1, 0.5) * RATE)
        for k in range(1, 4):
            x[k * d:] += x[:len(x) - k * d] * 10 ** (-k * rng.uniform(5, 12) / 20)
    if rng.random() < 0.55:
        t60 = rng.uniform(0.2, 0.8) if rng.random() < 0.6 else rng.uniform(0.8, 2.5)
        x = room(x, rng, t60, rng.uniform(-28, -4))
    if rng.random() < 0.4:
        x = gaps(x, rng)
    mic = kind in MICS
    if bleed and rng.random() < (0.55 if mic else 0.3):
        other = bleed[int(rng.integers(len(bleed)))]
        other = np.resize(other, len(x))
        db = rng.uniform(-40, -14) if mic else rng.uniform(-50, -20)
        x = x + tilt(other, -3) * loud(x) / loud(other) * 10 ** (db / 20)
    if rng.random() < 0.5:
        noise = tilt(rng.standard_normal(len(x)), rng.uniform(-8, 0))
        x = x + noise / rms(noise) * loud(x) * 10 ** (rng.uniform(-75, -38) / 20)
    return x


def to_rate(x, rng):
    """Mostly 44.1 kHz; some files at 48 and 24 kHz."""
    u = rng.random()
    if u < 0.25:
        return signal.resample_poly(x, 160, 147), 48000
    if u < 0.33:
        return signal.resample_poly(x, 80, 147), 24000
    return x, RATE
