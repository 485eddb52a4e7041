"""Explain a balance by the paid calls that may still turn out otherwise than they count. Pure.

Calls of one kind and price are alike to a sum, so they are counted, not told apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

# Sums beyond this many credits are not searched: so many calls would explain anything.
_WIDEST = 1_000_000
# Of calls that probably are as they count, so many at most are taken to be otherwise.
_FEW = 4


class Kind(Enum):
    """Calls that are alike, and as what they count until they are known to be otherwise."""

    OPEN = auto()  # under way; as not charged
    FRESH = auto()  # taken just now, which the balance may not show yet; as charged
    RUNNING = auto()  # its task may have failed and its credits be back, unknown to us; as charged
    RETURNING = auto()  # the API has just said that its credits are back; as not charged
    KEPT = auto()  # failed, and its credits have not come back; as charged
    SAID = auto()  # failed, and the API said that its credits are back; as not charged
    SEEN = auto()  # failed, and the balance showed its credits back; as not charged
    LOST = auto()  # no answer; as not charged
    CHARGED = auto()  # no answer, and the balance showed a charge; as charged
    FREE = auto()  # no answer, and the balance showed none; as not charged


# These will soon be known; while there are any, the account is not quiet.
PASSING = frozenset({Kind.OPEN, Kind.FRESH, Kind.RUNNING, Kind.RETURNING})
_COUNT_AS_CHARGED = frozenset({Kind.FRESH, Kind.RUNNING, Kind.KEPT, Kind.CHARGED})
# How unlikely it is that one is otherwise; 1 for those not named. What was concluded is not lightly undone.
_WEIGHTS = {
    **dict.fromkeys((Kind.CHARGED, Kind.FREE, Kind.SEEN), 2),
    **dict.fromkeys((Kind.FRESH, Kind.RUNNING, Kind.RETURNING), 3),
    Kind.SAID: 4,
}


@dataclass(frozen=True, slots=True)
class Part:
    """So many calls of a kind and a price.

    Attributes:
        young: Of lost ones: whether they may still be carried out.
        overdue: Of lost ones: whether it is long since they could.
        clouded: Of lost ones: whether the balance has moved since in ways that nobody can explain, so that a
            charge may be hidden in that.
    """

    kind: Kind
    price: int
    count: int
    young: bool = False
    overdue: bool = False
    clouded: bool = False

    @property
    def effect(self) -> int:
        """What one that is otherwise adds to the balance."""
        return self.price if self.kind in _COUNT_AS_CHARGED else -self.price


@dataclass(frozen=True, slots=True)
class Finding:
    """The explanation of a reading.

    Attributes:
        otherwise: For each part how many of its calls are otherwise than they counted; None: nobody can tell.
        drift: Credits that came (positive) or went (negative) and that no call explains.
        quiet: Whether nothing was under way.
    """

    otherwise: tuple[int | None, ...]
    drift: int
    quiet: bool


def explain(rest: int, parts: Sequence[Part], *, noted: int = 0) -> Finding:
    """Explain a reading by as few assumptions as possible.

    Args:
        rest: Credits found less those expected if every call is as it counts.
        parts: The calls that may be otherwise.
        noted: The drift up to the reading before this one.
    """
    if any(part.kind in PASSING or part.young for part in parts):
        return Finding(_early(rest - noted, _standing(parts) if noted else parts), noted, quiet=False)
    fits = [
        (fit, drift)
        for drift in dict.fromkeys((0, noted))
        if (fit := _likeliest(rest - drift, _standing(parts) if drift else parts))
    ]
    if not fits:
        return Finding((None,) * len(parts), rest, quiet=True)
    (_, counts), drift = min(fits, key=lambda each: each[0][0])
    return Finding(_without_hidden(counts, parts) if drift else counts, drift, quiet=True)


def _standing(parts: Sequence[Part]) -> list[Part]:
    """Beside what nobody can explain, what comes may be foreign: it undoes no charge that was seen."""
    return [replace(part, count=0) if part.kind is Kind.CHARGED else part for part in parts]


def may_be_charged(rest: int, parts: Sequence[Part], price: int) -> bool:
    """Whether a movement of the balance may come from a lost call of a price."""
    return bool(rest) and any(
        max(_possible(rest, parts, index), default=0)
        for index, part in enumerate(parts)
        if part.kind is Kind.LOST and part.price == price
    )


def _early(rest: int, parts: Sequence[Part]) -> tuple[int | None, ...]:
    """What can be told although something is under way: what has no other explanation, all or none."""
    likely: tuple[int | None, ...] = (None,) * len(parts)
    if any(part.overdue for part in parts):
        fit = _likeliest(rest, [replace(one, count=min(one.count, _FEW)) for one in parts])
        likely = fit[1] if fit else likely
    found = (
        likely[index] if part.overdue else _only(part, _possible(rest, parts, index))
        for index, part in enumerate(parts)
    )
    return _without_hidden(tuple(found), parts)


def _without_hidden(counts: Sequence[int | None], parts: Sequence[Part]) -> tuple[int | None, ...]:
    """No call is taken for free whose charge may be hidden in what nobody can explain."""
    return tuple(
        None if part.clouded and (count or 0) < part.count else count
        for count, part in zip(counts, parts, strict=True)
    )


def _only(part: Part, possible: Sequence[int]) -> int | None:
    if part.kind in PASSING or len(possible) != 1 or possible[0] not in (0, part.count):
        return None
    return None if part.young and not possible[0] else possible[0]


def _possible(rest: int, parts: Sequence[Part], index: int) -> list[int]:
    """How many calls of a part may be otherwise, given that together they must explain the rest."""
    part, others = parts[index], [*parts[:index], *parts[index + 1 :]]
    if part.kind in PASSING:
        return []
    if sum(abs(other.effect) * other.count for other in others) > _WIDEST:
        return list(range(part.count + 1))
    low = sum(min(other.effect, 0) * other.count for other in others)
    sums = _sums(others)
    wanted = ((number, rest - number * part.effect - low) for number in range(part.count + 1))
    return [number for number, place in wanted if place >= 0 and sums >> place & 1]


def _sums(parts: Sequence[Part]) -> int:
    """Every sum of effects, as the bits of a number that begins at the lowest sum."""
    found = 1
    for part in parts:
        left, step = part.count, 1
        while left:  # by powers of two, as thousands of calls may be alike
            taken = min(step, left)
            found |= found << abs(part.effect) * taken
            left, step = left - taken, step * 2
    return found


def _likeliest(rest: int, parts: Sequence[Part]) -> tuple[int, tuple[int, ...]] | None:
    """(how unlikely, how many of each part) of the likeliest explanation; None if there is none."""
    found: dict[int, tuple[int, tuple[int, ...]]] = {0: (0, ())}
    for part in parts:
        longer: dict[int, tuple[int, tuple[int, ...]]] = {}
        for total, (weight, counts) in found.items():
            for number in range(part.count + 1):
                at = total + number * part.effect
                each = _WEIGHTS.get(part.kind, 1) + part.clouded  # rather a later one, if they are alike
                fit = (weight + number * each, (*counts, number))
                if at not in longer or fit[0] < longer[at][0]:
                    longer[at] = fit
        found = longer
    return found.get(rest)
