"""Scales, chords and where on the keyboard they lie.

Pitches are MIDI numbers, pitch classes run from 0 (C) to 11 (B).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

SCALES: Final[Mapping[str, tuple[int, ...]]] = MappingProxyType(
    {
        "major": (0, 2, 4, 5, 7, 9, 11),
        "mixolydian": (0, 2, 4, 5, 7, 9, 10),
        "dorian": (0, 2, 3, 5, 7, 9, 10),
        "minor": (0, 2, 3, 5, 7, 8, 10),
    }
)
"""Semitones above the tonic."""

# Scale degrees, 0 is the tonic's chord; four chords to a line.
PROGRESSIONS: Final[Mapping[str, tuple[tuple[int, ...], ...]]] = MappingProxyType(
    {
        "major": (
            (0, 4, 5, 3),
            (5, 3, 0, 4),
            (0, 5, 3, 4),
            (0, 3, 5, 4),
            (3, 0, 4, 5),
            (0, 2, 3, 4),
            (1, 4, 0, 5),
        ),
        "mixolydian": ((0, 6, 3, 0), (0, 3, 6, 3), (0, 4, 6, 3), (3, 6, 0, 0)),
        "dorian": ((0, 3, 0, 3), (0, 6, 3, 0), (0, 2, 3, 6), (0, 1, 3, 6)),
        "minor": ((0, 5, 2, 6), (0, 3, 5, 6), (0, 6, 5, 6), (5, 6, 0, 2), (0, 2, 6, 3), (0, 5, 3, 4)),
    }
)

# The five notes that go with every chord of the scale: those without a half step beside them.
_PENTATONIC: Final[Mapping[str, tuple[int, ...]]] = MappingProxyType(
    {
        "major": (0, 2, 4, 7, 9),
        "mixolydian": (0, 2, 4, 7, 9),
        "dorian": (0, 3, 5, 7, 10),
        "minor": (0, 3, 5, 7, 10),
    }
)


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord as pitch classes, its root first."""

    tones: tuple[int, ...]

    @property
    def root(self) -> int:
        """The pitch class that the bass plays."""
        return self.tones[0]

    @property
    def fifth(self) -> int:
        """The pitch class two thirds above the root."""
        return self.tones[2]


def chord(key: int, scale: str, *, degree: int, size: int) -> Chord:
    """The chord of `size` notes (3 a triad, 4 a seventh, 5 a ninth) that stands on a degree of the scale."""
    steps = SCALES[scale]
    return Chord(tuple((key + steps[(degree + 2 * i) % len(steps)]) % 12 for i in range(size)))


def near(pitch_class: int, centre: int) -> int:
    """The pitch of that class closest to `centre`, at most six semitones away."""
    return centre - 6 + (pitch_class - centre + 6) % 12


def voicing(tones: Chord, centre: int) -> tuple[int, ...]:
    """The chord's notes around `centre`, low to high.

    Every tone takes its place nearest to the same centre, so consecutive chords move by small steps.
    """
    return tuple(sorted({near(tone, centre) for tone in tones.tones}))


def ladder(key: int, scale: str, *, low: int, high: int) -> tuple[int, ...]:
    """The pentatonic pitches from `low` to `high`, both included: the steps that a melody walks on."""
    allowed = {(key + step) % 12 for step in _PENTATONIC[scale]}
    return tuple(pitch for pitch in range(low, high + 1) if pitch % 12 in allowed)
