"""The ground: drums, percussion, bass, and the instruments that accompany."""

from collections.abc import Mapping

import numpy as np

from sandbox.sound import harmony, patterns
from sandbox.sound.bars import Bar
from sandbox.sound.plan import Plan, percussion_of
from sandbox.sound.score import BEATS_PER_BAR, Note
from sandbox.sound.seeds import by_hand, pick

_BASS_CENTRE = 40
_KIT_PITCH = 36


def drums(plan: Plan, bars: tuple[Bar, ...]) -> list[Note]:
    """The beat, a crash where a chorus begins, and a fill where a section ends."""
    beat = patterns.BEATS[pick(plan.draw("beat"), plan.style.beats)]
    rng = plan.draw("drums", bars[0].section)
    notes: list[Note] = []
    for bar in bars:
        filling = bar.last and bar.count > 1 and bar.section != "outro"
        pattern = pick(rng, patterns.FILLS) if filling else beat
        softly = 0.85 if bar.section == "verse" else 1.0
        notes += _struck(bar, pattern, rng, softly=softly)
        if bar.section == "chorus" and bar.index == 0:
            notes.append(Note(bar.start, 1, _KIT_PITCH, 0.9, "crash"))
    return notes


def percussion(plan: Plan, bars: tuple[Bar, ...]) -> list[Note]:
    """Hand percussion, softer than the drums."""
    rng = plan.draw("percussion", bars[0].section)
    pattern = percussion_of(plan)
    return [note for bar in bars for note in _struck(bar, pattern, rng, softly=0.9)]


def bass(plan: Plan, bars: tuple[Bar, ...], after: harmony.Chord) -> list[Note]:
    """The bass line; `after` is the chord that follows the last bar, to which a walking bass leads."""
    figure = patterns.BASSES[pick(plan.draw("bass"), plan.style.bass)]
    rng = plan.draw("bass", bars[0].section)
    half = BEATS_PER_BAR / 2
    notes: list[Note] = []
    for number, bar in enumerate(bars):
        coming = bars[number + 1].first if number + 1 < len(bars) else after
        for beat, duration, tone in figure:
            pitch = _bass_pitch(bar.chord_at(beat), tone, coming)
            velocity = by_hand(rng, 0.9 if beat == 0 else 0.76)
            # A note that would hang over a change of chord stops there.
            stop = half - beat if bar.first != bar.second and beat < half <= beat + duration else duration
            notes.append(Note(bar.start + beat, min(duration, stop), pitch, velocity))
    return notes


def comping(plan: Plan, part: str, bars: tuple[Bar, ...], *, figure: str, centre: int) -> list[Note]:
    """One instrument's accompaniment in a named figure of `patterns.COMPING`, voiced around `centre`."""
    rng = plan.draw("comping", part, bars[0].section)
    notes: list[Note] = []
    for bar in bars:
        for beat, duration, which in _split_at_change(bar, patterns.COMPING[figure]):
            pitches = harmony.voicing(bar.chord_at(beat), centre)
            accent = 0.8 if beat % 1 == 0 else 0.68
            notes += _chord_notes(
                pitches, which, start=bar.start + beat, duration=duration, accent=accent, rng=rng
            )
    return notes


def _struck(bar: Bar, pattern: Mapping[str, str], rng: np.random.Generator, *, softly: float) -> list[Note]:
    notes: list[Note] = []
    for piece, steps in pattern.items():
        for beat, velocity in patterns.strokes(steps):
            notes.append(Note(bar.start + beat, 0.25, _KIT_PITCH, by_hand(rng, velocity * softly), piece))
    return notes


def _bass_pitch(chord: harmony.Chord, tone: str, coming: harmony.Chord) -> int:
    root = harmony.near(chord.root, _BASS_CENTRE - 2)
    match tone:
        case "root":
            return root
        case "octave":
            return root + 12
        case "approach":
            return harmony.near(coming.root, _BASS_CENTRE - 2) - 1
        case _:
            index = 1 if tone == "third" else 2
            return root + (chord.tones[index] - chord.root) % 12


def _split_at_change(
    bar: Bar, figure: tuple[tuple[float, float, str], ...]
) -> list[tuple[float, float, str]]:
    """The figure, where the bar has two chords with its long notes struck again on the second."""
    half = BEATS_PER_BAR / 2
    if bar.first == bar.second:
        return list(figure)
    strokes: list[tuple[float, float, str]] = []
    for beat, duration, which in figure:
        if beat < half < beat + duration:
            strokes += [(beat, half - beat - 0.05, which)]
            if beat + duration > half + 1:
                strokes += [(half, beat + duration - half, which)]
        else:
            strokes.append((beat, duration, which))
    return strokes


def _chord_notes(
    pitches: tuple[int, ...],
    which: str,
    *,
    start: float,
    duration: float,
    accent: float,
    rng: np.random.Generator,
) -> list[Note]:
    """The notes of one stroke; several share the loudness of one, and a strum runs over the strings."""
    if which.isdecimal():
        chosen: tuple[int, ...] = (pitches[int(which) % len(pitches)] + 12 * (int(which) // len(pitches)),)
    elif which == "low":
        chosen = (pitches[0] - 12, pitches[0] - 5, pitches[0])
    else:
        chosen = pitches[::-1] if which == "up" else pitches
    strum = 0.03 if which in ("down", "up") else 0.004
    share = accent / len(chosen) ** 0.5
    return [
        Note(
            start + strum * order,
            duration - strum * order,
            pitch,
            by_hand(rng, share),
        )
        for order, pitch in enumerate(chosen)
    ]
