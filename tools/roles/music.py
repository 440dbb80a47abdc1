# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phrases as MIDI for the programs of General MIDI, and their sound through fluidsynth."""
import math
import os
import struct
import subprocess

import numpy as np

from .sound import RATE, read_sound

# class: programs (from 0), lowest and highest note, styles
PARTS = {
    "piano": ((0, 1, 2, 3), 33, 84, ("chords", "comp", "arp", "melody", "ballad", "riff")),
    "keys": ((4, 5, 6, 7, 4, 5), 40, 84, ("chords", "comp", "arp", "melody", "riff")),
    "mallet": ((8, 9, 10, 11, 12, 13, 14, 46, 108, 114), 55, 92, ("arp", "melody", "chords")),
    "organ": ((16, 17, 18, 19, 20, 21, 23), 36, 84, ("chords", "comp", "long", "melody", "arp")),
    "guitar_acoustic": ((24, 25, 24, 25, 105, 107), 40, 76, ("strum", "arp", "strum", "melody")),
    "guitar_electric": ((26, 27, 28, 27), 40, 79, ("strum", "arp", "comp", "riff", "bends")),
    "guitar_dist": ((29, 30), 40, 86, ("power", "power", "bends", "riff", "long", "strum")),
    "bass": ((32, 33, 34, 35, 36, 37, 33, 34), 28, 52, ("bass", "bass", "walk", "eighths")),
    "bass_synth": ((38, 39, 38, 39, 80, 81, 87), 26, 50, ("bass", "eighths", "bass", "hold")),
    "strings": ((40, 41, 42, 48, 49, 50, 51, 44, 45, 43, 110), 40, 88,
                ("line", "long", "line", "melody", "chords")),
    "brass": ((56, 57, 58, 59, 60, 61, 62, 63), 43, 82, ("line", "stabs", "melody", "long")),
    "woodwind": ((64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 77, 79, 22, 65, 66), 50, 90,
                 ("line", "melody", "line")),
    "synth": ((80, 81, 82, 83, 84, 86, 87, 90, 62, 63), 45, 88,
              ("line", "arp", "arp", "riff", "stabs", "melody")),
    "pad": ((88, 89, 91, 92, 93, 94, 95, 50, 97, 99), 40, 84, ("long", "long", "hold")),
    "choir": ((52, 53, 54, 91), 45, 81, ("long", "line", "chords")),
}
BEND = ("line", "bends", "melody")  # played with vibrato and slides where the class can
BENDING = ("strings", "brass", "woodwind", "guitar_electric", "guitar_dist", "synth",
           "guitar_acoustic")
SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 3, 5, 7, 10), (0, 2, 3, 5, 7, 9, 10))
# notes of the percussion channel by class
DRUMS = {
    "kick": (35, 36), "snare": (38, 40, 37), "hat": (42, 44, 46), "tom": (41, 43, 45, 47, 48, 50),
    "cymbal": (49, 51, 57, 59, 53, 52, 55),
    "percussion": (39, 54, 56, 60, 61, 62, 63, 64, 69, 70, 75, 76, 77, 67, 68, 73, 74, 82),
}
DRUM_KITS = (0, 8, 16, 24, 25, 26, 32, 40)
LENGTH_S = 11.0


def chord(rng, scale, key, degree, low, high):
    n = len(scale)
    notes = [key + 12 * ((degree + k) // n) + scale[(degree + k) % n]
             for k in (0, 2, 4, 6)[:int(rng.integers(3, 5))]]
    base = int(rng.integers(low, max(low + 1, min(high - 14, low + 26))))
    return sorted({base + (p - base) % 12 for p in notes})


def events_of(style, rng, low, high):
    """Notes (start s, length s, pitch, velocity)."""
    scale, key = SCALES[int(rng.integers(len(SCALES)))], int(rng.integers(12))
    beat = 60.0 / rng.uniform(68, 165)
    bars = [int(rng.integers(0, len(scale))) for _ in range(int(rng.integers(2, 5)))]
    notes, t, i = [], 0.0, 0
    loud = rng.integers(60, 115)
    ladder = [p for p in range(low, high + 1) if (p - key) % 12 in scale]
    at = int(rng.integers(len(ladder)))
    span = max(5, min(len(ladder), int(rng.integers(6, 16))))
    floor = int(rng.integers(0, max(1, len(ladder) - span + 1)))
    rhythm = [float(rng.choice((0.5, 0.5, 1.0, 1.0, 0.25, 1.5, 2.0))) for _ in range(8)]

    def vel():
        return int(min(127, max(20, loud + rng.normal(0, 8))))

    while t < LENGTH_S - 1.2:
        degree = bars[int(t / (4 * beat)) % len(bars)]
        if style in ("chords", "long", "hold", "ballad"):
            hold = {"chords": rng.choice((1, 2)), "long": rng.choice((4, 8)), "hold": 8,
                    "ballad": 2}[style] * beat
            notes += [(t, hold * 0.97, p, vel()) for p in chord(rng, scale, key, degree, low, high)]
            if style == "ballad":
                root = low + (key + scale[degree] - low) % 12
                notes.append((t, hold, root, vel()))
            t += hold
        elif style in ("comp", "stabs"):
            t_on = float(rng.choice((0.15, 0.3, 0.45))) * beat
            if rng.random() < 0.75:
                notes += [(t, t_on, p, vel()) for p in chord(rng, scale, key, degree, low, high)]
            t += beat * float(rng.choice((0.5, 1.0, 1.5)))
        elif style in ("strum", "power"):
            root = 40 + (key + scale[degree] - 40) % 12
            if style == "power":
                shape = [root, root + 7, root + 12]
                step = float(rng.choice((0.5, 0.5, 1.0, 2.0)))
            else:
                third = 4 if rng.random() < 0.6 else 3
                shape = [root, root + 7, root + 12, root + 12 + third, root + 19, root + 24]
                step = float(rng.choice((0.5, 0.5, 1.0)))
            gap = rng.uniform(0.004, 0.025)
            if rng.random() < 0.4:
                shape = shape[::-1]
            if rng.random() < 0.85:
                notes += [(t + k * gap, step * beat, p, vel()) for k, p in enumerate(shape)]
            t += step * beat
        elif style == "arp":
            tones = chord(rng, scale, key, degree, low, high)
            tones += [p + 12 for p in tones if p + 12 <= high]
            step = beat * (0.25 if rng.random() < 0.3 else 0.5)
            for k in range(8):
                notes.append((t, step * rng.uniform(0.8, 2.5), tones[(i + k) % len(tones)], vel()))
                t += step
        elif style in ("bass", "walk", "eighths", "riff"):
            root = low + (key + scale[degree] - low) % 12
            if style == "walk":
                step, p = 1.0, root + int(rng.choice((0, 4, 7, 10, 12, 5)))
            elif style == "eighths":
                step, p = 0.5, root
            else:
                step = rhythm[i % 8]
                p = root + int(rng.choice((0, 0, 0, 7, 12, 10, 3, 5)))
            if rng.random() < 0.9:
                notes.append((t, step * beat * rng.uniform(0.4, 0.98), min(p, high), vel()))
            t += step * beat
        else:  # melody, line, bends
            step = rhythm[i % 8] * beat * (1.5 if style == "line" else 1.0)
            at += int(rng.integers(-2, 3))
            at = min(max(at, floor), min(floor + span, len(ladder)) - 1)
            if rng.random() < 0.88:
                notes.append((t, step * rng.uniform(0.7, 1.02), ladder[at], vel()))
            t += step
        i += 1
    return notes


def bends_of(notes, rng):
    """Pitch bend (time, value) for vibrato, slides into notes and bent strings; range 2 semitones."""
    out, depth, hz = [], rng.uniform(4, 45), rng.uniform(4.2, 7.0)
    for start, length, _, _ in notes:
        slide = rng.choice((0.0, 0.0, -100.0, -200.0, 50.0)) if length > 0.25 else 0.0
        t = 0.0
        while t < length:
            cents = slide * max(0.0, 1.0 - t / 0.12)
            if t > 0.25:
                grow = min(1.0, (t - 0.25) / 0.3)
                cents += depth * grow * math.sin(2 * math.pi * hz * t)
            out.append((start + t, int(min(8191, max(-8192, cents / 200.0 * 8192)))))
            t += 0.015
        out.append((start + length, 0))
    return out


def drum_events(what, rng, kit):
    """The pattern of one piece or (kit) of several: notes of the percussion channel."""
    beat = 60.0 / rng.uniform(70, 175)
    out = []
    pieces = {what: DRUMS[what][int(rng.integers(len(DRUMS[what])))]} if not kit else {
        k: DRUMS[k][int(rng.integers(min(3, len(DRUMS[k]))))] for k in ("kick", "snare", "hat",
                                                                       "cymbal", "tom")}
    if kit:
        for k in ("cymbal", "tom", "hat"):
            if rng.random() < 0.25:
                pieces.pop(k)
    for piece, note in pieces.items():
        for t, v in drum_pattern(piece, rng, beat):
            if piece == "tom" or (piece == "hat" and rng.random() < 0.12):
                note = DRUMS[piece][int(rng.integers(len(DRUMS[piece])))]
            out.append((t, 0.1, note, v))
    return out


def drum_pattern(piece, rng, beat):
    """(time, velocity) of a piece."""
    n_bars = int(LENGTH_S / (4 * beat)) + 1
    if piece == "kick":
        grid = rng.choice(("four", "rock", "sparse", "busy"))
        steps = {"four": [0, 4, 8, 12], "rock": [0, 8, 10], "sparse": [0, 10],
                 "busy": [0, 3, 6, 8, 11, 14]}[grid]
    elif piece == "snare":
        steps = [4, 12] + ([int(rng.integers(16))] if rng.random() < 0.5 else [])
        steps += [7, 9, 15] if rng.random() < 0.25 else []
    elif piece == "hat":
        steps = list(range(0, 16, int(rng.choice((1, 2, 2, 4)))))
    elif piece == "cymbal":
        steps = [0] if rng.random() < 0.4 else list(range(0, 16, int(rng.choice((2, 4, 4)))))
    elif piece == "tom":
        steps = sorted(int(x) for x in rng.choice(16, int(rng.integers(2, 7)), replace=False))
    else:
        steps = sorted(int(x) for x in rng.choice(16, int(rng.integers(3, 13)), replace=False))
    rare = {"tom": 0.5, "cymbal": 0.3}.get(piece, 0.06)
    swing, loud = rng.uniform(0, 0.12) * (rng.random() < 0.4), rng.integers(80, 118)
    out = []
    for bar in range(n_bars):
        if rng.random() < rare:
            continue
        for s in steps:
            t = (bar * 16 + s + (swing if s % 2 else 0.0)) * beat / 4 + rng.normal(0, 0.004)
            accent = 8 if s % 4 == 0 else -8
            if 0 <= t < LENGTH_S - 0.5 and rng.random() < 0.95:
                out.append((t, int(min(127, max(15, loud + accent + rng.normal(0, 9))))))
    return out


def write_midi(path, phrases):
    """phrases: (start s, channel, program, notes, bends, swell) on one track; 1 tick is 1 ms."""
    ev = []
    for start, ch, program, notes, bends, swell in phrases:
        ev.append((start - 0.2, 0, bytes((0xC0 | ch, program))))
        ev.append((start - 0.2, 1, bytes((0xE0 | ch, 0, 64))))
        ev.append((start - 0.2, 1, bytes((0xB0 | ch, 11, 127))))
        for t, v in swell:
            ev.append((start + t, 1, bytes((0xB0 | ch, 11, v))))
        for t, length, p, v in notes:
            ev.append((start + t, 3, bytes((0x90 | ch, p, v))))
            ev.append((start + t + length, 2, bytes((0x80 | ch, p, 64))))
        for t, b in bends:
            ev.append((start + t, 1, bytes((0xE0 | ch, (b + 8192) & 127, (b + 8192) >> 7))))
    ev.sort(key=lambda e: (e[0], e[1]))
    data, at = bytearray(b"\x00\xff\x51\x03\x0f\x42\x40"), 0
    for t, _, b in ev:
        tick = max(at, int(t * 1000))
        delta, at = tick - at, tick
        parts = [delta & 127]
        while delta > 127:
            delta >>= 7
            parts.append(128 | (delta & 127))
        data += bytes(reversed(parts)) + b
    data += b"\x00\xff\x2f\x00"
    with open(path, "wb") as f:
        f.write(b"MThd" + struct.pack(">IHHH", 6, 0, 1, 1000))
        f.write(b"MTrk" + struct.pack(">I", len(data)) + bytes(data))


def render(soundfont, phrases, cache, name):
    """The phrases as arrays, 13 s apart in one run of fluidsynth; no reverb, no chorus."""
    midi, wav = os.path.join(cache, name + ".mid"), os.path.join(cache, name + ".wav")
    gap = LENGTH_S + 2.0
    write_midi(midi, [(0.5 + i * gap, *p) for i, p in enumerate(phrases)])
    subprocess.run(["fluidsynth", "-ni", "-R", "0", "-C", "0", "-g", "0.4", "-r", str(RATE), "-F",
                    wav, soundfont, midi], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    n = int((LENGTH_S + 1.0) * RATE)
    x = np.pad(read_sound(wav), (0, n))
    os.remove(wav)
    os.remove(midi)
    for i in range(len(phrases)):
        a = int((0.4 + i * gap) * RATE)
        yield x[a:a + n]


def phrase(kind, rng):
    """(channel, program, notes, bends, swell) of a class."""
    if kind in DRUMS or kind == "kit":
        return (9, int(rng.choice(DRUM_KITS)), drum_events(kind, rng, kind == "kit"), [], [])
    programs, low, high, styles = PARTS[kind]
    style = str(rng.choice(styles))
    notes = events_of(style, rng, low, high)
    bends, swell = [], []
    if kind in BENDING and style in BEND and rng.random() < 0.7:
        bends = bends_of(notes, rng)
    if style in ("long", "line") and rng.random() < 0.5:
        a, b = int(rng.integers(40, 90)), int(rng.integers(100, 127))
        hz = rng.uniform(0.1, 0.5)
        swell = [(0.05 * i, int(a + (b - a) * (0.5 - 0.5 * math.cos(2 * math.pi * hz * 0.05 * i))))
                 for i in range(int(LENGTH_S / 0.05))]
    return (0, int(rng.choice(programs)), notes, bends, swell)
