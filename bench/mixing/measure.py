# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One mix measured from outside: the mix's file, and how each of its parts stands in it."""
import json

from . import songs, tools

WET = {"reverb", "convolution", "delay"}  # what makes a return an effect that is heard beside the dry sound


class Mix:
    """A rendered session. `parts` are the tracks as they are heard (see mix_parts.c), by the name of their
    file; powers are at the loudness all mixes are brought to."""

    def __init__(self, kit, song, session_path, roles, folder):
        self.session = json.loads(session_path.read_text())
        self.tracks = {t["id"]: t for t in self.session["tracks"] if t.get("clips")}
        self.song, self.roles = song, roles
        kit.render_parts(session_path, folder)
        buses = [b for b in self.session.get("buses", []) if not self.is_parallel(b)]
        self.wet = {b["id"] for b in buses if WET & {i["processor"] for i in b.get("inserts", [])}}
        lines = [self.line("mix", "master", "", "-", folder)]
        lines += [self.line("bus", b["id"], b.get("output", "master"), "-", folder) for b in buses]
        for track in self.tracks.values():
            if not track.get("mute"):
                lead = "lead" if roles[track["name"]] == "lead_vocal" else "-"
                lines.append(self.line("part", track["id"], track.get("output", "master"), lead, folder))
        found = json.loads(kit.run([kit.program("mix_parts")], text="".join(lines)))
        self.figures = kit.figures([folder / "master.wav"])[0]
        self.own_lufs = found["own_lufs"]
        self.lead_masked = found["lead_masked_cells"] if found["lead_cells"] else None
        self.mix = found["strips"][0]
        self.parts = {self.tracks[s["name"]]["name"]: s for s in found["strips"] if s["kind"] == "part"}
        self.returns = [s for s in found["strips"] if s["kind"] == "return"]
        self.whole, self.on = tools.gated(self.mix["k"])
        self.momentary = tools.windows(self.mix["k"], 4)

    def is_parallel(self, bus):
        """Sends that come back into a group: what they add is measured as what the group does to its tracks."""
        fed = any(s["output"] == bus["id"] for s in self.session["tracks"] + self.session["buses"] if "output" in s)
        wet = WET & {i["processor"] for i in bus.get("inserts", [])}
        return not fed and not wet and bus.get("output", "master") != "master"

    @staticmethod
    def line(kind, name, parent, flag, folder):
        return "\t".join([kind, name, parent, flag, str(folder / (name + ".wav"))]) + "\n"

    def sum_of(self, wanted, key="k"):
        """Power series of the parts whose role `wanted` accepts."""
        return tools.add([p[key] for name, p in self.parts.items() if wanted(self.roles[name])])

    def re_mix(self, series):
        """Integrated loudness re the mix, LU; None where there is nothing."""
        own = tools.gated(series)[0]
        return tools.db(own / self.whole) if own > 0.0 and self.whole > 0.0 else None

    def re_mix_while(self, series):
        """In the windows in which it passes its own gate, against the mix in the same windows."""
        level = tools.windows(series, 4)
        own, on = tools.gated(series)
        around = [self.momentary[i] for i in on if i < len(self.momentary)]
        return tools.db(own / tools.mean(around)) if on and around and level else None

    def modified_re_mix(self, series):
        """The same with 280 ms windows and more treble [P13l], as [DM14] measured single drums."""
        own, whole = tools.gated(series, 3)[0], tools.gated(self.mix["m"], 3)[0]
        return tools.db(own / whole) if own > 0.0 and whole > 0.0 else None

    def section(self, name):
        return self.sum_of(lambda role: songs.section(role) == name)

    def level(self, stem):
        """Of one stem re the mix, LU."""
        part = self.parts.get(stem)
        return part["lufs"] - self.mix["lufs"] if part and part["lufs"] > -90.0 else None

    def wet_re_dry(self):
        """Time-mean of momentary loudness, returns minus the rest, while the mix sounds [DMR17]."""
        returns = [r["k"] for r in self.returns if r["name"] in self.wet]
        if not returns:
            return None
        wet = tools.windows(tools.add(returns), 4)
        dry = tools.windows(tools.add([p["k"] for p in self.parts.values()]), 4)
        steps = [tools.db(wet[i] / dry[i]) for i in self.on
                 if i < len(wet) and i < len(dry) and wet[i] > 1e-10 and dry[i] > 1e-10]
        return tools.mean(steps)

    def masked(self):
        """Mean over the parts of the share of their audible energy that the others cover."""
        return tools.mean(p["masked_energy"] for p in self.parts.values() if p["lufs"] > -90.0)

    def bands(self, which="spectrum_dbfs"):
        return [tools.power(b) for b in self.figures[which][:30]]
