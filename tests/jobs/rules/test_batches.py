"""How results are split into messages."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.rules.batches import MAX_FILES, MAX_REQUEST_BYTES, split_into_messages

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
