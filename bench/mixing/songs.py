# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The songs: folders of stems, and what is known about them."""
import json
import pathlib
import shutil
import sys

from . import tools

SECTIONS = {
    "vocals": {"lead_vocal", "vocal_double", "backing_vocal", "choir", "spoken"},
    "drums": {"kick", "snare", "snare_bottom", "hat", "tom", "cymbal", "overhead", "room", "drums", "percussion"},
    "bass": {"bass", "bass_synth"},
}
# Roles that are hard to tell apart and are mixed alike count as one coarse class.
COARSE = {
    "kick": {"kick"}, "snare": {"snare", "snare_bottom"}, "tom": {"tom"}, "cymbals": {"hat", "cymbal", "overhead"},
    "kit": {"drums", "room"}, "percussion": {"percussion"}, "bass": {"bass", "bass_synth"},
    "guitar": {"guitar", "guitar_acoustic", "guitar_electric", "guitar_lead"}, "keys": {"piano", "keys", "organ"},
    "synth": {"synth", "synth_lead", "pad", "mallet"}, "strings": {"strings"}, "winds": {"brass", "woodwind"},
    "voice": {"lead_vocal", "vocal_double", "backing_vocal", "choir", "spoken"}, "other": {"sample", "fx"},
}
QUICK_S = 30.0


def section(role):
    return next((name for name, roles in SECTIONS.items() if role in roles), "rest")


def coarse(role):
    return next((name for name, roles in COARSE.items() if role in roles), "unknown")


class Song:
    """One folder of stems; `files` are by name without ending, as luster names tracks."""

    def __init__(self, folder, name=None):
        self.folder, self.name = pathlib.Path(folder).resolve(), name or pathlib.Path(folder).resolve().name
        self.files = {f.stem: f for f in sorted(self.folder.iterdir()) if f.suffix.lower() in tools.AUDIO}
        truth = json.loads((pathlib.Path(__file__).parent / "truth.json").read_text())["songs"].get(self.name, {})
        self.genre, self.roles = truth.get("genre"), truth.get("roles", {})
        self.groups, self.tight = truth.get("groups", []), truth.get("tight", [])
        self.loops, self.finished = truth.get("loops", False), truth.get("finished", False)
        author = self.folder / "reference/author-mix.flac"
        self.author = author if author.exists() else None

    def role(self, stem, otherwise):
        """The true role where the name tells it, else what luster thinks."""
        accepted = self.roles.get(stem)
        return accepted[0] if accepted and otherwise not in accepted else otherwise

    def link(self, folder, names=None):
        """A folder of links to the stems, nothing else in it; names: {stem: file name}."""
        folder.mkdir(parents=True)
        for stem, file in self.files.items():
            name = names[stem] if names else file.name
            if name:
                (folder / name).symlink_to(file)
        return folder

    def excerpt(self, kit, folder, seconds):
        """The same song cut to `seconds` where most of its stems sound, as files in `folder`."""
        figures = kit.figures(self.files.values())
        length = max(f["duration_s"] for f in figures)
        if length <= seconds + 1.0:
            return self
        live = [[0] * 3 + [m > f["integrated_lufs"] - 10.0 if f["integrated_lufs"] else False
                           for m in f["momentary_lufs"]] for f in figures]
        n, width = int(length * 10), int(seconds * 10)
        count = [sum(s[t] for s in live if t < len(s)) for t in range(n)]
        starts = range(0, n - width + 1, 10)
        best = max(starts, key=lambda t: sum(count[t:t + width]))
        folder.mkdir(parents=True)
        for stem, file in self.files.items():
            kit.run([kit.program("mix_fault"), file, folder / (stem + ".wav"), best / 10.0, best / 10.0 + seconds])
        cut = Song(folder, self.name)
        if self.author:
            kit.run([kit.program("mix_fault"), self.author, folder.parent / (folder.name + "-author.wav"),
                     best / 10.0, best / 10.0 + seconds])
            cut.author = folder.parent / (folder.name + "-author.wav")
        return cut


def find(folders):
    """Songs in the folders given: those with sound files right in them, else their sub-folders."""
    songs = []
    for folder in map(pathlib.Path, folders):
        if not folder.is_dir():
            raise SystemExit(f"bench/mix: {folder} is not a folder")
        here = [folder] if holds_sound(folder) else sorted(d for d in folder.iterdir() if d.is_dir() and holds_sound(d))
        if not here:
            raise SystemExit(f"bench/mix: no stems in {folder}")
        songs += [Song(d, "demo" if "demo" in d.name else None) for d in here]
    return songs


def holds_sound(folder):
    return any(f.suffix.lower() in tools.AUDIO for f in folder.iterdir())


def demo(kit):
    """The demo song, made once into the build folder; None when its instruments are not there."""
    folder = kit.build / "bench/demo-stems"
    if not folder.exists() and shutil.which("fluidsynth"):
        print("making the demo song", file=sys.stderr)
        try:
            kit.run([tools.ROOT / "examples/demo/make-stems", folder])
        except tools.Failed as failure:
            print(f"bench/mix: the demo song is left out: {failure}", file=sys.stderr)
    return Song(folder, "demo") if folder.exists() else None
