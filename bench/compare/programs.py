# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs effects of several programs over arrays: luster's processors (bench/fx_host), LV2 plug-ins
(bench/lv2_host), ffmpeg's filters and SoX's effects. Output comes back in step with the input, as far
as the program says by how much it lags."""
import dataclasses
import functools
import itertools
import json
import os
import pathlib
import re
import resource
import subprocess
import threading

import numpy as np

from . import wav

PAD_S = 0.3  # silence after the input, for what lags
LV2_FOLDERS = ["/usr/lib/lv2", "/usr/local/lib/lv2", "/usr/lib64/lv2"]


@dataclasses.dataclass(frozen=True)
class Program:
    """`kind`: luster, lv2, ffmpeg or sox; `name`: a processor's id or a plug-in's URI."""
    kind: str
    name: str = ""


@dataclasses.dataclass
class Job:
    """`settings`: {id: value}; ffmpeg: a filter as text; SoX: a list of words."""
    audio: np.ndarray  # [frames] or [frames, channels]
    rate: int
    settings: object
    key: np.ndarray = None
    moves: list = None  # [(frame, id, value)]
    block: int = 1024
    repeat: int = 1


@dataclasses.dataclass
class Result:
    audio: np.ndarray = None  # float64 [frames, channels], as long as the input
    latency: int = 0
    ns: float = None  # of processor time per frame, inside the effect alone
    error: str = ""


class Bench:
    """Where programs are run; `folder` holds what passes between them."""

    def __init__(self, build, folder):
        self.build, self.folder = pathlib.Path(build), pathlib.Path(folder)
        self.names = itertools.count()
        self.lock = threading.Lock()
        self.songs = []  # [(name, audio at 48 kHz)]

    def song(self, path, rate=48000, seconds=12):
        """(name, audio): stereo, `seconds` from the middle of a recording."""
        words = ["ffmpeg", "-v", "error", "-nostdin", "-i", path, "-ac", "2", "-ar", str(rate),
                 "-f", "f32le", "-"]
        done = subprocess.run(words, capture_output=True, check=False)
        if done.returncode:
            raise SystemExit(f"bench/processors: {path}: {done.stderr.decode(errors='replace').strip()}")
        audio = np.frombuffer(done.stdout, "<f4").astype(np.float64).reshape(-1, 2)
        start = max(0, (len(audio) - seconds * rate) // 2)
        audio = audio[start:start + seconds * rate].copy()
        fade = np.linspace(0, 1, rate // 50)[:, None]
        audio[:len(fade)] *= fade  # a cut would be a click
        audio[-len(fade):] *= fade[::-1]
        return pathlib.Path(path).name, audio

    def load_songs(self, paths):
        """All of them at -16 LUFS, where mixes that wait for their master are."""
        songs = [self.song(path) for path in paths]
        levels = self.loudness([audio for _, audio in songs], 48000) if songs else []
        return [(name, audio * 10 ** ((-16 - level) / 20)) for (name, audio), level in zip(songs, levels)]

    def loudness(self, audios, rate):
        """Integrated loudness in LUFS, by luster measure."""
        paths = [self._write(audio, rate, pad=False) for audio in audios]
        done = subprocess.run([self.build / "cli" / "luster", "measure", "--json", *paths],
                              capture_output=True, text=True, check=False)
        for path in paths:
            path.unlink()
        return [file.get("integrated_lufs") or -70.0 for file in json.loads(done.stdout)["files"]]

    def path(self, suffix=".wav"):
        with self.lock:
            return self.folder / f"{next(self.names)}{suffix}"

    def run(self, program, jobs):
        """[Job] -> [Result], in order."""
        jobs = list(jobs)
        if program.kind == "ffmpeg":
            return self._ffmpeg(jobs)
        if program.kind == "sox":
            return [self._sox(job) for job in jobs]
        return self._host(program, jobs)

    def one(self, program, audio, rate, settings, **more):
        return self.run(program, [Job(audio, rate, settings, **more)])[0]

    # ---- files

    def _write(self, audio, rate, pad=True):
        audio = np.asarray(audio)
        if audio.ndim == 1:
            audio = audio[:, None]
        if pad:
            audio = np.vstack([audio, np.zeros((int(PAD_S * rate), audio.shape[1]))])
        path = self.path()
        wav.write(path, audio, rate)
        return path

    def _result(self, path, job, latency=0, ns=None):
        audio, _ = wav.read(path)
        path.unlink()
        n = len(job.audio)
        audio = audio[latency:latency + n]
        if len(audio) < n:
            audio = np.vstack([audio, np.zeros((n - len(audio), audio.shape[1]))])
        return Result(audio, latency, ns)

    # ---- luster and LV2

    def _host(self, program, jobs):
        results = []
        for block in sorted({job.block for job in jobs}):
            part = [job for job in jobs if job.block == block]
            results += zip([id(job) for job in part], self._host_block(program, part, block))
        by_id = dict(results)
        return [by_id[id(job)] for job in jobs]

    def _host_block(self, program, jobs, block):
        files, lines, outs = {}, [], []

        def file_of(audio, rate):
            if id(audio) not in files:
                files[id(audio)] = self._write(audio, rate)
            return files[id(audio)]

        for job in jobs:
            outs.append(self.path())
            fields = [str(file_of(job.audio, job.rate)), str(outs[-1]), f"@repeat={job.repeat}"]
            if job.key is not None:
                fields.append(f"@key={file_of(job.key, job.rate)}")
            if job.moves:
                moves = self.path(".txt")
                moves.write_text("".join(f"{f} {i} {v}\n" for f, i, v in job.moves))
                fields.append(f"@moves={moves}")
            fields += [f"{name}={value}" for name, value in job.settings.items()]
            lines.append("\t".join(fields) + "\n")
        reports, words = self._run_host(program, lines, block)
        results = []
        for job, out, report in itertools.zip_longest(jobs, outs, reports):
            if report and not report.get("failed"):
                results.append(self._result(out, job, report["latency_frames"],
                                            report["ns_per_frame"]))
            else:
                results.append(Result(error=words or "ended without a word"))
        for path in files.values():
            path.unlink()
        return results

    def _run_host(self, program, lines, block):
        host = self.build / "bench" / ("fx_host" if program.kind == "luster" else "lv2_host")
        if not host.exists():
            return [], f"{host.name} is not built (liblilv-dev?)"
        env = dict(os.environ, LV2_PATH=self._bundles(program.name)) if program.kind == "lv2" else None
        try:
            done = subprocess.run([host, "--block", str(block), program.name], input="".join(lines),
                                  capture_output=True, text=True, errors="replace", env=env,
                                  timeout=600)
        except subprocess.TimeoutExpired:
            return [], "does not end"
        reports = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
        words = [line for line in done.stderr.splitlines() if line and not line.startswith("{")]
        if done.returncode < 0:
            words = [f"ends by signal {-done.returncode}"]
        return reports, (words or [""])[-1]

    def _bundles(self, uri):
        """A folder with the plug-in's bundle and those of LV2 itself: reading the descriptions of
        everything that is installed takes longer than most jobs."""
        folder = self.folder / ("lv2-" + re.sub(r"\W", "_", uri))
        with self.lock:
            if not folder.exists():
                folder.mkdir()
                for bundle in all_bundles():
                    text = bundle_text(bundle)
                    space, name = re.match(r"(.*[/#:])(.*)", uri).groups()
                    if f"<{uri}>" in text or "lv2:Specification" in text or (
                            f"<{space}>" in text and f":{name}" in text):
                        (folder / bundle.name).symlink_to(bundle)
        return str(folder)

    # ---- ffmpeg and SoX

    def _ffmpeg(self, jobs):
        by_input = {}
        for number, job in enumerate(jobs):
            by_input.setdefault((id(job.audio), job.rate), []).append(number)
        results = [None] * len(jobs)
        for numbers in by_input.values():
            for at in range(0, len(numbers), 16):
                part = numbers[at:at + 16]
                for number, result in zip(part, self._ffmpeg_many([jobs[n] for n in part])):
                    results[number] = result
        return results

    def _ffmpeg_many(self, jobs):
        """One input, several filters: one process."""
        source = self._write(jobs[0].audio, jobs[0].rate)
        outs = [self.path() for _ in jobs]
        parts = "".join(f"[i{k}]" for k in range(len(jobs)))
        graph = [f"[0:a]asplit={len(jobs)}{parts}"]
        graph += [f"[i{k}]{job.settings}[o{k}]" for k, job in enumerate(jobs)]
        words = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", source, "-filter_complex",
                 ";".join(graph)]
        for k, out in enumerate(outs):
            words += ["-map", f"[o{k}]", "-c:a", "pcm_f32le", out]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        source.unlink()
        if done.returncode:
            return [Result(error=(done.stderr.strip() or "failed").splitlines()[-1])] * len(jobs)
        return [self._result(out, job) for out, job in zip(outs, jobs)]

    def _sox(self, job):
        source, out = self._write(job.audio, job.rate), self.path()
        done = subprocess.run(["sox", "-D", "-V1", source, "-e", "floating-point", "-b", "32", out,
                               *map(str, job.settings)], capture_output=True, text=True, check=False)
        source.unlink()
        if done.returncode:
            return Result(error=(done.stderr.strip() or "failed").splitlines()[-1])
        return self._result(out, job)

    def ns_per_frame(self, program, audio, rate, settings):
        """Processor time per frame. Of ffmpeg and SoX: that of the program less that of the program
        without the effect, least of three each."""
        if program.kind in ("luster", "lv2"):
            return self.one(program, audio, rate, settings, repeat=5).ns
        times = 1 + int(2.5e6 / len(audio))
        source = self._write(np.tile(audio, (times, 1)), rate, pad=False)
        if program.kind == "ffmpeg":
            def words(chosen):
                return ["ffmpeg", "-v", "error", "-nostdin", "-threads", "1", "-filter_threads", "1",
                        "-i", source, "-af", "aformat=sample_fmts=fltp" + chosen,
                        "-c:a", "pcm_f32le", "-f", "null", "-"]
            bare, full = words(""), words("," + settings)
        else:
            bare = ["sox", "-D", "-V1", source, "-t", "f32", "/dev/null"]
            full = bare + [str(word) for word in settings]
        least = [min(cpu_seconds(words) for _ in range(3)) for words in (bare, full)]
        source.unlink()
        return max(0.0, least[1] - least[0]) / (times * len(audio)) * 1e9


def cpu_seconds(words):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@functools.cache
def all_bundles():
    return [bundle for folder in LV2_FOLDERS if os.path.isdir(folder)
            for bundle in sorted(pathlib.Path(folder).iterdir()) if (bundle / "manifest.ttl").exists()]


@functools.cache
def bundle_text(bundle):
    return (bundle / "manifest.ttl").read_text(errors="replace")


def versions():
    """Of the compared programs' Debian packages, and of ffmpeg and SoX."""
    packages = ["lsp-plugins-lv2", "x42-plugins", "calf-plugins", "zam-plugins", "dragonfly-reverb-lv2",
                "swh-lv2", "mda-lv2", "ffmpeg", "sox"]
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}\n", *packages],
                          capture_output=True, text=True, check=False)
    found = dict(line.split() for line in done.stdout.splitlines() if len(line.split()) == 2)
    return {package: found.get(package, "not installed") for package in packages}
