# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drums from single hits: the kits of hydrogen-drumkits and the samples of sonic-pi-samples."""
import glob
import os
import re
import xml.etree.ElementTree as tree

import numpy as np

from .music import LENGTH_S, drum_pattern
from .sound import RATE, read_sound

HYDROGEN = "/usr/share/hydrogen/data/drumkits"
SONIC_PI = "/usr/share/sonic-pi/samples"
WORDS = (  # the first that fits names the piece
    ("hat", r"\bhh\b|hat|hi-hat|\bohh\b"), ("kick", r"kick|bass ?drum|\bbd\b"),
    ("percussion", r"clap|cowbell|conga|bongo|tamb|maraca|clave|wood|agogo|djembe|sangban|dunun|"
                   r"kenkeni|cajon|snaps|^perc_(bell|snap|till)|tabla|elec_(wood|triangle|tick)"),
    ("snare", r"snare|stick|rim|^sn_|\bsd\b"), ("tom", r"tom"),
    ("cymbal", r"crash|ride|china|splash|cymbal|paiste bell"),
)


def piece_of(name):
    for piece, pattern in WORDS:
        if re.search(pattern, name.lower()):
            return piece
    return None


def hydrogen_kits():
    """kit: piece: instruments, each its layers as (top velocity, path)."""
    kits = {}
    for path in sorted(glob.glob(HYDROGEN + "/*/drumkit.xml")):
        folder, kit = os.path.dirname(path), {}
        for item in tree.fromstring(re.sub(r'\sxmlns="[^"]*"', "", open(
                path, encoding="utf-8", errors="replace").read())).iter("instrument"):
            piece = piece_of(item.findtext("name") or "")
            layers = [(float(la.findtext("max") or 1), os.path.join(folder, la.findtext("filename")))
                      for la in item.iter("layer") if la.findtext("filename")]
            if not layers and item.findtext("filename"):
                layers = [(1.0, os.path.join(folder, item.findtext("filename")))]
            layers = [la for la in layers if os.path.exists(la[1])]
            if piece and layers:
                kit.setdefault(piece, []).append(sorted(layers))
        if kit:
            kits[os.path.basename(folder)] = kit
    return kits


def sonic_pi_kit():
    kit = {}
    for path in sorted(glob.glob(SONIC_PI + "/*.flac")):
        name = os.path.basename(path)[:-5]
        piece = "kick" if name.startswith("bd_") or "kick" in name or name.startswith(
            "drum_bass") else "hat" if name in ("drum_cymbal_closed", "drum_cymbal_pedal") \
            else piece_of(name)
        if piece and name.split("_")[0] in ("bd", "drum", "elec", "sn", "perc", "tabla"):
            kit.setdefault(piece, []).append([(1.0, path)])
    return {"sonic-pi": kit}


class Sampler:
    def __init__(self):
        self.known = {}

    def hit(self, layers, velocity):
        path = next((p for top, p in layers if velocity / 127.0 <= top), layers[-1][1])
        if path not in self.known:
            self.known[path] = read_sound(path)
        return self.known[path] * (velocity / 127.0) ** 1.5

    def play(self, kit, kind, rng):
        """LENGTH_S of a piece or a kit; None where the kit has no such piece."""
        beat = 60.0 / rng.uniform(70, 175)
        out = np.zeros(int((LENGTH_S + 1) * RATE))
        pieces = [kind] if kind != "kit" else [
            p for p in ("kick", "snare", "hat", "cymbal", "tom") if p in kit and (
                p in ("kick", "snare") or rng.random() < 0.75)]
        if not all(p in kit for p in pieces) or (kind == "kit" and len(pieces) < 3):
            return None
        level = {"kick": 1.0, "snare": 1.0, "hat": 0.5, "cymbal": 0.5, "tom": 0.8}
        for piece in pieces:
            options = kit[piece]
            chosen = options[int(rng.integers(len(options)))]
            speed = 2 ** rng.uniform(-0.25, 0.25)
            gain = level.get(piece, 1.0) * 10 ** (rng.uniform(-4, 4) / 20)
            for t, v in drum_pattern(piece, rng, beat):
                if piece in ("tom", "percussion") and rng.random() < 0.5:
                    chosen = options[int(rng.integers(len(options)))]
                x = self.hit(chosen, v)
                x = np.interp(np.arange(0, len(x) - 1, speed), np.arange(len(x)), x) if len(
                    x) > 2 else x
                a = int(t * RATE)
                n = min(len(x), len(out) - a)
                if piece in ("kick", "hat") and rng.random() < 0.1:
                    n = min(n, int(0.2 * RATE))
                out[a:a + n] += gain * x[:n]
        return out if np.max(np.abs(out)) > 1e-5 else None
