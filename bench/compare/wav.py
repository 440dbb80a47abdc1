# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""WAV files to arrays and back: 32-bit float out; 16, 24, 32-bit and float in."""
import struct

import numpy as np


def write(path, audio, rate):
    audio = np.asarray(audio, dtype="<f4")
    if audio.ndim == 1:
        audio = audio[:, None]
    data, channels = audio.tobytes(), audio.shape[1]
    head = b"WAVEfmt " + struct.pack("<IHHIIHHH", 18, 3, channels, int(rate), int(rate) * channels * 4,
                                     channels * 4, 32, 0)
    head += b"fact" + struct.pack("<II", 4, len(audio))
    with open(path, "wb") as file:
        file.write(b"RIFF" + struct.pack("<I", len(head) + 8 + len(data)) + head)
        file.write(b"data" + struct.pack("<I", len(data)) + data)


def read(path):
    """(float64 [frames, channels], rate)"""
    with open(path, "rb") as file:
        blob = file.read()
    at, kind, channels, rate, bits, data = 12, 3, 1, 48000, 32, b""
    while at + 8 <= len(blob):
        name, size = blob[at:at + 4], struct.unpack_from("<I", blob, at + 4)[0]
        if name == b"fmt ":
            kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", blob, at + 8)
            if kind == 0xFFFE:
                kind = struct.unpack_from("<H", blob, at + 8 + 24)[0]
        elif name == b"data":
            data = blob[at + 8:at + 8 + size]
            break
        at += 8 + size + size % 2
    data = data[:len(data) // (channels * bits // 8) * (channels * bits // 8)]
    if kind == 3:
        flat = np.frombuffer(data, "<f4" if bits == 32 else "<f8").astype(np.float64)
    elif bits == 24:
        raw = np.frombuffer(data, np.uint8).reshape(-1, 3).astype(np.int32)
        flat = ((raw[:, 0] << 8 | raw[:, 1] << 16 | raw[:, 2] << 24) >> 8) / 2.0 ** 23
    else:
        flat = np.frombuffer(data, f"<i{bits // 8}") / 2.0 ** (bits - 1)
    return flat.reshape(-1, channels), rate
