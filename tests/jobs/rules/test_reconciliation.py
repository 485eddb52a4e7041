"""What explains a balance: as few assumptions as possible, and early only what has no other explanation."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.rules.reconciliation import Finding, Kind, Part, explain, may_be_charged

LOST = Part(Kind.LOST, 10, 1)
YOUNG = Part(Kind.LOST, 10, 1, young=True)
OVERDUE = Part(Kind.LOST, 10, 1, overdue=True)
CLOUDED = Part(Kind.LOST, 10, 1, clouded=True)
KEPT = Part(Kind.KEPT, 10, 1)
SAID = Part(Kind.SAID, 10, 1)
RUNNING = Part(Kind.RUNNING, 10, 4)
OPEN = Part(Kind.OPEN, 10, 1)


@pytest.mark.parametrize(
    ("rest", "parts", "otherwise", "drift"),
    [
        (0, [], [], 0),
        (-7, [], [], -7),
        (0, [LOST], [0], 0),
        (-10, [LOST], [1], 0),
        (-7, [LOST], [None], -7),
        (0, [LOST, KEPT], [0, 0], 0),
        (10, [LOST, KEPT], [0, 1], 0),
        (-10, [LOST, SAID], [1, 0], 0),
        (-20, [LOST, SAID], [1, 1], 0),
        (-20, [Part(Kind.LOST, 10, 2), Part(Kind.LOST, 20, 1)], [0, 1], 0),
        (10, [Part(Kind.CHARGED, 10, 1), KEPT], [0, 1], 0),
        (-10, [Part(Kind.FREE, 10, 3)], [1], 0),
        (-10, [Part(Kind.SEEN, 10, 1)], [1], 0),
        (500, [LOST], [None], 500),
    ],
)
def test_what_a_quiet_account_tells(
    rest: int, parts: list[Part], otherwise: list[int | None], drift: int
) -> None:
    assert explain(rest, parts) == Finding(tuple(otherwise), drift, quiet=True)


@pytest.mark.parametrize(
    ("rest", "parts", "otherwise"),
    [
        (0, [YOUNG], [None]),
        (-10, [YOUNG], [1]),
        (-10, [YOUNG, RUNNING], [1, None]),
        (0, [LOST, RUNNING], [None, None]),
        (-7, [LOST, RUNNING], [None, None]),
        (-10, [LOST, OPEN], [None, None]),
        (-20, [LOST, OPEN], [1, None]),
        (10, [KEPT, RUNNING], [None, None]),
        (50, [Part(Kind.KEPT, 50, 1), RUNNING], [1, None]),
        (0, [Part(Kind.LOST, 50, 1), RUNNING], [0, None]),
        (-10, [Part(Kind.LOST, 10, 2, young=True)], [None]),
        (0, [OVERDUE, RUNNING], [0, None]),
    ],
)
def test_what_is_told_while_something_is_under_way(
    rest: int, parts: list[Part], otherwise: list[int | None]
) -> None:
    assert explain(rest, parts) == Finding(tuple(otherwise), 0, quiet=False)


def test_what_comes_beside_what_nobody_can_explain_undoes_no_charge_that_was_seen() -> None:
    seen = Part(Kind.CHARGED, 20, 1)
    assert explain(20, [seen]) == Finding((1,), 0, quiet=True)
    assert explain(-1000, [seen, CLOUDED], noted=-1010) == Finding((None, None), -1000, quiet=True)
    assert explain(-990, [seen, RUNNING], noted=-1010).otherwise[0] != 1


def test_of_several_whose_charges_may_be_hidden_none_is_free_because_another_was_charged() -> None:
    hidden = Part(Kind.LOST, 10, 2, overdue=True, clouded=True)
    assert explain(920, [LOST, hidden], noted=930) == Finding((1, None), 930, quiet=True)
    assert explain(910, [LOST, hidden], noted=930) == Finding((1, None), 930, quiet=True)
    assert explain(900, [LOST, hidden], noted=930) == Finding((1, 2), 930, quiet=True)


def test_what_was_noted_as_drift_is_not_explained_away_by_a_call_that_came_later() -> None:
    assert explain(-10, [LOST], noted=-10) == Finding((0,), -10, quiet=True)
    assert explain(-20, [LOST], noted=-10) == Finding((1,), -10, quiet=True)
    assert explain(0, [LOST], noted=-10) == Finding((0,), 0, quiet=True)


def test_a_charge_that_may_hide_in_a_drift_is_not_told_to_be_none() -> None:
    assert explain(-17, [CLOUDED], noted=-17) == Finding((None,), -17, quiet=True)
    assert explain(-27, [CLOUDED], noted=-17) == Finding((1,), -17, quiet=True)
    assert explain(-17, [CLOUDED, RUNNING], noted=-17).otherwise == (None, None)


@pytest.mark.parametrize(
    ("rest", "parts", "price", "may"),
    [
        (0, [YOUNG], 10, False),
        (0, [YOUNG, RUNNING], 10, False),
        (-10, [YOUNG, OPEN], 10, True),
        (-7, [YOUNG], 10, False),
        (-10, [YOUNG, Part(Kind.OPEN, 50, 1)], 50, False),
    ],
)
def test_whether_a_movement_may_be_that_of_a_lost_call(
    rest: int, parts: list[Part], price: int, *, may: bool
) -> None:
    assert may_be_charged(rest, parts, price) is may


_PARTS = st.lists(
    st.builds(Part, st.sampled_from(Kind), st.sampled_from((1, 2, 10, 14, 50)), st.integers(1, 6)), max_size=6
)


@given(_PARTS, st.data())
def test_what_really_happened_is_never_ruled_out(parts: list[Part], data: st.DataObject) -> None:
    """Whatever is told explains the balance; what is told early is what happened."""
    really = [data.draw(st.integers(0, part.count)) for part in parts]
    rest = sum(number * part.effect for number, part in zip(really, parts, strict=True))
    found = explain(rest, parts)
    assert found.drift == 0
    if found.quiet:
        counts = [count or 0 for count in found.otherwise]
        assert sum(count * part.effect for count, part in zip(counts, parts, strict=True)) == rest
    else:
        told = zip(found.otherwise, really, strict=True)
        assert all(count in (None, happened) for count, happened in told)


def test_twenty_thousand_jobs_are_explained_in_a_moment() -> None:
    parts = [Part(Kind.RUNNING, price, 7000) for price in (2, 10, 50)]
    parts += [Part(Kind.LOST, price, 50, young=True) for price in (2, 10, 50)]
    begun = time.thread_time()
    explain(-120, parts)
    explain(-120, [Part(kind, price, 60) for kind in (Kind.LOST, Kind.KEPT) for price in (2, 10, 50)])
    assert time.thread_time() - begun < 2
