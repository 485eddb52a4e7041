"""What a description asks for: the words by which genres and moods are recognised."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sandbox.sound.genres import GENRES, listed
from sandbox.sound.seeds import pick, stream

MOODS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "slow": listed("slow slowly calm sleepy gentle soft quiet lullaby dreamy peaceful"),
        "fast": listed("fast quick upbeat energetic wild running hyper frantic uptempo"),
        "melancholic": listed(
            "sad minor melancholic melancholy dark lonely tragic gloomy rain rainy goodbye"
        ),
        "cheerful": listed("happy major cheerful sunny joyful bright joy fun sunshine playful"),
    }
)
"""The moods and the words that mean them."""

_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")


def tokens(text: str) -> tuple[str, ...]:
    """The words of a text as they are written, in order; hyphens and apostrophes belong to a word."""
    return tuple(_WORD.findall(text))


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in lower case."""
    return tokens(text.lower())


def genre_of(text: str) -> str:
    """The genre that most words of the text speak of; a text that speaks of none gets one by its seed."""
    words = words_of(text)
    # Its own name says it outright; the other words only hint.
    counts = {
        name: sum((word in genre.words) + 2 * (word == name) for word in words)
        for name, genre in GENRES.items()
    }
    best = max(counts.values())
    if best == 0:
        return pick(stream(text, "genre"), tuple(GENRES))
    return next(name for name, count in counts.items() if count == best)


def moods_of(text: str) -> tuple[str, ...]:
    """The moods that the text speaks of, in the order of `MOODS`."""
    words = set(words_of(text))
    return tuple(mood for mood, known in MOODS.items() if known & words)
