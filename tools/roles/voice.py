# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Voices: speech of espeak-ng and of Festival's recorded voices; the same speech sung, syllable by
syllable, through a linear-prediction vocoder; and Festival's own singing mode."""
import os
import subprocess

import numpy as np
from scipy import signal

from .music import LENGTH_S, events_of
from .sound import RATE, cut, read_sound

R = 16000  # what most of the voices were recorded at
ORDER = 18
HOP = 80  # 5 ms
LINES = {
    "en": ("When the morning comes I will be gone, over the hills and far away with you.",
           "Nobody told me that the summer would end, so we keep dancing in the pouring rain.",
           "Walk down the street with the money in my pocket, talking to the people on the corner.",
           "Hold on to the light, we are not alone, somewhere a river is calling me home.",
           "I never knew how long a night could be until the music stopped and you were free."),
    "it": ("La luna sale sopra il mare e la notte non finisce mai, canta piano amore mio.",
           "Domani parto senza dire niente, porto con me solo una vecchia canzone."),
    "fi": ("Aamulla aurinko nousee hiljaa ja linnut laulavat metsän laidalla taas.",
           "Minä kuljen kauas pois, enkä enää palaa tähän vanhaan kaupunkiin."),
    "cs": ("Ráno vstávám a slunce svítí, půjdu daleko přes hory a doly za tebou.",
           "Večer hraje stará kapela a my tancujeme až do bílého rána."),
    "ca": ("La nit és llarga i el mar és lluny, però jo canto per tu una cançó.",),
    "de": ("Wenn die Sonne untergeht, dann gehen wir zusammen durch die leere Stadt nach Haus.",),
    "fr": ("Quand le soleil se lève sur la mer, je chante encore une chanson pour toi.",),
    "es": ("Cuando llega la mañana vuelvo a caminar contigo por la orilla del río.",),
    "pt": ("Quando a noite cai eu canto baixinho e a cidade inteira começa a dançar.",),
    "sv": ("När morgonen kommer går jag ut i skogen och sjunger en gammal visa för dig.",),
}
FESTIVAL = (("kal_diphone", "en"), ("ked_diphone", "en"), ("cmu_us_slt_arctic_hts", "en"),
            ("lp_diphone", "it"), ("pc_diphone", "it"), ("hy_fi_mv_diphone", "fi"),
            ("suo_fi_lj_diphone", "fi"), ("czech_dita", "cs"), ("upc_ca_ona_hts", "ca"))
ESPEAK = [(f"{la}+{v}", la) for la in ("en", "de", "fr", "es", "it", "pt", "sv", "cs")
          for v in ("m3", "f2", "m7", "f4")]
LATIN1 = ("fi", "it", "ca")


def run_festival(voice, text, wav):
    code = {"cs": "iso-8859-2"}.get(dict(FESTIVAL)[voice], "iso-8859-1")
    with open(wav + ".txt", "wb") as f:
        f.write(text.encode(code, errors="ignore"))
    subprocess.run(["text2wave", "-eval", f"(voice_{voice})", wav + ".txt", "-o", wav], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)


def speech(cache):
    """(voice, samples at RATE) for each voice and line, kept in the cache."""
    folder = os.path.join(cache, "speech")
    os.makedirs(folder, exist_ok=True)
    for voice, lang in list(FESTIVAL) + ESPEAK:
        for i, text in enumerate(LINES[lang]):
            wav = os.path.join(folder, f"{voice}.{i}.wav")
            if not os.path.exists(wav):
                try:
                    if "+" in voice:
                        subprocess.run(["espeak-ng", "-v", voice, "-s", "150", "-w", wav, text],
                                       check=True, stderr=subprocess.DEVNULL)
                    else:
                        run_festival(voice, text, wav)
                except (subprocess.SubprocessError, OSError):
                    print(f"# no speech from {voice}")
                    break
            yield voice, read_sound(wav)


def festival_song(voice, rng, wav):
    """Monosyllables sung by Festival itself; None when it fails."""
    words = "when the moon is low and you are far from home I sing to you one more time my love " \
            "hold me close through the dark and long cold night till the sun comes up we go".split()
    at, low = int(rng.integers(len(words))), 40 if rng.random() < 0.7 else 47
    xml = '<?xml version="1.0"?>\n<!DOCTYPE SINGING PUBLIC "-//SINGING//DTD SINGING mark up//EN" ' \
          '"Singing.v0_1.dtd" []>\n<SINGING BPM="50">\n'
    for i, (_, length, p, _) in enumerate(events_of("line", rng, low, low + 17)[:26]):
        hz = 440 * 2 ** ((p - 69) / 12)
        xml += f'<PITCH FREQ="{hz:.1f}"><DURATION SECONDS="{max(0.2, length):.2f}">' \
               f'{words[(at + i) % len(words)]}</DURATION></PITCH>\n'
    with open(wav + ".xml", "w", encoding="ascii") as f:
        f.write(xml + "</SINGING>\n")
    try:
        subprocess.run(["text2wave", "-eval", f"(voice_{voice})", "-mode", "singing", wav + ".xml",
                        "-o", wav], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=60)
        return read_sound(wav)
    except subprocess.SubprocessError:
        return None


def predict(x):
    """Per 5 ms: coefficients, gain, whether voiced."""
    n, window = 480, np.hanning(480)
    frames = max(1, (len(x) - n) // HOP)
    coef, gain, voiced = np.zeros((frames, ORDER + 1)), np.zeros(frames), np.zeros(frames)
    x = np.append(x[0], x[1:] - 0.6 * x[:-1])
    for i in range(frames):
        f = x[i * HOP:i * HOP + n] * window
        r = np.correlate(f, f, "full")[n - 1:n + ORDER]
        full = np.fft.irfft(np.abs(np.fft.rfft(f, 1024)) ** 2)
        voiced[i] = np.max(full[40:230]) / (full[0] + 1e-12)
        e, a = r[0] * 1.0001 + 1e-9, np.zeros(ORDER + 1)
        a[0] = 1.0
        for k in range(1, ORDER + 1):
            c = -(r[k] + np.dot(a[1:k], r[k - 1:0:-1])) / e
            a[1:k + 1] += c * np.append(a[1:k][::-1], 1.0)[:k]
            e *= 1 - c * c
        coef[i], gain[i] = a, np.sqrt(max(e, 0) / n)
    return coef, gain, np.clip((voiced - 0.25) / 0.3, 0, 1)


def syllables(gain, voiced):
    """(from, nucleus from, nucleus to, to) in frames, by the hills of the voiced energy."""
    env = np.convolve(gain * voiced, np.hanning(17) / 8, "same")
    low = signal.argrelmin(env, order=8)[0]
    edges = [0] + [int(i) for i in low] + [len(env) - 1]
    out = []
    for a, b in zip(edges[:-1], edges[1:]):
        if b - a < 14 or np.max(env[a:b]) < 0.15 * np.max(env):
            continue
        peak = a + int(np.argmax(env[a:b]))
        out.append((a, max(a, peak - 3), min(b, peak + 4), b))
    return out


def sing(x, rng, low, high, style="line"):
    """Speech at RATE, sung."""
    y = signal.resample_poly(x, 160, 441)
    formant = 2 ** rng.uniform(-0.2, 0.25)
    y = np.interp(np.arange(0, len(y) - 1, formant), np.arange(len(y)), y)
    coef, gain, voiced = predict(y)
    parts = syllables(gain, voiced)
    if not parts:
        return None
    n = int((LENGTH_S + 1) * R / HOP)
    index, f0, amp = np.zeros(n), np.zeros(n), np.zeros(n)
    at = int(rng.integers(len(parts)))
    depth, hz, port = rng.uniform(0, 60), rng.uniform(4.6, 6.8), rng.uniform(0.02, 0.09)
    scoop = rng.uniform(0, 250) if rng.random() < 0.5 else 0.0
    wander, last = 0.0, None
    for t, length, p, v in events_of(style, rng, low, high):
        a, b, c, d = parts[at % len(parts)]
        at += 1
        i0, m = int(t * R / HOP), max(12, int(length * R / HOP))
        m = min(m, n - i0)
        if m < 12:
            break
        head, tail = min(b - a, m // 3), min(d - c, m // 3)
        k = np.arange(m)
        src = np.where(k < head, a + k * (b - a) / max(head, 1), np.where(
            k >= m - tail, c + (k - m + tail) * (d - c) / max(tail, 1),
            b + (k - head) * (c - b) / max(m - head - tail, 1)))
        index[i0:i0 + m], amp[i0:i0 + m] = src, (v / 127) * (0.6 + 0.4 * np.sin(
            np.pi * np.minimum(1, (k + 4) / m)))
        s = k * HOP / R
        goal = 440 * 2 ** ((p - 69) / 12)
        cents = depth * np.clip((s - 0.25) / 0.3, 0, 1) * np.sin(2 * np.pi * hz * s)
        cents -= scoop * np.exp(-s / 0.06)
        if last:
            cents += 1200 * np.log2(last / goal) * np.exp(-s / port)
        for j in range(m):
            wander = 0.97 * wander + rng.normal(0, 3)
            cents[j] += wander
        f0[i0:i0 + m] = goal * 2 ** (cents / 1200)
        last = goal if rng.random() < 0.8 else None
    return voice_of(coef, gain, voiced, index, f0, amp, rng)


def voice_of(coef, gain, voiced, index, f0, amp, rng):
    n = len(index)
    pitch = np.repeat(np.where(f0 > 0, f0, 100), HOP)
    phase = np.cumsum(pitch) / R + rng.random()
    wrap = np.floor(phase[1:]) > np.floor(phase[:-1])
    pulses = np.zeros(n * HOP)
    where = np.nonzero(wrap)[0] + 1
    part = (phase[where] % 1) * R / pitch[where]  # frames since the wrap
    pulses[where] += (1 - np.minimum(part, 1)) * np.sqrt(R / pitch[where])
    pulses[where - 1] += np.minimum(part, 1) * np.sqrt(R / pitch[where])
    noise, breath = rng.standard_normal(n * HOP), 10 ** (rng.uniform(-30, -12) / 20)
    out, zi = np.zeros(n * HOP), np.zeros(ORDER)
    for i in range(n):
        if amp[i] <= 0:
            zi *= 0.9
            continue
        k = int(min(index[i], len(gain) - 1))
        v = voiced[k]
        s = slice(i * HOP, (i + 1) * HOP)
        e = (v * pulses[s] + (1 - v + breath) * noise[s]) * gain[k] * amp[i]
        out[s], zi = signal.lfilter([1.0], coef[k], e, zi=zi)
    out = signal.lfilter([1.0], [1.0, -0.6], out)
    return brighten(signal.resample_poly(out, 441, 160), rng)


def brighten(x, rng):
    """The octave over 8 kHz that the recordings lack: noise that follows 4 to 8 kHz."""
    if rng.random() < 0.25:
        return x
    band = cut(cut(x, 4000, "high", 4), 7500, "low", 2)
    env = np.sqrt(np.maximum(signal.lfilter(*signal.butter(1, 60, fs=RATE), band * band), 0))
    air = cut(rng.standard_normal(len(x)), rng.uniform(6000, 8000), "high", 2)
    return x + air * env * 10 ** (rng.uniform(-14, -2) / 20)


def talk(x, rng):
    """Speech as it is, at another speed and size; long enough."""
    speed = 2 ** rng.uniform(-0.25, 0.3)
    y = np.interp(np.arange(0, len(x) - 1, speed), np.arange(len(x)), x)
    n = int((LENGTH_S + 1) * RATE)
    return brighten(np.resize(y, n), rng)
