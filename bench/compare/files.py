# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to sound on its way into a file: resampling and the cut to 16 bit."""
import json
import subprocess

import numpy as np

from . import signals, wav
from .section import FFMPEG, SOX, Entry, Section, Unable, luster


def luster_render(bench, audio, rate, out_rate, bits):
    """A session with one clip at full gain, rendered: `luster render` resamples what comes in."""
    source, out, session = bench.path(), bench.path(), bench.path(".json")
    wav.write(source, audio, rate)
    if rate == out_rate:
        words = [bench.build / "cli" / "luster", "fx", "utility", source, out, "--bits", bits]
    else:
        text = {"luster": 1, "title": "t", "rate_hz": out_rate, "tracks": [
            {"id": "t", "clips": [{"file": str(source)}]}]}
        session.write_text(json.dumps(text))
        words = [bench.build / "cli" / "luster", "render", session, "-o", out, "--bits", bits]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unable(done.stderr.strip().splitlines()[-1])
    return wav.read(out)[0]


def by_command(make):
    def run(bench, audio, rate, out_rate, bits):
        source, out = bench.path(), bench.path()
        wav.write(source, audio, rate)
        done = subprocess.run([str(w) for w in make(source, out, out_rate, bits)], capture_output=True,
                              text=True, check=False)
        if done.returncode:
            raise Unable((done.stderr.strip() or "fails").splitlines()[-1])
        return wav.read(out)[0]
    return run


def sox_words(source, out, rate, bits):
    if bits == "16":
        return ["sox", "-V1", source, "-b", 16, out, "dither"]
    return ["sox", "-D", "-V1", source, "-e", "floating-point", "-b", 32, out, "rate", "-v", rate]


def ffmpeg_words(resampler):
    def words(source, out, rate, bits):
        start = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", source, "-af"]
        if bits == "16":
            return start + ["aresample=osf=s16:dither_method=triangular", "-c:a", "pcm_s16le", out]
        return start + [f"aresample={rate}:{resampler}", "-c:a", "pcm_f32le", out]
    return words


def tone_through(run, bench, hz, rate, out_rate):
    tone = signals.stereo(signals.sine(hz, rate, 3.0, -6))
    out = run(bench, tone, rate, out_rate, "float")[:, 0]
    return out[out_rate:2 * out_rate]


def measure(bench, entry, options):
    run, row = entry.make, {}
    if entry.more.get("resamples", True):
        for key, rate, out_rate in (("96", 96000, 44100), ("44", 44100, 48000)):
            rest = []
            for hz in (997, 7001, 18001):
                part = tone_through(run, bench, hz, rate, out_rate)
                left, level = signals.without_sine(part, hz, out_rate)
                rest.append(float(signals.db(signals.rms(left) / level)))
                if hz == 18001:
                    row["top" + key] = abs(float(signals.db(level)) + 6)
            row["rest" + key] = max(rest)
        # above the new Nyquist frequency nothing may be left
        part = tone_through(run, bench, 27001, 96000, 44100)
        row["alias"] = float(signals.db(signals.rms(part) / signals.amp(-6) * np.sqrt(2)))
    # TPDF: a quarter of a squared step in all, -96.33 dBFS
    theory = 10 * np.log10(2.0 ** -30 / 4)
    soft = signals.stereo(signals.sine(997, 48000, 3.0, -80))
    out = run(bench, soft, 48000, 48000, "16")[48000:96000, 0]
    rest, level = signals.without_sine(out, 997, 48000)
    row["floor"] = float(signals.db(signals.rms(rest))) - theory
    row["soft"] = abs(float(signals.db(level)) + 80)
    spectrum = np.abs(np.fft.rfft(rest)) ** 2
    harmonics = max(float(spectrum[997 * k]) for k in range(2, 8)) / (np.sum(spectrum) / len(spectrum))
    row["harmonic"] = float(10 * np.log10(harmonics))
    return row


def section(tables):
    entries = [
        Entry("luster render", luster("utility"), luster_render),
        Entry("SoX rate -v, dither", SOX, by_command(sox_words)),
        Entry("ffmpeg aresample, soxr 28 bit", FFMPEG,
              by_command(ffmpeg_words("resampler=soxr:precision=28"))),
        Entry("ffmpeg aresample, its own", FFMPEG, by_command(ffmpeg_words("resampler=swr")),
              note="filter as it comes"),
    ]
    return Section(
        "files", "Resampling and dither",
        "Tones of 1, 7 and 18 kHz at -6 dBFS from 96 to 44.1 kHz and from 44.1 to 48 kHz: what is not the tone, dB re the tone (worst), and the "
        "level of 18 kHz; *image*: what is left of 27 kHz at 44.1 kHz. 16 bit with TPDF dither, a tone of -80 dBFS: noise against the theoretical "
        "-96.3 dBFS, error of the tone's level, largest of six harmonics against the noise in a bin "
        "(chance alone gives up to about 9 dB).",
        [("rest96", "96 → 44.1: rest dB", 0), ("top96", "18 kHz dB", 4), ("alias", "image dB", 0),
         ("rest44", "44.1 → 48: rest dB", 0), ("top44", "18 kHz dB", 4), ("floor", "16 bit: noise dB", 2),
         ("soft", "tone dB", 3), ("harmonic", "harmonics dB", 1)],
        entries, measure,
        bars=[("rest96", -130), ("rest44", -130), ("alias", -130), ("top96", 0.01), ("floor", 0.1), ("harmonic", 10)])
