"""Words that a server forbids, and where an order holds one. Pure.

What looks alike is alike: letters are folded, full-width and styled ones made plain, invisible ones dropped.
A word stands for itself alone: "ass" is not in "class". It is a list against carelessness; who wants to get
around it spells another way.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache

from jobs.models import UNASKED, Order

# Parameters that hold no words: ids, links, times, and choices from the API's own lists.
_NO_WORDS = frozenset(
    {
        *("clip_id", "persona_id", "url", "file_url", "model", "version", "gender", "vocal_gender"),
        *("continue_at", "starts", "ends", "duration"),
    }
)
# What is drawn as nothing, beside the characters of the category Cf.
_INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f]")
# Scripts that put no space between words.
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")


def found_in(order: Order, words: Collection[str]) -> tuple[str, str] | None:
    """Return the first field of an order that holds a forbidden word, and that word."""
    if not words:
        return None
    wanted = [(word, _folded_word(word)) for word in words]
    for field, text in _texts(order):
        plain = folded(text)
        for word, needle in wanted:
            if needle and _holds(plain, needle):
                return field, word
    return None


def folded(text: str) -> str:
    """Fold a text to what is compared."""
    shown = "".join(one for one in unicodedata.normalize("NFKC", text) if unicodedata.category(one) != "Cf")
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", shown).casefold())
    # The Turkish capital I with a dot becomes two characters, of which no other i has the second.
    return " ".join(plain.replace("i\u0307", "i").split())


# Lists hardly change; what members write is not kept.
_folded_word = lru_cache(maxsize=4096)(folded)


def _texts(order: Order) -> Iterator[tuple[str, str]]:
    for name, value in order.params.items():
        if name not in _NO_WORDS:
            for text in value if isinstance(value, list | tuple) else [value]:
                if isinstance(text, str) and text != UNASKED:
                    yield name, text
    if {"url", "file_url"} & order.params.keys():  # an upload goes by the name of its file
        yield "file", order.summary


def _holds(text: str, word: str) -> bool:
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not (_joined(text[:at][-1:], word[0]) or _joined(word[-1], text[end : end + 1])):
            return True
        at = text.find(word, at + 1)
    return False


def _joined(left: str, right: str) -> bool:
    """Whether two neighbours belong to one word; an empty one is the end of the text."""
    return _in_word(left) and _in_word(right)


def _in_word(letter: str) -> bool:
    """Whether it is a letter, digit or mark of a script that puts spaces between words."""
    if not letter or unicodedata.category(letter)[0] not in "LNM":
        return False
    return not unicodedata.name(letter, "").startswith(_UNSPACED)
