"""Infer from two balances whether a paid call was charged whose answer was lost. Pure."""

from collections.abc import Sequence
from enum import Enum

_MANY = 12  # more rivals than this could explain any difference


class Verdict(Enum):
    CHARGED = "charged"
    NOT_CHARGED = "not charged"
    OPEN = "open"


def infer_charge(
    before: int, after: int, *, price: int, charges: Sequence[int] = (), refunds: Sequence[int] = ()
) -> Verdict:
    """Decide only if a single explanation remains.

    `before` and `after` are the credits just before the call, and now; `charges` and `refunds` the prices of
    other jobs that may have been charged, or refunded, in between.
    """
    if len(charges) + len(refunds) > _MANY:
        return Verdict.OPEN
    others = {0}
    for amount in [-charge for charge in charges] + list(refunds):
        others |= {total + amount for total in others}
    difference = after - before
    charged, free = (difference + price) in others, difference in others
    if charged and not free:
        return Verdict.CHARGED
    if free and not charged:
        return Verdict.NOT_CHARGED
    return Verdict.OPEN
