"""What must hold of a relay after every step, whatever happened."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from jobs.rules.jams.turns import MOST_MISSED
from tests.jobs.model.jams.file import AT_TURN, EntryRow, JamRow
from tests.jobs.model.jams.world import JamWorld


def of_relay(world: JamWorld, jam: JamRow) -> Iterator[str]:
    """What is wrong with a relay."""
    made = world.file.entries(jam.id)
    now = [one for one in made if one.state in AT_TURN]
    if len(now) > 1 or (now and jam.state not in ("open", "closing", "cancelled")):
        yield f"turns are open: {now}"
    parts = [one for one in made if one.state == "entered"]
    if [one.turn for one in parts] != [*range(1, len(parts) + 1)] or len(parts) > jam.turns:
        yield f"it is made of {parts}"
    if jam.state in ("showing", "done") and not parts:
        yield "it ended with a result, and there is none"
    if not any(one.state == "removed" for one in made):  # which counts all later turns anew
        yield from _whose(world, jam, made)
        yield from _joins(world, jam, made, parts)
    yield from _choices(world, made)


def _whose(world: JamWorld, jam: JamRow, made: list[EntryRow]) -> Iterator[str]:
    """Each turn is offered to one after the other, and to nobody twice."""
    # What was anyone's, and failed, may be taken once more.
    left = [one for one in made if one.state != "failed" or jam.order != "anyone"]
    asked = Counter((one.turn, one.user_id) for one in left)
    twice = [whose for whose, times in asked.items() if times > 1]
    if twice:
        yield f"{twice} was offered again: {made}"
    if jam.order == "anyone":
        parts = [one.user_id for one in made if one.state == "entered"]
        if any(one == other for one, other in pairwise(parts)):
            yield f"{parts} took turns in a row"
        return
    if any(not one.user_id for one in made):
        yield f"a turn is anyone's: {made}"
    for user in world.file.members(jam.id):
        mine = [one for one in made if one.user_id == user]
        missed = [one.state for one in mine[-MOST_MISSED - 1 : -1]]
        if missed == ["expired"] * MOST_MISSED and mine[-1].state_at > max(one.state_at for one in mine[:-1]):
            yield f"{user} missed {missed}, and was asked again"


def _joins(world: JamWorld, jam: JamRow, made: list[EntryRow], parts: list[EntryRow]) -> Iterator[str]:
    """Each part but the first is joined to what was before, by one order that counts."""
    for one in parts[1:]:
        if not one.join_id:
            yield f"{one} was never joined"
    if parts and parts[0].join_id:
        yield f"{parts[0]} was joined to nothing"
    ordered = {ref for ref, _ in world.file.refs(jam.id) if ref < 0}
    for one in made:
        if one.state == "failed" and one.reason == "join" and not one.join_id and one.turn > 1:
            take = -10 * one.ref - one.position - 1
            if take not in ordered and world.file.used(jam.id) < jam.pot and not world.api.poor:
                yield f"{one} was given up, and was never ordered"


def _choices(world: JamWorld, made: list[EntryRow]) -> Iterator[str]:
    for one in made:
        chosen = world.chosen.get(one.id)
        if chosen is not None and one.state in ("joining", "entered") and one.position not in chosen[1]:
            yield f"{one} goes on with another take than {chosen}"
