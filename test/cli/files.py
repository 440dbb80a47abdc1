#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Outputs are whole or absent: killed runs, full disks, folders that cannot be written."""
import json
import os
import resource
import shutil
import signal
import subprocess
import time

from common import LUSTER, Run, case, done, expect, noise, read_bytes, read_wav, session, write_wav


def hear_interrupts():
    """In the child: a test that runs in the background has inherited that SIGINT is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def long_song(folder):
    """A minute of one looped second, with enough work that it takes a moment."""
    write_wav(folder + "/a.wav", [noise(1, 1.0)], bits=16)
    clips = [{"file": "a.wav", "start_s": i} for i in range(60)]
    reverb = [{"processor": "reverb", "id": f"r{i}"} for i in range(6)]
    return session(folder, [{"id": "a", "clips": clips, "inserts": reverb}])


@case
def killed_at_any_moment_it_leaves_the_old_output(folder):
    path = long_song(folder)
    out = folder + "/out.wav"
    with open(out, "wb") as file:
        file.write(b"old")
    killed = 0
    for moment in (0.005, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6):
        child = subprocess.Popen([LUSTER, "render", path, "-o", out, "--force", "-q", "-j", "1"],
                                 stdin=subprocess.DEVNULL)
        time.sleep(moment)
        child.send_signal(signal.SIGKILL)
        if child.wait() == -signal.SIGKILL:
            killed += 1
            expect(read_bytes(out) == b"old", f"killed after {moment} s")
        else:
            break
    expect(killed >= 3, f"only {killed} runs were killed in time")


@case
def ctrl_c_leaves_nothing_behind(folder):
    path = long_song(folder)
    child = subprocess.Popen([LUSTER, "render", path, "-o", folder + "/out.wav", "-j", "1"],
                             stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                             preexec_fn=hear_interrupts)
    time.sleep(0.3)
    child.send_signal(signal.SIGINT)
    child.communicate()
    if child.returncode != 0:
        expect(sorted(os.listdir(folder)) == ["a.wav", "session.json"], os.listdir(folder))


@case
def a_full_disk_is_said_and_leaves_nothing(folder):
    path = long_song(folder)

    def small_disk():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100000, 100000))

    run = Run("render", path, "-o", folder + "/out.wav", preexec_fn=small_disk)
    expect(run.status == 1 and "out.wav" in run.err, run)
    run = Run("render", path, "--stems", folder + "/parts", "--to", 3, preexec_fn=small_disk)
    expect(run.status == 1 and "parts/" in run.err and not os.listdir(folder + "/parts"), run)
    os.rmdir(folder + "/parts")
    write_wav(folder + "/b.wav", [noise(1, 3.0)] * 2)
    run = Run("fx", "eq", folder + "/b.wav", folder + "/out.wav", preexec_fn=small_disk)
    expect(run.status == 1 and "out.wav" in run.err, run)
    run = Run("mix", folder + "/b.wav", "-o", folder + "/mix", preexec_fn=small_disk)
    expect(run.status == 1 and "mix.wav" in run.err, run)
    os.remove(folder + "/b.wav")
    expect(sorted(os.listdir(folder)) == ["a.wav", "session.json"], os.listdir(folder))


@case
def a_folder_that_cannot_be_written_is_named(folder):
    write_wav(folder + "/a.wav", [noise(1, 0.1)])
    path = session(folder, [{"id": "a", "clips": [{"file": "a.wav"}]}])
    run = Run("render", path, "-o", folder + "/no/such/folder/out.wav")
    expect(run.status == 1 and "no/such/folder" in run.err, run)
    for args in (["render", path, "-o", "/proc/out.wav"], ["mix", folder + "/a.wav", "-o", "/proc/x"],
                 ["fx", "eq", folder + "/a.wav", "/proc/out.wav"],
                 ["render", path, "--stems", "/proc/x"]):
        run = Run(*args)
        expect(run.status == 1 and "/proc/" in run.err, run)


@case
def a_recording_that_goes_away_is_named(folder):
    os.mkdir(folder + "/stems")
    write_wav(folder + "/stems/a.wav", [noise(1, 0.5)])
    write_wav(folder + "/stems/b.wav", [noise(2, 0.5)])
    expect(Run("mix", folder + "/stems", "-q").status == 0)
    path = folder + "/stems-mix/session.json"
    os.remove(folder + "/stems/b.wav")
    for args in (["render", path], ["mix", path]):
        before = read_bytes(folder + "/stems-mix/mix.wav")
        run = Run(*args, "--force", "-q")
        expect(run.status == 1 and "b.wav" in run.err, run)
        expect("session.wav" not in os.listdir(folder + "/stems-mix"))
        if args[0] == "render":
            expect(read_bytes(folder + "/stems-mix/mix.wav") == before)


@case
def strange_files_are_played_or_refused_by_name(folder):
    good = [noise(1, 0.2)]
    write_wav(folder + "/good.wav", good)

    def play(name):
        path = session(folder, [{"id": "a", "clips": [{"file": name}]}])
        return Run("render", path, "-o", folder + "/out.wav", "--force", "--bits", "float")

    with open(folder + "/text.wav", "w") as file:
        file.write("this is not sound\n" * 100)
    with open(folder + "/empty.wav", "w"):
        pass
    os.mkdir(folder + "/folder.wav")
    for name in ("text.wav", "empty.wav", "folder.wav", "missing.wav"):
        run = play(name)
        expect(run.status == 1 and name in run.err, run)
    data = read_bytes(folder + "/good.wav")
    with open(folder + "/short.wav", "wb") as file:
        file.write(data[:5000])
    with open(folder + "/pipe.wav", "wb") as file:  # what SoX writes to a pipe: length unknown
        file.write(data[:40] + (0x7ffff000).to_bytes(4, "little") + data[44:])
    run = play("pipe.wav")
    expect(run.status == 0 and "cut short" not in run.err, run)
    run = play("short.wav")
    expect(run.status == 0 and "short.wav is cut short" in run.err, run)
    expect(len(read_wav(folder + "/out.wav")[1][0]) >= (5000 - 44) // 2)
    bad = list(good[0])
    bad[100], bad[200], bad[300] = float("nan"), float("inf"), -float("inf")
    write_wav(folder + "/nan.wav", [bad], bits=32)
    run = play("nan.wav")
    expect(run.status == 0 and "nan.wav has 3 broken samples" in run.err, run)
    out = read_wav(folder + "/out.wav")[1][0]
    expect(out[100] == 0 and out[200] == 0 and all(abs(x) < 1 for x in out))
    write_wav(folder + "/one.wav", [[0.5]])
    expect(play("one.wav").status == 0)
    write_wav(folder + "/three.wav", [[0.1] * 100] * 3)
    run = play("three.wav")
    expect(run.status == 1 and "3 channels" in run.err, run)


@case
def rates_from_8_to_192_khz_meet(folder):
    write_wav(folder + "/low.wav", [noise(1, 0.5, 8000)], rate=8000)
    write_wav(folder + "/high.wav", [noise(2, 0.5, 192000)], rate=192000, bits=24)
    path = session(folder, [{"id": "a", "clips": [{"file": "low.wav"}]},
                            {"id": "b", "clips": [{"file": "high.wav"}]}])
    run = Run("render", path, "-o", folder + "/out.wav", "--to", 0.5)
    expect(run.status == 0, run)
    expect(len(read_wav(folder + "/out.wav")[1][0]) == 24000)


@case
def formats_of_other_programs_play(folder):
    if not shutil.which("ffmpeg"):
        return
    write_wav(folder + "/a.wav", [noise(1, 3.0), noise(2, 3.0)])
    names = ["a.m4a", "a.mp4", "a.mka", "a.wv", "a.mp3", "a.opus", "a.aac", "b.mp3"]
    for name in names:
        no_length = ["-write_xing", "0", "-q:a", "4"] if name == "b.mp3" else []
        subprocess.run(["ffmpeg", "-v", "error", "-i", folder + "/a.wav", *no_length,
                        folder + "/" + name], check=True)
        path = session(folder, [{"id": "a", "clips": [{"file": name}]}])
        for threads in (1, 2):
            run = Run("render", path, "-o", folder + "/out.wav", "--force", "-j", threads)
            expect(run.status == 0 and "cut short" not in run.err, (name, run))
            length = len(read_wav(folder + "/out.wav")[1][0])
            # coders without gapless information keep their padding: up to two packets
            expect(abs(length - 3 * 48000) <= 4096, (name, length))


@case
def faults_of_inputs_are_said_by_fx_and_mix_too(folder):
    stems = folder + "/stems"
    os.mkdir(stems)
    write_wav(stems + "/whole.wav", [noise(1, 1.0)])
    with open(stems + "/short.wav", "wb") as file:
        file.write(read_bytes(stems + "/whole.wav")[:50001])
    bad = noise(2, 1.0)
    bad[7] = bad[8] = float("nan")
    write_wav(stems + "/nan.wav", [bad], bits=32)
    for name, words in (("short.wav", "is cut short: 0.48 s"), ("nan.wav", "has 2 broken samples"),
                        ("whole.wav", None)):
        run = Run("fx", "utility", f"{stems}/{name}", f"{folder}/fx-{name}", "-q")
        expect(run.status == 0, run)
        expect((f"{name} {words}" in run.err) if words else run.err == "", run)
    run = Run("mix", stems, "-q")
    expect(run.status == 0, run)
    expect("short.wav is cut short: 0.48 s" in run.err and "nan.wav has 2 broken" in run.err, run)
    expect("whole.wav" not in run.err and run.out == "", run)


@case
def recordings_are_never_replaced(folder):
    write_wav(folder + "/a.wav", [noise(1, 0.2)])
    write_wav(folder + "/mix.wav", [noise(1, 0.2)])
    os.symlink("a.wav", folder + "/link.wav")
    before = read_bytes(folder + "/a.wav")
    path = session(folder, [{"id": "a", "clips": [{"file": "a.wav"}]}])
    for args in (["fx", "utility", folder + "/a.wav", folder + "/a.wav"],
                 ["fx", "utility", folder + "/a.wav", folder + "/link.wav"],
                 ["render", path, "-o", folder + "/a.wav"], ["render", path, "--stems", folder],
                 ["mix", folder + "/mix.wav", "-o", folder]):
        run = Run(*args, "--force")
        expect(run.status in (1, 2) and ".wav" in run.err, (args, run))
        expect(read_bytes(folder + "/a.wav") == read_bytes(folder + "/mix.wav") == before, args)
    run = Run("render", folder + "/a.wav")
    expect(run.status == 1 and "a.wav is not a session" in run.err, run)


@case
def names_of_any_kind(folder):
    stems = folder + "/Büh né ' \""
    os.makedirs(stems + "/sub folder")
    names = ["Kick drüm ☺.wav", "new\nline.wav", "tab\t\\back.wav", "esc\x1b[31m.wav",
             "x" * 251 + ".wav", "-o.wav", "<b>&amp;.wav"]
    for i, name in enumerate(names):
        write_wav(f"{stems}/{name}" if i % 2 else f"{stems}/sub folder/{name}", [noise(i, 0.3)])
    run = Run("mix", stems)
    expect(run.status == 0 and "\x1b" not in run.err, run)
    with open(stems + "-mix/session.json", encoding="utf-8") as file:
        data = json.load(file)
    expect(len(data["tracks"]) == len(names), data["tracks"])
    expect(b"<b>&amp;" not in read_bytes(stems + "-mix/report.html"))
    # the command that it ends with works as it stands
    command = run.out[run.out.index("luster render") + len("luster"):].rsplit(")", 1)[0]
    before = read_bytes(stems + "-mix/mix.wav")
    subprocess.run(["sh", "-c", f"'{LUSTER}' {command} -q"], check=True)
    expect(read_bytes(stems + "-mix/mix.wav") == before)
    # through a link, and absolute: the same bytes
    os.symlink(stems, folder + "/link")
    run = Run("mix", "link", "-q", cwd=folder)
    expect(run.status == 0 and read_bytes(folder + "/link-mix/mix.wav") == before, run)
    latin = os.fsencode(stems) + b"/lat\xfcin.wav"
    os.link(stems + "/" + names[1], latin)
    run = Run("mix", stems, "-o", folder + "/out")
    expect(run.status == 1 and "UTF-8" in run.err and not os.path.exists(folder + "/out"), run)


@case
def outputs_and_stems_are_kept_apart(folder):
    stems = folder + "/stems"
    os.makedirs(stems + "/mix")
    write_wav(stems + "/a.wav", [noise(1, 0.3)])
    run = Run("mix", stems, "-o", stems, "-q")
    expect(run.status == 2 and os.listdir(stems + "/mix") == [], run)
    write_wav(stems + "/mix/b.wav", [noise(2, 0.3)])
    run = Run("mix", stems, "-o", stems + "/mix", "-q")
    expect(run.status == 0 and "stems/mix is where the outputs go" in run.err, run)
    os.symlink("nowhere.wav", stems + "/gone.wav")
    os.mkfifo(stems + "/pipe.wav")
    run = Run("mix", stems, "-q")
    expect(run.status == 1 and "gone.wav" in run.err and "pipe.wav" in run.err, run)
    expect(os.path.exists(folder + "/stems-mix/mix.wav"))


@case
def numbers_do_not_follow_the_locale(folder):
    write_wav(folder + "/a.wav", [noise(1, 0.5)])
    path = session(folder, [{"id": "a", "fader_db": -3.5, "clips": [{"file": "a.wav"}]}])
    want = None
    for locale in ("C", "de_DE.UTF-8", "C.UTF-8"):
        run = Run("render", path, "-o", folder + "/o.wav", "--to", "0.25", "--force",
                  env={"LC_ALL": locale, "LANG": locale})
        expect(run.status == 0 and "0.25 s" in run.err, run)
        want = want or read_bytes(folder + "/o.wav")
        expect(read_bytes(folder + "/o.wav") == want, locale)
    expect(Run("render", path, "-o", folder + "/p.wav", "--to", "0,25").status == 2)


@case
def a_bar_on_a_terminal_only(folder):
    write_wav(folder + "/a.wav", [noise(1, 0.5)])
    import pty
    import select
    for quiet in (False, True):
        try:
            ours, theirs = pty.openpty()
        except OSError:  # a chroot without /dev/pts has none to give
            print("# no terminal to be had: only the pipe is looked at")
            break
        child = subprocess.Popen([LUSTER, "fx", "reverb", folder + "/a.wav", folder + "/o.wav",
                                  "--force"] + ["-q"] * quiet, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=theirs)
        child.wait()
        text = b""
        while select.select([ours], [], [], 0.1)[0]:
            text += os.read(ours, 65536)
        os.close(ours)
        os.close(theirs)
        expect(child.returncode == 0)
        expect(text == b"" if quiet else b"100 %" in text and b"\r\x1b[K" in text, text)
    run = Run("fx", "reverb", folder + "/a.wav", folder + "/o.wav", "--force")
    expect("%" not in run.err and "\r" not in run.err, run)


@case
def an_interrupted_mix_leaves_nothing(folder):
    stems = folder + "/stems"
    os.mkdir(stems)
    write_wav(stems + "/a.wav", [noise(1, 20.0)])
    for i in range(8):
        os.link(stems + "/a.wav", f"{stems}/{i}.wav")
    stopped = 0
    for moment in (0.01, 0.03, 0.1, 0.3, 1.0):
        child = subprocess.Popen([LUSTER, "mix", stems, "-q", "-j", "1"], cwd=folder,
                                 stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                 preexec_fn=hear_interrupts)
        time.sleep(moment)
        child.send_signal(signal.SIGINT)
        if child.wait() == 0:
            break
        stopped += 1
        left = os.listdir(folder + "/stems-mix") if os.path.exists(folder + "/stems-mix") else None
        expect(left is None or "mix.wav" in left, (moment, left))
    expect(stopped >= 2, f"only {stopped} runs were stopped in time")


done()
