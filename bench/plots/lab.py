# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the plots measure with: luster's processors in bench/fx_host, and readings of what comes out."""
import json
import subprocess

import numpy as np

from compare import programs, wav
from compare.programs import Job
from compare.signals import amp, db, sine

RATE = 48000


class Lab:
    def __init__(self, build, folder):
        self.build, self.folder = build, folder
        self.bench = programs.Bench(build, folder)

    def play(self, processor, audio, settings, rate=RATE):
        """The sound with each of the settings ({id: value}), in step with the input; stereo."""
        audio = np.asarray(audio)
        audio = np.stack([audio, audio], axis=1) if audio.ndim == 1 else audio
        results = self.bench.run(programs.Program("luster", processor),
                                 [Job(audio, rate, one) for one in settings])
        for result in results:
            if result.error:
                raise SystemExit(f"bench/curves: {processor}: {result.error}")
        return [result.audio for result in results]

    def response(self, processor, settings, rate=RATE, seconds=0.5, wait=0.25):
        """dB over frequency of the left side, by an impulse; and the frequencies."""
        impulse = np.zeros(int((wait + seconds) * rate))
        at = int(wait * rate)
        impulse[at] = 0.5
        outs = self.play(processor, impulse, settings, rate)
        return np.fft.rfftfreq(len(impulse), 1 / rate), [
            db(np.fft.rfft(out[:, 0]) / 0.5) for out in outs]

    def presets(self, processor):
        """id -> {setting: value}"""
        done = subprocess.run([self.build / "cli" / "luster", "describe", processor, "--presets",
                               "--json"], capture_output=True, text=True, check=True)
        return {p["id"]: dict(s.split("=") for s in p["settings"].split(",") if s)
                for p in json.loads(done.stdout)}

    def chain(self, chain, audio, rate=RATE):
        """Through luster fx: for processors that read files."""
        source, out = self.folder / "in.wav", self.folder / "out.wav"
        wav.write(source, audio, rate)
        subprocess.run([self.build / "cli" / "luster", "fx", "--force", "--quiet", chain, source, out],
                       check=True)
        return wav.read(out)[0]


def thin(freqs, *curves, low=20.0, high=20000.0, n=400):
    """Read at n points of equal steps on the logarithmic axis."""
    x = np.geomspace(low, high, n)
    return (x, *[np.interp(x, freqs, curve) for curve in curves])


def largest(freqs, level, low, high, n=220):
    """The largest level of each of n equal steps of the logarithmic axis, where there is a line."""
    edges = np.geomspace(low, high, n + 1)
    cells = np.searchsorted(edges, freqs) - 1
    filled = [k for k in range(n) if np.any(cells == k)]
    return (np.sqrt(edges[:-1] * edges[1:])[filled],
            np.array([np.max(level[cells == k]) for k in filled]))


def crests(level_db, rate=RATE, hz=1000):
    """A tone with a level per frame, and the frames of its crests."""
    n = len(level_db)
    tone = amp(np.asarray(level_db)) * np.cos(2 * np.pi * hz * np.arange(n) / rate)
    return tone, np.arange(0, n, int(rate / hz / 2))


def steps(levels_db, seconds, rate=RATE, hz=1000):
    """A tone in steps of level, and the frames just before each step's end."""
    each = int(seconds * rate)
    tone, _ = crests(np.repeat(levels_db, each), rate, hz)
    return tone, np.arange(1, len(levels_db) + 1) * each


def level_at(x, ends, hz=1000, rate=RATE, seconds=0.02):
    """Peak level of the tone in dB over the last periods before each of the frames."""
    n = int(seconds * rate)
    wave = np.exp(-2j * np.pi * hz * np.arange(n) / rate)
    return np.array([float(db(2 * abs(np.dot(x[end - n:end], wave)) / n)) for end in ends])


def envelope(x, rate=RATE, window_s=0.005, step_s=0.001):
    """Largest magnitude of a window, in dB, and the times."""
    half, step = int(window_s * rate / 2), int(step_s * rate)
    at = np.arange(half, len(x) - half, step)
    return at / rate, db(np.array([np.max(np.abs(x[i - half:i + half])) for i in at]), -140)


def spectrum(x, rate=RATE):
    """Amplitudes in dB by a Blackman-Harris window; and the frequencies."""
    n = len(x)
    k = np.arange(n) / n
    window = (0.35875 - 0.48829 * np.cos(2 * np.pi * k) + 0.14128 * np.cos(4 * np.pi * k)
              - 0.01168 * np.cos(6 * np.pi * k))
    return np.fft.rfftfreq(n, 1 / rate), db(2 * np.fft.rfft(x * window) / np.sum(window), -200)


def harmonics(x, base_hz, rate=RATE):
    """Amplitudes in dB of the multiples of a frequency that divides a second, over a second: not
    the last tenth, where linear-phase filters already hear the end."""
    end = len(x) - rate // 10
    lines = np.abs(np.fft.rfft(x[end - rate:end])) * 2 / rate
    at = np.arange(base_hz, rate // 2, base_hz)
    return at, db(lines[at], -200)


def band_level(x, centres, octaves, rate=RATE):
    """Power in dB of bands around the centres."""
    power = np.abs(np.fft.rfft(x)) ** 2 * 2 / len(x) ** 2
    freqs = np.fft.rfftfreq(len(x), 1 / rate)
    edge = 2 ** (octaves / 2)
    return np.array([10 * np.log10(np.sum(power[(freqs >= c / edge) & (freqs < c * edge)]) + 1e-20)
                     for c in centres])


__all__ = ["RATE", "Lab", "amp", "band_level", "crests", "db", "envelope", "harmonics", "largest", "level_at",
           "sine", "spectrum", "steps", "thin"]
