"""What a text asks for, and titles and lyrics that take up its words."""

import random
import re
from collections.abc import Mapping, Sequence
from typing import Final


def _listed(**lists: str) -> Mapping[str, frozenset[str]]:
    return {name: frozenset(words.split()) for name, words in lists.items()}


_STYLES: Final = _listed(
    lofi="lofi lo-fi chill chillhop study relax hiphop hip-hop rap jazz swing blues soul bossa slow",
    folk="folk acoustic country campfire celtic waltz ballad piano orchestral strings love gentle",
    dance="dance edm house techno disco club party trance electronic funk synthwave retro neon pop",
    rock="rock punk metal grunge indie guitar garage loud angry epic ska brass fast",
)
_VOICES: Final = _listed(f="female woman girl soprano alto", m="male man boy tenor baritone deep")
_SOUNDING: Final = frozenset[str]().union(*_STYLES.values(), *_VOICES.values())
_FILLERS, _SMALL = _listed(
    fillers="""a about all an and are at be but by can for from give has have i in into is it its like make me
    music my no not of on or our over please she so some something song songs sound style that the their them
    then there they this to tune up us verse very vocals voice was we were what when where while who will with
    would write you your chorus bridge intro outro drums soft""",
    small="a an and at by for from in of on or the to with",
).values()
_IMAGES: Final = (
    "lanterns", "harbours", "paper boats", "high tide", "silver rain", "old maps", "night trains",
)  # fmt: skip
_TITLES: Final = ("{a} and {b}", "{a} at Midnight", "Back to {a}", "Letters to {a}", "A Song for {a}")
_LINES: Final = (
    "I saw {a} in the morning light,\nand carried {b} right through the night.",
    "There is {a} behind the door,\nlike {b} that I knew before.",
    "We left {a} beside the road,\nand took {b} as our only load.",
    "Hold on to {a}, never let it fall,\n{b} is waiting after all.",
    "We are {a}, we are the sound,\n{b} is turning us around.",
)
_LONGEST_TITLE: Final = 80  # the API's own limit


def chance(*names: object) -> random.Random:
    """The stream of chance for some names: the same for equal ones, in every process."""
    return random.Random("\n".join(map(str, names)).encode("utf-8", "surrogatepass"))


def style_of(text: str) -> str:
    """The band that most words of the text ask for; where none does, one by the text's own seed."""
    words = _words(text)
    counts = {name: sum(word in known for word in words) for name, known in _STYLES.items()}
    best = max(counts.values())
    return chance(text, "style").choice([name for name, count in counts.items() if count == best])


def voice_of(text: str) -> str:
    """Whether a woman (`f`) or a man (`m`) is asked for, else empty."""
    return next((voice for voice, known in _VOICES.items() if known & set(_words(text))), "")


def tags(text: str) -> str:
    """A style in words for a description, as in "lofi, slow, piano"."""
    return ", ".join(dict.fromkeys((style_of(text), *(word for word in _words(text) if word in _SOUNDING))))


def title(text: str, *, version: int = 0) -> str:
    """A title for a description or a lyric: one line, at most 80 characters."""
    draw = chance(text, "title", version)
    about = re.search(r"\babout (?:an? |the )?([^.,;:!?\n]{3,60})", text)
    a, b = _subjects(text, draw)[:2]
    words = (about[1] if about and not version else draw.choice(_TITLES).format(a=a, b=b)).split()
    capital = [word if word in _SMALL else word[:1].upper() + word[1:] for word in words]
    return " ".join(capital)[:_LONGEST_TITLE]


def lyrics(text: str, *, version: int = 0) -> str:
    """A verse, a chorus and another verse around the words of a description."""
    draw = chance(text, "lyrics", version)
    a, b, c, d, *_ = _subjects(text, draw)
    one, two, three = draw.sample(_LINES, 3)
    chorus = f"[Chorus]\n{two.format(a=b, b=c)}"
    return f"[Verse]\n{one.format(a=a, b=b)}\n\n{chorus}\n\n[Verse]\n{three.format(a=c, b=d)}"


def _subjects(text: str, draw: random.Random) -> Sequence[str]:
    """What the text speaks of, and some images besides."""
    own = dict.fromkeys(word for word in _words(text) if word not in _FILLERS | _SOUNDING and word.isalpha())
    return [*(word for word in own if 2 < len(word) < 25), *draw.sample(_IMAGES, 4)]  # noqa: PLR2004 - a word


def _words(text: str) -> list[str]:
    lines = (line for line in text.splitlines() if not line.startswith("["))
    return re.findall(r"[^\W_]+(?:['\u2019-][^\W_]+)*", "\n".join(lines).lower())
