# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clips a model is trained on: who plays (the group, kept apart in cross-validation), what, and
how often; each is written as CLASS.GROUP.NAME.wav. Every job draws from its own seed."""
import os
import zlib

import numpy as np

from . import kits, music, synth, voice
from .sound import MICS, loud, rms, studio, to_rate, write_sound

SOUNDFONTS = (  # group, path, phrases per class; groups that share recordings share a name
    ("fluid", "/usr/share/sounds/sf2/FluidR3_GM.sf2", 30),
    ("timgm", "/usr/share/sounds/sf2/TimGM6mb.sf2", 20),
    ("csound", "/usr/share/sounds/sf2/sf_GMbank.sf2", 16),
    ("opl", "/usr/share/sounds/sf2/OPL-3_FM_128M.sf2", 6),
)
OPL_KINDS = ("organ", "keys", "bass_synth", "synth", "pad")
PIECES = ("kick", "snare", "hat", "tom", "cymbal", "percussion", "kit")
VARIANTS = 2
SILENT = 1e-5


def rng_of(name):
    return np.random.default_rng(zlib.crc32(name.encode()))


class Studio:
    """Writes what it is given, in VARIANTS ways, with other players in the microphones."""

    def __init__(self, folder):
        self.folder, self.bleed = folder, []

    def fill_bleed(self):
        rng, sampler = rng_of("bleed"), kits.Sampler()
        for kit in list(kits.hydrogen_kits().values())[:10]:
            x = sampler.play(kit, "kit", rng)
            if x is not None:
                self.bleed.append(x)
        self.bleed += [synth.machine("kit", rng) for _ in range(2)]
        self.bleed += [synth.play("synth", rng) for _ in range(2)]

    def keep(self, x, kind, group, name, rng):
        if x is None or rms(x) < SILENT or not np.all(np.isfinite(x)):
            return
        for v in range(VARIANTS):
            y = studio(x, kind, rng, self.bleed[:-2] if kind in MICS else self.bleed)
            y, rate = to_rate(y, rng)
            write_sound(os.path.join(self.folder, f"{kind}.{group}.{name}-{v}.wav"), y, rate)


def soundfont_job(out, group, path, kind, n):
    name = f"{os.path.basename(path).split('.')[0]}-{kind}"
    rng = rng_of(name)
    phrases = [music.phrase(kind, rng) for _ in range(n)]
    for i, x in enumerate(music.render(path, phrases, out.folder, name)):
        out.keep(x, kind, group, f"{name}-{i}", rng)


def kit_job(out, group, kit, name, times):
    sampler, rng = kits.Sampler(), rng_of(name)
    for kind in PIECES:
        for i in range(times):
            if kind in kit or kind == "kit":
                out.keep(sampler.play(kit, kind, rng), kind, group, f"{name}-{i}", rng)


def machine_job(out, kind, group, first, n):
    for i in range(first, first + n):
        rng = rng_of(f"machine-{kind}-{group}-{i}")
        out.keep(synth.machine(kind, rng), kind, group, f"machine-{i}", rng)


def synth_job(out, kind, group, n):
    for i in range(n):
        rng = rng_of(f"synth-{kind}-{group}-{i}")
        out.keep(synth.effect(rng) if kind == "fx" else synth.play(kind, rng), kind, group,
                 f"synth-{i}", rng)


def sfx_job(out, group, path, n):
    name = f"{os.path.basename(path).split('.')[0]}-fx"
    rng, phrases = rng_of(name), []
    for _ in range(n):
        notes = [(float(t), float(rng.uniform(0.5, 5)), int(rng.integers(40, 80)), 100)
                 for t in np.arange(0, 10, rng.uniform(1, 5))]
        phrases.append((0, int(rng.choice((119, 120, 122, 124, 125, 126, 127, 123))), notes, [], []))
    for i, x in enumerate(music.render(path, phrases, out.folder, name)):
        out.keep(x, "fx", group, f"{name}-{i}", rng)


def voice_group(name):
    return "voice-" + name.split("+")[0].split("_")[0]


def sing_job(out, cache, which):
    said = {}
    for v, x in voice.speech(cache):
        said.setdefault(v, []).append(x)
    for v in [w for w in sorted(said) if voice_group(w) == which]:
        rng, high = rng_of("sing-" + v), any(s in v for s in ("f2", "f4", "slt", "lp_", "lj", "dita"))
        n = 4 if "+" in v else 16
        for i in range(n):
            x = said[v][i % len(said[v])]
            low = int(rng.integers(52, 62)) if high else int(rng.integers(40, 55))
            style = str(rng.choice(("line", "melody", "riff"), p=(.6, .25, .15)))
            y = voice.sing(x, rng, low, low + int(rng.integers(10, 19)), style)
            if y is not None and rng.random() < 0.2:  # stacked
                z = voice.sing(x, rng, low, low + 12, style)
                y = y if z is None else y + z
            out.keep(y, "voice", which, f"{v}-{i}", rng)
        for i in range(2 if "+" in v else 10):
            out.keep(voice.talk(said[v][i % len(said[v])], rng), "spoken", which, f"{v}-{i}", rng)
        for i in range(10 if v in ("kal_diphone", "ked_diphone") else 0):
            wav = os.path.join(out.folder, f"{v}-song.tmp")
            out.keep(voice.festival_song(v, rng, wav), "voice", which, f"{v}-song-{i}", rng)
        if v in said and "+" not in v:
            for i in range(4):  # a choir of many takes
                ys = [voice.sing(said[v][i % len(said[v])], rng, 50, 70, "long") for _ in range(3)]
                ys = [y for y in ys if y is not None]
                if ys:
                    out.keep(sum(ys), "choir", which, f"{v}-choir-{i}", rng)


def mix_job(out, group, n):
    """Several players in one file."""
    for i in range(n):
        rng, x = rng_of(f"mix-{group}-{i}"), 0.0
        path = [s for s in SOUNDFONTS if s[0] == group][0][1]
        picks = ["bass"] + [str(k) for k in rng.choice(sorted(music.PARTS), 2, replace=False)]
        phrases = [music.phrase(k, rng) for k in picks + (["kit"] if rng.random() < 0.7 else [])]
        for y in music.render(path, phrases, out.folder, f"mix-{group}-{i}"):
            x = x + y / loud(y) * 10 ** (rng.uniform(-5, 5) / 20)
        out.keep(x, "mix", group, f"mix-{i}", rng)


def jobs(cache):
    """(function, arguments after the studio)"""
    for which in sorted({voice_group(v) for v, _ in list(voice.FESTIVAL) + voice.ESPEAK}):
        yield sing_job, (cache, which)
    for group, path, n in SOUNDFONTS:
        for kind in list(music.PARTS) + list(PIECES):
            if group != "opl" or kind in OPL_KINDS:
                yield soundfont_job, (group, path, kind, n if kind not in PIECES else n * 2 // 3)
        if group != "opl":
            yield sfx_job, (group, path, 10)
    for name, kit in list(kits.hydrogen_kits().items()) + list(kits.sonic_pi_kit().items()):
        yield kit_job, ("hit-" + name.replace(".", "_").replace(" ", "_"), kit,
                        name.replace(" ", "_"), 4)
    for group in ("made-1", "made-2", "made-3"):
        for kind in PIECES:
            yield machine_job, (kind, group, 0, 9)
        for kind, n in (("synth", 36), ("pad", 16), ("bass_synth", 18), ("fx", 30)):
            yield synth_job, (kind, group, n)
    for group in ("fluid", "timgm", "csound"):
        yield mix_job, (group, 16)
