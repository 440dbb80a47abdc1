# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a comparison of one kind of processor consists of."""
import dataclasses

from .programs import Program


def luster(processor):
    return Program("luster", processor)


def lv2(uri):
    return Program("lv2", uri)


def lsp(name):
    return lv2("http://lsp-plug.in/plugins/lv2/" + name)


def calf(name):
    return lv2("http://calf.sourceforge.net/plugins/" + name)


def x42(name):
    return lv2("http://gareus.org/oss/lv2/" + name)


def swh(name):
    return lv2("http://plugin.org.uk/swh-plugins/" + name)


FFMPEG = Program("ffmpeg")
SOX = Program("sox")


class Unable(Exception):
    """The program cannot do what is asked; the text says why."""


@dataclasses.dataclass
class Entry:
    """One row: a program as it is set up. What `make` and `more` hold is the section's own."""
    label: str
    program: Program
    make: object = None  # what is asked -> settings
    more: dict = dataclasses.field(default_factory=dict)
    timing: tuple = None  # (settings, factor): factor runs make one stereo effect
    note: str = ""

    @property
    def ours(self):
        return self.program.kind == "luster"


@dataclasses.dataclass
class Section:
    id: str
    title: str
    about: str  # what was done; Markdown
    columns: list  # [(key, title, digits)]
    entries: list
    measure: object  # (bench, entry, options) -> {key: value}
    bars: list = dataclasses.field(default_factory=list)  # [(key, most)]: of luster's rows
    at_least: list = dataclasses.field(default_factory=list)  # [(key, least)]
    stimulus: object = None  # () -> (audio, rate) to take the time with; None: music
    plot: object = None  # (rows, folder) -> [path]
