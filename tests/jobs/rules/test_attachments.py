"""How results become attachments: names that every system takes, and messages that Discord takes."""

import math
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.models import Clip
from jobs.rules.attachments import (
    MAX_FILES,
    MAX_REQUEST_BYTES,
    distinct,
    file_name,
    split_into_messages,
)

MIB = 1024 * 1024
POSITIONS = st.lists(st.integers(0, 200), unique=True, max_size=60).map(sorted)
SIZES = st.dictionaries(
    st.integers(0, 200), st.one_of(st.integers(0, 9 * MIB), st.integers(0, 60 * MIB)), max_size=60
)


@pytest.mark.parametrize(
    ("count", "max_files", "messages"),
    [
        (0, 10, []),
        (1, 10, [1]),
        (2, 9, [2]),
        (10, 10, [10]),
        (11, 10, [6, 5]),
        (12, 10, [6, 6]),
        (20, 10, [10, 10]),
        (21, 10, [7, 7, 7]),
        (12, 9, [6, 6]),
        (24, 10, [8, 8, 8]),
        (3, 1, [1, 1, 1]),
    ],
)
def test_messages_are_evenly_filled(count: int, max_files: int, messages: list[int]) -> None:
    sizes = dict.fromkeys(range(count), 1000)
    assert [
        len(attached) for attached, _ in split_into_messages(range(count), sizes, max_files=max_files)
    ] == messages


def test_a_request_does_not_grow_too_large() -> None:
    sizes = {0: 10 * MIB, 1: 10 * MIB, 2: 10 * MIB, 3: MAX_REQUEST_BYTES, 4: 1}
    assert [attached for attached, _ in split_into_messages(range(5), sizes)] == [(0, 1), (2,), (3,), (4,)]
    sizes = {0: 20 * MIB, 1: 20 * MIB, 2: MIB, 3: MIB}
    assert [attached for attached, _ in split_into_messages(range(4), sizes)] == [(0,), (1, 2, 3)]


def test_what_has_no_file_goes_as_a_link_instead() -> None:
    assert split_into_messages([0, 1, 2], {0: 5, 2: 5}) == [((0, 2), (1,))]
    assert split_into_messages([4, 7], {}) == [((), (4, 7))]


@given(positions=POSITIONS, sizes=SIZES, max_files=st.integers(1, MAX_FILES))
def test_every_result_goes_once_and_in_order(
    positions: list[int], sizes: dict[int, int], max_files: int
) -> None:
    messages = split_into_messages(positions, sizes, max_files=max_files)
    assert [position for message in messages for position in sorted(message[0] + message[1])] == positions
    for attached, linked in messages:
        assert list(attached) == sorted(attached)
        assert list(linked) == sorted(linked)
        assert all(position in sizes for position in attached)
        assert not any(position in sizes for position in linked)


@given(positions=POSITIONS, sizes=SIZES, max_files=st.integers(1, MAX_FILES))
def test_no_message_holds_too_much(positions: list[int], sizes: dict[int, int], max_files: int) -> None:
    for attached, linked in split_into_messages(positions, sizes, max_files=max_files):
        assert 1 <= len(attached) + len(linked) <= max_files
        # One file alone may be heavier: where Discord does not take it, it becomes a link.
        assert len(attached) == 1 or sum(sizes[position] for position in attached) <= MAX_REQUEST_BYTES


@given(count=st.integers(0, 100), max_files=st.integers(1, MAX_FILES))
def test_light_files_take_no_more_messages_than_they_must(count: int, max_files: int) -> None:
    messages = split_into_messages(range(count), dict.fromkeys(range(count), 1), max_files=max_files)
    assert len(messages) == math.ceil(count / max_files) or len(messages) < math.ceil(count / max_files)


ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)
ODD_TEXT = ANY_TEXT | st.sampled_from(
    ["", ".", "..", " ", "CON", "con", "nul.txt", "a/b", "..\\..\\x", "COM1", "lpt\u00b9", "~", "-rf", "%s"]
)
SUFFIXES = st.sampled_from([".mp3", ".wav", ".m4a", ".flac", ".ogg"])


@pytest.mark.parametrize(
    "title",
    [
        "SPOILER_ending",
        "SPOILER ending",
        "spoiler: x",
        "*SPOILER_x",
        "Spoiler-x",
        "夜SPOILER_x",
        "ÉSPOILER x",
    ],
)
def test_no_title_blurs_its_song(title: str) -> None:
    """Discord blurs by how the name begins; it keeps plain letters only, and makes blanks underscores."""
    name = file_name(clip(title), ".mp3").replace(" ", "_")
    assert not re.sub(r"[^!-~]+", "", name).upper().startswith("SPOILER_")
    assert "poiler" in name or "POILER" in name


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
