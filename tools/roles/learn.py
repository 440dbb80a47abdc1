# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A few small networks (one hidden layer, rectified) over the standardised numbers of stem_facts,
averaged; in numpy, seeded. Weights go into the table as bytes with a scale per unit."""
import os

import numpy as np

CLASSES = ("kick", "snare", "hat", "tom", "cymbal", "percussion", "kit", "bass", "bass_synth",
           "guitar_acoustic", "guitar_electric", "guitar_dist", "piano", "keys", "organ", "mallet",
           "synth", "pad", "strings", "brass", "woodwind", "voice", "choir", "spoken", "fx", "mix")
FAMILY = dict(zip(CLASSES, ["drums"] * 7 + ["bass"] * 2 + ["guitar"] * 3 + ["keys"] * 6 + [
    "orchestra"] * 3 + ["voice"] * 3 + ["other"] * 2))
FAMILIES = ("drums", "bass", "guitar", "keys", "orchestra", "voice", "other")
# Stems of a public library of 12,893 (doc/sources.md J1), shared out where it counts them together
PRIOR = {"kick": 644, "snare": 699, "hat": 329, "tom": 728, "cymbal": 300, "percussion": 500,
         "kit": 900, "bass": 560, "bass_synth": 170, "guitar_acoustic": 700, "guitar_electric": 950,
         "guitar_dist": 950, "piano": 273, "keys": 300, "organ": 150, "mallet": 80, "synth": 600,
         "pad": 250, "strings": 250, "brass": 120, "woodwind": 130, "voice": 2600, "choir": 120,
         "spoken": 250, "fx": 468, "mix": 200}
HIDDEN, NETS, EPOCHS, BATCH = 56, 6, 50, 128
DROP_IN, DROP_HIDDEN, NOISE, DECAY, SMOOTH, RATE = 0.1, 0.3, 0.15, 1e-4, 0.08, 2e-3
CLIP = 3.5  # standard deviations: no number may shout the others down


def load(path):
    x, y, group, names = [], [], [], []
    with open(path, encoding="utf-8") as f:
        for line in f:
            parts = line.rstrip("\n").split("\t")
            name = os.path.basename(parts[0])
            kind, g = name.split(".")[:2]
            if parts[1] == "0" or kind not in CLASSES:
                continue
            x.append([float(v) for v in parts[2:]])
            y.append(CLASSES.index(kind))
            group.append(g)
            names.append(name)
    order = np.argsort(names)
    return (np.array(x)[order], np.array(y)[order], np.array(group)[order],
            np.array(names)[order])


def standardise(x):
    mean, sd = x.mean(0), x.std(0) + 1e-6
    return mean, sd


def prepare(x, mean, sd):
    return np.clip((x - mean) / sd, -CLIP, CLIP)


def fit(x, y, seed, epochs=EPOCHS):
    """One network: (w1, b1, w2, b2). Classes are drawn equally often."""
    rng = np.random.default_rng(seed)
    n, d, k = len(x), x.shape[1], len(CLASSES)
    p = [rng.normal(0, np.sqrt(2 / d), (d, HIDDEN)), np.zeros(HIDDEN),
         rng.normal(0, np.sqrt(1 / HIDDEN), (HIDDEN, k)), np.zeros(k)]
    m, v, t = [np.zeros_like(q) for q in p], [np.zeros_like(q) for q in p], 0
    count = np.bincount(y, minlength=k).astype(float)
    chance = (1 / np.maximum(count, 1))[y]
    chance /= chance.sum()
    steps = n // BATCH
    for epoch in range(epochs):
        rate = RATE * 0.5 * (1 + np.cos(np.pi * epoch / epochs))
        for _ in range(steps):
            i = rng.choice(n, BATCH, p=chance)
            a = x[i] + rng.normal(0, NOISE, (BATCH, d))
            a *= rng.random((BATCH, d)) > DROP_IN
            h = np.maximum(a @ p[0] + p[1], 0)
            keep = (rng.random(h.shape) > DROP_HIDDEN) / (1 - DROP_HIDDEN)
            hd = h * keep
            z = hd @ p[2] + p[3]
            z = np.exp(z - z.max(1, keepdims=True))
            z /= z.sum(1, keepdims=True)
            goal = np.full((BATCH, k), SMOOTH / k)
            goal[np.arange(BATCH), y[i]] += 1 - SMOOTH
            dz = (z - goal) / BATCH
            dh = (dz @ p[2].T) * keep * (h > 0)
            g = [a.T @ dh, dh.sum(0), hd.T @ dz, dz.sum(0)]
            t += 1
            for q in range(4):
                m[q] = 0.9 * m[q] + 0.1 * g[q]
                v[q] = 0.999 * v[q] + 0.001 * g[q] ** 2
                p[q] -= rate * (m[q] / (1 - 0.9 ** t) / (np.sqrt(v[q] / (1 - 0.999 ** t)) + 1e-8)
                                + (DECAY * p[q] if q in (0, 2) else 0))
    p[0] *= 1 - DROP_IN
    return p


def scores(nets, x):
    """Logits, averaged."""
    return sum(np.maximum(x @ w1 + b1, 0) @ w2 + b2 for w1, b1, w2, b2 in nets) / len(nets)


def chances(z, heat=1.0, prior=0.5):
    p = np.array([PRIOR[c] for c in CLASSES], dtype=float)
    z = z * heat + prior * np.log(p / p.sum())
    z = np.exp(z - z.max(1, keepdims=True))
    return z / z.sum(1, keepdims=True)


def families(p):
    out = np.zeros((len(p), len(FAMILIES)))
    for i, c in enumerate(CLASSES):
        out[:, FAMILIES.index(FAMILY[c])] += p[:, i]
    return out


def folds(group):
    """Three parts that share no soundfont, kit, synthesizer or voice."""
    fixed = {"fluid": 0, "timgm": 1, "csound": 2, "opl": 2, "made-1": 0, "made-2": 1, "made-3": 2}
    rest = sorted(g for g in set(group) if g not in fixed)
    return np.array([fixed.get(g, rest.index(g) % 3 if g in rest else 0) for g in group])


def validate(x, y, group):
    """Cross-validation over the groups: accuracy of families and classes, and the heat of the
    softmax that makes its figures true (the least log loss of the families)."""
    which, z = folds(group), np.zeros((len(x), len(CLASSES)))
    for f in range(3):
        inside = which != f
        mean, sd = standardise(x[inside])
        nets = [fit(prepare(x[inside], mean, sd), y[inside], 10 * f + s, 25) for s in range(2)]
        z[~inside] = scores(nets, prepare(x[~inside], mean, sd))
    truth = np.array([FAMILIES.index(FAMILY[c]) for c in CLASSES])[y]
    best = min(np.arange(0.3, 1.6, 0.05), key=lambda h: -np.mean(np.log(
        families(chances(z, h, 0.0))[np.arange(len(y)), truth] + 1e-9)))
    p = chances(z, best, 0.0)
    fam = families(p).argmax(1)
    print(f"cross-validation over groups, {len(x)} clips: families {np.mean(fam == truth):.3f}, "
          f"classes {np.mean(p.argmax(1) == y):.3f}, heat {best:.2f}")
    for i, c in enumerate(CLASSES):
        if np.any(y == i):
            wrong = np.bincount(p.argmax(1)[y == i], minlength=len(CLASSES))
            text = ", ".join(f"{CLASSES[j]} {wrong[j]}" for j in np.argsort(-wrong)[:4] if wrong[j])
            print(f"  {c:16} {np.mean(fam[y == i] == truth[y == i]):.2f} of {sum(y == i):4}: {text}")
    return best


def bytes_of(w):
    """Columns (units) as bytes with a scale each."""
    scale = np.abs(w).max(0) / 127 + 1e-12
    return np.clip(np.round(w / scale), -127, 127).astype(int), scale


def rows(values, form):
    text, line = [], "   "
    for v in values:
        piece = " " + form % v + ","
        if len(line) + len(piece) > 99:
            text.append(line)
            line = "   "
        line += piece
    return "\n".join(text + [line])


def write(path, mean, sd, nets, heat):
    d, k = len(mean), len(CLASSES)
    w1 = [bytes_of(n[0]) for n in nets]
    w2 = [bytes_of(n[2]) for n in nets]
    prior = np.array([PRIOR[c] for c in CLASSES], dtype=float)
    parts = [("float", "mean", mean, "%.6gf"), ("float", "scale", 1 / sd, "%.6gf"),
             ("signed char", "hidden_weight", np.concatenate([w[0].T.ravel() for w in w1]), "%d"),
             ("float", "hidden_scale", np.concatenate([w[1] for w in w1]), "%.6gf"),
             ("float", "hidden_bias", np.concatenate([n[1] for n in nets]), "%.6gf"),
             ("signed char", "class_weight", np.concatenate([w[0].T.ravel() for w in w2]), "%d"),
             ("float", "class_scale", np.concatenate([w[1] for w in w2]), "%.6gf"),
             ("float", "class_bias", np.concatenate([n[3] for n in nets]), "%.6gf"),
             ("float", "prior", 0.5 * np.log(prior / prior.sum()), "%.6gf")]
    out = ["/* SPDX-FileCopyrightText: 2026 The luster authors", " * SPDX-License-Identifier: "
           "GPL-3.0-or-later */", "", "/* Generated: tools/train-roles CACHE. Not to be edited. */",
           "/* clang-format off */", '#include "assist/role_model.h"', ""]

    def number(form, v):
        t = form % v
        return t if "." in t or "e" in t or not t.endswith("f") else t[:-1] + ".0f"

    for kind, name, values, form in parts:
        text = rows([number(form, v) for v in values], "%s")
        out.append(f"static const {kind} {name}[{len(values)}] = {{\n{text}\n}};")
    names = rows([f'"{c}"' for c in CLASSES], "%s")
    out.append(f"static const char *const classes[{k}] = {{\n{names}\n}};")
    out.append(f"""
const LusterRoleModel luster_role_model = {{
    .n_inputs = {d}, .n_hidden = {HIDDEN}, .n_nets = {len(nets)}, .n_classes = {k},
    .clip = {CLIP}, .heat = {heat:.3g}, .classes = classes, .mean = mean, .scale = scale,
    .hidden_weight = hidden_weight, .hidden_scale = hidden_scale, .hidden_bias = hidden_bias,
    .class_weight = class_weight, .class_scale = class_scale, .class_bias = class_bias,
    .prior = prior,
}};
""")
    with open(path, "w", encoding="ascii") as f:
        f.write("\n".join(out))


def train(table, path, check):
    x, y, group, _ = load(table)
    heat = validate(x, y, group) if check else 0.8
    mean, sd = standardise(x)
    nets = [fit(prepare(x, mean, sd), y, 100 + s) for s in range(NETS)]
    write(path, mean, sd, nets, heat)
    print(f"{path}: {os.path.getsize(path) // 1000} kB")
