"""Songs: which band plays which bars. To change a song is to change these lists; `render` makes the sound.

A song is a row of stretches, each with a plan of its own but on one clock, so that the beat runs through all
of them. Equal songs sound equal.
"""

import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np

from sandbox.sound.bank import BARS, PARTS, RATE, STYLES, Samples, loop
from sandbox.sound.words import chance, style_of, voice_of

SUNG: Final = ("Vocals", "Backing Vocals")
VOICES: Final[Mapping[str, tuple[str, ...]]] = {"f": ("lofi", "folk"), "m": ("dance", "rock")}
"""The bands whose singer is a woman, a man."""

_BAR_FRAMES: Final = 4 * 60 / 84 * RATE  # of the slowest band
_PHRASE: Final = 2  # bars that stay together
_BRIDGE: Final = RATE // 100  # frames in which one stretch gives way to the next
_FADE: Final = RATE // 250  # frames at a bar line over which the loop jumps
_END: Final = RATE // 2  # frames in which a song ends
_GAIN: Final = np.float32(1.25)
_SOMETIMES: Final = 0.2  # how likely a part rests for a phrase, or has another band's player
_NEVER_REST: Final = (*SUNG, "Drums", "Bass", "FX")
_SIDES: Final[Mapping[str, float]] = {
    "Guitar": -0.5, "Keyboard": 0.3, "Percussion": 0.6, "Strings": -0.3, "Synth": 0.5, "Brass": -0.4,
    "Woodwinds": 0.4,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """How a stretch is played."""

    seed: str  # draws the order of the bars
    shift: int  # semitones above the slowest band, which also says the tempo
    band: tuple[str, ...]  # whose player has each part, in the order of `PARTS`; empty for nobody
    turn: int = 0  # each turn plays other bars than the turn before, at every moment

    @property
    def bar_frames(self) -> float:
        return float(_BAR_FRAMES / 2 ** (self.shift / 12))

    def bars(self, part: str, count: int) -> list[int]:
        """Which bar of the loop is played in each bar of the song; below 0 for a rest."""
        tune, rests = chance(self.seed), chance(self.seed, part)
        first = tune.randrange(2) + self.turn
        played: list[int] = []
        while len(played) < count:
            section = 4 * ((first + len(played) // _PHRASE) % 2)
            start = section + (tune.choice((0, 2)) + self.turn // 2 * _PHRASE) % 4
            may_rest = part not in _NEVER_REST and len(played) % (2 * _PHRASE) == 0
            resting = may_rest and rests.random() < _SOMETIMES
            played += [-BARS if resting else start + bar for bar in range(_PHRASE)]
        return played

    def other(self, words: str, take: int) -> "Plan":
        """The same band with other bars; which of those that are left, the words say."""
        return replace(self, turn=self.turn + 1 + 2 * ((chance(words).randrange(2) + take) % 2))

    def sung_by(self, voice: str, choir: str = "") -> "Plan":
        """The same with another band's singer, and with a third one's choir if asked."""
        return replace(self, band=(voice, choir or voice, *self.band[len(SUNG) :]))

    def played_by(self, band: Collection[str]) -> "Plan":
        return replace(self, band=(*self.band[: len(SUNG)], *band))


@dataclass(frozen=True, slots=True)
class Song:
    """What is played, and from which frame on it is heard: above 0 for the continuation of something."""

    stretches: tuple[tuple[int, Plan], ...]  # each with the frame at which it ends
    begins: int = 0

    @property
    def end(self) -> int:
        return self.stretches[-1][0]

    @property
    def seconds(self) -> float:
        return (self.end - self.begins) / RATE

    @property
    def voice(self) -> str:
        return self.stretches[0][1].band[0]

    def changed(self, change: Callable[[Plan], Plan]) -> "Song":
        return replace(self, stretches=tuple((end, change(plan)) for end, plan in self.stretches))

    def before(self, frame: int) -> tuple[tuple[int, Plan], ...]:
        starts = [0, *(end for end, _ in self.stretches[:-1])]
        kept = [each for start, each in zip(starts, self.stretches, strict=True) if start < frame]
        return tuple((min(end, frame), plan) for end, plan in kept)


def begin(
    seed: str, *, take: int = 0, seconds: float = 12.0, instrumental: bool = False, voice: str = ""
) -> Song:
    """A new song. `voice` is a band whose singer is wanted, or `f` or `m`."""
    style = style_of(seed)
    draw = chance(seed, take)
    shift = STYLES[style] + (chance(seed).randrange(5) + 2 * take) % 5 - 2
    band = tuple(_player(draw, part, style) for part in PARTS)
    plan = Plan(f"{seed}\n{take}", shift, band)
    singer = VOICES[voice][take % 2] if voice in VOICES else voice or band[0]
    return Song(((round(seconds * RATE), plan.sung_by("" if instrumental else singer)),))


def extend(song: Song, at: float, words: str, *, take: int, seconds: float) -> Song:
    """From second `at` on something new by the same band; only that is heard."""
    cut = song.begins + round(at * RATE)
    old = song.before(cut)
    return Song((*old, (cut + round(seconds * RATE), old[-1][1].other(words, take))), cut)


def whole(song: Song) -> Song:
    """An extension with all that comes before it."""
    return replace(song, begins=0)


def cover(song: Song, style: str, *, take: int, voice: str = "") -> Song:
    """The same tune by another band in its own tempo, as long as before."""
    chosen = style_of(style)

    def change(plan: Plan) -> Plan:
        draw = chance(style, take, plan.seed)
        shift = STYLES[chosen] + (0, 1, -1)[take % 3]
        other = plan.played_by([_player(draw, part, chosen) for part in PARTS[len(SUNG) :]])
        other = replace(other, shift=shift if shift != plan.shift else shift - 2)
        return other.sung_by(VOICES[voice][take % 2]) if voice and plan.band[0] else other

    return song.changed(change)


def replace_section(song: Song, starts: float, ends: float, words: str, *, take: int) -> Song:
    """Other bars between two seconds, by the same band."""
    low, high = (song.begins + round(second * RATE) for second in (starts, ends))
    high = max(low + 1, high - _BRIDGE)  # what comes after it has its own sound from the very second
    plan = song.before(low + 1)[-1][1]
    after = tuple((end, old) for end, old in song.stretches if end > high)
    return replace(song, stretches=(*song.before(low), (high, plan.other(words, take)), *after))


def swap_sound(song: Song, style: str, *, take: int) -> Song:
    """The same bars on other instruments; the voice stays."""
    wanted, first = style_of(style), len(SUNG)
    return song.changed(
        lambda plan: plan.played_by([_others(player, wanted)[take % 3] for player in plan.band[first:]])
    )


def swap_vocals(song: Song, style: str, *, take: int) -> Song:
    """The same band with another singer; a song without one gets one."""
    others = [voice for voice in VOICES.get(voice_of(style), tuple(STYLES)) if voice != song.voice]
    voice = others[take % len(others)]
    return song.changed(lambda plan: plan.sung_by(voice, _others(song.voice, voice)[take % 3]))


def render(song: Song, parts: Collection[str] = PARTS) -> Samples:
    """The sound of some parts, of shape (frames, 2). Those of all parts add up to the sound of the whole."""
    sound = np.zeros((song.end - song.begins, 2), dtype=np.float32)
    for part in parts:
        angle = (_SIDES.get(part, 0.0) + 1) * np.pi / 4
        sides = _GAIN * np.array([np.cos(angle), np.sin(angle)], dtype=np.float32)
        sound += _part(song, part)[:, np.newaxis] * sides
    return sound


def _part(song: Song, part: str) -> Samples:
    heard = np.zeros(song.end, dtype=np.float32)
    start, before = 0, None
    for end, plan in song.stretches:
        if end > song.begins:
            heard[start:end] = _played(plan, part, start, end)
        if before and end > song.begins:
            length = min(_BRIDGE, end - start)
            share = np.linspace(0, 1, length, dtype=np.float32)
            old = _played(before, part, start, start + length)
            heard[start : start + length] = old + share * (heard[start : start + length] - old)
        start, before = end, plan
    fade = min(_END, len(heard) // 4)
    heard[len(heard) - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)
    return heard[song.begins :]


def _played(plan: Plan, part: str, start: int, end: int) -> Samples:
    player = plan.band[PARTS.index(part)]
    if not player:
        return np.zeros(end - start, dtype=np.float32)
    samples = loop(player, part)
    bar = np.arange(start, end) / plan.bar_frames
    number = bar.astype(np.int64)
    order = plan.bars(part, int(number[-1]) + 2)
    chosen = np.array(order)[number]
    at = np.maximum(0, chosen + bar - number) * ((len(samples) - 1) / BARS)
    left = at.astype(np.int64)
    sound = samples[left] + (at - left) * (samples[left + 1] - samples[left])
    # A jump from one bar to another that does not follow it must not click.
    jumps = np.array([True, *(other != bar + 1 for bar, other in pairwise(order))])
    since = np.where(jumps[number], (bar - number) * plan.bar_frames, _FADE)
    until = np.where(jumps[number + 1], (number + 1 - bar) * plan.bar_frames, _FADE)
    level = np.minimum(1, np.minimum(since, until) / _FADE) * (chosen >= 0)
    heard: Samples = (sound * level).astype(np.float32)
    return heard


def _player(draw: random.Random, part: str, style: str) -> str:
    guest = draw.random() < _SOMETIMES and part != "Drums"
    return draw.choice(_others(style, style)) if guest else style


def _others(player: str, wanted: str) -> list[str]:
    return sorted((style for style in STYLES if style != player), key=lambda style: style != wanted)
