"""What is decided once per song, before any note: key, tempo, chords, instruments, and who does what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sandbox.sound import descriptions, harmony, patterns
from sandbox.sound.genres import GENRES, Genre
from sandbox.sound.score import BEATS_PER_BAR, PARTS, Section
from sandbox.sound.seeds import pick, stream
from sandbox.sound.syllables import Sung, sung_lines

RING_SECONDS: Final = (1.6, 3.0)
"""How long the last chord rings after the last bar, at least and at most."""

_BARS_OF_A_LONG_SONG: Final = 12
"""From here on intro and outro have two bars each."""

VOICES: Final[Mapping[str, tuple[int, int]]] = {"soprano": (62, 79), "alto": (57, 74), "tenor": (50, 68)}
"""Every voice with the lowest and the highest pitch of its tunes."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The decisions. The same text and take give the same plan, so a later operation can go on with it.

    Attributes:
        seed: The text of the song.
        take: Which variation.
        genre: A key of `GENRES`.
        tempo: Quarter notes per minute as wished for; the form bends it a little to fill the length.
        key: Pitch class of the tonic.
        scale: A key of `harmony.SCALES`.
        verse: Four scale degrees, the chords of intro and verse.
        chorus: Four scale degrees, the chords of chorus and outro.
        patches: The instrument of every part.
        lead: The part that has the tune: "Vocals", or an instrument of an instrumental.
        opener: The part that accompanies in the intro.
        accompanist: The part that accompanies the verse.
        answer: The part that fills the gaps of the tune in the verse.
        hook: The part that plays the chorus's tune in intro and outro.
        lines: The syllables sung in verse and chorus.
        variation: Names another tune over the same chords; empty for the song's own.
    """

    seed: str
    take: int
    genre: str
    tempo: float
    key: int
    scale: str
    verse: tuple[int, ...]
    chorus: tuple[int, ...]
    patches: Mapping[str, str]
    lead: str
    opener: str
    accompanist: str
    answer: str
    hook: str
    lines: Sung
    variation: str = ""

    @property
    def style(self) -> Genre:
        """The habits of the genre."""
        return GENRES[self.genre]

    def draw(self, *names: object) -> np.random.Generator:
        """The stream of chance for one concern of this song."""
        return stream(self.seed, self.take, *names)


def make_plan(seed: str, *, take: int, instrumental: bool, voice: str = "") -> Plan:
    """Decide on a song. Another take keeps the genre, the words and the mood, and draws the rest anew.

    A `voice` is a key of `VOICES` and takes the place of the one that would have been drawn.
    """
    genre = descriptions.genre_of(seed)
    style = GENRES[genre]
    rng = stream(seed, take, "plan")
    scale = _scale(seed, style, rng)
    verse, chorus = rng.permutation(len(harmony.PROGRESSIONS[scale]))[:2]
    lead = pick(rng, style.leads) if instrumental else "Vocals"
    opener = pick(rng, [part for part in ("Keyboard", "Guitar") if part != lead])
    accompanist = pick(rng, [part for part in ("Keyboard", "Guitar") if part != lead])
    answer = pick(rng, [part for part in ("Woodwinds", "Brass", "Guitar") if part not in (lead, accompanist)])
    # The woodwinds have nothing to do in a chorus, so they answer, or lead, or have the hook.
    wind = "Woodwinds" not in (answer, lead)
    hook = (
        "Woodwinds" if wind else pick(rng, [part for part in ("Synth", "Strings", "Brass") if part != lead])
    )
    return Plan(
        seed=seed,
        take=take,
        genre=genre,
        tempo=_tempo(seed, style, rng),
        key=int(rng.integers(12)),
        scale=scale,
        verse=harmony.PROGRESSIONS[scale][verse],
        chorus=harmony.PROGRESSIONS[scale][chorus],
        patches={part: _patch(seed, style.patches[part], rng) for part in PARTS} | singers(voice),
        lead=lead,
        opener=opener,
        accompanist=accompanist,
        answer=answer,
        hook=hook,
        lines=sung_lines(seed),
    )


def singers(voice: str) -> dict[str, str]:
    """The patches of the sung parts for a voice, none for an empty one."""
    return {"Vocals": voice, "Backing Vocals": f"{voice} choir"} if voice else {}


def _patch(seed: str, options: tuple[str, ...], rng: np.random.Generator) -> str:
    """One of the instruments, of those that the text names if it names any."""
    words = set(descriptions.words_of(seed))
    return pick(rng, tuple(option for option in options if words.intersection(option.split())) or options)


def _scale(seed: str, style: Genre, rng: np.random.Generator) -> str:
    moods = descriptions.moods_of(seed)
    if "melancholic" in moods:
        return "minor"
    if "cheerful" in moods:
        return "major"
    return pick(rng, style.scales)


def _tempo(seed: str, style: Genre, rng: np.random.Generator) -> float:
    moods = descriptions.moods_of(seed)
    tempo = float(rng.uniform(*style.tempo))
    if "slow" in moods:
        return max(62.0, tempo * 0.78)
    if "fast" in moods:
        return min(168.0, tempo * 1.28)
    return tempo


def form(tempo: float, seconds: float) -> tuple[tuple[Section, ...], float]:
    """The sections that fill a length, and the tempo, close to the one wished for, at which they do that.

    The last chord stands on the beat after the last section and rings to the end.
    """
    longest, shortest = (seconds - min(ring, ring * seconds / 8) for ring in RING_SECONDS)
    bars = max(1, round((longest + shortest) / 2 * tempo / 60 / BEATS_PER_BAR))
    beats = bars * BEATS_PER_BAR
    sections: list[Section] = []
    start = 0
    for name, length in _bars_per_section(bars):
        sections.append(Section(name, start * BEATS_PER_BAR, length * BEATS_PER_BAR))
        start += length
    return tuple(sections), min(max(tempo, beats * 60 / longest), beats * 60 / shortest)


def form_of(segments: Sequence[tuple[str, float]], tempo: float) -> tuple[tuple[Section, ...], float]:
    """The sections for (name, seconds) pairs, and the tempo, close to the one wished for, that fits them.

    Every segment has whole bars, so its borders lie up to half a bar away from where they were wished. The
    last chord rings within the last segment.
    """
    seconds = sum(length for _, length in segments)
    playing = seconds - min(RING_SECONDS[0], RING_SECONDS[0] * seconds / 8)
    marks = [0]
    for index in range(len(segments)):
        reached = min(playing, sum(length for _, length in segments[: index + 1]))
        marks.append(max(marks[-1] + 1, round(reached * tempo / 60 / BEATS_PER_BAR)))
    sections = tuple(
        Section(name, BEATS_PER_BAR * start, BEATS_PER_BAR * (end - start))
        for (name, _), start, end in zip(segments, marks, marks[1:], strict=False)
    )
    return sections, marks[-1] * BEATS_PER_BAR * 60 / playing


def continued_form(start: int, bars: int) -> tuple[Section, ...]:
    """The sections of a song that goes on from beat `start`: verse and chorus again, then an end."""
    names = {1: [("chorus", 1)], 2: [("chorus", 1), ("outro", 1)]}.get(bars) or [
        *_alternating(bars - 1),
        ("outro", 1),
    ]
    sections: list[Section] = []
    for name, length in names:
        sections.append(Section(name, start, length * BEATS_PER_BAR))
        start += length * BEATS_PER_BAR
    return tuple(sections)


def _bars_per_section(bars: int) -> list[tuple[str, int]]:
    match bars:
        case 1:
            return [("chorus", 1)]
        case 2:
            return [("verse", 1), ("chorus", 1)]
        case 3:
            return [("intro", 1), ("verse", 1), ("chorus", 1)]
        case 4:
            return [("intro", 1), ("verse", 1), ("chorus", 1), ("outro", 1)]
        case _:
            frame = 1 if bars < _BARS_OF_A_LONG_SONG else 2
            return [("intro", frame), *_alternating(bars - 2 * frame), ("outro", frame)]


def _alternating(bars: int) -> list[tuple[str, int]]:
    """Verse and chorus in turn, about four bars each; bars left over go to the later ones."""
    pairs = max(1, round(bars / 8))
    lengths = [
        bars // (2 * pairs) + (1 if index >= 2 * pairs - bars % (2 * pairs) else 0)
        for index in range(2 * pairs)
    ]
    return [(("verse", "chorus")[index % 2], length) for index, length in enumerate(lengths)]


def tune_range(plan: Plan) -> tuple[int, int]:
    """Lowest and highest pitch of the tune."""
    if plan.lead == "Vocals":
        return VOICES[plan.patches["Vocals"]]
    return {"Guitar": (59, 78), "Brass": (60, 78), "Strings": (60, 81)}.get(plan.lead, (64, 83))


def percussion_of(plan: Plan) -> Mapping[str, str]:
    """The hand percussion of the song."""
    return pick(plan.draw("percussion"), patterns.PERCUSSION)
