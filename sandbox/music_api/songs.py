"""What songs are made from: a text, or another song and what is done to it. Equal songs sound equal."""

from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Extension:
    """The song goes on from second `at` with these words; `alone` is the new part by itself."""

    at: float
    words: str
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Cover:
    """The same melody in another style."""

    words: str
    style: str


@dataclass(frozen=True, slots=True)
class Replacement:
    """Something else between two seconds."""

    starts: float
    ends: float
    words: str


@dataclass(frozen=True, slots=True)
class SoundSwap:
    """The same notes on other instruments."""

    style: str


@dataclass(frozen=True, slots=True)
class VocalSwap:
    """The same song with another singer."""

    words: str
    style: str


Change: TypeAlias = Extension | Cover | Replacement | SoundSwap | VocalSwap


@dataclass(frozen=True, slots=True)
class Song:
    """What one song is made from.

    Attributes:
        seed: Its text.
        take: Which of the variations on one request.
        instrumental: Whether nobody sings.
        seconds: How long it was asked to be; None leaves that to the source of the sound.
        voice: Which voice was asked for, a key of `sandbox.sound.plan.VOICES`; empty for any.
        singer: The song whose voice is to sing this one.
        segments: Its form as pairs of a section's name and its seconds; empty for any.
        base: The song that it changes.
        change: What it does to that.
    """

    seed: str
    take: int
    instrumental: bool
    seconds: float | None = None
    voice: str = ""
    singer: "Song | None" = None
    segments: tuple[tuple[str, float], ...] = ()
    base: "Song | None" = None
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Recipe:
    """The sound of one clip: a song as a whole, or one part of it.

    Attributes:
        song: The song.
        split: `mix` for the whole, else the kind of separation that the part belongs to. A part's name alone
            does not say: the basic "Vocals" hold the backing vocals as well.
        part: The part's name, empty for the mix.
    """

    song: Song
    split: Literal["mix", "basic", "full"] = "mix"
    part: str = ""
