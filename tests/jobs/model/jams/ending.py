"""Every jam ends, once, and all of it is told: with a healthy outside and time."""

from collections import Counter

from jobs.models.jam import Say
from tests.jobs.model.invariants import Broken
from tests.jobs.model.jams.file import JamRow
from tests.jobs.model.jams.invariants import check
from tests.jobs.model.jams.takers import help_on
from tests.jobs.model.jams.world import JamWorld
from tests.jobs.model.liveness import heal, reckoned

_TURN, _TURNS = 600.0, 40
# Until the balance tells of a call that was lost, and of a refund that came an hour late.
_RECKONING = 3600.0
_WEEK = 8 * 24 * 3600.0


def end_all(world: JamWorld) -> None:
    """Heal the outside and let time pass until all jams have ended."""
    heal(world)
    world.board.troubles = 0
    for _ in range(_TURNS):
        if world.process is None:  # a call that was under way ended it
            world.start()
        help_on(world)
        world.run(_TURN)
        check(world)
        if all(_is_over(world, one) for one in world.file.jams()):
            break
    if not _is_reckoned(world):
        world.run(_RECKONING)
    reckoned(world)
    for jam in world.file.jams():
        if jam.id not in world.checked:
            _ended(world, jam)
            world.checked.add(jam.id)


def _is_reckoned(world: JamWorld) -> bool:
    rows = world.file.jobs()
    held = any(row.state == "held" for row in rows)
    return not held and world.api.kept == sum(row.charged - row.returned for row in rows)


def forget_all(world: JamWorld) -> None:
    """After a week nothing is left of the sound."""
    if any(row.due_at is not None for row in world.file.jobs()):  # what comes of it would be kept anew
        return
    if world.process is not None:
        world.kill()
    world.run(_WEEK)
    world.start()
    world.run(1.0)
    there = {path.parent.name for path in world.shelf.glob("*/*")}
    if there & {str(jam_id) for jam_id in world.checked}:
        raise Broken(f"of jams {there} the sound is still there")


def _is_over(world: JamWorld, jam: JamRow) -> bool:
    said = all(one.message_id is not None for one in world.file.posts(jam.id))
    return jam.id in world.checked or (jam.has_ended and said)


def _ended(world: JamWorld, jam: JamRow) -> None:
    if not _is_over(world, jam):
        raise Broken(f"{jam} never ends; it has not said {world.file.posts(jam.id)}")
    entries = {one.id: one for one in world.file.entries(jam.id)}
    for post in world.file.posts(jam.id):
        entry = entries.get(post.entry_id or 0)
        void = jam.state == "cancelled" or (post.name == "gallery" and entry and entry.state != "entered")
        if not post.message_id and not void and jam.channel_id not in world.channels.was_closed:
            raise Broken(f"{jam} never said {post}")
    if world.channels.was_closed:
        return
    _shown(world, jam)


def _shown(world: JamWorld, jam: JamRow) -> None:
    """What stands in the channel at the end is true."""
    count = Counter(one.post.name for one in world.board.notices if one.post.jam_id == jam.id)
    last = Say.CANCELLED if jam.state == "cancelled" else Say.RESULT
    if not count[Say.PANEL] or not count[last]:
        raise Broken(f"{jam} has said {count}")
    entries = {one.id: one for one in world.file.entries(jam.id)}
    for notice in world.board.of(jam.id, Say.GALLERY):
        entry = entries[notice.post.entry_id or 0]
        if notice.id in world.board.fixed:
            continue
        gone = entry.state != "entered" if jam.state == "done" else entry.state == "removed"
        if notice.there == gone and (gone or jam.state == "done"):
            raise Broken(f"{jam}: {entry}, and its message is {notice}")
        if notice.there and jam.state == "done" and f"<@{entry.user_id}>" not in notice.words:
            raise Broken(f"{jam}: {notice} does not tell that it is of {entry}")
