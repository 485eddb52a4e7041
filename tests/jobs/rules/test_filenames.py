"""File names that every system takes and a person can sort."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.models import Clip
from jobs.rules.filenames import distinct, file_name

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)
ODD_TEXT = ANY_TEXT | st.sampled_from(
    ["", ".", "..", " ", "CON", "con", "nul.txt", "a/b", "..\\..\\x", "COM1", "lpt\u00b9", "~", "-rf", "%s"]
)
SUFFIXES = st.sampled_from([".mp3", ".wav", ".m4a", ".flac", ".ogg"])
DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10))}


def clip(title: str, part: str = "") -> Clip:
    return Clip(1, 0, "c", "song", title, part)


@pytest.mark.parametrize(
    ("title", "part", "name"),
    [
        ("Night Bus", "", "Night Bus.mp3"),
        ("Night Bus", "Drums", "Night Bus - Drums.mp3"),
        ("Night Bus", "take 2", "Night Bus - take 2.mp3"),
        ("", "", "song.mp3"),
        ("", "Drums", "song - Drums.mp3"),
        ("  a   b\n\tc ", "", "a b c.mp3"),
        ('AC/DC: "live" <at> 5*5?', "", "AC DC live at 5 5.mp3"),
        ("..\\..\\etc/passwd", "", "etc passwd.mp3"),
        ("...", "", "song.mp3"),
        (".hidden.", "", "hidden.mp3"),
        ("a.b.c", "", "a.b.c.mp3"),
        ("\u202egnp.exe", "", "gnp.exe.mp3"),  # would read backwards
        ("a\u200bb\x00c\ud800d", "", "a b c d.mp3"),
        ("\u00c4ther \u591c \U0001f68c", "", "\u00c4ther \u591c \U0001f68c.mp3"),
        ("con", "", "_con.mp3"),
        ("Con", "Vocals", "Con - Vocals.mp3"),
        ("aux.live", "", "_aux.live.mp3"),
        ("LPT\u00b2", "", "_LPT\u00b2.mp3"),
        ("Contour", "", "Contour.mp3"),
        ("x" * 500, "y" * 500, "x" * 100 + " - " + "y" * 100 + ".mp3"),
        ("\u591c" * 100, "", "\u591c" * 33 + ".mp3"),
        ("x" * 98 + ". . .y", "", "x" * 98 + ".mp3"),
    ],
)  # fmt: skip
def test_names(title: str, part: str, name: str) -> None:
    assert file_name(clip(title, part), ".mp3") == name


@given(title=ODD_TEXT, part=ODD_TEXT, suffix=SUFFIXES)
def test_any_name_is_safe(title: str, part: str, suffix: str) -> None:
    name = file_name(clip(title, part), suffix)
    assert name.endswith(suffix)
    assert len(name.encode()) <= 250  # and a number may still come to it
    assert not set(name) & set('\\/:*?"<>|')
    assert not [c for c in name if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    assert name[0] not in ". "
    assert name.removesuffix(suffix)
    assert "  " not in name
    assert name.partition(".")[0].rstrip().upper() not in DEVICES


@given(names=st.lists(st.tuples(ODD_TEXT, SUFFIXES), max_size=30))
def test_any_names_are_distinct_and_keep_their_suffix(names: list[tuple[str, str]]) -> None:
    given_names = [file_name(clip(title), suffix) for title, suffix in names]
    result = distinct(given_names)
    assert len({name.casefold() for name in result}) == len(names)
    for name, wanted, (_, suffix) in zip(result, given_names, names, strict=True):
        assert name.endswith(suffix)
        assert name.startswith(wanted.removesuffix(suffix))
        assert len(name.encode()) <= 255


@pytest.mark.parametrize(
    ("names", "result"),
    [
        ([], []),
        (["a.mp3", "b.mp3"], ["a.mp3", "b.mp3"]),
        (["a.mp3", "a.mp3", "a.mp3"], ["a.mp3", "a 2.mp3", "a 3.mp3"]),
        (["a.mp3", "a.wav"], ["a.mp3", "a.wav"]),
        (["a.mp3", "a.mp3", "a 2.mp3"], ["a.mp3", "a 2.mp3", "a 2 2.mp3"]),
        (["a 2.mp3", "a.mp3", "a.mp3"], ["a 2.mp3", "a.mp3", "a 3.mp3"]),
        (["Bass.mp3", "bass.mp3"], ["Bass.mp3", "bass 2.mp3"]),
        (["v1.5.mp3", "v1.5.mp3"], ["v1.5.mp3", "v1.5 2.mp3"]),
    ],
)
def test_a_name_that_comes_again_gets_a_number(names: list[str], result: list[str]) -> None:
    assert distinct(iter(names)) == result
