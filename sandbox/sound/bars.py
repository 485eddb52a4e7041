"""The grid between plan and notes: each bar of a section with its chords."""

from dataclasses import dataclass, replace

from sandbox.sound import harmony
from sandbox.sound.harmony import Chord
from sandbox.sound.plan import Plan
from sandbox.sound.score import BEATS_PER_BAR, Note, Section


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Attributes:
        section: Name of its section.
        start: Its first beat, counted from the beginning of the song.
        index: Its place in the section, from 0.
        count: How many bars the section has.
        first: The chord of its first half.
        second: The chord of its second half.
    """

    section: str
    start: float
    index: int
    count: int
    first: Chord
    second: Chord

    @property
    def last(self) -> bool:
        """Whether its section ends with it."""
        return self.index == self.count - 1

    def chord_at(self, beat: float) -> Chord:
        """The chord that sounds on a beat of this bar."""
        return self.first if beat < BEATS_PER_BAR / 2 else self.second


def bars_of(plan: Plan, section: Section) -> tuple[Bar, ...]:
    """The bars of a section; a section of fewer than four plays its four chords faster."""
    degrees = plan.verse if section.name in ("intro", "verse") else plan.chorus
    chords = [
        harmony.chord(plan.key, plan.scale, degree=degree, size=plan.style.chord_size) for degree in degrees
    ]
    count = round(section.beats / BEATS_PER_BAR)
    return tuple(
        Bar(
            section.name,
            section.start + BEATS_PER_BAR * index,
            index,
            count,
            *(chords[number] for number in _halves(index, count)),
        )
        for index in range(count)
    )


def _halves(index: int, count: int) -> tuple[int, int]:
    short = {1: ((0, 3),), 2: ((0, 1), (2, 3)), 3: ((0, 0), (1, 1), (2, 3))}
    return short[count][index] if count in short else (index % 4, index % 4)


def tonic(plan: Plan) -> Chord:
    """The chord on which the song comes to rest."""
    return harmony.chord(plan.key, plan.scale, degree=0, size=min(4, plan.style.chord_size))


def swung(notes: list[Note], *, swing: float, grid: float) -> list[Note]:
    """The notes with the second of each pair of `grid` beats delayed by `swing` of a grid step."""
    return [
        replace(note, start=start, duration=_swung(note.start + note.duration, swing, grid) - start)
        for note in notes
        for start in (_swung(note.start, swing, grid),)
    ]


def _swung(beat: float, swing: float, grid: float) -> float:
    pair, place = divmod(beat, 2 * grid)
    if place < grid:
        return pair * 2 * grid + place * (1 + swing)
    return pair * 2 * grid + grid * (1 + swing) + (place - grid) * (1 - swing)
