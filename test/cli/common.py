# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the command line share: TAP, running luster, making and reading WAV files."""
import array
import json
import math
import os
import random
import struct
import subprocess
import sys
import tempfile

LUSTER = os.path.abspath(sys.argv[1])
_cases = []


class Run:
    """One run of luster: what it said and how it ended."""

    def __init__(self, *args, env=None, cwd=None, preexec_fn=None, timeout=300):
        full = dict(os.environ, **(env or {}))
        done = subprocess.run([LUSTER, *map(str, args)], env=full, cwd=cwd, capture_output=True,
                              stdin=subprocess.DEVNULL, preexec_fn=preexec_fn, timeout=timeout)
        self.status = done.returncode
        self.out = done.stdout.decode(errors="replace")
        self.err = done.stderr.decode(errors="replace")
        self.text = self.out + self.err

    def __repr__(self):
        return f"exit {self.status}: {self.text[-1500:]}"


def case(function):
    """Decorator: runs a test at once, in a folder of its own, and prints its line."""
    with tempfile.TemporaryDirectory(prefix="luster-test-") as folder:
        fault = None
        try:
            function(folder)
        except Exception as error:  # noqa: BLE001 - whatever it is, the case has failed
            import traceback
            fault = "".join(traceback.format_exception(error))[-3000:]
    for line in (fault or "").splitlines():
        print("# " + line)
    _cases.append(fault is None)
    print(f"{'ok' if fault is None else 'not ok'} {len(_cases)} - {function.__name__}", flush=True)
    return function


def done():
    print(f"1..{len(_cases)}")
    sys.exit(0 if all(_cases) else 1)


def expect(condition, what=""):
    if not condition:
        raise AssertionError(str(what))


def write_wav(path, channels, rate=48000, bits=16):
    """`channels`: lists of floats, one per channel. bits 16, 24 or 32 (float)."""
    n = len(channels[0])
    frames = [channels[c][i] for i in range(n) for c in range(len(channels))]
    if bits == 32:
        data = array.array("f", frames).tobytes()
    elif bits == 16:
        data = array.array("h", [max(-32768, min(32767, round(x * 32768))) for x in frames]).tobytes()
    else:
        data = b"".join(struct.pack("<i", max(-8388608, min(8388607, round(x * 8388608))))[:3]
                        for x in frames)
    block = len(channels) * bits // 8
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16,
                       3 if bits == 32 else 1, len(channels), rate, rate * block, block, bits,
                       b"data", len(data))
    with open(path, "wb") as file:
        file.write(head + data)


def read_wav(path):
    """(rate, [channel, ...]) of a WAV file that luster wrote: 16, 24, 32 bit or float."""
    with open(path, "rb") as file:
        data = file.read()
    expect(data[:4] in (b"RIFF", b"RF64") and data[8:12] == b"WAVE", f"{path} is no WAV file")
    at, fmt, audio = 12, None, b""
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"fmt ":
            fmt = struct.unpack_from("<HHIIHH", data, at + 8)
            if fmt[0] == 0xFFFE:
                fmt = (struct.unpack_from("<H", data, at + 8 + 24)[0],) + fmt[1:]
        elif name == b"data":
            audio = data[at + 8:at + 8 + size]
        at += 8 + size + (size & 1)
    kind, n_channels, rate, _, _, bits = fmt
    if kind == 3:
        flat = array.array("f", audio).tolist()
    elif bits == 16:
        flat = [x / 32768 for x in array.array("h", audio)]
    elif bits == 24:
        flat = [int.from_bytes(audio[i:i + 3], "little", signed=True) / 8388608
                for i in range(0, len(audio), 3)]
    else:
        flat = [x / 2147483648 for x in array.array("i", audio)]
    return rate, [flat[c::n_channels] for c in range(n_channels)]


def tone(hz, seconds, rate=48000, level=0.25):
    return [level * math.sin(2 * math.pi * hz * i / rate) for i in range(int(seconds * rate))]


def noise(seed, seconds, rate=48000, level=0.25):
    rng = random.Random(seed)
    return [rng.uniform(-level, level) for _ in range(int(seconds * rate))]


def hits(seconds, every, hz, rate=48000, level=0.8, decay=0.06, at=0.0, seed=1):
    """Decaying tones with a noisy start: a drum, roughly."""
    rng = random.Random(seed)
    out = [0.0] * int(seconds * rate)
    start = at
    while start < seconds - 0.01:
        first = int(start * rate)
        for i in range(min(int(0.4 * rate), len(out) - first)):
            t = i / rate
            body = math.sin(2 * math.pi * hz * t) * math.exp(-t / decay)
            out[first + i] += level * (0.8 * body + 0.2 * rng.uniform(-1, 1) * math.exp(-t / 0.01))
        start += every
    return out


def session(folder, tracks, **more):
    """Writes a session file; `tracks` are dicts as in the file."""
    path = os.path.join(folder, "session.json")
    data = {"luster": 1, "title": "test", "tracks": tracks}
    data.update(more)
    with open(path, "w") as file:
        json.dump(data, file, indent=2)
    return path


def peak(channels):
    return max((abs(x) for channel in channels for x in channel), default=0.0)


def read_bytes(path):
    with open(path, "rb") as file:
        return file.read()
