"""Every reason without facts has its sentence; mypy sees to those with facts."""

import pytest

from cogs.text.rejection_messages import rejection
from jobs.models.rejections import Denied, KeyProblem, ListFull

_CHARGED = " Nothing was charged."
# What would have cost nothing, or has been ordered and paid.
_NO_ORDERS = (
    Denied.NOT_A_MODERATOR, Denied.NOT_THE_OWNER, Denied.ORDERED_ALREADY, Denied.UNKNOWN_TIMEZONE,
    Denied.UNKNOWN_FAMILY, Denied.THRESHOLDS_UNREADABLE, Denied.NO_ALERT_CHANNEL, Denied.NO_LOG_CHANNEL,
    Denied.WORDS_UNREADABLE, KeyProblem.MALFORMED, KeyProblem.WRONG, KeyProblem.UNCHECKED,
    KeyProblem.NO_SECRET,
)  # fmt: skip


@pytest.mark.parametrize("why", [*Denied, *KeyProblem])
def test_it_says_why_and_what_costs_credits_that_none_were_charged(
    why: Denied | KeyProblem,
) -> None:
    said, without = rejection(why), rejection(why, money=False)
    assert without.endswith(".")
    assert "charged" not in without
    assert said == (without if why in _NO_ORDERS else without + _CHARGED)


def test_a_list_that_is_full_costs_nothing() -> None:
    assert rejection(ListFull(5)) == "There are 5 already, which is the most. Remove one first."
