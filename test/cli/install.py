#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""meson install: the program, its pages and completion, and a library that others can build on.
usage: install.py LUSTER BUILD"""
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile

from common import case, done, expect, noise, write_wav

BUILD = os.path.abspath(sys.argv[2])

CLIENT = r"""
#include <luster/luster.h>
#include <luster/processor.h>
#include <luster/audio.h>
#include <math.h>
#include <stdio.h>

int main(void)
{
    static float left[480], right[480];
    float *io[2] = {left, right};
    const LusterBlock block = {
        .in = (const float *const *)io, .out = io, .n_frames = 480};
    LusterError err;
    LusterInstance *instance;
    const LusterProcessor *limiter = luster_processor_find("limiter");
    const LusterSetup setup = {.rate_hz = 48000, .max_frames = 480, .n_channels = 2};
    if (!limiter || luster_instance_new(limiter, &setup, &instance, &err))
        return 1;
    float peak = 0;
    for (int k = 0; k < 20; k++) {
        for (int i = 0; i < 480; i++)
            left[i] = right[i] = 3.0f * sinf(0.1f * (float)(480 * k + i));
        luster_instance_process(instance, &block);
        for (int i = 0; i < 480; i++)
            peak = fabsf(left[i]) > peak ? fabsf(left[i]) : peak;
    }
    luster_instance_free(instance);
    printf("%s %.3f\n", luster_version(), peak);
    LusterAudioInfo info;
    return luster_audio_info("nothing.wav", &info, &err) == LUSTER_NOT_FOUND ? 0 : 2;
}
"""


def skip(reason):
    print(f"1..0 # SKIP {reason}")
    sys.exit(0)


if not shutil.which("meson"):
    skip("meson is not here")
options = json.loads(subprocess.check_output(["meson", "introspect", "--buildoptions", BUILD]))
options = {o["name"]: o["value"] for o in options}
if options["b_sanitize"] not in ("none", []):
    skip("a sanitized library is not for others")
DEST = tempfile.mkdtemp(prefix="luster-install-")
PREFIX = DEST + options["prefix"]
LIBDIR = os.path.join(PREFIX, options["libdir"])


def compiler(language):
    names = ("cc", "gcc", "clang") if language == "c" else ("c++", "g++", "clang++")
    return next((n for n in names if shutil.which(n)), None)


def run(*words, **more):
    child = subprocess.run(words, capture_output=True, text=True, **more)
    expect(child.returncode == 0, f"{' '.join(words)}\n{child.stdout}{child.stderr}")
    return child.stdout


@case
def everything_is_there_and_the_program_runs(folder):
    run("meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", DEST)
    program = os.path.join(PREFIX, options["bindir"], "luster")
    env = dict(os.environ, LD_LIBRARY_PATH=LIBDIR)
    expect(run(program, "--version", env=env).startswith("luster 0."))
    write_wav(folder + "/a.wav", [noise(1, 0.2)])
    run(program, "fx", "eq | limiter", folder + "/a.wav", folder + "/b.wav", env=env)
    for command in run(program, "--help", env=env).split("Commands:")[1].split("\n\n")[0].split("\n"):
        if command.strip():
            name = "luster-" + command.split()[1]
            expect(os.path.exists(f"{PREFIX}/{options['mandir']}/man1/{name}.1"), name)
    expect(os.path.exists(f"{PREFIX}/{options['mandir']}/man1/luster.1"))
    expect(glob.glob(LIBDIR + "/libluster.so.?"))
    # nothing of the place it was built in
    for path in glob.glob(PREFIX + "/**", recursive=True):
        if os.path.isfile(path) and options["debug"] is False:
            with open(path, "rb") as file:
                expect(os.fsencode(BUILD) not in file.read(), path)


@case
def the_library_has_only_public_names(folder):
    if not shutil.which("nm"):
        return
    library = glob.glob(LIBDIR + "/libluster.so.?")[0]
    names = [line.split()[-1] for line in run("nm", "-D", "--defined-only", library).splitlines()]
    strange = [n for n in names if not n.startswith("luster_") and n not in ("_init", "_fini")]
    expect(len(names) > 30 and not strange, strange)


@case
def every_header_stands_alone_in_c_and_c_plus_plus(folder):
    headers = sorted(glob.glob(f"{PREFIX}/{options['includedir']}/luster/*.h"))
    expect(len(headers) >= 10, headers)
    strict = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only",
              "-I" + os.path.join(PREFIX, options["includedir"])]
    for language, standard in (("c", "c11"), ("c++", "c++11")):
        cc = compiler(language)
        for header in headers if cc else ():
            source = f"{folder}/one.{'c' if language == 'c' else 'cc'}"
            with open(source, "w") as file:
                file.write(f"#include <luster/{os.path.basename(header)}>\n")
            run(cc, "-std=" + standard, *strict, source)


@case
def a_stranger_builds_on_it(folder):
    tool = shutil.which("pkg-config")
    if not tool:
        return
    env = dict(os.environ, PKG_CONFIG_SYSROOT_DIR=DEST,
               PKG_CONFIG_PATH=LIBDIR + "/pkgconfig:" + os.environ.get("PKG_CONFIG_PATH", ""))
    flags = run(tool, "--cflags", "--libs", "luster", env=env).split()
    with open(folder + "/client.c", "w") as file:
        file.write(CLIENT)
    run(compiler("c"), "-Wall", "-Werror", folder + "/client.c", "-o", folder + "/client", *flags,
        "-lm")
    version, peak = run(folder + "/client", env=dict(os.environ, LD_LIBRARY_PATH=LIBDIR),
                        cwd=folder).split()
    expect(version == run(tool, "--modversion", "luster", env=env).strip(), version)
    expect(0.5 < float(peak) <= 1.0, peak)


@case
def completion_completes(folder):
    if not shutil.which("bash"):
        return
    script = f"{PREFIX}/{options['datadir']}/bash-completion/completions/luster"
    for name in ("a song", "b.wav", "session.json"):
        open(f"{folder}/{name}", "w").close()

    def complete(*words):
        # as bash does it: the last word is the one under the cursor
        code = (f"source '{script}'; COMP_WORDS=({' '.join(repr(w) for w in words)}); "
                f"COMP_CWORD={len(words) - 1}; _luster; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
        return sorted(run("bash", "--norc", "-c", code, cwd=folder).split("\n")[:-1])

    expect(complete("luster", "m") == ["measure", "mix"], complete("luster", "m"))
    expect("--allow-unusable" in complete("luster", "mix", "--"))
    expect(complete("luster", "render", "--fo") == ["--force", "--format"])
    expect(complete("luster", "mix", "") == ["a song", "b.wav", "session.json"])
    expect(complete("luster", "mix", "a") == ["a song"], complete("luster", "mix", "a"))


shutil.rmtree(DEST)
done()
