"""Forbidden words: what looks alike is alike, whole words alone, and every field that is written."""

import pytest

from jobs.models import Order
from jobs.rules.words import found_in


def order(text: str) -> Order:
    return Order("suno.create", {"description": text}, "")


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("duck", "A DUCK!"),
        ("Duck", "duck"),
        ("duck", "the (duck)"),
        ("duck", "duck_pond"),
        ("duck", "\uff44\uff55\uff43\uff4b"),  # full width
        ("duck", "\U0001d41d\U0001d42e\U0001d41c\U0001d424"),  # mathematical bold
        ("duck", "du\u200bck, du\u00adck"),  # nothing that can be seen
        ("duck", "d\ufe0fuck"),
        ("stra\u00dfe", "STRASSE"),
        ("caf\u00e9", "CAFE\u0301"),
        ("istanbul", "\u0130STANBUL"),
        ("rubber duck", "a rubber\n  DUCK"),
        ("c++", "written in C++."),
        ("\u732b", "\u9ed2\u732b\u306e\u6b4c"),  # no spaces between words
        ("\u0e41\u0e21\u0e27", "\u0e23\u0e31\u0e01\u0e41\u0e21\u0e27\u0e21\u0e32\u0e01"),
        ("duck", "duck\u732b"),
    ],
)
def test_a_word_is_found_however_it_is_written(word: str, text: str) -> None:
    assert found_in(order(text), [word]) == ("description", word)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("ass", "a class of glass, assets"),
        ("duck", "ducks, geoduck, duck2"),
        ("caf\u00e9", "cafe"),
        ("c", "cc, c2"),
        ("\u0915\u0932", "\u0915\u0932\u093e"),  # a sign of a vowel belongs to the word
        ("rubber duck", "rubber ducks"),
        ("", "anything"),
    ],
)
def test_a_word_in_another_is_none(word: str, text: str) -> None:
    assert found_in(order(text), [word]) is None


@pytest.mark.parametrize(
    "field",
    ["description", "title", "style", "lyrics", "sound", "negative_tags", "name", "theme", "genre", "x"],
)
def test_every_text_is_read(field: str) -> None:
    for value in ("a duck", ["a goose", "a duck"]):
        assert found_in(Order("nuro.song", {"n": 1, field: value}, ""), ["goat", "duck"]) == (field, "duck")


def test_what_is_no_text_is_not_read() -> None:
    params = {"model": "v5", "clip_id": "v5", "instrumental": True, "continue_at": "v5"}
    assert found_in(Order("suno.extend", params, "v5", "clip"), ["v5"]) is None


def test_the_name_of_an_upload_is_read_and_that_of_a_song_before_is_not() -> None:
    assert found_in(Order("suno.upload", {"url": "x"}, "a duck"), ["duck"]) == ("file", "duck")
    assert found_in(Order("suno.stems_full", {"clip_id": "c"}, "a duck", "c"), ["duck"]) is None
