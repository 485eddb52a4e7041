"""What a jam is worth in its season, and how members stand."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.models.jam import Entry, EntryState
from jobs.rules.jams.season import PLACES, TAKING_PART, Stand, standings, worth
from jobs.rules.jams.tally import places


def result(votes: dict[int, int], *, voted: bool = True) -> list[Entry]:
    """The entries of a jam, by member, as its result leaves them."""
    placed = places(votes) if voted else {}
    return [
        Entry(user, 1, user, user, EntryState.ENTERED, 0.0, points=got, place=placed.get(user))
        for user, got in votes.items()
    ]


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        ({1: 4, 2: 3, 3: 2, 4: 1}, {1: 5, 2: 3, 3: 2, 4: 1}),
        ({1: 4, 2: 4, 3: 1}, {1: 4, 2: 4, 3: 2}),
        ({1: 4, 2: 1, 3: 1, 4: 1}, {1: 5, 2: 2, 3: 2, 4: 2}),
        ({1: 2, 2: 2, 3: 2, 4: 2}, dict.fromkeys(range(1, 5), Fraction(11, 4))),
        ({1: 1, 2: 0}, {1: 5, 2: 1}),
    ],
    ids=["places", "two first", "three second", "all the same", "no vote"],
)
def test_who_share_a_place_share_its_points(votes: dict[int, int], expected: dict[int, Fraction]) -> None:
    assert worth(result(votes)) == expected


def test_without_a_vote_all_get_what_taking_part_is_worth() -> None:
    assert worth(result({1: 0, 2: 0}, voted=False)) == {1: 1, 2: 1}
    assert worth([]) == {}


def test_who_was_forgotten_leaves_others_what_they_had() -> None:
    entered = result({1: 4, 2: 4, 3: 1})
    assert worth(entered[1:]) == {2: 4, 3: 2}


@given(st.dictionaries(st.integers(1, 30), st.integers(1, 5), min_size=1))
def test_a_jam_gives_the_same_in_all_however_places_are_shared(votes: dict[int, int]) -> None:
    last = [TAKING_PART] * len(votes)
    assert sum(worth(result(votes)).values()) == sum([*PLACES, *last][: len(votes)])


def test_a_season_sums_its_jams_and_equal_points_share_a_place() -> None:
    season = [result({1: 2, 2: 1}), result({2: 3, 3: 1}), result({1: 0, 3: 0, 4: 0}, voted=False), []]
    assert standings(season) == [
        Stand(1, 2, Fraction(8), 2, 1),
        Stand(2, 1, Fraction(6), 2, 1),
        Stand(3, 3, Fraction(4), 2, 0),
        Stand(4, 4, Fraction(1), 1, 0),
    ]
