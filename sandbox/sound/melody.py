"""The tune: a short motif that walks on five notes, rests on the chords, and comes back."""

from dataclasses import dataclass, replace

import numpy as np

from sandbox.sound import harmony, patterns
from sandbox.sound.bars import Bar
from sandbox.sound.plan import Plan, tune_range
from sandbox.sound.score import BEATS_PER_BAR, Note
from sandbox.sound.seeds import by_hand, pick

_LIFT = 4
"""Semitones by which the chorus lies above the verse."""


@dataclass(frozen=True, slots=True)
class _Motif:
    """Beats of the notes within their bar, and how far above home each lies, in rungs."""

    onsets: tuple[float, ...]
    contour: tuple[int, ...]


def tune(plan: Plan, bars: tuple[Bar, ...], *, variation: str = "") -> tuple[Note, ...]:
    """The tune over these bars of one section, without words.

    A line has two bars: a motif and its ending, open in the first line and closed in the second. Every verse
    has the same motifs and so has every chorus; a `variation` has others.
    """
    kind = "verse" if bars[0].section == "verse" else "chorus"
    rng = plan.draw("tune", kind, variation)
    motif, opened, closed = (
        _motif(rng, *names) for names in ((kind, kind), ("close", "open"), ("close", "closed"))
    )
    rungs = _rungs(plan, kind)
    home = _on_chord(rungs, len(rungs) // 2 - 1, bars[0].first)
    pitches: list[int] = []
    notes: list[Note] = []
    for bar in bars:
        ending = bar.index % 2 == 1 or bar.last
        now = motif if not ending else closed if bar.last or bar.index % 4 == 3 else opened  # noqa: PLR2004 (of four)
        ends = (*now.onsets[1:], 3.5 if ending else float(BEATS_PER_BAR))
        for onset, end, rise in zip(now.onsets, ends, now.contour, strict=False):
            resting = onset in (0, 2) or onset == now.onsets[-1]
            place = home + rise
            pitches.append(_sung(rungs, place, pitches, chord=bar.chord_at(onset) if resting else None))
            velocity = by_hand(rng, 0.9 if onset % 2 == 0 else 0.76)
            notes.append(Note(bar.start + onset, (end - onset) * 0.97, pitches[-1], velocity))
    return tuple(notes)


def with_words(notes: tuple[Note, ...], syllables: tuple[str, ...]) -> tuple[Note, ...]:
    """The notes with one syllable each, from the beginning again when there are more notes."""
    return tuple(replace(note, sound=syllables[index % len(syllables)]) for index, note in enumerate(notes))


def _motif(rng: np.random.Generator, rhythm: str, contour: str) -> _Motif:
    return _Motif(pick(rng, patterns.TUNES[rhythm]), pick(rng, patterns.CONTOURS[contour]))


def _rungs(plan: Plan, kind: str) -> tuple[int, ...]:
    low, high = tune_range(plan)
    lift = _LIFT if kind == "chorus" else 0
    return harmony.ladder(plan.key, plan.scale, low=low + lift, high=high - _LIFT + lift)


def _sung(rungs: tuple[int, ...], place: int, before: list[int], *, chord: harmony.Chord | None) -> int:
    """The pitch at a place of the ladder, moved onto the chord if one is given, never the same thrice."""
    place = max(0, min(len(rungs) - 1, place))
    if chord is not None:
        place = _on_chord(rungs, place, chord)
    if before[-2:] == [rungs[place]] * 2:
        place = place + 1 if place + 1 < len(rungs) else place - 1
    return rungs[place]


def _on_chord(rungs: tuple[int, ...], place: int, chord: harmony.Chord) -> int:
    """The rung nearest to `place` that belongs to the chord."""
    fitting = [rung for rung, pitch in enumerate(rungs) if pitch % 12 in chord.tones[:3]]
    return min(fitting, key=lambda rung: abs(rung - place), default=place)
