"""What explains a difference between balance and ledger: as little as possible, and never a guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.reconciliation import Finding, explain


@pytest.mark.parametrize(
    ("difference", "pending", "late", "finding"),
    [
        (0, [], [], Finding()),
        (0, [-10, 50], [10], Finding()),
        (-7, [], [], Finding(drift=-7)),
        (500, [-10], [10], Finding(drift=500)),
        (10, [], [10], Finding(refunds=(0,))),
        (10, [], [50, 10, 10], Finding(refunds=(1,))),
        (60, [], [50, 10, 10], Finding(refunds=(0, 1))),
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


@given(
    st.integers(-99, 99), st.lists(st.integers(-20, 20), max_size=4), st.lists(st.integers(1, 20), max_size=4)
)
def test_nothing_is_invented(difference: int, pending: list[int], late: list[int]) -> None:
    found = explain(difference, pending=pending, late=late)
    if not found.wait:
        assert found.drift + sum(late[place] for place in found.refunds) == difference
