"""What a balance before and after says about a paid call whose answer was lost. Pure."""

from collections.abc import Sequence
from enum import Enum

_MANY = 12  # with more rivals than this every difference can be explained


class Verdict(Enum):
    """Whether the call was charged."""

    CHARGED = "charged"
    NOT_CHARGED = "not charged"
    OPEN = "open"


def infer_charge(
    before: int, after: int, *, price: int, charges: Sequence[int] = (), refunds: Sequence[int] = ()
) -> Verdict:
    """Decide by the balance, only where a single explanation remains.

    Args:
        before: Credits just before the call.
        after: Credits now.
        price: What the call costs.
        charges: Prices of other jobs that may have been charged in between.
        refunds: Prices of other jobs that may have been given back in between.
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
