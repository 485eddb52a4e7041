"""What the jams of a season are worth, and how its members stand. Pure, and the same whenever it is asked."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from jobs.models.jam import Entry

# For the first places of a vote; whoever else was entered gets the points of taking part.
PLACES, TAKING_PART = (5, 3, 2), 1


@dataclass(frozen=True, slots=True)
class Stand:
    """How a member stands: in how many jams they were entered, and how many of those they won or shared."""

    place: int
    user_id: int
    points: Fraction
    jams: int
    wins: int


def worth(entered: Sequence[Entry]) -> dict[int, Fraction]:
    """The points that a jam which is over gives to each of its members, by what it says of their entries.

    Who share a place share what it and the next ones are worth. No vote at all is worth taking part.
    """
    found = {one.user_id: Fraction(TAKING_PART) for one in entered}
    places = sorted(one.place for one in entered if one.place is not None)
    for one in entered:
        if one.place is not None and one.points:
            # Up to the next place, as somebody who shared this one may have been forgotten since.
            after = next(
                (place for place in places if place > one.place), one.place + places.count(one.place)
            )
            shared = range(one.place, after)
            found[one.user_id] = sum(map(_of_place, shared), Fraction()) / len(shared)
    return found


def _of_place(place: int) -> Fraction:
    return Fraction(PLACES[place - 1] if place <= len(PLACES) else TAKING_PART)


def standings(jams: Iterable[Sequence[Entry]]) -> list[Stand]:
    """Sum what all jams of a season gave; equal points share a place, and wins say whose name comes first."""
    there, wins, sums = Counter[int](), Counter[int](), dict[int, Fraction]()
    for entered in jams:
        for user_id, got in worth(entered).items():
            sums[user_id] = sums.get(user_id, Fraction()) + got
        there.update(one.user_id for one in entered)
        wins.update(one.user_id for one in entered if one.place == 1 and one.points)
    ranked = sorted(sums.values(), reverse=True)
    found = [Stand(ranked.index(got) + 1, who, got, there[who], wins[who]) for who, got in sums.items()]
    return sorted(found, key=lambda one: (one.place, -one.wins, one.user_id))
