# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stimuli and the measures that more than one comparison uses. Levels: dBFS of a sample's magnitude
for tones, RMS re 1.0 where RMS is said."""
import numpy as np


def db(x, floor=-400.0):
    """Of an amplitude."""
    with np.errstate(divide="ignore"):
        return np.maximum(20 * np.log10(np.abs(x)), floor)


def amp(level_db):
    return 10 ** (level_db / 20)


def sine(hz, rate, seconds, level_db=0.0, phase=0.0):
    t = np.arange(int(round(seconds * rate))) / rate
    return amp(level_db) * np.sin(2 * np.pi * hz * t + phase)


def stereo(left, right=None):
    return np.stack([left, left if right is None else right], axis=1)


def noise(rate, seconds, level_db=-20.0, seed=1, channels=2):
    rng = np.random.default_rng(seed)
    return amp(level_db) * rng.standard_normal((int(seconds * rate), channels))


def music(rate, seconds):
    """Chords, bass, drums: what bench/dynamics.c plays, -14 dBFS RMS."""
    t = np.arange(int(seconds * rate)) / rate
    beat, snare = np.mod(t, 0.5), np.mod(t + 0.25, 0.5)
    hiss = np.random.default_rng(2).uniform(-1, 1, (len(t), 2))
    chord = sum(np.sin(2 * np.pi * f * t) for f in (220.3, 277.1, 329.9))
    chord += 0.3 * np.sin(2 * np.pi * 1760.7 * t)
    kick = np.sin(2 * np.pi * 55 * beat) * np.exp(-9 * beat)
    mid = 0.1 * chord + 0.5 * kick + 0.15 * np.sin(2 * np.pi * 82.4 * t)
    return mid[:, None] + np.array([0.2, 0.15]) * hiss * np.exp(-25 * snare)[:, None]


def rms(x):
    return float(np.sqrt(np.mean(np.square(x))))


def without_sine(x, hz, rate, n_harmonics=1):
    """What is left when a sine, its harmonics up to n and a constant are fitted and taken out; and the
    sine's amplitude."""
    t = np.arange(len(x)) / rate
    columns = [np.ones_like(t)]
    for k in range(1, n_harmonics + 1):
        columns += [np.sin(2 * np.pi * k * hz * t), np.cos(2 * np.pi * k * hz * t)]
    basis = np.stack(columns, axis=1)
    found = np.linalg.lstsq(basis, x, rcond=None)[0]
    return x - basis @ found, float(np.hypot(found[1], found[2]))


def thd_n(x, hz, rate):
    """Everything that is not the sine, dB re the sine."""
    rest, level = without_sine(x, hz, rate)
    return float(db(rms(rest) / (level / np.sqrt(2))))


def splatter(x, rate, above_hz):
    """RMS above a frequency in the loudest 20 ms, dBFS: what a click or zipper leaves there. By a
    Blackman-Harris window, whose sides are below -92 dB."""
    n = int(0.02 * rate)
    k = np.arange(n) / n
    window = (0.35875 - 0.48829 * np.cos(2 * np.pi * k) + 0.14128 * np.cos(4 * np.pi * k)
              - 0.01168 * np.cos(6 * np.pi * k))
    first = int(np.ceil(above_hz * n / rate))
    worst = 0.0
    for at in range(0, len(x) - n, n // 4):
        spectrum = np.fft.rfft(x[at:at + n] * window)[first:]
        worst = max(worst, 2 * float(np.sum(np.abs(spectrum) ** 2)) / (n * np.sum(window ** 2)))
    return float(db(np.sqrt(worst)))


def _phase_filters(n_phases, half):
    """Kaiser-windowed sinc, `half` taps a side, beta 12: flat to 0.48 of the rate with 80."""
    k = np.arange(-half, half)
    filters = []
    for p in range(n_phases):
        x = p / n_phases - k
        edge = np.clip(1 - (x / half) ** 2, 0, 1)
        filters.append(np.sinc(x) * np.i0(12 * np.sqrt(edge)) / np.i0(12))
    return np.array(filters)


def true_peak(x, readings=32, half=80):
    """dBTP of the loudest channel: 32 readings per frame, twice BS.1770's finest."""
    filters = _phase_filters(readings, half)
    x = x[:, None] if x.ndim == 1 else x
    size = 1 << 15
    step = size - 2 * half
    spectra = np.fft.rfft(filters[:, ::-1], size)
    worst = 0.0
    for channel in x.T:
        padded = np.concatenate([np.zeros(2 * half), channel, np.zeros(2 * half)])
        for at in range(0, len(padded), step):
            block = np.fft.rfft(padded[at:at + size], size)
            read = np.fft.irfft(block[None, :] * spectra, size)[:, 2 * half:]
            worst = max(worst, float(np.max(np.abs(read))))
    return float(db(worst))


def lag(reference, x, most):
    """Frames by which x follows reference, from their correlation; 0 … most."""
    n = 1 << int(np.ceil(np.log2(len(reference) + most + 1)))
    cross = np.fft.irfft(np.fft.rfft(x, n) * np.conj(np.fft.rfft(reference, n)), n)
    return int(np.argmax(cross[:most + 1]))


def delayed(x, frames):
    return x if not frames else np.concatenate([np.zeros((frames,) + x.shape[1:]), x])[:len(x)]


def advanced(x, frames):
    return x if not frames else np.concatenate([x[frames:], np.zeros((frames,) + x.shape[1:])])
