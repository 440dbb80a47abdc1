#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# "Every Small Light", the demo song: writes song.mid, a type-1 MIDI file, one named track per part.
# The music is written as text (chords, melodies, sixteenth grids); players add feel: timing, touch, vibrato.
# One seed per player, so the file has the same bytes on each run.  Usage: compose.py [song.mid]

import math
import random
import re
import struct
import sys

TITLE = "Every Small Light"
BPM = 104
PPQ = 960
BAR = 4  # beats

# ---- Form and harmony: one bar between bars; two chords in a bar share it --------------------------

VERSE = "Dadd9 | Bm7 | Gmaj7 | Asus4 A | Dadd9 | F#m7 | Gmaj7 | Em7 A7sus"
CHORUS = "G | D/F# | A | Bm7 | G | D/F# | Em7 | Asus4 A"
FORM = [
    ("intro", "Dadd9 | A/C# | Bm7 | Gmaj7"),
    ("verse 1", VERSE),
    ("chorus 1", CHORUS),
    ("verse 2", VERSE),
    ("chorus 2", "G | D/F# | A | Bm7 | G | D/F# | Em7 | Gm6"),  # the borrowed minor iv leads home
    ("outro", "Dadd9 | A/C# | Bm7 | Gmaj7 Gm6"),
    ("end", "Dadd9 | Dadd9"),
]

# chord: bass note, chord tones, guitar strings
CHORDS = {
    "Dadd9": ("D", "D E F# A", "D3 A3 D4 F#4 A4 E5"),
    "D/F#": ("F#", "D F# A", "F#2 A2 D3 A3 D4 F#4"),
    "A": ("A", "A C# E", "A2 E3 A3 C#4 E4"),
    "A/C#": ("C#", "A C# E", "C#3 E3 A3 C#4 E4"),
    "Asus4": ("A", "A D E", "A2 E3 A3 D4 E4"),
    "A7sus": ("A", "G A D E", "A2 E3 G3 D4 E4"),
    "Bm7": ("B", "A B D F#", "B2 F#3 A3 D4 F#4"),
    "Em7": ("E", "G B D E", "E2 B2 E3 G3 D4 G4"),
    "F#m7": ("F#", "F# A C# E", "F#2 C#3 E3 A3 C#4 E4"),
    "G": ("G", "G B D", "G2 B2 D3 G3 D4 G4"),
    "Gmaj7": ("G", "G B D F#", "G2 B2 D3 G3 B3 F#4"),
    "Gm6": ("G", "G Bb D E", "G2 D3 G3 Bb3 D4 E4"),
}

# ---- The song as sung: beat (from the line's first bar), note, length, syllable --------------------

VERSE_1 = [
    "0.5 F#4 .5 Mor-, 1 A4 1 ning, 2 A4 .5 on, 2.5 B4 .5 the, 3 A4 1 win-, 4 F#4 2 dow",
    "0.5 D4 1 slow, 1.5 E4 .5 as, 2 F#4 .5 ci-, 2.5 G4 1 ty, 3.5 E4 2.5 snow",
    "0.5 F#4 .5 You, 1 A4 1 were, 2 A4 .5 half, 2.5 B4 .5 a, 3 C#5 1 sto-, 4 A4 2 ry",
    "0.5 B4 .5 I, 1 A4 .5 was, 1.5 G4 1 meant, 2.5 F#4 1 to, 3.5 E4 2.5 know",
]
VERSE_2 = [
    "0.5 F#4 .5 Ra-, 1 A4 .5 di-, 1.5 A4 .5 o, 2 A4 1 is, 3 D5 1 hum-, 4 B4 .5 ming, 4.5 A4 1.5 -",
    "0.5 D5 .5 some-, 1 B4 .5 thing, 1.5 A4 1 soft, 2.5 G4 1 and, 3.5 E4 2.5 true",
    "0.5 F#4 .5 All, 1 A4 1 the, 2 B4 .5 streets, 2.5 A4 .5 are, 3 C#5 1 sil-, 4 E5 .5 ver, 4.5 C#5 1.5 -",
    "0.5 D5 .5 lead-, 1 B4 .5 ing, 1.5 G4 1 back, 2.5 F#4 1 to, 3.5 E4 1 you, 4.5 G4 1.5 -",
]
CHORUS_LINES = [
    "-.5 A4 .5 So, 0 D5 1.5 shine, 1.5 B4 1.5 shine, 3 A4 .5 ev-, 3.5 B4 .5 'ry, 4 D5 1 small, 5 A4 2 light",
    "0.5 C#5 .5 I, 1 C#5 .5 can, 1.5 D5 1 see, 2.5 C#5 .5 the, 3 B4 1 road, 4 A4 .5 from, 4.5 B4 2 here",
    "-.5 A4 .5 So, 0 D5 1.5 shine, 1.5 F#5 1.5 shine, 3 E5 .5 stay, 3.5 D5 .5 through, 4 E5 .5 the, 4.5 D5 2 night",
]
CHORUS_ENDS = {
    "chorus 1": "-1 D5 .5 We'll, -.5 D5 .5 be, 0 B4 1.5 home, 1.5 G4 .5 when, 2 A4 .5 the, 2.5 B4 1 sky, "
                "3.5 A4 .5 is, 4 D5 2 clear, 6 C#5 1.5 -",
    "chorus 2": "-1 D5 .5 We'll, -.5 D5 .5 be, 0 B4 1.5 home, 1.5 G4 .5 when, 2 A4 .5 the, 2.5 B4 1 sky, "
                "3.5 C#5 .5 is, 4 D5 2 clear, 6 E5 2 -, 8 F#5 3 -",  # climbs over Gm6 into the outro
}
OUTRO_LINE = "8.5 F#4 .5 Ev-, 9 A4 .5 'ry, 9.5 B4 2 small, 11.5 D5 .5 -, 12 B4 1.5 light, 13.5 A4 2 -, 16 F#4 4 home"

OOHS = {  # verse 2, second half: held notes behind the lead
    "BGV1": "0 A4 4 ooh, 4 A4 4 -, 8 B4 4 ooh, 12 B4 2 -, 14 A4 1.5 -",
    "BGV2": "0 F#4 4 ooh, 4 E4 4 -, 8 F#4 4 ooh, 12 G4 2 -, 14 E4 1.5 -",
}
ANSWERS = [  # BGV2 between the lead's lines in a chorus: line number, notes
    (0, "6 F#4 .5 shine, 6.5 A4 1 shine"),
    (2, "6.5 A4 .5 all, 7 F#4 .5 night"),
]

HOOK = {  # piano right hand, eighths; '-' holds
    0: "F#5 - A4 D5 E5 - D5 A4",
    1: "E5 - A4 C#5 E5 - C#5 A4",
    2: "D5 - A4 B4 F#5 - E5 D5",
    3: "D5 - B4 D5 F#5 - E5 D5",
}
ECHO = {"Bm7": "F#5 E5 D5", "A": "E5 D5 C#5", "F#m7": "E5 C#5 A4", "A7sus": "E5 D5 A4"}  # in verse 2

# ---- Drums and rhythm section: 16 steps to a bar; X x o - g are ever softer, _ holds ---------------

TOUCH = {"X": 118, "x": 102, "o": 82, "-": 58, "g": 34}
KICK = {
    "intro": "x.......x.......",
    "verse 1": "x.....x.x.......",
    "chorus 1": "X.....x.X.x.....",
    "verse 2": "x..o..x.x.....o.",
    "chorus 2": "X..o..x.X.x...o.",
    "outro": "x.....x.x.......",
}
SNARE = {
    "chorus 1": "....X.......X...",
    "verse 2": "....x..g.g..x..g",
    "chorus 2": "....X..g.g..X..g",
}
SIDESTICK = "....x.......x..."
HAT = {
    "intro": "o.-.o.-.o.-.o.-.",
    "verse 1": "o.-.x.-.o.-.x.-.",
    "chorus 1": "x.o.x.o.x.o.x...",
    "verse 2": "x-o-x-o-x-o-x-o-",
    "outro": "o.-.x.-.o.-.x.-.",
}
OPEN_HAT = {"chorus 1": "..............x.", "chorus 2": "..............o."}
RIDE = "x.o.x.o.x.o.x.o."
TAMBOURINE = {"chorus 1": "o.-.X.-.o.-.X.-.", "verse 2": "..-...o...-...o.", "chorus 2": "o--gX--go--gX--g"}
# fills by bar of the song (from 0): snare, rack tom, floor tom; kick is thinned to beat one
FILLS = {
    11: ("........xoxo....", "............xx..", "..............xx"),
    15: ("....X.......X.oo", "................", "................"),
    19: ("....X...X.......", "..........xo....", "............xoxo"),
    27: ("....x...xxoo....", "............xx..", "..............XX"),
    31: ("....X.......X...", ".........x.x....", "..............xx"),
    35: ("X..xX.xx........", "........XoXo....", "............XoXX"),
    39: ("........-.-.....", "..........o.o...", "............x.xx"),
}
CRASHES = {12: 49, 16: 57, 20: 49, 28: 49, 30: 57, 32: 49, 34: 57, 36: 49, 40: 49}
# bass: R root, 8 octave, 5 fifth, n a step into the next chord
BASS = {
    "verse 1": "R_____R_R___5_n_",
    "chorus 1": "R_R_R_R_R_R_R_n_",
    "verse 2": "R__r__R_R_8___n_",
    "chorus 2": "R_Rrr_R_R_R_8_n_",
    "outro": "R_____R_R_______",
}
# acoustic: D down, d soft down, u up
STRUM = {
    "intro": "D_______d___d_u_",
    "verse 1": "D___d_u_d_u_d_u_",
    "chorus 1": "D_d_D_u_d_u_D_u_",
    "verse 2": "D___D_u_d_u_D_u_",
    "chorus 2": "D_d_D_uud_u_D_uu",
    "outro": "D___d_u_d___d_u_",
}
COMP = {  # piano chords below the hook
    "verse 1": "o_________-_____",
    "chorus 1": "x___o___x___o_-_",
    "verse 2": "o_____-___o_____",
    "chorus 2": "x_o_x_o_x_o_x_o_",
}
RHODES = {
    "verse 1": "......o___......",
    "chorus 1": "o_____o_________",
    "verse 2": "o___..o___..-___",
    "chorus 2": "o_____o_____o___",
    "outro": "o_______________",
}
CRUNCH_L = "X___x_x_X_x_x_x_"
CRUNCH_R = "X_____x_X___x_x_"

# ---- Names of notes, beats of chords -----------------------------------------------------------------

PITCH_CLASS = {"C": 0, "C#": 1, "D": 2, "E": 4, "F": 5, "F#": 6, "G": 7, "G#": 8, "A": 9, "Bb": 10, "B": 11}

D_MAJOR = {2, 4, 6, 7, 9, 11, 1}


def note(name):
    letter, octave = re.fullmatch(r"([A-G][#b]?)(\d)", name).groups()
    return 12 * (int(octave) + 1) + PITCH_CLASS[letter]


def lay_out_form():
    """-> sections [(name, first bar, bars)], chords [(beat, length, name)], bar -> section name."""
    sections, chords, bar = [], [], 0
    for name, text in FORM:
        bars = [cell.split() for cell in text.split("|")]
        for i, cell in enumerate(bars):
            length = BAR / len(cell)
            for j, chord in enumerate(cell):
                chords.append(((bar + i) * BAR + j * length, length, chord))
        sections.append((name, bar, len(bars)))
        bar += len(bars)
    section_of = {first + i: name for name, first, n in sections for i in range(n)}
    return sections, chords, section_of


SECTIONS, PROGRESSION, SECTION_OF = lay_out_form()
FIRST_BAR = {name: first for name, first, _ in SECTIONS}
N_BARS = len(SECTION_OF)


def chord_at(beat):
    return next(c for start, length, c in reversed(PROGRESSION) if start <= beat + 1e-9)


def chord_end(beat):
    return next(start + length for start, length, _ in reversed(PROGRESSION) if start <= beat + 1e-9)


def bars_of(*names):
    return [bar for bar, name in SECTION_OF.items() if name in names]


def bass_note(chord, low=28):
    pc = PITCH_CLASS[CHORDS[chord][0]]
    return low + (pc - low) % 12


def chord_tones(chord, low, high):
    wanted = {PITCH_CLASS[n] for n in CHORDS[chord][1].split()}
    return [p for p in range(low, high + 1) if p % 12 in wanted]


def voice_lead(chord, previous, centre, n=3):
    """The n neighbouring chord tones, no cluster, that move least from the last chord and stay near the centre."""
    tones = chord_tones(chord, centre - 12, centre + 12)
    choices = [tones[i:i + n] for i in range(len(tones) - n + 1)]
    choices = [voices for voices in choices if voices[-1] - voices[0] >= 3 * (n - 1)]

    def cost(voices):
        moved = sum(abs(a - b) for a, b in zip(voices, previous)) if previous else 0
        return moved + abs(sum(voices) / n - centre)

    return min(choices, key=cost)


def grid(pattern, bar):
    """(beat, symbol, beats held) of each hit in a bar of sixteenths."""
    for hit in re.finditer(r"[^._]_*", pattern):
        yield bar * BAR + hit.start() / 4, hit.group()[0], len(hit.group()) / 4


def sung(line):
    for item in line.split(","):
        beat, name, length, syllable = item.split()
        yield float(beat), note(name), float(length), syllable


# ---- A player: a track with hands ----------------------------------------------------------------------


class Player:
    def __init__(self, name, channel, program, pan=64, volume=100, late_ms=0.0, loose_ms=5.0, touch=5):
        self.name, self.channel, self.loose_ms, self.late_ms, self.touch = name, channel, loose_ms, late_ms, touch
        self.rng = random.Random("luster demo " + name)
        self.notes, self.events = [], []
        self.program(0, program)
        for controller, value in ((7, volume), (10, pan), (91, 40)):
            self.control(0, controller, value)

    def program(self, beat, number):
        self.events.append((tick(beat), 1, bytes([0xC0 | self.channel, number])))

    def control(self, beat, controller, value):
        self.events.append((tick(beat), 2, bytes([0xB0 | self.channel, controller, clamp(value)])))

    def bend(self, beat, semitones):
        value = max(0, min(16383, round(8192 + semitones / 2 * 8192)))
        self.events.append((tick(beat), 2, bytes([0xE0 | self.channel, value & 127, value >> 7])))

    def lyric(self, beat, text):
        self.events.append((tick(beat), 3, meta(5, text.encode())))

    def play(self, beat, pitch, length, velocity, shift_ms=0.0):
        """A note with a human's timing and touch; -> the beat at which it really starts."""
        wander = max(-2.0, min(2.0, self.rng.gauss(0, 1))) * self.loose_ms
        start = max(0.0, beat + ms(self.late_ms + shift_ms + wander))
        velocity = max(8, min(127, round(self.rng.gauss(velocity, self.touch))))
        self.notes.append([tick(start), tick(start + length * 0.96), pitch, velocity])
        return start

    def chunk(self, end):
        # A string or drum that is struck again stops its older note first.
        self.notes.sort()
        last = {}
        for n in self.notes:
            if n[2] in last:
                last[n[2]][1] = min(last[n[2]][1], n[0] - 1)
            last[n[2]] = n
        events = list(self.events)
        for on, off, pitch, velocity in self.notes:
            events.append((on, 4, bytes([0x90 | self.channel, pitch, velocity])))
            events.append((max(off, on + 1), 0, bytes([0x80 | self.channel, pitch, 0])))
        return track_chunk(self.name, events, end)


def clamp(value):
    return max(0, min(127, round(value)))


def tick(beat):
    return round(beat * PPQ)


def ms(milliseconds):
    return milliseconds / 1000 * BPM / 60


# ---- Parts ---------------------------------------------------------------------------------------------


def hits(player, pattern, bar, pitch, length=0.2, gain=1.0):
    for beat, symbol, _ in grid(pattern, bar):
        player.play(beat, pitch, length, TOUCH[symbol] * gain)


def drums():
    def drum(name, loose):
        return Player(name, 9, 0, loose_ms=loose, touch=4)

    kick, snare, hat = drum("Kick", 2.5), drum("Snare", 3), drum("HiHat", 4)
    toms, cymbals = drum("Toms", 3.5), drum("Cymbals", 3.5)
    tambourine = drum("Tambourine", 6)
    snare.late_ms = 3
    for bar, section in SECTION_OF.items():
        if section in ("end",) or (section == "intro" and bar < 2):
            continue
        fill = FILLS.get(bar)
        hits(kick, "x......." + "." * 8 if fill else KICK[section], bar, 36)
        if section in ("verse 1",) or section == "outro" and bar >= 38:
            if not fill:
                hits(snare, SIDESTICK, bar, 37)
        elif section in SNARE and not fill:
            hits(snare, SNARE[section], bar, 38)
        elif section == "outro" and not fill:
            hits(snare, SNARE["chorus 1"], bar, 38)
        if fill:
            for pattern, player, pitch in zip(fill, (snare, toms, toms), (38, 48, 43)):
                hits(player, pattern, bar, pitch, 0.5)
        riding = section == "chorus 2" or section == "outro" and bar < 38
        if riding:
            hits(cymbals, RIDE, bar, 51, 1.0, 0.85)
            hits(hat, "....-.......-...", bar, 44)
        elif section in HAT:
            hits(hat, HAT[section][:8] + "." * 8 if fill else HAT[section], bar, 42)
        if section in OPEN_HAT and not fill:
            hits(hat, OPEN_HAT[section], bar, 46, 0.45)
        if section in TAMBOURINE and (section != "verse 2" or bar >= FIRST_BAR["verse 2"] + 4):
            hits(tambourine, TAMBOURINE[section], bar, 54, 0.2, 0.9)
    for bar, crash in CRASHES.items():
        cymbals.play(bar * BAR, crash, 6, 112 if bar != 40 else 96)
    for i in range(8):  # a roll on the crash into the last chord
        cymbals.play(39 * BAR + 2 + i / 4, 57, 1, 22 + 6 * i)
    kick.play(40 * BAR, 36, 0.5, 108)
    toms.play(40 * BAR, 43, 1, 100)
    return [kick, snare, hat, toms, cymbals, tambourine]


def bass():
    player = Player("Bass", 0, 33, volume=104, late_ms=3, loose_ms=4)

    def step_towards(target, here):
        # the scale step beside the next root, on the side we stand on
        if abs(here - target) <= 2:
            return here
        side = 1 if here > target else -1
        return next(p for p in (target + side, target + 2 * side) if p % 12 in D_MAJOR)

    for bar, section in SECTION_OF.items():
        if section == "intro" and bar < 2:
            continue
        if section in ("intro", "end"):
            if bar < 41:
                player.play(bar * BAR, bass_note(chord_at(bar * BAR)), 3.8 if bar < 40 else 6.5, 88)
            continue
        fill = "R_____R_R_R_R_R_" if bar == 35 else None
        for beat, symbol, length in grid(fill or BASS[section], bar):
            root = bass_note(chord_at(beat))
            pitch = {"8": root + 12, "5": root + 7}.get(symbol, root)
            if symbol == "n":
                ahead = bass_note(chord_at((bar + 1) * BAR))
                pitch = step_towards(ahead, root) if ahead != root else root + 7
            accent = 104 if beat % BAR == 0 else 92
            softer = 8 * ("chorus" not in section) + 24 * (symbol == "r")
            player.play(beat, pitch, length * 0.92, accent - softer)
    return player


def strum(player, beat, strings, length, velocity, up=False, spread_ms=10.0):
    order = list(reversed(strings[-4:])) if up else strings
    for i, pitch in enumerate(order):
        player.play(beat, pitch, length, velocity - 2 * i, shift_ms=i * spread_ms)


def strings_of(chord):
    return [note(n) for n in CHORDS[chord][2].split()]


def acoustic():
    player = Player("AcGtr", 3, 25, pan=50, volume=84, loose_ms=4, touch=6)
    for bar, section in SECTION_OF.items():
        if section == "end":
            if bar == 40:
                strum(player, bar * BAR, strings_of("Dadd9"), 7, 84, spread_ms=28)
            continue
        for beat, symbol, length in grid(STRUM[section], bar):
            velocity = {"D": 94, "d": 74, "u": 66}[symbol] + (8 if "chorus" in section else 0)
            strum(player, beat, strings_of(chord_at(beat)), length, velocity, up=symbol == "u")
    return player


def power_chord(chord, low):
    root = bass_note(chord, low)
    return [root, root + 7, root + 12]


def guitars():
    left = Player("EGtr L", 1, 27, pan=24, volume=80, loose_ms=6)
    right = Player("EGtr R", 2, 28, pan=104, volume=80, loose_ms=7, late_ms=2)
    for bar in bars_of("verse 1", "verse 2", "outro"):
        second_half = (bar - FIRST_BAR[SECTION_OF[bar]]) >= 4
        if SECTION_OF[bar] == "outro" or SECTION_OF[bar] == "verse 2" or second_half:
            for i, string in enumerate((0, 2, 3, 4, 3, 2, 4, 3)):  # left: clean, broken chords
                beat = bar * BAR + i / 2
                ring = min(1.4, chord_end(beat) - beat + 0.1)
                left.play(beat, strings_of(chord_at(beat))[string], ring, 84 if i % 4 == 0 else 70)
        if SECTION_OF[bar] == "verse 2":  # right: palm-muted eighths
            for beat, symbol, _ in grid("x.o.o.o.x.o.o.x.", bar):
                right.play(beat, bass_note(chord_at(beat), 40), 0.3, TOUCH[symbol] - 6)
    for section in ("chorus 1", "chorus 2"):
        start = FIRST_BAR[section] * BAR
        end = start + 8 * BAR
        left.program(start - 0.2, 29)
        right.program(start - 0.2, 29)
        left.program(end - 0.2, 27)
        right.program(end - 0.2, 28 if section == "chorus 1" else 27)
        for bar in bars_of(section):
            for beat, symbol, length in grid(CRUNCH_L, bar):
                strum(left, beat, power_chord(chord_at(beat), 40), length, TOUCH[symbol] - 12, spread_ms=4)
            if section == "chorus 1" or bar >= FIRST_BAR[section] + 4:
                for beat, symbol, length in grid(CRUNCH_R, bar):
                    strum(right, beat, power_chord(chord_at(beat), 45), length, TOUCH[symbol] - 12, spread_ms=5)
    # right, chorus 2, first half: an octave line that climbs behind the voice
    line = "0 B3 2, 2 D4 1.5, 3.5 E4 .5, 4 F#4 3, 7 E4 1, 8 E4 2, 10 C#4 1.5, 11.5 D4 .5, 12 D4 3, 15 F#4 1"
    for item in line.split(","):
        beat, name, length = item.split()
        for octave in (0, 12):
            right.play(FIRST_BAR["chorus 2"] * BAR + float(beat), note(name) + octave, float(length), 92)
    # right, outro: answers the piano
    for item in "2 A4 1, 3 F#4 1, 6 E4 1, 7 C#5 1, 10 D5 1.5, 14 Bb4 1".split(","):
        beat, name, length = item.split()
        right.play(FIRST_BAR["outro"] * BAR + float(beat), note(name), float(length), 76)
    for player, strings in ((left, strings_of("Dadd9")[1:]), (right, [note("D3"), note("A3"), note("D4")])):
        strum(player, FIRST_BAR["end"] * BAR, strings, 7, 78, spread_ms=22)
    return [left, right]


def piano():
    player = Player("Piano", 4, 0, volume=92, loose_ms=5, touch=6)
    previous = None
    for bar, section in SECTION_OF.items():
        home = bar * BAR
        if section in ("intro", "outro"):
            names = HOOK[bar - FIRST_BAR[section]].split()
            for i, name in enumerate(names):
                if name == "-":
                    continue
                held = 1.0 if names[i + 1:i + 2] == ["-"] else 0.5
                pitch = note(name)
                if chord_at(home + i / 2) == "Gm6" and pitch == note("F#5"):
                    pitch = note("E5")
                player.play(home + i / 2, pitch, held + 0.3, 86 if i in (0, 4) else 70)
            root = bass_note(chord_at(home), 38)
            player.play(home, root, 3.8, 72)
            player.play(home + 2, root + 7 if chord_at(home) != "A/C#" else root + 8, 1.9, 58)
            continue
        if section == "end":
            if bar == 40:
                for i, name in enumerate("D2 A2 D3 F#4 A4 E5 F#5".split()):
                    player.play(home, note(name), 7.5, 84, shift_ms=14 * i)
            continue
        for beat, symbol, length in grid(COMP[section], bar):
            voices = previous = voice_lead(chord_at(beat), previous, 66 if "chorus" in section else 63)
            for pitch in voices:
                player.play(beat, pitch, length, TOUCH[symbol] - 8, shift_ms=2)
        for start, length, chord in PROGRESSION:
            if bar * BAR <= start < (bar + 1) * BAR:
                player.play(start, bass_note(chord, 36), length * 0.95, 78 if "chorus" in section else 64)
        if section == "verse 2" and bar % 2 == 1:  # the hook answers the singer
            for i, name in enumerate(ECHO[chord_at(home + 3)].split()):
                player.play(home + 2.5 + i / 2, note(name), 0.6, 66)
    return player


def rhodes():
    player = Player("Rhodes", 5, 4, pan=78, volume=84, loose_ms=6)
    previous = None
    for bar, section in SECTION_OF.items():
        if section in RHODES:
            for beat, symbol, length in grid(RHODES[section], bar):
                previous = voice_lead(chord_at(beat), previous, 60, 3)
                for pitch in previous:
                    player.play(beat, pitch, length, TOUCH[symbol])
    for pitch in (57, 62, 66, 69):
        player.play(40 * BAR, pitch, 7, 66)
    return player


def strings():
    player = Player("Pad Strings", 6, 48, volume=76, loose_ms=8)
    previous = None
    for start, length, chord in PROGRESSION:
        bar = int(start // BAR)
        section = SECTION_OF[bar]
        if section == "intro" and bar < 2 or section == "verse 1" and bar < 8 or section == "end":
            continue
        previous = voice_lead(chord, previous, 66 if section == "chorus 2" else 62, 4)
        for pitch in previous:
            player.play(start, pitch, length, 78 if "chorus" in section else 64)
        if section == "chorus 2":  # violins an octave above the middle voice
            player.play(start, previous[2] + 12, length, 60)
    for first, last, low, high in ((2, 4, 50, 84), (8, 12, 56, 110), (12, 20, 100, 112), (20, 28, 70, 112),
                                   (28, 36, 104, 120), (36, 40, 100, 44)):
        for i in range((last - first) * BAR):
            player.control((first * BAR + i), 11, low + (high - low) * i / ((last - first) * BAR))
    return player


# ---- Singers -------------------------------------------------------------------------------------------


def sing(player, first_beat, line, velocity, vibrato=0.26, scoop=0.5, words=True):
    """Scoops into a phrase, swells on long notes, vibrato that comes late."""
    previous_end = None
    for beat, pitch, length, syllable in sung(line):
        beat += first_beat
        slur = syllable == "-"
        stressed = beat % 1 == 0
        start = player.play(beat, pitch, length * (1.0 if slur else 0.98), velocity + (4 if stressed else -4)
                            + (6 if pitch >= 74 else 0))
        if words:
            player.lyric(start, syllable)
        seconds = length * 60 / BPM
        fresh = previous_end is None or beat - previous_end > 0.2
        depth = scoop * player.rng.uniform(0.5, 1.0) if fresh or player.rng.random() < 0.3 else 0.12
        rate, phase = player.rng.uniform(5.0, 5.7), player.rng.uniform(0, 0.6)
        for i in range(int(seconds / 0.02)):
            t = i * 0.02
            onset = -depth * math.exp(-t / 0.045)
            ramp = max(0.0, min(1.0, (t - 0.32) / 0.4))
            drift = 0.03 * math.sin(2 * math.pi * 0.9 * t + phase)
            player.bend(start + ms(1000 * t), onset + drift + vibrato * ramp * math.sin(2 * math.pi * rate * t + phase))
            if i % 3 == 0:
                swell = math.sin(math.pi * min(1.0, t / seconds) ** 0.8)
                player.control(start + ms(1000 * t), 11, (98 if slur else 90) + (24 if length >= 1 else 12) * swell)
        previous_end = beat + length


def lead():
    player = Player("LeadVox", 7, 54, volume=118, late_ms=9, loose_ms=9, touch=3)
    for section, lines, velocity in (("verse 1", VERSE_1, 84), ("verse 2", VERSE_2, 90),
                                     ("chorus 1", CHORUS_LINES, 102), ("chorus 2", CHORUS_LINES, 108)):
        for i, line in enumerate(lines):
            sing(player, (FIRST_BAR[section] + 2 * i) * BAR, line, velocity)
        if section in CHORUS_ENDS:
            sing(player, (FIRST_BAR[section] + 6) * BAR, CHORUS_ENDS[section], velocity)
    sing(player, FIRST_BAR["outro"] * BAR, OUTRO_LINE, 82)
    return player


def below(pitch, beat, distance=3):
    """The chord tone that a second singer finds under the melody."""
    return max(chord_tones(chord_at(beat), pitch - 12, pitch - distance))


def name_of(pitch):
    names = {value: key for key, value in PITCH_CLASS.items()}
    return names[pitch % 12] + str(pitch // 12 - 1)


def harmony(line, first_beat):
    items = []
    for beat, pitch, length, syllable in sung(line):
        second = below(pitch, first_beat + max(beat, 0))
        items.append(f"{beat} {name_of(second)} {length} {syllable}")
    return ", ".join(items)


def backing():
    first = Player("BGV1", 10, 53, pan=40, volume=90, late_ms=10, loose_ms=7)
    second = Player("BGV2", 11, 52, pan=90, volume=84, late_ms=14, loose_ms=9)
    for player in (first, second):
        sing(player, (FIRST_BAR["verse 2"] + 4) * BAR, OOHS[player.name], 74, vibrato=0.12, scoop=0.2, words=False)
    for section in ("chorus 1", "chorus 2"):
        lines = CHORUS_LINES + [CHORUS_ENDS[section]]
        for i, line in enumerate(lines):
            start = (FIRST_BAR[section] + 2 * i) * BAR
            sing(first, start, harmony(line, start), 88, vibrato=0.16, scoop=0.3, words=False)
            answer = dict(ANSWERS).get(i)
            held = 6 if answer else 8
            low = []
            for beat, length, chord in PROGRESSION:
                if start <= beat < start + held:
                    pitch = voice_lead(chord, None, 61, 1)[0]
                    low.append(f"{beat - start} {name_of(pitch)} {min(length, start + held - beat) - .1} ah")
            line = ", ".join(low + ([answer] if answer else []))
            sing(second, start, line, 80, vibrato=0.1, scoop=0.2, words=False)
    outro = FIRST_BAR["outro"] * BAR
    sing(first, outro, "8.5 D4 .5 -, 9 F#4 .5 -, 9.5 F#4 2 -, 12 G4 2 -, 14 E4 1.8 -, 16 D4 4 -", 74, 0.12, 0.2, False)
    sing(second, outro, "8 B3 4 -, 12 D4 2 -, 14 Bb3 1.8 -, 16 A3 4 -", 74, 0.1, 0.2, False)
    return [first, second]


# ---- The file ------------------------------------------------------------------------------------------


def number(value):
    """A MIDI variable-length number."""
    out = [value & 127]
    while value := value >> 7:
        out.append(128 | value & 127)
    return bytes(reversed(out))


def meta(kind, data):
    return bytes([0xFF, kind]) + number(len(data)) + data


def track_chunk(name, events, end):
    data, now = number(0) + meta(3, name.encode()), 0
    for when, _, message in sorted(events):
        data += number(when - now) + message
        now = when
    data += number(end - now) + meta(0x2F, b"")
    return b"MTrk" + struct.pack(">I", len(data)) + data


def conductor(end):
    events = [
        (0, 0, meta(2, b"2026 The luster authors, GPL-3.0-or-later")),
        (0, 0, meta(0x51, round(60e6 / BPM).to_bytes(3, "big"))),
        (0, 0, meta(0x58, bytes([4, 2, 24, 8]))),
        (0, 0, meta(0x59, bytes([2, 0]))),  # D major
    ]
    events += [(tick(first * BAR), 1, meta(6, name.encode())) for name, first, _ in SECTIONS]
    return track_chunk(TITLE, events, end)


def main():
    path = sys.argv[1] if len(sys.argv) > 1 else "song.mid"
    end = tick(N_BARS * BAR)
    left, right = guitars()
    first, second = backing()
    players = drums() + [bass(), left, right, acoustic(), piano(), rhodes(), strings(), lead(), first, second]
    chunks = [conductor(end)] + [player.chunk(end) for player in players]
    with open(path, "wb") as file:
        file.write(b"MThd" + struct.pack(">IHHH", 6, 1, len(chunks), PPQ) + b"".join(chunks))


if __name__ == "__main__":
    main()
