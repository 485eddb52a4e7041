"""The colours over the ground: pads, runs, stabs, answers, harmonies and effects."""

import numpy as np

from sandbox.sound import harmony, patterns
from sandbox.sound.bars import Bar
from sandbox.sound.plan import Plan
from sandbox.sound.score import BEATS_PER_BAR, Note
from sandbox.sound.seeds import by_hand, pick

_VOWELS_OF_CHOIR = ("u", "o", "a")


def pad(bars: tuple[Bar, ...], *, centre: int, velocity: float = 0.5) -> list[Note]:
    """Held chords of up to four notes."""
    notes: list[Note] = []
    for bar in bars:
        for beat, chord, length in _chords(bar):
            pitches = harmony.voicing(chord, centre)
            notes += [Note(bar.start + beat, length * 0.98, pitch, velocity) for pitch in pitches[:4]]
    return notes


def runs(plan: Plan, bars: tuple[Bar, ...], *, centre: int) -> list[Note]:
    """Sixteenths up and down the chord, louder on the beat."""
    rng = plan.draw("runs", bars[0].section)
    notes: list[Note] = []
    for bar in bars:
        for beat, duration, which in patterns.COMPING["runs"]:
            pitches = harmony.voicing(bar.chord_at(beat), centre)
            octave, place = divmod(int(which), len(pitches))
            velocity = by_hand(rng, 0.62 if beat % 1 == 0 else 0.44)
            notes.append(Note(bar.start + beat, duration, pitches[place] + 12 * octave, velocity))
    return notes


def stabs(plan: Plan, bars: tuple[Bar, ...], *, centre: int) -> list[Note]:
    """Short chords of the brass where the tune breathes, a long one before the section ends."""
    figures = (((3, 0.4), (3.5, 0.4)), ((2.5, 0.4), (3.5, 0.4)), ((0, 0.4), (1.5, 0.4), (3.5, 0.4)))
    figure = pick(plan.draw("stabs"), figures)
    notes: list[Note] = []
    for bar in bars:
        strokes = ((0, 3.6),) if bar.last else figure
        for beat, length in strokes:
            pitches = harmony.voicing(bar.chord_at(beat), centre)[:3]
            loud = 0.42 if bar.last else 0.5
            notes += [
                Note(bar.start + beat, min(length, 1.9) if bar.last else length, pitch, loud)
                for pitch in pitches
            ]
    return notes


def answers(plan: Plan, bars: tuple[Bar, ...], *, centre: int) -> list[Note]:
    """A lick at the end of every line, where the tune holds its last note."""
    rng = plan.draw("answers", bars[0].section)
    rhythm = pick(rng, ((2, 2.5, 3, 3.5), (1.5, 2, 2.5, 3), (2, 2.75, 3.25), (2.5, 2.75, 3, 3.5)))
    shape = pick(rng, ((0, 1, 2, 1), (2, 1, 0, 1), (0, 2, 1, 2), (1, 2, 3, 2)))
    notes: list[Note] = []
    for bar in bars:
        if bar.index % 2 == 0 and not bar.last:
            continue
        rungs = harmony.ladder(plan.key, plan.scale, low=centre - 7, high=centre + 9)
        home = min(
            range(len(rungs)),
            key=lambda rung: (rungs[rung] % 12 not in bar.second.tones, abs(rungs[rung] - centre)),
        )
        for order, beat in enumerate(rhythm):
            pitch = rungs[min(len(rungs) - 1, home + shape[order])]
            length = 0.45 if order + 1 < len(rhythm) else 0.9
            notes.append(Note(bar.start + beat, length, pitch, by_hand(rng, 0.7)))
    return notes


def choir(plan: Plan, bars: tuple[Bar, ...], tune: tuple[Note, ...], *, centre: int) -> list[Note]:
    """Two voices hold the chord; at the end of a line one sings along, a third or so above the tune."""
    vowel = pick(plan.draw("choir"), _VOWELS_OF_CHOIR)
    notes: list[Note] = []
    for bar in bars:
        if bar.index % 2 == 1 or bar.count == 1:
            notes += [
                _above(note, bar) for note in tune if bar.start <= note.start < bar.start + BEATS_PER_BAR
            ]
            continue
        for beat, chord, length in _chords(bar):
            voices = harmony.voicing(chord, centre)[-2:]
            notes += [Note(bar.start + beat, length - 0.2, pitch, 0.5, vowel) for pitch in voices]
    return sorted(notes, key=lambda note: note.start)


def _above(note: Note, bar: Bar) -> Note:
    chord = bar.chord_at(note.start - bar.start)
    pitch = next(
        (p for p in range(note.pitch + 3, note.pitch + 10) if p % 12 in chord.tones), note.pitch + 12
    )
    return Note(note.start, note.duration, pitch, 0.62, note.sound)


def effects(plan: Plan, bars: tuple[Bar, ...], *, leads_to: str) -> list[Note]:
    """What leads from section to section.

    A riser goes into the chorus, an impact stands on its first beat, a swell goes into the outro, bells are
    at either end of the song, and dust is on dark records.
    """
    first, last = bars[0], bars[-1]
    end = last.start + BEATS_PER_BAR
    notes: list[Note] = []
    if plan.patches["FX"] == "dark effects":
        notes.append(Note(first.start, end - first.start, 60, 0.5, "crackle"))
    if leads_to == "chorus":
        notes.append(Note(end - 3, 3, 60, 0.7, "riser"))
    elif leads_to == "outro":
        notes.append(Note(end - 2, 2, 60, 0.6, "swell"))
    if first.section == "chorus":
        notes += [Note(first.start, 3, 60, 0.6, "impact"), Note(first.start, 3, 60, 0.35, "fall")]
    if first.section in ("intro", "outro"):
        notes += _chimes(plan, first)
    return notes


def _chimes(plan: Plan, bar: Bar) -> list[Note]:
    rng = plan.draw("chimes", bar.section)
    rungs = harmony.ladder(plan.key, plan.scale, low=84, high=103)
    beats = np.sort(rng.choice(np.arange(0, BEATS_PER_BAR, 0.25), 6, replace=False))
    return [
        Note(bar.start + float(beat), 1, pick(rng, rungs), float(rng.uniform(0.3, 0.6)), "chime")
        for beat in beats
    ]


def _chords(bar: Bar) -> tuple[tuple[float, harmony.Chord, float], ...]:
    """Beat, chord and length of what the bar holds: one chord, or two."""
    half = BEATS_PER_BAR / 2
    if bar.first == bar.second:
        return ((0.0, bar.first, float(BEATS_PER_BAR)),)
    return ((0.0, bar.first, half), (half, bar.second, half))
