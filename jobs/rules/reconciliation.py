"""Explain the difference between a balance and the ledger. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

MANY = 10  # more open jobs than this could explain any difference


@dataclass(frozen=True, slots=True)
class Finding:
    """The explanation of a reading.

    Attributes:
        drift: Credits that came (positive) or went (negative) and that no job explains.
        refunds: Indices of the late refunds that came.
        wait: An open job, or more than one choice of failed ones, could explain it: ask again later. After a
            day no failed job is expected to be refunded.
    """

    drift: int = 0
    refunds: tuple[int, ...] = ()
    wait: bool = False


def explain(
    difference: int, *, pending: Sequence[int], late: Sequence[int], lost: Sequence[int] = ()
) -> Finding:
    """Explain a difference by as little as possible.

    Args:
        difference: Credits found less credits expected.
        pending: Changes that open jobs may have made: charges negative, refunds positive.
        late: Prices of failed jobs that may be refunded, oldest first.
        lost: Prices of calls whose answers were lost. Credits that may be theirs go to no job.
    """
    if difference == 0:
        return Finding()
    if len(pending) > MANY or len(late) > MANY:
        return Finding(wait=True)
    sums_of_late = _sums(late)
    if any(move and difference - move in sums_of_late for move in _sums(pending)):
        return Finding(wait=True)
    if any(move and difference - move in sums_of_late for move in _sums(lost[:MANY])):
        return Finding(drift=difference)
    fitting = [
        indices
        for count in range(1, len(late) + 1)
        for indices in combinations(range(len(late)), count)
        if sum(late[index] for index in indices) == difference
    ]
    if len(fitting) > 1:
        return Finding(wait=True)
    return Finding(refunds=fitting[0]) if fitting else Finding(drift=difference)


def _sums(amounts: Iterable[int]) -> set[int]:
    """Sum every choice of the amounts."""
    found = {0}
    for amount in amounts:
        found |= {total + amount for total in found}
    return found
