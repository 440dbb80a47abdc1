# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The schema against an independent validator: it is a schema, good sessions pass, bad ones do not.
Skipped where python3-jsonschema (4 or newer) is not installed."""
import copy
import json
import subprocess
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    print("1..0 # SKIP python3-jsonschema 4 is not installed")
    sys.exit(0)

tool, corpus = sys.argv[1:]
schema = json.loads(subprocess.run([tool, "--schema"], check=True, capture_output=True).stdout)
number = failed = 0


def check(ok, name):
    global number, failed
    number += 1
    failed += not ok
    print(f"{'ok' if ok else 'not ok'} {number} - {name}")


Draft202012Validator.check_schema(schema)
check(True, "it is a draft 2020-12 schema")
validator = Draft202012Validator(schema)
good = {}
for name in ("full", "least", "short"):
    with open(f"{corpus}/{name}.json", encoding="utf-8") as file:
        good[name] = json.load(file)
    errors = list(validator.iter_errors(good[name]))
    for error in errors:
        print("#", error.json_path, error.message)
    check(not errors, f"{name}.json is valid")


def bad(name, change):
    session = copy.deepcopy(good["full"])
    change(session)
    check(not validator.is_valid(session), name)


def put(container, key, value):
    container[key] = value


kick = lambda s: s["tracks"][0]
bad("unknown key", lambda s: put(s, "tempo", 3))
bad("newer format", lambda s: put(s, "luster", 2))
bad("no tracks", lambda s: s.pop("tracks"))
bad("rate with a fraction", lambda s: put(s, "rate_hz", 44100.5))
bad("pan law as a number", lambda s: put(s, "pan_law", -3))
bad("fader out of range", lambda s: put(kick(s), "fader_db", 25))
bad("mute as a number", lambda s: put(kick(s), "mute", 1))
bad("id with a slash", lambda s: put(kick(s), "id", "a/b"))
bad("id with two dots", lambda s: put(kick(s), "id", "a..b"))
bad("a track called master", lambda s: put(kick(s), "id", "master"))
bad("clips on a bus", lambda s: put(s["buses"][0], "clips", []))
bad("output of the master", lambda s: put(s["master"], "output", "room"))
bad("clip without a file", lambda s: kick(s)["clips"][0].pop("file"))
bad("unknown processor", lambda s: put(kick(s)["inserts"][0], "processor", "utilty"))
bad("newer processor", lambda s: put(kick(s)["inserts"][0], "version", 99))
bad("unknown parameter", lambda s: put(kick(s)["inserts"][0]["set"], "trimm", 1))
bad("parameter out of range", lambda s: put(kick(s)["inserts"][0]["set"], "trim", 61))
bad("parameter of a wrong type", lambda s: put(kick(s)["inserts"][0]["set"], "mono", "on"))
bad("point with four parts", lambda s: kick(s)["automation"][0]["points"][0].extend(["hold", 1]))
bad("unknown curve", lambda s: kick(s)["automation"][0]["points"][0].append("bent"))
bad("decision without a target", lambda s: kick(s)["decisions"][0].pop("target"))
bad("amount above 1", lambda s: put(kick(s)["decisions"][0], "amount", 1.5))
print(f"1..{number}")
sys.exit(failed > 0)
