"""What must hold of jams after every step, whatever happened."""

from collections import Counter
from collections.abc import Iterator, Mapping

from jobs.models.jam import ENTRY_MOVES, JAM_MOVES, Say
from tests.jobs.model.invariants import Broken, money
from tests.jobs.model.jams.file import EntryRow, JamRow, drawn
from tests.jobs.model.jams.in_turn import of_relay
from tests.jobs.model.jams.world import MEMBERS, JamWorld

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MOVES: Mapping[str, set[tuple[str, str]]] = {
    "jam": {(old.value, new.value) for old, later in JAM_MOVES.items() for new in later},
    "entry": {(old.value, new.value) for old, later in ENTRY_MOVES.items() for new in later},
}
# With slow messages, errors of the disk, and what is asked to wait.
_OVERDUE = 900.0


def check(world: JamWorld) -> None:
    """Raise `Broken` with the first thing that does not hold."""
    problems = [*world.api.broken, *world.channels.broken, *world.board.broken]
    for what, number, old, new in world.file.new_jam_moves():
        if (old, new) not in _MOVES[what]:
            problems.append(f"{what} {number} went from {old} to {new}")
    problems += _ballots(world)
    for jam in world.file.jams():
        if jam.id not in world.checked:
            problems += [f"{jam}: {problem}" for problem in _of(world, jam)]
    problems += _money(world)
    used = set(world.file.member_sums()) & set(MEMBERS)
    if used:
        problems.append(f"members {used} have used what is their own")
    if problems:
        raise Broken(problems[0])


def _money(world: JamWorld) -> Iterator[str]:
    rows = world.file.jobs()
    world.seen |= {row.id for row in rows if row.ref < 0}  # the bot's own: nobody need see it
    often = Counter(row.ref for row in rows)
    for row in rows:
        if often[row.ref] == 1:  # of what the bot ordered once more the API knows both as one
            yield from (f"job {row.id} ({row.state}): {problem}" for problem in money(world, row))


def _ballots(world: JamWorld) -> Iterator[str]:
    jams = [one for one in world.file.jams() if one.id not in world.checked and not one.in_turn]
    there = {one.id: world.file.ballots(one.id) for one in jams}
    for jam in jams:
        if jam.state != "voting" and any(of == jam.id for of, _ in world.recount.doubtful):
            world.uncountable.add(jam.id)
    world.recount.resolve(there)
    for jam in jams:
        entered = [one for one in world.file.entries(jam.id) if one.state == "entered"]
        wanted = world.recount.counted(jam.id, entered) if jam.state == "voting" else {}
        if there[jam.id] != wanted:
            yield f"{jam}: the ballots are {there[jam.id]}, and were cast as {wanted}"


def _of(world: JamWorld, jam: JamRow) -> Iterator[str]:
    yield from _pot(world, jam)
    yield from _said(world, jam)
    yield from _time(world, jam)
    yield from of_relay(world, jam) if jam.in_turn else _of_contest(world, jam)


def _pot(world: JamWorld, jam: JamRow) -> Iterator[str]:
    if world.file.used(jam.id) > jam.pot:
        yield f"{world.file.used(jam.id)} credits of its pot are used"
    refs = {ref for ref, _ in world.file.refs(jam.id)}
    kept = sum(one.price for one in world.api.charges if one.ref in refs and not one.refunded)
    if kept > jam.pot and not world.api.ever_lost:
        yield f"the API took {kept} credits"


def _of_contest(world: JamWorld, jam: JamRow) -> Iterator[str]:
    entries = world.file.entries(jam.id)
    yield from _tries(jam, entries)
    yield from _secret(world, jam, entries)
    entered = [one for one in entries if one.state == "entered"]
    lettered = [one for one in entries if one.letter]
    if jam.state in ("voting", "showing", "done") and lettered:
        given = [one.letter for one in drawn(jam, lettered)]
        if given != list(_LETTERS[: len(given)]):
            yield f"the letters are {given} in the order that was drawn by lot"
    if jam.state in ("voting", "showing", "done") and any(one.state == "working" for one in entries):
        yield f"tries are still under way: {entries}"
    if jam.state in ("showing", "done"):
        yield from _result(world, jam, entered)
    elif any(one.points or one.place for one in entries):
        yield "there are points before the end"


def _tries(jam: JamRow, entries: list[EntryRow]) -> Iterator[str]:
    for user in MEMBERS:
        mine = [one.state for one in entries if one.user_id == user]
        if mine.count("entered") > 1:
            yield f"{user} has entered twice"
        if len(mine) - mine.count("failed") > jam.share:
            yield f"{user} has {mine}"


def _secret(world: JamWorld, jam: JamRow, entries: list[EntryRow]) -> Iterator[str]:
    """What the texts tell, the board has looked at."""
    hidden = {one.job_id for one in entries}
    told = [one for one in world.channels.messages if one.job_id in hidden and one.positions]
    if jam.state != "cancelled" and any(not one.round for one in told):
        yield "a result went public by itself"
    if jam.hides:
        if any(message.job_id in hidden for message in world.channels.messages):
            yield "a result is in the channel"
        if hidden & world.channels.card_says.keys():
            yield "a card tells of a try"


def _result(world: JamWorld, jam: JamRow, entered: list[EntryRow]) -> Iterator[str]:
    if jam.id in world.uncountable:
        return
    heard = [one for one in entered if one.is_heard]
    points = world.recount.points(jam.id, heard)
    ballots = world.recount.counted(jam.id, entered)
    ranked = sorted((points[one.id] for one in heard), reverse=True)
    voted = bool(ballots) and len(entered) > 1
    for one in entered:
        place = ranked.index(points[one.id]) + 1 if voted and one.is_heard else None
        if (one.points, one.place) != (points[one.id], place):
            yield f"{one} should have {points[one.id]} points and place {place}"
    for notice in world.board.of(jam.id, Say.RESULT)[:1]:
        said = notice.post.said
        if (said["ballots"], said["votes"]) != (len(ballots), sum(map(len, ballots.values()))):
            yield f"the result tells of {said}"
        missing = [one for one in entered if f"**{one.letter}**" not in notice.words]
        unnamed = [one for one in entered if f"<@{one.user_id}>" not in notice.words]
        if missing or unnamed:
            yield f"the result leaves out {missing or unnamed}"


def _said(world: JamWorld, jam: JamRow) -> Iterator[str]:
    posts = world.file.posts(jam.id)
    there = {one.id for one in world.board.notices}
    for post in posts:
        if post.message_id and post.message_id not in there:
            yield f"{post} counts as said, and is not in the channel"
    gallery = [one for one in posts if one.name == "gallery"]
    vote = any(one.name == "vote" for one in posts)
    if vote and any(one.message_id is None for one in gallery):
        yield "the vote has begun before the last of the gallery was there"
    if world.board.of(jam.id, Say.RESULT) and jam.hides:
        yield "the result was told before the end was committed"
    if len(world.board.news[jam.id]) > 1:
        yield f"news tell apart what has happened: {world.board.news[jam.id]}"


def _time(world: JamWorld, jam: JamRow) -> Iterator[str]:
    """Nothing waits for a time that has passed while the bot runs, and its disk works."""
    late = world.time.now() - max(jam.due_at, jam.state_at, world.started_at)
    turn = world.file.at_turn(jam.id)
    if turn is not None and turn.state == "working":  # what is made is waited for
        return
    if world.process is None or world.disk_troubles or not world.is_timed(jam):
        return
    if late > _OVERDUE:
        yield f"is {late:.0f} s overdue"
