"""What explains a difference between balance and ledger: as little as possible, and never a guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.rules.reconciliation import Finding, explain


@pytest.mark.parametrize(
    ("difference", "pending", "late", "finding"),
    [
        (0, [], [], Finding()),
        (0, [-10, 50], [10], Finding()),
        (-7, [], [], Finding(drift=-7)),
        (500, [-10], [10], Finding(drift=500)),
        (10, [], [10], Finding(refunds=(0,))),
        (50, [], [50, 10, 10], Finding(refunds=(0,))),
        (70, [], [50, 10, 10], Finding(refunds=(0, 1, 2))),
        (10, [], [50, 10, 10], Finding(wait=True)),
        (60, [], [50, 10, 10], Finding(wait=True)),
        (10, [], [10] * 11, Finding(wait=True)),
        (-10, [-10], [], Finding(wait=True)),
        (10, [10], [], Finding(wait=True)),
        (10, [10], [10], Finding(wait=True)),
        (0, [10, -10], [], Finding()),
        (40, [-10], [50], Finding(wait=True)),
        (-3, [1] * 11, [], Finding(wait=True)),
    ],
)
def test_what_a_difference_means(
    difference: int, pending: list[int], late: list[int], finding: Finding
) -> None:
    assert explain(difference, pending=pending, late=late) == finding


@pytest.mark.parametrize(
    ("difference", "lost", "finding"),
    [
        (10, [10], Finding(drift=10)),
        (20, [10], Finding(drift=20)),
        (10, [50], Finding(refunds=(0,))),
        (50, [50], Finding(drift=50)),
        (0, [10], Finding()),
    ],
)
def test_credits_that_may_be_those_of_a_lost_call_are_given_to_no_job(
    difference: int, lost: list[int], finding: Finding
) -> None:
    assert explain(difference, pending=[], late=[10], lost=lost) == finding


@given(
    st.integers(-99, 99), st.lists(st.integers(-20, 20), max_size=4), st.lists(st.integers(1, 20), max_size=4)
)
def test_nothing_is_invented(difference: int, pending: list[int], late: list[int]) -> None:
    found = explain(difference, pending=pending, late=late)
    if not found.wait:
        assert found.drift + sum(late[index] for index in found.refunds) == difference
