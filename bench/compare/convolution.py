# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Convolution against the sum as it is written, in double."""
import subprocess

import numpy as np

from . import signals, wav
from .programs import cpu_seconds
from .section import FFMPEG, Entry, Section, Unable, luster

RATE = 48000


def impulse_response():
    """Three seconds of decaying noise, as a hall has."""
    t = np.arange(3 * RATE) / RATE
    noise = np.random.default_rng(11).standard_normal((len(t), 2))
    return (0.02 * noise * 10 ** (-3 * t / 2.0)[:, None]).astype(np.float32).astype(float)


def exact(audio, ir):
    n = 1 << int(np.ceil(np.log2(len(audio) + len(ir))))
    return np.stack([np.fft.irfft(np.fft.rfft(audio[:, c], n) * np.fft.rfft(ir[:, c], n), n)[:len(audio)]
                     for c in range(2)], axis=1)


def luster_words(bench, source, ir, out):
    return [bench.build / "cli" / "luster", "fx", f"convolution:ir={ir},mix=100,trim=off,normalise=off",
            source, out, "--force"]


def ffmpeg_words(bench, source, ir, out):
    return ["ffmpeg", "-v", "error", "-nostdin", "-y", "-threads", "1", "-i", source, "-i", ir,
            "-filter_complex", "[0][1]afir=dry=1:wet=1:gtype=none:minp=1024:precision=double",
            "-c:a", "pcm_f32le", out]


def measure(bench, entry, options):
    audio = (0.3 * signals.music(RATE, 10.0)).astype(np.float32).astype(float)
    ir = impulse_response()
    source, ir_file, out = bench.path(), bench.path(), bench.path()
    wav.write(source, audio, RATE)
    wav.write(ir_file, ir, RATE)
    words = [str(w) for w in entry.make(bench, source, ir_file, out)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unable((done.stderr.strip() or "fails").splitlines()[-1])
    got, want = wav.read(out)[0][:len(audio)], exact(audio, ir)
    share = float(np.sum(got * want) / np.sum(want * want))
    return {"rest": float(signals.db(signals.rms(got / share - want[:len(got)]) / signals.rms(want))),
            "level": float(signals.db(share)),
            "program_ns": min(cpu_seconds(words) for _ in range(1 if options.quick else 3)) / len(audio) * 1e9}


def section(tables):
    entries = [Entry("luster convolution", luster("convolution"), luster_words),
               Entry("ffmpeg afir", FFMPEG, ffmpeg_words, note="partitions of 1024 frames, double")]
    return Section(
        "convolution", "Convolution",
        "Music through three seconds of decaying noise: what differs from the direct sum in double, dB re the result, a level apart. "
        "Time: of the whole program, reading and writing included. LSP's and x42's convolvers take their files from a host's state and "
        "are not measured; SoX has none of this length.",
        [("rest", "rest dB", 0), ("level", "level dB", 2), ("program_ns", "program, ns per frame", 0)],
        entries, measure, bars=[("rest", -120)])
