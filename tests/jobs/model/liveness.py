"""Everything ends: with a healthy outside and time, no job stays open, none is silent, no song is lost."""

from dataclasses import replace

from musicapi import ClipState
from tests.jobs.model.invariants import Broken, check
from tests.jobs.model.observer import Row
from tests.jobs.model.outcomes import FAILURES, Call, Course
from tests.jobs.model.terms import TERMS
from tests.jobs.model.world import CHANNELS, World

# Longer than any deadline, rest or wait that was asked for.
_LONG_ENOUGH = 3 * 3600.0
_ENDS = {"done", "failed", "held", "cancelled", "undeliverable"}
_LOOKS = 1800.0
# An older card is history.
_DAY = 24 * 3600.0


def end_all(world: World) -> None:
    """Heal the outside, let time pass, ask for what could not be told; what is held ends by itself."""
    heal(world)
    _pass(world)
    for row in world.file.jobs():
        _ended(world, row)
        if row.state == "undeliverable" or (row.state in ("failed", "held") and row.notified_at is None):
            world.press("send again", row, after=0.0, run=1.0, channel_id=CHANNELS[0])
    _pass(world)
    for row in world.file.jobs():
        if row.state in ("failed", "held") and row.notified_at is None:
            raise Broken(f"job {row.id} ({row.state}) was not told although it was asked for")
        if row.state == "undeliverable":
            raise Broken(f"job {row.id} was not delivered although it was asked for")
    _find_the_rest(world)
    reckoned(world)
    _messages(world)


def _find_the_rest(world: World) -> None:
    """What comes while it is looked for was found; what came later is, once somebody has it looked for."""
    for row in world.file.jobs():
        if row.state == "done" and row.task_id:
            course = world.api.tasks[row.task_id].outcome.course
            heard = len(world.channels.songs(row.id, row.round))
            soon = course in (Course.FINE, Course.ONE_BY_ONE, Course.STRAGGLER)
            excused = world.disk_troubles or world.api.unfetched
            if soon and heard < TERMS[row.operation].clips and not excused:
                raise Broken(f"job {row.id}: {heard} results were found, and the others came soon ({course})")
            world.press("look again", row, after=0.0, run=1.0, channel_id=CHANNELS[0])
    _pass(world)
    for row in world.file.jobs():
        if row.state == "done" and row.task_id:
            listed = world.api.tasks[row.task_id].clips(world.time.now())
            good = sum(clip.state is ClipState.SUCCEEDED for clip in listed)
            if len(world.channels.songs(row.id, row.round)) != good:
                raise Broken(f"job {row.id}: not all {good} results are in the channel although asked for")


def reckoned(world: World) -> None:
    """Nothing is under way: the books say what the API kept, to the credit."""
    rows = world.file.jobs()
    kept = sum(row.charged - row.returned for row in rows)
    hidden = world.api.kept - kept - sum(row.unresolved for row in rows)
    if hidden > 0 and not world.api.lands_ever_so_late:  # which others may hide
        raise Broken(f"the API kept {hidden} credits that are neither in the books nor unresolved")
    if not (world.api.foreign or world.file.uncounted()):
        held = [row.id for row in rows if row.state == "held"]
        if held:
            raise Broken(f"jobs {held} are held, though the balance tells")
        if kept != world.api.kept:
            raise Broken(f"the books say {kept} credits, and the API kept {world.api.kept}")


def _messages(world: World) -> None:
    """What stands in the channel says the same."""
    rows = world.file.jobs()
    if world.channels.was_closed or world.disk_troubles:
        return
    for row in rows:
        said = world.channels.said.get((row.id, row.round))
        is_news = row.state in ("failed", "held", "cancelled") and said and said[0] in ("failed", "held")
        _shown(world, row)
        if is_news and row.price and said != (row.state, row.charged, row.returned, row.unresolved):
            raise Broken(f"job {row.id} is {row}, and its message says {said}")


def _shown(world: World, row: Row) -> None:
    """The card, where there is one still, says how the job ended and what it cost."""
    if not world.file.has_card(row.id, since=world.time.now() - _DAY):
        return
    state, charged, unresolved, linked = world.channels.card_says.get(row.id, ("making", 0, 0, False))
    money = row.state in ("failed", "cancelled")
    true = (charged, unresolved) == (row.charged - row.returned, row.unresolved)
    if state != row.state or (money and not true) or (state != "cancelled" and not linked):
        raise Broken(f"job {row.id} is {row}, and its card says {world.channels.card_says.get(row.id)}")


def heal(world: World) -> None:
    """From here on everything outside works."""
    world.api.poll_troubles = world.api.balance_troubles = 0
    world.api.shows_after = 0.0
    world.api.file_troubles.clear()
    world.api.own.clear()
    world.api.poor = False
    for ref, outcomes in world.api.outcomes.items():
        world.api.outcomes[ref] = [replace(outcomes[-1], call=Call.FINE)]
    world.channels.outcomes.clear()
    world.channels.closed.clear()
    world.channels.takes = 1.0
    if world.process is None:
        world.start()
    if world.process is not None:
        world.process.life.fuse = None
        world.process.disk.troubles = []


def _pass(world: World) -> None:
    world.run(_LONG_ENOUGH)
    if world.process is None:  # a call that was under way ended it
        world.start()
        world.run(_LONG_ENOUGH)
    check(world)
    for row in world.file.jobs():
        if row.state not in _ENDS:
            raise Broken(f"job {row.id} is {row.state} for ever")


def _ended(world: World, row: Row) -> None:
    """It ended as it did for a reason."""
    task = world.api.tasks.get(row.task_id)
    course = task.outcome.course if task else None
    slow = course is Course.ENDLESS or world.api.failed_polls or (task and task.outcome.ends_after > _LOOKS)
    causes = {
        "task": course in FAILURES,
        "forgotten": course is Course.FORGOTTEN,
        "silent": False,  # no silence of the API lasts here
        "deadline": slow,
        "content": row.ref in world.api.refused,
        "internal": world.disk_troubles,
        "channel": world.channels.was_closed or world.time.time() > 20 * 3600.0,
    }
    if row.state in ("failed", "undeliverable") and not causes.get(row.reason, True):
        raise Broken(f"job {row.id} is {row.state} ({row.reason}) without a cause")
