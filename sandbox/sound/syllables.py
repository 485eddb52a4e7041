"""From written words to what a mouth can sing: syllables of one consonant and one or two vowels."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sandbox.sound.descriptions import words_of
from sandbox.sound.words import lyrics

_SPELLED: Final[tuple[tuple[str, str], ...]] = (
    ("igh", "ai"),
    ("ough", "o"),
    ("eigh", "ei"),
    ("ou", "au"),
    ("ow", "ou"),
    ("oo", "u"),
    ("ee", "i"),
    ("ea", "i"),
    ("ai", "ei"),
    ("ay", "ei"),
    ("oi", "oi"),
    ("oy", "oi"),
    ("au", "o"),
    ("aw", "o"),
    ("ie", "i"),
    ("y", "i"),
)
_ONSETS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "c": "k",
        "q": "k",
        "x": "s",
        "ch": "t",
        "sh": "s",
        "th": "l",
        "wh": "w",
        "ph": "f",
        "kn": "n",
        "wr": "r",
    }
)
_SYLLABLE: Final = re.compile(r"([^aeiouy]*)((?:igh|[aeiouy])+)")
_HUMMED: Final = ("la", "na", "du", "lei", "mo", "ra", "ni", "wa")


@dataclass(frozen=True, slots=True)
class Sung:
    """What is sung, verse and chorus, each in the order of the syllables."""

    verse: tuple[str, ...]
    chorus: tuple[str, ...]


def sung_lines(text: str) -> Sung:
    """The syllables of a lyric; a text without a `[Verse]` marker is none, so one is written for it."""
    parts: dict[str, list[str]] = {"verse": [], "chorus": []}
    kind = "verse"
    lyric = text if re.search(r"\[\s*(verse|chorus)", text, re.IGNORECASE) else lyrics(text)
    for line in lyric.splitlines():
        if marker := re.match(r"\s*\[\s*(\w+)", line):
            kind = "chorus" if marker[1].lower() in ("chorus", "hook") else "verse"
            continue
        parts[kind] += [syllable for word in words_of(line) for syllable in syllables(word)]
    verse = tuple(parts["verse"] or parts["chorus"] or _HUMMED)
    return Sung(verse, tuple(parts["chorus"]) or verse)


def syllables(word: str) -> tuple[str, ...]:
    """The syllables of one word, about as English says it; what has no vowel of ours is hummed."""
    if not re.search("[aeiouy]", word):
        return tuple(_HUMMED[ord(character) % len(_HUMMED)] for character in word[:4])
    found = _SYLLABLE.findall(word)
    if len(found) > 1 and found[-1][1] == "e" and word.endswith("e") and not word.endswith("le"):
        found = found[:-1]  # the silent e
    return tuple(_onset(consonants) + _vowels(vowels) for consonants, vowels in found)


def _onset(consonants: str) -> str:
    """The consonant that begins the syllable; where several stand together, the one the mouth starts with."""
    known = _ONSETS.get(consonants[-2:]) or _ONSETS.get(consonants[-1:]) or consonants[-1:]
    return known if known in tuple("bdfghjklmnprstvwz") else ""


def _vowels(spelled: str) -> str:
    for letters, said in _SPELLED:
        if letters in spelled:
            return said
    return spelled[:1]
