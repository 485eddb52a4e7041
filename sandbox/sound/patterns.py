"""Rhythms, written the way a drum machine shows them: sixteen steps to the bar.

`x` is a stroke, `X` an accent, `o` a soft one, `.` nothing.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_VELOCITY: Final = {"x": 0.72, "X": 0.95, "o": 0.38}

BEATS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "backbeat": {"kick": "X.....x.x.......", "snare": "....X.......X...", "hat": "x.o.x.o.x.o.x.o."},
        "half time": {"kick": "X......x..x.....", "snare": "........X.......", "hat": "x.o.x.o.x.oox.o."},
        "four": {
            "kick": "X...X...X...X...",
            "clap": "....x.......x...",
            "open hat": "..x...x...x...x.",
            "hat": "oo.ooo.ooo.ooo.o",
        },
        "boom bap": {"kick": "X..x......xx....", "snare": "....X..o.o..X...", "hat": "x.x.x.x.x.x.x.xo"},
        "swing": {
            "ride": "x...X.x.x...X.x.",
            "hat": "....x.......x...",
            "kick": "x.....o.....o...",
            "brush": "..o...o.x..o..o.",
        },
        "rock": {"kick": "X.x.....X.x.....", "snare": "....X.......X...", "hat": "X.x.X.x.X.x.X.x."},
        "train": {"kick": "x.......x.......", "brush": "o.ooX.ooo.ooX.oo", "rim": "....o.......o..o"},
    }
)
"""Drum patterns: which piece plays when."""

FILLS: Final[tuple[Mapping[str, str], ...]] = (
    {"snare": "........o.o.xxXX", "kick": "X...x..........."},
    {
        "snare": "........xx......",
        "high tom": "..........xx....",
        "low tom": "............xxX.",
        "kick": "X......x........",
    },
    {"snare": "....X.....oxo.xX", "kick": "X.....x.x......."},
)
"""For the last bar of a section, in place of the beat."""

PERCUSSION: Final[tuple[Mapping[str, str], ...]] = (
    {"shaker": "xoxoxoxoxoxoxoxo", "tambourine": "....x.......x..."},
    {"conga": "....o.xx....o.x.", "low conga": "x.......x..x....", "shaker": "o.x.o.x.o.x.o.x."},
    {"tambourine": "o.x.o.x.o.x.o.xo", "claves": "x..x..x...x.x..."},
    {"cowbell": "x...o...x...o.o.", "shaker": "xoxoxoxoxoxoxoxo"},
    {"triangle": "....x.......x.o.", "shaker": "x.o.x.o.x.o.x.o."},
)
"""Hand percussion, one bar each."""

BASSES: Final[Mapping[str, tuple[tuple[float, float, str], ...]]] = MappingProxyType(
    {
        "roots": ((0, 2.4, "root"), (2.5, 1.3, "root")),
        "root and fifth": ((0, 1.8, "root"), (2, 1.8, "fifth")),
        "eighths": tuple((step / 2, 0.45, "root") for step in range(8)),
        "syncopated": (
            (0, 1.3, "root"),
            (1.5, 0.9, "root"),
            (2.5, 0.45, "fifth"),
            (3, 0.45, "octave"),
            (3.5, 0.45, "root"),
        ),
        "walking": ((0, 0.95, "root"), (1, 0.95, "third"), (2, 0.95, "fifth"), (3, 0.95, "approach")),
        "offbeat": tuple((beat + 0.5, 0.4, "root") for beat in range(4)),
        "octaves": tuple((step / 2, 0.4, "octave" if step % 2 else "root") for step in range(8)),
    }
)
"""Bass lines for one bar: beat, duration, and which tone of the chord."""

COMPING: Final[Mapping[str, tuple[tuple[float, float, str], ...]]] = MappingProxyType(
    {
        "block": ((0, 3.8, "all"),),
        "push": ((0, 1.3, "all"), (1.5, 1.3, "all"), (3, 0.8, "all")),
        "stabs": (
            (0, 0.3, "all"),
            (0.75, 0.3, "all"),
            (1.5, 0.3, "all"),
            (2.5, 0.3, "all"),
            (3.25, 0.3, "all"),
        ),
        "sparse": ((0.5, 0.8, "all"), (2.5, 1.1, "all")),
        "offbeat": tuple((beat + 0.5, 0.22, "all") for beat in range(4)),
        "arpeggio": tuple((step / 2, 0.9, "02133121"[step]) for step in range(8)),
        "strum": (
            (0, 0.9, "down"),
            (1, 0.45, "down"),
            (1.5, 0.45, "up"),
            (2.5, 0.45, "up"),
            (3, 0.45, "down"),
            (3.5, 0.4, "up"),
        ),
        "power": tuple((step / 2, 0.42, "low") for step in range(8)),
        "runs": tuple((step / 4, 0.24, "0121321012132123"[step]) for step in range(16)),
    }
)
"""Accompaniments for one bar: beat, duration, and which of the chord's notes, or how to play them all."""

TUNES: Final[Mapping[str, tuple[tuple[float, ...], ...]]] = MappingProxyType(
    {
        "verse": (
            (0, 0.5, 1, 1.5, 2, 3),
            (0, 1, 1.5, 2, 2.5, 3),
            (0.5, 1, 1.5, 2, 3),
            (0, 0.5, 1, 2, 2.5, 3),
            (0, 0.75, 1.5, 2, 2.5, 3),
            (0.5, 1, 2, 2.5, 3, 3.5),
        ),
        "chorus": ((0, 1.5, 2, 3), (0, 1, 2, 3), (0, 0.5, 1.5, 2.5, 3), (0, 1, 1.5, 2, 3), (0, 1.5, 3, 3.5)),
        "close": ((0, 0.5, 1), (0, 1), (0, 0.5, 1.5), (0, 0.5, 1, 1.5)),
    }
)
"""On which beats of a bar a tune has its notes; "close" is for the bar that ends a line."""

CONTOURS: Final[Mapping[str, tuple[tuple[int, ...], ...]]] = MappingProxyType(
    {
        "verse": (
            (0, 1, 2, 1, 0, 1),
            (0, 0, 1, 2, 1, 0),
            (2, 1, 0, 1, 2, 1),
            (0, -1, 0, 1, 2, 1),
            (1, 2, 1, 0, 1, 0),
            (0, 1, 0, 2, 1, 0),
        ),
        "chorus": ((2, 2, 1, 2, 3), (0, 1, 2, 3, 2), (3, 2, 1, 2, 1), (2, 3, 2, 1, 0), (0, 2, 1, 2, 3)),
        "open": ((1, 0, 1, 2), (0, 1, 2, 1), (2, 1, 2, 3), (1, 2, 2, 1)),
        "closed": ((1, 1, 0, 0), (2, 1, 1, 0), (1, 0, -1, 0), (0, 1, 1, 0)),
    }
)
"""How a tune moves: rungs of the ladder above its home, note by note; a line ends open, then closed."""


def strokes(pattern: str) -> tuple[tuple[float, float], ...]:
    """Beat within the bar and velocity of every stroke of a sixteen-step pattern."""
    return tuple((step / 4, _VELOCITY[mark]) for step, mark in enumerate(pattern) if mark != ".")
