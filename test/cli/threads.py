#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command that has threads, with more of them than the machine has cores: the same bytes, and
nothing for the thread sanitizer to find. Small enough to run under it."""
import os

from common import Run, case, done, expect, hits, noise, read_bytes, tone, write_wav


def stems(folder):
    path = folder + "/stems"
    os.mkdir(path)
    write_wav(path + "/Kick.wav", [hits(2, 0.5, 55)])
    write_wav(path + "/SnareTop.wav", [hits(2, 1.0, 190, at=0.5, level=0.3)])
    write_wav(path + "/SnareBottom.wav", [[-0.6 * x for x in hits(2, 1.0, 190, at=0.5, level=0.3)]])
    write_wav(path + "/Bass.wav", [tone(55, 2, 44100)], rate=44100, bits=24)
    write_wav(path + "/EGtr.wav", [noise(1, 2, 22050, 0.1), noise(2, 2, 22050, 0.1)], rate=22050)
    vox = [x * (i // 12000 % 3 > 0) for i, x in enumerate(tone(440, 2))]
    vox[5000] = float("nan")
    write_wav(path + "/LeadVox.wav", [vox], bits=32)
    with open(path + "/Pad.wav", "wb") as file:
        file.write(read_bytes(path + "/Kick.wav")[:100001])
    return path


@case
def mix_render_and_measure(folder):
    path = stems(folder)
    heard = []
    for n in (1, 4):
        out = f"{folder}/mix{n}"
        run = Run("mix", path, "-o", out, "-q", "-j", n)
        expect(run.status == 0 and "Sanitizer" not in run.err, run)
        run = Run("render", out + "/session.json", "--stems", out + "/parts", "-q", "-j", n)
        expect(run.status == 0 and "Sanitizer" not in run.err, run)
        files = sorted(out + "/parts/" + name for name in os.listdir(out + "/parts"))
        run = Run("measure", "--json", *files, "-j", n)
        expect(run.status == 0 and "Sanitizer" not in run.err, run)
        heard.append([read_bytes(f) for f in [out + "/mix.wav", out + "/session.json", *files]] +
                     [run.out.replace(out, "")])
    expect(heard[0] == heard[1] and len(heard[0]) > 8)


done()
