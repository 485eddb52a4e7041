"""The count of a contest, naively: each voter's last ballot, and what may have been cast unanswered."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product

from tests.behaviour.chaos.jams.hall import Hall, picked
from tests.fakes.discord import Member

Picks = tuple[str, ...]
_MOST = 200_000


def ballots_wrong(
    name: str, hall: Hall, listed: Mapping[str, tuple[int, int]], ballots: int
) -> Iterator[str]:
    """Whether the result is none of those that the ballots can lead to."""
    shown = {letter: votes for letter, (_, votes) in listed.items()}
    own = {letter: user for letter, (user, _) in listed.items()}
    cast = [_may_be(hall, member) for member in hall.members]
    cast = [options for options in cast if options != [()]]
    for number, choice in enumerate(product(*cast)):
        points = Counter(letter for picks in choice for letter in picks)
        if number > _MOST or (
            all(points[letter] == votes for letter, votes in shown.items())
            and sum(map(bool, choice)) == ballots
        ):
            break
    else:
        yield f"{name}: {shown} of {ballots} ballots, cast were {cast}, own are {own}"


def answered_wrong(name: str, hall: Hall) -> Iterator[str]:
    """Ballots that were taken otherwise than they were cast."""
    for press in hall.of("vote"):
        if press.is_taken("Your ballot:") and tuple(sorted(picked(press.told))) != press.value:
            yield f"{name}: {press.member.user.name} cast {press.value} and was told {press.told}"


def _may_be(hall: Hall, member: Member) -> list[Picks]:
    """What a member's ballot may be at the end: the last that was taken, or a later one without an answer."""
    options: list[Picks] = [()]
    for press in hall.of("vote", member):
        if press.is_taken("Your ballot:"):
            options = [picked(press.told)]
        elif press.is_unknown:
            options.append(press.value)
    return options
