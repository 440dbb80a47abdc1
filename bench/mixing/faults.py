# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Regression tests that need no listener (knowledge K3): known faults put into stems, and whether the mix comes out
as it does without them. Seeded; 30 s of each song."""
import math
import random

from . import measure, songs, tools

SPREAD = {"lead_vocal": 1.6, "kick": 4.1, "snare": 6.2, "snare_bottom": 6.2, "bass": 3.5}  # [DM14], SD between engineers
DRUMS_SPREAD, REST_SPREAD = 5.5, 2.4  # [DM14]; half of p90 - p10 over 1.28 [LAC]
SAME_DB = 0.5
SILENT_LUFS = -69.0


def spread(role):
    if role in SPREAD:
        return SPREAD[role]
    return DRUMS_SPREAD if songs.section(role) == "drums" else REST_SPREAD


class Bench:
    """Versions of one song: mixes them and remembers the clean one."""

    def __init__(self, kit, song, work, quick):
        self.kit, self.song, self.work, self.quick = kit, song.excerpt(kit, work / "excerpt", songs.QUICK_S), work, quick
        self.random = random.Random(song.name)
        self.count = 0
        self.roles, self.clean_session, self.clean = {}, None, None
        self.moved = []  # lone stems that were turned over or delayed: (stem, what)
        self.lone_runs = 0

    def start(self):
        figures = self.kit.figures(self.song.files.values())
        self.mono = {stem for stem, f in zip(self.song.files, figures) if f["n_channels"] == 1}
        self.live = [stem for stem, f in zip(self.song.files, figures)
                     if f["integrated_lufs"] is not None and f["integrated_lufs"] > SILENT_LUFS]
        self.clean_session, self.clean = self.run({})

    def run(self, spoiled, names=None, levels=True):
        """Mixes the song with {stem: [fault words]} and files called {stem: new name}."""
        self.count += 1
        here = self.work / f"run{self.count}"
        folder = here / self.song.name
        folder.mkdir(parents=True)
        names = names or {stem: stem for stem in self.song.files}
        for stem, file in self.song.files.items():
            if stem in spoiled:
                self.kit.run([self.kit.program("mix_fault"), file, folder / (names[stem] + ".wav"), 0, 1e6, *spoiled[stem]])
            else:
                (folder / (names[stem] + file.suffix)).symlink_to(file)
        session = self.kit.mix(folder, here / "mix")
        back = {new: old for old, new in names.items()}
        tracks = {back[t["name"]]: t for t in session["tracks"] if t["name"] in back}
        self.watch(tracks)
        if not levels:
            return tracks, None
        roles = {t["name"]: t["role"] for t in session["tracks"]}
        mix = measure.Mix(self.kit, self.song, here / "mix/session.json", roles, here / "parts")
        mix.parts = {back[name]: part for name, part in mix.parts.items() if name in back}
        return tracks, mix

    def watch(self, tracks):
        """Stems without a partner: nothing may be found between them and others."""
        partners = {stem for group in self.song.groups for stem in group}
        for stem, track in tracks.items():
            if stem in partners:
                continue
            self.lone_runs += 1
            if inverted(track):
                self.moved.append((stem, "turned over"))
            if track.get("delay_ms", 0.0) > 0.0:
                self.moved.append((stem, f"delayed by {track['delay_ms']:.1f} ms"))

    def level(self, mix, stem):
        return mix.level(stem) if mix else None

    def level_error(self, mix, stem):
        a, b = self.level(self.clean, stem), self.level(mix, stem)
        return None if a is None or b is None else b - a


def inverted(track):
    utility = next((i["set"] for i in track.get("inserts", []) if i["processor"] == "utility" and i.get("on", True)), {})
    return bool(track.get("polarity", False)) != bool(utility.get("polarity_left", False))


def lies_ms(track):
    clip = track["clips"][0]
    return track.get("delay_ms", 0.0) + 1000.0 * (clip.get("start_s", 0.0) - clip.get("offset_s", 0.0))


def slope(before, after):
    """dB per octave between two third-octave spectra, over bands within 30 dB of the first one's top, 100 Hz - 10 kHz."""
    top = max(before)
    points = [(b / 3.0, after[b] - before[b], 10.0 ** (before[b] / 20.0)) for b in range(7, 28) if before[b] > top - 30.0]
    weight = sum(w for _, _, w in points)
    if len(points) < 4 or weight <= 0.0:
        return None
    x0, y0 = (sum(w * p[i] for p in points for w in [p[2]]) / weight for i in (0, 1))
    spread_x = sum(w * (x - x0) ** 2 for x, _, w in points)
    return sum(w * (x - x0) * (y - y0) for x, y, w in points) / spread_x


def assign(bench, flip):
    """Which stem gets which fault: at most half of the stems; first what only some can have."""
    stems = bench.live[:]
    bench.random.shuffle(stems)
    partners = {stem for group in bench.song.groups for stem in group}
    lone = [stem for stem in stems if stem not in partners]
    most, out = max(2, len(stems) // 2), {}

    def give(kind, candidates):
        free = [stem for stem in candidates if stem not in out]
        if not free or len(out) >= most:
            return
        sign = bench.random.choice((-1, 1)) * (-1 if flip else 1)
        out[free[0]] = {"gain": ("gain", sign * bench.random.choice((6, 12))), "tilt": ("tilt", sign * 3),
                        "side": ("left" if sign < 0 else "right",), "invert": ("invert",)}[kind]

    give("side", [stem for stem in lone if stem in bench.mono])
    for kind, candidates in (("gain", stems), ("tilt", stems), ("invert", lone)) * 4:
        give(kind, candidates)
    return out


def inject(bench, out):
    for trial in range(1 if bench.quick else 2):
        faults = assign(bench, trial == 1)
        _, mix = bench.run(faults)
        for stem, fault in faults.items():
            error = bench.level_error(mix, stem)
            where = f"{bench.song.name}/{stem}"
            role = bench.clean.roles.get(stem, "unknown")
            if fault[0] == "gain" and error is not None:
                out["gain"].append((abs(error), abs(error) <= spread(role), where, f"{fault[1]:+d} dB"))
            elif error is None:
                out["lost"].append(f"{where} ({fault[0]}) is not in both mixes")
            elif fault[0] == "tilt":
                left = slope(bench.clean.parts[stem]["bands_db"], mix.parts[stem]["bands_db"])
                if left is not None:
                    out["tilt"].append((abs(left), abs(error) <= spread(role), where, f"{fault[1]:+d} dB/oct"))
            elif fault[0] in ("left", "right"):
                turned = (mix.parts[stem]["angle"] - bench.clean.parts[stem]["angle"]) / 0.45
                out["side"].append((abs(turned), abs(error) <= spread(role), where, fault[0]))


def polarity(bench, out):
    for group in bench.song.groups:
        members = [stem for stem in group if stem in bench.live]
        for stem in members[:2] if bench.quick else members:
            tracks, _ = bench.run({stem: ("invert",)}, levels=False)
            now = {m: inverted(tracks[m]) != (m == stem) for m in members}
            before = {m: inverted(bench.clean_session[m]) for m in members}
            changed = {m for m in members if now[m] != before[m]}
            good = len(changed) in (0, len(members))  # all the other way round is as good
            out["polarity"].append((good, f"{bench.song.name}/{stem}", ", ".join(sorted(changed))))


def delays(bench, out):
    for first, second in bench.song.tight:
        if first not in bench.live or second not in bench.live:
            continue
        apart = lies_ms(bench.clean_session[first]) - lies_ms(bench.clean_session[second])
        for i, ms in enumerate((2.3,) if bench.quick else (1.0, 2.3, 3.7, 5.0)):
            late = (first, second)[i % 2]
            tracks, _ = bench.run({late: ("delay", ms)}, levels=False)
            now = lies_ms(tracks[first]) - lies_ms(tracks[second]) + (ms if late == first else -ms)
            out["delay"].append((abs(now - apart) * 48.0, f"{bench.song.name}/{late}", f"{ms} ms"))


def invariance(bench, out):
    order = list(bench.song.files)
    bench.random.shuffle(order)
    bare = {stem: stem.lstrip("0123456789") .lstrip("_- ") or stem for stem in order}
    names = {stem: f"{i:02d}_{bare[stem]}" for i, stem in enumerate(order, 1)}
    scaled = {stem: ("gain", round(bench.random.uniform(-12.0, 12.0), 2)) for stem in order}
    for kind, (_, mix) in (("renamed", bench.run({}, names)), ("scaled", bench.run(scaled))):
        errors = [(abs(bench.level_error(mix, stem)), f"{bench.song.name}/{stem}") for stem in bench.clean.parts
                  if bench.level_error(mix, stem) is not None]
        gone = set(bench.clean.parts) ^ set(mix.parts)
        out["lost"] += [f"{bench.song.name}/{stem} ({kind}) is not in both mixes" for stem in gone]
        out[kind] += errors


def again(bench, out):
    """Mixing the session again: nothing may change."""
    here = bench.work / "run1/mix"
    bench.kit.run([bench.kit.luster, "mix", here / "session.json", "-o", bench.work / "again", "--force", "-q", "-f", "wav",
                   "-b", "float", "-j", bench.kit.threads, "--allow-unusable"])
    old, new = (strip_paths((p / "session.json").read_text()) for p in (here, bench.work / "again"))
    sound = bench.kit.figures([here / "mix.wav", bench.work / "again/mix.wav"])
    moved = abs(sound[0]["integrated_lufs"] - sound[1]["integrated_lufs"])
    changed = sum(a != b for a, b in zip(old, new)) + abs(len(old) - len(new))
    out["again"].append((changed, moved, bench.song.name))


def strip_paths(text):
    return [line for line in text.splitlines() if '"file"' not in line]


def tone_change(before, after):
    """RMS over third octaves within 40 dB of the top, level taken out."""
    top = max(before[3:])
    off = [(a - b) for b, a in list(zip(before, after))[3:30] if b > top - 40.0 and b > -120.0]
    if not off:
        return None
    level = tools.mean(off)
    return math.sqrt(tools.mean((x - level) ** 2 for x in off))


def harm(bench, out):
    """Finished stems: what the mix does to the tone of each."""
    if not bench.song.finished:
        return
    figures = bench.kit.figures(bench.song.files.values())
    for stem, f in zip(bench.song.files, figures):
        part = bench.clean.parts.get(stem)
        if part and f["integrated_lufs"] is not None:
            change = tone_change(f["spectrum_dbfs"], part["bands_db"])
            if change is not None:
                out["harm"].append((change, f"{bench.song.name}/{stem}"))


def finished(kit, albums, work, out):
    """Finished tracks by themselves: a mix of one file shall be that file."""
    for album in sorted(d for d in albums.iterdir() if d.is_dir()) if albums.is_dir() else []:
        file = sorted(f for f in album.iterdir() if f.suffix in tools.AUDIO)[0]
        folder = work / album.name
        folder.mkdir(parents=True)
        (folder / file.name).symlink_to(file)
        kit.mix(folder, work / (album.name + "-mix"))
        before, after = kit.figures([file, work / (album.name + "-mix") / "mix.wav"])
        out["harm"].append((tone_change(before["spectrum_dbfs"], after["spectrum_dbfs"]), f"{album.name}/{file.stem} alone"))


def song(kit, one, work, quick):
    """All tests of one song: {test: results}."""
    out = {key: [] for key in ("gain", "tilt", "side", "polarity", "delay", "renamed", "scaled", "again", "harm", "lost")}
    bench = Bench(kit, one, work, quick)
    bench.start()
    inject(bench, out)
    polarity(bench, out)
    delays(bench, out)
    invariance(bench, out)
    again(bench, out)
    harm(bench, out)
    out["invented"] = [f"{one.name}/{stem} {what}" for stem, what in bench.moved]
    out["lone_runs"] = [bench.lone_runs]
    return out


