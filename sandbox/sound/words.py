"""A title, a lyric and a style for a description: plain templates that take up its own words."""

import itertools
import re
from collections.abc import Iterable
from typing import Final

from sandbox.sound import descriptions
from sandbox.sound.genres import GENRES, listed
from sandbox.sound.seeds import pick, stream

MOST_TITLE_CHARACTERS: Final = 80
"""The API refuses a longer title."""

_LONGEST_SUBJECT: Final = 7
"""A subject of more words than this makes a sentence, not a title."""

_LONGEST_NAME: Final = 4
"""A description of so few words is a title itself."""

_SINGABLE: Final = range(2, 25)
"""Characters of a word that a template takes in."""

_SMALL: Final = listed("a an and as at by for from in into of on or over the to under with")
_FILLERS: Final = _SMALL | listed(
    """
    about all also am are be because beat but can create do feel feeling feels generate get give
    going has have he her his how i i'm instrumental is it it's its just like lot make makes me
    music my no not one our out please she should so some something song songs sound sounds style
    than that their them then there these they thing this track tune up us very vocal vocals want
    was way we were what when where which while who will without would write you your verse chorus
    bridge intro outro
    """
)
_INSTRUMENTS: Final = (
    "piano", "guitar", "drums", "bass", "strings", "violin", "cello", "synth", "saxophone", "trumpet",
    "horns", "flute", "choir", "organ", "harp", "banjo", "ukulele", "accordion",
)  # fmt: skip
# Words that say how it sounds rather than what it is about, but for those that are worth singing of.
_MANNER: Final = frozenset((*GENRES, *_INSTRUMENTS)).union(
    *descriptions.MOODS.values(),
    *(genre.words for genre in GENRES.values()),
) - listed(
    """
    rain rainy goodbye lonely sunshine sunny wild joy summer love sea night neon space drive future robot
    party wedding campfire soul smoky radio
    """
)
_IMAGES: Final = (
    "lanterns", "harbours", "paper boats", "morning", "high tide", "open windows", "silver rain", "gardens",
    "old maps", "wild geese", "attics", "night trains", "warm stones", "rivers", "first snow", "lost coats",
)  # fmt: skip
_TITLES: Final = (
    "{a} and {b}",
    "{a} at Midnight",
    "Back to {a}",
    "Almost {a}",
    "Letters to {a}",
    "A Song for {a}",
)
# Pairs of lines that rhyme; the words of the description stand where no rhyme depends on them.
_VERSES: Final = (
    ("I saw {a} in the morning light", "and carried {b} right through the night"),
    ("There is {a} behind the door", "like {b} that I knew before"),
    ("We left {a} beside the road", "and took {b} as our only load"),
    ("Tell me of {a}, tell it slow", "there is {b} wherever we go"),
    ("Every street has {a} in its name", "and {b} will never look the same"),
    ("I counted {a} up to ten", "lost {b} and began again"),
    ("Somebody painted {a} on the wall", "now {b} is watching over us all"),
    ("The radio is playing {a} low", "and {b} has nowhere left to go"),
)
_CHORUSES: Final = (
    ("Oh, {a}, stay a little while", "you turn {b} into a smile"),
    ("Sing it for {a}, sing it loud", "{b} is dancing with the crowd"),
    ("Hold on to {a}, never let it fall", "{b} is waiting after all"),
    ("We are {a}, we are the sound", "{b} is turning us around"),
    ("Give me {a}, give me a sign", "{b} is yours and {a} is mine"),
)


def title(prompt: str, *, version: int = 0) -> str:
    """A title for a description or a lyric: never empty, one line, at most 80 characters.

    The first version takes the subject where there is one; the later ones are drawn.
    """
    subject = _subject(prompt)
    if 1 < len(subject) <= _LONGEST_SUBJECT and not version:
        return _titled(subject)
    rng = stream(prompt, "title", *_numbered(version))
    own = _own_words(prompt)
    images = [_IMAGES[index] for index in rng.permutation(len(_IMAGES))]
    first, second = [*own[:2], *images][:2]
    return _titled(pick(rng, _TITLES).format(a=first, b=second).split())


def lyrics(prompt: str, *, version: int = 0) -> str:
    """Two verses and a chorus around the words of the description, marked `[Verse]` and `[Chorus]`."""
    rng = stream(prompt, "lyrics", *_numbered(version))
    own = (f"the {word}" for word in _own_words(prompt))
    words = [*own, *(_IMAGES[index] for index in rng.permutation(len(_IMAGES)))]
    verses = [_VERSES[index] for index in rng.permutation(len(_VERSES))]
    chorus = pick(rng, _CHORUSES)
    return "\n\n".join(
        (
            _block("[Verse]", (*verses[0], *verses[1]), words[:2]),
            _block("[Chorus]", chorus, words[:2]),
            _block("[Verse]", (*verses[2], *verses[3]), words[2:4]),
            _block("[Chorus]", chorus, words[:2]),
        )
    )


def style(prompt: str) -> str:
    """Tags for a description, as in "lofi, slow, piano": genre, moods, the instruments that it names."""
    words = descriptions.words_of(prompt)
    named = (word for word in _INSTRUMENTS if word in words)
    return ", ".join((descriptions.genre_of(prompt), *descriptions.moods_of(prompt), *named))


def _numbered(version: int) -> tuple[int, ...]:
    return (version,) if version else ()


def _subject(prompt: str) -> tuple[str, ...]:
    """What it is about: the words after "about", the first line of a lyric, or all of a short prompt."""
    lines = [line for line in prompt.splitlines() if line.strip() and not line.lstrip().startswith("[")]
    if not lines:
        return ()
    if about := re.search(r"\babout\b([^.,;:!?]*)", lines[0], re.IGNORECASE):
        words = descriptions.tokens(about[1])
    else:
        words = descriptions.tokens(re.split(r"[.,;:!?]", lines[0])[0])
        if len(lines) == 1 and (len(words) > _LONGEST_NAME or not _own_words(prompt)):
            return ()
    return tuple(itertools.dropwhile(lambda word: word.lower() in _SMALL, words))


def _own_words(prompt: str) -> tuple[str, ...]:
    """What the prompt speaks of: its words without fillers and without those that say how it sounds."""
    ignored = _FILLERS | _MANNER
    words = dict.fromkeys(word for word in descriptions.words_of(prompt) if word not in ignored)
    return tuple(word for word in words if len(word) in _SINGABLE and not word.isdecimal())


def _titled(words: Iterable[str]) -> str:
    """The words as a title, cut between words where it would be too long."""
    result = ""
    for word in words:
        small = result and word.lower() in _SMALL
        capital = word.lower() if small else word[:1].upper() + word[1:]
        longer = f"{result} {capital}".strip()
        if len(longer) > MOST_TITLE_CHARACTERS:
            return result or longer[:MOST_TITLE_CHARACTERS]
        result = longer
    return result


def _block(marker: str, lines: Iterable[str], words: list[str]) -> str:
    filled = (line.format(a=words[0], b=words[1]) for line in lines)
    return "\n".join((marker, *(line[:1].upper() + line[1:] for line in filled)))
