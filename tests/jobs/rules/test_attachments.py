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
    file_names,
    split_into_messages,
    split_into_zips,
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
    name = file_names([clip(title)])[0].replace(" ", "_")
    assert not re.sub(r"[^!-~]+", "", name).upper().startswith("SPOILER_")
    assert "poiler" in name or "POILER" in name


DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10))}


def clip(title: str, part: str = "", *, job_id: int = 1, position: int = 0) -> Clip:
    return Clip(job_id, position, "c", "song", title, part)


@pytest.mark.parametrize(
    ("title", "part", "name"),
    [
        ("Night Bus", "", "Night Bus #1"),
        ("Night Bus", "Drums", "Night Bus - Drums #1"),
        ("Night Bus", "take 2", "Night Bus - take 2 #1"),
        ("", "", "Untitled #1"),
        ("", "Drums", "Untitled - Drums #1"),
        ("  a   b\n\tc ", "", "a b c #1"),
        ('AC/DC: "live" <at> 5*5?', "", "AC DC live at 5 5 #1"),
        ("..\\..\\etc/passwd", "", "etc passwd #1"),
        ("...", "", "song #1"),
        (".hidden.", "", "hidden #1"),
        ("a.b.c", "", "a.b.c #1"),
        ("12:30 to Leeds", "", "12-30 to Leeds #1"),
        ("\u202egnp.exe", "", "gnp.exe #1"),  # would read backwards
        ("a\u200bb\x00c\ud800d", "", "a b c d #1"),
        ("\u00c4ther \u591c \U0001f68c", "", "\u00c4ther \u591c \U0001f68c #1"),
        ("con", "", "con #1"),
        ("aux.live", "", "_aux.live #1"),
        ("x" * 500, "y" * 500, "x" * 100 + " - " + "y" * 98 + " #1"),
        ("\u591c" * 100, "", "\u591c" * 33 + " #1"),
        ("x" * 98 + ". . .y", "", "x" * 98 + " #1"),
    ],
)  # fmt: skip
def test_names(title: str, part: str, name: str) -> None:
    assert file_names([clip(title, part)]) == {0: name}


@given(title=ODD_TEXT, part=ODD_TEXT)
def test_any_name_is_safe(title: str, part: str) -> None:
    name = file_names([clip(title, part)])[0]
    assert len(name.encode()) <= 240  # and a number and a suffix may still come to it
    assert not set(name) & set('\\/:*?"<>|')
    assert not [c for c in name if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    assert name[0] not in ". "
    assert "  " not in name
    assert name.partition(".")[0].rstrip().upper() not in DEVICES


@given(texts=st.lists(st.tuples(ODD_TEXT, ODD_TEXT, st.integers(1, 2)), max_size=30))
def test_no_two_files_have_one_name_even_once_discord_has_dropped_its_letters(
    texts: list[tuple[str, str, int]],
) -> None:
    jobs: dict[int, list[Clip]] = {1: [], 2: []}
    for title, part, job_id in texts:
        jobs[job_id].append(clip(title, part, job_id=job_id, position=len(jobs[job_id])))
    names = [name for results in jobs.values() for name in file_names(results).values()]
    stored = [re.sub(r"[^a-z0-9_.-]", "", name.replace(" ", "_").casefold()) for name in names]
    assert len(set(stored)) == len(texts)


def test_a_result_that_comes_later_takes_no_name_that_was_given() -> None:
    stems = [clip("Night Bus", "Vocals", position=position) for position in range(3)]
    given_before = [file_names([stems[2]])[2], file_names(stems[1:])[1]]
    assert file_names(stems)[0] not in given_before
    assert len({*given_before}) == 2


@given(POSITIONS, SIZES, st.integers(1024, 30 * MIB))
def test_every_result_is_in_one_zip_that_fits_or_linked(
    positions: list[int], sizes: dict[int, int], limit: int
) -> None:
    messages = split_into_zips(positions, sizes, limit=limit)
    told = [position for zipped, linked in messages for position in (*zipped, *linked)]
    assert sorted(told) == sorted(positions)
    assert all(sum(sizes[position] for position in zipped) < limit for zipped, _ in messages if zipped)
    zipped_in_order = [position for zipped, _ in messages for position in zipped]
    assert zipped_in_order == sorted(zipped_in_order)
    assert all(zipped for zipped, _ in messages[1:])
