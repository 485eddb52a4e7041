"""Lots, letters, points and places."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from jobs.rules.jams.tally import drawn, letters, places, points

MEMBERS = range(1, 9)


def test_lots_say_nothing_of_who_was_first_and_stay_as_they_are() -> None:
    orders = [drawn(seed, range(20)) for seed in ("a", "b", "a")]
    assert orders[0] == orders[2] != orders[1]
    assert sorted(orders[0]) == list(range(20)) != orders[0]


def test_letters_go_on_after_z() -> None:
    assert letters(3) == ["A", "B", "C"]
    assert letters(28)[25:] == ["Z", "AA", "AB"]
    assert letters(703)[701:] == ["ZZ", "AAA"]
    assert len(set(letters(1000))) == 1000


def test_equal_votes_share_a_place() -> None:
    assert places({1: 3, 2: 5, 3: 3, 4: 0}) == {2: 1, 1: 2, 3: 2, 4: 4}
    assert places({}) == {}


@given(
    st.dictionaries(
        st.sampled_from(MEMBERS), st.lists(st.integers(min_value=1, max_value=12), max_size=5), max_size=8
    ),
    st.dictionaries(st.integers(min_value=1, max_value=10), st.sampled_from(MEMBERS), max_size=10),
)
def test_points_are_what_a_naive_count_gives(ballots: dict[int, list[int]], entries: dict[int, int]) -> None:
    naive: Counter[int] = Counter()
    for entry, author in entries.items():
        naive[entry] = sum(1 for voter, picks in ballots.items() if entry in picks and voter != author)
    assert dict(points(ballots, entries)) == dict(naive)
