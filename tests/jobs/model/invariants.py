"""What must hold after every step, whatever happened."""

from collections.abc import Collection, Iterator, Sequence

from jobs.models.states import MOVES, JobState
from tests.jobs.model.channel import Message
from tests.jobs.model.observer import Row
from tests.jobs.model.terms import AT_ONCE, TERMS
from tests.jobs.model.world import World

_MOVES = {(old.value, new.value) for old, later in MOVES.items() for new in later}
# The price of a call to come is reserved in these; that of a lost one for as long as nobody knows.
_RESERVED = {"accepted", "submitting"}
_NEEDS_THE_ENGINE = {"accepted", "waiting", "ready", "posting"}
# So long a call that was lost may still be carried out.
_LANDS_WITHIN = 900.0
_LONG = 20 * 3600.0


class Broken(AssertionError):
    """Something does not hold."""


def check(world: World) -> None:
    """Raise `Broken` with the first thing that does not hold."""
    problems = [*world.api.broken, *world.channels.broken]
    for job_id, old, new in world.file.new_moves():
        if (old, new) not in _MOVES:
            problems.append(f"job {job_id} went from {old} to {new}")
    for row in world.file.jobs():
        problems += [f"job {row.id} ({row.state}): {problem}" for problem in _of(world, row)]
    if problems:
        raise Broken(problems[0])


def _of(world: World, row: Row) -> Iterator[str]:
    yield from money(world, row)
    yield from _silence(world, row)
    yield from _delivery(world, row)
    if row.state == "held":
        yield from _held(world, row)


def money(world: World, row: Row) -> Iterator[str]:
    """The books say what was paid, and what may have been."""
    if not row.price:
        return
    if row.id not in world.seen and any(charge.ref == row.ref for charge in world.api.charges):
        yield "it was paid, though its member saw the command fail"
    lines = {kind: row.ledger[kind] for kind in ("reserved", "settled", "released", "refunded")}
    reserved = lines["reserved"] - lines["settled"] - lines["released"]
    if reserved != row.price * (row.state in _RESERVED) + row.unresolved:
        yield f"{reserved} credits are reserved"
    if lines["settled"] - lines["refunded"] != row.charged - row.returned:
        yield "the ledger says something else than the calls"
    charged = sum(charge.price for charge in world.api.charges if charge.ref == row.ref)
    if row.ref not in world.api.ever_lost and row.state != "submitting" and charged != row.charged:
        yield "the books say something else than was paid, though no answer was lost"
    task = world.api.tasks.get(row.task_id)
    if row.state == "failed" and row.reason == "task" and task and task.says and not row.returned:
        yield "the API said that the credits are back, and the books do not"
    yield from _lost(world, row)


def _lost(world: World, row: Row) -> Iterator[str]:
    """What is said of a call without an answer is never more than is known."""
    lost_at = world.api.lost.get(row.ref)
    if lost_at is None or row.state not in ("failed", "cancelled", "held"):
        return
    may_land = world.time.now() < lost_at + _LANDS_WITHIN
    if may_land and not row.charged and not row.unresolved:
        yield "counts as free, though it may still be carried out"
    alone = len(world.orders) == 1 and not world.api.foreign and not world.api.shows_after
    charge = world.api.last_charge.get(row.ref)
    if alone and row.reason == "lost_task" and charge is None:
        yield "told as paid, though it was not"


def _silence(world: World, row: Row) -> Iterator[str]:
    if row.state in _NEEDS_THE_ENGINE and row.due_at is None:
        yield "nothing will ever happen"
    excused = world.channels.was_closed or world.disk_troubles or world.time.time() > _LONG
    if row.state in ("failed", "held") and row.due_at is None and row.notified_at is None and not excused:
        yield "nobody was told"
    if row.state == "submitting" and world.process is not None and not world.process.busy(row.id):
        yield "nobody is submitting"


def _delivery(world: World, row: Row) -> Iterator[str]:
    posted = world.channels.of(row.id, row.round)
    if row.state in ("failed", "held", "done") and row.notified_at is not None and not posted:
        yield "counts as told, but nothing is in the channel"
    if row.state == JobState.DONE:
        seen, kept = world.channels.songs(row.id, row.round), world.file.songs(row.id)
        if not kept:
            yield "no song is kept"
        if world.file.kept_twice(row.id):
            yield "one result is kept as two"
        lost = {position for message in posted for position in message.lost}
        if row.due_at is None and (seen.keys() | lost) != kept:
            yield "not every song is in the channel, or named as one whose file cannot be had"
        if not seen.keys() <= kept or any(times > 1 for times in seen.values()):
            yield "a song is in the channel twice, or is none of its own"
        if row.due_at is None and posted:
            yield from _missing(row, seen.keys(), posted)


def _missing(row: Row, seen: Collection[int], posted: Sequence[Message]) -> Iterator[str]:
    """What is missing for good is named, and not promised."""
    if row.operation in AT_ONCE:
        return
    failed = {position for message in posted for position in message.failed} - set(seen)
    last = max((one for one in posted if one.missing is not None), key=lambda one: one.seq)
    lost = {position for message in posted for position in message.lost} - set(seen)
    unheard = TERMS[row.operation].clips - len(seen) - len(failed) - len(lost)
    if unheard > 0 and len(last.missing or ()) != unheard:
        yield f"{unheard} results are missing, and nothing was said"
    if unheard > 0 and last.promises:
        yield "it is over, and more is promised"


def _held(world: World, row: Row) -> Iterator[str]:
    api = world.api
    if row.ref not in api.lost:
        yield "held, though the answer was known"
    read = not (api.unread_balances or world.disk_troubles or api.foreign)
    if row.reason == "lost_balance" and row.notified_at is not None and read:
        yield "told of a balance that could be read as of one that could not"
