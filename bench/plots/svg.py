# SPDX-FileCopyrightText: 2026 The luster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small SVG plots, the same bytes for the same curves: panels side by side, each with axes, ticks and
a legend; points that lie within a fifth of a pixel of the line without them are left out."""
import dataclasses
import math
from xml.sax.saxutils import escape

import numpy as np

# Okabe and Ito's colours, which stay apart for the colour-blind
BLUE, RED, GREEN, PINK, SKY, AMBER, GREY, BLACK = (
    "#0072b2", "#d55e00", "#009e73", "#b6558f", "#3fa0dd", "#d08a00", "#999", "#222")
COLOURS = (BLUE, RED, GREEN, PINK, SKY, AMBER)
WIDTH, TOP, BOTTOM, LEFT, RIGHT = 760, 34, 44, 52, 14
LETTER = 6.4  # pixels per letter of a legend, at most


@dataclasses.dataclass
class Axis:
    """`ticks`: [values]; labels are made from them unless `names` gives them."""
    label: str
    low: float
    high: float
    ticks: list
    log: bool = False
    names: list = None

    def at(self, value):
        """0 … 1"""
        value = np.asarray(value, dtype=float)
        if self.log:
            return np.log(np.maximum(value, 1e-9) / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def name(self, k):
        if self.names:
            return self.names[k]
        tick = self.ticks[k]
        words = f"{tick / 1000:g}k" if self.log and tick >= 1000 else f"{tick:g}"
        return words.replace("-", "−")


def hz(low=20, high=20000, label="Hz"):
    return Axis(label, low, high, [t for t in (20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000)
                                   if low <= t <= high], log=True)


@dataclasses.dataclass
class Curve:
    name: str  # "" keeps it out of the legend
    x: object
    y: object
    colour: str
    kind: str = "line"  # line, stems, dots
    dash: str = ""
    width: float = 1.6
    base: float = None  # of stems; the lower edge unless given


class Panel:
    def __init__(self, title, x, y, share=1.0):
        self.title, self.x, self.y, self.share = title, x, y, share
        self.curves = []

    def line(self, name, x, y, colour, **more):
        self.curves.append(Curve(name, np.asarray(x, float), np.asarray(y, float), colour, **more))
        return self

    def stems(self, name, x, y, colour, **more):
        return self.line(name, x, y, colour, kind="stems", **more)

    def dots(self, name, x, y, colour, **more):
        return self.line(name, x, y, colour, kind="dots", **more)


def thinned(x, y, tolerance=0.2):
    """Ramer, Douglas and Peucker, without recursion."""
    keep = np.zeros(len(x), bool)
    keep[[0, -1]] = True
    spans = [(0, len(x) - 1)]
    while spans:
        a, b = spans.pop()
        if b - a < 2:
            continue
        along, across = x[b] - x[a], y[b] - y[a]
        length = math.hypot(along, across)
        off = np.hypot(x[a + 1:b] - x[a], y[a + 1:b] - y[a])  # of a loop
        if length > 1:
            off = np.abs(across * (x[a + 1:b] - x[a]) - along * (y[a + 1:b] - y[a])) / length
        worst = int(np.argmax(off))
        if off[worst] > tolerance:
            middle = a + 1 + worst
            keep[middle] = True
            spans += [(a, middle), (middle, b)]
    return x[keep], y[keep]


def columns(x, y):
    """At most the least and the largest of each pixel."""
    if len(x) < 2000:
        return x, y
    cells = np.floor(x).astype(int)
    chosen = []
    for cell in np.unique(cells):
        at = np.flatnonzero(cells == cell)
        chosen += sorted({int(at[np.argmin(y[at])]), int(at[np.argmax(y[at])])})
    return x[chosen], y[chosen]


def number(value):
    words = f"{value:.1f}"
    words = words[:-2] if words.endswith(".0") else words
    return "0" if words == "-0" else words


def path(x, y):
    """Relative steps of the rounded points: rounding does not add up."""
    px, py = np.round(x, 1), np.round(y, 1)
    words = [f"M{number(px[0])} {number(py[0])}l"]
    steps = [number(d) + ("" if e < 0 and number(e) != "0" else " ") + number(e)
             for d, e in zip(np.diff(px), np.diff(py)) if number(d) != "0" or number(e) != "0"]
    return words[0] + " ".join(steps).replace(" -", "-") if steps else words[0][:-1]


class Box:
    """Where a panel's curves stand."""

    def __init__(self, panel, left, top, width, height):
        self.panel, self.left, self.top, self.width, self.height = panel, left, top, width, height

    def px(self, x):
        return self.left + self.width * self.panel.x.at(x)

    def py(self, y):
        return self.top + self.height * (1 - self.panel.y.at(y))

    def axes(self):
        words, bottom = [], self.top + self.height
        grid = ""
        for k, tick in enumerate(self.panel.x.ticks):
            at = float(self.px(tick))
            grid += f"M{number(at)} {number(self.top)}v{number(self.height)}"
            words.append(f'<text x="{number(at)}" y="{number(bottom + 14)}" text-anchor="middle">'
                         f"{escape(self.panel.x.name(k))}</text>")
        for k, tick in enumerate(self.panel.y.ticks):
            at = float(self.py(tick))
            grid += f"M{number(self.left)} {number(at)}h{number(self.width)}"
            words.append(f'<text x="{number(self.left - 5)}" y="{number(at + 3.5)}" text-anchor="end">'
                         f"{escape(self.panel.y.name(k))}</text>")
        middle_x, middle_y = self.left + self.width / 2, self.top + self.height / 2
        words.append(f'<text x="{number(middle_x)}" y="{number(bottom + 30)}" text-anchor="middle">'
                     f"{escape(self.panel.x.label)}</text>")
        words.append(f'<text transform="translate({number(self.left - 38)} {number(middle_y)})rotate(-90)" '
                     f'text-anchor="middle">{escape(self.panel.y.label)}</text>')
        frame = (f'<path d="{grid}" stroke="#ddd" stroke-width=".8"/>'
                 f'<path d="M{number(self.left)} {number(self.top)}h{number(self.width)}'
                 f'v{number(self.height)}h{number(-self.width)}z" stroke="#888"/>')
        return frame, words

    def curve(self, curve):
        # one point beyond either edge is needed, no more
        beside = (curve.x < self.panel.x.low) * 1 - (curve.x > self.panel.x.high)
        far = np.concatenate([[0], beside[:-1]]) * beside * np.concatenate([beside[1:], [0]]) != 0
        ok = np.isfinite(curve.x) & np.isfinite(curve.y) & ~far
        x, y = self.px(curve.x[ok]), self.py(curve.y[ok])
        if not len(x):
            return ""
        y = np.clip(y, self.top - 9999, self.top + 9999)
        dash = f' stroke-dasharray="{curve.dash}"' if curve.dash else ""
        if curve.kind == "line":
            shape = path(*thinned(*columns(x, y)))
        elif curve.kind == "stems":
            low = self.py(curve.base) if curve.base is not None else self.top + self.height
            shape = "".join(f"M{number(a)} {number(low)}V{number(b)}" for a, b in zip(x, y)
                            if number(low) != number(b))
        else:
            shape = "".join(f"M{number(a)} {number(b)}h0" for a, b in zip(x, y))
        cap = ' stroke-linecap="round"' if curve.kind == "dots" else ""
        return (f'<path d="{shape}" stroke="{curve.colour}" stroke-width="{curve.width:g}"{dash}{cap}/>'
                if shape else "")


def legend(panel, left, width, top):
    """Rows of names that fit the width; what they take of the height."""
    words, marks, x, y = [], [], left, top
    for curve in panel.curves:
        if not curve.name:
            continue
        room = 22 + LETTER * len(curve.name) + 10
        if x > left and x + room > left + width + 10:
            x, y = left, y + 15
        dash = f' stroke-dasharray="{curve.dash}"' if curve.dash else ""
        marks.append(f'<path d="M{number(x)} {number(y - 4)}h18" stroke="{curve.colour}" '
                     f'stroke-width="2"{dash}/>')
        words.append(f'<text x="{number(x + 22)}" y="{number(y)}">{escape(curve.name)}</text>')
        x += room
    return marks, words, (y - top + 18 if words else 4)


def draw(title, panels, height=250):
    """The SVG as text; `height` in pixels of a panel's inside."""
    shares = sum(p.share for p in panels)
    inside = WIDTH - len(panels) * (LEFT + RIGHT)
    lefts, widths, at = [], [], 0.0
    for panel in panels:
        lefts.append(at + LEFT)
        widths.append(inside * panel.share / shares)
        at += LEFT + RIGHT + widths[-1]
    named = any(p.title for p in panels)
    start = TOP + (16 if named else 0)
    legends = [legend(p, left, width, start + 6) for p, left, width in zip(panels, lefts, widths)]
    top = start + max(used for _, _, used in legends)
    total = top + height + BOTTOM
    shapes, words, clips = [], [], []
    for k, (panel, left, width) in enumerate(zip(panels, lefts, widths)):
        box = Box(panel, left, top, width, height)
        frame, labels = box.axes()
        clips.append(f'<clipPath id="c{k}"><path d="M{number(left)} {number(top)}h{number(width)}'
                     f'v{number(height)}h{number(-width)}z"/></clipPath>')
        shapes += [frame] + legends[k][0] + [f'<g clip-path="url(#c{k})">']
        shapes += [box.curve(curve) for curve in panel.curves] + ["</g>"]
        words += labels + legends[k][1]
        if panel.title:
            words.append(f'<text x="{number(left)}" y="{TOP + 4}" font-weight="bold">'
                         f"{escape(panel.title)}</text>")
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {number(total)}" '
        f'width="{WIDTH}" height="{number(total)}">',
        "<!-- SPDX-FileCopyrightText: 2026 The luster authors -->",
        "<!-- SPDX-License-Identifier: GPL-3.0-or-later -->",
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{number(total)}" fill="#fff"/>',
        "".join(clips),
        '<g fill="none" stroke-linejoin="round">', *[s for s in shapes if s], "</g>",
        '<g font-family="Helvetica,Arial,sans-serif" font-size="11" fill="#222">',
        f'<text x="{LEFT}" y="20" font-size="14" font-weight="bold">{escape(title)}</text>',
        *words, "</g>", "</svg>", ""])
